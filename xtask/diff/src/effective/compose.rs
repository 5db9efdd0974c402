//! Merges the items of an `allOf` into the schema around it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::merge::{self, Merged};
use super::origins::{Origin, member};
use super::{Builder, Composed, size};
use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, is_prose_or_extension, target_of};

/// Keywords that are allowed beside a reference in the effective form. OpenAPI 3.0 needs an `allOf` for them.
const FLAGS: &[&str] = &["nullable", "readOnly", "writeOnly", "deprecated", "default"];

/// The maximum number of schemas that are merged into one. It limits the work for a hostile document.
const MAX_PARTS: usize = 256;

/// An item of an `allOf` whose content is known.
pub(super) struct Part {
    pub(super) members: Map<String, Value>,
    /// The pointer of its content, which is another one than that of the item if the item is a reference.
    pub(super) at: String,
    pub(super) is_reference: bool,
}

/// An item of an `allOf` with its content.
struct Item {
    value: Value,
    at: String,
    part: Part,
}

/// What could not be merged into the schema.
#[derive(Default)]
struct Separate {
    items: Vec<(Value, Origin)>,
    /// Keywords with a value that cannot be combined with that of the schema.
    conflicts: Vec<(String, Value, Origin)>,
}

impl Builder<'_> {
    /// Merges the items of an `allOf` into the schema around it. A `oneOf` or `anyOf` of one schema is an `allOf`.
    pub(super) fn compose(&mut self, schema: &mut Map<String, Value>, key: &str, at: &str) {
        let Some(Value::Array(items)) = schema.get(key) else { return };
        if key != "allOf" && (items.len() != 1 || schema.contains_key("discriminator")) {
            return;
        }
        if items.len() > MAX_PARTS || !items.iter().all(Value::is_object) {
            return;
        }
        let Some(Value::Array(items)) = schema.shift_remove(key) else { return };
        let list = member(at, key);
        if self.became_reference(schema, &items, at, &list) {
            return;
        }
        let has_own_type = schema.contains_key("type");
        let mut nullable = Vec::new();
        let mut left = Separate::default();
        for Item { value, at: item_at, part } in self.known_items(items, &list, &mut left) {
            if merge::exclude_each_other(schema, &part.members) {
                merge::remove_repeated_properties(schema, &part.members);
                left.items.push((value, Origin::of(item_at)));
                continue;
            }
            if part.members.contains_key("type") {
                nullable.push(part.members.get("nullable") == Some(&Value::Bool(true)));
            }
            self.merge_part(schema, &part, at, &item_at, &mut left);
        }
        // Null is valid if each part allows it. A flag beside the `allOf` applies to all of it.
        if !has_own_type && !nullable.is_empty() && nullable.iter().all(|nullable| *nullable) {
            schema.insert("nullable".to_owned(), Value::Bool(true));
            let origin = Origin { sources: Vec::new(), included_by: vec![list.clone()] };
            self.origins.insert(member(at, "nullable"), origin);
        }
        let Separate { mut items, conflicts } = left;
        items.extend(self.separate(schema, at, conflicts));
        self.keep(schema, key, &list, items);
    }

    /// Replaces an `allOf` of one reference by the reference, if the other keywords are allowed beside it.
    fn became_reference(
        &mut self,
        schema: &mut Map<String, Value>,
        items: &[Value],
        at: &str,
        list: &str,
    ) -> bool {
        let [only] = items else { return false };
        let Some(reference @ Value::String(_)) = only.get("$ref") else { return false };
        if !schema.keys().all(|key| is_beside_reference(key)) {
            return false;
        }
        schema.insert("$ref".to_owned(), reference.clone());
        let item = format!("{list}/0");
        let sources = vec![member(&item, "$ref")];
        self.origins.insert(member(at, "$ref"), Origin { sources, included_by: vec![item] });
        true
    }

    /// The items whose content is known. Schemas that exclude properties come last, so that the order in the document has no
    /// meaning.
    fn known_items(&mut self, items: Vec<Value>, list: &str, left: &mut Separate) -> Vec<Item> {
        let mut known = Vec::new();
        for (index, value) in items.into_iter().enumerate() {
            let at = format!("{list}/{index}");
            match self.part(&value, &at) {
                Some(part) => known.push(Item { value, at, part }),
                None => left.items.push((value, Origin::of(at))),
            }
        }
        known.sort_by_cached_key(|Item { part, .. }| {
            part.members.get("additionalProperties").map(|_| Value::Object(part.members.clone()).to_string())
        });
        known
    }

    /// Merges the content of an item into the schema. `at` is the pointer of the schema, and `item_at` that of the item.
    fn merge_part(
        &mut self,
        schema: &mut Map<String, Value>,
        part: &Part,
        at: &str,
        item_at: &str,
        left: &mut Separate,
    ) {
        for (key, merged) in merge::merge(schema, &part.members, part.is_reference) {
            match merged {
                // What could not be merged into the part cannot be merged into the whole.
                Merged::Value(Value::Array(items)) if key == "allOf" => {
                    let at = member(&part.at, &key);
                    let origin = |index| self.origins.find(&format!("{at}/{index}")).included_by(item_at);
                    let items = items.into_iter().enumerate();
                    left.items.extend(items.map(|(index, item)| (item, origin(index))));
                }
                Merged::Value(mut value) => {
                    self.place(at, &key, part, item_at, schema.get(&key));
                    if key == "properties" {
                        let (own, at) = (schema.get(&key), member(at, &key));
                        self.compose_shared(own, &part.members[&key], &mut value, &at);
                    }
                    schema.insert(key, value);
                }
                Merged::Conflict => {
                    let origin = self.origins.find(&member(&part.at, &key)).included_by(item_at);
                    left.conflicts.push((key.clone(), part.members[&key].clone(), origin));
                }
            }
        }
    }

    /// Merges the properties that both schemas have, where one is a reference. `at` is the pointer of the properties.
    fn compose_shared(&mut self, own: Option<&Value>, part: &Value, merged: &mut Value, at: &str) {
        let Value::Object(merged) = merged else { return };
        for (name, schema) in merged {
            let both = [own.and_then(|own| own.get(name)), part.get(name)];
            let is_reference = |schema: &Value| schema.get("$ref").is_some();
            if let ([Some(own), Some(part)], Value::Object(members)) = (both, schema)
                && own != part
                && (is_reference(own) || is_reference(part))
            {
                self.compose(members, "allOf", &member(at, name));
            }
        }
    }

    /// Distributes the values of keywords that cannot be combined among the schema and further items. The order of the items
    /// has no meaning, so the values are sorted.
    fn separate(
        &mut self,
        schema: &mut Map<String, Value>,
        at: &str,
        conflicts: Vec<(String, Value, Origin)>,
    ) -> Vec<(Value, Origin)> {
        let mut by_key: BTreeMap<String, Vec<(Value, Origin)>> = BTreeMap::new();
        for (key, value, origin) in conflicts {
            by_key.entry(key).or_default().push((value, origin));
        }
        let mut items = Vec::new();
        for (key, mut values) in by_key {
            let own = member(at, &key);
            if let Some(value) = schema.get(&key) {
                values.push((value.clone(), self.origins.find(&own)));
            }
            values.sort_by_cached_key(|(value, _)| value.to_string());
            values.dedup_by(|second, first| second.0 == first.0);
            let mut values = values.into_iter();
            if let Some((value, origin)) = values.next() {
                schema.insert(key.clone(), value);
                self.origins.insert(own, origin);
            }
            items.extend(values.map(|(value, origin)| (json!({ key.as_str(): value }), origin)));
        }
        items
    }

    /// Puts back the items that could not be merged, in an order that does not depend on that in the document.
    fn keep(
        &mut self,
        schema: &mut Map<String, Value>,
        key: &str,
        list: &str,
        mut left: Vec<(Value, Origin)>,
    ) {
        if left.is_empty() {
            return;
        }
        left.sort_by_cached_key(|(item, _)| item.to_string());
        left.dedup_by(|second, first| second.0 == first.0);
        let mut items = Vec::new();
        for (item, origin) in left {
            if let [source] = origin.sources.as_slice() {
                self.origins.copy_to(source, &format!("{list}/{}", items.len()), origin.clone());
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
    pub(super) fn part(&mut self, item: &Value, at: &str) -> Option<Part> {
        let mut members = item.as_object()?.clone();
        let (mut here, mut is_reference) = (at.to_owned(), false);
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(Value::String(reference)) = members.get("$ref") else {
                return Some(Part { members, at: here, is_reference });
            };
            if members.keys().any(|key| FLAGS.contains(&key.as_str())) {
                return None;
            }
            let target = reference.strip_prefix('#')?.to_owned();
            members = self.copy_of(&target, at)?;
            (here, is_reference) = (target, true);
        }
        None
    }

    /// A schema in its effective form, or the schema that it refers to; `None` if that is not known.
    pub(super) fn content_of<'v>(
        &'v mut self,
        schema: &'v Value,
        at: &str,
    ) -> Option<&'v Map<String, Value>> {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return schema.as_object() };
        let mut reference = reference.to_owned();
        for _ in 0..MAX_REFERENCE_CHAIN {
            let target = reference.strip_prefix('#')?.to_owned();
            let next = self.effective_schema(&target, at)?.get("$ref").and_then(Value::as_str);
            match next.map(str::to_owned) {
                Some(next) => reference = next,
                None => return self.effective_schema(&target, at),
            }
        }
        None
    }

    /// A copy of the effective form of the schema at a pointer; `None` if the schema is composed of itself, or if nothing is
    /// left of the budget.
    pub(super) fn copy_of(&mut self, target: &str, from: &str) -> Option<Map<String, Value>> {
        self.effective_schema(target, from)?;
        let Composed { members, cost } = &self.merged[target];
        self.budget = self.budget.checked_sub(*cost)?;
        Some(members.clone())
    }

    /// The effective form of the schema at a pointer; `None` if the schema is composed of itself.
    fn effective_schema(&mut self, target: &str, from: &str) -> Option<&Map<String, Value>> {
        if !self.merged.contains_key(target) {
            let contains = |outer: &str, inner: &str| {
                inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let open = self.open.iter().map(String::as_str).chain([from]);
            if open.into_iter().any(|open| contains(target, open)) {
                return None;
            }
            let schema = target_of(self.document, &format!("#{target}"))?.as_object()?;
            self.open.push(from.to_owned());
            let members = self.schema(schema, &mut target.to_owned());
            self.open.pop();
            let cost = members.values().map(size).sum::<usize>() + self.origins.cost(target);
            self.merged.insert(target.to_owned(), Composed { members, cost });
        }
        self.merged.get(target).map(|composed| &composed.members)
    }
}

/// Whether a keyword of the schema is kept beside a reference.
fn is_beside_reference(key: &str) -> bool {
    FLAGS.contains(&key) || is_prose_or_extension(key)
}
