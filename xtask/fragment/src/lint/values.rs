//! Values in the fragment fit their schemas: defaults, examples, patterns.

use super::fit::{Fit, misfit};
use super::nodes::Node;
use super::shape::Role;
use super::{Context, Report};
use crate::Rule;

static BAD_PATTERN: Rule = Rule {
    id: "bad-pattern",
    message: "not a regular expression: {reason}",
    help: "write a short regular expression of ECMAScript",
};

static DOES_NOT_FIT: Rule = Rule {
    id: "value-does-not-fit",
    message: "the {key} does not fit its schema: {reason}",
    help: "correct the value or the schema",
};

/// A pattern longer than this, or with more groups, is not compiled: it says nothing to a reader, and the compiler
/// calls itself for each group within a group until the stack is used up.
const MAX_PATTERN_LENGTH: usize = 1000;
const MAX_GROUPS: usize = 32;

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let mut fit = Fit::default();
    for node in context.nodes.iter().filter(|node| node.reference().is_none()) {
        match node.role {
            Role::Schema => {
                pattern(node, report);
                value(context, node, node, "default", &mut fit, report);
                value(context, node, node, "example", &mut fit, report);
            }
            Role::Parameter | Role::MediaType => {
                if let Some(schema) = context.nodes.child(node, "schema") {
                    value(context, node, schema, "example", &mut fit, report);
                }
            }
            _ => {}
        }
    }
}

/// With the engine of the generated code, and strictly: without the flag `u`, a misspelt escape stands for itself.
fn pattern(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(pattern) = node.text("pattern") else { return };
    let problem = if pattern.len() > MAX_PATTERN_LENGTH {
        Some(format!("longer than {MAX_PATTERN_LENGTH} bytes"))
    } else if pattern.matches('(').count() > MAX_GROUPS {
        Some(format!("more than {MAX_GROUPS} groups"))
    } else {
        regress::Regex::with_flags(pattern, "u")
            .err()
            .map(|error| error.text.trim_end_matches('.').to_owned())
    };
    if let Some(reason) = problem {
        report.add(&node.at("pattern"), BAD_PATTERN.violation(&[("reason", &reason)]));
    }
}

fn value<'a>(
    context: &Context<'_, 'a>,
    at: &Node<'a>,
    schema: &Node<'a>,
    key: &'static str,
    fit: &mut Fit<'a>,
    report: &mut Report<'_>,
) {
    if let Some(reason) = at.get(key).and_then(|value| misfit(context.nodes, schema, value, fit)) {
        report.add(&at.at(key), DOES_NOT_FIT.violation(&[("key", &key), ("reason", &reason)]));
    }
}
