//! The parts of a document from which an item of the API is generated.

use heck::ToSnakeCase as _;
use openapi_diff::Side;
use openapi_fragment::openapi::keyword::{self, Kind};
use openapi_fragment::{openapi, pointer};
use serde_json::Value;

use crate::rust::api::Api;
use atlas_codegen::lower::walk::{self, OperationNode};

/// The keys of a schema that determine the Rust type of a reference to it, with all that is in them.
const KIND_VALUES: &[&str] =
    &["$ref", "type", "format", "nullable", "items", "oneOf", "anyOf", "allOf", "additionalProperties"];

/// The keys whose presence determines it.
const KIND_PRESENCE: &[&str] = &["enum", "properties"];

/// A part of the document of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) side: Side,
    pub(super) pointer: String,
    scope: Scope,
}

/// What of a node counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The node and everything in it.
    All,
    /// The node itself: that it exists, and its name.
    Node,
    /// What determines the Rust type of a reference to the node, which is a schema.
    Kind,
    /// This key of the node, with everything in it.
    Key(&'static str),
    /// The names of the media types in the node.
    MediaTypes,
}

impl Part {
    fn new(side: Side, pointer: String, scope: Scope) -> Self {
        Self { side, pointer, scope }
    }

    /// The same node with everything in it.
    pub(super) fn whole(self) -> Self {
        Self { scope: Scope::All, ..self }
    }

    /// Whether this pointer on the same side is within the part.
    pub(super) fn covers(&self, pointer: &str) -> bool {
        let Some(rest) = rest(pointer, &self.pointer) else { return false };
        let mut tokens = rest.split('/').skip(1);
        match self.scope {
            Scope::All => true,
            Scope::Node => rest.is_empty(),
            Scope::Kind => tokens.next().is_some_and(|key| {
                KIND_VALUES.contains(&key) || KIND_PRESENCE.contains(&key) && tokens.next().is_none()
            }),
            Scope::Key(key) => tokens.next() == Some(key),
            Scope::MediaTypes => rest.rsplit('/').nth(1) == Some("content"),
        }
    }
}

/// The rest of a pointer below another one; `None` if it is not below.
pub(super) fn rest<'p>(inner: &'p str, outer: &str) -> Option<&'p str> {
    inner.strip_prefix(outer).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the pointer leads to a keyword of a schema that rejects values, and has no effect on the generated code.
pub(super) fn is_constraint(pointer: &str) -> bool {
    let mut tokens = pointer.rsplit('/');
    let key = tokens.next().unwrap_or_default();
    let rejects_values =
        keyword::schema(key).is_some_and(|keyword| keyword.kind == Kind::Assertion && keyword.has_types());
    rejects_values
        && !matches!(key, "format" | "required" | "uniqueItems")
        && tokens.next() != Some("properties")
}

