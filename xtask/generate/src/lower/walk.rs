//! Where things stand in an OpenAPI document: walking its operations, messages and schemas.
//!
//! Nothing here changes a document or judges one; a part that has another shape than OpenAPI gives it is
//! passed over. `$ref`s are not followed: each part is visited once, where it is written.

use openapi_fragment::openapi::{self, METHODS};
use openapi_fragment::pointer;
use serde_json::{Map, Value};

const SCHEMA_PREFIX: &str = "#/components/schemas/";

/// The entries of the object at `key`; none where there is no object.
pub fn entries_mut<'a>(
    value: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> + use<'a> {
    value.get_mut(key).and_then(Value::as_object_mut).into_iter().flatten()
}

/// The entries of the object at `key`; none where there is no object.
pub fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The elements of the array at `key`; none where there is no array.
pub fn elements_mut<'a>(value: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> + use<'a> {
    value.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

/// The elements of the array at `key`; none where there is no array.
pub fn elements<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The text at `key`.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// Whether `key` holds `true`.
pub fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(true)
}

/// The component schemas, by name.
pub fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document.get("components").into_iter().flat_map(|components| entries(components, "schemas"))
}

/// The component map of this kind, to be changed as a whole.
pub fn components_mut<'a>(document: &'a mut Value, kind: &str) -> Option<&'a mut Map<String, Value>> {
    document.get_mut("components")?.get_mut(kind)?.as_object_mut()
}

/// The name of the component schema that this value refers to.
pub fn referred_schema(value: &Value) -> Option<&str> {
    component_schema(text(value, "$ref")?)
}

/// The name of the component schema that a reference leads to.
pub fn component_schema(reference: &str) -> Option<&str> {
    reference.strip_prefix(SCHEMA_PREFIX)
}

/// The same where the reference may stand alone in an `allOf`, which is how OpenAPI 3.0 gives it siblings.
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

/// What `$ref` points at, followed once; the value itself where it is no reference or leads nowhere.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    text(value, "$ref").and_then(|reference| openapi::target_of(document, reference)).unwrap_or(value)
}

/// Every operation, in the order of the document.
pub fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    entries_mut(document, "paths")
        .filter_map(|(_, item)| item.as_object_mut())
        .flatten()
        .filter(|(method, _)| METHODS.contains(&method.as_str()))
        .map(|(_, operation)| operation)
}

/// An operation and where it stands.
pub struct OperationNode<'a> {
    /// The path template.
    pub path: &'a str,
    /// The method, in lower case.
    pub method: &'a str,
    /// What is common to the operations of this path.
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

/// Every operation with its place, in the order of the document.
pub fn operations(document: &Value) -> impl Iterator<Item = OperationNode<'_>> {
    entries(document, "paths").flat_map(|(path, item)| {
        item.as_object()
            .into_iter()
            .flatten()
            .filter(|(method, _)| METHODS.contains(&method.as_str()))
            .map(move |(method, operation)| OperationNode { path, method, item, operation })
    })
}

/// Every request body and reply that has a `content` or could have one, in operations and in components.
pub fn each_message(document: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    for operation in operations_mut(document) {
        if let Some(body) = operation.get_mut("requestBody") {
            visit(body);
        }
        entries_mut(operation, "responses").for_each(|(_, reply)| visit(reply));
    }
    for kind in ["requestBodies", "responses"] {
        components_mut(document, kind).into_iter().flatten().for_each(|(_, message)| visit(message));
    }
}

/// A schema's place, as far as passes care.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// It is a component and has a name.
    Component,
    /// It is written where it is used.
    Inline,
}

/// Every schema of the document, what is inside a schema before the schema itself.
pub fn each_schema(document: &mut Value, visit: &mut dyn FnMut(Named, &mut Value)) {
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
        inner_schemas(schema, visit);
        visit(Named::Component, schema);
    }
}

fn message_schemas(message: &mut Value, visit: &mut dyn FnMut(Named, &mut Value)) {
    for (_, media) in entries_mut(message, "content") {
        schema_at(media, "schema", visit);
    }
    entries_mut(message, "headers").for_each(|(_, header)| parameter_schemas(header, visit));
}

fn parameter_schemas(parameter: &mut Value, visit: &mut dyn FnMut(Named, &mut Value)) {
    schema_at(parameter, "schema", visit);
    for (_, media) in entries_mut(parameter, "content") {
        schema_at(media, "schema", visit);
    }
}

fn schema_at(holder: &mut Value, key: &str, visit: &mut dyn FnMut(Named, &mut Value)) {
    // `additionalProperties` may also be a boolean.
    if let Some(schema) = holder.get_mut(key).filter(|schema| schema.is_object()) {
        inline_schema(schema, visit);
    }
}

fn inline_schema(schema: &mut Value, visit: &mut dyn FnMut(Named, &mut Value)) {
    inner_schemas(schema, visit);
    visit(Named::Inline, schema);
}

fn inner_schemas(schema: &mut Value, visit: &mut dyn FnMut(Named, &mut Value)) {
    entries_mut(schema, "properties").for_each(|(_, property)| inline_schema(property, visit));
    for key in ["items", "additionalProperties", "not"] {
        schema_at(schema, key, visit);
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        elements_mut(schema, key).for_each(|part| inline_schema(part, visit));
    }
}

/// The targets of every `$ref` in this part of the document.
pub fn targets_in(value: &Value) -> impl Iterator<Item = String> + use<'_> {
    openapi::references(value).into_iter().map(|found| found.target.to_owned())
}
