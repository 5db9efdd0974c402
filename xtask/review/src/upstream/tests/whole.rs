//! A whole published document: the facts about our operations among five hundred that are not ours.
//!
//! The real one is licensed and not kept here, so this one is made of the facts that are at hand, in the published
//! shape: every operation writes its parameters as references, keys are sorted, texts are long.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Outcome;
use crate::upstream::upstream;
use atlas_codegen::paths;

const OTHERS: usize = 500;
const TAGS: usize = 25;

/// The facts, where they are present.
fn facts() -> Option<Value> {
    let path = paths::root().join("../shared/reference/atlas-cloud-migration.json");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("no published document at {}: nothing to build a whole one of", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("it is JSON"))
}

/// The facts among what is not ours: other tags, and three operations more of one of ours.
fn whole(mut document: Value) -> Value {
    let prose = "It has to be said at some length. ".repeat(12);
    for number in 0..OTHERS + 3 {
        let (tag, thing) = match number.checked_sub(OTHERS) {
            Some(_) => ("Cloud Migration Service".to_owned(), format!("liveExtra{number}")),
            None => (format!("Area {}", number % TAGS), format!("thing{number}")),
        };
        let reference = json!({"$ref": format!("#/components/schemas/Thing{number}")});
        let reply = json!({"description": prose, "content": {"application/vnd.atlas.2023-01-01+json": {"schema": reference}}});
        document["paths"][format!("/api/atlas/v2/groups/{{groupId}}/{thing}")] = json!({"get": {
            "operationId": format!("get{number}"), "summary": "Read one", "description": prose, "tags": [tag],
            "parameters": [{"$ref": "#/components/parameters/groupId"}, {"$ref": "#/components/parameters/envelope"}],
            "responses": {"200": reply, "404": {"$ref": "#/components/responses/notFound"}},
        }});
        let next = format!("#/components/schemas/Thing{}", (number + 1) % OTHERS);
        document["components"]["schemas"][format!("Thing{number}")] = json!({
            "type": "object", "description": prose,
            "properties": {"name": {"type": "string", "description": prose}, "next": {"$ref": next}},
        });
    }
    document
}

/// As a person writes it: indented, each key on a line of its own.
fn yaml(value: &Value, indent: usize, out: &mut String) {
    let inner = |value: &Value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                write!(out, "\n{:indent$}{}:", "", json!(key)).expect("a text takes everything");
                yaml(value, indent + 2, out);
            }
        }
        Value::Array(items) if items.iter().any(inner) => {
            for item in items {
                write!(out, "\n{:indent$}-", "").expect("a text takes everything");
                yaml(item, indent + 2, out);
            }
        }
        leaf => write!(out, " {leaf}").expect("a text takes everything"),
    }
}

/// What the command prints of these files, without their names.
#[track_caller]
fn prints(published: &Path, former: Option<&Path>, status: Outcome) -> String {
    let mut out = Vec::new();
    let found = upstream(published, former, None, &mut out).unwrap_or_else(|failure| panic!("{failure}"));
    let text = String::from_utf8(out).expect("it is text");
    assert_eq!(found, status, "{text}");
    let folder = format!("{}/", published.parent().expect("a folder").display());
    text.replace(&folder, "").replace(".yaml ", ".json ")
}

fn has(text: &str, expected: &str) {
    assert!(text.contains(expected), "no {expected:?} in\n{text}");
}

#[test]
fn a_whole_document_is_compared_with_what_is_ours() {
    let Some(facts) = facts() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("it can be written");
        path
    };
    let document = whole(facts.clone());
    let as_json = write("published.json", document.to_string());
    let text = prints(&as_json, None, Outcome::Passed);
    has(&text, "9 of our 9 operations are published");
    has(&text, "0 without a reason");
    has(&text, "3 operations of our tags, 500 of 25 others");
    has(&text, "published under Cloud Migration Service, and not ours: 3");
    has(&text, "GET /api/atlas/v2/groups/{groupId}/liveExtra500 (get500)");
    has(&text, "published under other tags: Area 0 20, ");
    has(&text, "and 17 more tags");
    assert!(!text.contains("thing1"), "what is not ours is counted, not listed:\n{text}");
    assert!(text.lines().count() < 100, "{text}");

    let mut block = String::new();
    yaml(&document, 0, &mut block);
    let as_yaml = write("published.yaml", block);
    assert_eq!(prints(&as_yaml, None, Outcome::Passed), text, "JSON and YAML say the same");

    // Another day: one thing of ours, one of theirs, and a reason that has had its time.
    let mut later = document;
    later["components"]["schemas"]["LiveMigrationResponse"]["properties"]["startedAt"] =
        json!({"type": "string"});
    later["components"]["schemas"]["Thing7"]["properties"]["late"] = json!({"type": "string"});
    later["components"]["schemas"]["ShardKeys"]["properties"]["key"]["items"] = json!({"type": "object", "additionalProperties": {"oneOf": [{"type": "integer"}, {"type": "string"}]}});
    later["components"]["schemas"]["ApiError"]["required"] = json!(["error"]);
    let later = write("later.json", later.to_string());
    let text = prints(&later, Some(&as_json), Outcome::Rejected);
    has(&text, "schema Migration: − startedAt: string, optional  [property-removed]");
    has(&text, "STALE");
    has(&text, "changed there since published.json");
    has(&text, "schema LiveMigrationResponse (ours: Migration): + startedAt: string, optional");
    has(&text, " 1 elsewhere");
    assert!(!text.contains("Thing7"), "{text}");
}
