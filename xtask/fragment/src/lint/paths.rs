//! Checks path templates, and that their variables match the path parameters.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::nodes::Node;
use super::{Context, Operation, Report};
use crate::Rule;
use crate::openapi::Role;
use crate::openapi::without_variables;

static MALFORMED_PATH: Rule = Rule {
    id: "malformed-path",
    message: "invalid path: {reason}",
    help: "write a path such as /api/atlas/v2/orgs/{orgId}/linkTokens",
};

static SAME_PATH: Rule = Rule {
    id: "same-path",
    message: "the path is the same as `{other}`",
    help: "move the operations of both to one path",
};

static VARIABLE_WITHOUT_PARAMETER: Rule = Rule {
    id: "variable-without-parameter",
    message: "the path variable `{{variable}}` has no parameter",
    help: "add a parameter with this name and `in: path`",
};

static PARAMETER_WITHOUT_VARIABLE: Rule = Rule {
    id: "parameter-without-variable",
    message: "the path has no variable `{{name}}`",
    help: "correct the name, or remove the parameter",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let mut paths = HashMap::new();
    for node in context.nodes.of_role(Role::PathItem) {
        match variables(node.name) {
            Ok(_) => check_same_path(node, &mut paths, report),
            Err(reason) => report.add(&node.path, MALFORMED_PATH.violation(&[("reason", &reason)])),
        }
    }
    for operation in context.operations {
        if let Ok(variables) = variables(operation.path) {
            check_parameters(operation, &variables, report);
        }
    }
}

/// The variables of a template, in order.
fn variables(template: &str) -> Result<Vec<&str>, &'static str> {
    let Some(rest) = template.strip_prefix('/') else { return Err("it does not start with `/`") };
    let mut variables = Vec::new();
    let mut seen = HashSet::new();
    for segment in rest.split('/') {
        if segment.is_empty() {
            return Err("a segment is empty");
        }
        let (variable, text) = match segment.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((variable, suffix)) => (Some(variable), suffix),
            None => (None, segment),
        };
        let (text, verb) = text.split_once(':').map_or((text, None), |(text, verb)| (text, Some(verb)));
        // Behind a variable, a suffix such as `.gz` is possible. Other text would be hard to tell from the value.
        let is_text = match variable {
            Some(variable) => {
                is_plain(variable) && (text.is_empty() || (text.starts_with('.') && is_plain(text)))
            }
            None => is_plain(text),
        };
        if !is_text || !verb.is_none_or(is_plain) {
            return Err("a segment is neither plain text nor a single variable, with or without a `:verb`");
        }
        if matches!(text, "." | "..") {
            return Err("a segment is `.` or `..`");
        }
        if let Some(variable) = variable {
            if !seen.insert(variable) {
                return Err("duplicate variable");
            }
            variables.push(variable);
        }
    }
    Ok(variables)
}

fn is_plain(text: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
    !text.is_empty() && text.chars().all(plain)
}

/// Reports paths that differ only in the names of variables, such as `/a/{b}` and `/a/{c}`.
fn check_same_path<'a>(node: &Node<'a>, paths: &mut HashMap<Cow<'a, str>, &'a str>, report: &mut Report<'_>) {
    match paths.entry(without_variables(node.name)) {
        Entry::Occupied(other) => report.add(&node.path, SAME_PATH.violation(&[("other", other.get())])),
        Entry::Vacant(entry) => _ = entry.insert(node.name),
    }
}

fn check_parameters(operation: &Operation<'_, '_>, variables: &[&str], report: &mut Report<'_>) {
    let parameters =
        operation.parameters.iter().filter(|parameter| parameter.resolved.text("in") == Some("path"));
    let described: HashSet<_> = parameters.filter_map(|parameter| parameter.resolved.text("name")).collect();
    for variable in variables.iter().filter(|variable| !described.contains(*variable)) {
        report.add(&operation.node.path, VARIABLE_WITHOUT_PARAMETER.violation(&[("variable", variable)]));
    }
    for parameter in &operation.parameters {
        if parameter.resolved.text("in") == Some("path")
            && let Some(name) = parameter.resolved.text("name")
            && !variables.contains(&name)
        {
            report.add(&parameter.listed.path, PARAMETER_WITHOUT_VARIABLE.violation(&[("name", &name)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        for (template, expected) in [
            ("/a/{b}/c/{d}", vec!["b", "d"]),
            ("/a:do", vec![]),
            ("/a/{b}:do", vec!["b"]),
            ("/a/{b}.gz/{c}.tar.gz:do", vec!["b", "c"]),
        ] {
            assert_eq!(variables(template), Ok(expected), "{template}");
        }
        for malformed in [
            "", "a", "/", "/a/", "/a//b", "/a?b", "/a/{b", "/a/{}", "/a/x{b}", "/{a}{b}", "/{a}/{a}", "/..",
            "/a b", "/:do", "/a/:do", "/a:", "/a:b:c", "/{a}:", "/{a}:{b}", "/{a}x", "/{a}..", "/{a}.",
            "/x{a}:do", "/{a:b}", "/a:b/{a",
        ] {
            assert!(variables(malformed).is_err(), "{malformed}");
        }
    }
}
