//! Traverses the operations, messages and schemas of an OpenAPI document.
//!
//! The traversal skips parts whose structure is not that of OpenAPI. It does not follow `$ref`s, so each part is
//! visited once.

use openapi_fragment::openapi::{self, METHODS};
use openapi_fragment::pointer;
use serde_json::{Map, Value};

const SCHEMA_PREFIX: &str = "#/components/schemas/";

/// The entries of the object at `key`; empty if there is no object.
pub fn entries_mut<'a>(
    value: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> + use<'a> {
    value.get_mut(key).and_then(Value::as_object_mut).into_iter().flatten()
}

/// The entries of the object at `key`; empty if there is no object.
pub fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The elements of the array at `key`; empty if there is no array.
pub fn elements_mut<'a>(value: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> + use<'a> {
    value.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

/// The elements of the array at `key`; empty if there is no array.
pub fn elements<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The string at `key`.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// Whether the value at `key` is `true`.
pub fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(true)
}

/// The component schemas, by name.
pub fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document.get("components").into_iter().flat_map(|components| entries(components, "schemas"))
}

/// All components of this kind.
pub fn components_mut<'a>(document: &'a mut Value, kind: &str) -> Option<&'a mut Map<String, Value>> {
    document.get_mut("components")?.get_mut(kind)?.as_object_mut()
}

/// The name of the component schema that this value refers to.
pub fn referred_schema(value: &Value) -> Option<&str> {
    component_schema(text(value, "$ref")?)
}

/// The name of the component schema in a reference.
pub fn component_schema(reference: &str) -> Option<&str> {
    reference.strip_prefix(SCHEMA_PREFIX)
}

/// Like [`referred_schema`], but also accepts an `allOf` with only a reference, as OpenAPI 3.0 requires for siblings.
pub fn wrapped_reference(value: &Value) -> Option<&str> {
    referred_schema(value).or_else(|| match value.get("allOf")?.as_array()?.as_slice() {
        [only] => referred_schema(only),
        _ => None,
    })
}

/// A reference to the component schema of this name.
pub fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") })
}

/// The target of `$ref`, followed once; the value itself if it is not a reference or has no target.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    text(value, "$ref").and_then(|reference| openapi::target_of(document, reference)).unwrap_or(value)
}

/// All operations, in the order of the document.
pub fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    entries_mut(document, "paths")
        .filter_map(|(_, item)| item.as_object_mut())
        .flatten()
        .filter(|(method, _)| METHODS.contains(&method.as_str()))
        .map(|(_, operation)| operation)
}

/// An operation with its path and method.
pub struct OperationNode<'a> {
    /// The path template.
    pub path: &'a str,
    /// The method, in lower case.
    pub method: &'a str,
    /// The path item, with the shared parameters of its operations.
    pub item: &'a Value,
    /// The operation.
    pub operation: &'a Value,
}

impl OperationNode<'_> {
    /// The JSON pointer of the operation.
    pub fn pointer(&self) -> String {
        pointer::join(&pointer::join("/paths", self.path), self.method)
    }
}

/// All operations with their paths and methods, in the order of the document.
pub fn operations(document: &Value) -> impl Iterator<Item = OperationNode<'_>> {
    entries(document, "paths").flat_map(|(path, item)| {
        item.as_object()
            .into_iter()
            .flatten()
            .filter(|(method, _)| METHODS.contains(&method.as_str()))
            .map(move |(method, operation)| OperationNode { path, method, item, operation })
    })
}

/// Visits all request bodies and responses, in operations and in components.
pub fn each_message(document: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    for operation in operations_mut(document) {
        if let Some(body) = operation.get_mut("requestBody") {
            visit(body);
        }
    }
    components_mut(document, "requestBodies").into_iter().flatten().for_each(|(_, body)| visit(body));
    each_response(document, visit);
}

/// Visits all responses, in operations and in components.
pub fn each_response(document: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    for operation in operations_mut(document) {
        entries_mut(operation, "responses").for_each(|(_, response)| visit(response));
    }
    components_mut(document, "responses").into_iter().flatten().for_each(|(_, response)| visit(response));
}

/// Whether a schema has a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SchemaKind {
    /// The schema is a component.
    Component,
    /// The schema is part of another schema, a message or a parameter.
    Inline,
}

/// Visits all schemas of the document, nested schemas before the schemas that contain them.
pub fn each_schema(document: &mut Value, visit: &mut dyn FnMut(SchemaKind, &mut Value)) {
    each_message(document, &mut |message| message_schemas(message, visit));
    for (_, item) in entries_mut(document, "paths") {
        elements_mut(item, "parameters").for_each(|parameter| parameter_schemas(parameter, visit));
    }
    for operation in operations_mut(document) {
        elements_mut(operation, "parameters").for_each(|parameter| parameter_schemas(parameter, visit));
    }
    for kind in ["parameters", "headers"] {
        components_mut(document, kind)
            .into_iter()
            .flatten()
            .for_each(|(_, parameter)| parameter_schemas(parameter, visit));
    }
    for (_, schema) in components_mut(document, "schemas").into_iter().flatten() {
        component_schema_parts(schema, visit);
    }
}

/// Visits a component schema after the schemas that it contains.
pub fn component_schema_parts(schema: &mut Value, visit: &mut dyn FnMut(SchemaKind, &mut Value)) {
    inner_schemas(schema, visit);
    visit(SchemaKind::Component, schema);
}

/// Visits all schemas of a request body or a response.
pub fn message_schemas(message: &mut Value, visit: &mut dyn FnMut(SchemaKind, &mut Value)) {
    for (_, media) in entries_mut(message, "content") {
        schema_at(media, "schema", visit);
    }
    entries_mut(message, "headers").for_each(|(_, header)| parameter_schemas(header, visit));
}

fn parameter_schemas(parameter: &mut Value, visit: &mut dyn FnMut(SchemaKind, &mut Value)) {
    schema_at(parameter, "schema", visit);
    for (_, media) in entries_mut(parameter, "content") {
        schema_at(media, "schema", visit);
    }
}

fn schema_at(holder: &mut Value, key: &str, visit: &mut dyn FnMut(SchemaKind, &mut Value)) {
    // `additionalProperties` may also be a boolean.
    if let Some(schema) = holder.get_mut(key).filter(|schema| schema.is_object()) {
        inline_schema(schema, visit);
    }
}

fn inline_schema(schema: &mut Value, visit: &mut dyn FnMut(SchemaKind, &mut Value)) {
    inner_schemas(schema, visit);
    visit(SchemaKind::Inline, schema);
}

fn inner_schemas(schema: &mut Value, visit: &mut dyn FnMut(SchemaKind, &mut Value)) {
    entries_mut(schema, "properties").for_each(|(_, property)| inline_schema(property, visit));
    for key in ["items", "additionalProperties", "not"] {
        schema_at(schema, key, visit);
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        elements_mut(schema, key).for_each(|part| inline_schema(part, visit));
    }
}

/// The targets of all `$ref`s in this part of the document.
pub fn targets_in(value: &Value) -> impl Iterator<Item = String> + use<'_> {
    openapi::references(value).into_iter().map(|found| found.target.to_owned())
}
