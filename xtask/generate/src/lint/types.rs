//! Checks that the generator can convert the schemas to the types that the SDK requires.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Node, Report, Role, is_secret};
use openapi_fragment::openapi::number::decimal;
use serde_json::Value;

use super::{Requirements, is_replaced};

static INLINE: Rule = Rule {
    id: "inline-schema",
    message: "inline {what}s are not supported",
    help: "move the schema to components/schemas, and refer to it",
};

static ANY_OF: Rule = Rule {
    id: "any-of",
    message: "`anyOf` is not supported",
    help: "write one object with optional properties",
};

static ONE_OF: Rule = Rule {
    id: "one-of",
    message: "`oneOf` is not supported: it would become an enum that rejects new kinds of values from the server",
    help: "write one object with optional properties, or a hand-written type for the component, in \
           xtask/generate/src/generator.rs and in the SDK",
};

static MERGE: Rule = Rule {
    id: "merge",
    message: "`allOf` with several schemas is not supported, because they may exclude each other",
    help: "write one object with the properties of all of them",
};

static ENUM_OF_OTHER_TYPE: Rule = Rule {
    id: "enum-of-other-type",
    message: "the `enum` contains values that are not of its type",
    help: "correct the `type` or the values; values of several types need a hand-written type",
};

pub(super) fn check(_: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let schemas = context.nodes.of_role(Role::Schema);
    for node in schemas.filter(|node| node.value.is_object() && node.reference().is_none()) {
        if node.get("anyOf").is_some() {
            report.add(&node.at("anyOf"), ANY_OF.violation(&[]));
        }
        if !is_replaced(context, node) {
            check_composition(context, node, report);
            check_inline(node, report);
            check_enum(node, report);
        }
    }
}

/// The generator supports an `allOf` with one schema. It merges several, which results in an enum without variants if
/// they exclude each other, and it converts a `oneOf` to a closed enum.
fn check_composition(context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    if context.nodes.child(node, "oneOf").is_some() {
        report.add(&node.at("oneOf"), ONE_OF.violation(&[]));
    }
    if context.nodes.children(node, "allOf").count() > 1 {
        report.add(&node.at("allOf"), MERGE.violation(&[]));
    }
}

fn check_inline(node: &Node<'_>, report: &mut Report<'_>) {
    if node.is_component {
        return;
    }
    let what = if node.text("type") == Some("object") || node.get("properties").is_some() {
        "object schema"
    } else if node.get("enum").is_some() && !is_scalar(node) && !is_secret(node) {
        "enum schema"
    } else {
        return;
    };
    report.add(&node.path, INLINE.violation(&[("what", &what)]));
}

/// Whether an `enum` of the schema lists known values of a type that has no variants. It needs no name.
fn is_scalar(node: &Node<'_>) -> bool {
    matches!(node.text("type"), Some("integer" | "number" | "boolean"))
}

/// The type must accept the values. Another check reports a missing type.
fn check_enum(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(Value::Array(values)) = node.get("enum") else { return };
    let is_of_type = |value: &Value| match node.text("type") {
        Some("integer") => decimal(value).is_some_and(|number| number.is_integer()),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => value.is_string(),
    };
    if !values.iter().all(is_of_type) {
        report.add(&node.at("enum"), ENUM_OF_OTHER_TYPE.violation(&[]));
    }
}
