//! Flattens compositions: one schema with the members of all parts, because the generator supports no other.
//!
//! The parts of an `allOf` apply together, so their members are merged. Of a `oneOf` or an `anyOf`, one alternative applies:
//! what only some of them have becomes optional, and constraints in which they differ are dropped.

use atlas_codegen::lower::walk::elements;
use openapi_fragment::openapi::{component_of, is_prose};
use serde_json::{Map, Value, json};

/// The members of a schema.
pub(crate) type Schema = Map<String, Value>;

/// Flattens the schemas of a document.
#[derive(Clone, Copy)]
pub(crate) struct Flattener<'a> {
    pub(crate) document: &'a Value,
}

/// The keywords for alternatives.
const ALTERNATIVES: [&str; 2] = ["oneOf", "anyOf"];

impl<'a> Flattener<'a> {
    /// The schema component of this name.
    pub(crate) fn component(self, name: &str) -> Option<&'a Value> {
        self.document.get("components")?.get("schemas")?.get(name)
    }

    /// The members of a component without compositions and without prose.
    pub(crate) fn flat_component(self, name: &str) -> Schema {
        let schema = self.component(name).unwrap_or(&Value::Null);
        self.flatten(schema, &mut vec![name.to_owned()])
    }

    /// The members of a schema without compositions and without prose.
    pub(crate) fn flat(self, schema: &Value) -> Schema {
        self.flatten(schema, &mut Vec::new())
    }

    /// Whether a schema has alternatives, directly or through its parts.
    pub(crate) fn has_alternatives(self, schema: &Value) -> bool {
        ALTERNATIVES.iter().any(|key| schema.get(key).is_some())
    }

    /// `seen` are the components that the schema is part of. A component that is part of itself adds nothing.
    fn flatten(self, schema: &Value, seen: &mut Vec<String>) -> Schema {
        if let Some(name) = reference(schema) {
            if seen.iter().any(|other| other == name) {
                return Schema::new();
            }
            seen.push(name.to_owned());
            let flat = self.flatten(self.component(name).unwrap_or(&Value::Null), seen);
            seen.pop();
            return flat;
        }
        let mut flat = own(schema);
        for part in elements(schema, "allOf") {
            apply_both(&mut flat, self.flatten(part, seen));
        }
        for key in ALTERNATIVES {
            let alternatives: Vec<&Value> = elements(schema, key).collect();
            // A schema that extends this one is one of its alternatives: the others do not apply.
            let extends = |alternative: &&Value| {
                reference(alternative).is_some_and(|name| {
                    seen[..seen.len().saturating_sub(1)].iter().any(|other| other == name)
                })
            };
            if alternatives.is_empty() || alternatives.iter().any(extends) {
                continue;
            }
            let flattened = alternatives.iter().map(|alternative| self.flatten(alternative, seen));
            if let Some(either) = flattened.reduce(either) {
                add_alternatives(&mut flat, either);
            }
        }
        flat
    }
}

/// The name of the schema component that a schema refers to.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    let (section, name) = component_of(schema.get("$ref")?.as_str()?)?;
    (section == "schemas").then_some(name)
}

/// The members that are neither prose nor a composition.
fn own(schema: &Value) -> Schema {
    let members = schema.as_object().into_iter().flatten();
    let is_kept = |key: &str| {
        !is_prose(key)
            && !key.starts_with("x-")
            && !matches!(key, "allOf" | "oneOf" | "anyOf" | "not" | "discriminator")
    };
    let kept = members.filter(|(key, value)| is_kept(key) && (*key != "format" || is_format(value)));
    let mut own: Schema = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    if own.contains_key("properties") {
        own.entry("type").or_insert_with(|| "object".into());
    }
    own
}

/// Whether a value is a format: one word. Any other text may be prose.
fn is_format(value: &Value) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    value.as_str().is_some_and(|text| text.chars().all(is_part))
}

/// Merges the members of a part of an `allOf`. The schema itself is more specific than its parts.
fn apply_both(flat: &mut Schema, part: Schema) {
    for (key, value) in part {
        match (&*key, flat.get_mut(&key), value) {
            ("properties", Some(Value::Object(properties)), Value::Object(more)) => {
                for (name, property) in more {
                    // A later part is more specific than an earlier one.
                    properties.insert(name, property);
                }
            }
            ("required", Some(Value::Array(names)), Value::Array(more)) => {
                names.extend(more);
                sort(names);
            }
            (_, Some(_), _) => {}
            (_, None, value) => _ = flat.insert(key, value),
        }
    }
}

