//! What a person decides: without a terminal, by flags; and on a pseudo-terminal.

use atlas_emulator::{CannedResponse, Effect, Fault, FaultKind, MigrationTimeline, ValidationTimeline};
use atlas_migration_sdk::flow::{Actor, Event, EventKind};
use atlas_migration_sdk::{Timestamp, operations};

use super::Push;
use crate::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_and_a_flag_nothing_irreversible_happens() {
    let push = Push::new().await;
    // A yes from a pipe may be an accident.
    let run = push.program(&["--acknowledge", "all"]).input("yes\nyes\n").run().await;
    assert_eq!(run.status, 12, "{}", run.stderr);
    for part in ["--yes", "--resume", push.emulator.org_id(), push.emulator.project_id(), "destination"] {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    assert_eq!(push.effects(), [1, 0, 0]);
    // The cutover has a confirmation of its own.
    let run = push.push(&["--resume", "--yes", "--cutover", "ask"]).await;
    assert_eq!(run.status, 12, "{}", run.stderr);
    assert!(
        run.stderr.contains("--cutover when-ready") && run.stderr.contains("continues at Atlas"),
        "{}",
        run.stderr
    );
    assert_eq!(push.effects(), [1, 1, 0]);
    let run = push.push(&["--resume", "--cutover", "never", "-o", "json"]).await;
    assert_eq!(super::lines(&run).last().unwrap()["outcome"], "ready");
    assert_eq!(push.push(&["--resume", "--cutover", "when-ready"]).await.status, 0);
    assert_eq!(push.effects(), [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checklist_needs_an_acknowledgement_once() {
    let push = Push::new().await;
    let run = push.push(&["--yes"]).await;
    assert_eq!(run.status, 12, "{}", run.stderr);
    assert!(run.stderr.contains("then resume with --acknowledge destination-cluster,"), "{}", run.stderr);
    let run =
        push.push(&["--resume", "--yes", "--acknowledge", "all", "--cutover", "never", "--by", "Ada"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(push.journal().contains("{\"note\":{\"acknowledged\":"), "{}", push.journal());
    assert!(push.journal().contains("{\"person\":\"Ada\"}"), "{}", push.journal());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_cannot_be_migrated_is_not_started() {
    let push = Push::new().await;
    let text = std::fs::read_to_string(&push.plan).unwrap();
    std::fs::write(&push.plan, text.replace(push.emulator.migration_host(), "unknown.example.com")).unwrap();
    let run = push.push_all(&[]).await;
    assert_eq!(run.status, 4, "{}", run.stderr);
    assert!(run.stderr.contains("the plan cannot be migrated"), "{}", run.stderr);
    assert_eq!(push.effects(), [1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_data_is_approved_for_the_plan() {
    let push = Push::new().await;
    let text = std::fs::read_to_string(&push.plan).unwrap();
    std::fs::write(&push.plan, format!("drop_destination_data = true\n{text}")).unwrap();
    let run = push.push(&["--acknowledge", "all"]).await;
    assert_eq!(run.status, 12, "{}", run.stderr);
    assert!(run.stderr.contains("All data of the cluster destination"), "{}", run.stderr);
    assert_eq!(push.push(&["--resume", "--yes", "--acknowledge", "all"]).await.status, 0);
    assert!(
        push.journal().contains("\"approved\":{\"action\":\"drop_destination_data\",\"plan_hash\":\"sha256:")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_response_to_the_creation_becomes_a_question() {
    for lost in [FaultKind::ResetAfterEffect, FaultKind::BadGatewayAfterEffect, FaultKind::ResetBeforeEffect]
    {
        let push = Push::new().await;
        push.emulator.inject(Fault::new(lost).on(&operations::CREATE_GROUP_LIVE_MIGRATION));
        let run = push.push_all(&[]).await;
        assert_eq!(run.status, 11, "{}", run.stderr);
        for part in ["--migration-id", "--not-created", "may have been created"] {
            assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
        }
        // It is never repeated without an answer.
        assert_eq!(push.push_all(&["--resume"]).await.status, 11);
        let created: Vec<_> = push.emulator.effects().into_iter().filter_map(started).collect();
        let run = match &created[..] {
            [id] => push.push_all(&["--resume", "--migration-id", id]).await,
            [] => {
                let early = push.push_all(&["--resume", "--not-created"]).await;
                assert_eq!(early.status, 6, "{}", early.stderr);
                assert!(early.stderr.contains("look again after"), "{}", early.stderr);
                push.edit_journal(without_settling);
                push.push_all(&["--resume", "--not-created"]).await
            }
            more => panic!("{more:?}"),
        };
        assert_eq!(run.status, 0, "{lost}: {}", run.stderr);
        assert_eq!(push.effects(), [1, 1, 1], "{lost}");
    }
}

/// The journal of a program whose requests have no effect later.
pub(super) fn without_settling(journal: String) -> String {
    assert!(journal.contains("\"settling_seconds\":150"), "{journal}");
    journal.replace("\"settling_seconds\":150", "\"settling_seconds\":0")
}

pub(super) fn started(effect: Effect) -> Option<String> {
    match effect {
        Effect::MigrationStarted(id) => Some(id),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_validation_is_repeated_when_the_run_resumes() {
    let push = Push::new().await;
    push.emulator.set_validation_timeline(
        ValidationTimeline::new()
            .duration(std::time::Duration::ZERO)
            .fails_with("no route to <host>\u{1b}[2J"),
    );
    let run = push.push_all(&[]).await;
    assert_eq!(run.status, 9, "{}", run.stderr);
    assert!(run.stderr.contains("no route to <host>") && !run.stderr.contains('\u{1b}'), "{}", run.stderr);
    assert_eq!(push.push_all(&["--resume"]).await.status, 9);
    push.emulator.set_validation_timeline(ValidationTimeline::new().duration(std::time::Duration::ZERO));
    let run = push.push_all(&["--resume"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(push.effects(), [1, 1, 1]);
}

/// Resuming answers the question that was open. What fails for the first time in the resumed run is a new one.
#[tokio::test(flavor = "multi_thread")]
async fn resuming_repeats_nothing_that_has_not_failed_before() {
    let push = Push::new().await;
    let timeline = ValidationTimeline::new().duration(std::time::Duration::ZERO);
    push.emulator.set_validation_timeline(timeline.fails_with("no route"));
    assert_eq!(push.push(&["--yes"]).await.status, 12);
    for validations in [1, 2] {
        assert_eq!(push.push_all(&["--resume"]).await.status, 9);
        let started = |effect: &Effect| matches!(effect, Effect::ValidationStarted(_));
        assert_eq!(push.emulator.effects().into_iter().filter(started).count(), validations);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_atlas_no_longer_shows_ends_as_a_person_states() {
    for (how, status, outcome) in [("complete", 0, "complete"), ("failed", 9, "failed: stated by a person")] {
        let push = Push::new().await;
        assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
        // Resuming looks again, which can find it.
        for _ in 0..2 {
            let body =
                r#"{"detail":"none","error":404,"errorCode":"RESOURCE_NOT_FOUND","reason":"Not Found"}"#;
            let missing = CannedResponse::new(404).header("Content-Type", "application/json").body(body);
            push.emulator.override_next(missing);
            let run = push.push_all(&["--resume"]).await;
            assert_eq!(run.status, 5, "{}", run.stderr);
            assert!(run.stderr.contains("--ended complete|failed"), "{}", run.stderr);
        }
        let run = push.push(&["--resume", "--ended", how, "--by", "Ada"]).await;
        assert_eq!(run.status, status, "{}", run.stderr);
        assert!(
            push.journal().contains("\"by\":{\"person\":\"Ada\"},\"event\":{\"concluded\""),
            "{}",
            push.journal()
        );
        let journal = crate::plans::text_of(&push.journal_path());
        let report = Program::new(&["report", &journal]).run().await.succeeded();
        assert!(report.contains(&format!("| Outcome | {outcome}")), "{report}");
        // It has ended, and no request was sent after the answer.
        assert_eq!(push.push_all(&["--resume"]).await.status, status);
        assert_eq!(push.effects(), [1, 1, 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_whose_id_is_lost_ends_as_a_person_states() {
    let push = Push::new().await;
    let fault = Fault::new(FaultKind::BadGatewayAfterEffect).on(&operations::CREATE_GROUP_LIVE_MIGRATION);
    push.emulator.inject(fault);
    assert_eq!(push.push_all(&[]).await.status, 11);
    let run = push.push_all(&["--resume", "--ended", "complete"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(push.effects(), [1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cutover_that_may_have_taken_effect_is_repeated_only_by_its_flag() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    push.edit_journal(without_settling);
    // It is reconciled, and repeated once without a question.
    for _ in 0..2 {
        let fault = Fault::new(FaultKind::ProxyPageBeforeEffect);
        push.emulator.inject(fault.on(&operations::CUTOVER_GROUP_LIVE_MIGRATION));
    }
    for _ in 0..2 {
        let run = push.push_all(&["--resume"]).await;
        assert_eq!(run.status, 11, "{}", run.stderr);
        assert!(run.stderr.contains("--retry tries it again"), "{}", run.stderr);
    }
    assert_eq!(push.effects(), [1, 1, 0]);
    let run = push.push_all(&["--resume", "--retry"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(push.effects(), [1, 1, 1]);
}

/// Another program can put a migration on hold.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_released_by_a_flag() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    let held = Event::new(Timestamp::now(), Actor::person("ada"), EventKind::hold("lunch"));
    push.edit_journal(|journal| format!("{journal}{held}\n"));
    let run = push.push_all(&["--resume"]).await;
    assert_eq!(run.status, 12, "{}", run.stderr);
    for part in ["On hold by ada: lunch", "--retry continues it"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    let run = push.push_all(&["--resume", "--retry"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(push.effects(), [1, 1, 1]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_person_answers_on_a_terminal() {
    let push = Push::new().await;
    let mut terminal = push.program(&["--by", "Ada"]).on_terminal();
    tokio::task::block_in_place(|| {
        terminal.expect("to acknowledge the checklist: ");
        terminal.answer("yes");
        terminal.expect("A migration that has started cannot be cancelled. Start?");
        terminal.expect("to continue: ");
        terminal.answer("yes");
        terminal.expect("Stop the writes to the source first.");
        // The lag and the countdown are shown while the question is open.
        terminal.expect("119 h 59 min");
        terminal.answer("no");
        terminal.expect("Not cut over.");
        terminal.expect("to cut over");
        terminal.answer("yes");
        terminal.expect("is complete. Point the applications at the cluster destination.");
        let (status, text) = terminal.end();
        assert_eq!(status, 0, "{text}");
    });
    assert_eq!(push.effects(), [1, 1, 1]);
    assert!(
        push.journal()
            .contains("\"by\":{\"person\":\"Ada\"},\"event\":{\"approved\":{\"action\":\"cut_over\"")
    );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_says_what_continues_and_how_to_resume() {
    let push = Push::new().await;
    let mut terminal = push.program(&["--yes", "--acknowledge", "all", "--cutover", "ask"]).on_terminal();
    tokio::task::block_in_place(|| {
        terminal.expect("Stop the writes to the source first.");
        terminal.expect("119 h 59 min");
        terminal.interrupt();
        let (status, text) = terminal.end();
        assert_eq!(status, 130, "{text}");
        let resume = format!(
            "Resume with: atlas-migration push {} --resume --source-platform cloud-manager",
            push.plan
        );
        assert!(
            text.contains("continues at Atlas. It is ready, and expires unless") && text.contains(&resume),
            "{text}"
        );
    });
    assert_eq!(push.effects(), [1, 1, 0]);
    let run = push.push(&["--resume", "--cutover", "when-ready"]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(push.effects(), [1, 1, 1]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_termination_says_the_same_as_ctrl_c() {
    let push = Push::new().await;
    push.emulator.set_migration_timeline(MigrationTimeline::new().catch_up_rate(0));
    let running = push.program(&["--yes", "--acknowledge", "all"]).run_until("Copying: ").await.unwrap();
    let (status, text) = tokio::task::block_in_place(|| running.terminate());
    assert_eq!(status, 130, "{text}");
    assert!(
        text.contains("interrupted by SIGTERM") && text.contains("continues at Atlas. Resume with: "),
        "{text}"
    );
    assert_eq!(push.effects(), [1, 1, 0]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_person_finds_the_migration_on_a_terminal() {
    let push = Push::new().await;
    let fault = Fault::new(FaultKind::BadGatewayAfterEffect).on(&operations::CREATE_GROUP_LIVE_MIGRATION);
    push.emulator.inject(fault);
    assert_eq!(push.push_all(&[]).await.status, 11);
    let created: Vec<_> = push.emulator.effects().into_iter().filter_map(started).collect();
    let mut terminal = push.program(&["--resume", "--cutover", "when-ready"]).on_terminal();
    tokio::task::block_in_place(|| {
        terminal.expect("Enter the id, \"none\"");
        terminal.answer("what?");
        terminal.expect("the answer is not an id");
        terminal.expect("Enter the id, \"none\"");
        terminal.answer("none");
        terminal.expect("look again after");
        terminal.expect("Enter the id, \"none\"");
        terminal.answer(&created[0]);
        terminal.expect("is complete.");
        assert_eq!(terminal.end().0, 0);
    });
    assert_eq!(push.effects(), [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_only_for_the_question_that_is_open() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    let id = "000000000000000000000000";
    for answer in [&["--not-created"][..], &["--ended", "complete"], &["--migration-id", id], &["--retry"]] {
        let refused = push.push(&[&["--resume"], answer].concat()).await.failed(6);
        assert!(refused.contains("answers a question that is not open"), "{refused}");
    }
    assert_eq!(push.effects(), [1, 1, 0]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_typed_ahead_answers_no_later_question() {
    let push = Push::new().await;
    let mut terminal = push.program(&[]).on_terminal();
    tokio::task::block_in_place(|| {
        terminal.expect("to acknowledge the checklist: ");
        terminal.answer("yes\nyes\nyes\nyes");
        terminal.expect("to continue: ");
        terminal.interrupt();
        let (status, text) = terminal.end();
        assert_eq!(status, 130, "{text}");
    });
    assert_eq!(push.effects(), [1, 0, 0]);
}

/// The device accepts no output, as a full disk or the pipe of a program that has ended.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn output_that_nobody_reads_separates_no_step_from_its_outcome() {
    let push = Push::new().await;
    let script = |end: &str| {
        let flags = "--poll-interval 100ms --source-platform cloud-manager --yes --acknowledge all";
        let script = format!("atlas-migration push '{}' {flags} {end}", push.plan);
        Program::script(&push.emulator, &script, push.journal_path().parent().unwrap()).run()
    };
    let run = script("--output json >/dev/full").await;
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("Resume with: "), "{}", run.stderr);
    assert!(!push.journal().lines().last().unwrap().contains("intended"), "{}", push.journal());
    let closed = script("--resume --output json | true; tail -n 1 plan.toml.journal").await;
    assert!(!closed.stdout.contains("intended"), "{}", closed.stdout);
    // The standard error is only for people.
    let run = script("--resume 2>/dev/full").await;
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert_eq!(push.effects(), [1, 1, 1]);
}
