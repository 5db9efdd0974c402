//! The installed Apache httpd, started with a generated configuration and stopped on drop.
//!
//! Authentication is that of mod_auth_digest; a script behind it sends Atlas's responses. It runs as one process
//! (`-X`), so that killing it leaves no other one.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use md5::{Digest as _, Md5};
use tempfile::TempDir;

pub(crate) const USER: &str = "public-key";
pub(crate) const PASSWORD: &str = "private-key";
const REALM: &str = "MMS Public API";

/// The paths of the program and its modules on Debian, Fedora and Arch.
const INSTALLATIONS: [(&str, &str); 3] = [
    ("/usr/sbin/apache2", "/usr/lib/apache2/modules"),
    ("/usr/sbin/httpd", "/usr/lib64/httpd/modules"),
    ("/usr/bin/httpd", "/usr/lib/httpd/modules"),
];

const MODULES: [&str; 10] = [
    "mpm_event",
    "unixd",
    "log_config",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_user",
    "auth_digest",
    "alias",
    "cgi",
];

/// The responses of Atlas behind the authentication. An incomplete request body is a 400.
const SCRIPT: &str = r#"#!/bin/sh
body=$(head -c "${CONTENT_LENGTH:-0}")
case "$REQUEST_METHOD $body" in
'POST {"accessListIps":["203.0.113.7"]}') status='201 Created' response='{"linkToken":"made-behind-httpd"}' ;;
'GET ') status='200 OK' response='[]' ;;
*) status='400 Bad Request' response='{"error":400}' ;;
esac
printf 'Status: %s\nContent-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8\n\n%s' "$status" "$response"
"#;

/// Whether Apache checks nonce counts. It accepts only the next one, so calls must be sequential.
#[derive(Clone, Copy)]
pub(crate) enum NonceCount {
    Checked,
    Ignored,
}

/// A line of the access log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Logged {
    pub(crate) method: String,
    pub(crate) status: u16,
}

pub(crate) struct Apache {
    process: Child,
    port: u16,
    dir: TempDir,
}

impl Apache {
    /// Starts a server. If Apache is not installed, it prints that and returns `None`.
    #[track_caller]
    pub(crate) fn start(nonce_count: NonceCount) -> Option<Self> {
        let installed = |(program, modules): &(&str, &str)| {
            Path::new(program).exists() && Path::new(modules).join("mod_auth_digest.so").exists()
        };
        let Some((program, modules)) = INSTALLATIONS.into_iter().find(installed) else {
            let required = env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
            assert!(!required, "Apache httpd is not installed, and ATLAS_REQUIRE_PEERS=1 requires it");
            _ = writeln!(std::io::stderr(), "skipped: Apache httpd is not installed");
            return None;
        };
        // Apache cannot choose a free port, and another program may take one that was free.
        let mut failure = String::new();
        for _ in 0..5 {
            match Self::try_start(program, modules, nonce_count) {
                Ok(apache) => return Some(apache),
                Err(error) => failure = error,
            }
        }
        panic!("Apache does not start: {failure}");
    }

    fn try_start(program: &str, modules: &str, nonce_count: NonceCount) -> Result<Self, String> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        // If root starts it, Apache reads the folder as another user.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let script = dir.path().join("answer");
        fs::write(&script, SCRIPT).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(dir.path().join("users"), password_file()).unwrap();
        let configuration = dir.path().join("httpd.conf");
        fs::write(&configuration, self::configuration(dir.path(), modules, port, nonce_count)).unwrap();

        let errors = fs::File::create(dir.path().join("error.log")).unwrap();
        let mut command = Command::new(program);
        command.arg("-X").arg("-f").arg(configuration).stdout(Stdio::null()).stderr(errors);
        let mut apache = Self { process: command.spawn().unwrap(), port, dir };
        apache.wait_until_it_serves().map(|()| apache)
    }

    /// Waits for the file that Apache writes when it listens. With one process there is no other sign.
    fn wait_until_it_serves(&mut self) -> Result<(), String> {
        let began = Instant::now();
        while !self.dir.path().join("httpd.pid").exists() {
            let ended = self.process.try_wait().unwrap().is_some();
            if ended || began.elapsed() > Duration::from_secs(30) {
                return Err(fs::read_to_string(self.dir.path().join("error.log")).unwrap());
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
        let log = fs::read_to_string(self.dir.path().join("access.log")).unwrap();
        log.lines()
            .map(|line| {
                let (method, status) = line.split_once(' ').unwrap();
                Logged { method: method.to_owned(), status: status.parse().unwrap() }
            })
            .collect()
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The password file in the format of `htdigest`.
fn password_file() -> String {
    let hash = Md5::digest(format!("{USER}:{REALM}:{PASSWORD}"));
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{USER}:{REALM}:{hash}\n")
}

fn configuration(dir: &Path, modules: &str, port: u16, nonce_count: NonceCount) -> String {
    let dir = dir.display();
    let check = match nonce_count {
        NonceCount::Checked => "On",
        NonceCount::Ignored => "Off",
    };
    // Some distributions have some of these built in.
    let load = |name: &str| {
        format!(
            "<IfModule !{name}_module>\nLoadModule {name}_module \"{modules}/mod_{name}.so\"\n</IfModule>\n"
        )
    };
    let modules: String = MODULES.into_iter().map(load).collect();
    format!(
        r#"{modules}
ServerRoot "{dir}"
ServerName localhost
Listen 127.0.0.1:{port}
DefaultRuntimeDir "{dir}"
PidFile "{dir}/httpd.pid"
ErrorLog "{dir}/error.log"
CustomLog "{dir}/access.log" "%m %>s"
# Whom to become when started by root, by number because the names differ; otherwise without effect.
User #65534
Group #65534
ThreadsPerChild 64
MaxRequestWorkers 64
ScriptAliasMatch "^/api/atlas/v2/" "{dir}/answer"
<Location "/">
  AuthType Digest
  AuthName "{REALM}"
  AuthDigestProvider file
  AuthDigestQop auth
  AuthDigestNcCheck {check}
  AuthUserFile "{dir}/users"
  Require valid-user
</Location>
"#
    )
}
