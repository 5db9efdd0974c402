//! Reduces a document to some of its operations, with the fragment's names for what they use, and without prose.
//!
//! Parameters, responses, bodies and headers are inlined, because it does not matter whether they are components.
//! Schemas stay components.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use serde_json::{Map, Value, json};

use atlas_codegen::lower::walk;
use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, METHODS, Role};
use openapi_fragment::openapi::{closure, component_of, reference_to, references, target_of};
use openapi_fragment::openapi::{is_prose, version_label};
use openapi_fragment::pointer;

/// The extensions that are compared: the published names, and those of the fragment.
const EXTENSIONS: &[(&str, &str)] = &[
    ("x-rolesRequirements", "x-required-role"),
    ("x-sunset", "x-sunset"),
    ("x-xgen-operation-id-override", "x-short-name"),
];

/// Reduces one document.
pub(super) struct Reduction<'a> {
    pub(super) document: &'a Value,
    /// The new names of schemas.
    pub(super) names: &'a BTreeMap<String, String>,
}

impl Reduction<'_> {
    /// The operations that `is_wanted` selects by path and method, and what they use.
    pub(super) fn document(&self, is_wanted: impl Fn(&str, &str) -> bool) -> Value {
        let mut paths = Map::new();
        for (path, item) in walk::entries(self.document, "paths") {
            let members = item.as_object().into_iter().flatten();
            let kept = members.filter(|(key, _)| !METHODS.contains(&key.as_str()) || is_wanted(path, key));
            let kept: Map<String, Value> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
            if kept.keys().any(|key| METHODS.contains(&key.as_str())) {
                paths.insert(path.clone(), self.node(Role::PathItem, &Value::Object(kept)));
            }
        }
        let mut reduced = json!({"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": paths});
        for (key, role) in [("security", Role::Requirements), ("servers", Role::Servers)] {
            if let Some(value) = self.document.get(key) {
                reduced[key] = self.node(role, value);
            }
        }
        let (schemas, schemes) = (self.schemas(&reduced), self.security_schemes(&reduced));
        reduced["components"] = json!({"schemas": schemas, "securitySchemes": schemes});
        self.rename_references(&mut reduced);
        reduced
    }

    /// A node without prose and without the extensions of one document only, with everything but schemas inlined.
    fn node(&self, role: Role, node: &Value) -> Value {
        let node = self.inlined(role, node);
        let members = match node {
            Value::Object(members) => members,
            Value::Array(items) => return items.iter().map(|item| self.node(role.child(""), item)).collect(),
            leaf => return leaf.clone(),
        };
        let mut reduced = Map::new();
        for (key, value) in members {
            let Some(name) = (if role.has_names() { Some(key.as_str()) } else { keyword(key) }) else {
                continue;
            };
            reduced.insert(name.to_owned(), self.node(role.child(key), value));
        }
        if role == Role::Response {
            name_empty_versions(node, &mut reduced);
        }
        if let Some([role]) = reduced.get("x-required-role").and_then(Value::as_array).map(Vec::as_slice) {
            reduced["x-required-role"] = role.clone();
        }
        Value::Object(reduced)
    }

    fn inlined<'n>(&'n self, role: Role, node: &'n Value) -> &'n Value {
        if matches!(role, Role::Schema | Role::Properties) {
            return node;
        }
        let target = |node: &&'n Value| target_of(self.document, node.get("$ref")?.as_str()?);
        iter::successors(Some(node), target).take(MAX_REFERENCE_CHAIN).last().unwrap_or(node)
    }

    /// The schemas that the operations use, directly or through others.
    fn schemas(&self, reduced: &Value) -> Value {
        let used = references(reduced).into_iter().map(|reference| reference.target.to_owned()).collect();
        let all = closure(self.document, used);
        let named = all.iter().filter_map(|reference| {
            let (_, name) = component_of(reference)?;
            // A missing schema differs from every schema.
            let schema = target_of(self.document, reference).unwrap_or(&Value::Null);
            Some((self.renamed(name), self.node(Role::Schema, schema)))
        });
        named.collect()
    }

    /// The security schemes that the requirements name.
    fn security_schemes(&self, reduced: &Value) -> Value {
        let lists = walk::operations(reduced).filter_map(|node| node.operation.get("security"));
        let requirements = lists.chain(reduced.get("security")).filter_map(Value::as_array).flatten();
        let used: BTreeSet<&String> = requirements.filter_map(Value::as_object).flat_map(Map::keys).collect();
        let components = self.document.get("components").unwrap_or(&Value::Null);
        let schemes = walk::entries(components, "securitySchemes").filter(|(name, _)| used.contains(name));
        schemes.map(|(name, scheme)| (name.clone(), self.node(Role::SecurityScheme, scheme))).collect()
    }

    /// The fragment's name of a schema. A name that the fragment uses for another schema is changed.
    fn renamed(&self, name: &str) -> String {
        match self.names.get(name) {
            Some(ours) => ours.clone(),
            None if self.names.values().any(|ours| ours == name) => format!("{name} (published)"),
            None => name.to_owned(),
        }
    }

    fn rename_references(&self, reduced: &mut Value) {
        let renamed = references(reduced).into_iter().filter_map(|reference| {
            let (section, name) = component_of(reference.target)?;
            Some((pointer::join(&reference.pointer, "$ref"), reference_to(section, &self.renamed(name))))
        });
        for (pointer, target) in renamed.collect::<Vec<_>>() {
            if let Some(node) = reduced.pointer_mut(&pointer) {
                *node = target.into();
            }
        }
    }
}

/// The fragment's name of a keyword that is compared.
fn keyword(key: &str) -> Option<&str> {
    match EXTENSIONS.iter().find(|(published, ours)| key == *published || key == *ours) {
        Some((_, ours)) => Some(ours),
        None => (!is_prose(key) && (!key.starts_with("x-") || key == "x-empty-versions")).then_some(key),
    }
}

/// A response whose media types have no schema has no body. The fragment lists the versions of such a response in
/// `x-empty-versions`.
fn name_empty_versions(response: &Value, reduced: &mut Map<String, Value>) {
    let content = response.get("content").and_then(Value::as_object).filter(|content| !content.is_empty());
    if let Some(content) = content
        && content.values().all(|media_type| media_type.get("schema").is_none())
    {
        let versions: Vec<&str> = content.keys().map(|media_type| version_label(media_type)).collect();
        reduced.shift_remove("content");
        reduced.insert("x-empty-versions".to_owned(), versions.into());
    }
}
