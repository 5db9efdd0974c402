//! An emulator and a client for it, with each kind of credential.

use atlas_emulator::Emulator;
use atlas_migration_sdk::{Client, ClientBuilder, CredentialKind, Credentials, Org, Project, Secret};

/// Every kind of credential.
pub(crate) const EACH_CREDENTIAL: [CredentialKind; 3] =
    [CredentialKind::ServiceAccount, CredentialKind::ApiKey, CredentialKind::AccessToken];

/// The emulator's credential of this kind.
pub(crate) fn credentials(emulator: &Emulator, kind: CredentialKind) -> Credentials {
    match kind {
        CredentialKind::ServiceAccount => {
            let (id, secret) = emulator.service_account();
            Credentials::service_account(id, Secret::new(secret))
        }
        CredentialKind::ApiKey => {
            let (public, private) = emulator.api_key();
            Credentials::api_key(public, Secret::new(private))
        }
        _ => Credentials::access_token(Secret::new(emulator.access_token())),
    }
}

pub(crate) fn builder(emulator: &Emulator, kind: CredentialKind) -> ClientBuilder {
    Client::builder().base_url(emulator.base_url()).credentials(credentials(emulator, kind))
}

pub(crate) fn client(emulator: &Emulator, kind: CredentialKind) -> Client {
    builder(emulator, kind).build().unwrap()
}

/// A client with the plainest credential, where it does not matter.
pub(crate) fn bearer(emulator: &Emulator) -> Client {
    client(emulator, CredentialKind::AccessToken)
}

pub(crate) fn org(emulator: &Emulator, client: &Client) -> Org {
    client.org(emulator.org_id().parse().unwrap())
}

pub(crate) fn project(emulator: &Emulator, client: &Client) -> Project {
    client.project(emulator.project_id().parse().unwrap())
}

/// The requests that were answered with this status.
pub(crate) fn answered(emulator: &Emulator, status: u16) -> usize {
    emulator.requests().iter().filter(|request| request.status == status).count()
}

/// How many requests the token endpoint has had.
pub(crate) fn token_requests(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|request| request.target == "/api/oauth/token").count()
}

/// The requests that went to the API, not to the token endpoint.
pub(crate) fn api_requests(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|request| request.operation.is_some()).count()
}
