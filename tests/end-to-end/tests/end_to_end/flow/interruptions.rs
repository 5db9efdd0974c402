//! Runs with lost responses and failures, and processes that are killed between any two writes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use atlas_emulator::{Emulator, FaultKind, FaultRate};
use atlas_migration_sdk::flow::{Actor, Command, End, Event, EventKind, FlowErrorKind, Question};

use super::{Killed, Runner, emulator, faults, now, started};

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
