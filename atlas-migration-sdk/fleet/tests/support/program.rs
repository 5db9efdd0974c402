//! Runs the program with an environment of its own, and nothing of the environment of the test.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use atlas_emulator::Emulator;

use super::server::TemporalServer;

/// The folder of a machine: the home of its programs, with the cached token, and their logs.
pub(crate) struct Machine {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    program: PathBuf,
}

fn fleet() -> PathBuf {
    env!("CARGO_BIN_EXE_atlas-migration-fleet").into()
}

/// What a run left.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Machine {
    /// A machine that reaches this Temporal server and this emulator. It has a fleet file for this organization.
    pub(crate) fn new(server: &TemporalServer, emulator: &Emulator) -> Self {
        let mut machine = Self::offline();
        machine.write("fleet.toml", &super::emulator::fleet_file(emulator.org_id(), ""));
        for (name, value) in super::emulator::variables(emulator) {
            machine.set(name, &value);
        }
        machine.set("TEMPORAL_ADDRESS", &server.address());
        machine
    }

    /// A machine that reaches nothing, with a fleet file.
    pub(crate) fn offline() -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new(), program: fleet() };
        machine.write("fleet.toml", &super::emulator::fleet_file("32b6e34b3d91647abb20e7b8", ""));
        machine
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs another program instead of the fleet's.
    pub(crate) fn program(&mut self, program: &Path) {
        self.program = program.to_owned();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the folder, and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear().current_dir(self.folder()).stdin(Stdio::null());
        command.env("HOME", self.folder()).env("XDG_CONFIG_HOME", self.folder().join(".config"));
        // Hooks are commands of the shell.
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts the program. What it writes goes to a file.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let log = tempfile::Builder::new().prefix("log-").tempfile_in(self.folder()).unwrap();
        let (_, log) = log.keep().unwrap();
        let mut command = self.command(arguments);
        command.stdout(File::options().append(true).open(&log).unwrap());
        command.stderr(File::options().append(true).open(&log).unwrap());
        Running { child: command.spawn().unwrap(), log }
    }

    /// Starts a worker with these arguments, and waits until it polls.
    #[track_caller]
    pub(crate) fn start_worker(&self, arguments: &[&str]) -> Running {
        let mut worker = self.start(&[&["worker", "--listen", "127.0.0.1:0"], arguments].concat());
        super::eventually("the worker polls", || {
            let log = worker.log();
            assert!(worker.child.try_wait().unwrap().is_none(), "the worker has ended: {log}");
            log.contains("ready").then_some(())
        });
        worker
    }
}

/// A program that runs. Dropping it kills it.
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to its standard output and standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Sends a signal, such as `TERM`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Kills it by SIGKILL.
    pub(crate) fn kill(&mut self) {
        // Fails only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        super::eventually("the program ends", || self.child.try_wait().unwrap())
    }
}

impl Drop for Running {
    /// With its log, if the test fails.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the log of process {}:\n{}", self.id(), self.log());
        }
        self.kill();
    }
}
