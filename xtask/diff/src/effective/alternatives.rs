//! Alternatives that have no effect of their own.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Builder;
use super::origins::{Origin, member};
use openapi_fragment::openapi::{is_prose, is_prose_or_extension};

impl Builder<'_> {
    /// Removes the alternatives that a `oneOf` has twice. A value that matches one of them matches both, so it is not valid.
    pub(super) fn remove_repeated(&mut self, schema: &mut Map<String, Value>, at: &str) {
        let Some(Value::Array(items)) = schema.get("oneOf") else { return };
        let mut counts: HashMap<Cow<'_, Value>, usize> = HashMap::new();
        for item in items {
            *counts.entry(without_text(item)).or_default() += 1;
        }
        let is_single: Vec<bool> = items.iter().map(|item| counts[&without_text(item)] == 1).collect();
        let (mut items, list) = (items.clone(), member(at, "oneOf"));
        if is_single.iter().all(|is_single| *is_single) {
            return;
        }
        if is_single.contains(&true) {
            self.retain(&mut items, &list, &is_single);
        } else {
            items.truncate(1);
            schema.insert("not".to_owned(), json!({}));
            self.origins.insert(member(at, "not"), Origin::of(list));
        }
        schema.insert("oneOf".to_owned(), Value::Array(items));
    }

    /// Replaces an alternative that allows only null by `nullable`.
    pub(super) fn remove_null(&mut self, schema: &mut Map<String, Value>, at: &str) {
        for key in ["oneOf", "anyOf"] {
            let Some(Value::Array(items)) = schema.get(key) else { continue };
            let (nulls, others): (Vec<_>, Vec<_>) =
                items.iter().enumerate().partition(|(_, item)| is_null(item));
            let [(index, _)] = nulls.as_slice() else { continue };
            let is_nullable = others.iter().any(|(_, item)| item.get("nullable").is_some());
            if others.is_empty() || is_nullable || schema.contains_key("type") {
                continue;
            }
            let (list, index, mut items) = (member(at, key), *index, items.clone());
            let is_kept: Vec<bool> = items.iter().map(|item| !is_null(item)).collect();
            self.retain(&mut items, &list, &is_kept);
            schema.insert(key.to_owned(), Value::Array(items));
            if schema.insert("nullable".to_owned(), Value::Bool(true)).is_none() {
                self.origins.insert(member(at, "nullable"), Origin::of(format!("{list}/{index}")));
            }
        }
    }
}

/// A schema without its keywords that are only text, or any other value.
pub(super) fn without_text(item: &Value) -> Cow<'_, Value> {
    match item {
        Value::Object(members) if members.keys().any(|key| is_prose_or_extension(key)) => {
            let kept = members.iter().filter(|(key, _)| !is_prose_or_extension(key));
            Cow::Owned(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => Cow::Borrowed(item),
    }
}

/// Whether a schema allows null and no other value.
fn is_null(schema: &Value) -> bool {
    let Value::Object(members) = schema else { return false };
    let mut keys = members.keys();
    keys.all(|key| matches!(key.as_str(), "type" | "nullable" | "enum") || is_prose(key))
        && members.get("enum") == Some(&json!([null]))
        && (members.contains_key("nullable") || !members.contains_key("type"))
}
