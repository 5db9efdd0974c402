//! Keys that are missing, misspelt or of the wrong type, as the table of shapes has it.

use serde_json::Value;

use super::nodes::Node;
use super::shape::{Role, Shape};
use super::{Context, Report};
use crate::pointer::Path;
use crate::{Rule, Violation};

static NOT_OPENAPI_3_0: Rule = Rule {
    id: "not-openapi-3.0",
    message: "OpenAPI `{found}`, not 3.0",
    help: "write `openapi: 3.0.3`; no other version is read",
};

static MISSING_KEY: Rule =
    Rule { id: "missing-key", message: "`{key}` is missing or empty", help: "write `{key}`: {purpose}" };

static UNKNOWN_KEY: Rule = Rule {
    id: "unknown-key",
    message: "`{key}` is not read here",
    help: "correct its spelling or remove it; these keys are read here: {known}",
};

static WRONG_TYPE: Rule =
    Rule { id: "wrong-type", message: "expected {expected}, found {found}", help: "write {expected}" };

static NOT_A_STATUS: Rule = Rule {
    id: "not-a-status",
    message: "`{found}` is not an HTTP status from 200 to 599",
    help: "list each status the server sends, as a quoted number: '201'",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    version(context, report);
    for node in context.nodes.iter() {
        if !node.value.is_object() {
            wrong_type("a mapping", node.value, &node.path, report);
        } else if node.reference().is_none() {
            fields(node, report);
            unknown(node, report);
            needs_description(node, report);
        }
        if node.via == "responses" && node.role == Role::Response && !node.is_component {
            status(node, report);
        }
    }
}

fn version(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let root = context.nodes.root();
    let Some(found) = root.text("openapi") else { return };
    let patch = found.strip_prefix("3.0.").unwrap_or_default();
    if patch.is_empty() || !patch.bytes().all(|byte| byte.is_ascii_digit()) {
        report.add(&root.at("openapi"), NOT_OPENAPI_3_0.violation(&[("found", &found)]));
    }
}

fn fields(node: &Node<'_>, report: &mut Report<'_>) {
    for field in node.role.fields().unwrap_or_default() {
        match node.get(field.key) {
            None if field.required => report.add(&node.path, missing_key(field.key)),
            None => {}
            // An empty text says as little as none, where it is for people.
            Some(Value::String(text)) if field.shape == Shape::Text && text.trim().is_empty() => {
                report.add(&node.at(field.key), missing_key(field.key));
            }
            Some(value) if !field.shape.holds(value) => {
                wrong_type(field.shape.name(), value, &node.at(field.key), report);
            }
            Some(_) => {}
        }
    }
}

fn unknown(node: &Node<'_>, report: &mut Report<'_>) {
    let (Some(fields), Value::Object(members)) = (node.role.fields(), node.value) else { return };
    for key in members.keys() {
        if !fields.iter().any(|field| field.key == key) {
            let known: Vec<_> = fields.iter().map(|field| field.key).collect();
            report.add(&node.at(key), UNKNOWN_KEY.violation(&[("key", &key), ("known", &known.join(", "))]));
        }
    }
}

/// Where the table cannot say it: a schema needs a description where a user sees it, at a name.
fn needs_description(node: &Node<'_>, report: &mut Report<'_>) {
    let has_name = node.is_component || node.via == "properties";
    let speaks_for_itself = node.text("description").is_some_and(|text| !text.trim().is_empty());
    // An `allOf` around a reference adds `nullable`; the description is that of the component.
    let wraps = !node.is_component && node.get("allOf").is_some();
    if node.role == Role::Schema && has_name && !speaks_for_itself && !wraps {
        report.add(&node.path, missing_key("description"));
    }
}

fn status(node: &Node<'_>, report: &mut Report<'_>) {
    let number = node.name.parse::<u16>().ok().filter(|_| node.name.len() == 3);
    if !number.is_some_and(|number| (200..600).contains(&number)) {
        report.add(&node.path, NOT_A_STATUS.violation(&[("found", &node.name)]));
    }
}

/// A key that is needed, or one with an empty text.
pub(super) fn missing_key(key: &'static str) -> Violation {
    MISSING_KEY.violation(&[("key", &key), ("purpose", &purpose(key))])
}

/// What a required key is for.
fn purpose(key: &str) -> &'static str {
    match key {
        "operationId" => "the published name of the operation",
        "summary" => "one line on what the operation does",
        "description" => "what a user reads in the documentation",
        "x-idempotent" => "whether a repeat after a lost response does no more than the first request did",
        "x-go-sdk-name" => "the method of the Go SDK, by which people find it",
        "x-atlas-cli" => "the command of the Atlas CLI, by which people find it",
        "responses" => "what the server answers with",
        "content" => "the media types and their schemas",
        "schema" | "items" | "type" => "what the value is",
        "oneOf" | "allOf" => "the schemas that it is made of, or remove it",
        "x-required-role" => "the role that the caller needs, or remove it where no role is needed",
        _ => "the document is not complete without it",
    }
}

/// Reports a value of another type than its key holds.
pub(super) fn wrong_type(expected: &'static str, found: &Value, at: &Path<'_>, report: &mut Report<'_>) {
    let found = match found {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    };
    report.add(at, WRONG_TYPE.violation(&[("expected", &expected), ("found", &found)]));
}
