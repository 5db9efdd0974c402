//! Converts published schemas to those of the fragment: objects and enums become components, ids get their kind, and
//! requests and responses get separate objects.

mod components;
mod objects;
mod scalars;

use std::collections::{BTreeMap, BTreeSet};

use atlas_codegen::lower::walk::elements;
use openapi_fragment::lint::is_secret_name;
use serde_json::{Map, Value};

use crate::compose::{Flattener, Schema, reference};
use crate::draft::{Draft, TODO};
use crate::fragment::{Direction, Existing, is_hex_id, schema_reference};
use crate::ids::Ids;
use crate::names;
use crate::yaml::Mapping;

pub(crate) use scalars::keyword_value;

/// The maximum depth of alternatives within alternatives. Those of a real document contain each other again soon.
const MAX_DEPTH: usize = 16;

/// Where an inline schema is, which gives it a name.
#[derive(Clone)]
pub(crate) struct Place {
    /// The name of the component that contains it.
    pub(crate) parent: String,
    /// The name of the property or the parameter.
    pub(crate) name: String,
    /// Whether the name is that of a secret.
    pub(crate) is_secret: bool,
}

impl Place {
    pub(crate) fn new(parent: &str, name: &str) -> Self {
        Self { parent: parent.to_owned(), name: name.to_owned(), is_secret: is_secret_name(name) }
    }

    /// The place of an item of this list or map.
    fn item(&self) -> Self {
        Self { name: names::singular(&self.name), ..self.clone() }
    }
}

