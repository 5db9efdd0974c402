//! The program: what it prints and writes once it is ready, how it stops, and a Python program that uses it.

#![allow(clippy::unwrap_used, reason = "clippy exempts test functions, but not their helpers")]

use std::io::Write as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_atlas-emulator");

/// Starts the emulator. It is killed when the test ends, also by a panic.
fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(PROGRAM);
    command.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true).spawn().unwrap()
}

/// The first line of the standard output, which the program writes when it is ready.
async fn first_line(program: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(program.stdout.as_mut().unwrap()).read_line(&mut line).await.unwrap();
    line
}

/// Waits until the program has stopped. Fails if it does not.
async fn stopped(program: &mut Child) -> ExitStatus {
    tokio::time::timeout(Duration::from_secs(10), program.wait()).await.unwrap().unwrap()
}

/// The paths of the fields.
fn fields(of: &Value) -> Vec<String> {
    let Some(object) = of.as_object() else { return vec![String::new()] };
    let below = |(name, value)| fields(value).into_iter().map(move |path| format!("/{name}{path}"));
    object.iter().flat_map(below).collect()
}

async fn status(ready: &Value) -> u16 {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/api/oauth/token", ready["baseUrl"].as_str().unwrap());
    let account = &ready["serviceAccount"];
    let text = |name: &str| account[name].as_str().unwrap();
    let request = http.post(url).basic_auth(text("clientId"), Some(text("clientSecret")));
    request.form(&[("grant_type", "client_credentials")]).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn json_is_the_first_line_once_requests_are_accepted() {
    let mut program = start(&["--json"]);
    let ready: Value = serde_json::from_str(&first_line(&mut program).await).unwrap();
    assert_eq!(status(&ready).await, 200);
    let text = |pointer: &str| ready.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    for pointer in ["/orgId", "/projectId", "/sourceManager/orgId", "/sourceManager/projectId"] {
        assert_eq!(text(pointer).len(), 24, "{pointer}");
    }
    for pointer in ["/apiKey/publicKey", "/apiKey/privateKey", "/sourceManager/apiKey/publicKey"] {
        assert!(!text(pointer).is_empty(), "{pointer}");
    }
    assert!(text("/sourceManager/baseUrl").starts_with("http://127.0.0.1:"));
    // The README shows the same fields.
    let (_, shown) = include_str!("../README.md").split_once("```json\n").unwrap();
    let shown: Value = serde_json::from_str(shown.split("```").next().unwrap()).unwrap();
    assert_eq!(fields(&shown), fields(&ready));
    // The secret of the service account can be expired.
    let mut program = start(&["--json", "--secret-lifetime", "0"]);
    assert_eq!(status(&serde_json::from_str(&first_line(&mut program).await).unwrap()).await, 401);
}

#[tokio::test]
async fn unwritable_ready_file_is_an_error() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let missing = folder.join("missing/ready.json");
    for path in [folder, missing.as_path()] {
        let mut program = start(&["--ready-file", path.to_str().unwrap()]);
        let mut errors = String::new();
        program.stderr.take().unwrap().read_to_string(&mut errors).await.unwrap();
        assert!(!stopped(&mut program).await.success());
        assert!(errors.contains("choose another --ready-file"), "{errors}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn ready_file_exists_while_the_emulator_runs() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ready.json");
    for signal in ["-TERM", "-INT"] {
        // Of an earlier run that was killed.
        std::fs::write(&file, "{}").unwrap();
        let mut program = start(&["--ready-file", file.to_str().unwrap(), "--json"]);
        let line = first_line(&mut program).await;
        assert_eq!(std::fs::read_to_string(&file).unwrap(), line);
        assert_eq!(status(&serde_json::from_str(&line).unwrap()).await, 200);
        let id = program.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().await.unwrap().success());
        assert!(stopped(&mut program).await.success(), "{signal}");
        assert!(!file.exists(), "{signal}");
    }
}

/// Whether Python is installed. Prints it if not.
fn has_python() -> bool {
    let probe = std::process::Command::new("python3")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if probe.is_ok_and(|status| status.success()) {
        return true;
    }
    let required = std::env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!required, "Python is not installed, and ATLAS_REQUIRE_PEERS=1 requires it");
    _ = writeln!(std::io::stderr(), "skipped: Python is not installed");
    false
}

#[tokio::test]
async fn python_tests_start_and_stop_it() {
    if !has_python() {
        return;
    }
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/test_with_emulator.py");
    let output =
        Command::new("python3").arg("-B").arg(example).env("ATLAS_EMULATOR", PROGRAM).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The schemas of request bodies are long, and only programs that use them contain them.
#[cfg(target_os = "linux")]
#[test]
fn the_program_does_not_contain_the_schemas_of_bodies() {
    let program = std::fs::read(PROGRAM).unwrap();
    let contains = |text: &str| program.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(contains("createOrgLiveMigrationLinkToken"));
    assert!(!contains("json-schema.org"));
}
