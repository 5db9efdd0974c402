//! Hooks, and the countdown of the cutover.

use std::time::{Duration, SystemTime};

use atlas_migration_sdk::Timestamp;
use serde_json::Value;

use super::{Push, lines};

fn read_json(push: &Push, name: &str) -> Value {
    let text = std::fs::read_to_string(push.folder.path(name)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A command that writes its standard input to a file of the folder.
fn writes(push: &Push, name: &str) -> String {
    format!("cat >>'{}'", push.folder.path(name).display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_gets_the_progress_once() {
    let push = Push::new().await;
    let hook = writes(&push, "ready.json");
    let run = push.push_all(&["--cutover", "never", "--on-ready", &hook, "-o", "json"]).await;
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let input = read_json(&push, "ready.json");
    assert_eq!(input["hook"], "on-ready");
    assert_eq!(input["projectId"], push.emulator.project_id());
    assert_eq!(input["progress"]["readyForCutover"], true);
    assert!(input["cutoverPossibleUntil"].as_str().unwrap().ends_with('Z'));
    assert!(push.emulator.migration(input["migrationId"].as_str().unwrap()).unwrap().ready_for_cutover);
    assert!(lines(&run).iter().any(|line| line["type"] == "hook" && line["succeeded"] == true));
    // Not again after a resume: the file still has one object.
    assert_eq!(push.push(&["--resume", "--cutover", "never", "--on-ready", &hook]).await.status, 0);
    read_json(&push, "ready.json");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_fails_or_does_not_end_changes_nothing() {
    for (hook, expected) in [
        ("exit 3", "it ended with exit status: 3"),
        ("sleep 600 & sleep 600", "it did not end within 1 s, and was stopped"),
    ] {
        let push = Push::new().await;
        let run = push.push_all(&["--on-ready", hook, "--hook-timeout", "1s"]).await;
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert_eq!(push.effects(), [1, 1, 1]);
    }
}

/// The hook leaves its process id, and that of a process that it started, and waits for it.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_is_stopped_leaves_no_process() {
    let push = Push::new().await;
    let file = push.folder.path("processes");
    let hook = format!("sleep 600 & echo $$ $! >'{}'; wait", file.display());
    let run = push.push_all(&["--on-ready", &hook, "--hook-timeout", "1s", "--cutover", "never"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    let ids = std::fs::read_to_string(file).unwrap();
    assert_eq!(ids.split_whitespace().count(), 2, "{ids}");
    for id in ids.split_whitespace() {
        // A process that was killed can remain as a zombie until its parent has noticed.
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cutover_is_offered_only_after_a_successful_verification() {
    let push = Push::new().await;
    let run = push.push_all(&["--verify", "echo different counts >&2; exit 1"]).await;
    assert_eq!(run.status, 9, "{}", run.stderr);
    assert!(
        run.stderr.contains("different counts") && run.stderr.contains("exit status: 1"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains(
            "--resume --source-platform cloud-manager --verify 'echo different counts >&2; exit 1'"
        ),
        "{}",
        run.stderr
    );
    assert_eq!(push.effects(), [1, 1, 0]);
    let missing = push.push_all(&["--resume"]).await;
    assert_eq!(missing.status, 12, "{}", missing.stderr);
    assert!(missing.stderr.contains("--verify COMMAND"), "{}", missing.stderr);
    let hook = writes(&push, "verify.json");
    let run = push.push_all(&["--resume", "--verify", &hook]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(read_json(&push, "verify.json")["hook"], "verify");
    assert_eq!(push.effects(), [1, 1, 1]);
}

/// The journal as if everything had happened so much earlier.
fn earlier(journal: String, by: Duration) -> String {
    let mut parts = journal.split("\"at\":\"");
    let start = parts.next().unwrap().to_owned();
    parts.fold(start, |text, part| {
        let (time, rest) = part.split_once('"').unwrap();
        let time: Timestamp = time.parse().unwrap();
        let time = Timestamp::from(SystemTime::from(time) - by);
        format!("{text}\"at\":\"{time}\"{rest}")
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_countdown_continues_after_a_resume_and_warns() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    let hook = writes(&push, "warning.json");
    let resume = |more: &'static str| {
        push.program(&["--resume", "--on-warning", &hook, "-o", "json", "--cutover", more]).run()
    };
    // 120 hours, less the few seconds since then.
    let run = push.push(&["--resume", "--cutover", "ask"]).await;
    assert_eq!(run.status, 12, "{}", run.stderr);
    assert!(!run.stderr.contains("expires unless it is cut over within"), "{}", run.stderr);
    for (hours, warned) in [(97, 24), (20, 4)] {
        push.edit_journal(|journal| earlier(journal, Duration::from_secs(hours * 3600)));
        let run = resume("ask").await;
        assert_eq!(run.status, 12, "{}", run.stderr);
        let warnings: Vec<_> = lines(&run).into_iter().filter(|line| line["type"] == "warning").collect();
        assert_eq!(warnings.len(), 1, "{}", run.stdout);
        assert_eq!(warnings[0]["hours"], warned);
        let input = read_json(&push, "warning.json");
        let left = input["progress"]["cutoverSecondsLeft"].as_u64().unwrap();
        let expected = (120 - 97 - if warned == 4 { 20 } else { 0 }) * 3600;
        assert!((expected - 300..=expected).contains(&left), "{left} {expected}");
        std::fs::remove_file(push.folder.path("warning.json")).unwrap();
        // Once, also after another resume.
        let run = resume("ask").await;
        assert!(!lines(&run).iter().any(|line| line["type"] == "warning"), "{}", run.stdout);
    }
}
