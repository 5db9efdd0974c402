//! One plan with several journals, and one place for the journals of several plans.

use std::path::Path;

use atlas_emulator::{Fault, FaultKind, ValidationTimeline};
use atlas_migration_sdk::operations;

use super::Push;
use crate::plans::text_of;
use crate::program::Program;

/// One plan has one migration at a time, also if no process runs: beside the plan is its journal, or the name of it.
#[tokio::test(flavor = "multi_thread")]
async fn another_journal_is_refused_until_the_migration_has_ended() {
    let (beside, first, second) = ("plan.toml.journal", "first.journal", "second.journal");
    for (used, other) in [(beside, first), (first, beside), (first, second)] {
        let push = Push::new().await;
        let flags = |name: &str| ["--journal".to_owned(), text_of(&push.folder.path(name))];
        let (used, other) = (flags(used), flags(other));
        let [used, other] = [&used, &other].map(|flags| flags.each_ref().map(String::as_str));
        let run = |flags: [&'static str; 2], journal: [&str; 2]| {
            let flags = [&["--yes", "--acknowledge", "all"], &flags[..], &journal].concat();
            push.program(&flags).run()
        };
        assert_eq!(run(["--cutover", "never"], used).await.status, 0);
        let refused = run(["--cutover", "never"], other).await.failed(6);
        let resume = format!("--journal {} --resume", used[1]);
        assert!(refused.contains("has not ended") && refused.contains(&resume), "{refused}");
        assert!(other[1].ends_with(beside) || !Path::new(other[1]).exists());
        // It continues in its own journal, and only there.
        let resumed = run(["--resume", "--cutover=when-ready"], used).await;
        assert_eq!(resumed.status, 0, "{}", resumed.stderr);
        assert_eq!(push.effects(), [1, 1, 1]);
        // It has ended: the plan can be migrated again.
        let again = run(["--cutover", "never"], other).await;
        assert_eq!(again.status, 0, "{}", again.stderr);
        assert_eq!(push.effects(), [1, 2, 1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_may_exist_has_not_ended() {
    let push = Push::new().await;
    let fault = Fault::new(FaultKind::BadGatewayAfterEffect).on(&operations::CREATE_GROUP_LIVE_MIGRATION);
    push.emulator.inject(fault);
    assert_eq!(push.push_all(&[]).await.status, 11);
    let other = text_of(&push.folder.path("other.journal"));
    let refused = push.push_all(&["--journal", &other]).await.failed(6);
    assert!(refused.contains("has not ended"), "{refused}");
    assert_eq!(push.effects(), [1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_beside_the_plan_names_the_one_that_is_elsewhere() {
    let push = Push::new().await;
    let elsewhere = text_of(&push.folder.path("elsewhere.journal"));
    assert_eq!(push.push_all(&["--cutover", "never", "--journal", &elsewhere]).await.status, 0);
    let resumed = push.push(&["--resume"]).await.failed(2);
    let beside = text_of(&push.journal_path());
    let report = Program::new(&["report", &beside]).run().await.failed(2);
    for message in [resumed, report] {
        assert!(message.contains(&elsewhere), "{message}");
    }
    // Other names of a file are the same journal.
    std::fs::create_dir(push.folder.path("other")).unwrap();
    let same = push.folder.path("other/../elsewhere.journal");
    let run = push.push(&["--resume", "--cutover", "when-ready", "--journal", &text_of(&same)]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    let finished = push.push(&["--resume", "--journal", &elsewhere]).await;
    assert_eq!(finished.status, 0, "{}", finished.stderr);
    let same = push.folder.path("other/../plan.toml.journal");
    assert_eq!(push.push_all(&["--journal", &text_of(&same)]).await.status, 0);
    assert_eq!(push.effects(), [1, 2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_plan_does_not_replace_the_name_of_an_unfinished_journal() {
    let push = Push::new().await;
    let elsewhere = text_of(&push.folder.path("elsewhere.journal"));
    assert_eq!(push.push_all(&["--cutover", "never", "--journal", &elsewhere]).await.status, 0);
    let text = std::fs::read_to_string(&push.plan).unwrap();
    std::fs::write(&push.plan, text.replace("\"destination\"", "\"another\"")).unwrap();
    let beside = push.journal();
    let refused = push.push_all(&[]).await.failed(6);
    assert!(refused.contains(&elsewhere) && refused.contains("has not ended"), "{refused}");
    assert_eq!(push.journal(), beside);
    // With a journal of its own, the other plan is another migration. Here, the migration host is busy.
    let other = text_of(&push.folder.path("other.journal"));
    let busy = push.push_all(&["--journal", &other]).await.failed(6);
    assert!(busy.contains("MIGRATION_HOST_BUSY"), "{busy}");
}

/// Such as a plan in a folder that can only be read.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_room_beside_it_has_its_journal_elsewhere() {
    let push = Push::new().await;
    let script = "atlas-migration push /dev/fd/3 --journal elsewhere.journal --poll-interval 100ms --source-platform \
                  cloud-manager --yes --acknowledge all 3<plan.toml";
    let run = Program::script(&push.emulator, script, push.journal_path().parent().unwrap()).run().await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("with another journal will not be noticed"), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_plan_starts_over() {
    let push = Push::new().await;
    let text = std::fs::read_to_string(&push.plan).unwrap();
    // The check blocks it, after the source was linked.
    std::fs::write(&push.plan, text.replace(push.emulator.migration_host(), "unknown.example.com")).unwrap();
    let blocked = push.push_all(&[]).await;
    assert_eq!(blocked.status, 4, "{}", blocked.stderr);
    assert!(
        blocked.stderr.contains("If you correct the plan, start it without --resume"),
        "{}",
        blocked.stderr
    );
    let first = push.journal();
    // Its validation fails.
    let failing = ValidationTimeline::new().duration(std::time::Duration::ZERO);
    push.emulator.set_validation_timeline(failing.clone().fails_with("no route"));
    std::fs::write(&push.plan, text.replace("\"destination\"", "\"mistyped\"")).unwrap();
    let failed = push.push_all(&[]).await;
    assert_eq!(failed.status, 9, "{}", failed.stderr);
    assert!(failed.stderr.contains("plan.toml.journal.1"), "{}", failed.stderr);
    let second = push.journal();
    push.emulator.set_validation_timeline(failing);
    std::fs::write(&push.plan, text).unwrap();
    let run = push.push_all(&[]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(push.effects(), [1, 1, 1]);
    // Nothing is lost.
    for (name, contents) in [("plan.toml.journal.1", first), ("plan.toml.journal.2", second)] {
        assert_eq!(std::fs::read_to_string(push.folder.path(name)).unwrap(), contents);
        Program::new(&["report", &text_of(&push.folder.path(name))]).run().await.succeeded();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_matters_is_not_replaced_by_that_of_another_plan() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    let whole = push.journal();
    let text = std::fs::read_to_string(&push.plan).unwrap();
    std::fs::write(&push.plan, text.replace("\"destination\"", "\"another\"")).unwrap();
    // With a migration; with a request for one; with a link whose outcome is not known.
    let until = |event: &str| {
        let end = whole.find(event).unwrap();
        let end = end + whole[end..].find('\n').unwrap() + 1;
        whole[..end].to_owned()
    };
    for journal in [
        whole.clone(),
        until("{\"intended\":{\"step\":\"migrate\"}}"),
        until("{\"intended\":{\"step\":\"link\"}}"),
    ] {
        push.edit_journal(|_| journal.clone());
        let refused = push.push_all(&[]).await.failed(6);
        assert!(refused.contains("is of another plan"), "{refused}");
        assert_eq!(push.journal(), journal);
    }
    assert_eq!(push.effects(), [1, 1, 0]);
}
