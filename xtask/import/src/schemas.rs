//! Converts published schemas to those of the fragment: objects and enums become components, ids get their kind, and
//! requests and responses get separate objects.

use std::collections::{BTreeMap, BTreeSet};

use openapi_fragment::lint::is_secret_name;
use openapi_fragment::openapi::keyword;
use serde_json::{Map, Value};

use crate::compose::{Flattener, Schema, elements, reference};
use crate::draft::{Draft, TODO};
use crate::fragment::{Direction, Existing, is_hex_id, schema_reference};
use crate::ids::Ids;
use crate::names;
use crate::yaml::{Mapping, Node};

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
        self.inline(flat, has_alternatives, place).with_siblings(schema, self.direction)
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

    /// A reference to the component for a published schema. The component is added if the fragment has none.
    fn component(&mut self, published: &str, place: &Place, is_body: bool) -> Draft {
        let flat = self.published.flat_component(published);
        let original = self.published.component(published).cloned().unwrap_or_default();
        let has_alternatives = self.published.has_alternatives(&original);
        let is_object = flat.get("type").is_some_and(|kind| kind == "object");
        let schema = Value::Object(flat);
        if !is_object && schema.get("enum").is_none() {
            let Value::Object(flat) = schema else { return Draft::default() };
            return self.inline(flat, has_alternatives, place);
        }
        let key = (published.to_owned(), is_object.then_some(self.direction));
        if let Some(name) = self.names.get(&key) {
            return Draft::reference(name);
        }
        if let Some(name) = self.existing.schema(published, key.1) {
            self.note_differences(published, &schema, name);
            self.names.insert(key, name.to_owned());
            return Draft::reference(name);
        }
        let candidates = self.candidates(published, is_object, is_body);
        let name = names::unused(&candidates, |name| self.is_used(name));
        self.names.insert(key, name.clone());
        let index = self.components.len();
        // Reserves the name while the schemas that it contains get theirs.
        self.components.push((name.clone(), Mapping::default()));
        let component = match is_object {
            true => self.object(&schema, has_alternatives, name.clone(), None),
            false => match enumeration(&schema) {
                Some(values) => Draft::of("string").set("enum", values),
                None => self.scalar(&schema, "string", place),
            },
        };
        let published = (name != published).then_some(published);
        self.components[index].1 =
            component.set_some("x-published-name", published).set("description", TODO).finish();
        Draft::reference(&name)
    }

    fn candidates(&self, published: &str, is_object: bool, is_body: bool) -> Vec<String> {
        let stem = names::stem(published);
        let full = names::pascal(published);
        let dated = format!("{stem}{}", self.version);
        if !is_object || self.direction == Direction::Response {
            let is_newer = self.components.iter().any(|(name, _)| *name == stem);
            let response = format!("{stem}Response");
            return if is_newer { vec![stem, dated, full] } else { vec![stem, response, full, dated] };
        }
        let base = stem.strip_suffix("Request").filter(|base| !base.is_empty()).unwrap_or(&stem);
        let request = format!("{base}Request");
        let dated = format!("{request}{}", self.version);
        match is_body || self.shared.contains(published) || stem != base {
            true => vec![request, dated, format!("{full}Request")],
            false => vec![base.to_owned(), request, dated, format!("{full}Request")],
        }
    }

    pub(crate) fn is_used(&self, name: &str) -> bool {
        let same = |other: &str| atlas_codegen::type_name(other) == atlas_codegen::type_name(name);
        self.existing.fragment.components("schemas").any(|(other, _)| same(other))
            || self.components.iter().any(|(other, _)| same(other))
            || self.ids.contains(name)
    }

    /// An object. `place` is that of an inline one, whose values are named after it.
    fn object(
        &mut self,
        schema: &Value,
        has_alternatives: bool,
        name: String,
        place: Option<&Place>,
    ) -> Draft {
        let parent = match place {
            Some(place) => names::of_property(&place.parent, &place.name),
            None => {
                let undated = name.strip_suffix(&self.version).unwrap_or(&name);
                undated.strip_suffix("Request").unwrap_or(undated).to_owned()
            }
        };
        let mut properties = Mapping::default();
        let mut kept = BTreeSet::new();
        for (property, value) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if self.is_hidden(value) {
                continue;
            }
            kept.insert(property.clone());
            let draft = self.convert(value, &Place::new(&parent, property));
            properties.push(property, draft.described().finish());
        }
        let required = elements(schema, "required").filter_map(Value::as_str);
        let required: BTreeSet<&str> = required.filter(|name| kept.contains(*name)).collect();
        let mut object = Draft::of("object");
        if let Some(additional) = self.additional(schema, &properties, &parent, place) {
            object = object.set("additionalProperties", additional);
        }
        if !required.is_empty() {
            object = object.set("required", required.into_iter().map(Node::from).collect::<Vec<_>>());
        }
        for key in ["minProperties", "maxProperties"] {
            object = object.set_some(key, schema.get(key).map(|value| keyword_value(key, value, "object")));
        }
        if !properties.is_empty() {
            object = object.set("properties", properties);
        }
        match has_alternatives {
            true => object.comment(
                "type",
                "Deviation: the published schema has alternatives. This object has the properties of all of them.",
            ),
            false => object,
        }
    }

    /// Requests are closed, because the server rejects unknown fields. Responses are open, because the server may grow.
    fn additional(
        &mut self,
        schema: &Value,
        properties: &Mapping,
        parent: &str,
        place: Option<&Place>,
    ) -> Option<Node> {
        match schema.get("additionalProperties") {
            Some(value @ Value::Object(members)) if !members.is_empty() => {
                let of_value = match place {
                    Some(place) => {
                        Place { parent: parent.to_owned(), name: "value".to_owned(), ..place.clone() }
                    }
                    None => Place::new(parent, "value"),
                };
                Some(self.convert(value, &of_value).finish().into())
            }
            Some(Value::Object(_) | Value::Bool(true)) => Some(true.into()),
            _ if self.direction == Direction::Response => None,
            _ => Some(properties.is_empty().into()),
        }
    }

    /// Whether the other side sends a property, so that this side does not have it.
    fn is_hidden(&self, property: &Value) -> bool {
        let flag = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let component = reference(property).and_then(|name| self.published.component(name));
        [Some(property), component].into_iter().flatten().any(|schema| schema.get(flag) == Some(&true.into()))
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

    fn scalar(&mut self, schema: &Value, kind: &str, place: &Place) -> Draft {
        let mut scalar = Draft::of(kind);
        let is_secret = place.is_secret && kind == "string";
        for (key, value) in schema.as_object().into_iter().flatten() {
            let is_handled = matches!(
                &**key,
                "type" | "enum" | "nullable" | "default" | "readOnly" | "writeOnly" | "deprecated"
            );
            let is_marked = is_secret && matches!(&**key, "format" | "pattern" | "minLength" | "maxLength");
            if !is_handled && !is_marked && keyword::schema(key).is_some() && keyword::applies_to(key, kind) {
                scalar = scalar.set(key, keyword_value(key, value, kind));
            }
        }
        if kind == "string" && schema.get("enum").is_some() {
            scalar = scalar.comment(
                "type",
                "Deviation: without the published `enum`, whose values cannot become names.",
            );
        } else if let Some(Value::Array(values)) = schema.get("enum") {
            let values: Vec<Node> =
                values.iter().map(|value| keyword_value("enum", value, kind).into()).collect();
            scalar = scalar.set("enum", values);
        }
        if is_secret {
            self.notes.push(format!(
                "{}: `{}` looks like a secret and has `format: password`",
                place.parent, place.name
            ));
            scalar = scalar.set("format", "password");
            if schema.get("format").is_none_or(|format| format != "password") {
                scalar = scalar.comment("format", "Deviation: the published document has a plain string.");
            }
        }
        scalar
    }

    /// A reference to the component for an inline enum. An equal enum of the same name is used again.
    fn inline_enum(&mut self, schema: &Value, place: &Place) -> Draft {
        let Some(values) = enumeration(schema) else { return self.scalar(schema, "string", place) };
        let component = Draft::of("string").set("enum", values);
        let same_values = |other: &Value| other.get("enum") == schema.get("enum");
        let suffix = names::pascal(&place.name);
        let mut existing = self.existing.fragment.components("schemas");
        if let Some((name, _)) = existing.find(|(name, other)| name.ends_with(&suffix) && same_values(other))
        {
            return Draft::reference(name);
        }
        let mut new = self.components.iter();
        if let Some((name, _)) =
            new.find(|(name, other)| name.ends_with(&suffix) && same_values(&other.value()))
        {
            return Draft::reference(name);
        }
        let index = self.components.len();
        Draft::reference(&self.insert_inline(index, component, place))
    }

    /// Adds a component before those that were added since `index`, unless there is an equal one of its name.
    fn insert_inline(&mut self, index: usize, component: Draft, place: &Place) -> String {
        let name = names::of_property(&place.parent, &place.name);
        let component = component.set("description", TODO).finish();
        let is_enum = component.value().get("enum").is_some();
        // Lint takes a text whose name looks like that of a secret for a secret.
        let candidates = match self.direction {
            _ if is_enum && is_secret_name(&name) => vec![names::pascal(&place.name), format!("{name}Type")],
            Direction::Request => {
                vec![name.clone(), format!("{name}Request"), format!("{name}{}", self.version)]
            }
            Direction::Response => vec![name.clone(), format!("{name}{}", self.version)],
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

    /// Notes how an existing component differs from the published schema.
    fn note_differences(&mut self, published: &str, schema: &Value, name: &str) {
        let Some(existing) = self.existing.fragment.component("schemas", name) else { return };
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let ours: BTreeSet<&str> = keys(existing);
        let theirs: BTreeSet<&str> =
            properties.filter(|(_, value)| !self.is_hidden(value)).map(|(name, _)| name.as_str()).collect();
        let list = |names: Vec<&&str>| {
            names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let missing = list(theirs.difference(&ours).collect());
        let additional = list(ours.difference(&theirs).collect());
        let mut differences = Vec::new();
        if !missing.is_empty() {
            differences.push(format!("without the published {missing}"));
        }
        if !additional.is_empty() {
            differences.push(format!("with {additional}, which is not published"));
        }
        if !differences.is_empty() {
            let differences = differences.join(", and ");
            self.notes
                .push(format!("`{published}` is the existing `{name}`, {differences}; check that it fits"));
        }
    }
}

fn keys(schema: &Value) -> BTreeSet<&str> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

/// The values of an enum of strings; `None` if they cannot become variants.
fn enumeration(schema: &Value) -> Option<Vec<Node>> {
    let values: Vec<&str> = elements(schema, "enum").filter_map(Value::as_str).collect();
    let variants: BTreeSet<String> =
        values.iter().map(|value| atlas_codegen::variant_name(value)).collect::<Option<_>>()?;
    (variants.len() == values.len()).then(|| values.into_iter().map(Node::from).collect())
}

/// The keywords that count something.
const COUNTS: [&str; 6] =
    ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/// The value of a keyword of a schema. The published document writes integers as `1.0` too.
pub(crate) fn keyword_value(key: &str, value: &Value, kind: &str) -> Value {
    if kind == "integer" || COUNTS.contains(&key) { integer(value) } else { value.clone() }
}

fn integer(value: &Value) -> Value {
    /// The largest integer up to which every integer is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value.as_f64().filter(|_| value.is_f64()) {
        #[allow(clippy::cast_possible_truncation, reason = "the number is an integer within the range")]
        Some(float) if float.fract() == 0.0 && float.abs() <= EXACT => (float as i64).into(),
        _ => value.clone(),
    }
}

/// A schema that refers to a component.
pub(crate) fn reference_mapping(name: &str) -> Mapping {
    match schema_reference(name) {
        Value::Object(members) => Map::into(members),
        _ => Mapping::default(),
    }
}
