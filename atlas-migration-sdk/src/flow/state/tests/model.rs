//! Random runs against a model of Atlas and of the source: lost responses before and after the effect, requests that take
//! effect late, rejections, crashes between any two writes. Nothing irreversible happens twice, and every run ends or
//! asks.

use proptest::prelude::*;

use super::*;
use crate::flow::command::End;

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It succeeds.
    Success,
    /// It is rejected without an effect.
    Rejected,
    /// It does not arrive, and there is no response.
    LostBefore,
    /// It takes effect, and the response is lost.
    LostAfter,
    /// It takes effect after this many seconds, or twice as many for a link, and the response is lost.
    Late(u64),
}

/// What the process does about a command.
#[derive(Clone, Copy, Debug)]
enum Process {
    /// Executes it and records the result.
    Runs,
    /// Ends before the command is executed; for a step: after its intent is recorded.
    EndsBefore,
    /// Ends after the command is executed and before the result is recorded.
    EndsAfter,
}

/// What happens without the process.
#[derive(Clone, Copy, Debug)]
enum Outside {
    Nothing,
    /// The copy catches up, or the cutover completes.
    Proceeds,
    /// The copy falls behind.
    FallsBehind,
    /// Somebody cuts over in Atlas.
    CutOver,
    /// The migration fails.
    Fails,
    /// The migration expires.
    Expires,
    /// A person puts the flow on hold.
    Hold,
}

/// What Atlas and the source have.
#[derive(Debug, Default)]
struct World {
    now: u64,
    linked: bool,
    /// The source is linked to another organization.
    linked_elsewhere: bool,
    links: u32,
    validations: u32,
    migrations: u32,
    ready: bool,
    cutovers: u32,
    ended: Option<&'static str>,
    /// Effects that have not happened yet, with their time.
    pending: Vec<(u64, Step)>,
}

impl World {
    fn advance(&mut self, seconds: u64) {
        self.now += seconds;
        let now = self.now;
        let arrived: Vec<_> = self.pending.extract_if(.., |(due, _)| *due <= now).collect();
        for (_, step) in arrived {
            self.take_effect(step);
        }
    }

    fn take_effect(&mut self, step: Step) {
        match step {
            Step::Link => {
                self.linked = true;
                self.linked_elsewhere = false;
                self.links += 1;
            }
            Step::Validate => self.validations += 1,
            Step::Migrate => self.migrations += 1,
            // A migration is cut over only once.
            Step::CutOver if self.ready && self.ended.is_none() => {
                self.ready = false;
                self.cutovers += 1;
            }
            Step::CutOver => {}
        }
    }

    fn change(&mut self, outside: Outside) {
        if self.migrations == 0 || self.ended.is_some() {
            return;
        }
        match outside {
            Outside::Nothing | Outside::Hold => {}
            Outside::Proceeds if self.cutovers > 0 => self.ended = Some("COMPLETE"),
            Outside::Proceeds => self.ready = true,
            Outside::FallsBehind => self.ready = false,
            Outside::CutOver if self.ready => {
                self.ready = false;
                self.cutovers += 1;
            }
            Outside::CutOver => {}
            Outside::Fails => self.ended = Some("FAILED"),
            Outside::Expires if self.cutovers == 0 => self.ended = Some("EXPIRED"),
            Outside::Expires => {}
        }
    }

    /// Performs the step, and returns what the process sees.
    fn perform(&mut self, step: Step, fate: Fate) -> EventKind {
        match fate {
            Fate::Rejected => return rejected(step),
            Fate::LostBefore => return lost(step),
            Fate::Late(after) => {
                let calls = if step == Step::Link { 2 } else { 1 };
                self.pending.push((self.now + calls * after, step));
                return lost(step);
            }
            Fate::Success | Fate::LostAfter => {}
        }
        // A second request to cut over may be rejected.
        if step == Step::CutOver && (!self.ready || self.ended.is_some()) {
            return rejected(step);
        }
        self.take_effect(step);
        match (fate, step) {
            (Fate::LostAfter, _) => lost(step),
            (_, Step::Link) => EventKind::Linked {},
            (_, Step::Validate) => EventKind::ValidationStarted { validation: validation_id() },
            (_, Step::Migrate) => created(),
            (_, Step::CutOver) => EventKind::CutoverAccepted {},
        }
    }

