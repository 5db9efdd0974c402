//! Continues with a migration by its id: waits until it can be cut over, prompts, and cuts over.
//!
//! ```sh
//! cargo run --example resume -- 6296fb4c7c7aa997cf94e9a8
//! ```
//! Credentials and `MONGODB_ATLAS_PROJECT_ID` come from the environment.

mod shared;

use atlas_migration_sdk::{Client, MigrationId};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let id: MigrationId = std::env::args().nth(1).ok_or("usage: resume MIGRATION-ID")?.parse()?;
    shared::finish(&Client::from_env()?.project_from_env()?.migration(id)).await
}
