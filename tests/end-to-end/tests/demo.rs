//! The demo as a program: how it ends, and that `--live` sends nothing where nobody can say yes. What it shows is
//! tested beside it.

#![allow(clippy::unwrap_used, reason = "clippy knows test functions, but not the helpers beside them")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use atlas_emulator::Emulator;

/// The demo, without what the environment of whoever runs the tests says of Atlas.
fn demo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MONGODB_ATLAS_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it with this input, or with none at all, and returns whether it succeeded and what it said.
async fn run(mut command: Command, input: Option<&'static str>) -> (bool, String) {
    let running = tokio::task::spawn_blocking(move || {
        command.stdin(input.map_or_else(Stdio::null, |_| Stdio::piped()));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if let Some((mut stdin, input)) = child.stdin.take().zip(input) {
            // It may have ended without reading.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.success(), said)
    });
    running.await.unwrap()
}

#[tokio::test]
async fn ends_well() {
    let (success, said) = run(demo(), None).await;
    assert!(success && said.contains("Done: three link-tokens, one migration, the link deleted"), "{said}");
}

#[tokio::test]
async fn live_sends_nothing_where_nobody_can_be_asked() {
    let emulator = Emulator::start().await.unwrap();
    let (client_id, client_secret) = emulator.service_account();
    // A yes that comes by a pipe is nobody's.
    for input in [None, Some(""), Some("no\n"), Some("yes\nyes\n")] {
        let mut command = demo();
        command
            .arg("--live")
            .env("MONGODB_ATLAS_BASE_URL", emulator.base_url())
            .env("MONGODB_ATLAS_CLIENT_ID", client_id)
            .env("MONGODB_ATLAS_CLIENT_SECRET", client_secret)
            .env("MONGODB_ATLAS_ORG_ID", emulator.org_id());
        let (success, said) = run(command, input).await;
        assert!(success, "{input:?}: {said}");
        assert!(said.contains("There is nobody to ask") && said.contains("Nothing was sent."), "{said}");
        assert!(said.contains(emulator.org_id()) && said.contains(emulator.base_url()), "{said}");
        assert!(!said.contains(client_secret), "{said}");
    }
    assert_eq!((emulator.requests().len(), emulator.connection_count()), (0, 0));
}

#[tokio::test]
async fn live_says_what_the_environment_lacks() {
    let (success, said) = {
        let mut command = demo();
        command.arg("--live");
        run(command, None).await
    };
    assert!(!success && said.contains("MONGODB_ATLAS_CLIENT_ID"), "{said}");
}
