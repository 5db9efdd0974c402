//! The commands of the Atlas CLI with its flags, under this program's name.

use std::time::Duration;

use atlas_emulator::{Emulator, MigrationState};
use serde_json::{Value, json};

use crate::program::Program;

/// The flags of the Atlas CLI for a migration that the emulator accepts.
pub(crate) fn flags<'a>(emulator: &'a Emulator, more: &[&'a str]) -> Vec<&'a str> {
    let flags = [
        "--clusterName",
        "destination",
        "--migrationHost",
        emulator.migration_host(),
        "--sourceClusterName",
        emulator.source_cluster(),
        "--sourceProjectId",
        emulator.source_project_id(),
        "--projectId",
        emulator.project_id(),
        "--sourceSsl",
    ];
    flags.into_iter().chain(more.iter().copied()).collect()
}

fn body(emulator: &Emulator) -> Value {
    let requests = emulator.requests();
    let with_body = requests
        .iter()
        .rev()
        .find(|request| request.target.contains("/liveMigrations") && !request.body.is_empty());
    serde_json::from_slice(&with_body.unwrap().body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn link_create_and_delete() {
    let emulator = Emulator::start().await.unwrap();
    let org = emulator.org_id();
    for group in ["liveMigrations", "lm"] {
        let arguments = [
            group,
            "link",
            "create",
            "--orgId",
            org,
            "--accessListIp",
            "203.0.113.7,203.0.113.8",
            "-o",
            "json",
        ];
        let created = Program::with(&emulator, &arguments).run().await.json();
        assert_eq!(created["linkToken"], emulator.link_tokens().last().unwrap().as_str());
        assert_eq!(body(&emulator), json!({"accessListIps": ["203.0.113.7", "203.0.113.8"]}));
    }
    // The Atlas CLI asks with an empty name, and prints the id of the organization as the name of the token.
    emulator.set_linked(true);
    let refused = Program::with(&emulator, &["lm", "link", "delete", "--orgId", org]).run().await.failed(12);
    assert!(refused.contains(&format!("of the organization {org}")), "{refused}");
    assert!(refused.contains("--force") && !refused.contains("--yes"), "{refused}");
    let deleted =
        Program::with(&emulator, &["lm", "link", "rm", "--orgId", org, "--force"]).run().await.succeeded();
    assert_eq!(deleted, format!("Deleted the link and the link-tokens of the organization {org}.\n"));
    assert!(!emulator.is_linked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_validates_migrates_and_cuts_over() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let managed = flags(&emulator, &["--sourceManagedAuthentication", "-o", "json"]);
    let validate = [&["lm", "validation", "create"][..], &managed].concat();
    let validation = Program::with(&emulator, &validate).run().await.json();
    // The Atlas CLI never sets it, and Atlas requires it.
    assert_eq!(body(&emulator)["destination"]["hostnameSchemaType"], "PUBLIC");
    let id = validation["_id"].as_str().unwrap();
    let describe = [
        "lm",
        "validation",
        "describe",
        "--validationId",
        id,
        "--projectId",
        emulator.project_id(),
        "-o",
        "json",
    ];
    assert_eq!(Program::with(&emulator, &describe).run().await.json()["_id"], id);
    emulator.advance(Duration::from_secs(24 * 3600));

    let create = [&["liveMigrations", "create"][..], &managed].concat();
    let migration = Program::with(&emulator, &create).run().await.json();
    let id = migration["_id"].as_str().unwrap();
    emulator.advance(Duration::from_secs(24 * 3600));
    // `describe` of the Atlas CLI has neither `--projectId` nor `-o`.
    let describe = ["lm", "describe", "--liveMigrationId", id, "--projectId", emulator.project_id()];
    let table = Program::with(&emulator, &describe).run().await.succeeded();
    assert!(table.starts_with("ID ") && table.contains("READY FOR CUTOVER") && table.contains(id), "{table}");
    let json = Program::with(&emulator, &[&describe[..], &["-o", "json"]].concat()).run().await.json();
    assert_eq!((&json["_id"], &json["readyForCutover"]), (&id.into(), &true.into()));

    let cutover =
        ["lm", "cutover", "--liveMigrationId", id, "--groupId", emulator.project_id(), "-o", "json"];
    let started = Program::with(&emulator, &cutover).run().await.json();
    assert_eq!(started, json!({"liveMigrationId": id, "cutoverStarted": true}));
}

/// Atlas may accept each of these requests, whose success would report a cutover that never starts.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_cannot_be_cut_over() {
    let emulator = Emulator::start().await.unwrap();
    for (state, status, part) in [
        (MigrationState::working(60), 6, "not ready for the cutover"),
        (MigrationState::new("COMPLETE"), 6, "complete already"),
        (MigrationState::new("FAILED"), 9, "the migration failed"),
    ] {
        let id = emulator.add_migration(state);
        let cutover = ["lm", "cutover", "--liveMigrationId", &id, "--force"];
        let refused = Program::with(&emulator, &cutover).without_service_account(&emulator).run().await;
        let refused = refused.failed(status);
        assert!(refused.contains(part), "`{part}` is not in: {refused}");
    }
    assert!(emulator.requests().iter().all(|request| request.method == "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_never_comes_from_an_argument() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let user = flags(&emulator, &["--sourceUsername", "migrator"]);
    let create = [&["lm", "validation", "create"][..], &user].concat();
    for flag in [&["--sourcePassword", "planted"][..], &["-p", "planted"], &["--sourcePassword=planted"]] {
        let failure = Program::with(&emulator, &[&create[..], flag].concat()).run().await.failed(2);
        assert!(
            failure.contains("MONGODB_ATLAS_SOURCE_PASSWORD") && !failure.contains("planted"),
            "{failure}"
        );
    }
    let failure = Program::with(&emulator, &create).run().await.failed(3);
    assert!(failure.contains("MONGODB_ATLAS_SOURCE_PASSWORD"), "{failure}");
    assert!(emulator.requests().is_empty());

    // A script writes it to the first line of the standard input, as for the Atlas CLI.
    Program::with(&emulator, &create).input("planted-1\nyes\n").run().await.succeeded();
    assert_eq!(body(&emulator)["source"]["password"], "planted-1");
    emulator.advance(Duration::from_secs(24 * 3600));
    let with_variable = Program::with(&emulator, &create).env("MONGODB_ATLAS_SOURCE_PASSWORD", "planted-2");
    with_variable.run().await.succeeded();
    assert_eq!(body(&emulator)["source"]["password"], "planted-2");
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_are_checked_before_anything_is_sent() {
    let emulator = Emulator::start().await.unwrap();
    for (more, part) in [
        (&[][..], "--sourceManagedAuthentication"),
        (&["--sourceManagedAuthentication=false"], "--sourceUsername"),
        (&["--sourceManagedAuthentication", "--sourceUsername", "a"], "cannot be used with"),
        (&["--sourceManagedAuthentication", "--hostnameSchemaType", "PRIVATE_LINK"], "--privateLinkId"),
    ] {
        let arguments = [&["lm", "create"][..], &flags(&emulator, more)].concat();
        let failure = Program::with(&emulator, &arguments).run().await.failed(2);
        assert!(failure.contains(part), "`{part}` is not in: {failure}");
    }
    let drop =
        [&["lm", "create"][..], &flags(&emulator, &["--sourceManagedAuthentication", "--drop"])].concat();
    let refused = Program::with(&emulator, &drop).run().await.failed(12);
    for part in ["DROPPED", "destination", "--force"] {
        assert!(refused.contains(part), "`{part}` is not in: {refused}");
    }
    assert!(emulator.requests().is_empty());
    emulator.set_linked(true);
    Program::with(&emulator, &[&drop[..], &["--force"]].concat()).run().await.succeeded();
    assert_eq!(body(&emulator)["dropDestinationData"], true);
}
