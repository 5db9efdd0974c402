//! Runs the plan in a JSON file: validates it, migrates, waits until the migration is ready, and cuts over if the
//! answer to a prompt is yes.
//!
//! ```sh
//! cargo run --example migrate -- plan.json migration-id
//! ```
//! The id of the migration is written to the second file, for the example `resume`. Credentials,
//! `MONGODB_ATLAS_PROJECT_ID` and, if the source has a user, `MONGODB_ATLAS_SOURCE_PASSWORD` come from the
//! environment.

use atlas_migration_sdk::{Client, MigrationPlan, Readiness};

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
    std::fs::write(id_file, migration.id().to_string())?;
    if let Readiness::AlreadyComplete(_) =
        migration.wait_until_ready(|progress| println!("{progress}")).await?
    {
        println!("another process has cut over: the migration is complete");
        return Ok(());
    }

    println!("Stop the writes to the source, then type yes to cut over.");
    let mut answer = String::new();
    // At the end of the input, the answer is empty.
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        println!("not cut over; it stays possible for 120 hours from when the migration was ready");
        return Ok(());
    }
    migration.cut_over().await?.wait().await?;
    println!("complete: point the applications at Atlas");
    Ok(())
}
