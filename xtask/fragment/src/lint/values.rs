//! Checks that defaults and examples match their schemas, and that patterns are valid.

use super::nodes::Node;
use super::validate::{Validator, mismatch_within};
use super::{Context, Report};
use crate::Rule;
use crate::openapi::Role;

static BAD_PATTERN: Rule = Rule {
    id: "bad-pattern",
    message: "invalid regular expression: {reason}",
    help: "write a short regular expression in the syntax of ECMAScript",
};

static VALUE_MISMATCH: Rule = Rule {
    id: "value-does-not-fit",
    message: "the {key} does not match its schema: {reason}",
    help: "correct the value or the schema",
};

/// Limits on patterns. Longer patterns are unreadable, and the compiler of patterns recurses for each nested group
/// until the stack overflows.
const MAX_PATTERN_LENGTH: usize = 1000;
const MAX_GROUPS: usize = 32;

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let mut validator = Validator::default();
    for node in context.nodes.iter().filter(|node| node.reference().is_none()) {
        match node.role {
            Role::Schema => {
                check_pattern(node, report);
                check_value(context, node, node, "default", &mut validator, report);
                check_value(context, node, node, "example", &mut validator, report);
            }
            Role::Parameter | Role::MediaType => {
                if let Some(schema) = context.nodes.child(node, "schema") {
                    check_value(context, node, schema, "example", &mut validator, report);
                }
            }
            _ => {}
        }
    }
}

/// Compiles the pattern with the flag `u`, which makes unknown escapes errors.
fn check_pattern(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(pattern) = node.text("pattern") else { return };
    let problem = if pattern.len() > MAX_PATTERN_LENGTH {
        Some(format!("longer than {MAX_PATTERN_LENGTH} bytes"))
    } else if pattern.matches('(').count() > MAX_GROUPS {
        Some(format!("more than {MAX_GROUPS} groups"))
    } else {
        regress::Regex::with_flags(&without_needless_escapes(pattern), "u")
            .err()
            .map(|error| error.text.trim_end_matches('.').to_owned())
    };
    if let Some(reason) = problem {
        report.add(&node.at("pattern"), BAD_PATTERN.violation(&[("reason", &reason)]));
    }
}

/// The pattern without escapes that have no effect, such as `\:`. They are valid only without the flag `u`.
fn without_needless_escapes(pattern: &str) -> String {
    let mut text = String::new();
    let mut is_in_class = false;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            is_in_class = character == '[' || (is_in_class && character != ']');
            text.push(character);
            continue;
        }
        let escaped = characters.next();
        // In a class, a hyphen without an escape is a range.
        let is_needed = |escaped: char| {
            !escaped.is_ascii_punctuation()
                || "^$\\.*+?()[]{}|/_".contains(escaped)
                || (escaped == '-' && is_in_class)
        };
        if escaped.is_none_or(is_needed) {
            text.push('\\');
        }
        text.extend(escaped);
    }
    text
}

fn check_value<'a>(
    context: &Context<'_, 'a>,
    at: &Node<'a>,
    schema: &Node<'a>,
    key: &'static str,
    validator: &mut Validator<'a>,
    report: &mut Report<'_>,
) {
    if let Some(reason) =
        at.get(key).and_then(|value| mismatch_within(context.nodes, schema, value, validator))
    {
        report.add(&at.at(key), VALUE_MISMATCH.violation(&[("key", &key), ("reason", &reason)]));
    }
}
