//! Checks the structure of schemas: each keyword applies to the type.

use std::collections::HashSet;

use serde_json::Value;

use super::keys::{missing_key, wrong_type};
use super::nodes::Node;
use super::secrets::is_secret;
use super::{Context, Report};
use crate::Rule;
use crate::openapi::Role;
use crate::openapi::keyword::{self, Keyword};
use crate::openapi::number::decimal;

static BAD_TYPE: Rule = Rule {
    id: "bad-type",
    message: "unknown type `{found}`",
    help: "write string, integer, number, boolean, array or object",
};

static KEY_WITHOUT_EFFECT: Rule = Rule {
    id: "key-without-effect",
    message: "`{key}` has no effect on the type {of}",
    help: "remove it, or correct the type",
};

static KEY_UNSUPPORTED_WITH_TYPE: Rule = Rule {
    id: "key-not-supported-with-type",
    message: "`{key}` is not supported together with the type {of}",
    help: "remove one of the two",
};

static REQUIRED_WITHOUT_PROPERTY: Rule = Rule {
    id: "required-without-property",
    message: "`{name}` is required but not a property",
    help: "correct the name, or add the property",
};

static EMPTY_RANGE: Rule = Rule {
    id: "empty-range",
    message: "`{min}` is greater than `{max}`: no value is valid",
    help: "correct one of the two",
};

static EMPTY_ENUM: Rule =
    Rule { id: "empty-enum", message: "the `enum` has no values", help: "list the values, or remove `enum`" };

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let schemas = context.nodes.of_role(Role::Schema);
    for node in schemas.filter(|node| node.value.is_object() && node.reference().is_none()) {
        check_type(node, report);
        check_required(context, node, report);
        check_ranges(node, report);
        for key in ["allOf", "oneOf"] {
            if node.get(key).and_then(Value::as_array).is_some_and(Vec::is_empty) {
                report.add(&node.at(key), missing_key(key));
            }
        }
        if node.get("enum").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            report.add(&node.at("enum"), EMPTY_ENUM.violation(&[]));
        }
    }
}

fn check_type(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(kind) = node.text("type") else {
        let needs_type = |key: &str| key == "enum" || keyword::schema(key).is_some_and(Keyword::has_types);
        // Another check reports a `type` that is not a string.
        if keys(node).any(needs_type) && node.get("type").is_none() {
            report.add(&node.path, missing_key("type"));
        }
        return;
    };
    if !matches!(kind, "string" | "integer" | "number" | "boolean" | "array" | "object") {
        return report.add(&node.at("type"), BAD_TYPE.violation(&[("found", &kind)]));
    }
    for key in keys(node) {
        let is_unsupported = match key {
            "enum" => matches!(kind, "array" | "object"),
            "allOf" | "oneOf" => true,
            _ => false,
        };
        let rule = match is_unsupported {
            true => &KEY_UNSUPPORTED_WITH_TYPE,
            false if !keyword::applies_to(key, kind) => &KEY_WITHOUT_EFFECT,
            false => continue,
        };
        report.add(&node.at(key), rule.violation(&[("key", &key), ("of", &kind)]));
    }
    if matches!(kind, "integer" | "number") && is_secret(node) {
        let violation = KEY_WITHOUT_EFFECT.violation(&[("key", &"format: password"), ("of", &kind)]);
        report.add(&node.at("format"), violation);
    }
    for key in ["minimum", "maximum", "multipleOf"] {
        let is_fraction = |bound: &&Value| decimal(bound).is_some_and(|number| !number.is_integer());
        let bound = node.get(key).filter(|bound| kind == "integer" && is_fraction(bound));
        if let Some(bound) = bound {
            wrong_type("a whole number", bound, &node.at(key), report);
        }
    }
    if kind == "array" && node.get("items").is_none() {
        report.add(&node.path, missing_key("items"));
    }
}

fn keys<'a>(node: &Node<'a>) -> impl Iterator<Item = &'a str> {
    node.value.as_object().into_iter().flatten().map(|(key, _)| key.as_str())
}

/// Reports lower bounds that are greater than the upper bounds.
fn check_ranges(node: &Node<'_>, report: &mut Report<'_>) {
    for (min, max) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let bound = |key: &str| node.get(key).and_then(decimal);
        if let (Some(from), Some(to)) = (bound(min), bound(max))
            && from > to
        {
            report.add(&node.path.member(min), EMPTY_RANGE.violation(&[("min", &min), ("max", &max)]));
        }
    }
}

fn check_required(context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    let Some(Value::Array(names)) = node.get("required") else { return };
    let properties: HashSet<_> =
        context.nodes.children(node, "properties").map(|property| property.name).collect();
    for (index, name) in names.iter().enumerate() {
        if let Some(name) = name.as_str().filter(|name| !properties.contains(name)) {
            let at = node.at("required").item(index);
            report.add(&at, REQUIRED_WITHOUT_PROPERTY.violation(&[("name", &name)]));
        }
    }
}
