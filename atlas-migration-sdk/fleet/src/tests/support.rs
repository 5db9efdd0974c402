//! A fleet for tests: a Temporal server, the emulator, and workers in this process.

use std::collections::BTreeSet;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, FaultRate, MigrationTimeline};
use atlas_migration_sdk::flow::{Question, Started};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{Client as AtlasClient, Credentials, MigrationId, Secret};
use temporalio_client::{
    Client, ClientOptions, Connection, WorkflowDescribeOptions, WorkflowExecuteUpdateOptions,
    WorkflowFetchHistoryOptions, WorkflowHistory, WorkflowIdConflictPolicy, WorkflowQueryOptions,
    WorkflowStartOptions,
};
use temporalio_sdk::{Runtime, Worker, WorkerOptions};

use crate::activities::{Accounts, Atlas, Hooks, Local};
use crate::messages::{
    Decision, DecisionKind, FleetInput, FleetView, LedgerState, MigrationSpec, MigrationView, Pause,
    PauseRequest,
};
use crate::temporal::names;
use crate::workflows::{fleet::Fleet, lane::Lane, migration::Migration};

#[path = "../../tests/support/server.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod server;
use server::TemporalServer;

pub(super) struct World {
    pub(super) emulator: Emulator,
    pub(super) client: Client,
    /// Kept until the test ends.
    _server: TemporalServer,
    /// Dropping a sender ends the worker.
    workers: Vec<tokio::sync::oneshot::Sender<()>>,
    specs: Vec<MigrationSpec>,
    fleet: String,
}

/// What differs between the tests.
pub(super) struct Setting {
    pub(super) hosts: usize,
    pub(super) migrations: usize,
    /// How many requests in a hundred have a fault.
    pub(super) faults: u8,
    pub(super) drop_data: bool,
    /// The command that verifies the copied data.
    pub(super) verify: Option<&'static str>,
}

impl Default for Setting {
    fn default() -> Self {
        Self { hosts: 1, migrations: 1, faults: 0, drop_data: false, verify: None }
    }
}

/// The time limits of the client of Atlas, which make the settling time short.
const ATTEMPT: Duration = Duration::from_secs(1);
const OPERATION: Duration = Duration::from_secs(2);
const BEGIN: Duration = Duration::from_secs(5);

impl World {
    pub(super) async fn start(setting: Setting) -> Option<Self> {
        let Setting { hosts, migrations, faults, drop_data, verify } = setting;
        let server = TemporalServer::start()?;
        let timeline = MigrationTimeline::new().initial_lag(Duration::from_secs(60));
        let mut emulator =
            Emulator::builder().time_scale(60.0).migration_timeline(timeline).one_job_per_host(true);
        if faults > 0 {
            emulator = emulator.fault_rate(FaultRate::new(faults, 7));
        }
        let emulator = emulator.start().await.unwrap();
        let host = |n: usize| format!("vm{n:03}.example.com");
        let deployments: Vec<_> = (0..migrations)
            .map(|n| {
                serde_json::json!({"name": format!("source-{n}"), "sharded": false, "managed": true,
                "tlsEnabled": true, "mongoDBVersion": "7.0.15", "featureCompatibilityVersion": "7.0"})
            })
            .collect();
        emulator.set_available_projects(vec![serde_json::json!({
            "name": "source", "projectId": emulator.source_project_id(),
            "migrationHosts": (0..hosts).map(host).collect::<Vec<_>>(), "deployments": deployments,
        })]);
        emulator.set_linked(true);
        let fleet = "move".to_owned();
        let specs = (0..migrations)
            .map(|n| {
                let plan = MigrationPlan::new(
                    Source::managed(emulator.source_project_id().parse().unwrap(), format!("source-{n}")),
                    Destination::public(format!("destination-{n}")),
                    host(n % hosts),
                )
                .drop_destination_data(drop_data);
                let org = emulator.org_id().parse().unwrap();
                let project = emulator.project_id().parse().unwrap();
                let started = Started::new(&plan, org, project)
                    .validate(true)
                    .verify(verify.is_some())
                    .settling_time(ATTEMPT + OPERATION * 2 + BEGIN);
                MigrationSpec {
                    fleet: fleet.clone(),
                    name: format!("m{n}"),
                    started,
                    source: None,
                    password: None,
                    approvers: vec!["ada".to_owned()],
                    windows: Vec::new(),
                    max_lag_seconds: None,
                    begin_seconds: BEGIN.as_secs(),
                    poll_seconds: 1,
                    sample_seconds: 3600,
                }
            })
            .collect();
        let connection = temporalio_client::ConnectionOptions::new(
            format!("http://{}", server.address()).parse::<url::Url>().unwrap(),
        )
        .build();
        let connection = Connection::connect(connection).await.unwrap();
        let client = Client::new(connection, ClientOptions::new("default").build()).unwrap();
        let mut world = Self { emulator, client, _server: server, workers: Vec::new(), specs, fleet };
        world.start_worker(verify);
        Some(world)
    }

