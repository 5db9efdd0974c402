//! Whole migrations with the flow: lost responses, interruptions between any two writes, and the journal of the
//! emulator, which shows each effect once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, Fault, FaultKind, FaultRate};
use atlas_migration_sdk::flow::{
    Actor, Command, End, Event, EventKind, Flow, FlowErrorKind, LinkSource, Once, Question, SourceService,
    Started, Watch,
};
use atlas_migration_sdk::{
    CredentialKind, Error, FlowExecutor, Operation, Polling, Secret, SourceManager, Timestamp, operations,
};
use futures_util::TryStreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::common::{Eager, ManualClock, SharedClock, api_error, bearer, builder};
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

/// A command that another process sent.
fn command<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn ready(emulator: &Emulator, migration: &str) -> Watch {
    command(json!({"ready": {"project": emulator.project_id(), "migration": migration}}))
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
async fn each_fault_in_each_step() {
    for kind in FaultKind::ALL {
        for (step, fault) in faults(kind) {
            let emulator = emulator().await;
            emulator.inject(fault);
            let mut runner = Runner::start(&emulator, started(&emulator));
            let case = format!("{kind} in {step}");
            assert!(matches!(runner.run().await, Ok(End::Complete)), "{case}");
            runner.assert_each_effect_once(&case);
        }
    }
}

/// Kills the process after each entry of the journal, before and after it does what follows from the entry, and lets
/// another one continue.
#[tokio::test]
async fn killed_after_each_write() {
    let emulator_without_kill = emulator().await;
    let mut complete = Runner::start(&emulator_without_kill, started(&emulator_without_kill));
    assert!(matches!(complete.run().await, Ok(End::Complete)));
    for killed_before_effect in [true, false] {
        for writes in 0..complete.journal.len() - 1 {
            let emulator = emulator().await;
            let mut killed = Runner::start(&emulator, started(&emulator));
            (killed.writes_left, killed.killed_before_effect) = (writes, killed_before_effect);
            let killed_in_time = killed.run().await.is_err();
            let case = format!("killed after {writes} entries, before the effect: {killed_before_effect}");
            assert!(killed_in_time, "{case}");
            let mut resumed = killed.resume();
            assert!(matches!(resumed.run().await, Ok(End::Complete)), "{case}");
            resumed.assert_each_effect_once(&case);
        }
    }
}

/// A process is killed again and again, a little later each time.
#[tokio::test]
async fn killed_again_and_again() {
    for killed_before_effect in [true, false] {
        let emulator = emulator().await;
        let mut runner = Runner::start(&emulator, started(&emulator));
        let mut writes = VecDeque::from([1, 2, 3]);
        let end = loop {
            writes.rotate_left(1);
            (runner.writes_left, runner.killed_before_effect) = (writes[0], killed_before_effect);
            match runner.run().await {
                Ok(end) => break end,
                Err(Killed) => runner = runner.resume(),
            }
        };
        assert_eq!(end, End::Complete);
        runner.assert_each_effect_once("killed again and again");
    }
}

/// Each run has its own random faults, of reads too, and is killed after some entries of its journal, again and again.
#[tokio::test]
async fn random_faults_and_kills() {
    for seed in 0..60 {
        let faults = FaultRate::new(20, seed).delay(Duration::from_millis(400));
        let emulator = Emulator::builder().time_scale(0.0).fault_rate(faults).start().await.unwrap();
        let emulator = Arc::new(emulator);
        let mut runner = Runner::start(&emulator, started(&emulator));
        let end = loop {
            (runner.writes_left, runner.killed_before_effect) = (3 + (seed % 7) as usize, seed % 2 == 0);
            match runner.run().await {
                Ok(end) => break end,
                Err(Killed) => runner = runner.resume(),
            }
        };
        assert_eq!(end, End::Complete, "seed {seed}");
        runner.assert_each_effect_once(&format!("seed {seed}"));
    }
}

#[tokio::test]
async fn no_migration_is_stated_too_early() {
    let emulator = emulator().await;
    let mut runner = Runner::start(&emulator, started(&emulator));
    emulator.inject(faults(FaultKind::ResetAfterEffect)[3].1.clone());
    while !matches!(runner.flow.next(), Command::Ask(Question::FindMigration(_))) {
        assert!(matches!(runner.turn().await, Ok(None)));
    }
    let statement = Event::new(now(&emulator), Actor::person("ada"), EventKind::not_created());
    assert_eq!(runner.flow.check(&statement).unwrap_err().kind(), FlowErrorKind::TooEarly);
    let Command::Ask(question) = runner.flow.next() else { panic!() };
    assert!(question.to_string().contains("Live Migration"), "{question}");
    // An id of another migration is not accepted.
    let other = EventKind::found("000000000000000000000000".parse().unwrap());
    assert!(runner.record(Actor::person("ada"), other).is_ok());
    assert!(matches!(runner.turn().await, Ok(None)));
    let Command::Ask(question) = runner.flow.next() else { panic!("{:?}", runner.flow.next()) };
    assert!(question.to_string().contains("Not this migration: 000000000000000000000000"), "{question}");
    assert!(matches!(runner.run().await, Ok(End::Complete)));
    runner.assert_each_effect_once("a wrong id");
}

/// The client repeats a cutover after a lost response. A rejection of the second request does not show that the first had
/// no effect.
#[tokio::test]
async fn a_cutover_that_is_rejected_after_a_lost_response_may_have_taken_effect() {
    let emulator = emulator().await;
    let client = builder(&emulator, CredentialKind::AccessToken).retry(Eager).build().unwrap();
    let migration = emulator.add_migration(atlas_emulator::MigrationState::ready());
    let cut_over: Once =
        command(json!({"cut_over": {"project": emulator.project_id(), "migration": migration}}));
    for status in [404, 409] {
        emulator.inject(faults(FaultKind::ResetAfterEffect)[4].1.clone());
        emulator.override_next(api_error(status));
        let outcome = FlowExecutor::new(client.clone()).perform(&cut_over).await;
        let EventKind::OutcomeUnknown { failure, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(failure.status, Some(status), "{failure}");
    }
    // Without a lost response, the same rejection shows that there was no effect.
    emulator.override_next(api_error(409));
    let outcome = FlowExecutor::new(bearer(&emulator)).perform(&cut_over).await;
    assert!(matches!(outcome, EventKind::Rejected { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_missing_setting_is_a_rejection() {
    let emulator = emulator().await;
    let client = builder(&emulator, CredentialKind::ServiceAccount).build().unwrap();
    let link: Once = command(json!({"link": {
        "org": emulator.org_id(), "source_org": emulator.source_org_id(), "access_list": [],
    }}));
    let outcome = FlowExecutor::new(client.clone()).perform(&link).await;
    let EventKind::Rejected { failure, .. } = outcome else { panic!("{outcome:?}") };
    assert!(failure.message.contains("FlowExecutor::source"), "{failure}");
    let migrate: Once = command(json!({"migrate": {"project": emulator.project_id(), "plan": plan()}}));
    let outcome = FlowExecutor::new(client).perform(&migrate).await;
    let EventKind::Rejected { failure, .. } = outcome else { panic!("{outcome:?}") };
    assert!(failure.message.contains("no password"), "{failure}");
    assert!(emulator.effects().is_empty());
}

#[tokio::test]
async fn what_the_server_repeats_of_the_password_is_not_recorded() {
    let emulator = emulator().await;
    let validation = emulator.add_validation();
    let said = format!("cannot log in with {PASSWORD}");
    assert!(emulator.set_validation(&validation, Some(PASSWORD), Some(&said)));
    let watch: Watch =
        command(json!({"validated": {"project": emulator.project_id(), "validation": validation}}));
    let found = executor(&emulator).poll(&watch).await.unwrap();
    let EventKind::ValidationObserved { message: Some(message), .. } = &found else { panic!("{found:?}") };
    assert!(message.contains("cannot log in with") && !format!("{found:?}").contains(PASSWORD), "{found:?}");
    let migration = emulator.add_migration(atlas_emulator::MigrationState::new(PASSWORD));
    let watch = ready(&emulator, &migration);
    let found = executor(&emulator).poll(&watch).await.unwrap();
    assert!(!format!("{found:?}").contains(PASSWORD), "{found:?}");
}

#[tokio::test]
async fn a_watch_polls_with_increasing_intervals_and_tolerates_failures() {
    let emulator = emulator().await;
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::AccessToken).clock(clock.clone()).build().unwrap();
    let migration = emulator.add_migration(atlas_emulator::MigrationState::working(60));
    let watch = ready(&emulator, &migration);
    let polling = Polling::default().initial_interval(Duration::from_secs(10));
    let polls = FlowExecutor::new(client).polling(polling).watch(watch);
    let mut polls = std::pin::pin!(polls);
    let first = polls.try_next().await.unwrap().unwrap();
    assert_eq!(first.progress.unwrap().lag(), Some(Duration::from_secs(60)));
    emulator.inject(Fault::new(FaultKind::ServiceUnavailable));
    emulator.set_migration(&migration, atlas_emulator::MigrationState::working(40));
    let second = polls.try_next().await.unwrap().unwrap();
    assert!(second.progress.unwrap().estimated_remaining.is_some());
    let EventKind::MigrationObserved { lag_seconds: Some(40), ready: false, .. } = second.event else {
        panic!("{:?}", second.event)
    };
    assert_eq!(clock.delays(), [Duration::from_secs(10), Duration::from_secs(15)]);
}
