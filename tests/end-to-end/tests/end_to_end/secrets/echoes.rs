//! Errors of every kind, from responses that repeat the secrets of the call wherever possible.

use std::time::{Duration, UNIX_EPOCH};

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind, MigrationState};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{
    ClientBuilder, CredentialKind, Credentials, Error, ErrorKind, FileTokenStore, Project, Secret,
    StoredToken, TokenStore as _, operations,
};

use crate::common::{builder, org as org_of, project as project_of};
use crate::tls_and_proxy::tls_in_front_of;

// They differ from those of the other tests, some of which panic with theirs.
const CLIENT_ID: &str = "mdb_sa_id_panicking000000000000000";
const CLIENT_SECRET: &str = "panicking-client-secret";
const PRIVATE_KEY: &str = "panicking-private-key";
pub(super) const PASSWORD: &str = "panicking-source-password";
pub(super) const ECHO: &str = "panicking-echo";
pub(super) const LINK_TOKEN: &str = "panicking-link-token";

/// Every kind of error.
pub(super) const KINDS: &[ErrorKind] = &[
    ErrorKind::Configuration,
    ErrorKind::InvalidRequest,
    ErrorKind::TokenRejected,
    ErrorKind::TokenRateLimited,
    ErrorKind::TokenLimitReached,
    ErrorKind::TokenEndpoint,
    ErrorKind::TokenStore,
    ErrorKind::Connect,
    ErrorKind::CertificateRejected,
    ErrorKind::Timeout,
    ErrorKind::Transport,
    ErrorKind::Redirected,
    ErrorKind::Api,
    ErrorKind::ForeignResponse,
    ErrorKind::InvalidResponse,
    ErrorKind::ResponseTooLarge,
    ErrorKind::JobFailed,
    ErrorKind::JobExpired,
    ErrorKind::JobStateUnknown,
];

pub(super) fn plan() -> MigrationPlan {
    let source = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    MigrationPlan::new(
        Source::with_user(source, "s", "u", Secret::new(PASSWORD)),
        Destination::public("d"),
        "h",
    )
}

/// The emulator's credentials of this kind, and their secret.
pub(super) fn credentials(emulator: &Emulator, kind: CredentialKind) -> (Credentials, String) {
    match kind {
        CredentialKind::ServiceAccount => {
            let credentials = Credentials::service_account(CLIENT_ID, Secret::new(CLIENT_SECRET));
            (credentials, CLIENT_SECRET.to_owned())
        }
        CredentialKind::ApiKey => {
            (Credentials::api_key("panickey", Secret::new(PRIVATE_KEY)), PRIVATE_KEY.to_owned())
        }
        _ => {
            let token = emulator.access_token();
            (Credentials::access_token(Secret::new(token.clone())), token)
        }
    }
}

pub(super) async fn start() -> Emulator {
    let emulator = Emulator::builder()
        .service_account(CLIENT_ID, CLIENT_SECRET)
        .api_key("panickey", PRIVATE_KEY)
        .time_scale(0.0)
        .require_available_source(false)
        .start();
    emulator.await.unwrap()
}

/// An error response that repeats the secret in every field.
pub(super) fn echo(status: u16, secret: &str) -> CannedResponse {
    let body = format!(
        r#"{{"error":{status},"detail":"{secret}","reason":"{secret}","parameters":["{secret}"],
            "badRequestDetail":{{"fields":[{{"field":"{secret}","description":"{secret}"}}]}}}}"#
    );
    CannedResponse::new(status).header("X-Error-Code", secret).header("Content-Type", secret).body(body)
}

