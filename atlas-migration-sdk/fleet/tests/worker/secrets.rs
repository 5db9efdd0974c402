//! What the server of Temporal stores: no secret, and with a key nothing confidential either.
//!
//! A whole migration runs by the commands of people, with a password, a link-token and planted credentials. Then all
//! histories and all bytes of the server's database are searched. That the search finds what is there is shown without a
//! key, where the names of clusters are found.

use std::path::Path;

use atlas_emulator::Emulator;
use serde_json::Value;

use crate::scenario::{DESTINATION, FLEET, SOURCE};
use crate::support::program::Machine;
use crate::support::server::TemporalServer;
use crate::support::{emulator, eventually};

const PASSWORD: &str = "planted-password-Zq7";
const CLIENT_SECRET: &str = "mdb_sa_sk_planted-client-secret-Zq7";
const PRIVATE_KEY: &str = "planted-private-key-Zq7";
const API_KEY: &str = "planted-temporal-key-Zq7";

/// The fleet file, with everything that has a secret.
fn fleet_file(emulator: &Emulator, codec: &str) -> String {
    format!(
        r#"name = "{FLEET}"
org = "{}"
project = "{}"
source = "main"
[sources.main]
org = "{}"
url = "{}"
access_list = ["127.0.0.1"]
[passwords]
migrator = {{ file = "password" }}
[atlas]
requests_per_second = 100
poll_interval = "1s"
{codec}
[[migrations]]
name = "orders"
password = "migrator"
plan.migration_host = "{}"
plan.source = {{ project = "{}", cluster = "{SOURCE}", username = "migrator" }}
plan.destination = {{ cluster = "{DESTINATION}", reach = "public" }}
"#,
        emulator.org_id(),
        emulator.project_id(),
        emulator.source_org_id(),
        emulator.source_manager_url(),
        emulator.migration_host(),
        emulator.source_project_id(),
    )
}

/// Runs the migration to its end. Returns the secrets, which must not be stored anywhere.
fn migrate(machine: &Machine, emulator: &Emulator) -> Vec<String> {
    let _worker = machine.start_worker(&[]);
    let started = machine.run(&["start", "--yes"]);
    assert_eq!(started.status, 0, "{}", started.stderr);
    let state = |wanted: &str| {
        let status = machine.run(&["status", "--output", "json"]);
        let status: Value = serde_json::from_str(&status.stdout).ok()?;
        (status["migrations"][0]["state"] == wanted).then_some(())
    };
    eventually("it asks for the cutover", || state("waiting"));
    // The reason of a rejection arrives, and is encrypted on its way.
    let rejected = machine.run(&["give-id", "orders", "6296fb4c7c7aa997cf94e9a8", "--yes"]);
    assert_ne!(rejected.status, 0, "{}", rejected.stdout);
    assert!(!rejected.stderr.contains("Encoded failure"), "{}", rejected.stderr);
    let held = machine.run(&["resume", "orders"]);
    assert_eq!(held.status, 6, "{}", held.stderr);
    assert!(held.stderr.contains("hold"), "{}", held.stderr);
    let approved = machine.run(&["approve", "orders", "--yes"]);
    assert_eq!(approved.status, 0, "{}", approved.stderr);
    eventually("it ends", || state("complete"));
    let tokens = emulator.link_tokens();
    assert!(!tokens.is_empty(), "the source was linked");
    let fixed = [PASSWORD, CLIENT_SECRET, PRIVATE_KEY, API_KEY].map(str::to_owned);
    let access_tokens = strings_in(machine.folder(), "tokens");
    assert!(!access_tokens.is_empty(), "an access token is stored on the machine");
    fixed.into_iter().chain(tokens).chain(access_tokens).collect()
}

/// The long texts in the JSON files of the folder with this name, wherever it is.
fn strings_in(folder: &Path, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(strings_in(&path, name));
        } else if path.parent().is_some_and(|parent| parent.ends_with(name)) {
            let text = std::fs::read_to_string(&path).unwrap();
            let texts = text.split('"').filter(|text| text.len() >= 24 && !text.contains([' ', '/', ':']));
            found.extend(texts.map(str::to_owned));
        }
    }
    found
}

/// The histories of all workflows: as Temporal shows them, and with the payloads as they are stored.
fn histories(server: &TemporalServer) -> Vec<String> {
    let list = server.cli_json(&["workflow", "list"]);
    let mut histories = Vec::new();
    for workflow in list.as_array().unwrap() {
        let execution = &workflow["execution"];
        let [id, run] = ["workflowId", "runId"].map(|name| execution[name].as_str().unwrap());
        let show = ["workflow", "show", "--workflow-id", id, "--run-id", run];
        histories.push(server.cli_json(&show).to_string());
        histories.push(server.cli_json(&[&show[..], &["--no-json-shorthand-payloads"]].concat()).to_string());
    }
    assert!(histories.len() >= 6, "a fleet, a lane and a migration");
    histories
}

async fn scan(encrypted: bool) {
    let Some(server) = TemporalServer::start() else { return };
    let (client_id, public_key) = ("mdb_sa_id_0123456789abcdef01234567", "planted");
    let emulator = emulator::fast().service_account(client_id, CLIENT_SECRET);
    let emulator = emulator.source_manager_api_key(public_key, PRIVATE_KEY).start().await.unwrap();
    let mut machine = Machine::new(&server, &emulator);
    // With an API key, an address without a scheme is one with TLS.
    machine.set("TEMPORAL_ADDRESS", &format!("http://{}", server.address()));
    machine.set("TEMPORAL_API_KEY", API_KEY);
    machine.write("password", PASSWORD);
    let codec = if encrypted { "[codec]\nkey_file = \"fleet.key\"" } else { "" };
    machine.write("fleet.toml", &fleet_file(&emulator, codec));
    if encrypted {
        let created = machine.run(&["key", "fleet.key"]);
        assert_eq!(created.status, 0, "{}", created.stderr);
    }
    let secrets = migrate(&machine, &emulator);

    let (histories, bytes) = (histories(&server), server.stored_bytes());
    let is_stored = |text: &str| {
        let in_database = bytes.windows(text.len()).any(|part| part == text.as_bytes());
        in_database || histories.iter().any(|history| history.contains(text))
    };
    for secret in &secrets {
        assert!(!is_stored(secret), "{secret} is stored");
    }
    for confidential in [SOURCE, DESTINATION] {
        assert_eq!(is_stored(confidential), !encrypted, "{confidential}");
    }
    if encrypted {
        another_key(&machine);
    }
}

/// Who has another key, or none, is told which one is missing.
fn another_key(machine: &Machine) {
    let key = std::fs::read_to_string(machine.folder().join("fleet.key")).unwrap();
    let (_, id) = key.split_once("The key ").unwrap();
    let (id, _) = id.split_once(' ').unwrap();
    assert_eq!(machine.run(&["key", "other.key"]).status, 0);
    let _worker = machine.start_worker(&[]);
    for arguments in [&["status", "--key-file", "other.key"][..], &["status", "--fleet", FLEET]] {
        let run = machine.run(arguments);
        assert_ne!(run.status, 0, "{}", run.stdout);
        assert!(
            run.stderr.contains(id) && run.stderr.contains("add that key to the key file"),
            "{}",
            run.stderr
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_stored() {
    scan(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_key_nothing_confidential_is_stored() {
    scan(true).await;
}
