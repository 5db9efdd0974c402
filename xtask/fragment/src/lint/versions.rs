//! Dated versions: their dates exist, a success belongs to some, a request to one that a success has, and a version
//! ends on the same day throughout an operation.

use std::collections::{BTreeSet, HashMap};

use super::nodes::Node;
use super::shape::Role;
use super::{Context, Operation, Report};
use crate::Rule;
use crate::openapi::{MediaType, is_date};

static BAD_DATE: Rule = Rule {
    id: "bad-date",
    message: "`{found}` is not a date of the calendar",
    help: "write YYYY-MM-DD, for instance 2024-05-30",
};

static SUNSET_BEFORE_VERSION: Rule = Rule {
    id: "sunset-before-version",
    message: "the version {version} ends on {sunset}, before it begins",
    help: "correct one of the two dates",
};

static EMPTY_VERSIONS_BESIDE_CONTENT: Rule = Rule {
    id: "empty-versions-beside-content",
    message: "`x-empty-versions` on a response that has a body",
    help: "remove one of the two",
};

static RESPONSE_WITHOUT_VERSION: Rule = Rule {
    id: "response-without-version",
    message: "this success belongs to no version",
    help: "name a body's media type application/vnd.atlas.<date>+json; without a body, list the dates in \
           `x-empty-versions`",
};

static REQUEST_VERSION_WITHOUT_RESPONSE: Rule = Rule {
    id: "request-version-without-response",
    message: "no success has the version {version} of this request",
    help: "add the version to the success, or remove it here",
};

static DIFFERENT_SUNSETS: Rule = Rule {
    id: "different-sunsets",
    message: "here the version {version} {end}, and in {part} it {other_end}",
    help: "write the same `x-sunset` in both: a version of an operation ends as a whole",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.of_role(Role::MediaType) {
        media_type(node, report);
    }
    for node in context.nodes.of_role(Role::Response) {
        empty_versions(node, report);
    }
    for operation in context.operations {
        versions(context, operation, report);
        sunsets(context, operation, report);
    }
}

fn media_type(node: &Node<'_>, report: &mut Report<'_>) {
    let version = MediaType::read(node.name).version();
    if let Some(version) = version.filter(|version| !is_date(version)) {
        report.add(&node.path, BAD_DATE.violation(&[("found", &version)]));
    }
    let Some(sunset) = node.text("x-sunset") else { return };
    if !is_date(sunset) {
        report.add(&node.at("x-sunset"), BAD_DATE.violation(&[("found", &sunset)]));
    } else if let Some(version) = version.filter(|version| is_date(version) && sunset <= *version) {
        let violation = SUNSET_BEFORE_VERSION.violation(&[("sunset", &sunset), ("version", &version)]);
        report.add(&node.at("x-sunset"), violation);
    }
}

fn empty_versions(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(versions) = node.get("x-empty-versions").and_then(|versions| versions.as_array()) else {
        return;
    };
    let list = node.at("x-empty-versions");
    for (index, version) in versions.iter().enumerate() {
        if let Some(found) = version.as_str().filter(|version| !is_date(version)) {
            report.add(&list.item(index), BAD_DATE.violation(&[("found", &found)]));
        }
    }
    if node.get("content").is_some() {
        report.add(&list, EMPTY_VERSIONS_BESIDE_CONTENT.violation(&[]));
    }
}

fn versions(context: &Context<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut answered = BTreeSet::new();
    for response in operation.successes() {
        let resolved = response.resolved;
        let versions: Vec<_> = with_body(context, resolved).chain(without_body(resolved)).collect();
        if versions.is_empty() {
            report.add(&response.listed.path, RESPONSE_WITHOUT_VERSION.violation(&[]));
        }
        answered.extend(versions);
    }
    let Some(body) = operation.body else { return };
    for media_type in context.nodes.children(body.resolved, "content") {
        let Some(version) = MediaType::read(media_type.name).version() else { continue };
        if is_date(version) && !answered.contains(version) && !answered.is_empty() {
            let violation = REQUEST_VERSION_WITHOUT_RESPONSE.violation(&[("version", &version)]);
            report.add(&media_type.path, violation);
        }
    }
}

/// A response without a body cannot say when its versions end, and is skipped.
fn sunsets(context: &Context<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
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
                    ("part", &name_of(listed)),
                ]);
                report.add(&at, violation);
            }
        }
    }
}

fn end(sunset: Option<&str>) -> String {
    sunset.map_or_else(|| "has no end".to_owned(), |day| format!("ends on {day}"))
}

/// What to call the body or a response of an operation.
fn name_of(part: &Node<'_>) -> String {
    if part.via == "responses" { format!("the response `{}`", part.name) } else { "the request".to_owned() }
}

fn with_body<'a>(context: &Context<'_, 'a>, response: &Node<'a>) -> impl Iterator<Item = &'a str> {
    context
        .nodes
        .children(response, "content")
        .filter_map(|media_type| MediaType::read(media_type.name).version())
}

fn without_body<'a>(response: &Node<'a>) -> impl Iterator<Item = &'a str> {
    let versions = response.get("x-empty-versions").and_then(|versions| versions.as_array());
    versions.into_iter().flatten().filter_map(|version| version.as_str())
}
