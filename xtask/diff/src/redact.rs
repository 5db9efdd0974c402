//! Replaces the values of secrets before documents are compared, so that no format of a report can show one.
//!
//! A lint may reject such values, but a comparison accepts any document, including an old version from which a secret was
//! removed later. Reports still show whether a value changed: different values get different replacements, and equal
//! values get equal ones. The structure of a document and the positions of its nodes do not change.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use openapi_fragment::lint::{contains_string, is_secret_name, secret_values};
use openapi_fragment::{Document, pointer};

/// Keys that contain values, in any version of OpenAPI.
const VALUES: [&str; 5] = ["default", "example", "examples", "enum", "const"];

/// Replaces the values of secrets in documents that are compared with each other.
///
/// A value that is a secret in one document is replaced in all of them: the edit may be that it was marked as a secret.
pub fn redact(documents: &mut [&mut Document]) {
    let mut secrets = BTreeSet::new();
    for document in documents.iter() {
        secrets.extend(secret_values(document));
        Search { pointer: String::new(), secrets: &mut secrets }.node("", &document.value, false);
    }
    let is_within =
        |pointer: &str| pointer.match_indices('/').any(|(end, _)| secrets.contains(&pointer[..end]));
    let mut replacements = Replacements::default();
    for document in documents {
        for secret in secrets.iter().filter(|secret| !is_within(secret)) {
            if let Some(value) = document.value.pointer_mut(secret) {
                replacements.replace_in(value);
            }
        }
    }
}

/// Finds secrets that lint does not examine, by their keys: values under keys that lint rejects, and secrets that are not
/// marked.
struct Search<'p> {
    pointer: String,
    secrets: &'p mut BTreeSet<String>,
}

impl Search<'_> {
    /// `name` is the key of the node, and `in_value` is true within a value. The recursion is no deeper than the file.
    fn node(&mut self, name: &str, node: &Value, in_value: bool) {
        let end = self.pointer.len();
        match node {
            Value::Object(members) => {
                let secret = is_secret(name, members);
                for (key, member) in members {
                    pointer::push(&mut self.pointer, key);
                    let holds_value = VALUES.contains(&key.as_str());
                    if (secret && holds_value) || (in_value && is_secret_name(key) && contains_string(member))
                    {
                        self.secrets.insert(self.pointer.clone());
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

/// Whether this is the schema of a secret: it is marked as one, or its name suggests one and its type allows a text.
fn is_secret(name: &str, schema: &Map<String, Value>) -> bool {
    let text = |key| schema.get(key).and_then(Value::as_str);
    let holds_other = matches!(text("type"), Some("boolean" | "integer" | "number" | "object"));
    text("format") == Some("password") || (is_secret_name(name) && !holds_other)
}

/// The replacements by the values that they replace.
#[derive(Default)]
struct Replacements(HashMap<String, usize>);

impl Replacements {
    /// Members and items are kept, so that the positions of other nodes do not change.
    fn replace_in(&mut self, value: &mut Value) {
        match value {
            Value::Null => {}
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace_in(item)),
            Value::Object(members) => {
                let replaced = std::mem::take(members).into_iter().map(|(key, mut member)| {
                    self.replace_in(&mut member);
                    (self.replacement(key), member)
                });
                *members = replaced.collect();
            }
            scalar => *scalar = self.replacement(scalar.to_string()).into(),
        }
    }

    fn replacement(&mut self, value: String) -> String {
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

    /// Checks the schema of a property after redaction.
    #[track_caller]
    fn check(name: &str, schema: &str, redacted: Value) {
        let pointer = format!("/components/schemas/A/properties/{name}");
        let mut document = document(&format!(
            "components: {{schemas: {{A: {{type: object, properties: {{{name}: {schema}}}}}}}}}"
        ));
        redact(&mut [&mut document]);
        assert_eq!(document.value.pointer(&pointer), Some(&redacted));
    }

    #[test]
    fn redacts_values_that_may_be_secrets() {
        let one = "[redacted 1]";
        check("a", "{format: password, default: x}", json!({"format": "password", "default": one}));
        check("a", "{format: password, example: x}", json!({"format": "password", "example": one}));
        check("a", "{format: password, const: x}", json!({"format": "password", "const": one}));
        check("a", "{format: password, example: 5}", json!({"format": "password", "example": one}));
        check("a", "{format: password, example: ~}", json!({"format": "password", "example": null}));
        check(
            "a",
            "{format: password, enum: [x, y, x]}",
            json!({"format": "password", "enum": [one, "[redacted 2]", one]}),
        );
        check(
            "a",
            "{format: password, example: {k: x}}",
            json!({"format": "password", "example": {"[redacted 2]": one}}),
        );
        check("password", "{type: string, example: x}", json!({"type": "string", "example": one}));
        check(
            "a",
            "{items: {format: password}, example: [x]}",
            json!({"items": {"format": "password"}, "example": [one]}),
        );
        check("a", "{examples: [{token: x}]}", json!({"examples": [{"token": one}]}));
    }

    #[test]
    fn keeps_other_values() {
        for (name, schema) in [
            ("a", json!({"type": "string", "example": "x", "default": "x", "enum": ["x"]})),
            ("password", json!({"type": "boolean", "default": true})),
            ("tokenUrl", json!({"type": "string", "example": "https://example.com"})),
            ("a", json!({"format": "password", "description": "d"})),
            ("example", json!({"type": "object", "properties": {"token": {"type": "string"}}})),
        ] {
            check(name, &schema.to_string(), schema);
        }
    }

    #[test]
    fn keeps_positions_and_distinguishes_values_across_documents() {
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
