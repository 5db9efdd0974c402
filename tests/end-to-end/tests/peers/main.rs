//! The emulator against other software: curl, Python's requests, schemathesis.
//!
//! If a program is not installed, its test prints that and passes; with `ATLAS_REQUIRE_PEERS=1` it fails.

#![allow(clippy::unwrap_used, reason = "clippy exempts test functions, but not their helpers")]

mod switches;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use atlas_emulator::{Challenge, CredentialKind, Emulator, MigrationState};

const ACCEPT: &str = "Accept: application/vnd.atlas.2024-11-13+json";

/// Whether the program is installed. Prints it if not.
#[track_caller]
fn is_installed(name: &str, program: &str, arguments: &[&str]) -> bool {
    let probe = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if probe.is_ok_and(|status| status.success()) {
        return true;
    }
    let required = std::env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!required, "{name} is not installed, and ATLAS_REQUIRE_PEERS=1 requires it");
    _ = writeln!(std::io::stderr(), "skipped: {name} is not installed");
    false
}

#[track_caller]
fn has_curl() -> bool {
    is_installed("curl", "curl", &["--version"])
}

#[track_caller]
fn has_requests() -> bool {
    is_installed("Python's requests", "python3", &["-c", "import requests"])
}

/// Runs the command without blocking the emulator, which serves on the same runtime.
async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Runs curl. Returns the status and the body of the last response.
async fn curl(arguments: &[&str]) -> (u16, String) {
    let mut command = Command::new("curl");
    // No configuration file of the user may change what curl does.
    command.args(["--disable", "--silent", "--show-error", "--write-out", "\n%{http_code}"]).args(arguments);
    let output = run(command).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (body, status) = text.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), body.to_owned())
}

