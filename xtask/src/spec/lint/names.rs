//! Names that cannot be made identifiers, and names that become the same one.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::rename::{pascal, snake};
use super::secrets::is_secret;
use super::shape::Role;
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;
use crate::spec::pointer::Path;
use crate::spec::problem::Named;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    // A request may be made under either name.
    let ids = ["operationId", "x-short-name"].into_iter().flat_map(|key| {
        facts
            .operations
            .iter()
            .filter_map(move |operation| Some((operation.site.text(key)?, operation.site.at(key))))
    });
    distinct(Named::Operation, ids, snake, report);
    let schemas = facts.sites.components().filter(|site| site.role == Role::Schema);
    distinct(Named::Component, schemas.map(named), pascal, report);
    for operation in facts.operations {
        parameters(operation, report);
    }
    for schema in facts.sites.of_role(Role::Schema) {
        properties(facts, schema, report);
        values(facts, schema, report);
    }
}

fn named<'a>(site: &Site<'a>) -> (&'a str, Path<'a>) {
    (site.name, site.path.clone())
}

/// Reports each name that is no name, or that becomes what an earlier one became.
fn distinct<'a>(
    what: Named,
    names: impl Iterator<Item = (&'a str, Path<'a>)>,
    rename: fn(&str) -> String,
    report: &mut Report<'_>,
) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for (name, path) in names {
        if what != Named::EnumValue && !is_name(name) {
            report.add(&path, ProblemKind::BadName { what, name: name.to_owned() });
            continue;
        }
        let renamed = rename(name);
        match first.get(&renamed) {
            Some(other) => {
                let (name, other) = (name.to_owned(), (*other).to_owned());
                report.add(&path, ProblemKind::NamesCollide { what, name, other, renamed });
            }
            None => {
                first.insert(renamed, name);
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.trim_start_matches('_').chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// The same parameter twice is another rule's matter.
fn parameters(operation: &super::Operation<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let names = operation.parameters.iter().filter_map(|parameter| {
        let name = parameter.is.text("name")?;
        seen.insert(name).then(|| (name, parameter.listed.path.clone()))
    });
    distinct(Named::Parameter, names, snake, report);
}

fn properties(facts: &Facts<'_, '_>, schema: &Site<'_>, report: &mut Report<'_>) {
    let properties = || facts.sites.children(schema, "properties");
    let pair = properties()
        .find(|property| property.name == "_id")
        .filter(|_| properties().any(|property| property.name == "id"));
    if let Some(property) = pair {
        report.add(&property.path, ProblemKind::IdBesideUnderscoreId);
    }
    // That pair would be reported a second time.
    let others = properties().filter(|property| pair.is_none() || property.name != "_id");
    distinct(Named::Property, others.map(named), snake, report);
}

fn values(facts: &Facts<'_, '_>, schema: &Site<'_>, report: &mut Report<'_>) {
    let replaced = schema.component.is_some_and(|(_, name)| facts.known.is_replaced(name));
    let Some(Value::Array(values)) = schema.get("enum") else { return };
    // What is secret is not repeated; that it has values at all is another rule's matter.
    if replaced || is_secret(schema) {
        return;
    }
    let list = schema.at("enum");
    let texts =
        values.iter().enumerate().filter_map(|(index, value)| Some((value.as_str()?, list.item(index))));
    distinct(Named::EnumValue, texts, pascal, report);
}