    fn read_source(&self) -> EventKind {
        source(if self.linked || self.linked_elsewhere { "SYNCED" } else { "NOT_SYNCED" }, self.linked)
    }

    fn read_migration(&self) -> EventKind {
        match (self.migrations, self.ended, self.cutovers, self.ready) {
            (0, ..) => EventKind::MigrationMissing { migration: migration_id() },
            (_, Some(status), ..) => observed(status, None, false),
            (_, None, 1.., _) => observed("WORKING", None, false),
            (.., ready) => observed("WORKING", Some(u64::from(!ready) * 60), ready),
        }
    }

    /// The true answer to a question; none for one that a person leaves open.
    fn answer(&self, question: &Question, started: &Started) -> Option<EventKind> {
        Some(match question {
            Question::Approve(approval) => EventKind::approve(approval.action, started.plan_hash, None),
            Question::TryAgain { .. } | Question::VerificationFailed { .. } => EventKind::retry(),
            // Of a migration that has ended, a person cannot give the id as that of the one that was just created.
            Question::FindMigration(_) if self.ended.is_some() => {
                EventKind::conclude(self.ended == Some("COMPLETE"), "Atlas shows it")
            }
            Question::FindMigration(_) if self.migrations > 0 => EventKind::found(migration_id()),
            Question::FindMigration(_) => EventKind::not_created(),
            Question::OnHold { .. } => EventKind::release(),
            Question::MigrationMissing { .. } => return None,
        })
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        3 => Just(Fate::Success),
        1 => Just(Fate::Rejected),
        1 => Just(Fate::LostBefore),
        1 => Just(Fate::LostAfter),
        2 => (0..SETTLING).prop_map(Fate::Late),
    ]
}

fn process() -> impl Strategy<Value = Process> {
    prop_oneof![3 => Just(Process::Runs), 1 => Just(Process::EndsBefore), 1 => Just(Process::EndsAfter)]
}

fn outside() -> impl Strategy<Value = Outside> {
    prop_oneof![
        8 => Just(Outside::Nothing),
        8 => Just(Outside::Proceeds),
        2 => Just(Outside::FallsBehind),
        1 => Just(Outside::CutOver),
        1 => Just(Outside::Fails),
        1 => Just(Outside::Expires),
        1 => Just(Outside::Hold),
    ]
}

/// One turn of the runner: what the process does, what happens to a request, how much time passes, and what else happens.
type Turn = (Process, Fate, u64, Outside);

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let seconds = prop_oneof![0..5u64, 0..2 * SETTLING];
    prop::collection::vec((process(), fate(), seconds, outside()), 0..60)
}

