//! The alternatives of a `oneOf` or `anyOf`, in one list where nested lists have the same meaning.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::Builder;
use super::compose::Part;
use super::origins::member;
use openapi_fragment::openapi::is_prose_or_extension;

/// An alternative, and where it comes from.
struct Alternative {
    value: Value,
    at: String,
    /// The reference that includes it, if there is one.
    through: Option<String>,
}

impl Builder<'_> {
    /// Expresses the alternatives of a schema by one list of schemas. Where a discriminator selects them, they stay.
    pub(super) fn simplify_alternatives(&mut self, schema: &mut Map<String, Value>, key: &str, at: &str) {
        let Some(Value::Array(items)) = schema.get(key) else { return };
        // A single alternative is merged into the schema around it.
        if items.len() < 2 || schema.contains_key("discriminator") {
            return;
        }
        let (items, list) = (items.clone(), member(at, key));
        let is_any = |content: &Map<String, Value>| content.keys().all(|key| is_prose_or_extension(key));
        if key == "anyOf" && items.iter().any(|item| self.content_of(item, at).is_some_and(is_any)) {
            schema.shift_remove(key);
            return;
        }
        if let Some(flat) = self.flattened(&items, key, &list) {
            let copied = flat.iter().map(|one| self.origins.entries(&one.at, one.through.as_deref()));
            let copied: Vec<_> = copied.collect();
            self.origins.remove_within(&list);
            for (index, entries) in copied.into_iter().enumerate() {
                self.origins.place(&format!("{list}/{index}"), entries);
            }
            let mut values: Vec<Value> = flat.into_iter().map(|alternative| alternative.value).collect();
            if key == "anyOf" {
                self.remove_duplicates(&mut values, &list);
            }
            schema.insert(key.to_owned(), Value::Array(values));
        }
        if let Some(only) = self.merged_enums(schema.get(key), key, &list) {
            schema.insert(key.to_owned(), json!([only]));
        }
    }

    /// The list with the alternatives of nested lists; `None` if it has no nested lists, or if they mean something else.
    fn flattened(&mut self, items: &[Value], key: &str, list: &str) -> Option<Vec<Alternative>> {
        let has_lists = items.iter().any(|item| nested_key(self.content_of(item, list)).is_some());
        if !has_lists {
            return None;
        }
        let mut flat = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let item_at = format!("{list}/{index}");
            let part = self.part(item, &item_at);
            match part.and_then(|part| self.nested(part, key, &item_at)) {
                Some(inner) => flat.extend(inner),
                None => flat.push(Alternative { value: item.clone(), at: item_at, through: None }),
            }
        }
        // A value that is valid for several alternatives of one list can be valid for one of the others.
        (flat.len() > items.len() && (key == "anyOf" || self.are_disjoint(&flat))).then_some(flat)
    }

    /// The alternatives of an alternative that consists of them.
    fn nested(&mut self, part: Part, outer: &str, item_at: &str) -> Option<Vec<Alternative>> {
        let key = nested_key(Some(&part.members)).filter(|key| *key != "allOf")?;
        let list = member(&part.at, key);
        let through = part.is_reference.then(|| item_at.to_owned());
        let alternatives = part.members[key].as_array()?.iter().enumerate().map(|(index, value)| {
            Alternative { value: value.clone(), at: format!("{list}/{index}"), through: through.clone() }
        });
        let alternatives: Vec<Alternative> = alternatives.collect();
        (key == "anyOf" || outer == "oneOf" || self.are_disjoint(&alternatives)).then_some(alternatives)
    }

    fn are_disjoint(&mut self, alternatives: &[Alternative]) -> bool {
        let parts = alternatives.iter().map(|alternative| self.part(&alternative.value, &alternative.at));
        let parts: Option<Vec<Part>> = parts.collect();
        parts.is_some_and(|parts| are_disjoint(parts.iter().map(|part| &part.members)))
    }

    /// One schema for alternatives that differ only in the values of their `enum`.
    fn merged_enums(&mut self, items: Option<&Value>, key: &str, list: &str) -> Option<Value> {
        let items = items?.as_array().filter(|items| items.len() > 1)?;
        let has_values = |content: &Map<String, Value>| content.contains_key("enum");
        if !items.iter().all(|item| self.content_of(item, list).is_some_and(has_values)) {
            return None;
        }
        let (mut merged, mut values, mut copied) = (None, Vec::new(), Vec::new());
        let mut known = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let item_at = format!("{list}/{index}");
            let Part { mut members, at, is_reference } = self.part(item, &item_at)?;
            let Some(Value::Array(own)) = members.shift_remove("enum") else { return None };
            members.retain(|key, _| !is_prose_or_extension(key));
            if *merged.get_or_insert_with(|| members.clone()) != members {
                return None;
            }
            for (index, value) in own.into_iter().enumerate() {
                if known.insert(value.clone()) {
                    let from = format!("{at}/enum/{index}");
                    copied.push(self.origins.entries(&from, is_reference.then_some(item_at.as_str())));
                    values.push(value);
                } else if key == "oneOf" {
                    return None;
                }
            }
        }
        for (index, entries) in copied.into_iter().enumerate() {
            self.origins.place(&format!("{list}/0/enum/{index}"), entries);
        }
        let mut merged = merged?;
        merged.insert("enum".to_owned(), Value::Array(values));
        Some(Value::Object(merged))
    }
}

/// The keyword of a schema that consists of a list of schemas.
fn nested_key(schema: Option<&Map<String, Value>>) -> Option<&'static str> {
    let mut keys = schema?.keys().filter(|key| !is_prose_or_extension(key));
    let key = keys.next().filter(|_| keys.next().is_none())?;
    ["oneOf", "anyOf", "allOf"].into_iter().find(|list| list == key)
}

/// Whether no value is valid for two of these schemas, because of their types or their enums.
pub(crate) fn are_disjoint<'v>(schemas: impl IntoIterator<Item = &'v Map<String, Value>>) -> bool {
    // The values of a type that are valid for a schema; none if that is not known.
    let mut by_type: HashMap<&str, Option<HashSet<&Value>>> = HashMap::new();
    schemas.into_iter().all(|schema| {
        let kind = match schema.get("type").and_then(Value::as_str) {
            Some("integer") => "number",
            Some(kind) => kind,
            None => return false,
        };
        if schema.get("nullable") == Some(&Value::Bool(true)) && by_type.insert("null", None).is_some() {
            return false;
        }
        let values = schema.get("enum").and_then(Value::as_array);
        match (by_type.get_mut(kind), values) {
            (None, values) => {
                by_type.insert(kind, values.map(|values| values.iter().collect()));
                true
            }
            (Some(Some(known)), Some(values)) => {
                let values: HashSet<&Value> = values.iter().collect();
                let is_disjoint = values.is_disjoint(known);
                known.extend(values);
                is_disjoint
            }
            _ => false,
        }
    })
}
