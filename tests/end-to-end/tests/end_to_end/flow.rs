//! Whole migrations with the flow, and the effects in the journal of the emulator, which happen once.

mod executor;
mod interruptions;

use std::sync::Arc;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, Fault, FaultKind};
use atlas_migration_sdk::flow::{
    Actor, Command, End, Event, EventKind, Flow, LinkSource, Once, Question, SourceService, Started,
};
use atlas_migration_sdk::{
    CredentialKind, Error, FlowExecutor, Operation, Secret, SourceManager, Timestamp, operations,
};

use crate::common::{SharedClock, builder};
use crate::operations::plan;

/// The password in the plan.
const PASSWORD: &str = "source password";

/// A process that runs a flow, and a person who answers truthfully.
struct Runner {
    emulator: Arc<Emulator>,
    executor: FlowExecutor,
    flow: Flow,
    journal: Vec<Event>,
    /// After how many more entries of the journal the process is killed.
    writes_left: usize,
    /// Whether it is killed before it does what follows from an entry; otherwise it still does that.
    killed_before_effect: bool,
    /// The last failure of a read, for the message of a test that fails.
    failed_read: Option<Error>,
}

/// The process was killed.
struct Killed;

async fn emulator() -> Arc<Emulator> {
    Arc::new(Emulator::builder().time_scale(0.0).start().await.unwrap())
}

fn executor(emulator: &Arc<Emulator>) -> FlowExecutor {
    let timeout = Duration::from_millis(300);
    let client = builder(emulator, CredentialKind::ServiceAccount).attempt_timeout(timeout);
    let client = client.max_response_size(1 << 20).clock(SharedClock::new(emulator));
    let (public, private) = emulator.source_manager_api_key();
    let source = SourceManager::ops_manager(emulator.source_manager_url(), public, Secret::new(private))
        .configure(|builder| {
            builder.attempt_timeout(timeout).max_response_size(1 << 20).clock(SharedClock::new(emulator))
        })
        .build()
        .unwrap();
    FlowExecutor::new(client.build().unwrap())
        .source(source.org(emulator.source_org_id().parse().unwrap()))
        .source_password(Secret::new(PASSWORD))
}

fn started(emulator: &Emulator) -> Started {
    let (org, project) = (emulator.org_id().parse().unwrap(), emulator.project_id().parse().unwrap());
    let source_org = emulator.source_org_id().parse().unwrap();
    let service = SourceService::OpsManager(emulator.source_manager_url().to_owned());
    Started::new(&plan(), org, project).link(LinkSource::new(source_org, service)).validate(true).verify(true)
}

fn now(emulator: &Emulator) -> Timestamp {
    "2026-11-28T08:00:00Z".parse::<Timestamp>().unwrap() + emulator.now()
}

impl Runner {
    fn start(emulator: &Arc<Emulator>, started: Started) -> Self {
        let event = Event::new(now(emulator), Actor::process("test"), EventKind::start(started));
        Self {
            emulator: Arc::clone(emulator),
            executor: executor(emulator),
            flow: Flow::start(&event).unwrap(),
            journal: vec![event],
            writes_left: usize::MAX,
            killed_before_effect: false,
            failed_read: None,
        }
    }

    /// Another process continues with the journal.
    fn resume(self) -> Self {
        let text: Vec<String> = self.journal.iter().map(Event::to_string).collect();
        let journal: Vec<Event> = text.iter().map(|line| line.parse().unwrap()).collect();
        assert_eq!(journal, self.journal);
        Self {
            executor: executor(&self.emulator),
            flow: Flow::resume(&journal).unwrap(),
            journal,
            writes_left: usize::MAX,
            ..self
        }
    }

    fn record(&mut self, by: Actor, kind: EventKind) -> Result<(), Killed> {
        let event = Event::new(now(&self.emulator), by, kind);
        if self.writes_left == 0 {
            return Err(Killed);
        }
        self.writes_left -= 1;
        self.flow.apply(&event).unwrap();
        self.journal.push(event);
        if self.writes_left == 0 && self.killed_before_effect { Err(Killed) } else { Ok(()) }
    }

    fn observe(&mut self, kind: EventKind) -> Result<(), Killed> {
        self.record(Actor::process("test"), kind)
    }

    /// Records what was read. There is nothing to record after a failure.
    fn found(&mut self, found: Result<EventKind, Error>) -> Result<(), Killed> {
        match found {
            Ok(found) => self.observe(found),
            Err(error) => {
                self.failed_read = Some(error);
                self.emulator.advance(Duration::from_secs(30));
                Ok(())
            }
        }
    }

