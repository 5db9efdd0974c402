//! Random changes to a document.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::hostile::pointers;

/// A small change to a document. Most changes make the document invalid at one position only.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Replaces a node by another one.
    Replace(prop::sample::Index, prop::sample::Index),
    /// Swaps two nodes.
    Swap(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index),
    /// Adds a copy of a node with its key to another node.
    Add(prop::sample::Index, prop::sample::Index),
    /// Duplicates a member with another name.
    Duplicate(prop::sample::Index, &'static str),
    /// Renames a member, and the references to it.
    Rename(prop::sample::Index, &'static str),
    /// Replaces a scalar by another one.
    Scalar(prop::sample::Index, Value),
}

/// Names with a meaning for Rust, for generated code, for the generator or for lint, and names without a meaning.
const NAMES: &[&str] = &[
    "Self",
    "self",
    "type",
    "gen",
    "Option",
    "String",
    "Vec",
    "Some",
    "Ok",
    "Secret",
    "secret",
    "OpenEnum",
    "Error",
    "Client",
    "T",
    "new",
    "newWithClient",
    "all",
    "body",
    "request",
    "response",
    "result",
    "headerMap",
    "url",
    "path",
    "extra",
    "id",
    "_id",
    "Id",
    "1",
    "1st",
    "V1",
    "+1",
    "-1",
    "<",
    "",
    " ",
    "a-b",
    "a_b",
    "aB",
    "é",
    "²",
    "$ref",
    "UNKNOWN",
    "token",
    "x\ry",
    "a\u{202e}b",
    "../..",
    "{x}",
    "200",
    "204",
    "2XX",
    "default",
];

/// Values with a meaning for some key.
const VALUES: &[&str] = &[
    "string",
    "integer",
    "number",
    "boolean",
    "array",
    "object",
    "password",
    "date-time",
    "uuid",
    "ipv4",
    "int32",
    "uint64",
    "path",
    "query",
    "header",
    "2023-01-01",
    "2024-05-30",
    "3.0.3",
    "digest",
    "https://example.com",
    "#/components/schemas/OrgId",
    "#/components/schemas/Secret",
    "#/components/schemas/ApiError",
];

/// Keywords that change the type of a schema, each with a value.
fn additions() -> Vec<(&'static str, Value)> {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    vec![
        ("nullable", json!(true)),
        ("format", json!("password")),
        ("title", json!("Self")),
        ("enum", json!(["A", "B"])),
        ("default", json!("A")),
        ("pattern", json!("^(a|b)$")),
        ("minimum", json!(1)),
        ("additionalProperties", json!(true)),
        ("additionalProperties", json!({"type": "string"})),
        ("allOf", json!([reference("ApiError")])),
        ("allOf", json!([reference("ApiError"), reference("OrgId")])),
        ("oneOf", json!([{"type": "string"}, {"type": "integer"}])),
        ("readOnly", json!(true)),
        ("required", json!(["name"])),
    ]
}

pub(super) fn any_change() -> impl Strategy<Value = Change> {
    let node = any::<prop::sample::Index>;
    let name = || prop::sample::select(NAMES);
    let scalar = prop_oneof![
        4 => name().prop_map(Value::from),
        4 => prop::sample::select(VALUES).prop_map(Value::from),
        1 => prop::sample::select(vec![json!(null), json!(true), json!(false), json!(0), json!(-1), json!(1.5), json!(2.0)]),
    ];
    prop_oneof![
        (node(), node()).prop_map(|(a, b)| Change::Replace(a, b)),
        (node(), node()).prop_map(|(a, b)| Change::Swap(a, b)),
        (node(), node()).prop_map(|(a, b)| Change::Add(a, b)),
        node().prop_map(Change::Remove),
        (node(), name()).prop_map(|(a, name)| Change::Duplicate(a, name)),
        (node(), name()).prop_map(|(a, name)| Change::Rename(a, name)),
        (node(), scalar).prop_map(|(a, value)| Change::Scalar(a, value)),
    ]
}

impl Change {
    /// Applies the change.
    pub(super) fn apply(&self, document: &mut Value) {
        let mut all = Vec::new();
        pointers(document, String::new(), &mut all);
        let pointer = |index: &prop::sample::Index| all[index.index(all.len())].clone();
        match self {
            Self::Replace(node, other) => {
                let new = document.pointer(&pointer(other)).cloned().unwrap_or_default();
                put(document, &pointer(node), new);
            }
            Self::Swap(one, other) => {
                let nodes =
                    [one, other].map(|index| document.pointer(&pointer(index)).cloned().unwrap_or_default());
                let [first, second] = nodes;
                put(document, &pointer(one), second);
                put(document, &pointer(other), first);
            }
            Self::Remove(node) => {
                let (parent, name) = split(&pointer(node));
                match document.pointer_mut(&parent) {
                    Some(Value::Object(members)) => drop(members.shift_remove(&name)),
                    Some(Value::Array(items)) => drop(name.parse().map(|index: usize| items.remove(index))),
                    _ => {}
                }
            }
            Self::Add(node, other) => {
                let other = pointer(other);
                let new = document.pointer(&other).cloned().unwrap_or_default();
                add(document, &pointer(node), split(&other).1, new);
            }
            Self::Duplicate(node, name) => {
                let node = pointer(node);
                let new = document.pointer(&node).cloned().unwrap_or_default();
                add(document, &split(&node).0, (*name).to_owned(), new);
            }
            Self::Rename(node, name) => rename(document, &pointer(node), name),
            Self::Scalar(node, value) => {
                let node = pointer(node);
                let leaf = document.pointer(&node).is_some_and(|node| !node.is_object() && !node.is_array());
                if leaf {
                    put(document, &node, value.clone());
                }
            }
        }
    }
}

fn put(document: &mut Value, node: &str, new: Value) {
    if let Some(node) = document.pointer_mut(node) {
        *node = new;
    }
}

fn add(document: &mut Value, node: &str, name: String, new: Value) {
    match document.pointer_mut(node) {
        Some(Value::Object(members)) => drop(members.insert(name, new)),
        Some(Value::Array(items)) => items.push(new),
        _ => {}
    }
}

/// The pointer of the parent, and the last token.
fn split(pointer: &str) -> (String, String) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    (parent.to_owned(), name.replace("~1", "/").replace("~0", "~"))
}

/// Renames a member without moving it, and updates the references to a component.
fn rename(document: &mut Value, node: &str, name: &str) {
    let (parent, old) = split(node);
    let Some(Value::Object(members)) = document.pointer_mut(&parent) else { return };
    let renamed = std::mem::take(members).into_iter();
    *members = renamed
        .map(|(key, value)| if key == old { (name.to_owned(), value) } else { (key, value) })
        .collect::<Map<_, _>>();
    if parent.starts_with("/components/") {
        let [from, to] = [&*old, name].map(|name| format!("\"#{parent}/{name}\""));
        if let Ok(updated) = serde_json::from_str(&document.to_string().replace(&from, &to)) {
            *document = updated;
        }
    }
}

/// Adds a keyword to a schema.
pub(super) fn extend(document: &mut Value, node: &prop::sample::Index, addition: &prop::sample::Index) {
    let mut all = Vec::new();
    pointers(document, String::new(), &mut all);
    all.retain(|pointer| {
        document.pointer(pointer).is_some_and(|node| node.get("type").is_some_and(Value::is_string))
    });
    let additions = additions();
    let (key, value) = &additions[addition.index(additions.len())];
    if !all.is_empty() {
        add(document, &all[node.index(all.len())], (*key).to_owned(), value.clone());
    }
}
