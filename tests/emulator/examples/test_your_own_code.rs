//! A test of your own code against the emulator: the code under test takes a client, and the test passes one for the
//! emulator and checks the effects.
//!
//! ```sh
//! cargo run -p atlas-emulator --example test_your_own_code
//! ```

use std::net::Ipv4Addr;

use atlas_emulator::{CannedResponse, Effect, Emulator};
use atlas_migration_sdk::{Client, Credentials, Error, LinkToken, OrgId, Secret};

/// The code under test: replaces the link of an organization, whether or not there is one.
async fn replace_link(client: &Client, org: OrgId) -> Result<LinkToken, Error> {
    let org = client.org(org);
    match org.delete_link_tokens().await {
        Ok(()) => {}
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error),
    }
    org.create_link_token([Ipv4Addr::new(203, 0, 113, 7).into()]).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let (id, secret) = emulator.service_account();
    let credentials = Credentials::service_account(id, Secret::new(secret));
    let client = Client::builder().base_url(emulator.base_url()).credentials(credentials).build()?;
    let org: OrgId = emulator.org_id().parse()?;

    // Without a link, with one, and through a gateway that fails once.
    replace_link(&client, org).await?;
    replace_link(&client, org).await?;
    emulator.override_next(CannedResponse::new(502));
    let token = replace_link(&client, org).await?;

    assert_eq!(emulator.link_tokens(), [token.expose_secret()]);
    let created =
        emulator.effects().iter().filter(|effect| matches!(effect, Effect::LinkTokenCreated(_))).count();
    assert_eq!(created, 3);
    println!("three link-tokens created, one left");
    Ok(())
}
