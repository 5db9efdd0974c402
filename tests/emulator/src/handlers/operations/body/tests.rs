//! Which bodies are valid, and which field the error names for the others.

use atlas_migration_sdk::operations;
use serde_json::json;

use super::*;
use crate::http::Response;

/// The field that the error names, or the error code if it names none, or `ok`.
fn invalid_field(outcome: Result<(), ErrorResponse>) -> String {
    let Err(error) = outcome else { return "ok".to_owned() };
    let body: Value = serde_json::from_slice(&Response::from(error).body).unwrap();
    let field = body.pointer("/badRequestDetail/fields/0/field").unwrap_or(&body["errorCode"]);
    field.as_str().unwrap().to_owned()
}

#[test]
fn link_token_requests() {
    for (body, expected) in [
        (r#"{}"#, "ok"),
        (r#"{"accessListIps":[]}"#, "ok"),
        (r#"{"accessListIps":["203.0.113.7","203.0.113.0/24","2001:db8::1","2001:db8::/32"]}"#, "ok"),
        (r#"{"accessListIps":["203.0.113.7","203.0.113.256"]}"#, "accessListIps[1]"),
        (r#"{"accessListIps":["203.0.113.0/33"]}"#, "accessListIps[0]"),
        (r#"{"accessListIps":["localhost"]}"#, "accessListIps[0]"),
        (r#"{"accessListIps":null}"#, "accessListIps"),
        (r#"{"accessListIps":"203.0.113.7"}"#, "accessListIps"),
        (r#"{"accessListIPs":[]}"#, "accessListIPs"),
        (r#"{"linkToken":"x"}"#, "linkToken"),
        (r#"[]"#, "."),
        (r#"null"#, "."),
        (r#""#, "MALFORMED_JSON"),
        (r#"{"#, "MALFORMED_JSON"),
        (r#"{} {}"#, "MALFORMED_JSON"),
        (r#"accessListIps=1"#, "MALFORMED_JSON"),
    ] {
        assert_eq!(
            invalid_field(from_json::<LinkTokenRequest>(body.as_bytes()).map(drop)),
            expected,
            "{body}"
        );
    }
}

fn plan() -> Value {
    json!({
        "source": {
            "clusterName": "orders", "groupId": "5f9ad6b7e1c2a3041d0e9b11", "managedAuthentication": false,
            "username": "u", "password": "p", "ssl": true, "caCertificatePath": null,
        },
        "destination": {
            "clusterName": "Cluster0", "groupId": "64b1f0a2c3d4e5f60718293b", "hostnameSchemaType": "PUBLIC",
        },
        "migrationHosts": ["host"],
        "dropDestinationData": true,
        "sharding": {
            "createSupportingIndexes": true,
            "shardingEntries": [{
                "database": "d", "collection": "c",
                "shardCollection": {"key": [{"a": 1}, {"b": -1}, {"c": "hashed"}]},
            }],
        },
    })
}

/// The versions of the body: one for each type in this module. The tests fail when a version is added or removed,
/// because then the types must change too.
#[track_caller]
fn versions(operation: &Operation) -> [Date; 2] {
    let dates: Vec<_> = operation.request_versions.iter().map(|version| version.date).collect();
    dates.try_into().unwrap_or_else(|dates| panic!("{}: {dates:?}", operation.id))
}

fn read_plan(plan: &Value, version: Date) -> Result<(), ErrorResponse> {
    let operation = &operations::CREATE_GROUP_LIVE_MIGRATION;
    Plan::read(plan.to_string().as_bytes(), version, operation).map(drop)
}

/// Changes the plan at the pointer and checks which field the error names.
#[track_caller]
fn check(pointer: &str, value: Value, expected: &str) {
    let mut plan = plan();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    plan.pointer_mut(parent).unwrap()[name] = value;
    let [_, newest] = versions(&operations::CREATE_GROUP_LIVE_MIGRATION);
    assert_eq!(invalid_field(read_plan(&plan, newest)), expected);
}

#[test]
fn plans_in_the_newest_version() {
    check("/dropDestinationData", json!(false), "ok");
    check("/dropDestinationData", json!(null), "dropDestinationData");
    check("/dropEnabled", json!(true), "dropEnabled");
    check("/migrationHosts", json!([]), "migrationHosts");
    check("/migrationHosts", json!(["a", "b"]), "migrationHosts");
    check("/migrationHosts", json!([""]), "migrationHosts[0]");
    check("/sharding", json!(null), "ok");
    check("/source/managedAuthentication", json!(true), "source.username");
    check("/source/groupId", json!("5F9AD6B7E1C2A3041D0E9B11"), "source.groupId");
    check("/source", json!([]), "source");
    check("/source/extra", json!(1), "source.extra");
    check("/destination/privateLinkId", json!("x"), "destination.privateLinkId");
    check("/destination/hostnameSchemaType", json!("PRIVATE"), "destination.hostnameSchemaType");
    let key = "/sharding/shardingEntries/0/shardCollection/key";
    let path = "sharding.shardingEntries[0].shardCollection.key";
    check(key, json!([{"a": 1.0}]), "ok");
    check(key, json!([{"a": 2}]), &format!("{path}[0].a"));
    check(key, json!([{"a": "text"}]), &format!("{path}[0].a"));
    check(key, json!([{"a": 1}, {"a": 1}]), "sharding.shardingEntries");
}

#[test]
fn plans_in_the_previous_version() {
    let mut plan = plan();
    let [previous, _] = versions(&operations::CREATE_GROUP_LIVE_MIGRATION);
    let read = |plan: &Value| invalid_field(read_plan(plan, previous));
    assert_eq!(read(&plan), "dropDestinationData");
    plan.as_object_mut().unwrap().remove("dropDestinationData");
    assert_eq!(read(&plan), ".");
    plan["dropEnabled"] = json!(true);
    assert_eq!(read(&plan), "ok");
}

#[test]
fn both_operations_with_a_plan_have_the_same_versions() {
    let start = versions(&operations::CREATE_GROUP_LIVE_MIGRATION);
    assert_eq!(versions(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS), start);
}
