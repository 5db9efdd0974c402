//! The kinds of ids: existing ones by the name and the pattern of a parameter or a property, and new ones.

use std::collections::BTreeMap;

use heck::ToSnakeCase as _;
use serde_json::Value;

use crate::draft::{Draft, TODO};
use crate::fragment::{Existing, HEX_ID, constraints, is_hex_id, normalized};
use crate::names;
use crate::yaml::{Mapping, Node};

/// The ids that an import uses and adds.
pub(crate) struct Ids<'a> {
    existing: &'a Existing<'a>,
    /// The new kinds of ids.
    pub(crate) components: Vec<(String, Mapping)>,
    /// The new kinds by their names in camel case and their constraints.
    new: BTreeMap<(String, String), String>,
}

impl<'a> Ids<'a> {
    pub(crate) fn new(existing: &'a Existing<'a>) -> Self {
        Self { existing, components: Vec::new(), new: BTreeMap::new() }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.components.iter().any(|(other, _)| other == name)
    }

    /// The kind of the ids of a property. `id` is the id of the object that contains it.
    pub(crate) fn named(&mut self, parent: &str, property: &str, schema: &Value) -> String {
        let name = match property {
            "id" | "_id" => format!("{parent}Id"),
            "value" => format!("{parent}Id"),
            _ => names::singular(property),
        };
        let name = if names::pascal(&name).ends_with("Id") { name } else { format!("{name}Id") };
        self.kind(&name, parent, schema)
    }

    /// The kind of the values of a path parameter. `before` is what the path names before it.
    pub(crate) fn of_parameter(&mut self, name: &str, before: &str, schema: &Value) -> String {
        let before = names::pascal(&names::singular(before));
        match name {
            "id" | "name" | "username" => {
                self.kind(&format!("{before}{}", names::pascal(name)), &before, schema)
            }
            _ => self.kind(name, &before, schema),
        }
    }

    fn kind(&mut self, name: &str, qualifier: &str, schema: &Value) -> String {
        let name_in_camel_case = names::camel(name);
        if let Some(existing) = self.existing.id(&name_in_camel_case, schema) {
            return existing.to_owned();
        }
        let key = (name_in_camel_case, constraints(schema));
        if let Some(new) = self.new.get(&key) {
            return new.clone();
        }
        let own = names::pascal(name);
        let qualified = names::of_property(qualifier, name);
        // The end of a name shows that it is not that of a secret, such as `TokenId`.
        let kind = if is_hex_id(schema) { "Object" } else { "Text" };
        let other = match own.strip_suffix("Id") {
            Some(start) => format!("{start}{kind}Id"),
            None => format!("{own}{kind}"),
        };
        let schemas = || self.existing.fragment.components("schemas").map(|(name, _)| name);
        let is_used = |name: &str| self.contains(name) || schemas().any(|other| other == name);
        let component = names::unused(&[own, qualified, other], is_used);
        self.new.insert(key, component.clone());
        self.components.push((component.clone(), id(&component, schema)));
        component
    }
}

fn id(name: &str, schema: &Value) -> Mapping {
    let noun = name.to_snake_case().replace('_', " ");
    let mut id = Draft::of("string").set("x-rust-type", name).set("title", noun).set("description", TODO);
    if is_hex_id(schema) {
        return id.set("pattern", HEX_ID).set("example", example(name)).finish();
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        id = id.set("pattern", normalized(pattern));
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        id = id.set("enum", values.iter().cloned().map(Node::from).collect::<Vec<_>>());
    }
    for key in ["minLength", "maxLength", "format"] {
        id = id
            .set_some(key, schema.get(key).map(|value| crate::schemas::keyword_value(key, value, "string")));
    }
    id.finish()
}

/// An invented id, the same for each import.
fn example(name: &str) -> String {
    // FNV-1a. Two of its values are enough for 24 digits.
    let hash = |seed: u64| {
        name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let (first, second) = (hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4));
    format!("{first:016x}{:08x}", second >> 32)
}
