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
    /// The names in the fragment that the published document does not have, each with its position.
    pub(super) unknown_names: Vec<String>,
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
    let unknown_names = unknown_names(published, fragment);
    let reduce = |document, names, wanted: &BTreeSet<&Key>| {
        Reduction { document, names }.document(|path, method| wanted.contains(&key(path, method)))
    };
    let documents = [reduce(published, &names, &both[0]), reduce(fragment, &BTreeMap::new(), &both[1])];
    (documents, Coverage { common: both[1].len(), unpublished, unknown_names, missing, other_tags })
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

/// The published names of schemas that are not published, and the names in the Go SDK that differ from the published one.
/// The published document does not have the commands of the Atlas CLI, so that those cannot be checked.
fn unknown_names(published: &Value, fragment: &Value) -> Vec<String> {
    let schemas: BTreeSet<&String> = walk::schemas(published).map(|(name, _)| name).collect();
    let of_schemas = walk::schemas(fragment).filter_map(|(name, schema)| {
        let published = walk::text(schema, "x-published-name")?;
        let is_unknown = !schemas.iter().any(|name| *name == published);
        is_unknown.then(|| format!("schema {}: x-published-name: {}", printable(name), printable(published)))
    });
    let available = operations(published);
    let of_operations = operations(fragment).into_iter().filter_map(|(key, (path, operation))| {
        let found = walk::text(operation, "x-go-sdk-name")?;
        let expected = go_sdk_name(available.get(&key)?.1)?;
        (found != expected).then(|| {
            let label = label(&key.1, path, operation);
            format!("{label}: x-go-sdk-name: {}, not {}", printable(&expected), printable(found))
        })
    });
    of_schemas.chain(of_operations.collect::<Vec<_>>()).collect()
}

/// The method of the Go SDK: the published short name, or else the id, with a capital at the start.
fn go_sdk_name(published: &Value) -> Option<String> {
    // An earlier fragment may be in place of the published document.
    let names = ["x-xgen-operation-id-override", "x-short-name", "operationId"];
    let mut rest = names.into_iter().find_map(|key| walk::text(published, key))?.chars();
    Some(rest.next()?.to_uppercase().chain(rest).collect())
}

pub(super) fn tags(operation: &Value) -> impl Iterator<Item = &str> {
    walk::elements(operation, "tags").filter_map(Value::as_str)
}

fn label(method: &str, path: &str, operation: &Value) -> String {
    let id = walk::text(operation, "operationId").unwrap_or("without an id");
    format!("{} {} ({})", method.to_uppercase(), printable(path), printable(id))
}
