//! What lint lets pass, the rest of the pipeline takes: a changed fragment has problems or makes good code, and nothing
//! gets through to a panic.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::hostile::pointers;
use super::*;
use crate::failure::Failure;
use crate::generate::{self, HeldTo};
use crate::lower::walk;

/// A change that leaves a document plausible: most of what it makes is wrong in one place only.
#[derive(Clone, Debug)]
enum Change {
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

fn any_change() -> impl Strategy<Value = Change> {
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
    fn apply(&self, document: &mut Value) {
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
fn extend(document: &mut Value, place: &prop::sample::Index, addition: &prop::sample::Index) {
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

fn read(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Document::load(file, &std::fs::read(path).unwrap()).unwrap().value
}

/// Problems, or code that parses and has no name twice.
fn problems_or_code(value: &Value) -> Result<(), TestCaseError> {
    let document = match generate::load("changed.yaml", value.to_string().as_bytes(), HeldTo::Nothing) {
        Ok(document) => document,
        Err(Failure::Problems(problems)) => {
            prop_assert!(!problems.is_empty());
            return Ok(());
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    };
    prop_assert!(serde_json::from_value::<openapiv3::OpenAPI>(document.value.clone()).is_ok());
    let generated =
        generate::generate(&document).map_err(|failure| TestCaseError::fail(failure.to_string()))?;
    for text in [&generated.client, &generated.operations] {
        let file = syn::parse_file(text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(twice::names_twice(&file), Vec::<String>::new());
    }
    Ok(())
}

/// The schemas that are made up; the last may be none.
const MADE_UP: [&str; 4] = ["Alpha", "beta", "Gamma_2", "ThingRequest"];

/// A schema without a name: a scalar, a reference, or a list of such.
fn any_schema() -> impl Strategy<Value = Value> {
    let scalar = (
        prop::sample::select(vec!["string", "integer", "number", "boolean"]),
        prop::option::weighted(
            0.3,
            prop::sample::select(vec!["password", "date", "int32", "uint8", "float"]),
        ),
        any::<bool>(),
    );
    let scalar = scalar.prop_map(|(kind, format, nullable)| {
        let mut schema = json!({"type": kind, "nullable": nullable});
        if let Some(format) = format.filter(|_| kind != "boolean") {
            schema["format"] = json!(format);
        }
        schema
    });
    let names = MADE_UP.iter().chain(&["OrgId", "ThingState", "Thing"]).copied().collect::<Vec<_>>();
    let reference =
        prop::sample::select(names).prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    let leaf = prop_oneof![
        3 => scalar,
        3 => reference.clone(),
        1 => (reference, any::<bool>()).prop_map(|(only, nullable)| json!({"allOf": [only], "nullable": nullable})),
        1 => Just(json!({})),
    ];
    let list = |items: BoxedStrategy<Value>| {
        (items, any::<bool>(), any::<bool>()).prop_map(|(items, nullable, unique)| {
            json!({"type": "array", "items": items, "nullable": nullable, "uniqueItems": unique})
        })
    };
    let leaf = leaf.boxed();
    prop_oneof![6 => leaf.clone(), 2 => list(leaf.clone()), 1 => list(list(leaf).boxed())]
}

/// What a body is: mostly one of the made-up schemas.
fn any_body() -> impl Strategy<Value = Value> {
    let made_up = prop::sample::select(&MADE_UP[..])
        .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    prop_oneof![3 => made_up, 1 => any_schema()]
}

/// A schema with a name: an object, a map, an enum, or what needs none.
fn any_component() -> impl Strategy<Value = Value> {
    let property = (prop::sample::select(vec!["a", "bC", "type", "_d", "e-f"]), any_schema(), any::<bool>());
    let more = prop_oneof![
        3 => Just(None),
        1 => any::<bool>().prop_map(|more| Some(json!(more))),
        1 => any_schema().prop_map(Some),
    ];
    let object = (prop::collection::vec(property, 0..4), more, any::<bool>());
    let object = object.prop_map(|(properties, more, nullable)| {
        let mut schema = json!({"type": "object", "nullable": nullable, "properties": {}});
        let mut required = Vec::new();
        for (name, mut property, needed) in properties {
            if property.get("$ref").is_none() {
                property["description"] = json!("A [property].");
            }
            schema["properties"][name] = property;
            required.extend(needed.then_some(name));
        }
        schema["required"] = required.into();
        if let Some(more) = more {
            schema["additionalProperties"] = more;
        }
        if schema["properties"] == json!({}) {
            schema.as_object_mut().unwrap().retain(|key, _| key != "properties" && key != "required");
        }
        schema
    });
    let listed = Just(json!({"type": "string", "enum": ["A_B", "type", "3D"]}));
    prop_oneof![6 => object, 1 => listed, 1 => any_schema()].prop_map(|mut schema| {
        if schema.get("$ref").is_none() {
            schema["description"] = json!("A thing.");
        }
        schema
    })
}

proptest! {
    #![proptest_config(fewer_cases(8))]

    /// Schemas of every form that refer to each other as they like, in a request and in a reply.
    #[test]
    fn made_up_schemas_have_problems_or_make_good_code(
        components in prop::collection::vec(any_component(), MADE_UP.len()),
        body in any_body(),
        reply in any_body(),
    ) {
        let mut value = read("tests/fragment.yaml");
        for (name, schema) in MADE_UP.iter().zip(components) {
            value["components"]["schemas"][name] = schema;
        }
        let operation = &mut value["paths"]["/api/atlas/v2/orgs/{orgId}/things"]["post"];
        let version = "application/vnd.atlas.2023-01-01+json";
        operation["requestBody"]["content"][version]["schema"] = body;
        operation["responses"]["201"]["content"][version]["schema"] = reply;
        // What nothing refers to would be a problem, and hide the others.
        let kept = walk::closure(&value, vec!["#/paths".to_owned()]);
        value["components"]["schemas"].as_object_mut().unwrap().retain(|name, _| {
            kept.contains(&walk::component_reference("schemas", name))
        });
        problems_or_code(&value)?;
    }

    #[test]
    fn a_changed_fragment_has_problems_or_makes_good_code(changes in prop::collection::vec(any_change(), 1..4)) {
        let mut value = fragment().value;
        changes.iter().for_each(|change| change.apply(&mut value));
        problems_or_code(&value)?;
    }

    /// The same with a small fragment, whose every node is met many times.
    #[test]
    fn a_changed_small_fragment_has_problems_or_makes_good_code(
        changes in prop::collection::vec(any_change(), 0..3),
        additions in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..3),
    ) {
        let mut value = read("tests/fragment.yaml");
        additions.iter().for_each(|(place, addition)| extend(&mut value, place, addition));
        changes.iter().for_each(|change| change.apply(&mut value));
        problems_or_code(&value)?;
    }
}
