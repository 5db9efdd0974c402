//! Changes to a document: most of what they make is wrong, and in one place only.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::hostile::pointers;

/// A change that leaves a document plausible: most of what it makes is wrong in one place only.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// One node in place of another.
    Replace(prop::sample::Index, prop::sample::Index),
    /// Two nodes in each other's place.
    Swap(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index),
    /// A member under the key of another.
    Add(prop::sample::Index, prop::sample::Index),
    /// A member once more, under another name.
    Duplicate(prop::sample::Index, &'static str),
    /// A member under another name, and what refers to it.
    Rename(prop::sample::Index, &'static str),
    /// A value that has no parts, by another one.
    Scalar(prop::sample::Index, Value),
}

/// Names that mean something to Rust, to generated code, to the generator or to lint, and names that mean nothing.
const WORDS: &[&str] = &[
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

/// Values that some key knows.
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

/// Keys of a schema that change what it is, with something to hold.
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
    let place = any::<prop::sample::Index>;
    let word = || prop::sample::select(WORDS);
    let scalar = prop_oneof![
        4 => word().prop_map(Value::from),
        4 => prop::sample::select(VALUES).prop_map(Value::from),
        1 => prop::sample::select(vec![json!(null), json!(true), json!(false), json!(0), json!(-1), json!(1.5)]),
    ];
    prop_oneof![
        (place(), place()).prop_map(|(a, b)| Change::Replace(a, b)),
        (place(), place()).prop_map(|(a, b)| Change::Swap(a, b)),
        (place(), place()).prop_map(|(a, b)| Change::Add(a, b)),
        place().prop_map(Change::Remove),
        (place(), word()).prop_map(|(a, name)| Change::Duplicate(a, name)),
        (place(), word()).prop_map(|(a, name)| Change::Rename(a, name)),
        (place(), scalar).prop_map(|(a, value)| Change::Scalar(a, value)),
    ]
}

impl Change {
    /// Does it.
    pub(super) fn apply(&self, document: &mut Value) {
        let mut all = Vec::new();
        pointers(document, String::new(), &mut all);
        let pointer = |index: &prop::sample::Index| all[index.index(all.len())].clone();
        match self {
            Self::Replace(place, other) => {
                let new = document.pointer(&pointer(other)).cloned().unwrap_or_default();
                put(document, &pointer(place), new);
            }
            Self::Swap(one, other) => {
                let nodes =
                    [one, other].map(|index| document.pointer(&pointer(index)).cloned().unwrap_or_default());
                let [first, second] = nodes;
                put(document, &pointer(one), second);
                put(document, &pointer(other), first);
            }
            Self::Remove(place) => {
                let (around, name) = split(&pointer(place));
                match document.pointer_mut(&around) {
                    Some(Value::Object(members)) => drop(members.shift_remove(&name)),
                    Some(Value::Array(items)) => drop(name.parse().map(|index: usize| items.remove(index))),
                    _ => {}
                }
            }
            Self::Add(place, other) => {
                let other = pointer(other);
                let new = document.pointer(&other).cloned().unwrap_or_default();
                add(document, &pointer(place), split(&other).1, new);
            }
            Self::Duplicate(place, name) => {
                let place = pointer(place);
                let new = document.pointer(&place).cloned().unwrap_or_default();
                add(document, &split(&place).0, (*name).to_owned(), new);
            }
            Self::Rename(place, name) => rename(document, &pointer(place), name),
            Self::Scalar(place, value) => {
                let place = pointer(place);
                let leaf = document.pointer(&place).is_some_and(|node| !node.is_object() && !node.is_array());
                if leaf {
                    put(document, &place, value.clone());
                }
            }
        }
    }
}

fn put(document: &mut Value, place: &str, new: Value) {
    if let Some(node) = document.pointer_mut(place) {
        *node = new;
    }
}

fn add(document: &mut Value, place: &str, name: String, new: Value) {
    match document.pointer_mut(place) {
        Some(Value::Object(members)) => drop(members.insert(name, new)),
        Some(Value::Array(items)) => items.push(new),
        _ => {}
    }
}

/// The pointer of the node around, and the last token.
fn split(pointer: &str) -> (String, String) {
    let (around, name) = pointer.rsplit_once('/').unwrap_or_default();
    (around.to_owned(), name.replace("~1", "/").replace("~0", "~"))
}

/// The member keeps its place. References to a component follow, as does a path parameter's variable.
fn rename(document: &mut Value, place: &str, name: &str) {
    let (around, old) = split(place);
    let Some(Value::Object(members)) = document.pointer_mut(&around) else { return };
    let renamed = std::mem::take(members).into_iter();
    *members = renamed
        .map(|(key, value)| if key == old { (name.to_owned(), value) } else { (key, value) })
        .collect::<Map<_, _>>();
    if around.starts_with("/components/") {
        let [from, to] = [&*old, name].map(|name| format!("\"#{around}/{name}\""));
        if let Ok(followed) = serde_json::from_str(&document.to_string().replace(&from, &to)) {
            *document = followed;
        }
    }
}

/// A key more on some schema.
pub(super) fn extend(document: &mut Value, place: &prop::sample::Index, addition: &prop::sample::Index) {
    let mut all = Vec::new();
    pointers(document, String::new(), &mut all);
    all.retain(|pointer| {
        document.pointer(pointer).is_some_and(|node| node.get("type").is_some_and(Value::is_string))
    });
    let additions = additions();
    let (key, value) = &additions[addition.index(additions.len())];
    if !all.is_empty() {
        add(document, &all[place.index(all.len())], (*key).to_owned(), value.clone());
    }
}
