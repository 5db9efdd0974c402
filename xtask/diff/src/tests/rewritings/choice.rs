//! Choices that a seed determines, and the nodes of a document to choose from.

use serde_json::{Map, Value, json};

use openapi_fragment::openapi::Role;
use openapi_fragment::pointer;

/// A sequence of choices. The same seed gives the same choices, so that a failure can be shrunk and repeated.
pub(in crate::tests) struct Choice(u64);

impl Choice {
    pub(in crate::tests) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The generator SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, or 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    pub(super) fn flip(&mut self) -> bool {
        self.below(2) == 0
    }

    pub(super) fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// A node of a document.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) pointer: String,
    pub(super) role: Role,
}

impl Site {
    /// The pointer of the node that contains this one.
    pub(super) fn parent(&self) -> &str {
        parent(&self.pointer)
    }

    /// The key or index in the parent.
    pub(super) fn token(&self) -> &str {
        self.pointer.rsplit('/').next().unwrap_or_default()
    }

    /// The keyword and the schema that this one is an alternative or a part of.
    pub(super) fn composition(&self) -> Option<(&str, &str)> {
        let (schema, key) = self.parent().rsplit_once('/')?;
        matches!(key, "allOf" | "oneOf" | "anyOf").then_some((key, schema))
    }
}

pub(super) fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The nodes with one of these roles, in the order of the document. A node within data is none.
pub(super) fn sites(document: &Value, roles: &[Role]) -> Vec<Site> {
    sites_where(document, |site, _| roles.contains(&site.role))
}

pub(super) fn sites_where(document: &Value, wanted: impl Fn(&Site, &Value) -> bool) -> Vec<Site> {
    let mut found = Vec::new();
    let mut pending = vec![(Site { pointer: String::new(), role: Role::Root }, document)];
    while let Some((site, value)) = pending.pop() {
        if !is_reference(value) && site.role != Role::Data {
            let child =
                |key: &str| Site { pointer: pointer::join(&site.pointer, key), role: site.role.child(key) };
            match value {
                Value::Object(members) => {
                    pending.extend(members.iter().rev().map(|(key, value)| (child(key), value)));
                }
                Value::Array(items) => {
                    let numbered = items.iter().enumerate().rev();
                    pending.extend(numbered.map(|(index, item)| (child(&index.to_string()), item)));
                }
                _ => {}
            }
        }
        if wanted(&site, value) {
            found.push(site);
        }
    }
    found
}

pub(super) fn is_reference(value: &Value) -> bool {
    reference(value).is_some()
}

pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// The node, or what its chain of references refers to.
pub(super) fn resolved<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    let mut node = node;
    for _ in 0..8 {
        let target = reference(node).and_then(|target| document.pointer(target.strip_prefix('#')?));
        let Some(target) = target else { break };
        node = target;
    }
    node
}

/// The members of a node that must be an object.
pub(super) fn members_of<'a>(document: &'a mut Value, at: &str) -> Option<&'a mut Map<String, Value>> {
    document.pointer_mut(at)?.as_object_mut()
}

/// The section of the components, which is created if the document does not have it.
pub(super) fn section<'a>(document: &'a mut Value, name: &str) -> Option<&'a mut Map<String, Value>> {
    let root = document.as_object_mut()?;
    let components = root.entry("components").or_insert_with(|| json!({})).as_object_mut()?;
    components.entry(name).or_insert_with(|| json!({})).as_object_mut()
}

/// A name that no component has.
pub(super) fn unused_name(document: &Value) -> String {
    let text = document.to_string();
    let mut names = (1..).map(|number| format!("Extra{number}"));
    names.find(|name| !text.contains(&format!("{name}\""))).unwrap_or_default()
}
