//! The effective form of a schema.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::origins::{Origin, member};
use super::{Builder, simplify};
use openapi_fragment::openapi::{
    MAX_REFERENCE_CHAIN, Role, component, decoded, is_prose_or_extension, target_of,
};

impl Builder<'_> {
    /// The effective form of the schema at `at`.
    pub(super) fn schema(&mut self, schema: &Map<String, Value>, at: &mut String) -> Map<String, Value> {
        if let Some(known) = self.merged.get(at.as_str()) {
            return known.members.clone();
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let reference = decoded(reference);
            // A schema that is no component has no name, so a reference to it is the same as its content.
            if component(&reference).is_none()
                && let Some(target) = reference.strip_prefix('#')
                && let Some(members) = self.copy_of(target, at)
            {
                self.origins.copy(target, at, None);
                return members;
            }
            return self.reference(Role::Schema, schema, at);
        }
        let members = self.members(Role::Schema, schema, at);
        // Default values would keep the parts of an `allOf` apart.
        let mut members = simplify::node(Role::Schema, members, None);
        self.remove_any_value(&mut members, at);
        self.write_mapping(&mut members, schema, at);
        self.remove_repeated(&mut members, at);
        self.remove_null(&mut members, at);
        self.compose(&mut members, "allOf", at);
        for key in ["oneOf", "anyOf"] {
            self.simplify_alternatives(&mut members, key, at);
            self.compose(&mut members, key, at);
        }
        // A multiple of 1 is an integer.
        if members.get("type").is_some_and(|kind| kind == "number")
            && members.get("multipleOf").is_some_and(|factor| *factor == 1)
            && !members.contains_key("format")
        {
            members.insert("type".to_owned(), Value::from("integer"));
            self.origins.add(&member(at, "multipleOf"), &member(at, "type"), None);
        }
        remove_declared_as_others(&mut members);
        simplify::node(Role::Schema, members, None)
    }

    /// Removes `additionalProperties` that refer to a schema for any value.
    fn remove_any_value(&mut self, schema: &mut Map<String, Value>, at: &str) {
        let content = schema.get("additionalProperties").and_then(|others| self.content_of(others, at));
        if content.is_some_and(|content| content.keys().all(|key| is_prose_or_extension(key))) {
            schema.shift_remove("additionalProperties");
        }
    }

    /// A reference without the keywords that OpenAPI 3.0 ignores beside it. A component that is only a reference to another
    /// one is replaced by the other one.
    pub(super) fn reference(
        &mut self,
        role: Role,
        node: &Map<String, Value>,
        at: &str,
    ) -> Map<String, Value> {
        // The other keys of a callback are URLs.
        let has_text = |key: &str| role != Role::Callback && is_prose_or_extension(key);
        let is_kept = |key: &str| key == "$ref" || has_text(key);
        let kept = node.iter().filter(|(key, _)| is_kept(key));
        let mut kept: Map<String, Value> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
        let Some(Value::String(reference)) = kept.get_mut("$ref") else { return kept };
        *reference = decoded(reference).into_owned();
        let aliases = self.aliases(reference);
        if let Some(target) = aliases.last() {
            let own = member(at, "$ref");
            let aliases = [reference.as_str()].into_iter().chain(aliases.iter().map(String::as_str));
            let through = aliases.map(|alias| format!("{}/$ref", alias.trim_start_matches('#')));
            let mut sources: Vec<String> = [own.clone()].into_iter().chain(through).collect();
            sources.pop();
            self.origins.insert(own, Origin { sources, included_by: Vec::new() });
            kept.insert("$ref".to_owned(), Value::from(target.as_str()));
        }
        kept
    }

    /// The references that a reference to a component leads to, while the component is only a reference to another one.
    pub(super) fn aliases(&self, reference: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut reference = Cow::Borrowed(reference);
        while found.len() < MAX_REFERENCE_CHAIN && component(&reference).is_some() {
            let target = target_of(self.document, &reference).and_then(|target| target.get("$ref")?.as_str());
            let Some(next) = target.map(decoded).filter(|next| component(next).is_some()) else { break };
            found.push(next.clone().into_owned());
            reference = next;
        }
        found
    }
}

/// Removes the properties whose schema is that of the properties that are not declared.
fn remove_declared_as_others(schema: &mut Map<String, Value>) {
    let Some(others @ Value::Object(_)) = schema.get("additionalProperties").cloned() else { return };
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|_, property| *property != others);
    }
}
