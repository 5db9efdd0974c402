//! What a request carries: nothing read-only, because the server refuses a field that may not be written.

use std::collections::HashSet;

use serde_json::Value;

use super::shape::Role;
use super::{Facts, Report};
use crate::spec::ProblemKind;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let mut next: Vec<_> = facts.sites.of_role(Role::RequestBody).collect();
    while let Some(site) = next.pop() {
        if !seen.insert(site.index) {
            continue;
        }
        if site.get("readOnly") == Some(&Value::Bool(true)) {
            let name = site.name.to_owned();
            report.add(&site.at("readOnly"), ProblemKind::ReadOnlyInRequest { name });
        }
        next.extend(facts.sites.inside(site));
        next.extend(facts.sites.target(site));
    }
}
