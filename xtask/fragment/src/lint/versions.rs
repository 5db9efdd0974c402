//! Checks API versions: valid dates, a version for each success, a success for each version of a request, and one
//! sunset per version of an operation.

use std::collections::{BTreeSet, HashMap};

use super::nodes::Node;
use super::{Context, Operation, Report};
use crate::Rule;
use crate::openapi::Role;
use crate::openapi::{MediaType, is_date};
use crate::pointer::Path;

static BAD_DATE: Rule = Rule {
    id: "bad-date",
    message: "`{found}` is not a valid date",
    help: "write a date in the form YYYY-MM-DD, such as 2024-05-30",
};

static PREVIEW: Rule = Rule {
    id: "preview-version",
    message: "the version `preview` is not supported, because it may change at any time",
    help: "write the versions that have a date; leave out an operation that has none",
};

static SUNSET_BEFORE_VERSION: Rule = Rule {
    id: "sunset-before-version",
    message: "the version {version} ends on {sunset}, before it starts",
    help: "correct one of the two dates",
};

static EMPTY_VERSIONS_WITH_CONTENT: Rule = Rule {
    id: "empty-versions-with-content",
    message: "the response has both `x-empty-versions` and a body",
    help: "remove one of the two",
};

static RESPONSE_WITHOUT_VERSION: Rule = Rule {
    id: "response-without-version",
    message: "the success response has no version",
    help: "write the media type of the body as application/vnd.atlas.<date>+json; if there is no body, list the dates \
           in `x-empty-versions`",
};

static REQUEST_VERSION_WITHOUT_RESPONSE: Rule = Rule {
    id: "request-version-without-response",
    message: "no success response has the version {version} of this request",
    help: "add the version to the success response, or remove it here",
};

static DIFFERENT_SUNSETS: Rule = Rule {
    id: "different-sunsets",
    message: "the version {version} {end} here, but {other_end} in {part}",
    help: "write the same `x-sunset` in both: a version of an operation ends as a whole",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.of_role(Role::MediaType) {
        check_media_type(node, report);
    }
    for node in context.nodes.of_role(Role::Response) {
        check_empty_versions(node, report);
    }
    for operation in context.operations {
        check_versions(context, operation, report);
        check_sunsets(context, operation, report);
    }
}

fn check_media_type(node: &Node<'_>, report: &mut Report<'_>) {
    let version = MediaType::read(node.name).version();
    if let Some(version) = version {
        check_version(version, &node.path, report);
    }
    let Some(sunset) = node.text("x-sunset") else { return };
    if !is_date(sunset) {
        report.add(&node.at("x-sunset"), BAD_DATE.violation(&[("found", &sunset)]));
    } else if let Some(version) = version.filter(|version| is_date(version) && sunset <= *version) {
        let violation = SUNSET_BEFORE_VERSION.violation(&[("sunset", &sunset), ("version", &version)]);
        report.add(&node.at("x-sunset"), violation);
    }
}

fn check_version(version: &str, at: &Path<'_>, report: &mut Report<'_>) {
    match version {
        "preview" => report.add(at, PREVIEW.violation(&[])),
        version if !is_date(version) => report.add(at, BAD_DATE.violation(&[("found", &version)])),
        _ => {}
    }
}

fn check_empty_versions(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(versions) = node.get("x-empty-versions").and_then(|versions| versions.as_array()) else {
        return;
    };
    let list = node.at("x-empty-versions");
    for (index, version) in versions.iter().enumerate() {
        if let Some(version) = version.as_str() {
            check_version(version, &list.item(index), report);
        }
    }
    if node.get("content").is_some() {
        report.add(&list, EMPTY_VERSIONS_WITH_CONTENT.violation(&[]));
    }
}

fn check_versions(context: &Context<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut success_versions = BTreeSet::new();
    for response in operation.successes() {
        let resolved = response.resolved;
        let versions: Vec<_> = body_versions(context, resolved).chain(listed_versions(resolved)).collect();
        if versions.is_empty() {
            report.add(&response.listed.path, RESPONSE_WITHOUT_VERSION.violation(&[]));
        }
        success_versions.extend(versions);
    }
    let Some(body) = operation.body else { return };
    for media_type in context.nodes.children(body.resolved, "content") {
        let Some(version) = MediaType::read(media_type.name).version() else { continue };
        if is_date(version) && !success_versions.contains(version) && !success_versions.is_empty() {
            let violation = REQUEST_VERSION_WITHOUT_RESPONSE.violation(&[("version", &version)]);
            report.add(&media_type.path, violation);
        }
    }
}

/// Compares the sunsets of each version. Responses without a body have no sunset and are skipped.
fn check_sunsets(context: &Context<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut first = HashMap::new();
    for part in operation.body.iter().chain(&operation.responses) {
        for media_type in context.nodes.children(part.resolved, "content") {
            let Some(version) = MediaType::read(media_type.name).version() else { continue };
            let sunset = media_type.text("x-sunset");
            if sunset.is_some_and(|day| !is_date(day)) {
                continue;
            }
            let (other, listed) = *first.entry(version).or_insert((sunset, part.listed));
            if other != sunset {
                let at = sunset.map_or(media_type.path.clone(), |_| media_type.at("x-sunset"));
                let violation = DIFFERENT_SUNSETS.violation(&[
                    ("version", &version),
                    ("end", &end(sunset)),
                    ("other_end", &end(other)),
                    ("part", &describe(listed)),
                ]);
                report.add(&at, violation);
            }
        }
    }
}

fn end(sunset: Option<&str>) -> String {
    sunset.map_or_else(|| "has no end".to_owned(), |day| format!("ends on {day}"))
}

/// The description of the body or a response of an operation for messages.
fn describe(part: &Node<'_>) -> String {
    if part.via == "responses" { format!("the response `{}`", part.name) } else { "the request".to_owned() }
}

fn body_versions<'a>(context: &Context<'_, 'a>, response: &Node<'a>) -> impl Iterator<Item = &'a str> {
    context
        .nodes
        .children(response, "content")
        .filter_map(|media_type| MediaType::read(media_type.name).version())
}

fn listed_versions<'a>(response: &Node<'a>) -> impl Iterator<Item = &'a str> {
    let versions = response.get("x-empty-versions").and_then(|versions| versions.as_array());
    versions.into_iter().flatten().filter_map(|version| version.as_str())
}