/// One error of each kind that is possible with this credential, from responses that repeat its secret.
pub(super) async fn errors(emulator: &Emulator, kind: CredentialKind) -> (Vec<Error>, String) {
    let (credentials, secret) = credentials(emulator, kind);
    let build = || builder(emulator, kind).credentials(credentials.clone()).max_response_size(1 << 20);
    let client = build().build().unwrap();
    let (org, project) = (org_of(emulator, &client), project_of(emulator, &client));
    let mut errors = vec![
        build().base_url(format!("https://user:{secret}@example.com")).build().unwrap_err(),
        build().credentials(Credentials::access_token(Secret::new(format!("{ECHO}\n")))).build().unwrap_err(),
        client.request(&operations::LIST_ORGS).parameter("pageNum", &secret).await.unwrap_err(),
        client.request(&operations::LIST_ORGS).parameter(secret.clone(), 1).await.unwrap_err(),
        MigrationPlan::from_json(&format!(r#"{{"source":{{"password":"{PASSWORD}"}}}}"#)).unwrap_err(),
    ];
    // The responses below are to requests with a credential, and not to one for a challenge.
    org.available_projects().await.unwrap();
    for status in [400, 403, 404, 409, 429, 500] {
        emulator.override_next(echo(status, &secret));
        errors.push(org.available_projects().await.unwrap_err());
    }
    emulator.override_next(CannedResponse::new(502).body(format!("<p>{ECHO} {secret}</p>")));
    errors.push(org.available_projects().await.unwrap_err());
    emulator.override_next(echo(400, PASSWORD));
    errors.push(project.migrate(&plan()).await.unwrap_err());
    for media_type in [&format!("application/vnd.atlas.{secret}+json"), &secret] {
        let unreadable = CannedResponse::new(200).header("Content-Type", media_type);
        emulator.override_next(unreadable.body(format!(r#"{{"linkToken":["{ECHO}"]}}"#)));
        errors.push(org.create_link_token([]).await.unwrap_err());
    }

    let large = format!(r#"{{"linkToken":"{LINK_TOKEN}"}}{}"#, " ".repeat(2 << 20));
    emulator.override_next(CannedResponse::new(201).body(large));
    errors.push(org.create_link_token([]).await.unwrap_err());
    let create = &operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN;
    emulator.inject(Fault::new(FaultKind::TruncatedBody).on(create).with_credentials());
    errors.push(org.create_link_token([]).await.unwrap_err());
    let hurried = build().attempt_timeout(Duration::from_millis(100)).build().unwrap();
    emulator.inject(Fault::new(FaultKind::SlowHeaders).on(create).with_credentials());
    errors.push(org_of(emulator, &hurried).create_link_token([]).await.unwrap_err());
    let following = build().http_client(reqwest::Client::builder().no_proxy().build().unwrap());
    emulator.override_next(CannedResponse::new(307).header("Location", &format!("/{secret}")));
    errors.push(org_of(emulator, &following.build().unwrap()).create_link_token([]).await.unwrap_err());
    // No server listens on port 1.
    let nowhere = build().base_url("http://127.0.0.1:1").build().unwrap();
    errors.push(org_of(emulator, &nowhere).create_link_token([]).await.unwrap_err());

    let (untrusted, _) = tls_in_front_of(String::new()).await;
    let untrusted = build().base_url(untrusted).build().unwrap();
    errors.push(org_of(emulator, &untrusted).create_link_token([]).await.unwrap_err());

    errors.extend(job_errors(emulator, &project, &secret).await);
    if kind == CredentialKind::ServiceAccount {
        for (status, error) in [(401, "invalid_client"), (429, "x"), (403, "access_denied"), (500, "x")] {
            let body = format!(r#"{{"error":"{error}","error_description":"{secret}","reason":"{secret}"}}"#);
            emulator.override_next(CannedResponse::new(status).body(body).on_oauth());
            let client = build().build().unwrap();
            errors.push(org_of(emulator, &client).available_projects().await.unwrap_err());
        }
        errors.push(unreadable_token(build(), &secret).await);
        let body = format!(r#"{{"access_token":["{ECHO}"],"token_type":"{ECHO}"}}"#);
        emulator.override_next(CannedResponse::new(200).body(body).on_oauth());
        let client = build().build().unwrap();
        errors.push(org_of(emulator, &client).available_projects().await.unwrap_err());
    }
    (errors, secret)
}

/// The error for a token file that contains the secret and is not valid.
async fn unreadable_token(builder: ClientBuilder, secret: &str) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path());
    let client = builder.token_store(store.clone()).build().unwrap();
    let key = client.token_key().unwrap();
    store.save(&key, StoredToken::new(Secret::new(ECHO), UNIX_EPOCH, UNIX_EPOCH)).await.unwrap();
    std::fs::write(store.file(&key), format!(r#"{{"version":"{secret}","access_token":["{ECHO}"]}}"#))
        .unwrap();
    client.revoke().await.unwrap_err()
}

/// The errors of waiting, for jobs whose messages repeat the secret.
async fn job_errors(emulator: &Emulator, project: &Project, secret: &str) -> [Error; 5] {
    let failed = project.validate(&plan()).await.unwrap();
    let found = format!("{PASSWORD} and {secret} do not open the source");
    emulator.set_validation(&failed.id().to_string(), Some("FAILED"), Some(&found));
    let unknown = project.validate(&plan()).await.unwrap();
    emulator.set_validation(&unknown.id().to_string(), Some(&format!("{PASSWORD} {secret}")), None);
    let migration =
        |state: &str| project.migration(emulator.add_migration(MigrationState::new(state)).parse().unwrap());
    [
        failed.wait().await.unwrap_err(),
        unknown.wait().await.unwrap_err(),
        migration("FAILED").wait_until_complete(|_| ()).await.unwrap_err(),
        migration("EXPIRED").wait_until_complete(|_| ()).await.unwrap_err(),
        migration(secret).wait_until_complete(|_| ()).await.unwrap_err(),
    ]
}