/// Runs a program that imports requests. Returns what it printed.
async fn python(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new("python3");
    command.args(["-c", program]).args(arguments);
    let output = run(command).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn user(emulator: &Emulator) -> String {
    let (public, private) = emulator.api_key();
    format!("{public}:{private}")
}

/// The kinds of credential and the statuses of the requests so far.
fn requests(emulator: &Emulator) -> Vec<(CredentialKind, u16)> {
    emulator.requests().iter().map(|request| (request.credential, request.status)).collect()
}

#[tokio::test]
async fn curl_creates_a_link_token_with_digest() {
    if !has_curl() {
        return;
    }
    // The call of the Atlas documentation, with the default challenge and with others.
    for challenges in [
        vec![Challenge::md5()],
        vec![Challenge::sha256()],
        vec![Challenge::md5().without_qop()],
        vec![Challenge::md5().leading_parameter("charset", "UTF-8").parameter("extra", "a \"quoted\" one")],
    ] {
        let emulator = Emulator::builder().challenges(challenges).strict_nc(true).start().await.unwrap();
        let (base_url, org_id) = (emulator.base_url(), emulator.org_id());
        let url = format!("{base_url}/api/atlas/v2/orgs/{org_id}/liveMigrations/linkTokens");
        let body = r#"{"accessListIps":["203.0.113.7"]}"#;
        let user = user(&emulator);
        let arguments = ["--user", &user, "--digest", "-X", "POST", &url, "-H", ACCEPT, "-d", body];
        let (status, response) = curl(&arguments).await;
        assert_eq!(status, 201, "{response}");
        assert!(response.starts_with(r#"{"linkToken":""#), "{response}");
        assert_eq!(requests(&emulator), [(CredentialKind::None, 401), (CredentialKind::Digest, 201)]);
        // curl sends its first request without the body.
        assert_eq!(emulator.requests()[1].body, body);
    }
}

#[tokio::test]
async fn curl_creates_a_link_token_with_an_access_token() {
    if !has_curl() {
        return;
    }
    let emulator = Emulator::start().await.unwrap();
    let (base_url, org_id) = (emulator.base_url(), emulator.org_id());
    let url = format!("{base_url}/api/atlas/v2/orgs/{org_id}/liveMigrations/linkTokens");
    let bearer = format!("Authorization: Bearer {}", emulator.access_token());
    let body = r#"{"accessListIps":["203.0.113.7"]}"#;
    let (status, response) = curl(&["-H", &bearer, "-X", "POST", &url, "-H", ACCEPT, "-d", body]).await;
    assert_eq!(status, 201, "{response}");
    assert_eq!(response, format!(r#"{{"linkToken":"{}"}}"#, emulator.link_tokens()[0]));
    assert_eq!(requests(&emulator), [(CredentialKind::Bearer, 201)]);
    assert_eq!(emulator.requests()[0].body, body);

    let wrong = "Authorization: Bearer wrong";
    let (status, response) = curl(&["-H", wrong, "-X", "POST", &url, "-H", ACCEPT, "-d", body]).await;
    assert_eq!((status, emulator.link_tokens().len()), (401, 1), "{response}");
}

#[cfg(unix)]
#[tokio::test]
async fn curl_sends_what_a_preview_shows() {
    use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
    use atlas_migration_sdk::{Client, Credentials};

    if !has_curl() {
        return;
    }
    let emulator = Emulator::builder().one_job_per_host(false).start().await.unwrap();
    emulator.set_linked(true);
    let source = Source::managed(emulator.source_project_id().parse().unwrap(), emulator.source_cluster());
    let plan = MigrationPlan::new(source, Destination::public("it's \"$HOME\""), emulator.migration_host());
    let (public, private) = emulator.api_key();
    let shell = |line: &str| {
        let line = line.replacen("curl", "curl --disable --silent --show-error --fail-with-body", 1);
        let mut command = Command::new("sh");
        command
            .args(["-c", &line])
            .env("MONGODB_ATLAS_PUBLIC_API_KEY", public)
            .env("MONGODB_ATLAS_PRIVATE_API_KEY", private)
            .env("MONGODB_ATLAS_ACCESS_TOKEN", emulator.access_token());
        run(command)
    };
    for credentials in
        [Credentials::api_key(public, private), Credentials::access_token(emulator.access_token())]
    {
        let client =
            Client::builder().base_url(emulator.base_url()).credentials(credentials).build().unwrap();
        let project = client.project(emulator.project_id().parse().unwrap());
        let ready = || emulator.add_migration(MigrationState::ready()).parse().unwrap();
        let validation = project.validate(&plan);
        let lines = [
            validation.preview().unwrap().to_curl(),
            project.migration(ready()).cut_over().preview().unwrap().to_curl(),
        ];
        for line in &lines {
            let output = shell(line).await;
            assert!(output.status.success(), "{line} {output:?}");
        }
        validation.await.unwrap();
        project.migration(ready()).cut_over().await.unwrap();

        let requests = emulator.requests();
        let sent = |operation: &str| {
            let sent = requests.iter().rev().filter(|request| request.operation == Some(operation));
            let sent = sent.filter(|request| request.status / 100 == 2).take(2);
            let headers = ["accept", "content-type", "content-length"];
            let sent = sent
                .map(|request| (headers.map(|name| request.header(name)), &request.body, request.credential));
            sent.collect::<Vec<_>>()
        };
        for operation in ["validateGroupLiveMigrations", "cutoverGroupLiveMigration"] {
            let [by_client, by_curl] = sent(operation)[..] else { panic!("{operation}") };
            assert_eq!(by_client, by_curl);
        }
    }
}

#[tokio::test]
async fn curl_with_a_wrong_key_is_unauthorized() {
    if !has_curl() {
        return;
    }
    let emulator = Emulator::start().await.unwrap();
    let url = format!("{}/api/atlas/v2/orgs", emulator.base_url());
    let wrong = format!("{}:wrong", emulator.api_key().0);
    let (status, body) = curl(&["--user", &wrong, "--digest", &url, "-H", ACCEPT]).await;
    assert_eq!(status, 401);
    assert!(body.starts_with("{\n  \"error\" : 401,"), "{body}");
    assert_eq!(requests(&emulator), [(CredentialKind::None, 401), (CredentialKind::Digest, 401)]);
}

#[tokio::test]
async fn curl_uses_a_service_account() {
    if !has_curl() {
        return;
    }
    let emulator = Emulator::start().await.unwrap();
    let (id, secret) = emulator.service_account();
    let (user, url) = (format!("{id}:{secret}"), format!("{}/api/oauth/token", emulator.base_url()));
    let (status, body) = curl(&["--user", &user, "-d", "grant_type=client_credentials", &url]).await;
    assert_eq!(status, 200, "{body}");
    let token = body.split('"').nth(3).unwrap();
    let header = format!("Authorization: Bearer {token}");
    let url = format!("{}/api/atlas/v2/orgs", emulator.base_url());
    let (status, body) = curl(&["-H", &header, "-H", ACCEPT, &url]).await;
    assert_eq!(status, 200, "{body}");
    assert!(body.contains(emulator.org_id()), "{body}");
    assert_eq!(requests(&emulator), [(CredentialKind::Basic, 200), (CredentialKind::Bearer, 200)]);
}

#[tokio::test]
async fn curl_exceeds_the_rate_limit_of_the_token_endpoint() {
    if !has_curl() {
        return;
    }
    for with_delay in [false, true] {
        let builder = Emulator::builder().token_requests_per_minute(1).token_retry_after(with_delay);
        let emulator = builder.time_scale(0.0).start().await.unwrap();
        let (id, secret) = emulator.service_account();
        let (user, url) = (format!("{id}:{secret}"), format!("{}/api/oauth/token", emulator.base_url()));
        let arguments = ["--include", "--user", &user, "-d", "grant_type=client_credentials", &url];
        assert_eq!(curl(&arguments).await.0, 200);
        let (status, response) = curl(&arguments).await;
        assert_eq!(status, 429);
        assert_eq!(response.to_ascii_lowercase().contains("\nretry-after: 60\r"), with_delay, "{response}");
        assert!(response.contains(r#""parameters":["/api/oauth/token",1,1]"#), "{response}");
    }
}

#[tokio::test]
async fn curl_links_the_source() {
    if !has_curl() {
        return;
    }
    // A link-token of Atlas, linked and unlinked in Cloud Manager, with the calls of its documentation.
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let (public, private) = emulator.source_manager_api_key();
    let (user, org_id) = (format!("{public}:{private}"), emulator.source_org_id());
    let url =
        format!("{}/api/public/v1.0/orgs/{org_id}/liveExport/migrationLink", emulator.source_manager_url());
    let status = format!("{url}/status");
    let body = format!(r#"{{"linkToken":"{}"}}"#, emulator.link_tokens()[0]);
    let json = "Content-Type: application/json";
    let synced = (200, r#"{"status":"SYNCED"}"#.to_owned());
    assert_eq!(curl(&["--user", &user, "--digest", "-H", json, "-d", &body, &url]).await, synced);
    assert_eq!(curl(&["--user", &user, "--digest", &status]).await, synced);
    assert_eq!(curl(&["--user", &user, "--digest", "-X", "DELETE", &url]).await, (204, String::new()));
    let not_synced = (200, r#"{"status":"NOT_SYNCED"}"#.to_owned());
    assert_eq!(curl(&["--user", &user, "--digest", &status]).await, not_synced);
}

#[tokio::test]
async fn python_requests_keeps_its_nonce() {
    if !has_requests() {
        return;
    }
    const PROGRAM: &str = "
import sys, requests
from requests.auth import HTTPDigestAuth
url, public, private = sys.argv[1:]
session = requests.Session()
session.trust_env = False
session.auth = HTTPDigestAuth(public, private)
session.headers['Accept'] = 'application/vnd.atlas.2024-11-13+json'
print(session.post(url, json={'accessListIps': ['203.0.113.0/24']}).status_code)
print(session.delete(url).status_code, session.delete(url).status_code)
";
    for challenge in [Challenge::md5(), Challenge::sha256(), Challenge::md5().without_algorithm_name()] {
        let emulator = Emulator::builder().challenges([challenge]).strict_nc(true).start().await.unwrap();
        let (base_url, org_id) = (emulator.base_url(), emulator.org_id());
        let url = format!("{base_url}/api/atlas/v2/orgs/{org_id}/liveMigrations/linkTokens");
        let (public, private) = emulator.api_key();
        assert_eq!(python(PROGRAM, &[&url, public, private]).await, "201\n204 404\n");
        let statuses: Vec<_> = emulator.requests().iter().map(|request| request.status).collect();
        assert_eq!(statuses, [401, 201, 204, 404], "one challenge for three calls");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_difference_from_the_fragment() {
    if !is_installed("schemathesis", "schemathesis", &["--version"]) {
        return;
    }
    // It makes over a thousand requests and starts many jobs on one host. Other tests cover the rate limit and the
    // limit of one job per host.
    let minute = std::time::Duration::from_secs(60);
    let builder = Emulator::builder().rate_limit(u32::MAX, minute).one_job_per_host(false);
    // It invents clusters and migration hosts.
    let emulator = builder.require_available_source(false).start().await.unwrap();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("schemathesis");
    command.arg("--config-file").arg(package.join("tests/schemathesis.toml"));
    command.arg("run").arg(package.join("../../spec/atlas-migration.yaml"));
    // The seed makes the runs equal, so that a failure can be reproduced.
    command.args(["--max-examples", "25", "--seed", "1", "--no-color"]);
    command.env("EMULATOR_BASE_URL", emulator.base_url());
    command.env("EMULATOR_ACCESS_TOKEN", emulator.access_token());
    command.env("EMULATOR_ORG_ID", emulator.org_id());
    command.env("EMULATOR_PROJECT_ID", emulator.project_id());
    command.env("EMULATOR_MIGRATION_ID", emulator.add_migration(MigrationState::ready()));
    command.env("EMULATOR_VALIDATION_ID", emulator.add_validation());
    // It writes a folder with its findings to the current folder.
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    let output = run(command).await;
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}\n{}", String::from_utf8_lossy(&output.stderr));
    // The report means little if every response is a 404. The link cannot be deleted, because the started migrations
    // keep running.
    let requests = emulator.requests();
    let succeeded: BTreeSet<_> = requests
        .iter()
        .filter(|request| request.status < 300)
        .filter_map(|request| request.operation)
        .collect();
    let expected: BTreeSet<_> = atlas_migration_sdk::operations::ALL
        .iter()
        .map(|operation| operation.id)
        .filter(|id| *id != "deleteOrgLiveMigrationLinkTokens")
        .collect();
    assert_eq!(succeeded, expected, "{report}");
}
