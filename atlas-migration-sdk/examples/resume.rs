//! Continues with a migration by its id: waits until it can be cut over.
//!
//! ```sh
//! cargo run --example resume -- 6296fb4c7c7aa997cf94e9a8
//! ```
//! Credentials and `MONGODB_ATLAS_PROJECT_ID` come from the environment.

use atlas_migration_sdk::{Client, MigrationId};
use futures_util::TryStreamExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let migration: MigrationId = std::env::args().nth(1).ok_or("usage: resume MIGRATION-ID")?.parse()?;
    let migration = Client::from_env()?.project_from_env()?.migration(migration);
    let mut progress = std::pin::pin!(migration.progress());
    while let Some(progress) = progress.try_next().await? {
        println!("{progress}");
        if progress.is_ready() {
            break;
        }
    }
    Ok(())
}
