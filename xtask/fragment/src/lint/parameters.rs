//! Parameters: their place, their type, and that each stands once.

use std::collections::HashSet;

use serde_json::Value;

use super::shape::Role;
use super::walk::{Site, component_of};
use super::{Facts, Operation, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for site in facts.sites.of_role(Role::Parameter) {
        if site.node.is_object() && site.reference().is_none() {
            place(site, report);
            encoding(site, report);
            nullable(facts, site, report);
            match site.text("in") {
                Some("path") => path_parameter(facts, site, report),
                Some("query") => query_parameter(facts, site, report),
                _ => {}
            }
        }
    }
    for operation in facts.operations {
        twice(operation, report);
    }
}

fn place(site: &Site<'_>, report: &mut Report<'_>) {
    if let Some(found) = site.text("in").filter(|place| !matches!(*place, "path" | "query")) {
        report.add(&site.at("in"), ProblemKind::ParameterPlace { found: found.to_owned() });
    }
}

fn encoding(site: &Site<'_>, report: &mut Report<'_>) {
    for key in ["content", "style"] {
        if site.get(key).is_some() {
            report.add(&site.at(key), ProblemKind::ParameterEncoding { key });
        }
    }
    if site.get("schema").is_none() && site.get("content").is_none() {
        report.add(&site.path, ProblemKind::MissingKey { key: "schema" });
    }
}

/// No null stands in an address, whatever the schema admits.
fn nullable(facts: &Facts<'_, '_>, site: &Site<'_>, report: &mut Report<'_>) {
    let Some(schema) = facts.sites.child(site, "schema") else { return };
    let is_nullable = |schema: &Site<'_>| schema.get("nullable") == Some(&Value::Bool(true));
    if is_nullable(schema) || facts.sites.resolve(schema).is_some_and(is_nullable) {
        let name = site.text("name").unwrap_or_default().to_owned();
        report.add(&schema.path, ProblemKind::ParameterNullable { name });
    }
}

fn path_parameter(facts: &Facts<'_, '_>, site: &Site<'_>, report: &mut Report<'_>) {
    let name = || site.text("name").unwrap_or_default().to_owned();
    if site.get("required") != Some(&Value::Bool(true)) {
        report.add(&site.path, ProblemKind::PathParameterOptional { name: name() });
    }
    let Some(schema) = facts.sites.child(site, "schema") else { return };
    if !is_id(facts, schema) {
        report.add(&schema.path, ProblemKind::PathParameterNotId { name: name() });
    }
}

fn query_parameter(facts: &Facts<'_, '_>, site: &Site<'_>, report: &mut Report<'_>) {
    let Some(schema) = facts.sites.child(site, "schema") else { return };
    let plain = matches!(schema.text("type"), Some("string" | "integer" | "boolean"));
    if (plain && schema.get("enum").is_none()) || is_id(facts, schema) {
        return;
    }
    let found = match (schema.reference(), schema.get("enum"), schema.text("type")) {
        (Some(_), ..) => "of a component that is no id",
        (_, Some(_), _) => "`enum`",
        (.., Some(kind)) => kind,
        (None, None, None) => "that is not named",
    };
    report.add(&schema.path, ProblemKind::ParameterSchema { found: found.to_owned() });
}

/// Whether the schema is a reference to an id, or leads wrong, which is another rule's matter.
fn is_id(facts: &Facts<'_, '_>, schema: &Site<'_>) -> bool {
    let Some(target) = schema.reference() else { return false };
    match target.as_str().and_then(component_of) {
        Some(("schemas", name)) if facts.sites.component("schemas", name).is_some() => {
            facts.known.id_types.contains(&name)
        }
        _ => true,
    }
}

fn twice(operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for parameter in &operation.parameters {
        let (Some(name), Some(place)) = (parameter.is.text("name"), parameter.is.text("in")) else {
            continue;
        };
        if !seen.insert((name, place)) {
            report.add(&parameter.listed.path, ProblemKind::ParameterTwice { name: name.to_owned() });
        }
    }
}
