//! The mapping of a discriminator, which has every value that selects a schema in the effective form.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::Builder;
use super::origins::{Origin, member};
use openapi_fragment::openapi::{component, reference_to, target_of};

/// A reference by which a discriminator selects a component.
#[derive(Clone, Debug)]
struct Selected {
    reference: String,
    /// The pointer of the reference.
    at: String,
}

/// The schemas that include others in their `allOf`: by reference to the included schema, the references to those that
/// include it.
#[derive(Debug, Default)]
pub(super) struct Children(HashMap<String, Vec<Selected>>);

impl Children {
    pub(super) fn of(document: &Value) -> Self {
        let mut children: HashMap<String, Vec<Selected>> = HashMap::new();
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        for (name, schema) in schemas.into_iter().flatten() {
            let reference = reference_to("schemas", name);
            for (base, at) in references(schema, "allOf", reference.trim_start_matches('#')) {
                let child = Selected { reference: reference.clone(), at };
                children.entry(base.to_owned()).or_default().push(child);
            }
        }
        Self(children)
    }

    /// The schemas that include the schema at a pointer, directly or through others.
    fn of_schema(&self, at: &str) -> Vec<Selected> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        let mut open = vec![format!("#{at}")];
        while let Some(base) = open.pop() {
            for child in self.0.get(&base).into_iter().flatten() {
                if seen.insert(&child.reference) {
                    open.push(child.reference.clone());
                    found.push(child.clone());
                }
            }
        }
        found
    }
}

impl Builder<'_> {
    /// Writes out the mapping of a discriminator. A schema that the mapping in the text does not have is selected by its
    /// name. `text` is the schema as in the text.
    pub(super) fn write_mapping(
        &mut self,
        schema: &mut Map<String, Value>,
        text: &Map<String, Value>,
        at: &str,
    ) {
        let Some(Value::Object(discriminator)) = schema.get_mut("discriminator") else { return };
        let mut mapping = match discriminator.shift_remove("mapping") {
            None => Map::new(),
            Some(Value::Object(mapping)) => mapping,
            // Not a mapping, so this is no valid discriminator. It is kept for the comparison.
            Some(other) => {
                discriminator.insert("mapping".to_owned(), other);
                return;
            }
        };
        for target in mapping.values_mut() {
            if let Value::String(reference) = target {
                *target = Value::String(self.component_named(reference));
            }
        }
        let mapped: HashSet<String> = mapping.values().map(ToString::to_string).collect();
        for Selected { reference, at: source } in self.selected(text, at) {
            let Some((_, name)) = component(&reference) else { continue };
            let target = Value::String(self.component_named(&reference));
            if !mapping.contains_key(name) && !mapped.contains(&target.to_string()) {
                let entry = member(&member(&member(at, "discriminator"), "mapping"), name);
                self.origins.insert(entry, Origin::of(source));
                mapping.insert(name.to_owned(), target);
            }
        }
        if !mapping.is_empty() {
            discriminator.insert("mapping".to_owned(), Value::Object(mapping));
        }
    }

    /// The references to the schemas that a discriminator selects: the alternatives of its schema, or the schemas that
    /// include its schema.
    fn selected(&self, text: &Map<String, Value>, at: &str) -> Vec<Selected> {
        let schema = Value::Object(text.clone());
        let alternatives = ["oneOf", "anyOf"].into_iter().flat_map(|key| {
            let found = references(&schema, key, at);
            found.map(|(reference, at)| Selected { reference: reference.to_owned(), at }).collect::<Vec<_>>()
        });
        alternatives.chain(self.children.of_schema(at)).collect()
    }

    /// The reference to the component that a mapping gives by its name or by a reference.
    fn component_named(&self, text: &str) -> String {
        let mut reference = text.to_owned();
        if !text.starts_with('#') {
            reference = reference_to("schemas", text);
            if target_of(self.document, &reference).is_none() {
                return text.to_owned();
            }
        }
        self.aliases(&reference).pop().unwrap_or(reference)
    }
}

/// The references that a list of a schema contains, with their pointers.
fn references<'a>(schema: &'a Value, key: &'a str, at: &str) -> impl Iterator<Item = (&'a str, String)> {
    let items = schema.get(key).and_then(Value::as_array).into_iter().flatten().enumerate();
    let list = member(at, key);
    items.filter_map(move |(index, item)| {
        let reference = item.get("$ref")?.as_str()?;
        Some((reference, format!("{list}/{index}/$ref")))
    })
}
