//! `push` and `report`: a whole migration with a journal.

mod crashes;
mod hooks;
mod journals;
mod places;
mod questions;
mod reports;

use std::path::PathBuf;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, MigrationTimeline, ValidationTimeline};
use serde_json::Value;

use crate::plans::Folder;
use crate::program::{Program, Run};

/// A migration against an emulator, in a folder of its own.
struct Push {
    emulator: Emulator,
    folder: Folder,
    plan: String,
}

impl Push {
    /// The source is not linked. Validations and migrations proceed fast.
    async fn new() -> Self {
        let emulator = Emulator::builder()
            .validation_timeline(ValidationTimeline::new().duration(Duration::ZERO))
            .migration_timeline(
                MigrationTimeline::new()
                    .start_delay(Duration::ZERO)
                    .initial_lag(Duration::from_secs(60))
                    .catch_up_rate(600)
                    .cutover_duration(Duration::ZERO),
            )
            .token_requests_per_minute(10_000)
            .start()
            .await
            .unwrap();
        let folder = Folder::new();
        let plan = folder.plan(&emulator, "");
        Self { emulator, folder, plan }
    }

    /// `push` of the plan with these arguments. The emulator is not the real Cloud Manager.
    fn program(&self, more: &[&str]) -> Program {
        let start = ["push", &self.plan, "--poll-interval", "100ms", "--source-platform", "cloud-manager"];
        Program::with(&self.emulator, &[&start, more].concat())
    }

    async fn push(&self, more: &[&str]) -> Run {
        self.program(more).run().await
    }

    /// `push --yes` with the checklist acknowledged.
    async fn push_all(&self, more: &[&str]) -> Run {
        self.push(&[&["--yes", "--acknowledge", "all"], more].concat()).await
    }

    fn journal_path(&self) -> PathBuf {
        self.folder.path("plan.toml.journal")
    }

    fn journal(&self) -> String {
        std::fs::read_to_string(self.journal_path()).unwrap()
    }

    /// Changes the journal, as time or an editor would.
    fn edit_journal(&self, edit: impl FnOnce(String) -> String) {
        let text = edit(self.journal());
        std::fs::write(self.journal_path(), text).unwrap();
    }

    /// How often each effect that must not be repeated took place: link-tokens entered, migrations, cutovers.
    fn effects(&self) -> [usize; 3] {
        let effects = self.emulator.effects();
        let count = |is_meant: fn(&Effect) -> bool| effects.iter().filter(|effect| is_meant(effect)).count();
        [
            count(|effect| matches!(effect, Effect::SourceLinked(_))),
            count(|effect| matches!(effect, Effect::MigrationStarted(_))),
            count(|effect| matches!(effect, Effect::CutoverStarted(_))),
        ]
    }
}

/// The lines of JSON of a run.
#[track_caller]
fn lines(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story() {
    let push = Push::new().await;
    let run = push.push_all(&["--allow", "203.0.113.7"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("is complete. Point the applications at the cluster destination."),
        "{}",
        run.stdout
    );
    for part in
        ["Linked the source", "Started the validation", "Created the migration", "Atlas accepted the cutover"]
    {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    assert_eq!(push.effects(), [1, 1, 1]);
    // Resuming a finished migration says so, and needs no credentials.
    let again = Program::new(&["push", &push.plan, "--resume"]).run().await.succeeded();
    assert!(again.contains("is complete"), "{again}");
    let exists = push.push(&[]).await.failed(6);
    assert!(exists.contains("--resume") && exists.contains("can be deleted"), "{exists}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_output_for_programs_is_a_line_for_each_event_and_the_result() {
    let push = Push::new().await;
    let run = push.push_all(&["-o", "json"]).await;
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let lines = lines(&run);
    let result = lines.last().unwrap();
    assert_eq!((&result["type"], &result["outcome"]), (&"result".into(), &"complete".into()));
    let id = result["migrationId"].as_str().unwrap();
    assert!(push.emulator.migration(id).is_some());
    let events: Vec<_> = lines
        .iter()
        .filter_map(|line| line["event"]["event"].as_object())
        .flat_map(|event| event.keys().map(String::as_str))
        .filter(|name| !name.ends_with("_observed"))
        .collect();
    let expected = [
        "intended",
        "linked",
        "intended",
        "validation_started",
        "intended",
        "migration_created",
        "approved",
        "intended",
        "cutover_accepted",
    ];
    assert_eq!(events, expected);
    assert!(
        lines.iter().any(|line| line["type"] == "progress" && line["readyForCutover"] == true),
        "{lines:?}"
    );
    run.check_lines(&lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linked_source_is_not_linked_again() {
    let push = Push::new().await;
    push.emulator.set_linked(true);
    assert_eq!(push.push_all(&[]).await.status, 0);
    assert_eq!(push.effects(), [0, 1, 1]);

    let push = Push::new().await;
    let unlinked = push.push_all(&["--no-link"]).await;
    assert_eq!(unlinked.status, 5, "{}", unlinked.stderr);
    assert!(unlinked.stderr.contains("`source link` links it"), "{}", unlinked.stderr);
    push.emulator.set_linked(true);
    let resumed = push.push_all(&["--resume"]).await;
    assert_eq!(resumed.status, 0, "{}", resumed.stderr);
    assert_eq!(push.effects(), [0, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_the_journal_or_on_a_stream() {
    let mut push = Push::new().await;
    push.plan = push.folder.plan(&push.emulator, "username = \"migrator\"");
    let run = push
        .program(&["--yes", "--acknowledge", "all", "-vvv"])
        .env("MONGODB_ATLAS_SOURCE_PASSWORD", "planted-password")
        .run()
        .await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    let [token] = &push.emulator.link_tokens()[..] else { panic!("not one link-token") };
    let (_, secret) = push.emulator.service_account();
    let (_, key) = push.emulator.source_manager_api_key();
    for text in [&push.journal(), &run.stdout, &run.stderr] {
        for planted in ["planted-password", token, secret, key] {
            assert!(!text.contains(planted), "{planted} is in {text}");
        }
    }
}
