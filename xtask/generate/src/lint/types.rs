//! Schemas of which the generator makes the types that the SDK wants.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Node, Report, Role, is_secret};
use serde_json::Value;

use super::Known;

static INLINE: Rule = Rule {
    id: "inline-schema",
    message: "{what} without a name",
    help: "move it to components/schemas, and refer to it",
};

static ANY_OF: Rule = Rule {
    id: "any-of",
    message: "`anyOf` has no type in Rust",
    help: "write one object with optional properties",
};

static ONE_OF: Rule = Rule {
    id: "one-of",
    message: "a `oneOf` would become an enum that fails on what the server adds",
    help: "write one object with optional properties, or give the component a hand-written type, in xtask/generate/src/generator.rs \
           and in the SDK",
};

static MERGE: Rule = Rule {
    id: "merge",
    message: "an `allOf` of several schemas, which may have no value in common",
    help: "write one object with the properties of all of them",
};

static ENUM_NOT_OF_STRINGS: Rule = Rule {
    id: "enum-not-of-strings",
    message: "an `enum` that is not of strings",
    help: "write strings with `type: string`, or replace the schema by a hand-written type",
};

pub(super) fn check(known: &Known<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let schemas = context.nodes.of_role(Role::Schema);
    for node in schemas.filter(|node| node.value.is_object() && node.reference().is_none()) {
        if node.get("anyOf").is_some() {
            report.add(&node.at("anyOf"), ANY_OF.violation(&[]));
        }
        if node.component.is_none_or(|(_, name)| !known.is_replaced(name)) {
            combined(context, node, report);
            inline(node, report);
            enumeration(node, report);
        }
    }
}

/// What schemas are made of. The generator follows an `allOf` of one schema; it merges several, and where they have
/// nothing in common makes an enum without variants; and it makes a closed enum of a `oneOf`.
fn combined(context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    if context.nodes.child(node, "oneOf").is_some() {
        report.add(&node.at("oneOf"), ONE_OF.violation(&[]));
    }
    if context.nodes.children(node, "allOf").count() > 1 {
        report.add(&node.at("allOf"), MERGE.violation(&[]));
    }
}

fn inline(node: &Node<'_>, report: &mut Report<'_>) {
    if node.is_component {
        return;
    }
    let what = if node.text("type") == Some("object") || node.get("properties").is_some() {
        "an object"
    } else if node.get("enum").is_some() && !is_secret(node) {
        "an enumeration"
    } else {
        return;
    };
    report.add(&node.path, INLINE.violation(&[("what", &what)]));
}

/// The values are strings, and of a type that admits them. A type that is missing is another check's problem.
fn enumeration(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(Value::Array(values)) = node.get("enum") else { return };
    let admits = !matches!(node.text("type"), Some("integer" | "number" | "boolean"));
    let of_strings = admits && values.iter().all(Value::is_string);
    if !values.is_empty() && !of_strings {
        report.add(&node.at("enum"), ENUM_NOT_OF_STRINGS.violation(&[]));
    }
}
