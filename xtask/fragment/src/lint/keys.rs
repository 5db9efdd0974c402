//! Checks the keys of each node against the table of shapes: missing keys, unknown keys and wrong types.

use serde_json::Value;

use super::nodes::Node;
use super::shape::{Shape, fields};
use super::todo::is_todo;
use super::{Context, Report};
use crate::kind::{NOT_OPENAPI_3_0, kind_name};
use crate::openapi::{Role, keyword};
use crate::pointer::Path;
use crate::{Rule, Violation};

static MISSING_KEY: Rule =
    Rule { id: "missing-key", message: "`{key}` is missing or empty", help: "add `{key}`: {purpose}" };

static UNKNOWN_KEY: Rule = Rule {
    id: "unknown-key",
    message: "the key `{key}` is not supported here",
    help: "correct the spelling, or remove the key; supported keys: {known}",
};

static UNSUPPORTED_KEY: Rule = Rule {
    id: "unsupported-key",
    message: "the key `{key}` of OpenAPI is not supported here",
    help: "remove the key; supported keys: {known}",
};

static WRONG_TYPE: Rule =
    Rule { id: "wrong-type", message: "expected {expected}, found {found}", help: "write {expected}" };

static NOT_A_STATUS: Rule = Rule {
    id: "not-a-status",
    message: "`{found}` is not an HTTP status from 200 to 599",
    help: "list each status that the server sends, as a quoted number: '201'",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    check_version(context, report);
    for node in context.nodes.iter() {
        if !node.value.is_object() {
            wrong_type("a mapping", node.value, &node.path, report);
        } else if node.reference().is_none() {
            check_fields(node, report);
            check_unknown_keys(node, report);
            check_description(node, report);
        }
        if node.via == "responses" && node.role == Role::Response && !node.is_component {
            check_status(node, report);
        }
    }
}

fn check_version(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let root = context.nodes.root();
    let Some(found) = root.text("openapi") else { return };
    let patch = found.strip_prefix("3.0.").unwrap_or_default();
    if patch.is_empty() || !patch.bytes().all(|byte| byte.is_ascii_digit()) {
        report.add(&root.at("openapi"), NOT_OPENAPI_3_0.violation(&[("found", &found)]));
    }
}

fn check_fields(node: &Node<'_>, report: &mut Report<'_>) {
    for field in fields(node.role).unwrap_or_default() {
        match node.get(field.key) {
            None if field.required => report.add(&node.path, missing_key(field.key)),
            None => {}
            // An empty text is as useless as a missing one.
            Some(Value::String(text)) if field.shape == Shape::Text && text.trim().is_empty() => {
                report.add(&node.at(field.key), missing_key(field.key));
            }
            // Another check reports what is not written yet.
            Some(value) if !field.shape.matches(value) && !is_todo(value) => {
                wrong_type(field.shape.name(), value, &node.at(field.key), report);
            }
            Some(_) => {}
        }
    }
}

fn check_unknown_keys(node: &Node<'_>, report: &mut Report<'_>) {
    let (Some(fields), Value::Object(members)) = (fields(node.role), node.value) else { return };
    for key in members.keys() {
        if !fields.iter().any(|field| field.key == key) {
            let known: Vec<_> = fields.iter().map(|field| field.key).collect();
            let is_keyword = node.role == Role::Schema && keyword::schema(key).is_some();
            let rule = if is_keyword { &UNSUPPORTED_KEY } else { &UNKNOWN_KEY };
            report.add(&node.at(key), rule.violation(&[("key", &key), ("known", &known.join(", "))]));
        }
    }
}

/// Requires a description of each schema that has a name in the documentation. The table of shapes cannot express this.
fn check_description(node: &Node<'_>, report: &mut Report<'_>) {
    let has_name = node.is_component || node.via == "properties";
    let has_description = node.text("description").is_some_and(|text| !text.trim().is_empty());
    // An `allOf` around a reference only adds `nullable`; the component has the description.
    let is_wrapper = !node.is_component && node.get("allOf").is_some();
    if node.role == Role::Schema && has_name && !has_description && !is_wrapper {
        report.add(&node.path, missing_key("description"));
    }
}

fn check_status(node: &Node<'_>, report: &mut Report<'_>) {
    let number = node.name.parse::<u16>().ok().filter(|_| node.name.len() == 3);
    if !number.is_some_and(|number| (200..600).contains(&number)) {
        report.add(&node.path, NOT_A_STATUS.violation(&[("found", &node.name)]));
    }
}

/// The violation for a missing or empty key.
pub(super) fn missing_key(key: &'static str) -> Violation {
    MISSING_KEY.violation(&[("key", &key), ("purpose", &purpose(key))])
}

/// The purpose of a key that must have a value.
pub(super) fn purpose(key: &str) -> &'static str {
    match key {
        "operationId" => "the published name of the operation",
        "summary" => "one line on what the operation does",
        "description" => "the text for the documentation",
        "x-idempotent" => "whether repeating the request after a lost response has no further effect",
        "x-after-lost-response" => "how to find out what a request did whose response was lost",
        "x-go-sdk-name" => "the name of the method in the Go SDK, for the search in the documentation",
        "x-atlas-cli" => "the command of the Atlas CLI, for the search in the documentation",
        "responses" => "the responses of the server",
        "content" => "the media types and their schemas",
        "schema" | "items" | "type" => "the type of the value",
        "oneOf" | "allOf" => "the schemas that it combines, or remove the key",
        "x-required-role" => "the role that the caller needs; remove the key if no role is needed",
        "x-not-secret" => "the reason why the value is not a secret, whatever its name is",
        _ => "the document is incomplete without it",
    }
}

/// Reports a value whose type does not match its key.
pub(super) fn wrong_type(expected: &'static str, found: &Value, at: &Path<'_>, report: &mut Report<'_>) {
    report.add(at, WRONG_TYPE.violation(&[("expected", &expected), ("found", &kind_name(found))]));
}
