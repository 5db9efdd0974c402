//! Validates the plan in a JSON file.
//!
//! ```sh
//! cargo run --example validate -- plan.json
//! ```
//! Credentials, `MONGODB_ATLAS_PROJECT_ID` and, if the source has a user, `MONGODB_ATLAS_SOURCE_PASSWORD` come from
//! the environment.

use std::time::Duration;

use atlas_migration_sdk::{Client, ErrorKind, MigrationPlan};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: validate PLAN.json")?;
    let plan = MigrationPlan::from_json(&std::fs::read_to_string(file)?)?.source_password_from_env()?;
    let job = Client::from_env()?.project_from_env()?.validate(&plan).await?;
    println!("validation {} has started", job.id());
    match tokio::time::timeout(Duration::from_secs(600), job.wait()).await? {
        Ok(_) => println!("the migration can run"),
        Err(error) if error.kind() == ErrorKind::JobFailed => {
            eprintln!("{error}");
            std::process::exit(1);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
