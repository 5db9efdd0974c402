//! Finds the operations that both documents have, and reduces the documents to them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reduction::Reduction;
use openapi_fragment::openapi::{METHODS, without_variables};
use openapi_fragment::printable;

/// Both documents after the reduction, and what was left out. The fields after the documents are those of `Comparison`.
pub(super) struct Projection {
    pub(super) published: Value,
    pub(super) fragment: Value,
    pub(super) missing: BTreeMap<String, Vec<String>>,
    pub(super) other_tags: BTreeMap<String, usize>,
    pub(super) unpublished: Vec<String>,
    pub(super) common: usize,
}

pub(super) fn project(published: &Value, fragment: &Value) -> Projection {
    let wanted = operations(fragment);
    let names = names(fragment);
    let tags: BTreeSet<&str> = wanted.values().flat_map(|(_, operation)| tags(operation)).collect();
    let available = operations(published);
    let (mut missing, mut other_tags) = (BTreeMap::<_, Vec<String>>::new(), BTreeMap::new());
    let common = || wanted.keys().filter(|key| available.contains_key(*key));
    let (mut both, mut unpublished) = ([common().collect::<BTreeSet<_>>(), common().collect()], Vec::new());
    for (key, (path, operation)) in wanted.iter().filter(|(key, _)| !available.contains_key(*key)) {
        let id = operation.get("operationId").filter(|id| id.is_string());
        let same = |(_, (_, other)): &(&Key, &(&str, &Value))| id.is_some() && other.get("operationId") == id;
        match available.iter().find(same) {
            // An operation with the same id but another path or method is a difference like any other.
            Some((published_key, _)) => {
                both[0].insert(published_key);
                both[1].insert(key);
            }
            None => unpublished.push(label(&key.1, path, operation)),
        }
    }
    let is_missing = |key: &Key| !both[0].contains(key);
    for (key, (path, operation)) in available.iter().filter(|(key, _)| is_missing(key)) {
        let shared_tag = self::tags(operation).find(|tag| tags.contains(tag));
        let tag = shared_tag.or_else(|| self::tags(operation).next()).unwrap_or("no tag");
        let tag = printable(tag).into_owned();
        match shared_tag {
            Some(_) => missing.entry(tag).or_default().push(label(&key.1, path, operation)),
            None => *other_tags.entry(tag).or_default() += 1,
        }
    }
    let reduce = |document, names, wanted: &BTreeSet<&Key>| {
        Reduction { document, names }.document(|path, method| wanted.contains(&key(path, method)))
    };
    Projection {
        published: reduce(published, &names, &both[0]),
        fragment: reduce(fragment, &BTreeMap::new(), &both[1]),
        missing,
        other_tags,
        unpublished,
        common: both[1].len(),
    }
}

/// The path without the names of its variables, and the method.
pub(super) type Key = (String, String);

pub(super) fn key(path: &str, method: &str) -> Key {
    (without_variables(path).into_owned(), method.to_lowercase())
}

pub(super) fn operations(document: &Value) -> BTreeMap<Key, (&str, &Value)> {
    let mut found = BTreeMap::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                found.insert(key(path, method), (path.as_str(), operation));
            }
        }
    }
    found
}

/// The fragment's name of each published schema.
pub(super) fn names(fragment: &Value) -> BTreeMap<String, String> {
    let schemas = fragment.pointer("/components/schemas").and_then(Value::as_object);
    schemas
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| {
            Some((schema.get("x-published-name")?.as_str()?.to_owned(), name.clone()))
        })
        .collect()
}

pub(super) fn tags(operation: &Value) -> impl Iterator<Item = &str> {
    operation.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn label(method: &str, path: &str, operation: &Value) -> String {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or("without an id");
    format!("{} {} ({})", method.to_uppercase(), printable(path), printable(id))
}