/// Does one turn. Records at most what a process records before it ends.
fn turn(run: &mut Run, world: &mut World, (process, fate, seconds, outside): Turn) {
    world.advance(seconds);
    run.second = world.now;
    world.change(outside);
    if matches!(outside, Outside::Hold) {
        // Refused at the end.
        _ = run.record(Actor::person("ada"), EventKind::hold("lunch"));
    }
    let caught_up = matches!(outside, Outside::Proceeds);
    let ends_before = matches!(process, Process::EndsBefore);
    let result = match run.flow.next() {
        Command::End(_) => return,
        Command::Once(once) => {
            let step = once.step();
            let intent = run.flow.intent(&once, at(world.now));
            let has_expired = matches!(intent, EventKind::ApprovalExpired { .. });
            run.record(Actor::process("test"), intent).unwrap();
            if ends_before || has_expired {
                return;
            }
            world.perform(step, fate)
        }
        Command::Read(Read::Source(_)) | Command::Watch(Watch::Linked(_)) => world.read_source(),
        Command::Read(Read::Migration { .. }) => world.read_migration(),
        Command::Reconcile(Reconcile { read: Read::Source(_), .. }) => world.read_source(),
        Command::Reconcile(Reconcile { read: Read::Migration { .. }, .. }) => world.read_migration(),
        Command::Watch(Watch::Validated { .. }) => EventKind::ValidationObserved {
            validation: validation_id(),
            status: caught_up.then_some(ValidationStatus::Success),
            message: None,
        },
        Command::Watch(_) => world.read_migration(),
        Command::Verify => {
            if caught_up {
                EventKind::verified()
            } else {
                EventKind::verification_failed("it differs")
            }
        }
        Command::Ask(question) => {
            // While a question is open, the migration is polled.
            if run.flow.watch().is_some() {
                run.record(Actor::process("test"), world.read_migration()).unwrap();
            }
            let Some(answer) = world.answer(&question, run.flow.started()) else { return };
            // Refused if it comes too early, or if the poll has settled the question.
            _ = run.record(Actor::person("ada"), answer);
            return;
        }
    };
    if matches!(process, Process::Runs) {
        run.record(Actor::process("test"), result).unwrap();
    } else if let Ok(resumed) = Flow::resume(&run.journal) {
        assert_eq!(resumed, run.flow);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_happens_twice_and_every_run_ends_or_asks(
        turns in turns(),
        link: bool,
        linked_elsewhere: bool,
        validate: bool,
        verify: bool,
        drop: bool,
    ) {
        let mut started = if link { everything() } else { short(drop) };
        started.validate = validate;
        started.verify = verify;
        let mut run = Run::start(started.clone());
        let mut world = World { linked: !link, linked_elsewhere, ..World::default() };
        for one in turns {
            turn(&mut run, &mut world, one);
            prop_assert!(world.migrations <= 1, "{:?}", run.journal);
            prop_assert!(world.cutovers <= 1, "{:?}", run.journal);
            prop_assert!(world.links <= 1, "{:?}", run.journal);
            let exists = world.migrations > 0 || world.pending.iter().any(|(_, step)| *step == Step::Migrate);
            let has_ended = matches!(run.flow.next(), Command::End(_));
            prop_assert!(!exists || has_ended || run.flow.may_have_migration(), "{:?}", run.journal);
        }
        // Once nothing fails any more, the run ends, as the migration does.
        for _ in 0..40 {
            turn(&mut run, &mut world, (Process::Runs, Fate::Success, SETTLING, Outside::Proceeds));
        }
        let Command::End(end) = run.flow.next() else { panic!("{:?}", run.flow.next()) };
        prop_assert!(world.ended.is_some());
        prop_assert_eq!(end == End::Complete, world.ended == Some("COMPLETE"), "{:?}", end);
        prop_assert_eq!(world.migrations, 1);
        // An approval comes before the first step that needs it.
        for (action, is_needed) in [
            (Action::ReplaceLink, linked_elsewhere),
            (Action::DropDestinationData, started.plan.drops_destination_data()),
            (Action::CutOver, true),
        ] {
            let intended = EventKind::Intended { step: action.step() };
            let mut before = run.journal.iter().map(|event| &event.kind).take_while(|kind| **kind != intended);
            let is_approved = before.any(|kind| matches!(kind, EventKind::Approved { action: one, .. } if *one == action));
            let is_intended = run.journal.iter().any(|event| event.kind == intended);
            prop_assert!(is_approved || !is_needed || !is_intended, "{:?}", action);
        }
        let summary = Flow::summarize(&run.journal).unwrap();
        prop_assert!(summary.stages.iter().all(|stage| stage.ended.is_some()));
        prop_assert!(summary.questions.iter().all(|question| question.answer.is_some()));
    }

    #[test]
    fn no_order_of_events_breaks_a_flow(
        events in prop::collection::vec((0..40usize, 0..200u64, any::<bool>()), 0..80),
        link: bool,
    ) {
        let kinds = order::every_event();
        let mut run = Run::start(if link { everything() } else { short(true) });
        for (index, seconds, by_person) in events {
            run.wait(seconds);
            let by = if by_person { Actor::person("ada") } else { Actor::process("test") };
            let before = run.flow.clone();
            let (_, kind) = &kinds[index % kinds.len()];
            if run.record(by, kind.clone()).is_err() {
                prop_assert_eq!(&run.flow, &before);
            }
            // Each state has a next command, and a text for each question.
            if let Command::Ask(question) = run.flow.next() {
                prop_assert!(!question.to_string().is_empty());
            }
        }
        Flow::summarize(&run.journal).unwrap();
    }
}
