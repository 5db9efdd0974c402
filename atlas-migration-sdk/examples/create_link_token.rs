//! Creates a link-token for the addresses on the command line and writes it to a new file that only its owner can read.
//!
//! ```sh
//! cargo run --example create_link_token -- link-token 203.0.113.7
//! ```
//! Credentials and `MONGODB_ATLAS_ORG_ID` come from the environment. The file only appears once it contains the token.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use atlas_migration_sdk::{AccessListEntry, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file: PathBuf = arguments.next().ok_or("usage: create_link_token FILE [ADDRESS]...")?.into();
    let access_list = arguments.map(|entry| entry.parse()).collect::<Result<Vec<AccessListEntry>, _>>()?;
    let client = Client::from_env()?;
    let org = client.org_from_env()?;

    if file.symlink_metadata().is_ok() {
        return Err(
            format!("{} exists already and is not overwritten: choose another file", file.display()).into()
        );
    }
    // The file is created first, because a token that cannot be stored is lost. On Unix only its owner can read it,
    // from the start; it is deleted if the call fails.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".link-token-").tempfile_in(folder)?;

    let response = org.create_link_token(access_list).send().await?;
    temporary.write_all(response.value.expose_secret().as_bytes())?;
    if let Err(failure) = temporary.persist_noclobber(&file) {
        let (_, kept) = failure.file.keep()?;
        return Err(
            format!("{}: {}; the token is in {}", file.display(), failure.error, kept.display()).into()
        );
    }
    println!("created; {:?}", response.metadata);
    client.revoke().await.or_else(|error| {
        // Only the token of a service account can be revoked.
        if error.kind() == atlas_migration_sdk::ErrorKind::InvalidRequest { Ok(()) } else { Err(error) }
    })?;
    Ok(())
}
