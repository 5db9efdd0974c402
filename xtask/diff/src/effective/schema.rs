//! The effective form of a schema.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::merge::{self, Merged};
use super::origins::{Origin, member};
use super::{Builder, Composed, simplify, size};
use openapi_fragment::openapi::{
    MAX_REFERENCE_CHAIN, Role, component, decoded, is_prose, keyword, target_of,
};

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

impl Builder<'_> {
    /// The effective form of the schema at `at`.
    pub(super) fn schema(&mut self, schema: &Map<String, Value>, at: &mut String) -> Map<String, Value> {
        if let Some(known) = self.merged.get(at.as_str()) {
            return known.members.clone();
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let reference = decoded(reference);
            // A schema that is no component has no name, so a reference to it is the same as its content.
            if component(&reference).is_none()
                && let Some(target) = reference.strip_prefix('#')
                && let Some(members) = self.copy_of(target, at)
            {
                self.origins.copy(target, at, None);
                return members;
            }
            return self.reference(Role::Schema, schema, at);
        }
        let members = self.members(Role::Schema, schema, at);
        // Default values would keep the parts of an `allOf` apart.
        let mut members = simplify::node(Role::Schema, members, None);
        self.remove_any_value(&mut members, at);
        self.write_mapping(&mut members, schema, at);
        self.remove_repeated(&mut members, at);
        self.remove_null(&mut members, at);
        self.compose(&mut members, "allOf", at);
        for key in ["oneOf", "anyOf"] {
            self.simplify_alternatives(&mut members, key, at);
            self.compose(&mut members, key, at);
        }
        // A multiple of 1 is an integer.
        if members.get("type").is_some_and(|kind| kind == "number")
            && members.get("multipleOf").is_some_and(|factor| *factor == 1)
            && !members.contains_key("format")
        {
            members.insert("type".to_owned(), Value::from("integer"));
            self.origins.add(&member(at, "multipleOf"), &member(at, "type"), None);
        }
        remove_declared_as_others(&mut members);
        simplify::node(Role::Schema, members, None)
    }

    /// Removes `additionalProperties` that refer to a schema for any value.
    fn remove_any_value(&mut self, schema: &mut Map<String, Value>, at: &str) {
        let others = schema.get("additionalProperties").and_then(|others| others.get("$ref")?.as_str());
        let target = others.and_then(|reference| reference.strip_prefix('#')).map(str::to_owned);
        let target = target.and_then(|target| self.copy_of(&target, at));
        if target.is_some_and(|target| keyword::allows_any_value(&Value::Object(target))) {
            schema.shift_remove("additionalProperties");
        }
    }

    /// A reference without the keywords that OpenAPI 3.0 ignores beside it. A component that is only a reference to another
    /// one is replaced by the other one.
    pub(super) fn reference(
        &mut self,
        role: Role,
        node: &Map<String, Value>,
        at: &str,
    ) -> Map<String, Value> {
        // The other keys of a callback are URLs.
        let has_text = |key: &str| role != Role::Callback && (is_prose(key) || key.starts_with("x-"));
        let is_kept = |key: &str| key == "$ref" || has_text(key);
        let kept = node.iter().filter(|(key, _)| is_kept(key));
        let mut kept: Map<String, Value> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
        let Some(Value::String(reference)) = kept.get_mut("$ref") else { return kept };
        *reference = decoded(reference).into_owned();
        let aliases = self.aliases(reference);
        if let Some(target) = aliases.last() {
            let own = member(at, "$ref");
            let aliases = [reference.as_str()].into_iter().chain(aliases.iter().map(String::as_str));
            let through = aliases.map(|alias| format!("{}/$ref", alias.trim_start_matches('#')));
            let mut sources: Vec<String> = [own.clone()].into_iter().chain(through).collect();
            sources.pop();
            self.origins.insert(own, Origin { sources, included_by: Vec::new() });
            kept.insert("$ref".to_owned(), Value::from(target.as_str()));
        }
        kept
    }

    /// The references that a reference to a component leads to, while the component is only a reference to another one.
    pub(super) fn aliases(&self, reference: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut reference = Cow::Borrowed(reference);
        while found.len() < MAX_REFERENCE_CHAIN && component(&reference).is_some() {
            let target = target_of(self.document, &reference).and_then(|target| target.get("$ref")?.as_str());
            let Some(next) = target.map(decoded).filter(|next| component(next).is_some()) else { break };
            found.push(next.clone().into_owned());
            reference = next;
        }
        found
    }

    /// Merges the items of an `allOf` into the schema around it. A `oneOf` or `anyOf` of one schema is an `allOf`.
    fn compose(&mut self, schema: &mut Map<String, Value>, key: &str, at: &str) {
        let Some(Value::Array(items)) = schema.get(key) else { return };
        if key != "allOf" && (items.len() != 1 || schema.contains_key("discriminator")) {
            return;
        }
        if items.len() > MAX_PARTS || !items.iter().all(Value::is_object) {
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
        let (mut left, mut conflicts) = (Vec::new(), Vec::new());
        let own_type = schema.contains_key("type");
        let mut nullable = Vec::new();
        let mut parts = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let item_at = format!("{list}/{index}");
            match self.part(&item, &item_at) {
                Some(part) => parts.push((item, item_at, part)),
                None => left.push((item, Origin::of(item_at))),
            }
        }
        // Schemas that exclude properties come last, so that the order in the document has no meaning.
        parts.sort_by_cached_key(|(.., part)| {
            part.members.get("additionalProperties").map(|_| Value::Object(part.members.clone()).to_string())
        });
        for (item, item_at, part) in parts {
            if merge::exclude_each_other(schema, &part.members) {
                merge::remove_repeated_properties(schema, &part.members);
                left.push((item, Origin::of(item_at)));
                continue;
            }
            if part.members.contains_key("type") {
                nullable.push(part.members.get("nullable") == Some(&Value::Bool(true)));
            }
            for (key, merged) in merge::merge(schema, &part.members, part.is_reference) {
                match merged {
                    // What could not be merged into the part cannot be merged into the whole.
                    Merged::Value(Value::Array(items)) if key == "allOf" => {
                        let at = member(&part.at, &key);
                        let origin =
                            |index| self.origins.find(&format!("{at}/{index}")).included_by(&item_at);
                        let items = items.into_iter().enumerate();
                        left.extend(items.map(|(index, item)| (item, origin(index))));
                    }
                    Merged::Value(mut value) => {
                        self.place(at, &key, &part, &item_at, schema.get(&key));
                        if key == "properties" {
                            self.compose_shared(
                                schema.get(&key),
                                &part.members[&key],
                                &mut value,
                                &member(at, &key),
                            );
                        }
                        schema.insert(key, value);
                    }
                    Merged::Conflict => {
                        let origin = self.origins.find(&member(&part.at, &key)).included_by(&item_at);
                        conflicts.push((key.clone(), part.members[&key].clone(), origin));
                    }
                }
            }
        }
        // Null is valid if each part allows it. A flag beside the `allOf` applies to all of it.
        if !own_type && !nullable.is_empty() && nullable.iter().all(|nullable| *nullable) {
            schema.insert("nullable".to_owned(), Value::Bool(true));
            let origin = Origin { sources: Vec::new(), included_by: vec![list.clone()] };
            self.origins.insert(member(at, "nullable"), origin);
        }
        left.extend(self.separate(schema, at, conflicts));
        self.keep(schema, key, &list, left);
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

    /// A copy of the effective form of the schema at a pointer; `None` if the schema is composed of itself, or if nothing is
    /// left of the budget.
    pub(super) fn copy_of(&mut self, target: &str, from: &str) -> Option<Map<String, Value>> {
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
        let Composed { members, cost } = &self.merged[target];
        self.budget = self.budget.checked_sub(*cost)?;
        Some(members.clone())
    }
}

/// Removes the properties whose schema is that of the properties that are not declared.
fn remove_declared_as_others(schema: &mut Map<String, Value>) {
    let Some(others @ Value::Object(_)) = schema.get("additionalProperties").cloned() else { return };
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|_, property| *property != others);
    }
}

/// Whether a keyword of the schema is kept beside a reference.
fn is_beside_reference(key: &str) -> bool {
    FLAGS.contains(&key) || is_prose(key) || key.starts_with("x-")
}
