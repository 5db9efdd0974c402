//! References: finds them in a document, and resolves them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Section;
use crate::pointer;

/// The maximum length of a chain of `$ref`s that refer to each other.
pub const MAX_REFERENCE_CHAIN: usize = 16;

/// A node with a `$ref`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference<'a> {
    /// The JSON pointer of the node, from the value that was searched.
    pub pointer: String,
    /// The value of its `$ref`.
    pub target: &'a str,
}

/// All references in a value, in no particular order.
#[must_use]
pub fn references(value: &Value) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), value)];
    while let Some((path, node)) = pending.pop() {
        let child = |token: &str| pointer::join(&path, token);
        let is_container = |value: &Value| value.is_object() || value.is_array();
        match node {
            Value::Object(members) => {
                let nodes = members.iter().filter(|(_, value)| is_container(value));
                pending.extend(nodes.map(|(key, value)| (child(key), value)));
                if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                    found.push(Reference { pointer: path, target });
                }
            }
            Value::Array(items) => {
                let nodes = items.iter().enumerate().filter(|(_, value)| is_container(value));
                pending.extend(nodes.map(|(index, item)| (child(&index.to_string()), item)));
            }
            _ => {}
        }
    }
    found
}

/// A reference without percent-encoding. The JSON pointer in a reference is part of a URL.
#[must_use]
pub fn decoded(reference: &str) -> Cow<'_, str> {
    percent_decode_str(reference).decode_utf8().unwrap_or(Cow::Borrowed(reference))
}

/// The target of a reference; `None` if it does not exist or is outside of the document.
#[must_use]
pub fn target_of<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(decoded(reference).strip_prefix('#')?)
}

/// These references, and all references that are reachable from their targets.
#[must_use]
pub fn closure(document: &Value, mut pending: Vec<String>) -> BTreeSet<String> {
    let mut reachable = BTreeSet::new();
    while let Some(reference) = pending.pop() {
        let target = target_of(document, &reference).filter(|_| !reachable.contains(&reference));
        pending.extend(target.into_iter().flat_map(references).map(|inner| inner.target.to_owned()));
        reachable.insert(reference);
    }
    reachable
}

/// The reference to the component of this section and name.
#[must_use]
pub fn reference_to(section: &str, name: &str) -> String {
    pointer::join(&format!("#/components/{section}"), name)
}

/// The section and the name of `#/components/<section>/<name>`; `None` for any other reference.
#[must_use]
pub fn component_of(reference: &str) -> Option<(&str, &str)> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!section.is_empty() && !name.is_empty() && !name.contains('/')).then_some((section, name))
}

/// The section and the name of the component that a reference refers to. The document need not have passed lint.
#[must_use]
pub fn component(reference: &str) -> Option<(Section, &str)> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!name.contains('/')).then_some((Section::of(section), name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "paths": {"/a": {"$ref": "#/components/schemas/A"}},
            "components": {"schemas": {
                "A": {"items": [{"$ref": "#/components/schemas/B"}]},
                "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}, "$ref": {"type": "string"}}},
                "C": {"$ref": "other.yaml"},
            }},
        })
    }

    #[test]
    fn finds_references_with_their_pointers() {
        let document = document();
        let mut found: Vec<_> = references(&document).into_iter().map(|found| found.pointer).collect();
        found.sort();
        assert_eq!(
            found,
            [
                "/components/schemas/A/items/0",
                "/components/schemas/B/properties/a",
                "/components/schemas/C",
                "/paths/~1a",
            ]
        );
    }

    #[test]
    fn follows_references() {
        let document = document();
        assert!(target_of(&document, "#/components/schemas/B").is_some());
        assert!(target_of(&document, "#/components/schemas/%41").is_some());
        assert!(target_of(&document, "#/components/schemas/%FF").is_none());
        assert!(target_of(&document, "other.yaml").is_none());
        let [a, b] = ["A", "B"].map(|name| reference_to("schemas", name));
        assert_eq!(closure(&document, vec![a.clone()]), BTreeSet::from([a, b]));
    }
}
