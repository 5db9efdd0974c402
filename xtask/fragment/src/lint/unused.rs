//! Components that no operation needs, and configuration that names no schema.

use std::collections::{HashMap, HashSet};

use super::shape::Role;
use super::walk::component_of;
use super::{Facts, Report};
use crate::spec::ProblemKind;
use crate::spec::pointer::Path;

type Component<'a> = (&'a str, &'a str);

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let used = used(facts);
    for site in facts.sites.components() {
        let known = site.role == Role::Schema && facts.known.is_replaced(site.name);
        if !known && site.component.is_some_and(|component| !used.contains(&component)) {
            report.add(&site.path, ProblemKind::Unused { name: site.name.to_owned() });
        }
    }
    let schemas = Path::root().member("components").member("schemas");
    for name in facts.known.id_types.iter().chain(facts.known.replacements) {
        if facts.sites.component("schemas", name).is_none() {
            report.add(&schemas, ProblemKind::ReplacementWithoutSchema { name: (*name).to_owned() });
        }
    }
}

/// What is reached from outside the components, and from what is so reached.
fn used<'a>(facts: &Facts<'_, 'a>) -> HashSet<Component<'a>> {
    let mut leads: HashMap<Option<Component<'a>>, Vec<Component<'a>>> = HashMap::new();
    for site in facts.sites.iter() {
        let from = leads.entry(site.component).or_default();
        if site.role == Role::Requirement {
            let names = site.node.as_object().into_iter().flatten();
            from.extend(names.map(|(name, _)| ("securitySchemes", name.as_str())));
        }
        from.extend(site.reference().and_then(|target| target.as_str()).and_then(component_of));
    }
    let mut used = HashSet::new();
    let mut next = leads.remove(&None).unwrap_or_default();
    while let Some(component) = next.pop() {
        if used.insert(component) {
            next.extend(leads.remove(&Some(component)).unwrap_or_default());
        }
    }
    used
}
