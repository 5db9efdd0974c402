//! Links the source organization to the Atlas organization, with the link-token that `create_link_token` wrote to a file.
//!
//! ```sh
//! cargo run --example link -- link-token
//! ```
//! The API key of Cloud Manager or Ops Manager comes from `SOURCE_MANAGER_PUBLIC_API_KEY` and
//! `SOURCE_MANAGER_PRIVATE_API_KEY`, the organization from `SOURCE_MANAGER_ORG_ID`, and the URL of an Ops Manager from
//! `SOURCE_MANAGER_URL`. If it has a certificate authority of its own, `SOURCE_MANAGER_CA_CERTIFICATE` is the path of a
//! file with that.

use atlas_migration_sdk::{LinkToken, SourceManager};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: link FILE")?;
    let token = LinkToken::new(std::fs::read_to_string(file)?.trim());
    let source = SourceManager::from_env()?.org_from_env()?;
    println!("{}", source.link(&token).await?);
    Ok(())
}
