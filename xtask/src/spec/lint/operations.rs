//! Operations: what the wrapper exposes and under which names, that one of the replies is a success, and tags.

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
