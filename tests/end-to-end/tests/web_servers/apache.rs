//! The installed Apache httpd. Authentication is that of mod_auth_digest; a script behind it sends Atlas's responses.
//!
//! It runs as one process (`-X`), so that killing it leaves no other one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use md5::{Digest as _, Md5};

use crate::server::{ACCESS_LOG, ERRORS, Server, skip};
use crate::{PASSWORD, REALM, USER, assert_count, call, join_64_callers, org};

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
'POST {"accessListIps":["203.0.113.7"]}') status='201 Created' response='{"linkToken":"made-behind-a-web-server"}' ;;
'GET ') status='200 OK' response='[]' ;;
*) status='400 Bad Request' response='{"error":400}' ;;
esac
printf 'Status: %s\nContent-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8\n\n%s' "$status" "$response"
"#;

/// How Apache authenticates.
#[derive(Clone, Copy)]
struct Options<'r> {
    /// In the server's encoding.
    realm: &'r [u8],
    /// Whether only the next nonce count is accepted.
    checks_counts: bool,
    /// In seconds. With 0 a nonce is accepted once.
    nonce_lifetime: u32,
}

const DEFAULT: Options<'static> =
    Options { realm: REALM.as_bytes(), checks_counts: false, nonce_lifetime: 300 };

/// Starts a server. If Apache is not installed, it prints that and returns `None`.
#[track_caller]
fn start(options: Options<'_>) -> Option<Server> {
    let installed = |(program, modules): &(&str, &str)| {
        Path::new(program).exists() && Path::new(modules).join("mod_auth_digest.so").exists()
    };
    let Some((program, modules)) = INSTALLATIONS.into_iter().find(installed) else {
        skip("Apache httpd");
        return None;
    };
    let prepare = |dir: &Path, port| {
        let script = dir.join("respond");
        fs::write(&script, SCRIPT).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(dir.join("users"), password_file(options.realm)).unwrap();
        fs::write(dir.join("realm"), [b"AuthName \"", options.realm, b"\"\n"].concat()).unwrap();
        let configuration = dir.join("httpd.conf");
        fs::write(&configuration, self::configuration(dir, modules, port, options)).unwrap();
        let mut command = Command::new(program);
        command.arg("-X").arg("-f").arg(configuration);
        command
    };
    // Apache writes this file when it listens. With one process there is no other sign.
    Some(Server::start(prepare, |dir| dir.join("httpd.pid").exists()))
}

/// The password file in the format of `htdigest`.
fn password_file(realm: &[u8]) -> Vec<u8> {
    let user = [USER.as_bytes(), b":", realm, b":"].concat();
    let hash = Md5::digest([&user, PASSWORD.as_bytes()].concat());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    [&user, hash.as_bytes(), b"\n"].concat()
}

fn configuration(dir: &Path, modules: &str, port: u16, options: Options<'_>) -> String {
    let dir = dir.display();
    let check = if options.checks_counts { "On" } else { "Off" };
    let lifetime = options.nonce_lifetime;
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
ErrorLog "{dir}/{ERRORS}"
CustomLog "{dir}/{ACCESS_LOG}" "%m %>s"
# The user and group after a start by root, as numbers because their names differ. Without effect after other starts.
User #65534
Group #65534
# More than there are connections, because a server without a free thread closes those that are idle.
ThreadsPerChild 128
ThreadLimit 128
MaxRequestWorkers 128
# Space for the state of many clients; the default is for twelve.
AuthDigestShmemSize 65536
ScriptAliasMatch "^/api/atlas/v2/" "{dir}/respond"
<Location "/">
  AuthType Digest
  Include "{dir}/realm"
  AuthDigestProvider file
  AuthDigestQop auth
  AuthDigestNcCheck {check}
  AuthDigestNonceLifetime {lifetime}
  AuthUserFile "{dir}/users"
  Require valid-user
</Location>
"#
    )
}

#[tokio::test]
async fn one_hundred_sequential_calls_need_one_challenge() {
    for checks_counts in [true, false] {
        let Some(apache) = start(Options { checks_counts, ..DEFAULT }) else { return };
        let org = org(&apache, PASSWORD);
        for number in 0..100 {
            call(&org, number).await.unwrap();
        }
        let log = apache.stop();
        assert_count(&log, "POST", 401, 1);
        assert_count(&log, "POST", 201, 50);
        assert_count(&log, "GET", 200, 50);
        assert_eq!(log.len(), 101);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_need_one_challenge() {
    let Some(apache) = start(DEFAULT) else { return };
    join_64_callers(&org(&apache, PASSWORD), 1).await;
    let log = apache.stop();
    // Which of them is first is random.
    let challenges = log.iter().filter(|line| line.status == 401).count();
    assert_eq!(challenges, 1, "{log:?}");
    assert_count(&log, "POST", 201, 32);
    assert_count(&log, "GET", 200, 32);
    assert_eq!(log.len(), 65);
}

/// Apache counts the requests with an `opaque`, which it repeats in the challenges to refused requests.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_succeed_although_counts_are_checked_or_nonces_accepted_once() {
    // At most: a refused shared nonce, a refused nonce of its own, one more challenge, and success; later on one
    // request for each call, or two with one-time nonces.
    let checked = (Options { checks_counts: true, ..DEFAULT }, 256);
    let one_time = (Options { nonce_lifetime: 0, ..DEFAULT }, 2 * 256);
    for (options, requests) in [checked, one_time] {
        let Some(apache) = start(options) else { return };
        join_64_callers(&org(&apache, PASSWORD), 4).await;
        let log = apache.stop();
        assert_count(&log, "POST", 201, 128);
        assert_count(&log, "GET", 200, 128);
        assert!(log.len() <= requests + 64 * 4, "{} requests", log.len());
    }
}

#[tokio::test]
async fn one_time_nonces_need_a_challenge_each() {
    let Some(apache) = start(Options { nonce_lifetime: 0, ..DEFAULT }) else { return };
    let org = org(&apache, PASSWORD);
    for number in 0..10 {
        call(&org, number).await.unwrap();
    }
    let log = apache.stop();
    assert_count(&log, "POST", 201, 5);
    assert_count(&log, "GET", 200, 5);
    assert_eq!(log.len(), 20, "{log:?}");
}

#[tokio::test]
async fn realms_in_any_encoding() {
    for realm in ["Zürich".as_bytes(), b"Z\xfcrich"] {
        let Some(apache) = start(Options { realm, ..DEFAULT }) else { return };
        call(&org(&apache, PASSWORD), 0).await.unwrap();
        assert_eq!(apache.stop().len(), 2);
    }
}

#[tokio::test]
async fn wrong_key_is_unauthorized() {
    let Some(apache) = start(Options { checks_counts: true, ..DEFAULT }) else { return };
    let error = org(&apache, "wrong").available_projects().await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error}");
    // One request without a credential, one with the wrong one. More could only lock the key.
    let log = apache.stop();
    assert_count(&log, "GET", 401, 2);
    assert_eq!(log.len(), 2);
}
