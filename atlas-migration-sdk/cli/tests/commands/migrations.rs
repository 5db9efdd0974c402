//! `validate` and `migration`.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, MigrationState, ValidationTimeline};
use serde_json::{Value, json};

use crate::atlas_cli::flags;
use crate::plans::{Folder, linked_emulator};
use crate::program::Program;

const USER: &str = "username = \"migrator\"";

/// The bodies of the requests for this operation.
fn bodies(emulator: &Emulator, operation: &str) -> Vec<Value> {
    let requests = emulator.requests();
    let sent = requests.iter().filter(|request| request.operation == Some(operation));
    sent.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

pub(crate) fn state(status: &str, lag: Option<u64>, ready: bool) -> CannedResponse {
    let body = json!({"_id": "6a0000000000000000000001", "status": status, "lagTimeSeconds": lag,
        "readyForCutover": ready, "migrationHosts": ["host"]});
    CannedResponse::new(200)
        .header("Content-Type", "application/vnd.atlas.2023-01-01+json;charset=utf-8")
        .body(body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validation_starts_and_is_watched() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    emulator.set_validation_timeline(ValidationTimeline::new().duration(Duration::ZERO));
    let file = folder.plan(&emulator, "");
    let table = Program::with(&emulator, &["validate", &file]).run().await.succeeded();
    assert!(table.starts_with("VALIDATION"), "{table}");
    let run = Program::with(&emulator, &["validate", &file, "--watch", "-o", "json"]).run().await;
    let lines = run.lines();
    assert_eq!(
        (lines.len(), &lines[0]["type"], &lines[0]["status"]),
        (1, &json!("result"), &json!("SUCCESS"))
    );
    let run = Program::with(&emulator, &["validate", &file, "-o", "json"]).run().await;
    assert_eq!(run.json()["groupId"], emulator.project_id());
    let run = Program::with(&emulator, &["validate", &file, "--watch"]).run().await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains(": waiting for the result\n"), "{}", run.stderr);
    assert!(run.stdout.contains("SUCCESS"), "{}", run.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validation_that_fails_or_takes_too_long() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    let failing = ValidationTimeline::new().fails_with("no route to the source");
    emulator.set_validation_timeline(failing.clone());
    let run = Program::with(&emulator, &["validate", &file, "--watch", "--timeout", "1ms"]).run().await;
    assert_eq!(run.status, 10, "{}", run.stderr);
    assert!(run.stderr.contains("continues at Atlas. It changes nothing"), "{}", run.stderr);
    emulator.advance(Duration::from_secs(3600));
    emulator.set_validation_timeline(failing.duration(Duration::ZERO));
    let run = Program::with(&emulator, &["validate", &file, "--watch", "-o", "json"]).run().await;
    assert!(run.failed(9).contains("no route to the source"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_password_comes_from() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, USER);
    let arguments = ["validate", &file];
    let missing = Program::with(&emulator, &arguments).run().await.failed(3);
    assert!(
        missing.contains("MONGODB_ATLAS_SOURCE_PASSWORD") && missing.contains("--password-stdin"),
        "{missing}"
    );
    let variable = "MONGODB_ATLAS_SOURCE_PASSWORD";
    emulator.set_require_available_source(true);
    Program::with(&emulator, &arguments).env(variable, "planted-1").run().await.succeeded();
    emulator.advance(Duration::from_secs(3600));
    let from_stdin = ["validate", &file, "--password-stdin"];
    let run =
        Program::with(&emulator, &from_stdin).env(variable, "planted-1").input("planted 2\r\n").run().await;
    run.succeeded();
    let sent = bodies(&emulator, "validateGroupLiveMigrations");
    let passwords: Vec<_> = sent.iter().map(|body| &body["source"]["password"]).collect();
    assert_eq!(passwords, ["planted-1", "planted 2"]);
    let empty = Program::with(&emulator, &from_stdin).input("\n").run().await.failed(3);
    assert!(empty.contains("no password"), "{empty}");
}

/// Which error Atlas sends without a link is not known: the list of source projects tells that there is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_not_linked_is_not_found() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    let flags = flags(&emulator, &["--sourceManagedAuthentication"]);
    let commands = [
        vec!["validate", &file],
        vec!["migration", "create", &file, "--yes"],
        [&["lm", "validation", "create"][..], &flags].concat(),
        [&["lm", "create"][..], &flags].concat(),
    ];
    for arguments in commands {
        for (is_linked, status) in [(false, 5), (true, 2)] {
            emulator.set_linked(is_linked);
            emulator.override_next(
                CannedResponse::new(400).header("Content-Type", "application/json").body(
                    r#"{"error": 400, "errorCode": "OF_ATLAS", "detail": "no", "reason": "Bad Request"}"#,
                ),
            );
            let run = Program::with(&emulator, &arguments).without_service_account(&emulator).run().await;
            let failure = run.failed(status);
            assert!(failure.contains("OF_ATLAS"), "{failure}");
            assert_eq!(failure.contains("`atlas-migration source link`"), !is_linked, "{failure}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_is_created_only_with_a_confirmation() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("drop_destination_data = true\n{text}")).unwrap();
    let refused =
        Program::with(&emulator, &["migration", "create", &file]).input("yes\n").run().await.failed(12);
    for part in ["orders", "destination", emulator.project_id(), "DATA OF destination IS DROPPED", "--yes"] {
        assert!(refused.contains(part), "{part} is not in: {refused}");
    }
    assert!(emulator.requests().is_empty());
    let arguments = ["migration", "create", &file, "--yes", "-o", "json"];
    let created = Program::with(&emulator, &arguments).run().await.json();
    let id = created["id"].as_str().unwrap();
    assert!(emulator.migration(id).is_some());
    assert_eq!(bodies(&emulator, "createGroupLiveMigration")[0]["dropDestinationData"], true);

    let status = Program::with(&emulator, &["migration", "status", id, "-o", "json"]).run().await.json();
    assert_eq!(status["_id"], id);
    let status = Program::with(&emulator, &["migration", "status", id]).run().await.succeeded();
    assert!(status.starts_with("MIGRATION ") && status.contains(id), "{status}");
    emulator.set_migration(id, MigrationState::new("COMPLETE"));
    let table = Program::with(&emulator, &["migration", "create", &file, "--yes"]).run().await.succeeded();
    assert!(table.starts_with("Started the migration ") && table.contains("migration watch"), "{table}");
    let busy = Program::with(&emulator, &["migration", "create", &file, "--yes"]).run().await.failed(6);
    assert!(busy.contains("MIGRATION_HOST_BUSY"), "{busy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_may_have_started_a_migration() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    emulator.override_next(CannedResponse::new(200).header("Content-Type", "text/html").body("<html>"));
    let run = Program::with(&emulator, &["migration", "create", &file, "--yes"])
        .without_service_account(&emulator)
        .run()
        .await;
    let error = run.failed(11);
    assert!(error.contains("createGroupLiveMigration failed"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_nothing_and_shows_no_secret() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, USER);
    let id = "6a0000000000000000000001";
    for (arguments, parts) in [
        (
            &["validate", &file][..],
            &["POST ", "/liveMigrations/validate", "\"[redacted]\"", "curl --request POST"][..],
        ),
        (&["migration", "create", &file], &["POST ", "/liveMigrations\n", "\"username\": \"migrator\""]),
        (
            &["migration", "cutover", id],
            &["PUT ", "/liveMigrations/6a0000000000000000000001/cutover", "curl"],
        ),
    ] {
        let table = [arguments, &["--dry-run"]].concat();
        let run =
            Program::with(&emulator, &table).env("MONGODB_ATLAS_SOURCE_PASSWORD", "planted").run().await;
        let text = run.succeeded();
        for part in parts {
            assert!(text.contains(part), "`{part}` is not in: {text}");
        }
        assert!(!text.contains("planted"), "{text}");
        let json = [arguments, &["--dry-run", "-o", "json"]].concat();
        let json = Program::with(&emulator, &json).run().await.json();
        assert!(json["curl"].as_str().unwrap().starts_with("curl "), "{json}");
        assert_eq!(json["method"], text.split(' ').next().unwrap());
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_gives_a_line_for_each_poll_and_the_result() {
    let emulator = Emulator::start().await.unwrap();
    let id = emulator.add_migration(MigrationState::new("COMPLETE"));
    let watch = |more: &[&str]| {
        for response in
            [state("NEW", None, false), state("WORKING", Some(120), false), state("WORKING", Some(1), true)]
        {
            emulator.override_next(response);
        }
        let arguments = [&["migration", "watch", &id, "--interval", "100ms"], more].concat();
        Program::with(&emulator, &arguments).without_service_account(&emulator).run()
    };
    let run = watch(&["-o", "json"]).await;
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let polls = run.lines();
    let summary: Vec<_> =
        polls.iter().map(|line| (&line["type"], &line["status"], &line["lagSeconds"])).collect();
    assert_eq!(
        json!(summary),
        json!([
            ["progress", "NEW", null],
            ["progress", "WORKING", 120],
            ["progress", "WORKING", 1],
            ["progress", "COMPLETE", null],
            ["result", "COMPLETE", null],
        ])
    );
    assert_eq!(
        (&polls[2]["readyForCutover"], &polls[2]["cutoverSecondsLeft"], &polls[2]["readySinceUnknown"]),
        (&json!(true), &json!(432_000), &json!(false))
    );

    let run = watch(&[]).await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    let expected = format!(
        "migration {id}: NEW, lag unknown\nmigration {id}: WORKING, lag 2 min 0 s\n\
         migration {id}: WORKING, lag 1 s, ready: cut over within 120 h 0 min at most\nmigration {id}: COMPLETE\n"
    );
    assert_eq!(run.stderr, expected);
    assert!(run.stdout.starts_with("MIGRATION ") && run.stdout.contains("COMPLETE"), "{}", run.stdout);
    assert!(!run.stdout.contains("cutover "), "{}", run.stdout);

    // Another run polls a migration that has been ready for an unknown time.
    let watch_again = |more: &[&str]| {
        emulator.override_next(state("WORKING", Some(1), true));
        let arguments = [&["migration", "watch", &id, "--interval", "100ms"], more].concat();
        Program::with(&emulator, &arguments).without_service_account(&emulator).run()
    };
    let polls = watch_again(&["-o", "json"]).await.lines();
    assert_eq!(
        (&polls[0]["readySinceUnknown"], &polls[1]["readySinceUnknown"]),
        (&json!(true), &json!(false))
    );
    let run = watch_again(&[]).await;
    let expected = format!(
        "migration {id}: WORKING, lag 1 s, ready since before this run: cut over within less than 120 h 0 min, counted \
         from its first poll\nmigration {id}: COMPLETE\n"
    );
    assert_eq!(run.stderr, expected);

    let run = watch(&["--until", "ready"]).await;
    let next = "Stop the writes to the source, then\n  atlas-migration migration cutover 6a0000000000000000000001 --watch\n";
    assert!(run.stdout.ends_with(next), "{}", run.stdout);
    let run = watch(&["--until", "ready", "-o", "json"]).await;
    let polls = run.lines();
    assert_eq!((run.status, polls.len(), &polls[3]["type"]), (0, 4, &json!("result")), "{polls:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_or_takes_too_long() {
    let emulator = Emulator::start().await.unwrap();
    for (state, part) in [
        (MigrationState::new("FAILED"), "the migration failed"),
        (MigrationState::new("EXPIRED"), "not cut over within 120 hours"),
    ] {
        let id = emulator.add_migration(state);
        let run = Program::with(&emulator, &["migration", "watch", &id, "-o", "json"]).run().await;
        assert_eq!(run.status, 9, "{}", run.stderr);
        assert!(run.stderr.contains(part), "{}", run.stderr);
        assert_eq!(run.lines().last().unwrap()["type"], "result");
    }
    let id = emulator.add_migration(MigrationState::working(60));
    let run = Program::with(&emulator, &["migration", "watch", &id, "--timeout", "1ms"]).run().await;
    assert_eq!(run.status, 10, "{}", run.stderr);
    assert!(run.stderr.contains(&format!("atlas-migration migration watch {id}")), "{}", run.stderr);
    let unknown = ["migration", "status", "6a00000000000000000000ff"];
    Program::with(&emulator, &unknown).run().await.failed(5);
    Program::with(&emulator, &["migration", "status", "orders"]).run().await.failed(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cutover_needs_a_confirmation() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    let id = emulator.add_migration(MigrationState::ready());
    let arguments = ["migration", "cutover", &id, "--plan", &file];
    let refused = Program::with(&emulator, &arguments).input("yes\n").run().await.failed(12);
    let expected = format!("Cut over the migration {id} of orders to the cluster destination in the project");
    assert!(refused.contains(&expected) && refused.contains("--yes"), "{refused}");
    assert!(emulator.requests().is_empty());
    let run = Program::with(&emulator, &["migration", "cutover", &id, "--yes"]).run().await.succeeded();
    assert!(run.contains(&format!("atlas-migration migration watch {id}")), "{run}");
    let other = emulator.add_migration(MigrationState::ready());
    let run = Program::with(&emulator, &["migration", "cutover", &other, "--yes", "-o", "json"]).run().await;
    assert_eq!(run.json(), json!({"id": other, "projectId": emulator.project_id()}));
    for (state, status, part) in [
        (MigrationState::working(60), 6, "not ready for the cutover"),
        (MigrationState::new("COMPLETE"), 6, "complete already"),
        (MigrationState::new("EXPIRED"), 9, "expired"),
    ] {
        let id = emulator.add_migration(state);
        let arguments = ["migration", "cutover", &id, "--yes"];
        let refused = Program::with(&emulator, &arguments).without_service_account(&emulator).run().await;
        assert!(refused.failed(status).contains(part), "{part}");
        assert!(!emulator.requests().iter().any(|request| request.target.contains(&format!("{id}/cutover"))));
    }

    let id = emulator.add_migration(MigrationState::ready());
    emulator.advance(Duration::from_secs(3600));
    let arguments = ["migration", "cutover", &id, "--yes", "--watch", "--interval", "100ms", "-o", "json"];
    let emulated = &emulator;
    let (run, ()) = tokio::join!(Program::with(emulated, &arguments).run(), async {
        while emulated.requests().iter().all(|request| !request.target.contains(&format!("{id}/cutover"))) {
            tokio::task::yield_now().await;
        }
        emulated.advance(Duration::from_secs(3600));
    });
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(run.lines().last().unwrap()["status"], "COMPLETE");
}
