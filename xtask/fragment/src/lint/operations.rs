//! Operations: what the wrapper exposes and under which names, that one of the replies is a success, and tags.

use std::collections::HashSet;

use serde_json::Value;

use super::walk::Site;
use super::{Facts, Operation, Report};
use crate::spec::{Exposed, ProblemKind};

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for operation in facts.operations {
        if let Some(exposed) = facts.known.exposed {
            is_exposed(exposed, operation, report);
        }
        if operation.successes().next().is_none() {
            report.add(&operation.site.path, ProblemKind::NoSuccess);
        }
    }
    tags(facts, report);
}

/// The keys of the names by which people look for an operation, beside its id.
const PUBLISHED: [&str; 2] = ["x-short-name", "x-go-sdk-name"];

fn is_exposed(exposed: &Exposed, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let site = operation.site;
    let Some(id) = site.text("operationId").filter(|id| !id.trim().is_empty()) else { return };
    let Some(first) = exposed.methods_of(id).next() else {
        return report.add(&site.at("operationId"), ProblemKind::NotExposed { operation: id.to_owned() });
    };
    for key in PUBLISHED {
        let Some(name) = site.text(key).filter(|name| !name.trim().is_empty()) else { continue };
        // An operation may have several methods, such as a page and all pages; one of them is enough.
        if !exposed.methods_of(id).any(|method| method.is_found_under(name)) {
            let (alias, method) = (name.to_owned(), first.name.clone());
            let place = format!("{}:{}", first.file, first.position);
            report.add(&site.path.member(key), ProblemKind::NotFoundUnder { alias, method, place });
        }
    }
}

fn tags(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let root = facts.sites.root();
    let mut known = HashSet::new();
    for site in facts.sites.children(root, "tags") {
        if let Some(name) = site.text("name").filter(|name| !known.insert(*name)) {
            report.add(&site.at("name"), ProblemKind::TagTwice { name: name.to_owned() });
        }
    }
    for operation in facts.operations {
        // A document need not list its tags; then none is unknown.
        tags_of(operation.site, root.get("tags").and(Some(&known)), report);
    }
}

fn tags_of(operation: &Site<'_>, known: Option<&HashSet<&str>>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let list = operation.at("tags");
    let tags = operation.get("tags").and_then(Value::as_array).into_iter().flatten();
    for (index, name) in tags.enumerate() {
        let Some(name) = name.as_str() else { continue };
        if !seen.insert(name) {
            report.add(&list.item(index), ProblemKind::TagTwice { name: name.to_owned() });
        } else if known.is_some_and(|known| !known.contains(name)) {
            report.add(&list.item(index), ProblemKind::UndefinedTag { name: name.to_owned() });
        }
    }
}
