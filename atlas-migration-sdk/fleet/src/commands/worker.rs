//! `worker`: serves the workflows and the calls to Atlas.

use clap::Args;
use temporalio_sdk::{Runtime, Worker, WorkerOptions};

use crate::context::Context;
use crate::failure::Failure;
use crate::{activities, temporal, workflows};

#[derive(Args, Debug)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(&self, _context: &Context) -> Result<(), Failure> {
        serve().await.map_err(|error| Failure::other(error.to_string()))
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let client = temporal::connect().await?;
    let runtime = Runtime::from_current_tokio(Default::default())?;
    let accounts = activities::Accounts {
        org: std::env::var("MONGODB_ATLAS_ORG_ID")?.parse()?,
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
