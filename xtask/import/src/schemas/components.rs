//! Published components: existing ones are used again, and new ones get short names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::scalars::enumeration;
use super::{Place, Schemas};
use crate::draft::{Draft, TODO};
use crate::fragment::Direction;
use crate::names;
use crate::yaml::Mapping;

impl Schemas<'_> {
    /// A reference to the component for a published schema. The component is added if the fragment has none.
    pub(super) fn component(&mut self, published: &str, place: &Place, is_body: bool) -> Draft {
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
