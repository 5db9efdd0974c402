//! Journals that cannot be used, and two runs of one migration.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::Push;
use crate::plans::text_of;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_push_is_refused_with_the_owner_of_the_lock() {
    let push = Push::new().await;
    // It stops in the middle of its work.
    let first = push.program(&["--yes", "--acknowledge", "all"]).stops_at("after:4").await.unwrap();
    let other = text_of(&push.folder.path("other.journal"));
    for flags in [&[][..], &["--resume"], &["--journal", &other]] {
        let message = push.push(flags).await.failed(6);
        let owner = format!("process {} of ", first.id());
        assert!(message.contains(&owner) && message.contains("is in use"), "{message}");
    }
    assert!(!Path::new(&other).exists());
    drop(first);
    let resumed = push.push_all(&["--resume"]).await;
    assert_eq!(resumed.status, 0, "{}", resumed.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn unusable_journals_are_refused_and_left_as_they_are() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    let whole = push.journal();
    for (edited, status, expected) in [
        (whole.replacen("\"linked\"", "\"lin", 1), 1, "is damaged in line"),
        (whole.replacen("{\"journal\":1", "{\"journal\":2", 1), 2, "use a newer program"),
        (whole.replacen("{\"version\":1", "{\"version\":2", 1), 1, "use a newer version"),
        (
            whole.lines().take(3).chain(whole.lines().skip(4)).map(|line| format!("{line}\n")).collect(),
            2,
            "do not follow",
        ),
        ("a text\n".to_owned(), 2, "not a journal"),
    ] {
        push.edit_journal(|_| edited.clone());
        let message = push.push(&["--resume"]).await.failed(status);
        assert!(message.contains(expected), "{message}");
        assert!(push.journal().starts_with(&edited));
    }
    push.edit_journal(|_| whole);
    let text = std::fs::read_to_string(&push.plan).unwrap();
    std::fs::write(&push.plan, text.replace("\"destination\"", "\"another\"")).unwrap();
    let message = push.push(&["--resume"]).await.failed(6);
    assert!(message.contains("is of another plan"), "{message}");
    std::fs::write(&push.plan, text).unwrap();
    assert_eq!(push.push(&["--resume", "--cutover", "when-ready"]).await.status, 0);
    assert_eq!(push.effects(), [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_line_is_moved_aside() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    let whole = push.journal();
    OpenOptions::new()
        .append(true)
        .open(push.journal_path())
        .unwrap()
        .write_all(b"{\"version\":1,\"at")
        .unwrap();
    let resumed = push.push(&["--resume", "--cutover", "never"]).await;
    assert_eq!(resumed.status, 0, "{}", resumed.stderr);
    assert!(resumed.stderr.contains("plan.toml.journal.incomplete"), "{}", resumed.stderr);
    assert!(push.journal().starts_with(&whole));
    let aside = std::fs::read_to_string(push.folder.path("plan.toml.journal.incomplete")).unwrap();
    assert_eq!(aside, "{\"version\":1,\"at\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_was_not_started_cannot_be_resumed() {
    let push = Push::new().await;
    let message = push.push(&["--resume"]).await.failed(5);
    assert!(message.contains("start the migration without --resume"), "{message}");
    // Without credentials nothing is started, and the journal has no event.
    let missing = super::Program::new(&["push", &push.plan]).run().await;
    assert_eq!(missing.status, 2, "{}", missing.stderr);
    let message = push.push(&["--resume"]).await.failed(2);
    assert!(message.contains("it is empty or was cut off"), "{message}");
    assert_eq!(push.push_all(&[]).await.status, 0);
}
