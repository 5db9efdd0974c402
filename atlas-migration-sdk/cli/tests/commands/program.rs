//! Runs the program with the environment of an emulator, and nothing of the environment of the test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use atlas_emulator::Emulator;
use serde_json::Value;

/// A run of the program that is not started yet.
pub(crate) struct Program {
    command: Command,
    input: Vec<u8>,
    arguments: Vec<String>,
    // The home of the run, which is empty.
    home: tempfile::TempDir,
}

/// What a run left.
pub(crate) struct Run {
    arguments: Vec<String>,
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// The program without credentials. Its home is an empty folder.
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_atlas-migration")), arguments)
    }

    fn of(mut command: Command, arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        command.args(arguments).env_clear();
        command.env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path().join(".config"));
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { command, input: Vec::new(), arguments, home }
    }

    /// The program with the credentials of both sides of the emulator.
    pub(crate) fn with(emulator: &Emulator, arguments: &[&str]) -> Self {
        Self::new(arguments).credentials(emulator)
    }

    /// A command line of the shell in this folder, which is the home too, with the program on its path.
    pub(crate) fn script(emulator: &Emulator, script: &str, folder: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.current_dir(folder);
        let program = Path::new(env!("CARGO_BIN_EXE_atlas-migration")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        Self::of(shell, &["-c", script]).credentials(emulator).env("PATH", &path).home(folder)
    }

    fn credentials(self, emulator: &Emulator) -> Self {
        let (public_key, private_key) = emulator.source_manager_api_key();
        let (client_id, client_secret) = emulator.service_account();
        self.env("MONGODB_ATLAS_BASE_URL", emulator.base_url())
            .env("MONGODB_ATLAS_CLIENT_ID", client_id)
            .env("MONGODB_ATLAS_CLIENT_SECRET", client_secret)
            .env("MONGODB_ATLAS_ORG_ID", emulator.org_id())
            .env("MONGODB_ATLAS_PROJECT_ID", emulator.project_id())
            .env("SOURCE_MANAGER_URL", emulator.source_manager_url())
            .env("SOURCE_MANAGER_PUBLIC_API_KEY", public_key)
            .env("SOURCE_MANAGER_PRIVATE_API_KEY", private_key)
            .env("SOURCE_MANAGER_ORG_ID", emulator.source_org_id())
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With an access token in place of the service account: no run requests a token, which Atlas limits.
    pub(crate) fn without_service_account(mut self, emulator: &Emulator) -> Self {
        self.command.env_remove("MONGODB_ATLAS_CLIENT_ID").env_remove("MONGODB_ATLAS_CLIENT_SECRET");
        self.env("MONGODB_ATLAS_ACCESS_TOKEN", &emulator.access_token())
    }

    /// Runs the program with this home, which other runs may have too.
    pub(crate) fn home(self, home: &Path) -> Self {
        let config = home.join(".config");
        self.env("HOME", home.to_str().unwrap()).env("XDG_CONFIG_HOME", config.to_str().unwrap())
    }

    /// What the program reads from its standard input. Default: nothing.
    pub(crate) fn input(mut self, text: &str) -> Self {
        self.input = text.into();
        self
    }

    /// Runs the program to its end, beside the emulator of the test.
    pub(crate) async fn run(self) -> Run {
        tokio::task::spawn_blocking(move || self.run_to_end()).await.unwrap()
    }

    /// Starts the program on a pseudo-terminal.
    #[cfg(unix)]
    pub(crate) fn on_terminal(mut self) -> crate::terminal::Terminal {
        // Without colors, so that a text has no escape sequences within.
        self.command.env("TERM", "xterm").env("NO_COLOR", "1");
        crate::terminal::Terminal::start(self.command, self.home)
    }

    /// Starts the program, and waits until it has stopped at this write of its journal, such as `after:3`. None if it ends
    /// before that.
    pub(crate) async fn stops_at(self, place: &str) -> Option<Running> {
        self.env("ATLAS_MIGRATION_STOP", place).run_until("stopped").await
    }

    /// Starts the program, and waits until a line on its standard error contains this text. None if it ends before that.
    pub(crate) async fn run_until(mut self, text: &'static str) -> Option<Running> {
        let start = move || {
            self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            let mut child = self.command.spawn().unwrap();
            let stderr = BufReader::new(child.stderr.take().unwrap());
            let mut running = Running { child, stderr, home: self.home };
            let mut line = String::new();
            while running.stderr.read_line(&mut line).unwrap() > 0 {
                if line.contains(text) {
                    return Some(running);
                }
                line.clear();
            }
            None
        };
        tokio::task::spawn_blocking(start).await.unwrap()
    }

    fn run_to_end(mut self) -> Run {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // A program that does not read its input closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(&self.input);
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        drop(self.home);
        Run {
            arguments: self.arguments,
            status: status.code().unwrap(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

/// A program that is running or has stopped itself. Dropping it kills it.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    #[allow(dead_code, reason = "it is removed with the program")]
    home: tempfile::TempDir,
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM. Returns the exit status and the rest of the standard error.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> (i32, String) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(kill.success());
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code().unwrap(), rest)
    }
}

impl Drop for Running {
    /// On Unix, the signal is SIGKILL.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Run {
    /// Checks one line of JSON against the command's schema.
    pub(crate) fn check_lines(&self, lines: &[Value]) {
        let validator = validator(&self.arguments);
        for line in lines {
            assert_valid(&validator, line);
        }
    }

    /// The standard output of a run that succeeded and wrote no error.
    pub(crate) fn succeeded(self) -> String {
        assert_eq!((self.status, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// The JSON of a run that succeeded. It has the form of the command's schema.
    pub(crate) fn json(self) -> Value {
        let arguments = self.arguments.clone();
        let json = serde_json::from_str(&self.succeeded()).unwrap();
        check(&json, &arguments);
        json
    }

    /// The JSON that a server sent, which a run that succeeded passed on.
    pub(crate) fn received(self) -> Value {
        serde_json::from_str(&self.succeeded()).unwrap()
    }

    /// The lines of JSON of a run that waited. Each has the form of the command's schema.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines: Vec<Value> = self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.iter().for_each(|line| check(line, &self.arguments));
        lines
    }

    /// The error of a run that failed with this status and wrote no result.
    pub(crate) fn failed(self, status: i32) -> String {
        assert_eq!((self.status, self.stdout.as_str()), (status, ""), "{}", self.stderr);
        self.stderr
    }

    /// The JSON of such an error. It has the form of the schema of errors.
    pub(crate) fn failed_json(self, status: i32) -> Value {
        let json = serde_json::from_str(&self.failed(status)).unwrap();
        check(&json, &["error".to_owned()]);
        json
    }
}

/// Checks an output against the schema of the command with the most words at the beginning of the arguments.
fn check(json: &Value, arguments: &[String]) {
    assert_valid(&validator(arguments), json);
}

fn validator(arguments: &[String]) -> jsonschema::Validator {
    let words: Vec<_> = arguments.iter().take_while(|argument| !argument.starts_with('-')).collect();
    let schema = (1..=words.len()).rev().find_map(|count| {
        let schema = Command::new(env!("CARGO_BIN_EXE_atlas-migration"))
            .arg("schema")
            .args(&words[..count])
            .output()
            .unwrap();
        schema.status.success().then(|| serde_json::from_slice::<Value>(&schema.stdout).unwrap())
    });
    let schema = schema.unwrap_or_else(|| panic!("`schema` does not list the command {words:?}"));
    jsonschema::validator_for(&schema).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, json: &Value) {
    let violations: Vec<_> =
        validator.iter_errors(json).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(violations.is_empty(), "{violations:#?} in {json:#}");
}
