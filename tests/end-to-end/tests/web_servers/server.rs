//! A web server of other people, started with a generated configuration and stopped on drop.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use tempfile::TempDir;

/// The file in the server's folder with what it writes to its standard error.
pub(crate) const ERRORS: &str = "error.log";
/// The file with a line for each request: its method and the status of its response.
pub(crate) const ACCESS_LOG: &str = "access.log";

/// A line of the access log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Logged {
    pub(crate) method: String,
    pub(crate) status: u16,
}

pub(crate) struct Server {
    process: Child,
    port: u16,
    dir: TempDir,
}

/// Prints that the tests of this server are skipped, or fails if they are required.
#[track_caller]
pub(crate) fn skip(name: &str) {
    let required = env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!required, "{name} is not installed, and ATLAS_REQUIRE_PEERS=1 requires it");
    _ = writeln!(std::io::stderr(), "skipped: {name} is not installed");
}

impl Server {
    /// Starts a server. `prepare` writes its configuration to the folder, for this port. `serves` reads in the folder
    /// whether it listens.
    #[track_caller]
    pub(crate) fn start(prepare: impl Fn(&Path, u16) -> Command, serves: fn(&Path) -> bool) -> Self {
        // Not every server can choose a free port, and another program may take one that was free.
        let mut failure = String::new();
        for _ in 0..5 {
            match Self::try_start(&prepare, serves) {
                Ok(server) => return server,
                Err(error) => failure = error,
            }
        }
        panic!("the server does not start: {failure}");
    }

    fn try_start(
        prepare: &impl Fn(&Path, u16) -> Command,
        serves: fn(&Path) -> bool,
    ) -> Result<Self, String> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        // A server that root starts may read the folder as another user.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = prepare(dir.path(), port);
        let errors = fs::File::create(dir.path().join(ERRORS)).unwrap();
        command.stdout(Stdio::null()).stderr(errors);
        let mut server = Self { process: command.spawn().unwrap(), port, dir };
        server.wait_until(serves).map(|()| server)
    }

    fn wait_until(&mut self, serves: fn(&Path) -> bool) -> Result<(), String> {
        let began = Instant::now();
        while !serves(self.dir.path()) {
            let ended = self.process.try_wait().unwrap().is_some();
            if ended || began.elapsed() > Duration::from_secs(60) {
                return Err(fs::read_to_string(self.dir.path().join(ERRORS)).unwrap());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Stops the server cleanly, so that its log is complete, and reads the log.
    pub(crate) fn stop(mut self) -> Vec<Logged> {
        let stopped = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(stopped.success());
        self.process.wait().unwrap();
        let log = fs::read_to_string(self.dir.path().join(ACCESS_LOG)).unwrap();
        log.lines()
            .map(|line| {
                let (method, status) = line.split_once(' ').unwrap();
                Logged { method: method.to_owned(), status: status.parse().unwrap() }
            })
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
