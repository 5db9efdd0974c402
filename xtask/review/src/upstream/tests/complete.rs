//! The comparison with a document of the size of the published one: the operations of the fragment among 500 others.
//!
//! The published document is licensed and not part of this project. So the test adds generated operations to the
//! excerpt that is present, in the same style: parameters are references, keys are sorted, texts are long.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::Outcome;
use crate::upstream::upstream;
use atlas_codegen::paths;
use openapi_fragment::Document;
use openapi_fragment::openapi::{METHODS, closure, component_of, is_prose, references};

/// The published document, beside the project.
pub(super) const PUBLISHED: &str = "corpus/atlas-2026-08-21.json";

const OTHERS: usize = 500;
const TAGS: usize = 25;

/// The excerpt of the published document, if it is present, with all operations of the fragment. It contains no prose and
/// nothing that is not compared.
pub(super) fn excerpt() -> Option<Value> {
    let text =
        fs::read_to_string(shared("reference/atlas-cloud-migration.json")?).expect("the file is readable");
    with_missing_operations(serde_json::from_str(&text).expect("the excerpt is JSON"))
}

/// Adds the operations of the fragment that the excerpt lacks, and the components that they use, from the published
/// document. So an operation that is added to the fragment needs no other excerpt.
fn with_missing_operations(mut excerpt: Value) -> Option<Value> {
    let missing: Vec<(String, String)> = operations(&fragment())
        .into_iter()
        .filter(|(path, method)| excerpt["paths"][path].get(method).is_none())
        .collect();
    if missing.is_empty() {
        return Some(excerpt);
    }
    let text = fs::read_to_string(shared(PUBLISHED)?).expect("the file is readable");
    let mut published: Value = serde_json::from_str(&text).expect("the document is JSON");
    remove_what_is_not_compared(&mut published);
    for (path, method) in missing {
        let operation = published["paths"][&path][&method].clone();
        let used = references(&operation).into_iter().map(|reference| reference.target.to_owned()).collect();
        for reference in closure(&published, used) {
            let (section, name) = component_of(&reference).expect("references lead to components");
            if excerpt["components"][section].get(name).is_none() {
                excerpt["components"][section][name] = published["components"][section][name].clone();
            }
        }
        excerpt["paths"][&path][&method] = operation;
    }
    Some(excerpt)
}

/// Removes prose and the extensions that the comparison ignores.
fn remove_what_is_not_compared(node: &mut Value) {
    const COMPARED: [&str; 3] = ["x-rolesRequirements", "x-sunset", "x-xgen-operation-id-override"];
    match node {
        Value::Object(members) => {
            members.retain(|key, _| {
                !is_prose(key) && (!key.starts_with("x-") || COMPARED.contains(&key.as_str()))
            });
            for (key, value) in members {
                match value {
                    // The keys of these members are names.
                    Value::Object(properties) if key == "properties" => {
                        properties.values_mut().for_each(remove_what_is_not_compared);
                    }
                    value => remove_what_is_not_compared(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(remove_what_is_not_compared),
        _ => {}
    }
}

/// The path and the method of each operation.
fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let methods = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, _)| (path.clone(), method.clone()))
    });
    methods.filter(|(_, method)| METHODS.contains(&method.as_str())).collect()
}

/// The project's fragment.
fn fragment() -> Value {
    let text = fs::read(paths::root().join(paths::FRAGMENT)).expect("the fragment is readable");
    Document::load(paths::FRAGMENT, &text).expect("the fragment is YAML").value
}

/// The line of a report on a document that has all operations of the fragment.
fn all_published() -> String {
    let count = operations(&fragment()).len();
    format!("{count} of {count} operations are published")
}

/// A file outside of the project, if it is present.
pub(super) fn shared(name: &str) -> Option<PathBuf> {
    let path = paths::root().join("../shared").join(name);
    if !path.exists() {
        _ = writeln!(std::io::stderr(), "skipped: there is no published document at {}", path.display());
        return None;
    }
    Some(path)
}

/// The excerpt with operations that have other tags, and three more with a tag of the fragment.
fn complete(mut document: Value) -> Value {
    let prose = "This is a long description. ".repeat(12);
    for number in 0..OTHERS + 3 {
        let (tag, thing) = match number.checked_sub(OTHERS) {
            Some(_) => ("Cloud Migration Service".to_owned(), format!("liveExtra{number}")),
            None => (format!("Area {}", number % TAGS), format!("thing{number}")),
        };
        let reference = json!({"$ref": format!("#/components/schemas/Thing{number}")});
        let response = json!({"description": prose, "content": {"application/vnd.atlas.2023-01-01+json": {"schema": reference}}});
        document["paths"][format!("/api/atlas/v2/groups/{{groupId}}/{thing}")] = json!({"get": {
            "operationId": format!("get{number}"), "summary": "Read one", "description": prose, "tags": [tag],
            "parameters": [{"$ref": "#/components/parameters/groupId"}, {"$ref": "#/components/parameters/envelope"}],
            "responses": {"200": response, "404": {"$ref": "#/components/responses/notFound"}},
        }});
        let next = format!("#/components/schemas/Thing{}", (number + 1) % OTHERS);
        document["components"]["schemas"][format!("Thing{number}")] = json!({
            "type": "object", "description": prose,
            "properties": {"name": {"type": "string", "description": prose}, "next": {"$ref": next}},
        });
    }
    document
}

