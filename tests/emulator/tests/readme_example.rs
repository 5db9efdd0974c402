//! The test that the README shows.

use atlas_emulator::{CannedResponse, Effect, Emulator};
use atlas_migration_sdk::{Client, Credentials, Error, LinkToken, OrgId, Secret};

/// The code under test.
async fn replace_link(client: &Client, org: OrgId) -> Result<LinkToken, Error> {
    let org = client.org(org);
    match org.delete_link_tokens().await {
        Ok(()) => {}
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error),
    }
    org.create_link_token(["203.0.113.7".parse().unwrap()]).await
}

#[tokio::test]
async fn the_link_is_replaced_through_a_failing_gateway() {
    let emulator = Emulator::start().await.unwrap();
    let (id, secret) = emulator.service_account();
    let client = Client::builder()
        .base_url(emulator.base_url())
        .credentials(Credentials::service_account(id, Secret::new(secret)))
        .build()
        .unwrap();
    emulator.set_linked(true);
    emulator.override_next(CannedResponse::new(502));

    let org = emulator.org_id().parse().unwrap();
    let token = replace_link(&client, org).await.unwrap();

    assert_eq!(emulator.link_tokens(), [token.expose_secret()]);
    let id = emulator.org_id().to_owned();
    let expected = [Effect::AccessTokenIssued, Effect::LinkDeleted(id.clone()), Effect::LinkTokenCreated(id)];
    assert_eq!(emulator.effects(), expected);
}
