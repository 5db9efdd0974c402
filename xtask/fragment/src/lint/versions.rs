//! Dated versions: their dates exist, a success belongs to some, a request to one that a success has, and a version
//! ends on the same day throughout an operation.

use std::collections::{BTreeSet, HashMap};

use super::date::{MediaType, is_date};
use super::shape::Role;
use super::walk::Site;
use super::{Facts, Operation, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for site in facts.sites.of_role(Role::MediaType) {
        media_type(site, report);
    }
    for site in facts.sites.of_role(Role::Response) {
        empty_versions(site, report);
    }
    for operation in facts.operations {
        versions(facts, operation, report);
        sunsets(facts, operation, report);
    }
}

fn media_type(site: &Site<'_>, report: &mut Report<'_>) {
    let version = match MediaType::read(site.name) {
        MediaType::Version(version) => Some(version),
        MediaType::Json | MediaType::Other => None,
    };
    if let Some(version) = version.filter(|version| !is_date(version)) {
        report.add(&site.path, ProblemKind::BadDate { found: version.to_owned() });
    }
    let Some(sunset) = site.text("x-sunset") else { return };
    if !is_date(sunset) {
        report.add(&site.at("x-sunset"), ProblemKind::BadDate { found: sunset.to_owned() });
    } else if let Some(version) = version.filter(|version| is_date(version) && sunset <= *version) {
        let (sunset, version) = (sunset.to_owned(), version.to_owned());
        report.add(&site.at("x-sunset"), ProblemKind::SunsetBeforeVersion { sunset, version });
    }
}

fn empty_versions(site: &Site<'_>, report: &mut Report<'_>) {
    let Some(versions) = site.get("x-empty-versions").and_then(|versions| versions.as_array()) else {
        return;
    };
    let list = site.at("x-empty-versions");
    for (index, version) in versions.iter().enumerate() {
        if let Some(found) = version.as_str().filter(|version| !is_date(version)) {
            report.add(&list.item(index), ProblemKind::BadDate { found: found.to_owned() });
        }
    }
    if site.get("content").is_some() {
        report.add(&list, ProblemKind::EmptyVersionsBesideContent);
    }
}

fn versions(facts: &Facts<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut replied = BTreeSet::new();
    for reply in operation.successes() {
        let versions: Vec<_> = with_body(facts, reply.is).chain(without_body(reply.is)).collect();
        if versions.is_empty() {
            report.add(&reply.listed.path, ProblemKind::ReplyWithoutVersion);
        }
        replied.extend(versions);
    }
    let Some(body) = operation.body else { return };
    for media_type in facts.sites.children(body.is, "content") {
        match MediaType::read(media_type.name) {
            MediaType::Version(version)
                if is_date(version) && !replied.contains(version) && !replied.is_empty() =>
            {
                let version = version.to_owned();
                report.add(&media_type.path, ProblemKind::RequestVersionWithoutReply { version });
            }
            MediaType::Version(_) | MediaType::Json | MediaType::Other => {}
        }
    }
}

/// A reply without a body has no place for the end of its versions, and is passed over.
fn sunsets(facts: &Facts<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut first = HashMap::new();
    for part in operation.body.iter().chain(&operation.replies) {
        for media_type in facts.sites.children(part.is, "content") {
            let MediaType::Version(version) = MediaType::read(media_type.name) else { continue };
            let sunset = media_type.text("x-sunset");
            if sunset.is_some_and(|day| !is_date(day)) {
                continue;
            }
            let (other, listed) = *first.entry(version).or_insert((sunset, part.listed));
            if other != sunset {
                let at = sunset.map_or(media_type.path.clone(), |_| media_type.at("x-sunset"));
                let [sunset, other] = [sunset, other].map(|day| day.map(str::to_owned));
                let (version, part) = (version.to_owned(), name_of(listed));
                report.add(&at, ProblemKind::UnlikeSunsets { version, sunset, other, part });
            }
        }
    }
}

/// What to call the body or a reply of an operation.
fn name_of(part: &Site<'_>) -> String {
    if part.via == "responses" { format!("the reply `{}`", part.name) } else { "the request".to_owned() }
}

fn with_body<'a>(facts: &Facts<'_, 'a>, reply: &Site<'a>) -> impl Iterator<Item = &'a str> {
    facts.sites.children(reply, "content").filter_map(|media_type| match MediaType::read(media_type.name) {
        MediaType::Version(version) => Some(version),
        MediaType::Json | MediaType::Other => None,
    })
}

fn without_body<'a>(reply: &Site<'a>) -> impl Iterator<Item = &'a str> {
    let versions = reply.get("x-empty-versions").and_then(|versions| versions.as_array());
    versions.into_iter().flatten().filter_map(|version| version.as_str())
}