/// Writes block-style YAML: indented, with one key per line.
fn yaml(value: &Value, indent: usize, out: &mut String) {
    let inner = |value: &Value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                write!(out, "\n{:indent$}{}:", "", json!(key)).expect("writing to a string cannot fail");
                yaml(value, indent + 2, out);
            }
        }
        Value::Array(items) if items.iter().any(inner) => {
            for item in items {
                write!(out, "\n{:indent$}-", "").expect("writing to a string cannot fail");
                yaml(item, indent + 2, out);
            }
        }
        leaf => write!(out, " {leaf}").expect("writing to a string cannot fail"),
    }
}

/// The output of the command for these files, without the name of their folder.
#[track_caller]
fn output(published: &Path, former: Option<&Path>, outcome: Outcome) -> String {
    let mut out = Vec::new();
    let found = upstream(published, former, None, &mut out).unwrap_or_else(|failure| panic!("{failure}"));
    let text = String::from_utf8(out).expect("the output is text");
    assert_eq!(found, outcome, "{text}");
    let folder = format!("{}/", published.parent().expect("a folder").display());
    text.replace(&folder, "").replace(".yaml ", ".json ")
}

fn has(text: &str, expected: &str) {
    assert!(text.contains(expected), "no {expected:?} in\n{text}");
}

#[test]
fn a_complete_document_is_compared() {
    let Some(excerpt) = excerpt() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("the folder is writable");
        path
    };
    let document = complete(excerpt.clone());
    let as_json = write("published.json", document.to_string());
    let text = output(&as_json, None, Outcome::Passed);
    has(&text, &all_published());
    has(&text, "0 without a reason");
    has(&text, "3 operations with the same tags, 500 with 25 other tags");
    has(&text, "published with the tag Cloud Migration Service, not included: 3");
    has(&text, "GET /api/atlas/v2/groups/{groupId}/liveExtra500 (get500)");
    has(&text, "published with other tags: Area 0 20, ");
    has(&text, "and 17 more tags");
    assert!(!text.contains("thing1"), "operations with other tags are counted, not listed:\n{text}");
    assert!(text.lines().count() < 100, "{text}");

    let mut block = String::new();
    yaml(&document, 0, &mut block);
    let as_yaml = write("published.yaml", block);
    assert_eq!(output(&as_yaml, None, Outcome::Passed), text, "JSON and YAML have the same result");

    // A later document: a relevant change, a change that is not relevant, and a reason that becomes stale.
    let mut later = document;
    later["components"]["schemas"]["LiveMigrationResponse"]["properties"]["startedAt"] =
        json!({"type": "string"});
    later["components"]["schemas"]["Thing7"]["properties"]["late"] = json!({"type": "string"});
    later["components"]["schemas"]["ShardKeys"]["properties"]["key"]["items"] = json!({"type": "object", "additionalProperties": {"oneOf": [{"type": "integer"}, {"type": "string"}]}});
    later["components"]["schemas"]["ApiError"]["required"] = json!(["error"]);
    let later = write("later.json", later.to_string());
    let text = output(&later, Some(&as_json), Outcome::Rejected);
    has(&text, "schema Migration: − startedAt: string, optional  [property-removed]");
    has(&text, "STALE");
    has(&text, "changed in the published document since published.json");
    has(&text, "schema LiveMigrationResponse (in the fragment: Migration): + startedAt: string, optional");
    has(&text, " 1 not relevant");
    assert!(!text.contains("Thing7"), "{text}");
}

#[test]
fn operations_that_the_excerpt_lacks_are_taken_from_the_published_document() {
    let Some(mut lacking) = excerpt() else { return };
    let paths = lacking["paths"].as_object_mut().expect("the excerpt has paths");
    assert!(paths.remove("/api/atlas/v2/orgs").is_some());
    let Some(completed) = with_missing_operations(lacking) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("published.json");
    fs::write(&path, completed.to_string()).expect("the folder is writable");
    has(&output(&path, None, Outcome::Passed), &all_published());
}

/// The number of tags of the operations in a published document that no operation of the fragment has.
fn other_tags(published: &Path) -> usize {
    let tags = |document: &Value| -> BTreeSet<String> {
        let operations = operations(document).into_iter();
        let lists = operations.map(|(path, method)| document["paths"][path][method]["tags"].clone());
        lists.flat_map(|tags| serde_json::from_value::<Vec<String>>(tags).unwrap_or_default()).collect()
    };
    let text = fs::read_to_string(published).expect("the file is readable");
    let published: Value = serde_json::from_str(&text).expect("the document is JSON");
    tags(&published).difference(&tags(&fragment())).count()
}

/// Two versions of the whole document. Between them, properties of the fragment's operations became nullable.
#[test]
fn whole_documents_are_compared() {
    let files = ["corpus/atlas-2026-06-23.json", PUBLISHED].map(shared);
    let [Some(former), Some(now)] = files else { return };
    let text = output(&former, None, Outcome::Rejected);
    has(&text, &all_published());
    let unexplained = text.lines().skip_while(|line| !line.starts_with("WITHOUT A REASON"));
    let unexplained = unexplained.skip(2).take_while(|line| !line.is_empty()).collect::<Vec<_>>();
    assert!(!unexplained.is_empty(), "{text}");
    assert!(unexplained.iter().all(|line| line.contains("[nullable]")), "{text}");

    let text = output(&now, Some(&former), Outcome::Passed);
    has(&text, &all_published());
    has(&text, &format!(" with {} other tags", other_tags(&now)));
    has(&text, "changed in the published document since atlas-2026-06-23.json");
    has(&text, "(in the fragment: MigrationSource): username: nullable");
}
