//! Values in the place of a secret, covered before anything looks at them: no format of a report can show one.
//!
//! Lint refuses them, but a comparison takes any document, and the one before somebody took a secret out has it. Whether
//! a value changed still shows: different values are covered by different texts, and the same value by the same. The
//! shape of a document stays, and so does the place of each node.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use openapi_fragment::lint::{holds_text, secret_values, sounds_secret};
use openapi_fragment::{Document, pointer};

/// Keys that hold values, in any version of OpenAPI.
const VALUES: [&str; 5] = ["default", "example", "examples", "enum", "const"];

/// Covers the secrets of documents that are shown together. What is a secret in one of them is covered in all: the
/// edit may be that it was marked as one.
pub fn redact(documents: &mut [&mut Document]) {
    let mut places = BTreeSet::new();
    for document in documents.iter() {
        places.extend(secret_values(document));
        Search { pointer: String::new(), places: &mut places }.node("", &document.value, false);
    }
    let is_within = |place: &str| place.match_indices('/').any(|(end, _)| places.contains(&place[..end]));
    let mut covers = Covers::default();
    for document in documents {
        for place in places.iter().filter(|place| !is_within(place)) {
            if let Some(value) = document.value.pointer_mut(place) {
                covers.cover(value);
            }
        }
    }
}

/// Finds by keys alone what lint does not look at: keys that it refuses, and a secret that is not marked yet.
struct Search<'p> {
    pointer: String,
    places: &'p mut BTreeSet<String>,
}

impl Search<'_> {
    /// `name` is the key of the node; `in_value` says that it is part of a value. It is no deeper than the file.
    fn node(&mut self, name: &str, node: &Value, in_value: bool) {
        let end = self.pointer.len();
        match node {
            Value::Object(members) => {
                let secret = is_secret(name, members);
                for (key, member) in members {
                    pointer::push(&mut self.pointer, key);
                    let holds_value = VALUES.contains(&key.as_str());
                    if (secret && holds_value) || (in_value && sounds_secret(key) && holds_text(member)) {
                        self.places.insert(self.pointer.clone());
                    }
                    self.node(key, member, in_value || holds_value);
                    self.pointer.truncate(end);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    pointer::push(&mut self.pointer, &index.to_string());
                    self.node("", item, in_value);
                    self.pointer.truncate(end);
                }
            }
            _ => {}
        }
    }
}

/// Whether this is the schema of a secret: it says so, or it has the name of one and could hold a text.
fn is_secret(name: &str, schema: &Map<String, Value>) -> bool {
    let text = |key| schema.get(key).and_then(Value::as_str);
    let holds_other = matches!(text("type"), Some("boolean" | "integer" | "number" | "object"));
    text("format") == Some("password") || (sounds_secret(name) && !holds_other)
}

/// The texts that stand for values, by the values.
#[derive(Default)]
struct Covers(HashMap<String, usize>);

impl Covers {
    /// A member or item stays one, so that the places of what is around do not move.
    fn cover(&mut self, value: &mut Value) {
        match value {
            Value::Null => {}
            Value::Array(items) => items.iter_mut().for_each(|item| self.cover(item)),
            Value::Object(members) => {
                let covered = std::mem::take(members).into_iter().map(|(key, mut member)| {
                    self.cover(&mut member);
                    (self.text(key), member)
                });
                *members = covered.collect();
            }
            scalar => *scalar = self.text(scalar.to_string()).into(),
        }
    }

    fn text(&mut self, value: String) -> String {
        let next = self.0.len() + 1;
        format!("[redacted {}]", self.0.entry(value).or_insert(next))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use openapi_fragment::Position;

    fn document(text: &str) -> Document {
        Document::load("test.yaml", text.as_bytes()).unwrap()
    }

    /// The schema of a property, and the same after it was covered.
    #[track_caller]
    fn covers(name: &str, schema: &str, covered: Value) {
        let place = format!("/components/schemas/A/properties/{name}");
        let mut document = document(&format!(
            "components: {{schemas: {{A: {{type: object, properties: {{{name}: {schema}}}}}}}}}"
        ));
        redact(&mut [&mut document]);
        assert_eq!(document.value.pointer(&place), Some(&covered));
    }

    #[test]
    fn covers_what_a_secret_could_be() {
        let one = "[redacted 1]";
        covers("a", "{format: password, default: x}", json!({"format": "password", "default": one}));
        covers("a", "{format: password, example: x}", json!({"format": "password", "example": one}));
        covers("a", "{format: password, const: x}", json!({"format": "password", "const": one}));
        covers("a", "{format: password, example: 5}", json!({"format": "password", "example": one}));
        covers("a", "{format: password, example: ~}", json!({"format": "password", "example": null}));
        covers(
            "a",
            "{format: password, enum: [x, y, x]}",
            json!({"format": "password", "enum": [one, "[redacted 2]", one]}),
        );
        covers(
            "a",
            "{format: password, example: {k: x}}",
            json!({"format": "password", "example": {"[redacted 2]": one}}),
        );
        covers("password", "{type: string, example: x}", json!({"type": "string", "example": one}));
        covers(
            "a",
            "{items: {format: password}, example: [x]}",
            json!({"items": {"format": "password"}, "example": [one]}),
        );
        covers("a", "{examples: [{token: x}]}", json!({"examples": [{"token": one}]}));
    }

    #[test]
    fn leaves_everything_else() {
        for (name, schema) in [
            ("a", json!({"type": "string", "example": "x", "default": "x", "enum": ["x"]})),
            ("password", json!({"type": "boolean", "default": true})),
            ("tokenUrl", json!({"type": "string", "example": "https://example.com"})),
            ("a", json!({"format": "password", "description": "d"})),
            ("example", json!({"type": "object", "properties": {"token": {"type": "string"}}})),
        ] {
            covers(name, &schema.to_string(), schema);
        }
    }

    #[test]
    fn keeps_the_places_and_tells_values_apart_across_documents() {
        let text = |format: &str, value: &str| {
            format!("a:\n  type: string\n{format}  example: {{k: {value}}}\nb: 1\n")
        };
        let mut base = document(&text("", "x"));
        let mut revision = document(&text("  format: password\n", "y"));
        redact(&mut [&mut base, &mut revision]);
        assert_eq!(base.nearest_position("/b"), Position { line: 4, column: 1 });
        assert_eq!(revision.nearest_position("/b"), Position { line: 5, column: 1 });
        let [before, after] =
            [&base, &revision].map(|document| document.value.pointer("/a/example").unwrap());
        assert_eq!(before, &json!({"[redacted 2]": "[redacted 1]"}));
        assert_eq!(after, &json!({"[redacted 2]": "[redacted 3]"}));
    }
}
