//! The effective form of a document: the contract that the document expresses, in one notation.
//!
//! A contract can be expressed in many ways. The effective form has exactly one for each of the following, so that two
//! documents with the same contract have the same effective form:
//!
//! - Each operation has its own parameters, servers and security requirements; none are inherited.
//! - `allOf` is merged into the schema around it, as far as the schemas can be merged.
//! - The alternatives of a `oneOf` or `anyOf` are in one list where nested lists have the same meaning.
//! - The mapping of a discriminator has every value, with a reference for each.
//! - Keywords with their default value, keywords that are ignored, and duplicate values are absent.
//! - Numbers, media types and URLs have one spelling.
//!
//! The effective form is an OpenAPI document itself. [`Origins`] lead from its pointers to those of the original.

mod alternatives;
mod compose;
mod content;
mod discriminator;
mod flags;
mod inherit;
mod merge;
mod origins;
mod schema;
mod simplify;
#[cfg(test)]
mod tests;
mod union;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use alternatives::without_text;
use discriminator::Children;
use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, Role, component, decoded, target_of};
use openapi_fragment::pointer;
pub(crate) use origins::Origins;
pub(crate) use union::are_disjoint;

/// The number of values and pointers that merging may copy: this many for each value of the document, and [`MIN_COPIES`] in
/// addition. It limits the work for a hostile document; schemas beyond it are not merged.
const MAX_GROWTH: usize = 8;

/// The number of values and pointers that merging may copy in a small document, where many schemas can share a large one.
const MIN_COPIES: usize = 20_000;

/// A document in its effective form.
#[derive(Debug)]
pub(crate) struct Effective {
    pub(crate) value: Value,
    pub(crate) origins: Origins,
}

impl Effective {
    /// The effective form of a document.
    pub(crate) fn of(document: &Value) -> Self {
        let mut builder = Builder {
            document,
            shared: Map::new(),
            origins: Origins::default(),
            merged: HashMap::new(),
            open: Vec::new(),
            children: Children::of(document),
            budget: size(document).saturating_mul(MAX_GROWTH).saturating_add(MIN_COPIES),
        };
        for key in ["servers", "security"] {
            if let Some(value) = document.get(key) {
                let value = builder.node(Role::Root.child(key), value, &mut format!("/{key}"));
                builder.shared.insert(key.to_owned(), value);
            }
        }
        let value = builder.node(Role::Root, document, &mut String::new());
        Self { value, origins: builder.origins }
    }
}

struct Builder<'a> {
    document: &'a Value,
    /// What operations inherit from the document, in its effective form.
    shared: Map<String, Value>,
    origins: Origins,
    /// The effective form of schemas that others are composed of, by their pointers.
    merged: HashMap<String, Composed>,
    /// The pointers of the schemas whose composition led to the current schema.
    open: Vec<String>,
    children: Children,
    /// The number of values and pointers that may still be copied.
    budget: usize,
}

/// The effective form of a schema that others are composed of.
struct Composed {
    members: Map<String, Value>,
    /// The number of values and pointers that a copy has.
    cost: usize,
}

