//! `api`: any operation under each of its names.

use std::collections::HashMap;
use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::{Client, Credentials, Error, Operation, operations};
use serde_json::{Value, json};

use crate::program::Program;

/// The body of an operation that the emulator accepts.
async fn body(emulator: &Emulator, operation: &Operation) -> Value {
    let mut body = Program::new(&["api", operation.id, "--body-example"]).run().await.received();
    if body.get("source").is_some() {
        body["source"]["groupId"] = emulator.source_project_id().into();
        body["source"]["clusterName"] = emulator.source_cluster().into();
        body["destination"]["groupId"] = emulator.project_id().into();
        body["migrationHosts"] = json!([emulator.migration_host()]);
    }
    body
}

/// Each operation, with the ids of the settings and those of the jobs that were started before.
#[tokio::test(flavor = "multi_thread")]
async fn each_operation_of_the_table_can_be_called() {
    for format in ["table", "json"] {
        let emulator = Emulator::start().await.unwrap();
        let mut operations = operations::ALL.to_vec();
        // A host validates or migrates, not both.
        operations.sort_by_key(|operation| operation.id == "createGroupLiveMigration");
        operations.sort_by_key(|operation| operation.parameter("liveMigrationId").is_some());
        let mut ids = HashMap::new();
        for operation in operations {
            emulator.set_linked(true);
            let mut arguments = vec!["api", operation.id, "-o", format];
            for (flag, parameter) in
                [("--validation-id", "validationId"), ("--liveMigrationId", "liveMigrationId")]
            {
                if operation.parameter(parameter).is_some() {
                    arguments.extend([flag, ids.get(parameter).map_or("", String::as_str)]);
                }
            }
            let mut input = String::new();
            if !operation.request_versions.is_empty() {
                arguments.extend(["--data", "-"]);
                input = body(&emulator, operation).await.to_string();
            }
            if ["PUT", "DELETE"].contains(&operation.method.as_str())
                || operation.id == "createGroupLiveMigration"
            {
                arguments.push("--yes");
            }
            let printed = Program::with(&emulator, &arguments).input(&input).run().await.succeeded();
            assert_eq!(printed.is_empty(), !operation.has_response_body, "{}: {printed}", operation.id);
            let response: Value = serde_json::from_str(&printed).unwrap_or_default();
            let started = match operation.id {
                "validateGroupLiveMigrations" => "validationId",
                "createGroupLiveMigration" => "liveMigrationId",
                _ => continue,
            };
            ids.insert(started, response["_id"].as_str().unwrap().to_owned());
            emulator.advance(Duration::from_secs(24 * 3600));
        }
        let called: Vec<_> = emulator.requests().iter().filter_map(|request| request.operation).collect();
        assert!(operations::ALL.iter().all(|operation| called.contains(&operation.id)), "{called:?}");
    }
}