    fn start_worker(&mut self, verify: Option<&str>) {
        let hooks = Hooks { verify: verify.map(str::to_owned), ..Hooks::default() };
        let (stop, stopped) = tokio::sync::oneshot::channel();
        self.workers.push(stop);
        let (id, secret) = self.emulator.service_account();
        let atlas = AtlasClient::builder()
            .base_url(self.emulator.base_url())
            .credentials(Credentials::service_account(id, Secret::new(secret)))
            .attempt_timeout(ATTEMPT)
            .operation_timeout(OPERATION)
            .build()
            .unwrap();
        let accounts = Accounts {
            org: self.emulator.org_id().parse().unwrap(),
            client: atlas,
            call_limit: OPERATION,
            sources: Default::default(),
            passwords: Default::default(),
        };
        let client = self.client.clone();
        std::thread::spawn(move || {
            let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            tokio.block_on(async move {
                let runtime = Runtime::from_current_tokio(Default::default()).unwrap();
                let options = WorkerOptions::new(names::FLEET_QUEUE)
                    .register_workflow::<Fleet>()
                    .unwrap()
                    .register_workflow::<Lane>()
                    .unwrap()
                    .register_workflow::<Migration>()
                    .unwrap()
                    .register_activities(Local { hooks, stopping: tokio::sync::watch::channel(false).1 })
                    .build();
                let mut fleet = Worker::new(&runtime, client.clone(), options).unwrap();
                let options =
                    WorkerOptions::new(names::ATLAS_QUEUE).register_activities(Atlas { accounts }).build();
                let mut atlas = Worker::new(&runtime, client, options).unwrap();
                tokio::select! {
                    _ = fleet.run() => {}
                    _ = atlas.run() => {}
                    _ = stopped => {}
                }
            });
        });
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.specs.iter().map(|spec| spec.name.clone()).collect()
    }

    /// Starts the workflow of the fleet, or finds it running.
    pub(super) async fn start_fleet(&self) {
        let input = FleetInput { fleet: self.fleet.clone(), ..FleetInput::default() };
        let options = WorkflowStartOptions::new(names::FLEET_QUEUE, names::fleet_id(&self.fleet))
            .id_conflict_policy(WorkflowIdConflictPolicy::UseExisting)
            .build();
        self.client.start_workflow(Fleet::run, input, options).await.unwrap();
    }

    pub(super) async fn add_all(&self) {
        self.start_fleet().await;
        let handle = self.client.get_workflow_handle::<Fleet>(names::fleet_id(&self.fleet));
        let added =
            handle.execute_update(Fleet::add, self.specs.clone(), WorkflowExecuteUpdateOptions::default());
        assert_eq!(added.await.unwrap(), self.specs.len());
    }

