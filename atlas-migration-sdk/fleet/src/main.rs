//! `atlas-migration-fleet`: many live migrations to MongoDB Atlas, on Temporal.

mod activities;
mod messages;
mod temporal;
mod windows;
mod workflows;

#[tokio::main]
async fn main() {
    if let Err(error) = worker().await {
        eprintln!("{error}");
    }
}

async fn worker() -> Result<(), Box<dyn std::error::Error>> {
    use temporalio_sdk::{Runtime, Worker, WorkerOptions};
    let client = temporal::connect().await?;
    let runtime = Runtime::from_current_tokio(Default::default())?;
    let accounts = activities::Accounts {
        client: atlas_migration_sdk::Client::from_env()?,
        sources: Default::default(),
        passwords: Default::default(),
    };
    let workflows = WorkerOptions::new(temporal::names::FLEET_QUEUE)
        .register_workflow::<workflows::fleet::Fleet>()?
        .register_workflow::<workflows::lane::Lane>()?
        .register_workflow::<workflows::migration::Migration>()?
        .register_activities(activities::Local { hooks: Default::default() })
        .build();
    let atlas = WorkerOptions::new(temporal::names::ATLAS_QUEUE)
        .register_activities(activities::Atlas { accounts })
        .build();
    let mut workflows = Worker::new(&runtime, client.clone(), workflows)?;
    let mut atlas = Worker::new(&runtime, client, atlas)?;
    tokio::try_join!(workflows.run(), atlas.run())?;
    Ok(())
}