/// The schemas that an import adds.
pub(crate) struct Schemas<'a> {
    pub(crate) published: Flattener<'a>,
    existing: &'a Existing<'a>,
    pub(crate) ids: Ids<'a>,
    /// The new components, in the order in which the fragment lists them.
    pub(crate) components: Vec<(String, Mapping)>,
    /// The names of the components for published schemas.
    names: BTreeMap<(String, Option<Direction>), String>,
    /// The names of the components for inline alternatives, by their text.
    unions: BTreeMap<(String, Direction), String>,
    /// How many inline alternatives contain the current schema.
    depth: usize,
    /// The published schemas that requests and responses of the operation share.
    pub(crate) shared: BTreeSet<String>,
    pub(crate) direction: Direction,
    /// The day of the version that contains the schemas, as digits.
    pub(crate) version: String,
    pub(crate) notes: Vec<String>,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(published: &'a Value, existing: &'a Existing<'a>) -> Self {
        Self {
            published: Flattener { document: published },
            existing,
            ids: Ids::new(existing),
            components: Vec::new(),
            names: BTreeMap::new(),
            unions: BTreeMap::new(),
            depth: 0,
            shared: BTreeSet::new(),
            direction: Direction::Response,
            version: String::new(),
            notes: Vec::new(),
        }
    }

    /// The schema of a body.
    pub(crate) fn body(&mut self, schema: &Value, place: &Place) -> Mapping {
        let is_body = true;
        match reference(schema) {
            Some(name) => self.component(name, place, is_body),
            None => self.convert(schema, place),
        }
        .finish()
    }

    /// A schema that is part of another one or of a parameter.
    pub(crate) fn convert(&mut self, schema: &Value, place: &Place) -> Draft {
        if let Some(name) = reference(schema) {
            return self.component(name, place, false);
        }
        if let [only] = elements(schema, "allOf").collect::<Vec<_>>()[..]
            && let Some(name) = reference(only)
            && schema.get("properties").is_none()
        {
            return self.component(name, place, false).with_siblings(schema, self.direction);
        }
        let flat = self.published.flat(schema);
        let has_alternatives = self.published.has_alternatives(schema);
        let is_object = flat.get("type").is_some_and(|kind| kind == "object");
        let draft = match has_alternatives && is_object {
            true => self.union(schema, &Value::Object(flat), place),
            false => self.inline(flat, has_alternatives, place),
        };
        draft.with_siblings(schema, self.direction)
    }

    /// An object with the properties of all alternatives. They may contain each other, so that the same alternatives are one
    /// component, which has its name before its properties are converted.
    fn union(&mut self, schema: &Value, flat: &Value, place: &Place) -> Draft {
        let key = (schema.to_string(), self.direction);
        if let Some(name) = self.unions.get(&key) {
            return Draft::reference(name);
        }
        let name = names::unused(&self.inline_candidates(place), |name| self.is_used(name));
        self.unions.insert(key, name.clone());
        let index = self.components.len();
        self.components.push((name.clone(), Mapping::default()));
        let place = Place { parent: name.clone(), name: String::new(), ..place.clone() };
        let component = if self.depth == MAX_DEPTH {
            Draft::of("object")
        } else {
            self.depth += 1;
            let component = self.object(flat, true, name.clone(), Some(&place));
            self.depth -= 1;
            component
        };
        self.components[index].1 = component.set("description", TODO).finish();
        Draft::reference(&name)
    }

    /// The names for an inline object.
    fn inline_candidates(&self, place: &Place) -> Vec<String> {
        let name = names::of_property(&place.parent, &place.name);
        let dated = format!("{name}{}", self.version);
        match self.direction {
            Direction::Request => vec![name.clone(), format!("{name}Request"), dated],
            Direction::Response => vec![name, dated],
        }
    }

    fn inline(&mut self, flat: Schema, has_alternatives: bool, place: &Place) -> Draft {
        let schema = Value::Object(flat);
        if is_hex_id(&schema) {
            return Draft::reference(&self.ids.named(&place.parent, &place.name, &schema));
        }
        match schema["type"].as_str() {
            Some("object") => {
                let index = self.components.len();
                let component = self.object(&schema, has_alternatives, place.parent.clone(), Some(place));
                Draft::reference(&self.insert_inline(index, component, place))
            }
            Some("string") if schema.get("enum").is_some() => self.inline_enum(&schema, place),
            Some("array") => self.array(&schema, place),
            Some(kind) => self.scalar(&schema, kind, place),
            None => {
                let any = Draft::default();
                match has_alternatives {
                    true => any.comment(
                        "description",
                        "Deviation: the published alternatives have different types.",
                    ),
                    false => any,
                }
            }
        }
    }

    pub(crate) fn is_used(&self, name: &str) -> bool {
        let same = |other: &str| atlas_codegen::type_name(other) == atlas_codegen::type_name(name);
        self.existing.fragment.components("schemas").any(|(other, _)| same(other))
            || self.components.iter().any(|(other, _)| same(other))
            || self.ids.contains(name)
    }

    fn array(&mut self, schema: &Value, place: &Place) -> Draft {
        let items = match schema.get("items") {
            Some(items) => self.convert(items, &place.item()).finish(),
            None => Mapping::default(),
        };
        let mut array = Draft::of("array").set("items", items);
        for key in ["minItems", "maxItems", "uniqueItems"] {
            array = array.set_some(key, schema.get(key).map(|value| keyword_value(key, value, "array")));
        }
        array
    }

    /// Adds a component before those that were added since `index`, unless there is an equal one of its name.
    fn insert_inline(&mut self, index: usize, component: Draft, place: &Place) -> String {
        let name = names::of_property(&place.parent, &place.name);
        let component = component.set("description", TODO).finish();
        let is_enum = component.value().get("enum").is_some();
        // Lint takes a text whose name looks like that of a secret for a secret.
        let candidates = match is_enum && is_secret_name(&name) {
            true => vec![names::pascal(&place.name), format!("{name}Type")],
            false => self.inline_candidates(place),
        };
        let is_equal = |(other, existing): &&(String, Mapping)| {
            candidates.iter().any(|name| other.starts_with(name)) && existing.value() == component.value()
        };
        if let Some((name, _)) = self.components.iter().find(is_equal) {
            return name.clone();
        }
        let name = names::unused(&candidates, |name| self.is_used(name));
        self.components.insert(index, (name.clone(), component));
        name
    }
}

/// A schema that refers to a component.
pub(crate) fn reference_mapping(name: &str) -> Mapping {
    match schema_reference(name) {
        Value::Object(members) => Map::into(members),
        _ => Mapping::default(),
    }
}
