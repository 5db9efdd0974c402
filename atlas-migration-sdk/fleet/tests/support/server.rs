//! Temporal's server for development, on loopback ports, with a file as its database.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

const ERRORS: &str = "server.log";

/// A server, which is killed on drop.
pub(crate) struct TemporalServer {
    cli: OsString,
    process: Child,
    port: u16,
    folder: tempfile::TempDir,
}

/// The command line that the test has installed itself.
static INSTALLED: OnceLock<OsString> = OnceLock::new();

/// Uses this command line of Temporal, unless `TEMPORAL_CLI` names another one.
pub(crate) fn use_cli(path: impl Into<OsString>) {
    // The first one counts.
    let _ = INSTALLED.set(path.into());
}

/// Temporal's command line: `TEMPORAL_CLI`, or `temporal` in the path. None if there is none.
fn cli() -> Option<OsString> {
    let cli = std::env::var_os("TEMPORAL_CLI").or_else(|| INSTALLED.get().cloned());
    let cli = cli.unwrap_or_else(|| "temporal".into());
    let found = Command::new(&cli).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match found {
        Ok(status) if status.success() => Some(cli),
        _ => None,
    }
}

impl TemporalServer {
    /// Starts a server with an empty database, and waits until it responds. None if Temporal's command line is not
    /// installed, and the test is to be skipped.
    #[track_caller]
    pub(crate) fn start() -> Option<Self> {
        let Some(cli) = cli() else {
            let required = std::env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "Temporal is not installed, and ATLAS_REQUIRE_PEERS=1 requires it: .ci/temporal"
            );
            _ = writeln!(std::io::stderr(), "skipped: Temporal is not installed (see .ci/temporal)");
            return None;
        };
        // Another program may take a port that was free.
        let mut failure = String::new();
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
            let process = spawn(&cli, port, folder.path());
            let mut server = Self { cli: cli.clone(), process, port, folder };
            match server.wait_until_healthy() {
                Ok(()) => return Some(server),
                Err(error) => failure = error,
            }
        }
        panic!("Temporal's server does not start: {failure}");
    }

    /// Kills the server by SIGKILL. Its database stays.
    pub(crate) fn kill(&mut self) {
        // Fails only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts the server again, with the same port and database.
    #[track_caller]
    pub(crate) fn start_again(&mut self) {
        self.kill();
        self.process = spawn(&self.cli, self.port, self.folder.path());
        self.wait_until_healthy().unwrap();
    }

    /// For `TEMPORAL_ADDRESS`.
    pub(crate) fn address(&self) -> String {
        format!("{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Registers a namespace, and waits until the server knows it.
    #[track_caller]
    pub(crate) fn create_namespace(&self, name: &str) {
        let created = self.run_cli(&["operator", "namespace", "create", "--namespace", name]);
        assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
        let began = Instant::now();
        // The parts of the server learn of it one after the other.
        while !self.run_cli(&["workflow", "list", "--namespace", name]).status.success() {
            assert!(began.elapsed() < Duration::from_secs(60), "{name}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The file of the database. SQLite keeps recent changes in files beside it.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("temporal.db")
    }

    /// Everything that the server has stored, with what SQLite keeps beside the file of the database.
    pub(crate) fn stored_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("temporal.db")) {
                bytes.extend(std::fs::read(path).unwrap());
            }
        }
        bytes
    }

    /// Runs Temporal's command line against this server.
    pub(crate) fn run_cli(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.cli);
        command.args(arguments).env_clear();
        command.env("HOME", self.folder.path()).env("TEMPORAL_ADDRESS", self.address());
        command.stdin(Stdio::null()).output().unwrap()
    }

    /// The JSON that Temporal's command line prints.
    #[track_caller]
    pub(crate) fn cli_json(&self, arguments: &[&str]) -> Value {
        let output = self.run_cli(&[arguments, &["--output", "json"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}: {}{stderr}", String::from_utf8_lossy(&output.stdout))
        })
    }

    fn wait_until_healthy(&mut self) -> Result<(), String> {
        let began = Instant::now();
        loop {
            // The namespace is registered last.
            if self.run_cli(&["operator", "namespace", "describe", "default"]).status.success() {
                return Ok(());
            }
            let ended = self.process.try_wait().unwrap().is_some();
            if ended || began.elapsed() > Duration::from_secs(60) {
                self.kill();
                return Err(std::fs::read_to_string(self.folder.path().join(ERRORS)).unwrap());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for TemporalServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(cli: &OsString, port: u16, folder: &Path) -> Child {
    let log = File::options().create(true).append(true).open(folder.join(ERRORS)).unwrap();
    let mut command = Command::new(cli);
    command
        .args(["server", "start-dev", "--headless", "--log-level", "error"])
        .args(["--ip", "127.0.0.1", "--port", &port.to_string(), "--db-filename"])
        .arg(folder.join("temporal.db"))
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    command.spawn().unwrap()
}
