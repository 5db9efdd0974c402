//! Values in the fragment fit their schemas: defaults, examples, patterns.

use super::fit::{Fit, misfit};
use super::shape::Role;
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;

/// A pattern longer than this, or with more groups, is not compiled: it says nothing to a reader, and the compiler
/// calls itself for each group within a group until the stack is used up.
const LONGEST_PATTERN: usize = 1000;
const MOST_GROUPS: usize = 32;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let mut fit = Fit::default();
    for site in facts.sites.iter().filter(|site| site.reference().is_none()) {
        match site.role {
            Role::Schema => {
                pattern(site, report);
                value(facts, site, site, "default", &mut fit, report);
                value(facts, site, site, "example", &mut fit, report);
            }
            Role::Parameter | Role::MediaType => {
                if let Some(schema) = facts.sites.child(site, "schema") {
                    value(facts, site, schema, "example", &mut fit, report);
                }
            }
            _ => {}
        }
    }
}

/// With the engine of the generated code, and strictly: without the flag `u`, a misspelt escape stands for itself.
fn pattern(site: &Site<'_>, report: &mut Report<'_>) {
    let Some(pattern) = site.text("pattern") else { return };
    let problem = if pattern.len() > LONGEST_PATTERN {
        Some(format!("longer than {LONGEST_PATTERN} bytes"))
    } else if pattern.matches('(').count() > MOST_GROUPS {
        Some(format!("more than {MOST_GROUPS} groups"))
    } else {
        regress::Regex::with_flags(pattern, "u")
            .err()
            .map(|error| error.text.trim_end_matches('.').to_owned())
    };
    if let Some(message) = problem {
        report.add(&site.at("pattern"), ProblemKind::BadPattern { message });
    }
}

fn value<'a>(
    facts: &Facts<'_, 'a>,
    at: &Site<'a>,
    schema: &Site<'a>,
    key: &'static str,
    fit: &mut Fit<'a>,
    report: &mut Report<'_>,
) {
    if let Some(reason) = at.get(key).and_then(|value| misfit(facts.sites, schema, value, fit)) {
        report.add(&at.at(key), ProblemKind::DoesNotFit { key, reason });
    }
}
