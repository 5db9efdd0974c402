//! The effective form of a schema.

use serde_json::{Map, Value};

use super::merge::{self, Merged};
use super::origins::{Origin, member};
use super::{Builder, simplify, size};
use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, Role, is_prose, target_of};

/// Keywords that are allowed beside a reference in the effective form. OpenAPI 3.0 needs an `allOf` for them.
const FLAGS: &[&str] = &["nullable", "readOnly", "writeOnly", "deprecated", "default"];

/// An item of an `allOf` whose content is known.
struct Part {
    members: Map<String, Value>,
    /// The pointer of its content, which is another one than that of the item if the item is a reference.
    at: String,
    is_reference: bool,
}

impl Builder<'_> {
    /// The effective form of the schema at `at`.
    pub(super) fn schema(&mut self, schema: &Map<String, Value>, at: &mut String) -> Map<String, Value> {
        if let Some(known) = self.merged.get(at.as_str()) {
            return known.clone();
        }
        if schema.get("$ref").is_some_and(Value::is_string) {
            // OpenAPI 3.0 ignores everything else beside a reference.
            let is_kept = |key: &str| key == "$ref" || is_prose(key) || key.starts_with("x-");
            let kept = schema.iter().filter(|(key, _)| is_kept(key));
            return kept.map(|(key, value)| (key.clone(), value.clone())).collect();
        }
        let mut members = self.members(Role::Schema, schema, at);
        for key in ["allOf", "oneOf", "anyOf"] {
            self.compose(&mut members, key, at);
        }
        simplify::node(Role::Schema, members)
    }

    /// Merges the items of an `allOf` into the schema around it. A `oneOf` or `anyOf` of one schema is an `allOf`.
    fn compose(&mut self, schema: &mut Map<String, Value>, key: &str, at: &str) {
        let Some(Value::Array(items)) = schema.get(key) else { return };
        if key != "allOf" && (items.len() != 1 || schema.contains_key("discriminator")) {
            return;
        }
        if !items.iter().all(Value::is_object) {
            return;
        }
        let Some(Value::Array(items)) = schema.shift_remove(key) else { return };
        let list = member(at, key);
        if let ([only], true) = (items.as_slice(), schema.keys().all(|key| is_beside_reference(key)))
            && let Some(reference @ Value::String(_)) = only.get("$ref")
        {
            schema.insert("$ref".to_owned(), reference.clone());
            let item = format!("{list}/0");
            let sources = vec![member(&item, "$ref")];
            self.origins.insert(member(at, "$ref"), Origin { sources, included_by: vec![item] });
            return;
        }
        let mut left = Vec::new();
        let own_type = schema.contains_key("type");
        let mut nullable = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let item_at = format!("{list}/{index}");
            let Some(part) = self.part(&item, &item_at) else {
                left.push((item_at, item));
                continue;
            };
            if !merge::can_merge(schema, &part.members) {
                left.push((item_at, item));
                continue;
            }
            if part.members.contains_key("type") {
                nullable.push(part.members.get("nullable") == Some(&Value::Bool(true)));
            }
            for Merged { key, value } in merge::merge(schema, &part.members, part.is_reference) {
                self.place(at, &key, &part, &item_at, schema.get(&key));
                schema.insert(key, value);
            }
        }
        // Null is valid if each part allows it. A flag beside the `allOf` applies to all of it.
        if !own_type && !nullable.is_empty() && nullable.iter().all(|nullable| *nullable) {
            schema.insert("nullable".to_owned(), Value::Bool(true));
            self.origins
                .insert(member(at, "nullable"), Origin { sources: vec![], included_by: vec![list.clone()] });
        }
        self.keep(schema, key, &list, left);
    }

    /// Puts back the items that could not be merged.
    fn keep(&mut self, schema: &mut Map<String, Value>, key: &str, list: &str, left: Vec<(String, Value)>) {
        if left.is_empty() {
            return;
        }
        let mut items = Vec::new();
        for (from, item) in left {
            let to = format!("{list}/{}", items.len());
            if from != to {
                self.origins.copy(&from, &to, None);
            }
            items.push(item);
        }
        schema.insert(key.to_owned(), Value::Array(items));
    }

    /// Records the origin of a member that a part contributes to.
    fn place(&mut self, at: &str, key: &str, part: &Part, item: &str, known: Option<&Value>) {
        let (from, to) = (member(&part.at, key), member(at, key));
        let item = Some(item);
        match (key, known, part.members.get(key)) {
            ("properties", known, Some(Value::Object(added))) => {
                let known = known.and_then(Value::as_object);
                for name in added.keys() {
                    let (from, to) = (member(&from, name), member(&to, name));
                    match known.is_some_and(|known| known.contains_key(name)) {
                        true => self.origins.add(&from, &to, item),
                        false => self.origins.copy(&from, &to, item),
                    }
                }
                if known.is_none() {
                    self.origins.add(&from, &to, item);
                }
            }
            ("required", known, Some(Value::Array(added))) => {
                let known: Vec<&Value> = known.and_then(Value::as_array).into_iter().flatten().collect();
                let mut next = known.len();
                for (index, name) in added.iter().enumerate() {
                    let from = format!("{from}/{index}");
                    match known.iter().position(|known| *known == name) {
                        Some(index) => self.origins.add(&from, &format!("{to}/{index}"), item),
                        None => {
                            self.origins.copy(&from, &format!("{to}/{next}"), item);
                            next += 1;
                        }
                    }
                }
            }
            (_, None, _) => self.origins.copy(&from, &to, item),
            (_, Some(_), _) => self.origins.add(&from, &to, item),
        }
    }

    /// The content of an item of an `allOf`; `None` if it is not known, or if the schema is composed of itself.
    fn part(&mut self, item: &Value, at: &str) -> Option<Part> {
        let mut members = item.as_object()?.clone();
        let (mut here, mut is_reference) = (at.to_owned(), false);
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(Value::String(reference)) = members.get("$ref") else {
                return self.spend(members.values().map(size).sum()).then_some(Part {
                    members,
                    at: here,
                    is_reference,
                });
            };
            if members.keys().any(|key| FLAGS.contains(&key.as_str())) {
                return None;
            }
            let target = reference.strip_prefix('#')?.to_owned();
            members = self.target(&target, at)?;
            (here, is_reference) = (target, true);
        }
        None
    }

    /// The effective form of the schema at a pointer.
    fn target(&mut self, target: &str, from: &str) -> Option<Map<String, Value>> {
        if let Some(known) = self.merged.get(target) {
            return Some(known.clone());
        }
        let contains = |outer: &str, inner: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let open = self.open.iter().map(String::as_str).chain([from]);
        if open.into_iter().any(|open| contains(target, open)) {
            return None;
        }
        let schema = target_of(self.document, &format!("#{target}"))?.as_object()?;
        self.open.push(from.to_owned());
        let merged = self.schema(schema, &mut target.to_owned());
        self.open.pop();
        self.merged.insert(target.to_owned(), merged.clone());
        Some(merged)
    }
}

/// Whether a keyword of the schema is kept beside a reference.
fn is_beside_reference(key: &str) -> bool {
    FLAGS.contains(&key) || is_prose(key) || key.starts_with("x-")
}
