//! The demo as a program: its exit status, and that `--live` sends nothing without a terminal. Its output is tested
//! beside its source.

#![allow(clippy::unwrap_used, reason = "clippy exempts test functions, but not their helpers")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use atlas_emulator::Emulator;

/// The demo, without the environment variables that configure the SDK.
fn demo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MONGODB_ATLAS_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it with this input, or without standard input. Returns whether it succeeded, and its output.
async fn run(mut command: Command, input: Option<&'static str>) -> (bool, String) {
    let running = tokio::task::spawn_blocking(move || {
        command.stdin(input.map_or_else(Stdio::null, |_| Stdio::piped()));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if let Some((mut stdin, input)) = child.stdin.take().zip(input) {
            // The program may have ended without reading.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.success(), text)
    });
    running.await.unwrap()
}

#[tokio::test]
async fn demo_succeeds() {
    let (success, output) = run(demo(), None).await;
    assert!(
        success && output.contains("Done: three link-tokens, one migration, the link deleted"),
        "{output}"
    );
}

#[tokio::test]
async fn live_sends_nothing_without_a_terminal() {
    let emulator = Emulator::start().await.unwrap();
    let (client_id, client_secret) = emulator.service_account();
    // A yes from a pipe does not count.
    for input in [None, Some(""), Some("no\n"), Some("yes\nyes\n")] {
        let mut command = demo();
        command
            .arg("--live")
            .env("MONGODB_ATLAS_BASE_URL", emulator.base_url())
            .env("MONGODB_ATLAS_CLIENT_ID", client_id)
            .env("MONGODB_ATLAS_CLIENT_SECRET", client_secret)
            .env("MONGODB_ATLAS_ORG_ID", emulator.org_id());
        let (success, output) = run(command, input).await;
        assert!(success, "{input:?}: {output}");
        assert!(
            output.contains("No confirmation is possible") && output.contains("Nothing was sent."),
            "{output}"
        );
        assert!(output.contains(emulator.org_id()) && output.contains(emulator.base_url()), "{output}");
        assert!(!output.contains(client_secret), "{output}");
    }
    assert_eq!((emulator.requests().len(), emulator.connection_count()), (0, 0));
}

#[tokio::test]
async fn live_names_the_missing_variable() {
    let (success, output) = {
        let mut command = demo();
        command.arg("--live");
        run(command, None).await
    };
    assert!(!success && output.contains("MONGODB_ATLAS_CLIENT_ID"), "{output}");
}

/// The schemas of request bodies are long, and only programs that ask for them pay for them.
#[cfg(target_os = "linux")]
#[test]
fn a_program_that_checks_no_bodies_does_not_contain_their_schemas() {
    let contains =
        |program: &[u8], text: &str| program.windows(text.len()).any(|part| part == text.as_bytes());
    let program = std::fs::read(env!("CARGO_BIN_EXE_demo")).unwrap();
    assert!(contains(&program, "createOrgLiveMigrationLinkToken"));
    assert!(!contains(&program, "json-schema.org"));
}
