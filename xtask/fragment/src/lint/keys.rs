//! Keys that are missing, misspelt or of the wrong type, as the table of shapes has it.

use serde_json::Value;

use super::shape::{Role, Shape};
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;
use crate::spec::pointer::Path;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    version(facts, report);
    for site in facts.sites.iter() {
        if !site.node.is_object() {
            wrong_type("a mapping", site.node, &site.path, report);
        } else if site.reference().is_none() {
            fields(site, report);
            unknown(site, report);
            needs_description(site, report);
        }
        if site.via == "responses" && site.role == Role::Response && !site.is_component {
            status(site, report);
        }
    }
}

fn version(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let root = facts.sites.root();
    let Some(found) = root.text("openapi") else { return };
    let patch = found.strip_prefix("3.0.").unwrap_or_default();
    if patch.is_empty() || !patch.bytes().all(|byte| byte.is_ascii_digit()) {
        report.add(&root.at("openapi"), ProblemKind::NotOpenApi30 { found: found.to_owned() });
    }
}

fn fields(site: &Site<'_>, report: &mut Report<'_>) {
    for field in site.role.fields().unwrap_or_default() {
        match site.get(field.key) {
            None if field.needed => report.add(&site.path, ProblemKind::MissingKey { key: field.key }),
            None => {}
            // An empty text says as little as none, where it is for people.
            Some(Value::String(text)) if field.shape == Shape::Text && text.trim().is_empty() => {
                report.add(&site.at(field.key), ProblemKind::MissingKey { key: field.key });
            }
            Some(value) if !field.shape.holds(value) => {
                wrong_type(field.shape.name(), value, &site.at(field.key), report);
            }
            Some(_) => {}
        }
    }
}

fn unknown(site: &Site<'_>, report: &mut Report<'_>) {
    let (Some(fields), Value::Object(members)) = (site.role.fields(), site.node) else { return };
    for key in members.keys() {
        if !fields.iter().any(|field| field.key == key) {
            let known = fields.iter().map(|field| field.key).collect();
            report.add(&site.at(key), ProblemKind::UnknownKey { key: key.clone(), known });
        }
    }
}

/// Where the table cannot say it: a schema needs a description where a user sees it, at a name.
fn needs_description(site: &Site<'_>, report: &mut Report<'_>) {
    let has_name = site.is_component || site.via == "properties";
    let speaks_for_itself = site.text("description").is_some_and(|text| !text.trim().is_empty());
    // An `allOf` around a reference adds `nullable`; the description is that of the component.
    let wraps = !site.is_component && site.get("allOf").is_some();
    if site.role == Role::Schema && has_name && !speaks_for_itself && !wraps {
        report.add(&site.path, ProblemKind::MissingKey { key: "description" });
    }
}

fn status(site: &Site<'_>, report: &mut Report<'_>) {
    let number = site.name.parse::<u16>().ok().filter(|_| site.name.len() == 3);
    if !number.is_some_and(|number| (200..600).contains(&number)) {
        report.add(&site.path, ProblemKind::NotAStatus { found: site.name.to_owned() });
    }
}

/// Reports a value that is not what is due here.
pub(super) fn wrong_type(expected: &'static str, found: &Value, at: &Path<'_>, report: &mut Report<'_>) {
    let found = match found {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    };
    report.add(at, ProblemKind::WrongType { expected, found });
}
