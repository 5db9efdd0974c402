//! Reduces both documents to what can be compared: the operations of the fragment, with its names, and without prose.
//!
//! Parameters, responses, bodies and headers are inlined, because it does not matter whether they are components.
//! Schemas stay components. Published ones get the fragment's names, which `x-published-name` maps.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, METHODS, Role, target_of};
use openapi_fragment::openapi::{is_prose, version_label, without_variables};

/// Both documents after the reduction, and what was left out. The fields after the documents are those of `Comparison`.
pub(super) struct Projection {
    pub(super) published: Value,
    pub(super) fragment: Value,
    pub(super) missing: BTreeMap<String, Vec<String>>,
    pub(super) other_tags: BTreeMap<String, usize>,
    pub(super) unpublished: Vec<String>,
    pub(super) common: usize,
}

/// The extensions that both documents have, by the fragment's names.
const SHARED: &[&str] = &["x-sunset", "x-required-role", "x-empty-versions"];

/// The keys of an operation that are not compared here.
const IGNORED: &[&str] = &["security", "servers", "tags"];

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
        let tag = shared_tag.or_else(|| self::tags(operation).next()).unwrap_or("no tag").to_owned();
        match shared_tag {
            Some(_) => missing.entry(tag).or_default().push(label(&key.1, path, operation)),
            None => *other_tags.entry(tag).or_default() += 1,
        }
    }
    Projection {
        published: Reducer { document: published, names: &names }.document(&both[0]),
        fragment: Reducer { document: fragment, names: &BTreeMap::new() }.document(&both[1]),
        missing,
        other_tags,
        unpublished,
        common: both[1].len(),
    }
}

/// The path without the names of its variables, and the method.
pub(super) type Key = (String, String);

pub(super) fn operations(document: &Value) -> BTreeMap<Key, (&str, &Value)> {
    let mut found = BTreeMap::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let key = (without_variables(path).into_owned(), (*method).to_owned());
                found.insert(key, (path.as_str(), operation));
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
    format!("{} {path} ({id})", method.to_uppercase())
}

/// Reduces one document.
struct Reducer<'a> {
    document: &'a Value,
    /// The new names of schemas.
    names: &'a BTreeMap<String, String>,
}

impl Reducer<'_> {
    fn document(&self, wanted: &BTreeSet<&Key>) -> Value {
        let mut paths = Map::new();
        let items = self.document.get("paths").and_then(Value::as_object);
        for (path, item) in items.into_iter().flatten() {
            let mut kept = Map::new();
            for method in METHODS {
                let key = (without_variables(path).into_owned(), (*method).to_owned());
                if let Some(operation) = item.get(method).filter(|_| wanted.contains(&key)) {
                    kept.insert((*method).to_owned(), self.operation(item, operation));
                }
            }
            if !kept.is_empty() {
                paths.insert(path.clone(), Value::Object(kept));
            }
        }
        let mut paths = Value::Object(paths);
        let schemas = self.schemas(&mut paths);
        serde_json::json!({
            "openapi": "3.0.3", "info": {"title": "", "version": ""},
            "paths": paths, "components": {"schemas": schemas},
        })
    }

    /// The operation with the parameters of its path.
    fn operation(&self, item: &Value, operation: &Value) -> Value {
        let mut operation = operation.clone();
        let list =
            |node: &Value| node.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let parameters = [list(item), list(&operation)].concat();
        operation["parameters"] = Value::Array(parameters);
        if let Some(role) = operation.pointer("/x-rolesRequirements/0").cloned() {
            operation["x-required-role"] = role;
        }
        self.node(Role::Operation, &operation)
    }

    /// A node without prose and without the extensions of one document only, with everything but schemas inlined.
    fn node(&self, role: Role, node: &Value) -> Value {
        let node = self.inlined(role, node);
        if role == Role::Response
            && let Some(empty) = empty_versions(node)
        {
            return self.node(role, &empty);
        }
        match node {
            Value::Object(members) => {
                let free = matches!(
                    role,
                    Role::Properties | Role::Content | Role::Headers | Role::Responses | Role::Mapping
                );
                let kept = members.iter().filter(|(key, _)| free || keeps(role, key));
                Value::Object(
                    kept.map(|(key, value)| (key.clone(), self.node(role.child(key), value))).collect(),
                )
            }
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.node(role.child(""), item)).collect())
            }
            other => other.clone(),
        }
    }

    fn inlined<'n>(&'n self, role: Role, node: &'n Value) -> &'n Value {
        let mut node = node;
        for _ in 0..MAX_REFERENCE_CHAIN {
            let target = node
                .get("$ref")
                .and_then(Value::as_str)
                .filter(|_| role != Role::Schema && role != Role::Properties);
            match target.and_then(|target| target_of(self.document, target)) {
                Some(found) => node = found,
                None => break,
            }
        }
        node
    }

    /// The schemas that `paths` reaches, with their new names. The references in `paths` are renamed too.
    fn schemas(&self, paths: &mut Value) -> Value {
        let mut open = Vec::new();
        self.rename(paths, &mut open);
        let mut kept = BTreeMap::new();
        while let Some(name) = open.pop() {
            if kept.contains_key(&name) {
                continue;
            }
            let Some(schema) = self.document.pointer("/components/schemas").and_then(|all| all.get(&name))
            else {
                continue;
            };
            let mut schema = self.node(Role::Schema, schema);
            self.rename(&mut schema, &mut open);
            kept.insert(name, schema);
        }
        let renamed = |name: String| self.names.get(&name).cloned().unwrap_or(name);
        Value::Object(kept.into_iter().map(|(name, schema)| (renamed(name), schema)).collect())
    }

    fn rename(&self, node: &mut Value, found: &mut Vec<String>) {
        match node {
            Value::Object(members) => {
                for (key, value) in members.iter_mut() {
                    match value {
                        Value::String(target) if key == "$ref" => {
                            let Some(name) = target.strip_prefix("#/components/schemas/") else { continue };
                            let name = name.to_owned();
                            if let Some(renamed) = self.names.get(&name) {
                                *target = format!("#/components/schemas/{renamed}");
                            }
                            found.push(name);
                        }
                        value => self.rename(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename(item, found)),
            _ => {}
        }
    }
}

/// A response whose media types have no schema has no body. The fragment lists the versions of such a response in
/// `x-empty-versions`.
fn empty_versions(response: &Value) -> Option<Value> {
    let content = response.get("content")?.as_object()?;
    if content.is_empty() || content.values().any(|media| media.get("schema").is_some()) {
        return None;
    }
    let versions: Vec<&str> = content.keys().map(|media_type| version_label(media_type)).collect();
    let mut response = response.as_object()?.clone();
    response.shift_remove("content");
    response.insert("x-empty-versions".to_owned(), versions.into());
    Some(Value::Object(response))
}

fn keeps(role: Role, key: &str) -> bool {
    let ignored = matches!(role, Role::Operation) && IGNORED.contains(&key);
    !ignored && !is_prose(key) && (!key.starts_with("x-") || SHARED.contains(&key))
}