impl Api<'_> {
    /// The component schema of a type.
    pub(super) fn schema(&self, side: Side, name: &str, scope: Scope) -> Option<Part> {
        Some(Part::new(side, self.schema_pointer(name)?, scope))
    }

    fn schema_pointer(&self, name: &str) -> Option<String> {
        Some(pointer::join("/components/schemas", self.component(name)?))
    }

    /// The property from which a field is generated, its name in `required`, and what determines the types of its
    /// references.
    pub(super) fn field(&self, side: Side, owner: &str, name: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut pending: Vec<String> = self.schema_pointer(owner).into_iter().collect();
        let mut seen = Vec::new();
        while let Some(at) = pending.pop().filter(|at| !seen.contains(at)) {
            let Some(schema) = self.document.value.pointer(&at) else { continue };
            let property = pointer::join(&format!("{at}/properties"), name);
            if self.document.value.pointer(&property).is_some() {
                parts.extend(self.with_references(side, property));
            }
            let required = walk::elements(schema, "required").position(|required| required == name);
            parts.extend(required.map(|index| Part::new(side, format!("{at}/required/{index}"), Scope::All)));
            let merged = walk::elements(schema, "allOf").enumerate();
            pending.extend(merged.map(|(index, part)| match walk::text(part, "$ref") {
                Some(target) => target.trim_start_matches('#').to_owned(),
                None => format!("{at}/allOf/{index}"),
            }));
            seen.push(at);
        }
        parts
    }

    /// A value of an enum.
    pub(super) fn enum_value(&self, side: Side, owner: &str, value: &str) -> Vec<Part> {
        let schema = self.schema_pointer(owner).unwrap_or_default();
        let values = self.document.value.pointer(&schema).into_iter();
        let values = values.flat_map(|schema| walk::elements(schema, "enum")).enumerate();
        values
            .filter(|(_, listed)| *listed == value)
            .map(|(index, _)| Part::new(side, format!("{schema}/enum/{index}"), Scope::All))
            .collect()
    }

    /// An operation as a whole, and its id.
    pub(super) fn operation_part(&self, side: Side, operation: Option<OperationNode<'_>>) -> Vec<Part> {
        let pointer = operation.map(|node| node.pointer());
        let parts = pointer.map(|pointer| {
            let id = format!("{pointer}/operationId");
            [Part::new(side, pointer, Scope::Node), Part::new(side, id, Scope::All)]
        });
        parts.into_iter().flatten().collect()
    }

    /// Keys of an operation; the operation itself if there are no keys.
    pub(super) fn metadata(&self, side: Side, name: &str, keys: &[&str], scope: Scope) -> Vec<Part> {
        let Some(operation) = self.operation_of_static(name) else { return Vec::new() };
        let at = operation.pointer();
        if keys.is_empty() {
            return vec![Part::new(side, at, scope)];
        }
        let parts = keys.iter().flat_map(|key| self.with_references(side, pointer::join(&at, key)));
        parts.map(|part| Part { scope, ..part }).collect()
    }

    /// The parameters with these Rust names and the body of an operation, and its successful responses.
    pub(super) fn call(&self, side: Side, function: &str, names: &[&str], response: bool) -> Vec<Part> {
        let Some(operation) = self.operation_of_function(function) else { return Vec::new() };
        let at = operation.pointer();
        let mut parts = Vec::new();
        for (holder, at) in
            [(operation.item, pointer::join("/paths", operation.path)), (operation.operation, at.clone())]
        {
            for (index, written) in walk::elements(holder, "parameters").enumerate() {
                let parameter = walk::resolve(&self.document.value, written);
                let name = walk::text(parameter, "name").unwrap_or_default().to_snake_case();
                if names.contains(&name.as_str()) {
                    parts.extend(self.with_references(side, format!("{at}/parameters/{index}")));
                }
            }
        }
        if names.contains(&"body") {
            parts.extend(self.with_references(side, format!("{at}/requestBody")));
        }
        let statuses = walk::entries(operation.operation, "responses").map(|(status, _)| status);
        for status in statuses.filter(|status| response && status.starts_with('2')) {
            parts.extend(self.with_references(side, pointer::join(&format!("{at}/responses"), status)));
        }
        parts
    }

    /// A part with everything in it, and what counts of the targets of its references: what determines the Rust type of
    /// a schema, and everything of another component.
    fn with_references(&self, side: Side, at: String) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut pending = vec![at];
        while let Some(at) = pending.pop() {
            let value = self.document.value.pointer(&at).unwrap_or(&Value::Null);
            for reference in openapi::references(value) {
                let target = reference.target.trim_start_matches('#').to_owned();
                match target.starts_with("/components/schemas/") {
                    true => parts.push(Part::new(side, target, Scope::Kind)),
                    false if parts.iter().all(|part: &Part| part.pointer != target) => pending.push(target),
                    false => {}
                }
            }
            parts.push(Part::new(side, at, Scope::All));
        }
        parts
    }
}
