//! Finds the operations that both documents have, and reduces the documents to them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reduction::Reduction;
use atlas_codegen::lower::walk;
use openapi_fragment::openapi::without_variables;
use openapi_fragment::printable;

/// The operations that the documents have in common, and those that only one of them has.
pub(super) struct Coverage {
    /// The number of operations that both have.
    pub(super) common: usize,
    /// The operations that only the fragment has.
    pub(super) unpublished: Vec<String>,
    /// The published operations that the fragment lacks, by tag, for the tags that the fragment has.
    pub(super) missing: BTreeMap<String, Vec<String>>,
    /// The number of published operations for each other tag.
    pub(super) other_tags: BTreeMap<String, usize>,
}

/// Both documents, reduced to the operations that they have in common.
pub(super) fn project(published: &Value, fragment: &Value) -> ([Value; 2], Coverage) {
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
    let documents = [reduce(published, &names, &both[0]), reduce(fragment, &BTreeMap::new(), &both[1])];
    (documents, Coverage { common: both[1].len(), unpublished, missing, other_tags })
}

/// The path without the names of its variables, and the method.
pub(super) type Key = (String, String);

pub(super) fn key(path: &str, method: &str) -> Key {
    (without_variables(path).into_owned(), method.to_lowercase())
}

pub(super) fn operations(document: &Value) -> BTreeMap<Key, (&str, &Value)> {
    walk::operations(document)
        .map(|node| (key(node.path, node.method), (node.path, node.operation)))
        .collect()
}

/// The fragment's name of each published schema.
pub(super) fn names(fragment: &Value) -> BTreeMap<String, String> {
    let published = |schema| walk::text(schema, "x-published-name").map(str::to_owned);
    walk::schemas(fragment).filter_map(|(name, schema)| Some((published(schema)?, name.clone()))).collect()
}

pub(super) fn tags(operation: &Value) -> impl Iterator<Item = &str> {
    walk::elements(operation, "tags").filter_map(Value::as_str)
}

fn label(method: &str, path: &str, operation: &Value) -> String {
    let id = walk::text(operation, "operationId").unwrap_or("without an id");
    format!("{} {} ({})", method.to_uppercase(), printable(path), printable(id))
}
