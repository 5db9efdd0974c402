//! No deviation hides a change that it was not written for: every single change of the published operations that makes a
//! new difference is rejected.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::complete::excerpt;
use crate::Outcome;
use crate::input::Input;
use crate::upstream::{Comparison, Report, read_deviations};
use atlas_codegen::paths;
use openapi_fragment::openapi::keyword::applies_in;
use openapi_fragment::openapi::{Role, is_prose};
use openapi_fragment::pointer;

/// The published extensions that are not compared.
const IGNORED: &[&str] = &["x-xgen-version", "x-xgen-method-verb-override"];

/// Keywords that a schema may get.
const KEYWORDS: &str = r#"{
    "nullable": true, "readOnly": true, "writeOnly": true, "minLength": 7, "pattern": "^[a-z]+$", "format": "uuid",
    "additionalProperties": false, "required": ["unheard"]
}"#;

/// A change of one node.
struct Mutation {
    pointer: String,
    what: String,
    document: Value,
}

/// Every pointer to a node that is compared.
fn pointers(node: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match node {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => return,
    };
    for (key, value) in children {
        // A property may be named `description`; its value is a schema.
        let is_prose = is_prose(&key) && (!value.is_object() || key.starts_with("example"));
        if !is_prose && !IGNORED.contains(&key.as_str()) {
            let at = pointer::join(at, &key);
            pointers(value, &at, found);
            found.push(at);
        }
    }
}

fn parent<'a>(document: &'a mut Value, pointer: &str) -> (&'a mut Value, String) {
    let (parent, _) = pointer.rsplit_once('/').expect("the pointer is not the root");
    let key = pointer::tokens(pointer).and_then(Iterator::last).expect("the pointer is not the root");
    (document.pointer_mut(parent).expect("the parent exists"), key.into_owned())
}

fn mutations(document: &Value, pointer: &str) -> Vec<Mutation> {
    let mut all = Vec::new();
    let mut add = |what: &str, edit: &dyn Fn(&mut Value)| {
        let mut document = document.clone();
        edit(&mut document);
        all.push(Mutation { pointer: pointer.to_owned(), what: what.to_owned(), document });
    };
    add("removed", &|document| match parent(document, pointer) {
        (Value::Object(members), key) => _ = members.shift_remove(&key),
        (Value::Array(items), key) => _ = items.remove(key.parse().expect("an index")),
        _ => unreachable!("only mappings and lists have members"),
    });
    let node = document.pointer(pointer).expect("the node exists");
    let other = match node {
        Value::Bool(flag) => Some(json!(!flag)),
        Value::Number(number) => Some(json!(number.as_i64().unwrap_or_default() + 1)),
        Value::String(text) => Some(json!(format!("{text}x"))),
        _ => None,
    };
    if let Some(other) = other {
        add("changed", &|document| *document.pointer_mut(pointer).expect("the node exists") = other.clone());
    }
    if node.get("type").is_some_and(Value::is_string) && !pointer.contains("/securitySchemes/") {
        let keywords: Map<String, Value> = serde_json::from_str(KEYWORDS).expect("JSON");
        let is_new =
            |key: &str, value: &Value| node.get(key).is_none() && applies_in(Role::Schema, key, value, node);
        for (key, value) in keywords.iter().filter(|(key, value)| is_new(key, value)) {
            add(key, &|document| {
                document.pointer_mut(pointer).expect("the node exists")[key] = value.clone()
            });
        }
    }
    all
}

/// The differences, without their positions.
fn differences(comparison: &Comparison) -> Vec<String> {
    let edits = comparison.edits.iter().map(|edit| {
        let directions: BTreeSet<_> = edit.reach.iter().map(|reach| reach.direction).collect();
        format!(
            "{:?} {:?} {} {:?} {:?} {directions:?}",
            edit.change, edit.node, edit.detail, edit.before, edit.after
        )
    });
    let mut all: Vec<String> = edits.chain(comparison.coverage.unpublished.iter().cloned()).collect();
    all.extend(comparison.unclassified.iter().map(|locations| format!("{locations:?}")));
    all.sort();
    all
}

/// Whether a difference is the flag of a part that only the other side sends, which the deviations name as such.
fn is_flag_without_effect(difference: &str) -> bool {
    let change = difference.split(' ').next().unwrap_or_default();
    [("NoLongerReadOnly", "{Response}"), ("NoLongerWriteOnly", "{Request}")]
        .iter()
        .any(|(flag, direction)| change.ends_with(flag) && difference.ends_with(direction))
}

#[test]
fn no_change_of_a_published_operation_is_hidden() {
    let Some(excerpt) = excerpt() else { return };
    let path = paths::root().join(paths::FRAGMENT);
    let fragment = Input::Fragment.load(&path, paths::FRAGMENT).expect("the fragment is valid");
    let deviations =
        read_deviations(&path.with_file_name(paths::DEVIATIONS)).expect("the deviations are valid");
    let compare = |document: &Value| {
        let comparison = Comparison::new(document, &fragment.value).expect("both documents are valid");
        let report = Report { comparison: &comparison, deviations: &deviations, fragment: &fragment };
        let outcome = report.write("published", &mut std::io::sink());
        (differences(&comparison), outcome.expect("writing to nothing cannot fail"))
    };
    let (known, outcome) = compare(&excerpt);
    assert_eq!(outcome, Outcome::Passed);
    let mut all = Vec::new();
    for part in ["paths", "components", "security", "servers"] {
        pointers(&excerpt[part], &format!("/{part}"), &mut all);
    }
    // A sample, because each comparison takes a moment.
    let step = if std::env::var_os("ATLAS_ALL_EDITS").is_some() { 1 } else { 97 };
    let (mut unseen, mut hidden) = (Vec::new(), Vec::new());
    for mutation in all.iter().step_by(step).flat_map(|pointer| mutations(&excerpt, pointer)) {
        let (found, outcome) = compare(&mutation.document);
        let name = format!("{} {}", mutation.pointer, mutation.what);
        if found == known {
            unseen.push(name);
        } else if outcome == Outcome::Passed {
            // Fewer differences than before are no reason to fail.
            let is_new =
                |difference: &&String| !known.contains(difference) && !is_flag_without_effect(difference);
            let new: Vec<&String> = found.iter().filter(is_new).collect();
            if !new.is_empty() {
                hidden.push(format!("{name}: {new:?}"));
            }
        }
    }
    assert!(hidden.is_empty(), "hidden by a reason:\n{}", hidden.join("\n"));
    assert!(unseen.is_empty(), "not compared:\n{}", unseen.join("\n"));
}
