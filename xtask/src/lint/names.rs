//! Names that cannot be made identifiers, and names that become the same one.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::secrets::is_secret;
use super::shape::Role;
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;
use crate::spec::pointer::Path;
use crate::spec::problem::Named;
use crate::spec::rename::{SECRET, snake, type_name, variant};

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    // A request may be made under either name.
    let ids = ["operationId", "x-short-name"].into_iter().flat_map(|key| {
        let sites = facts.operations.iter().map(|operation| operation.site);
        let names = sites.filter_map(move |site| Some((site.text(key)?, site.at(key))));
        // An empty one is reported as missing.
        names.filter(|(name, _)| !name.trim().is_empty())
    });
    distinct(Named::Operation, ids, report);
    let schemas = || facts.sites.components().filter(|site| site.role == Role::Schema);
    distinct(Named::Component, schemas().map(named), report);
    for operation in facts.operations {
        parameters(operation, report);
    }
    for schema in facts.sites.of_role(Role::Schema) {
        properties(facts, schema, report);
        values(facts, schema, report);
    }
    reserved(facts, report);
}

fn named<'a>(site: &Site<'a>) -> (&'a str, Path<'a>) {
    (site.name, site.path.clone())
}

/// Reports each name that is no name, or that becomes what an earlier one became.
fn distinct<'a>(what: Named, names: impl Iterator<Item = (&'a str, Path<'a>)>, report: &mut Report<'_>) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for (name, path) in names {
        let Some(renamed) = renamed(what, name) else {
            report.add(&path, ProblemKind::BadName { what, name: name.to_owned() });
            continue;
        };
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

/// What the name becomes in Rust, where it can become anything.
fn renamed(what: Named, name: &str) -> Option<String> {
    match what {
        Named::EnumValue => variant(name),
        Named::Component => is_name(name).then(|| type_name(name)),
        Named::Operation | Named::Property | Named::Parameter => is_name(name).then(|| snake(name)),
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.trim_start_matches('_').chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// What admits more than the properties of an object becomes a field of this name.
const MORE: &str = "additionalProperties";
const EXTRA: &str = "extra";

/// What generated code calls by a name of its own. The types: those of the prelude that it writes without a path, the
/// reader of the open enums, and the keyword. The functions: the constructors, and `ALL` of the operation table.
const RESERVED_TYPES: [&str; 6] = ["Ok", "Err", "Some", "None", "OpenEnum", "Self_"];
const RESERVED_FUNCTIONS: [&str; 3] = ["new", "new_with_client", "all"];
/// The variables of a method, and the one that it has only where the operation has a body.
const RESERVED_VARIABLES: [&str; 6] = ["header_map", "path", "request", "response", "result", "url"];
const BODY: &str = "body";

fn reserved(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for site in facts.sites.components().filter(|site| site.role == Role::Schema) {
        let renamed = type_name(site.name);
        // Lowering gives the secrets that have no name this one.
        let secret = renamed == SECRET && !(site.name == SECRET && is_secret(site));
        if secret || RESERVED_TYPES.contains(&&*renamed) {
            report.add(&site.path, reserved_name(Named::Component, site.name));
        }
    }
    for operation in facts.operations {
        if let Some(id) =
            operation.site.text("operationId").filter(|id| RESERVED_FUNCTIONS.contains(&&*snake(id)))
        {
            report.add(&operation.site.at("operationId"), reserved_name(Named::Operation, id));
        }
        for parameter in &operation.parameters {
            let Some(name) = parameter.is.text("name") else { continue };
            let renamed = snake(name);
            if RESERVED_VARIABLES.contains(&&*renamed) || (renamed == BODY && operation.body.is_some()) {
                report.add(&parameter.listed.path, reserved_name(Named::Parameter, name));
            }
        }
    }
}

fn reserved_name(what: Named, name: &str) -> ProblemKind {
    ProblemKind::ReservedName { what, name: name.to_owned() }
}

/// The same parameter twice in one place is another rule's matter.
fn parameters(operation: &super::Operation<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let names = operation.parameters.iter().filter_map(|parameter| {
        let name = parameter.is.text("name")?;
        seen.insert((name, parameter.is.text("in"))).then(|| (name, parameter.listed.path.clone()))
    });
    distinct(Named::Parameter, names, report);
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
    distinct(Named::Property, others.map(named), report);
    let extra = properties().find(|property| snake(property.name) == EXTRA);
    if let (Some(more), Some(extra)) = (facts.sites.child(schema, MORE), extra) {
        let (name, other, renamed) = (MORE.to_owned(), extra.name.to_owned(), EXTRA.to_owned());
        report.add(&more.path, ProblemKind::NamesCollide { what: Named::Property, name, other, renamed });
    }
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
    distinct(Named::EnumValue, texts, report);
}
