//! References: where they lead, and what stands beside them.

use serde_json::Value;

use super::keys::wrong_type;
use super::walk::{LONGEST_CHAIN, Site, component_of};
use super::{Facts, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    for site in facts.sites.iter() {
        let Some(target) = site.reference() else { continue };
        siblings(site, report);
        if !target.is_string() {
            wrong_type("a text", target, &site.at("$ref"), report);
        } else if let Some(problem) = leads_wrong(facts, site, target) {
            report.add(&site.at("$ref"), problem);
        }
    }
}

fn siblings(site: &Site<'_>, report: &mut Report<'_>) {
    let members = site.node.as_object().into_iter().flatten();
    let siblings: Vec<_> = members.map(|(key, _)| key.clone()).filter(|key| key != "$ref").collect();
    if !siblings.is_empty() {
        report.add(&site.at("$ref"), ProblemKind::RefWithSiblings { siblings });
    }
}

fn leads_wrong(facts: &Facts<'_, '_>, site: &Site<'_>, target: &Value) -> Option<ProblemKind> {
    let target = target.as_str()?.to_owned();
    let Some((section, name)) = component_of(&target) else {
        return Some(ProblemKind::RefNotLocal { target });
    };
    match site.role.section() {
        Some(expected) if expected != section => {
            return Some(ProblemKind::RefToWrongSection { target, expected });
        }
        _ => {}
    }
    if facts.sites.component(section, name).is_none() {
        return Some(ProblemKind::RefNowhere { target });
    }
    // A chain that breaks further on is reported where it breaks.
    endless(facts, site).then_some(ProblemKind::RefEndless { target })
}

fn endless(facts: &Facts<'_, '_>, site: &Site<'_>) -> bool {
    let mut site = site;
    for _ in 0..=LONGEST_CHAIN {
        if site.reference().is_none() {
            return false;
        }
        let Some(target) = facts.sites.target(site) else { return false };
        site = target;
    }
    true
}
