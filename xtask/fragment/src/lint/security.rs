//! Security: schemes that the client can do, requirements that name one, addresses that are encrypted.

use super::keys::wrong_type;
use super::shape::{Role, Shape};
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for site in facts.sites.of_role(Role::Requirement) {
        for (name, scopes) in site.node.as_object().into_iter().flatten() {
            if !Shape::Texts.holds(scopes) {
                wrong_type(Shape::Texts.name(), scopes, &site.at(name), report);
            }
            if facts.sites.component("securitySchemes", name).is_none() {
                report.add(&site.at(name), ProblemKind::UndefinedSecurity { name: name.clone() });
            }
        }
    }
    for site in facts.sites.of_role(Role::SecurityScheme) {
        scheme(site, report);
    }
    for site in facts.sites.of_role(Role::Flow) {
        https(site, "tokenUrl", report);
    }
    for site in facts.sites.of_role(Role::Server) {
        https(site, "url", report);
    }
}

fn scheme(site: &Site<'_>, report: &mut Report<'_>) {
    match (site.text("type"), site.text("scheme")) {
        (Some("oauth2"), _) if site.get("flows").is_none() => {
            report.add(&site.path, ProblemKind::MissingKey { key: "flows" });
        }
        (Some("http"), None) if site.get("scheme").is_none() => {
            report.add(&site.path, ProblemKind::MissingKey { key: "scheme" });
        }
        (Some("oauth2"), _) | (Some("http"), None | Some("digest" | "bearer")) | (None, _) => {}
        (Some("http"), Some(found)) => unknown(site, "scheme", found, report),
        (Some(found), _) => unknown(site, "type", found, report),
    }
}

fn unknown(site: &Site<'_>, key: &'static str, found: &str, report: &mut Report<'_>) {
    report.add(&site.path.member(key), ProblemKind::UnknownSecurityScheme { found: found.to_owned() });
}

fn https(site: &Site<'_>, key: &'static str, report: &mut Report<'_>) {
    // A host must follow; `https:///` has none.
    let insecure = |url: &&str| {
        url.strip_prefix("https://")
            .is_none_or(|rest| !rest.starts_with(|first: char| first.is_ascii_alphanumeric()))
    };
    if let Some(url) = site.text(key).filter(insecure) {
        report.add(&site.path.member(key), ProblemKind::InsecureUrl { url: url.to_owned() });
    }
}
