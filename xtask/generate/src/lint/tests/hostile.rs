//! No document makes lint panic, hang or overflow the stack.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Lints a text on a small stack. A stack overflow aborts the test process.
#[track_caller]
fn assert_terminates(text: String) {
    let start = Instant::now();
    let run = move || {
        if let Ok(document) = Document::load("f.yaml", text.as_bytes()) {
            for problem in lint_minimal(&document) {
                assert!(problem.to_string().contains("help: "));
            }
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
    let elapsed = start.elapsed();
    // Usually one or two seconds; the limit allows for a busy machine. Superlinear behavior takes far longer.
    assert!(elapsed < Duration::from_secs(60), "{elapsed:?}");
}

/// The minimal document with these schemas added.
fn with_schemas(schemas: impl IntoIterator<Item = (String, Value)>) -> String {
    let mut document = Document::load("minimal.yaml", MINIMAL.as_bytes()).unwrap().value;
    document["components"]["schemas"].as_object_mut().unwrap().extend(schemas);
    document.to_string()
}

const MANY: usize = 2_000;

/// A cycle of thousands of schemas, each of which refers to the next one.
#[track_caller]
fn assert_terminates_for_cycle(link: fn(Value) -> Value) {
    assert_terminates(with_schemas((0..MANY).map(|index| {
        let next = json!({"$ref": format!("#/components/schemas/S{}", (index + 1) % MANY)});
        (format!("S{index}"), link(next))
    })));
}

#[test]
fn long_cycles() {
    assert_terminates_for_cycle(|next| next);
    assert_terminates_for_cycle(|next| json!({"allOf": [next]}));
    assert_terminates_for_cycle(|next| json!({"oneOf": [next], "example": 1}));
    assert_terminates_for_cycle(|next| json!({"type": "array", "items": next, "example": [[[[]]]]}));
    assert_terminates_for_cycle(|next| json!({"type": "object", "properties": {"token": next}}));
}

#[test]
fn many_paths_to_the_same_schema() {
    // There are 2^30 paths through the schemas.
    assert_terminates(with_schemas((0..30).map(|index| {
        let next = json!({"$ref": format!("#/components/schemas/S{}", index + 1)});
        (format!("S{index}"), json!({"allOf": [next, next], "oneOf": [next, next], "example": 1}))
    })));
    assert_terminates(with_schemas([(
        "S".to_owned(),
        json!({"allOf": vec![json!({"$ref": "#/components/schemas/S"}); 2_000]}),
    )]));
}

#[test]
fn many_parameters_and_values() {
    let parameter =
        |index: usize| json!({"name": format!("a{index}"), "in": "query", "schema": {"type": "string"}});
    let mut document = Document::load("minimal.yaml", MINIMAL.as_bytes()).unwrap().value;
    document["paths"]["/things"]["get"]["parameters"] = (0..MANY).map(parameter).collect();
    document["components"]["schemas"]["State"]["enum"] =
        (0..MANY).map(|index| json!(format!("V{index}"))).collect();
    document["components"]["schemas"]["Thing"]["required"] =
        (0..MANY).map(|index| json!(format!("r{index}"))).collect();
    assert_terminates(document.to_string());
}

#[test]
fn deep_nesting() {
    for (open, close) in [("{allOf: [", "]}"), ("{items: ", "}"), ("{properties: {a: ", "}}")] {
        let depth = 20;
        let schema = format!("{}{{type: string}}{}", open.repeat(depth), close.repeat(depth));
        assert_terminates(MINIMAL.replace("    State:", &format!("    Deep: {schema}\n    State:")));
    }
}

/// Collects the pointers of a value and of its descendants.
pub(super) fn pointers(value: &Value, pointer: String, all: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, format!("{pointer}/{index}"), all);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                pointers(member, format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        _ => {}
    }
    all.push(pointer);
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{"$ref": "#/components/schemas/Thing"}])),
        Just(json!({"$ref": "#/components/schemas/Thing"})),
        Just(json!({"type": "object", "properties": {"id": {"type": "string"}}})),
    ]
}

proptest! {
    #![proptest_config(fewer_cases(2))]

    /// Replaces several nodes by arbitrary values or by other nodes of the document.
    #[test]
    fn any_change(changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![
        any_value().prop_map(Ok),
        any::<prop::sample::Index>().prop_map(Err),
    ]), 1..4)) {
        let mut document = Document::load("minimal.yaml", MINIMAL.as_bytes()).unwrap().value;
        for (index, new) in changes {
            let mut all = Vec::new();
            pointers(&document, String::new(), &mut all);
            let new = match new {
                Ok(value) => value,
                Err(other) => document.pointer(&all[other.index(all.len())]).cloned().unwrap_or_default(),
            };
            if let Some(node) = document.pointer_mut(&all[index.index(all.len())]) {
                *node = new;
            }
        }
        assert_terminates(document.to_string());
    }

    /// Removes an arbitrary part of the text.
    #[test]
    fn any_cut(from in any::<prop::sample::Index>(), length in 0..200_usize) {
        let mut text = MINIMAL.as_bytes().to_vec();
        let from = from.index(text.len());
        text.drain(from..(from + length).min(text.len()));
        assert_terminates(String::from_utf8(text).unwrap());
    }
}
