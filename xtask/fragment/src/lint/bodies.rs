//! Bodies of requests and replies: their media types have schemas, and the successes of an operation one type.

use std::collections::HashMap;

use serde_json::Value;

use super::date::MediaType;
use super::operation::Part;
use super::shape::Role;
use super::{Facts, Operation, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for site in facts.sites.of_role(Role::MediaType) {
        if MediaType::read(site.name) == MediaType::Other {
            report.add(&site.path, ProblemKind::BadMediaType { found: site.name.to_owned() });
        }
        if site.node.is_object() && site.get("schema").is_none() {
            report.add(&site.path, ProblemKind::MediaTypeWithoutSchema { media_type: site.name.to_owned() });
        }
    }
    let (bodies, replies) = (facts.sites.of_role(Role::RequestBody), facts.sites.of_role(Role::Response));
    for site in bodies.chain(replies) {
        let empty = site.get("content").and_then(Value::as_object).is_some_and(|content| content.is_empty());
        if empty {
            report.add(&site.at("content"), ProblemKind::MissingKey { key: "content" });
        }
    }
    for operation in facts.operations {
        successes(facts, operation, report);
    }
}

fn successes(facts: &Facts<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut all = operation.successes();
    let Some(first) = all.next() else { return };
    let mut types = types(facts, first);
    let has_body = !types.is_empty();
    for reply in all {
        let mine = self::types(facts, reply);
        let other = if mine.is_empty() == has_body {
            Some(first.listed.name)
        } else {
            mine.iter().find_map(|(version, (schema, _))| {
                types.get(version).filter(|(known, _)| known != schema).map(|(_, status)| *status)
            })
        };
        if let Some(other) = other {
            report.add(&reply.listed.path, ProblemKind::UnlikeSuccesses { other: other.to_owned() });
        }
        types.extend(mine);
    }
}

/// By media type the schema, and the status that has it.
fn types<'a>(facts: &Facts<'_, 'a>, reply: Part<'_, 'a>) -> HashMap<&'a str, (Option<&'a Value>, &'a str)> {
    let media_types = facts.sites.children(reply.is, "content");
    media_types.map(|media_type| (media_type.name, (media_type.get("schema"), reply.listed.name))).collect()
}
