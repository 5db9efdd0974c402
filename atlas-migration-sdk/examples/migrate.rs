//! Runs the plan in a JSON file: validates it, migrates, waits until the migration is ready, and cuts over if the
//! answer to a prompt is yes.
//!
//! ```sh
//! cargo run --example migrate -- plan.json migration-id
//! ```
//! The id of the migration is written to the second file, for the example `resume`. Credentials,
//! `MONGODB_ATLAS_PROJECT_ID` and, if the source has a user, `MONGODB_ATLAS_SOURCE_PASSWORD` come from the
//! environment.

mod shared;

use atlas_migration_sdk::{Client, MigrationPlan};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(id_file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: migrate PLAN.json ID-FILE".into());
    };
    let plan = MigrationPlan::from_json(&std::fs::read_to_string(file)?)?.source_password_from_env()?;
    let project = Client::from_env()?.project_from_env()?;

    project.validate(&plan).await?.wait().await?;
    let migration = match project.migrate(&plan).await {
        Ok(migration) => migration,
        // The text describes how to check that. A second migration could drop the destination's data again.
        Err(error) if error.may_have_taken_effect() => {
            return Err(format!("do not run this again yet: {error}").into());
        }
        Err(error) => return Err(error.into()),
    };
    // Also printed, in case the file cannot be written: no operation of Atlas lists migrations.
    println!("migration {}", migration.id());
    std::fs::write(id_file, migration.id().to_string())?;
    shared::finish(&migration).await
}