    /// The activities of a migration that wait or run.
    pub(super) async fn pending_activities(&self, name: &str) -> Vec<String> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        let description = handle.describe(WorkflowDescribeOptions::default()).await.unwrap();
        let pending = description.raw().pending_activities.iter();
        pending.filter_map(|activity| Some(activity.activity_type.as_ref()?.name.clone())).collect()
    }

    pub(super) async fn view(&self, name: &str) -> Option<MigrationView> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        handle.query(Migration::view, (), WorkflowQueryOptions::default()).await.ok()
    }

    pub(super) async fn fleet_view(&self) -> FleetView {
        let handle = self.client.get_workflow_handle::<Fleet>(names::fleet_id(&self.fleet));
        handle.query(Fleet::view, (), WorkflowQueryOptions::default()).await.unwrap()
    }

    /// Pauses the fleet, or lets it continue.
    pub(super) async fn pause(&self, reason: Option<&str>) -> Option<Pause> {
        let handle = self.client.get_workflow_handle::<Fleet>(names::fleet_id(&self.fleet));
        let request = PauseRequest { by: "ada".to_owned(), reason: reason.map(str::to_owned) };
        let options = WorkflowExecuteUpdateOptions::default();
        handle.execute_update(Fleet::pause, request, options).await.unwrap().pause
    }

    /// The histories of all workflows of the fleet, with their ids.
    pub(super) async fn histories(&self) -> Vec<(String, WorkflowHistory)> {
        let mut histories = Vec::new();
        for name in self.names() {
            let id = names::migration_id(&self.fleet, &name);
            let handle = self.client.get_workflow_handle::<Migration>(id.clone());
            histories.push((id, handle.fetch_history(WorkflowFetchHistoryOptions::default())));
        }
        let id = names::fleet_id(&self.fleet);
        let handle = self.client.get_workflow_handle::<Fleet>(id.clone());
        histories.push((id, handle.fetch_history(WorkflowFetchHistoryOptions::default())));
        let hosts: BTreeSet<_> = self.specs.iter().map(|spec| spec.host()).collect();
        for host in hosts {
            let id = names::lane_id(host);
            let handle = self.client.get_workflow_handle::<Lane>(id.clone());
            histories.push((id, handle.fetch_history(WorkflowFetchHistoryOptions::default())));
        }
        histories
    }

    pub(super) async fn wait_for_question(&self, name: &str) -> MigrationView {
        for _ in 0..600 {
            if let Some(view) = self.view(name).await
                && view.question.is_some()
            {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("no question: {:?}, {:?}", self.view(name).await, self.fleet_view().await)
    }

    /// Answers every question as a careful person does, until all migrations have ended.
    pub(super) async fn answer_until_end(&self) -> FleetView {
        for _ in 0..1500 {
            let fleet = self.fleet_view().await;
            if fleet.ledger.values().all(|entry| matches!(entry.state, LedgerState::Ended(_))) {
                return fleet;
            }
            for (name, entry) in &fleet.ledger {
                if entry.state == LedgerState::Running
                    && let Some(view) = self.view(name).await
                    && let Some(question) = view.question
                {
                    // What does not fit any more by now is rejected.
                    let _ = self.decide(name, self.answer(name, &question)).await;
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("not ended: {:?}", self.fleet_view().await)
    }

    fn answer(&self, name: &str, question: &Question) -> Decision {
        let kind = match question {
            Question::Approve(approval) => DecisionKind::Approve {
                action: approval.action,
                plan_hash: approval.plan_hash,
                expires: None,
            },
            Question::FindMigration(lost) => match self.find(&lost.destination_cluster) {
                Some(migration) => DecisionKind::GiveId { migration },
                None => DecisionKind::NotCreated {},
            },
            Question::OnHold { .. } => DecisionKind::Resume {},
            _ => DecisionKind::Retry {},
        };
        eprintln!("{name}: {kind:?}");
        Decision { by: "ada".to_owned(), kind }
    }

    /// The migration to this cluster, as the page of the project shows it.
    fn find(&self, destination: &str) -> Option<MigrationId> {
        self.started(destination).first().map(|id| id.parse().unwrap())
    }

    /// The migrations to this cluster that were started.
    fn started(&self, destination: &str) -> Vec<String> {
        let requests = self.emulator.requests();
        let name = format!("{destination:?}");
        let of_destination = |number: u64| {
            requests.iter().any(|request| {
                request.number == number && String::from_utf8_lossy(&request.body).contains(&name)
            })
        };
        let effects = self.emulator.recorded_effects();
        effects
            .into_iter()
            .filter(|effect| of_destination(effect.request))
            .filter_map(|effect| match effect.effect {
                Effect::MigrationStarted(id) => Some(id),
                _ => None,
            })
            .collect()
    }

    pub(super) async fn decide(&self, name: &str, decision: Decision) -> Result<MigrationView, String> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        let refreshed =
            handle.execute_update(Migration::refresh, (), WorkflowExecuteUpdateOptions::default());
        refreshed.await.map_err(|error| error.to_string())?;
        let update =
            handle.execute_update(Migration::decide, decision, WorkflowExecuteUpdateOptions::default());
        update.await.map_err(|error| format!("{error:?}"))
    }

    /// Each migration was started once and cut over once, and no host was given a second one.
    pub(super) fn assert_each_effect_once(&self) {
        let effects = self.emulator.effects();
        let count = |wanted: &Effect| effects.iter().filter(|effect| *effect == wanted).count();
        for spec in &self.specs {
            let ids = self.started(spec.started.plan.destination().cluster());
            let [id] = ids.as_slice() else { panic!("{}: started {ids:?}", spec.name) };
            assert_eq!(count(&Effect::CutoverStarted(id.clone())), 1, "{}", spec.name);
        }
        let busy = self.emulator.requests().into_iter().find(|request| {
            request.operation == Some("createGroupLiveMigration") && matches!(request.status, 400 | 409)
        });
        assert!(busy.is_none(), "{busy:?}");
    }
}