/// Adds the union of the alternatives to the members of their schema.
fn add_alternatives(flat: &mut Schema, mut either: Schema) {
    // The published document writes `type: object` beside alternatives of other types.
    if !flat.contains_key("properties") {
        flat.remove("type");
    }
    // A property of the schema itself applies together with those of the alternatives, which are more specific.
    if let (Some(Value::Object(own)), Some(Value::Object(others))) =
        (flat.get_mut("properties"), either.get("properties"))
    {
        own.extend(others.clone());
        either.remove("properties");
    }
    apply_both(flat, either);
}

/// What two alternatives have in common.
fn either(one: Schema, other: Schema) -> Schema {
    let kind = |schema: &Schema| schema.get("type").cloned();
    let (mut one, mut other) = (one, other);
    match (kind(&one), kind(&other)) {
        (Some(a), Some(b)) if a == b => {}
        (Some(a), Some(b))
            if [&a, &b].iter().all(|kind| matches!(kind.as_str(), Some("integer" | "number"))) =>
        {
            for schema in [&mut one, &mut other] {
                schema.insert("type".to_owned(), "number".into());
                schema.remove("format");
            }
        }
        // Any value.
        _ => return Schema::new(),
    }
    let mut common = Schema::new();
    for (key, value) in &one {
        let Some(second) = other.get(key) else {
            if key == "properties" || key == "nullable" {
                common.insert(key.clone(), value.clone());
            }
            continue;
        };
        if let Some(value) = combined(key, value, second) {
            common.insert(key.clone(), value);
        }
    }
    for key in ["properties", "nullable"] {
        if let (None, Some(value)) = (common.get(key), other.get(key)) {
            common.insert(key.to_owned(), value.clone());
        }
    }
    common
}

fn combined(key: &str, one: &Value, other: &Value) -> Option<Value> {
    if one == other {
        return Some(one.clone());
    }
    match (key, one, other) {
        ("enum", Value::Array(a), Value::Array(b)) => {
            let new = b.iter().filter(|value| !a.contains(value));
            Some(a.iter().chain(new).cloned().collect())
        }
        ("required", Value::Array(a), Value::Array(b)) => {
            let common: Vec<Value> = a.iter().filter(|name| b.contains(name)).cloned().collect();
            (!common.is_empty()).then_some(Value::Array(common))
        }
        ("properties", Value::Object(a), Value::Object(b)) => {
            let mut properties = a.clone();
            for (name, property) in b {
                let existing = properties.get(name).map(|existing| alternatives(existing, property));
                properties.insert(name.clone(), existing.unwrap_or_else(|| property.clone()));
            }
            Some(Value::Object(properties))
        }
        ("items" | "additionalProperties", a, b) if a.is_object() && b.is_object() => {
            Some(alternatives(a, b))
        }
        ("nullable" | "readOnly" | "writeOnly" | "deprecated", ..) => Some(Value::Bool(key == "nullable")),
        _ => None,
    }
}

/// A schema for the values of either schema. It is flattened when it is used.
fn alternatives(one: &Value, other: &Value) -> Value {
    let (one, other) = (without_prose(one), without_prose(other));
    if one == other {
        return one;
    }
    // Flags of a property apply to it whatever its alternative is.
    let flag = |key: &str| [&one, &other].iter().all(|schema| schema.get(key) == Some(&Value::Bool(true)));
    let mut list: Vec<Value> = match one.get("oneOf") {
        Some(Value::Array(list)) => list.clone(),
        _ => vec![one.clone()],
    };
    if !list.contains(&other) {
        list.push(other.clone());
    }
    let mut either = json!({"oneOf": list});
    for key in ["readOnly", "writeOnly"] {
        if flag(key) {
            either[key] = true.into();
        }
    }
    either
}

/// A schema without its prose.
pub(crate) fn without_prose(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.retain(|key, _| !is_prose(key));
    }
    schema
}

fn sort(names: &mut Vec<Value>) {
    names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    names.dedup();
}
