//! Creates a link-token for the addresses on the command line and writes it to a file that only its owner can read.
//!
//! ```sh
//! cargo run --example create_link_token -- link-token 203.0.113.7
//! ```
//! Credentials and `MONGODB_ATLAS_ORG_ID` come from the environment.

use std::io::Write as _;

use atlas_migration_sdk::{AccessListEntry, Client, OrgId};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: create_link_token FILE [ADDRESS]...")?;
    let access_list = arguments.map(|entry| entry.parse()).collect::<Result<Vec<AccessListEntry>, _>>()?;
    let org: OrgId =
        std::env::var("MONGODB_ATLAS_ORG_ID").map_err(|_| "MONGODB_ATLAS_ORG_ID is not set")?.parse()?;

    let client = Client::from_env()?;
    // The file first: a token that cannot be stored is lost.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;

    let reply = client.org(org).create_link_token(access_list).reply().await?;
    file.write_all(reply.value.expose_secret().as_bytes())?;
    println!("created; {:?}", reply.meta);
    client.revoke().await.or_else(|error| {
        // Only the token of a service account can be given back.
        if error.kind() == atlas_migration_sdk::ErrorKind::InvalidRequest { Ok(()) } else { Err(error) }
    })?;
    Ok(())
}
