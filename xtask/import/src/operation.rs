//! Converts a published operation: its names, parameters, body and responses.

mod messages;
mod parameters;

use std::collections::BTreeSet;

use atlas_codegen::lower::walk::elements;
use openapi_fragment::openapi::{closure, component_of, references, without_variables};
use serde_json::Value;

use crate::draft::TODO;
use crate::fragment::Existing;
use crate::published::Published;
use crate::schemas::Schemas;
use crate::statuses::Statuses;
use crate::yaml::{Mapping, Node};

/// Everything that an import adds to the fragment.
pub(crate) struct Addition {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) operation: Mapping,
    /// The parameters of the path, if the fragment does not have the path.
    pub(crate) path_parameters: Vec<Node>,
    pub(crate) tags: Vec<String>,
    pub(crate) parameters: Vec<(String, Mapping)>,
    pub(crate) responses: Vec<(String, Mapping)>,
}

pub(crate) struct Converter<'a, 'b> {
    published: Published<'a>,
    existing: &'b Existing<'b>,
    schemas: Schemas<'b>,
    parameters: Vec<(String, Mapping)>,
}

impl<'a, 'b> Converter<'a, 'b> {
    pub(crate) fn new(published: Published<'a>, existing: &'b Existing<'b>) -> Self
    where
        'a: 'b,
    {
        let schemas = Schemas::new(published.document, existing);
        Self { published, existing, schemas, parameters: Vec::new() }
    }

    pub(crate) fn convert(mut self) -> (Addition, Schemas<'b>) {
        let operation = self.published.operation;
        self.schemas.shared = self.reached("responses");
        let sunsets = self.sunsets();
        let path = self.path();
        let (path_parameters, parameters) = self.parameters(path == self.published.path);
        // Responses first, so that theirs are the plain names.
        let mut statuses = Statuses::default();
        let responses = self.responses(&sunsets, &mut statuses);
        let body = self.body(&sunsets, &statuses);
        let tags: Vec<String> =
            elements(operation, "tags").filter_map(Value::as_str).map(str::to_owned).collect();
        let is_read = self.published.method == "get";
        let mut converted = Mapping::default()
            .set("operationId", self.published.id())
            .set_some("x-short-name", self.published.short_name())
            .set("x-go-sdk-name", self.published.go_sdk_name())
            .set("x-atlas-cli", TODO);
        converted = self.role(converted);
        // HTTP defines that a GET has no effect.
        converted = if is_read {
            converted.set("x-idempotent", true)
        } else {
            converted.set("x-idempotent", TODO).set("x-after-lost-response", TODO)
        };
        converted = converted
            .set_some("deprecated", operation.get("deprecated").filter(|flag| **flag == true).cloned())
            .set("tags", tags.iter().map(|tag| Node::from(tag.as_str())).collect::<Vec<_>>())
            .set("summary", TODO)
            .set("description", TODO)
            .set_some("security", operation.get("security").cloned());
        if !parameters.is_empty() {
            converted = converted.set("parameters", parameters);
        }
        converted = converted.set_some("requestBody", body).set("responses", responses);
        let addition = Addition {
            path,
            method: self.published.method.to_owned(),
            operation: converted,
            path_parameters,
            tags: self.new_tags(&tags),
            parameters: self.parameters,
            responses: statuses.new,
        };
        (addition, self.schemas)
    }

    /// The path: that of the fragment if it has the same one with other names of variables.
    fn path(&mut self) -> String {
        let published = self.published.path;
        let same = |path: &&str| without_variables(path) == without_variables(published);
        let mut paths = self.existing.fragment.operations().map(|node| node.path);
        let Some(existing) = paths.find(same).filter(|existing| *existing != published) else {
            return published.to_owned();
        };
        self.schemas
            .notes
            .push(format!("the path has the variables of `{existing}`: check that their types fit"));
        existing.to_owned()
    }

    /// The published schemas that a part of the operation contains.
    fn reached(&self, key: &str) -> BTreeSet<String> {
        let part = self.published.operation.get(key).unwrap_or(&Value::Null);
        let roots = references(part).into_iter().map(|reference| reference.target.to_owned()).collect();
        let reached = closure(self.published.document, roots);
        let names = reached.iter().filter_map(|reference| component_of(reference));
        names.filter(|(section, _)| *section == "schemas").map(|(_, name)| name.to_owned()).collect()
    }

    fn role(&mut self, operation: Mapping) -> Mapping {
        let roles = elements(self.published.operation, "x-rolesRequirements").filter_map(Value::as_str);
        let roles: Vec<&str> = roles.filter(|role| is_role(role)).collect();
        match &roles[..] {
            [] => operation,
            [only] => operation.set("x-required-role", *only),
            [first, others @ ..] => operation
                .comment(format!("Deviation: the published document also lists {}.", others.join(", ")))
                .set("x-required-role", *first),
        }
    }

    fn new_tags(&self, tags: &[String]) -> Vec<String> {
        let existing: BTreeSet<&str> =
            elements(self.existing.fragment.value(), "tags").filter_map(|tag| tag["name"].as_str()).collect();
        tags.iter().filter(|tag| !existing.contains(tag.as_str())).cloned().collect()
    }
}

/// Whether a text is the name of a role, such as `Project Owner`. Any other text may be prose.
fn is_role(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|character| character.is_ascii_alphanumeric())
    };
    text.split(' ').all(is_word)
}
