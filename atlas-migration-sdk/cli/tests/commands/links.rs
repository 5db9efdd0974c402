//! `link-token` and `source`.

use atlas_emulator::Emulator;

use crate::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_token_goes_to_the_standard_output_alone() {
    let emulator = Emulator::start().await.unwrap();
    let run =
        Program::with(&emulator, &["-vvv", "link-token", "create", "--allow", "203.0.113.7"]).run().await;
    assert_eq!(run.status, 0, "{}", run.stderr);
    let [token] = &emulator.link_tokens()[..] else { panic!("not one link-token") };
    assert_eq!(run.stdout, format!("{token}\n"));
    assert!(run.stderr.contains("createOrgLiveMigrationLinkToken"), "{}", run.stderr);
    assert!(!run.stderr.contains(token.as_str()), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_token_is_entered_from_the_standard_input() {
    let emulator = Emulator::start().await.unwrap();
    let created = Program::with(&emulator, &["link-token", "create", "-o", "json"]).run().await.json();
    let token = created["linkToken"].as_str().unwrap();
    let linked =
        Program::with(&emulator, &["source", "link", "--token-stdin"]).input(token).run().await.succeeded();
    assert!(linked.contains("is linked (SYNCED)"), "{linked}");
    assert!(!linked.contains(token), "{linked}");
    assert!(emulator.is_linked());
}

#[tokio::test(flavor = "multi_thread")]
async fn linking_in_one_step_shows_no_token() {
    let emulator = Emulator::start().await.unwrap();
    let status = |emulator| Program::with(emulator, &["source", "status", "-o", "json"]).run();
    assert_eq!(status(&emulator).await.json()["status"], "NOT_SYNCED");
    let run = Program::with(&emulator, &["source", "link", "--allow", "203.0.113.0/24"]).run().await;
    let [token] = &emulator.link_tokens()[..] else { panic!("not one link-token") };
    assert!(!run.stdout.contains(token.as_str()) && !run.stderr.contains(token.as_str()));
    run.succeeded();
    assert_eq!(status(&emulator).await.json()["status"], "SYNCED");
    let unlinked = Program::with(&emulator, &["source", "unlink", "--yes"]).run().await.succeeded();
    assert!(unlinked.contains("not linked"), "{unlinked}");
    assert_eq!(status(&emulator).await.json()["status"], "NOT_SYNCED");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_needs_a_confirmation() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    // A yes from a pipe may be an accident.
    let refused = Program::with(&emulator, &["link-token", "delete"]).input("yes\n").run().await.failed(12);
    assert!(refused.contains("--yes") && refused.contains(emulator.org_id()), "{refused}");
    let refused = Program::with(&emulator, &["source", "unlink"]).input("yes\n").run().await.failed(12);
    assert!(refused.contains("--yes"), "{refused}");
    assert!(emulator.is_linked() && emulator.requests().is_empty());
    let deleted =
        Program::with(&emulator, &["link-token", "delete", "--yes", "-o", "json"]).run().await.json();
    assert_eq!(deleted["deleted"], true);
    assert!(!emulator.is_linked());
}
