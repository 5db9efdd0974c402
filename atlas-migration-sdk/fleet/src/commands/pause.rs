//! `pause` and `unpause`: whether new steps may begin.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::remote::Remote;
use super::which::{WhichFleet, person};
use crate::context::Context;
use crate::failure::Failure;
use crate::messages::PauseRequest;
use crate::output::duration;
use crate::status::{self, FleetStatus, MigrationStatus, State};

#[derive(Args, Debug)]
pub(crate) struct Pause {
    #[command(flatten)]
    which: WhichFleet,
    /// Why, for those who look at the status.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who pauses [default: the login name].
    #[arg(long = "as", value_name = "NAME")]
    by: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Unpause {
    #[command(flatten)]
    which: WhichFleet,
    /// Who ends the pause [default: the login name].
    #[arg(long = "as", value_name = "NAME")]
    by: Option<String>,
}

/// What a pause leaves running.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Paused {
    pub(crate) fleet: String,
    pub(crate) paused: bool,
    /// Migrations that run on in Atlas, and are polled.
    pub(crate) running: Vec<String>,
    /// Migrations of which a request is being sent. It is not stopped.
    pub(crate) performing: Vec<String>,
    /// Migrations that are ready, with the seconds that are left to cut over.
    pub(crate) ready: Vec<Ready>,
}

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    pub(crate) name: String,
    pub(crate) cutover_seconds_left: u64,
}

impl Pause {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let request = PauseRequest { by: person(self.by.as_deref())?, reason: Some(self.reason.clone()) };
        send(context, &self.which, request).await
    }
}

impl Unpause {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let request = PauseRequest { by: person(self.by.as_deref())?, reason: None };
        send(context, &self.which, request).await
    }
}

async fn send(context: &Context, which: &WhichFleet, request: PauseRequest) -> Result<(), Failure> {
    let remote = Remote::connect(context, &which.which()).await?;
    remote.existing().await?;
    let what = format!("the fleet {}", remote.fleet);
    remote.pause(request).await.map_err(|error| error.failure(&what))?;
    let status = status::read(&remote).await.map_err(|failure| {
        failure.with_advice("The request was taken, and what still runs could not be read: use `status`")
    })?;
    context.output.show(&Paused::of(&status), for_people)
}

impl Paused {
    fn of(status: &FleetStatus) -> Self {
        let named = |is_one: &dyn Fn(&&MigrationStatus) -> bool| {
            status.migrations.iter().filter(is_one).map(|migration| migration.name.clone()).collect()
        };
        let ready = status.migrations.iter().filter_map(|migration| {
            let cutover_seconds_left = migration.cutover_seconds_left?;
            Some(Ready { name: migration.name.clone(), cutover_seconds_left })
        });
        Self {
            fleet: status.fleet.clone(),
            paused: status.pause.is_some(),
            running: named(&|migration| matches!(migration.state, State::Running | State::Waiting)),
            performing: named(&|migration| migration.performing),
            ready: ready.collect(),
        }
    }
}

fn for_people(paused: &Paused) -> String {
    let Paused { fleet, running, performing, ready, .. } = paused;
    if !paused.paused {
        return format!("The fleet {fleet} is not paused: steps begin again within seconds.");
    }
    let mut text = format!(
        "The fleet {fleet} is paused: no link, validation, migration or cutover begins. Approvals are accepted, and wait."
    );
    if performing.is_empty() {
        text += "\nNo request of a step is being sent.";
    } else {
        text += &format!(
            "\nRequests that are being sent are not stopped, and may take effect: {}.",
            performing.join(", ")
        );
    }
    if !running.is_empty() {
        text += &format!("\nThese run on in Atlas, and are polled: {}.", running.join(", "));
    }
    for Ready { name, cutover_seconds_left } in ready {
        let left = duration(std::time::Duration::from_secs(*cutover_seconds_left));
        text += &format!("\n{name} is ready, and expires unless it is cut over within {left}.");
    }
    text + "\n`atlas-migration-fleet unpause` ends the pause."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_tells_what_is_not_stopped() {
        let mut paused = Paused {
            fleet: "f".to_owned(),
            paused: true,
            running: vec!["a".to_owned(), "b".to_owned()],
            performing: vec!["b".to_owned()],
            ready: vec![Ready { name: "a".to_owned(), cutover_seconds_left: 7200 }],
        };
        let text = for_people(&paused);
        for expected in [
            "no link, validation, migration or cutover begins",
            "are not stopped, and may take effect: b.",
            "run on in Atlas, and are polled: a, b.",
            "a is ready, and expires unless it is cut over within 2 h 0 min.",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        paused.paused = false;
        assert!(for_people(&paused).contains("is not paused"));
    }
}
