//! A change of the type with other keywords: where the levels promise that old values stay valid, a sample of values
//! confirms it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::properties::config;
use crate::{Direction, Edit, Level, compare};
use openapi_fragment::Document;

/// Where a schema is used.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Position {
    RequestBody,
    ResponseBody,
    QueryParameter,
    ResponseHeader,
}

const POSITIONS: [Position; 4] =
    [Position::RequestBody, Position::ResponseBody, Position::QueryParameter, Position::ResponseHeader];

impl Position {
    fn is_text(self) -> bool {
        matches!(self, Self::QueryParameter | Self::ResponseHeader)
    }

    fn direction(self) -> Direction {
        match self {
            Self::RequestBody | Self::QueryParameter => Direction::Request,
            Self::ResponseBody | Self::ResponseHeader => Direction::Response,
        }
    }

    fn document(self, schema: &Value) -> Document {
        let body = json!({"application/json": {"schema": schema}});
        let operation = match self {
            Self::RequestBody => json!({"requestBody": {"content": body}, "responses": {}}),
            Self::ResponseBody => json!({"responses": {"200": {"description": "Done.", "content": body}}}),
            Self::QueryParameter => {
                json!({"parameters": [{"name": "q", "in": "query", "schema": schema}], "responses": {}})
            }
            Self::ResponseHeader => {
                json!({"responses": {"200": {"description": "Done.", "headers": {"A": {"schema": schema}}}}})
            }
        };
        let root = json!({"openapi": "3.0.3", "paths": {"/a": {"post": operation}}});
        Document::load("small", root.to_string().as_bytes()).expect("JSON is YAML")
    }

    /// The values of the sample that the schema allows.
    fn valid(self, schema: &Value) -> Vec<Value> {
        let sample = sample().into_iter();
        match self.is_text() {
            false => sample.filter(|value| is_valid(schema, value)).collect(),
            true => sample.filter(|value| is_valid_text(schema, value)).collect(),
        }
    }
}

fn sample() -> Vec<Value> {
    let texts = [
        "",
        "a",
        "abcdef",
        "5",
        "-1",
        "3000000000",
        "1.5",
        "true",
        "2023-01-01",
        "2023-01-01T00:00:00Z",
        "00000000-0000-0000-0000-000000000000",
    ];
    let mut sample: Vec<Value> = texts.into_iter().map(Value::from).collect();
    sample.extend([json!(5), json!(-1), json!(3_000_000_000_u64), json!(1.5), json!(true), json!(false)]);
    sample
}

/// A text is valid if the schema allows one of the values that it can stand for.
fn is_valid_text(schema: &Value, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    let parsed =
        serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
    is_valid(schema, value) || parsed.is_some_and(|value| is_valid(schema, &value))
}

fn is_valid(schema: &Value, value: &Value) -> bool {
    if let Some(alternatives) = schema["oneOf"].as_array() {
        return alternatives.iter().filter(|schema| is_valid(schema, value)).count() == 1;
    }
    let is_type = |kind: &Value| match kind.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        _ => value.is_boolean(),
    };
    let has_type = match &schema["type"] {
        Value::Null => true,
        Value::Array(several) => several.iter().any(is_type),
        kind => is_type(kind),
    };
    let has_value = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    has_type && has_value && is_valid_string(schema, value) && is_valid_number(schema, value)
}

fn is_valid_string(schema: &Value, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return true };
    let has_format = match schema["format"].as_str() {
        Some("uuid") => text.len() == 36,
        Some("date-time") => text.contains('T'),
        Some("date") => text.len() == 10,
        _ => true,
    };
    let has_pattern = schema["pattern"].as_str().is_none_or(|_| text.starts_with('a'));
    has_format && has_pattern && schema["minLength"].as_u64().is_none_or(|min| text.len() as u64 >= min)
}

fn is_valid_number(schema: &Value, value: &Value) -> bool {
    let Some(number) = value.as_f64() else { return true };
    let is_wide = schema["format"] != "int32" || number < 2_147_483_648.0;
    is_wide && schema["minimum"].as_f64().is_none_or(|min| number >= min)
}

/// A schema with a type and a format that fits one of its types.
fn any_plain() -> impl Strategy<Value = Value> {
    let kinds = vec![
        json!("string"),
        json!("integer"),
        json!("number"),
        json!("boolean"),
        json!(["integer", "string"]),
        json!(["number", "boolean"]),
        Value::Null,
    ];
    let formats = vec!["int32", "int64", "uuid", "date-time", "date", "password"];
    let enums = vec![json!(["a", "5"]), json!([5, -1]), json!(["5", 5, true]), json!(["a", "a", "abcdef"])];
    let keyword = |key: &'static str, values: Vec<Value>| {
        prop::option::weighted(0.2, prop::sample::select(values)).prop_map(move |value| (key, value))
    };
    let formats: Vec<Value> = formats.into_iter().map(Value::from).collect();
    let keywords = (
        prop::sample::select(kinds),
        prop::option::weighted(0.5, prop::sample::select(formats)),
        keyword("enum", enums),
        keyword("pattern", vec![json!("^a")]),
        keyword("minLength", vec![json!(1), json!(6)]),
        keyword("minimum", vec![json!(0), json!(5)]),
    );
    keywords.prop_map(|(kind, format, values, pattern, length, minimum)| {
        let mut schema = json!({});
        if !kind.is_null() {
            schema["type"] = kind;
        }
        for (key, value) in [("format", format), values, pattern, length, minimum] {
            if let Some(value) = value {
                schema[key] = value;
            }
        }
        schema
    })
}

fn any_schema() -> impl Strategy<Value = Value> {
    let only = |schema: Value, keys: &[&str]| {
        let members = schema.as_object().cloned().unwrap_or_default().into_iter();
        Value::Object(members.filter(|(key, _)| keys.contains(&key.as_str())).collect())
    };
    let alternative = any_plain().prop_map(move |schema| only(schema, &["type", "format", "enum"]));
    let union = prop::collection::vec(alternative, 1..3).prop_map(|all| json!({"oneOf": all}));
    // A value that several alternatives allow is not valid, which no rule considers.
    let union = union.prop_filter("overlapping alternatives", |schema| {
        let alternatives = schema["oneOf"].as_array().into_iter().flatten();
        let mut counts = sample()
            .into_iter()
            .map(|value| alternatives.clone().filter(|schema| is_valid(schema, &value)).count());
        counts.all(|count| count < 2)
    });
    prop_oneof![3 => any_plain(), 1 => union]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases * 8, ..config() })]

    #[test]
    fn values_stay_valid_where_the_levels_say_so(base in any_schema(), revision in any_schema()) {
        for position in POSITIONS {
            let diff = compare(&position.document(&base), &position.document(&revision));
            prop_assert!(diff.unclassified.is_empty());
            let findings = diff.edits.iter().flat_map(all_findings);
            let level = findings.filter(|(direction, _)| *direction == position.direction()).map(|(_, level)| level).max();
            let (old, new) = (position.valid(&base), position.valid(&revision));
            let (inner, outer) = match position.direction() {
                Direction::Request => (old, new),
                _ => (new, old),
            };
            let lost: Vec<_> = inner.iter().filter(|value| !outer.contains(value)).collect();
            prop_assert!(
                level >= Some(Level::Risky) || lost.is_empty(),
                "{position:?} {base} → {revision}: {level:?}, but {lost:?}"
            );
        }
    }
}

fn all_findings(edit: &Edit) -> Vec<(Direction, Level)> {
    let own = edit.findings.iter().map(|finding| (finding.direction, finding.level));
    own.chain(edit.within.iter().flat_map(all_findings)).collect()
}
