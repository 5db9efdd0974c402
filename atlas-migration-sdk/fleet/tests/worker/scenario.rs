//! A migration that a test starts by itself, without a lane: its workflow, and that of its fleet.

use std::fmt::Write as _;

use atlas_emulator::Emulator;
use atlas_migration_sdk::flow::Started;
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use serde_json::{Value, json};

use crate::support::eventually;
use crate::support::program::Machine;
use crate::support::server::TemporalServer;

pub(crate) const FLEET: &str = "autumn";
const NAME: &str = "orders";
/// The names of clusters, which are confidential.
pub(crate) const SOURCE: &str = "orders-of-customers";
pub(crate) const DESTINATION: &str = "orders-in-atlas";

pub(crate) struct Scenario {
    pub(crate) machine: Machine,
    pub(crate) server: TemporalServer,
    pub(crate) emulator: Emulator,
    /// The specification of the migration, which a test may change before it starts it.
    pub(crate) spec: Value,
}

impl Scenario {
    /// None if there is no server.
    pub(crate) async fn new(emulator: atlas_emulator::EmulatorBuilder) -> Option<Self> {
        let server = TemporalServer::start()?;
        let emulator = emulator.start().await.unwrap();
        emulator.set_linked(true);
        let machine = Machine::new(&server, &emulator);
        let plan = MigrationPlan::new(
            Source::managed(emulator.source_project_id().parse().unwrap(), SOURCE),
            Destination::public(DESTINATION),
            emulator.migration_host(),
        );
        let (org, project) = (emulator.org_id().parse().unwrap(), emulator.project_id().parse().unwrap());
        let started = Started::new(&plan, org, project);
        let spec = json!({
            "fleet": FLEET, "name": NAME, "started": started,
            "begin_seconds": 20, "poll_seconds": 1, "sample_seconds": 3600,
        });
        Some(Self { machine, server, emulator, spec })
    }

    pub(crate) fn migration_id() -> String {
        format!("atlas-migration/{FLEET}/{NAME}")
    }

    /// Starts the workflows of the fleet and of the migration.
    pub(crate) fn start(&self) {
        self.start_workflow("AtlasFleet", &format!("atlas-fleet/{FLEET}"), &json!({ "fleet": FLEET }));
        self.start_workflow("AtlasMigration", &Self::migration_id(), &json!({ "spec": self.spec }));
    }

    fn start_workflow(&self, kind: &str, id: &str, input: &Value) {
        let input = input.to_string();
        self.server.cli_json(&[
            "workflow",
            "start",
            "--type",
            kind,
            "--task-queue",
            "atlas-fleet",
            "--workflow-id",
            id,
            "--input",
            &input,
        ]);
    }

    /// The state of the migration, once it fits.
    #[track_caller]
    pub(crate) fn view(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        eventually(what, || Some(self.query("view")?).filter(|view| fits(view)))
    }

    /// The journal of the migration.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let journal = eventually("the journal", || self.query("journal"));
        journal.as_array().unwrap().clone()
    }

    /// The result of a query; none as long as no worker answers.
    fn query(&self, name: &str) -> Option<Value> {
        let arguments = ["workflow", "query", "--workflow-id", &Self::migration_id(), "--name", name];
        let output = self.server.run_cli(&[&arguments[..], &["--output", "json"]].concat());
        let json: Value = serde_json::from_slice(&output.stdout).ok()?;
        json["queryResult"].as_array()?.first().cloned()
    }

    /// Sends an update, and returns the output of Temporal's command line.
    pub(crate) fn update(&self, name: &str, input: &Value) -> String {
        let input = input.to_string();
        let output = self.server.run_cli(&[
            "workflow",
            "update",
            "execute",
            "--workflow-id",
            &Self::migration_id(),
            "--name",
            name,
            "--input",
            &input,
        ]);
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        write!(text, "{}", String::from_utf8_lossy(&output.stderr)).unwrap();
        text
    }

    /// The activities of the migration that wait or run.
    pub(crate) fn pending_activities(&self) -> Vec<Value> {
        let described =
            self.server.cli_json(&["workflow", "describe", "--workflow-id", &Self::migration_id()]);
        described["pendingActivities"].as_array().cloned().unwrap_or_default()
    }
}