impl Builder<'_> {
    /// The effective form of a node. `at` is its pointer in the document.
    fn node(&mut self, role: Role, value: &Value, at: &mut String) -> Value {
        match (role, value) {
            (Role::Data, value) => value.clone(),
            (Role::Schema, Value::Object(members)) => Value::Object(self.schema(members, at)),
            (role, Value::Object(members))
                if can_be_reference(role) && members.get("$ref").is_some_and(Value::is_string) =>
            {
                match self.unnamed_target(role, members, at) {
                    Some(target) => target,
                    None if role.section().is_some() => Value::Object(self.reference(role, members, at)),
                    None => Value::Object(members.clone()),
                }
            }
            (_, Value::Object(members)) => {
                let mut members = self.members(role, members, at);
                match role {
                    Role::Root => inherit::remove_shared(&mut members),
                    Role::PathItem => self.inherit(&mut members, at, true),
                    Role::CalledItem => self.inherit(&mut members, at, false),
                    Role::Content => members = self.spell_media_types(members, at),
                    Role::Headers => members.retain(|name, _| !content::is_ignored_header(name)),
                    Role::RequestBody | Role::Response | Role::Parameter | Role::Header => {
                        self.simplify_encodings(role, &mut members, at);
                    }
                    _ => {}
                }
                let schema = self.target_of_schema(role, &members, at);
                Value::Object(simplify::node(role, members, schema))
            }
            (_, Value::Array(items)) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| {
                    let length = at.len();
                    pointer::push(at, &index.to_string());
                    let item = self.node(role.child(""), item, at);
                    at.truncate(length);
                    item
                });
                let mut items: Vec<Value> = items.collect();
                if role == Role::Set || role == Role::Schemas && at.ends_with("/anyOf") {
                    self.remove_duplicates(&mut items, at);
                }
                Value::Array(items)
            }
            (_, value) => value.clone(),
        }
    }

    /// The schema of a parameter or a header, if it is a reference. Its type decides which other keys have an effect.
    fn target_of_schema(&mut self, role: Role, members: &Map<String, Value>, at: &str) -> Option<Value> {
        if !matches!(role, Role::Parameter | Role::Header) {
            return None;
        }
        let reference = members.get("schema")?.get("$ref")?.as_str()?;
        self.copy_of(reference.strip_prefix('#')?, at).map(Value::Object)
    }

    /// The target of a reference to a node that is no component. It has no name, so the reference is the same as its content.
    /// A security scheme is identified by the name that refers to another one, and never by a reference.
    fn unnamed_target(&mut self, role: Role, members: &Map<String, Value>, at: &str) -> Option<Value> {
        let target = &*decoded(members.get("$ref")?.as_str()?);
        let has_name = component(target).is_some() && role != Role::SecurityScheme;
        if has_name || self.open.len() > MAX_REFERENCE_CHAIN {
            return None;
        }
        let node = target_of(self.document, target)?;
        self.budget = self.budget.checked_sub(size(node))?;
        let target = target.strip_prefix('#')?.to_owned();
        self.open.push(at.to_owned());
        let node = self.node(role, node, &mut target.clone());
        self.open.pop();
        self.origins.copy(&target, at, None);
        Some(node)
    }

    /// The members of a mapping, each in its effective form.
    fn members(&mut self, role: Role, members: &Map<String, Value>, at: &mut String) -> Map<String, Value> {
        let members = members.iter().map(|(key, value)| {
            let length = at.len();
            pointer::push(at, key);
            let mut value = self.node(role.child(key), value, at);
            if role == Role::Properties {
                self.write_flags(&mut value, at);
            }
            at.truncate(length);
            (key.clone(), value)
        });
        members.collect()
    }

    /// Removes the items of a list that it contains already.
    fn remove_duplicates(&mut self, items: &mut Vec<Value>, at: &str) {
        let mut known = HashSet::new();
        let is_new: Vec<bool> = items.iter().map(|item| known.insert(without_text(item))).collect();
        self.retain(items, at, &is_new);
    }

    /// Keeps the items for which `is_kept` is true.
    fn retain(&mut self, items: &mut Vec<Value>, at: &str, is_kept: &[bool]) {
        let mut kept: Vec<Value> = Vec::with_capacity(items.len());
        for (index, (item, is_kept)) in std::mem::take(items).into_iter().zip(is_kept).enumerate() {
            if *is_kept {
                if kept.len() != index {
                    self.origins.copy(&format!("{at}/{index}"), &format!("{at}/{}", kept.len()), None);
                }
                kept.push(item);
            }
        }
        *items = kept;
    }
}

fn can_be_reference(role: Role) -> bool {
    role.section().is_some() || matches!(role, Role::PathItem | Role::CalledItem | Role::SecurityScheme)
}

/// The number of values within a value.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}
