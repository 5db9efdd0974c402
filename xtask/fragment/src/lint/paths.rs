//! Path templates, and that their variables and the path parameters are the same.

use std::collections::{HashMap, HashSet};

use super::shape::Role;
use super::walk::Site;
use super::{Facts, Operation, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let mut first = HashMap::new();
    for site in facts.sites.of_role(Role::PathItem) {
        match variables(site.name) {
            Ok(_) => same(site, &mut first, report),
            Err(reason) => report.add(&site.path, ProblemKind::MalformedPath { reason }),
        }
    }
    for operation in facts.operations {
        if let Ok(variables) = variables(operation.path) {
            described(operation, &variables, report);
        }
    }
}

/// The variables of a template, in order.
pub(super) fn variables(template: &str) -> Result<Vec<&str>, &'static str> {
    let Some(rest) = template.strip_prefix('/') else { return Err("it does not begin with `/`") };
    let mut variables = Vec::new();
    let mut seen = HashSet::new();
    for segment in rest.split('/') {
        if segment.is_empty() {
            return Err("a segment is empty");
        }
        let inner = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
        let text = inner.unwrap_or(segment);
        let plain = |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
        if text.is_empty() || !text.chars().all(plain) {
            return Err("a segment is neither plain text nor one whole variable");
        }
        if matches!(text, "." | "..") {
            return Err("a segment leads to another path");
        }
        if inner.is_some() {
            if !seen.insert(text) {
                return Err("a variable stands twice");
            }
            variables.push(text);
        }
    }
    Ok(variables)
}

/// `/a/{b}` and `/a/{c}`.
fn same<'a>(site: &Site<'a>, first: &mut HashMap<String, &'a str>, report: &mut Report<'_>) {
    let nameless: Vec<_> =
        site.name.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect();
    match first.get(nameless.join("/").as_str()) {
        Some(other) => report.add(&site.path, ProblemKind::SamePath { other: (*other).to_owned() }),
        None => {
            first.insert(nameless.join("/"), site.name);
        }
    }
}

fn described(operation: &Operation<'_, '_>, variables: &[&str], report: &mut Report<'_>) {
    let parameters = operation.parameters.iter().filter(|parameter| parameter.is.text("in") == Some("path"));
    let described: HashSet<_> = parameters.filter_map(|parameter| parameter.is.text("name")).collect();
    for variable in variables.iter().filter(|variable| !described.contains(*variable)) {
        let variable = (*variable).to_owned();
        report.add(&operation.site.path, ProblemKind::VariableWithoutParameter { variable });
    }
    for parameter in &operation.parameters {
        if parameter.is.text("in") == Some("path")
            && let Some(name) = parameter.is.text("name")
            && !variables.contains(&name)
        {
            let name = name.to_owned();
            report.add(&parameter.listed.path, ProblemKind::ParameterWithoutVariable { name });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        assert_eq!(variables("/a/{b}/c/{d}"), Ok(vec!["b", "d"]));
        for malformed in [
            "", "a", "/", "/a/", "/a//b", "/a?b", "/a/{b", "/a/{}", "/a/x{b}", "/{a}{b}", "/{a}/{a}", "/..",
            "/a b",
        ] {
            assert!(variables(malformed).is_err(), "{malformed}");
        }
    }
}
