//! Checks references: their targets, and that they have no siblings.

use serde_json::Value;

use super::keys::wrong_type;
use super::nodes::Node;
use super::{Context, Report};
use crate::openapi::keyword::is_ignored_beside_reference;
use crate::openapi::{MAX_REFERENCE_CHAIN, component_of};
use crate::problem::quoted;
use crate::{Rule, Violation};

static NOT_LOCAL: Rule = Rule {
    id: "reference-not-local",
    message: "`{target}` does not refer to a component of this file",
    help: "write `#/components/<section>/<name>`, and add the component to this file",
};

static WRONG_SECTION: Rule = Rule {
    id: "reference-to-wrong-section",
    message: "`{target}` is not in components/{expected}",
    help: "refer to a component in `#/components/{expected}/`",
};

static NO_TARGET: Rule = Rule {
    id: "reference-without-target",
    message: "`{target}` does not exist",
    help: "correct the name, or add the component",
};

static SIBLINGS: Rule = Rule {
    id: "reference-with-siblings",
    message: "{siblings} next to a `$ref` has no effect",
    help: "remove everything next to the `$ref`, or move it to the component",
};

static NULLABLE_REFERENCE: Rule = Rule {
    id: "reference-with-nullable",
    message: "{siblings} next to a `$ref` has no effect",
    help: "write `nullable: true` and `allOf: [{$ref: …}]`",
};

static ENDLESS: Rule = Rule {
    id: "endless-reference",
    message: "`{target}` is part of a cycle or of a too long chain of references",
    help: "replace the `$ref` of one of the components by a schema",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.iter() {
        let Some(target) = node.reference() else { continue };
        check_siblings(node, report);
        if !target.is_string() {
            wrong_type("a string", target, &node.at("$ref"), report);
        } else if let Some(violation) = invalid_target(context, node, target) {
            report.add(&node.at("$ref"), violation);
        }
    }
}

fn check_siblings(node: &Node<'_>, report: &mut Report<'_>) {
    let members = node.value.as_object().into_iter().flatten();
    let siblings: Vec<_> = members
        .map(|(key, _)| key.as_str())
        .filter(|key| is_ignored_beside_reference(node.role, key))
        .collect();
    if !siblings.is_empty() {
        let nullable = siblings.contains(&"nullable");
        let rule = if nullable { &NULLABLE_REFERENCE } else { &SIBLINGS };
        report.add(&node.at("$ref"), rule.violation(&[("siblings", &quoted(siblings))]));
    }
}

fn invalid_target(context: &Context<'_, '_>, node: &Node<'_>, target: &Value) -> Option<Violation> {
    let target = target.as_str()?;
    let Some((section, name)) = component_of(target) else {
        return Some(NOT_LOCAL.violation(&[("target", &target)]));
    };
    match node.role.section() {
        Some(expected) if expected != section => {
            return Some(WRONG_SECTION.violation(&[("target", &target), ("expected", &expected)]));
        }
        _ => {}
    }
    if context.nodes.component(section, name).is_none() {
        return Some(NO_TARGET.violation(&[("target", &target)]));
    }
    // A reference without a target further along the chain is reported at that reference.
    is_endless(context, node).then(|| ENDLESS.violation(&[("target", &target)]))
}

/// Whether the chain of references does not end within the limit.
fn is_endless(context: &Context<'_, '_>, node: &Node<'_>) -> bool {
    let mut node = node;
    for _ in 0..=MAX_REFERENCE_CHAIN {
        if node.reference().is_none() {
            return false;
        }
        let Some(target) = context.nodes.target(node) else { return false };
        node = target;
    }
    true
}