    async fn perform(&mut self, once: &Once) -> Result<(), Killed> {
        let intent = self.flow.intent(once, now(&self.emulator));
        let has_expired = matches!(intent, EventKind::ApprovalExpired { .. });
        self.observe(intent)?;
        if has_expired {
            return Ok(());
        }
        let outcome = self.executor.perform(once).await;
        self.observe(outcome)
    }

    /// Executes a command. A read that fails is repeated at the next turn.
    async fn turn(&mut self) -> Result<Option<End>, Killed> {
        match self.flow.next() {
            Command::End(end) => return Ok(Some(end)),
            Command::Once(once) => self.perform(&once).await?,
            Command::Read(read) => {
                let found = self.executor.read(&read).await;
                self.found(found)?;
            }
            Command::Reconcile(reconcile) => {
                let left = reconcile.not_before.saturating_duration_since(now(&self.emulator));
                self.emulator.advance(left);
                let found = self.executor.read(&reconcile.read).await;
                self.found(found)?;
            }
            Command::Watch(watch) => {
                self.emulator.advance(Duration::from_secs(30));
                let found = self.executor.poll(&watch).await;
                self.found(found)?;
            }
            Command::Verify => self.observe(EventKind::verified())?,
            Command::Ask(question) => {
                let answer = self.answer(&question);
                self.record(Actor::person("ada"), answer)?;
            }
            other => panic!("{other:?}"),
        }
        Ok(None)
    }

    fn answer(&self, question: &Question) -> EventKind {
        match question {
            Question::Approve(approval) => {
                EventKind::approve(approval.action, self.flow.started().plan_hash, None)
            }
            // Such as a migration host that is busy with a validation.
            Question::TryAgain { .. } => {
                self.emulator.advance(Duration::from_secs(60));
                EventKind::retry()
            }
            Question::FindMigration(lost) => {
                let left = lost.not_before.saturating_duration_since(now(&self.emulator));
                self.emulator.advance(left);
                let created = self.emulator.effects().into_iter().find_map(|effect| match effect {
                    Effect::MigrationStarted(id) => Some(id.parse().unwrap()),
                    _ => None,
                });
                created.map_or_else(EventKind::not_created, EventKind::found)
            }
            other => panic!("{other}"),
        }
    }

    async fn run(&mut self) -> Result<End, Killed> {
        for _ in 0..200 {
            if let Some(end) = self.turn().await? {
                return Ok(end);
            }
        }
        panic!("the flow does not end: {:?} {:#?}", self.failed_read, self.journal)
    }

    fn count(&self, is_kind: impl Fn(&Effect) -> bool) -> usize {
        self.emulator.effects().iter().filter(|effect| is_kind(effect)).count()
    }

    /// Each effect happened once, and no secret is in the journal.
    #[track_caller]
    fn assert_each_effect_once(&self, case: &str) {
        let effects = [
            self.count(|effect| matches!(effect, Effect::SourceLinked(_))),
            self.count(|effect| matches!(effect, Effect::MigrationStarted(_))),
            self.count(|effect| matches!(effect, Effect::CutoverStarted(_))),
        ];
        assert_eq!(effects, [1, 1, 1], "{case}: links, migrations, cutovers; {:#?}", self.journal);
        let text: String = self.journal.iter().map(Event::to_string).collect();
        let tokens = self.emulator.link_tokens();
        for secret in tokens.iter().map(String::as_str).chain([PASSWORD]) {
            assert!(!text.contains(secret), "{case}: {text}");
        }
    }
}

/// The requests of the steps that must not happen twice.
fn faults(kind: FaultKind) -> [(&'static str, Fault); 5] {
    let on = |operation: &Operation| Fault::new(kind).on(operation).with_credentials();
    [
        ("link-token", on(&operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN)),
        ("link", Fault::new(kind).on_source_manager().on_method("POST").with_credentials()),
        ("validate", on(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS)),
        ("migrate", on(&operations::CREATE_GROUP_LIVE_MIGRATION)),
        ("cut over", on(&operations::CUTOVER_GROUP_LIVE_MIGRATION)),
    ]
}

#[tokio::test]
async fn a_whole_migration() {
    let emulator = emulator().await;
    let mut runner = Runner::start(&emulator, started(&emulator));
    assert!(matches!(runner.run().await, Ok(End::Complete)));
    runner.assert_each_effect_once("without faults");
    assert_eq!(runner.count(|effect| matches!(effect, Effect::LinkTokenCreated(_))), 1);
    assert_eq!(runner.count(|effect| matches!(effect, Effect::ValidationStarted(_))), 1);
    let kinds: Vec<_> = runner.journal.iter().map(|event| event.kind.name()).collect();
    let once = |name| kinds.iter().filter(|kind| **kind == name).count();
    assert_eq!((once("intended"), once("approved"), once("retried")), (4, 2, 0), "{kinds:?}");
}