const LINK_TOKENS: &str = "/liveMigrations/linkTokens";

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_has_three_names_and_the_spelling_of_the_atlas_cli() {
    let emulator = Emulator::start().await.unwrap();
    for words in [
        &["createOrgLiveMigrationLinkToken"][..],
        &["createLinkToken"],
        &["CreateLinkToken"],
        &["cloudMigrationService", "createLinkToken"],
        &["cloudMigrationService", "createOrgLiveMigrationLinkToken"],
    ] {
        let arguments = [&["api"], words, &["--data", r#"{"accessListIps":["203.0.113.7"]}"#]].concat();
        let json = Program::with(&emulator, &arguments).run().await.received();
        let tokens = emulator.link_tokens();
        assert_eq!(json, json!({"linkToken": tokens.last().unwrap()}), "{words:?}");
    }
    assert_eq!(emulator.link_tokens().len(), 5);
}

/// The Atlas CLI fails in a job of CI, whose standard input is a pipe, although `--file` is given.
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_as_standard_input_has_no_effect_unless_it_is_asked_for() {
    let emulator = Emulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body.json");
    std::fs::write(&path, r#"{"accessListIps": ["203.0.113.9"]}"#).unwrap();
    let (path, data) = (path.to_str().unwrap(), format!("@{}", path.display()));
    let org = emulator.org_id();
    for arguments in [
        &["--orgId", org, "--file", path, "-o", "json"][..],
        &["--org-id", org, "--data", &data],
        &["--data", r#"{"accessListIps": ["203.0.113.9"]}"#],
    ] {
        let arguments = [&["api", "cloudMigrationService", "createLinkToken"], arguments].concat();
        Program::with(&emulator, &arguments).input("not JSON").run().await.received();
    }
    let stdin = Program::with(&emulator, &["api", "createLinkToken", "--data", "-"]);
    stdin.input(r#"{"accessListIps": ["203.0.113.9"]}"#).run().await.received();
    let bodies: Vec<_> =
        emulator.requests().into_iter().filter(|request| request.target.ends_with(LINK_TOKENS)).collect();
    assert_eq!(bodies.len(), 4);
    for request in bodies {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body, json!({"accessListIps": ["203.0.113.9"]}));
    }

    // A missing body is an error, not a wait for the standard input.
    let missing = Program::with(&emulator, &["api", "createLinkToken"]).input("{}").run().await.failed(2);
    assert!(missing.contains("--data -") && missing.contains("--body-example"), "{missing}");
}

/// The Atlas CLI sends any body.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_checked_before_it_is_sent() {
    let emulator = Emulator::start().await.unwrap();
    let body = r#"{"accesslistIPs": ["203.0.113.7"], "planted": 1}"#;
    let failure = Program::with(&emulator, &["api", "createLinkToken", "--data", body]).run().await.failed(2);
    for part in
        ["`accesslistIPs`; did you mean `accessListIps`?", "`planted`", "2023-01-01", "nothing was sent"]
    {
        assert!(failure.contains(part), "`{part}` is not in: {failure}");
    }
    let failure = Program::with(&emulator, &["api", "createLinkToken", "--data", "body.json", "-o", "json"]);
    let failure: Value = serde_json::from_str(&failure.run().await.failed(2)).unwrap();
    assert_eq!(failure["error"]["class"], "usage");
    assert!(failure["error"]["message"].as_str().unwrap().contains("`@`"), "{failure}");
    assert!(emulator.requests().is_empty());
}

/// The emulator checks bodies with code of its own: what is refused here, it rejects, and the rest it accepts.
#[tokio::test(flavor = "multi_thread")]
async fn the_check_of_a_body_agrees_with_the_emulator() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let operation = &operations::VALIDATE_GROUP_LIVE_MIGRATIONS;
    let valid = body(&emulator, operation).await;
    let set = |pointer: &str, value: Value| {
        let mut body = valid.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let without = |pointer: &str, name: &str| {
        let mut body = valid.clone();
        body.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        body
    };
    let with = |pointer: &str, name: &str| {
        let mut body = valid.clone();
        body.pointer_mut(pointer).unwrap()[name] = json!(true);
        body
    };
    for (body, is_valid) in [
        (valid.clone(), true),
        (without("", "source"), false),
        (without("/destination", "hostnameSchemaType"), false),
        (without("/source", "ssl"), false),
        (without("", "dropDestinationData"), true),
        (with("", "dropEnabled"), false),
        (with("/source", "planted"), false),
        (set("/source/ssl", json!("true")), false),
        (set("/source/groupId", json!("5F9AD6B7E1C2A3041D0E9B11")), false),
        (set("/destination/hostnameSchemaType", json!("public")), false),
        (set("/destination/clusterName", json!("")), false),
        (set("/migrationHosts", json!([])), false),
        (set("/migrationHosts", json!(["a", "b"])), false),
        (set("/migrationHosts/0", json!("")), false),
        (json!([]), false),
    ] {
        let arguments = ["api", operation.id, "--data", "-"];
        let run = Program::with(&emulator, &arguments).input(&body.to_string()).run().await;
        assert_eq!(run.status, if is_valid { 0 } else { 2 }, "{body}: {}", run.stderr);
        assert_eq!(run.stderr.contains("nothing was sent"), !is_valid, "{}", run.stderr);
        emulator.advance(Duration::from_secs(24 * 3600));

        let credentials = Credentials::access_token(emulator.access_token());
        let client =
            Client::builder().base_url(emulator.base_url()).credentials(credentials).build().unwrap();
        let sent = client.request(operation).parameter("groupId", emulator.project_id()).json(&body).await;
        assert_eq!(
            sent.as_ref().map_err(Error::status).err(),
            (!is_valid).then_some(Some(400)),
            "{body}: {sent:?}"
        );
        emulator.advance(Duration::from_secs(24 * 3600));
    }
}

/// The Atlas CLI only warns, and sends another version.
#[tokio::test(flavor = "multi_thread")]
async fn an_unsupported_version_is_refused_with_the_versions() {
    let emulator = Emulator::start().await.unwrap();
    for flag in ["--api-version", "--version"] {
        let arguments = ["api", "validateLiveMigrations", flag, "2022-01-01", "--data", "{}"];
        let failure = Program::with(&emulator, &arguments).run().await.failed(2);
        assert!(failure.contains("2023-01-01") && failure.contains("2024-05-30"), "{failure}");
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_has_its_body() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    for (version, drop) in [("2023-01-01", "dropEnabled"), ("2024-05-30", "dropDestinationData")] {
        let example =
            Program::new(&["api", "validateLiveMigrations", "--version", version, "--body-example"]);
        let mut body = example.run().await.received();
        assert_eq!(body[drop], false);
        body["source"]["groupId"] = emulator.source_project_id().into();
        body["source"]["clusterName"] = emulator.source_cluster().into();
        body["destination"]["groupId"] = emulator.project_id().into();
        body["migrationHosts"] = json!([emulator.migration_host()]);
        let arguments = ["api", "validateLiveMigrations", "--api-version", version, "--data", "-"];
        let run = Program::with(&emulator, &arguments).input(&body.to_string()).run().await;
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert_eq!(
            run.stderr.contains("warning: the version 2023-01-01"),
            version == "2023-01-01",
            "{}",
            run.stderr
        );
        let validation: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(validation["groupId"], emulator.project_id());
        let request = emulator.requests().into_iter().next_back().unwrap();
        let content_type = request.headers.get("content-type").unwrap().to_str().unwrap();
        assert!(content_type.contains(version), "{content_type}");
        emulator.advance(Duration::from_secs(3600));
    }
    let old = Program::new(&["api", "validateLiveMigrations", "--version", "2023-01-01", "--body-example"]);
    let old = old.run().await.succeeded();
    let failure =
        Program::with(&emulator, &["api", "validateLiveMigrations", "--data", "-"]).input(&old).run().await;
    let failure = failure.failed(2);
    assert!(
        failure.contains("`dropEnabled`") && failure.contains("add --api-version 2023-01-01"),
        "{failure}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_is_printed_as_it_was_received() {
    let emulator = Emulator::start().await.unwrap();
    let body = "{ \"name\": \"b\",\n  \"id\": \"a\" }";
    let response = CannedResponse::new(200).header("Content-Type", "application/vnd.atlas.2023-01-01+json");
    emulator.override_next(response.header("X-Planted", "yes").body(body));
    let printed = Program::with(&emulator, &["api", "getOrg", "-i"]).run().await.succeeded();
    let (head, printed_body) = printed.split_once("\n\n").unwrap();
    assert_eq!(printed_body, format!("{body}\n"));
    assert!(head.starts_with("HTTP 200\n") && head.contains("\nx-planted: yes"), "{head}");

    let envelope =
        Program::with(&emulator, &["api", "getOrg", "--envelope", "--pretty"]).run().await.succeeded();
    let json: Value = serde_json::from_str(&envelope).unwrap();
    assert_eq!((&json["status"], &json["content"]["id"]), (&200.into(), &emulator.org_id().into()));
    assert!(envelope.lines().count() > 3, "{envelope}");
    let plain = Program::with(&emulator, &["api", "getOrg", "--envelope=false"]).run().await.received();
    assert_eq!(plain["id"], emulator.org_id());
}

/// The Atlas CLI writes them to the standard output.
#[tokio::test(flavor = "multi_thread")]
async fn errors_of_the_server_go_to_the_standard_error() {
    let emulator = Emulator::start().await.unwrap();
    let arguments = ["api", "getOrg", "--orgId", "000000000000000000000000", "-o", "json"];
    let failure = Program::with(&emulator, &arguments).run().await.failed(5);
    let failure: Value = serde_json::from_str(&failure).unwrap();
    assert_eq!(failure["error"]["operation"], "getOrg");
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_that_cannot_be_undone_need_a_confirmation() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let refused =
        Program::with(&emulator, &["api", "deleteLinkTokens"]).input("yes\n").run().await.failed(12);
    assert!(refused.contains(emulator.org_id()) && refused.contains("--yes"), "{refused}");

    let mut body =
        Program::new(&["api", "createGroupLiveMigration", "--body-example"]).run().await.received();
    body["dropDestinationData"] = true.into();
    let create = Program::with(&emulator, &["api", "createGroupLiveMigration", "--data", "-"]);
    let refused = create.input(&body.to_string()).run().await.failed(12);
    for part in ["the cluster destination", "DROPPED", emulator.project_id()] {
        assert!(refused.contains(part), "`{part}` is not in: {refused}");
    }
    let id = "6a0000000000000000000001";
    let refused = Program::with(&emulator, &["api", "cutoverMigration", "--live-migration-id", id])
        .run()
        .await
        .failed(12);
    assert!(refused.contains(id), "{refused}");
    assert!(emulator.is_linked() && emulator.requests().is_empty());

    let deleted = Program::with(&emulator, &["api", "deleteLinkTokens", "--yes"]).run().await.succeeded();
    assert_eq!(deleted, "");
    assert!(!emulator.is_linked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_nothing_and_shows_no_secret() {
    let emulator = Emulator::start().await.unwrap();
    let mut body =
        Program::new(&["api", "createGroupLiveMigration", "--body-example"]).run().await.received();
    body["source"]["password"] = "planted".into();
    let text = body.to_string();
    let dry_run = |format| {
        let arguments = ["api", "createGroupLiveMigration", "--data", "-", "--dry-run", "-o", format];
        Program::with(&emulator, &arguments).input(&text).run()
    };
    let shown = dry_run("table").await.succeeded();
    assert!(shown.contains("curl --request POST") && !shown.contains("planted"), "{shown}");
    let json = dry_run("json").await.received();
    assert_eq!(json["body"]["source"]["password"], "[redacted]");
    assert!(emulator.requests().is_empty());

    // Other users can see the arguments of a program.
    let inline =
        Program::with(&emulator, &["api", "createGroupLiveMigration", "--data", &text]).run().await.failed(2);
    assert!(
        inline.contains("`password`") && inline.contains("--data -") && !inline.contains("planted"),
        "{inline}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_names_get_a_suggestion() {
    for (name, suggestion) in [("createlinktoken", "createLinkToken"), ("LISTORGS", "listOrgs")] {
        let failure = Program::new(&["api", name]).run().await.failed(2);
        assert!(failure.contains(suggestion) && failure.contains("api list"), "{failure}");
        let failure =
            Program::new(&["api", "cloudMigrationService", name, "--orgId", "x"]).run().await.failed(2);
        assert!(failure.contains(suggestion), "{failure}");
    }
    let flag = Program::new(&["api", "getOrg", "--orgid", "x"]).run().await.failed(2);
    assert!(flag.contains("--orgId") || flag.contains("--org-id"), "{flag}");
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_listed() {
    let table = Program::new(&["api", "list"]).run().await.succeeded();
    assert!(table.contains("createOrgLiveMigrationLinkToken") && table.contains("2024-05-30"), "{table}");
    let json = Program::new(&["api", "list", "-o", "json"]).run().await.json();
    assert_eq!(json.as_array().unwrap().len(), operations::ALL.len());
    let schema = Program::new(&["api", "createLinkToken", "--body-schema"]).run().await.received();
    assert_eq!(schema["properties"]["accessListIps"]["type"], "array");
}
