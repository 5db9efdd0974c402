//! Runs that are killed, and full disks: each effect takes place once.

use atlas_emulator::{Fault, FaultKind};
use atlas_migration_sdk::operations;

use super::Push;
use super::questions::{started, without_settling};
#[cfg(target_os = "linux")]
use crate::program::Program;

/// Kills the program at this place of each write, and resumes.
async fn kill_at_each_write(place: &str) {
    let mut kills = 0;
    for write in 1.. {
        let push = Push::new().await;
        let arguments = ["--yes", "--acknowledge", "all"];
        let Some(stopped) = push.program(&arguments).stops_at(&format!("{place}:{write}")).await else {
            break;
        };
        drop(stopped);
        kills += 1;
        let is_started = |line: &str| line.contains("\"event\":{\"started\":") && line.ends_with('\n');
        let has_event = push.journal().split_inclusive('\n').any(is_started);
        if !has_event {
            // Nothing was started.
            assert_eq!(push.effects(), [0, 0, 0], "{place} {write}");
            let run = push.push_all(&[]).await;
            assert_eq!(run.status, 0, "{place} {write}: {}", run.stderr);
            continue;
        }
        push.edit_journal(without_settling);
        let mut run = push.push_all(&["--resume"]).await;
        if run.status == 11 {
            // Nobody but a person can tell whether the migration was created.
            run = match &migrations(&push)[..] {
                [] => push.push_all(&["--resume", "--not-created"]).await,
                [id] => push.push_all(&["--resume", "--migration-id", id]).await,
                more => panic!("{more:?}"),
            };
        }
        assert_eq!(run.status, 0, "{place} {write}: {}", run.stderr);
        assert_eq!(push.effects(), [1, 1, 1], "{place} {write}");
    }
    // The steps with their intents and outcomes, and what is between them.
    assert!(kills > 12, "{kills}");
}

fn migrations(push: &Push) -> Vec<String> {
    push.emulator.effects().into_iter().filter_map(started).collect()
}

/// After a write and before what follows from it: an intent is recorded, and nothing was sent.
#[tokio::test(flavor = "multi_thread")]
async fn killed_after_each_write() {
    kill_at_each_write("after").await;
}

/// In the middle of a write: a step was performed, and the line with its outcome is cut off.
#[tokio::test(flavor = "multi_thread")]
async fn killed_within_each_write() {
    kill_at_each_write("within").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_responses_are_reconciled() {
    for (operation, lost) in [
        (Some(&operations::CUTOVER_GROUP_LIVE_MIGRATION), FaultKind::BadGatewayAfterEffect),
        (Some(&operations::CUTOVER_GROUP_LIVE_MIGRATION), FaultKind::ResetAfterEffect),
        (None, FaultKind::BadGatewayAfterEffect),
        (None, FaultKind::ResetAfterEffect),
    ] {
        let push = Push::new().await;
        let fault = Fault::new(lost).with_credentials();
        push.emulator.inject(match operation {
            Some(operation) => fault.on(operation),
            None => fault.on_source_manager().on_method("POST"),
        });
        let run = push.push_all(&[]).await;
        assert_eq!(run.status, 0, "{lost}: {}", run.stderr);
        assert_eq!(push.effects(), [1, 1, 1], "{lost}");
    }
}

/// The disk is full in the middle of each line of the journal: the limit for the size of a file is there.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_the_run_before_the_next_step() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&[]).await.status, 0);
    let (whole, mut end) = (push.journal(), 0);
    let mut lost_ids = 0;
    for line in whole.split_inclusive('\n') {
        let limit = end + line.len() / 2;
        end += line.len();
        let push = Push::new().await;
        // Without the signal, a write beyond the limit fails.
        let script = format!(
            "trap '' XFSZ; exec prlimit --fsize={limit} atlas-migration push plan.toml --poll-interval 100ms \
             --source-platform cloud-manager --yes --acknowledge all"
        );
        let folder = push.journal_path().parent().unwrap().to_owned();
        let run = Program::script(&push.emulator, &script, &folder).run().await;
        assert_eq!(run.status, 1, "{limit}: {}", run.stderr);
        for part in ["plan.toml.journal cannot be written: File too large", "Make room for the journal"] {
            assert!(run.stderr.contains(part), "{}", run.stderr);
        }
        // Nothing was sent whose intent is not recorded.
        let journal = push.journal();
        for (step, effects) in ["link", "migrate", "cut_over"].into_iter().zip(push.effects()) {
            let intents = journal.matches(&format!("{{\"intended\":{{\"step\":\"{step}\"}}}}}}\n")).count();
            assert!(effects <= intents, "{limit}: {step} in {journal}");
        }
        let started = |line: &str| line.contains("\"started\"") && line.ends_with('\n');
        let mut flags = Vec::new();
        if journal.split_inclusive('\n').any(started) {
            flags.push("--resume");
            push.edit_journal(without_settling);
        }
        let created = migrations(&push);
        if let Some(id) = created.first().filter(|_| !journal.contains("{\"migration_created\":")) {
            lost_ids += 1;
            let answer = ["--migration-id", id];
            let resume = format!("--resume --source-platform cloud-manager {}", answer.join(" "));
            assert!(run.stderr.contains(&format!("the migration {id} was created, but")), "{}", run.stderr);
            assert!(run.stderr.contains(&resume), "{}", run.stderr);
            flags.extend(answer);
        }
        let resumed = push.push_all(&flags).await;
        assert_eq!(resumed.status, 0, "{limit}: {}", resumed.stderr);
        assert_eq!(push.effects(), [1, 1, 1], "{limit}");
    }
    assert_eq!(lost_ids, 1);
}
