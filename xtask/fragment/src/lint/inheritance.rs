//! Schemas that are made of each other.
//!
//! The generator follows `allOf` and `oneOf` without end when they lead back to where it was, and a stack
//! overflow cannot be caught. Properties and items may lead back: those become a `Box`.

use std::collections::HashMap;

use super::shape::Role;
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;

/// How many names of a circle are shown.
const SHOWN: usize = 8;

/// From a schema to one that it is made of.
struct Edge<'s, 'a> {
    to: &'a str,
    reference: &'s Site<'a>,
}

type Edges<'s, 'a> = HashMap<&'a str, Vec<Edge<'s, 'a>>>;

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    let edges = edges(facts);
    let mut seen = HashMap::new();
    for site in facts.sites.components().filter(|site| site.role == Role::Schema) {
        search(site.name, &edges, &mut seen, report);
    }
}

fn edges<'s, 'a>(facts: &Facts<'s, 'a>) -> Edges<'s, 'a> {
    let mut edges = Edges::new();
    for site in facts.sites.of_role(Role::Schema) {
        let (Some(from), Some(target)) = (made_of(facts, site), facts.sites.target(site)) else { continue };
        edges.entry(from).or_default().push(Edge { to: target.name, reference: site });
    }
    edges
}

/// The schema component that is made of this site: through `allOf`, `oneOf` and `anyOf`, and nothing else.
fn made_of<'a>(facts: &Facts<'_, 'a>, site: &Site<'a>) -> Option<&'a str> {
    let mut site = site;
    while !site.is_component {
        if !matches!(site.via, "allOf" | "oneOf" | "anyOf") {
            return None;
        }
        site = facts.sites.parent(site)?;
    }
    Some(site.name)
}

#[derive(PartialEq)]
enum Seen {
    OnTheWay,
    Done,
}

/// Depth first, with a stack of its own: a chain of schemas may be as long as the file.
fn search<'a>(
    start: &'a str,
    edges: &Edges<'_, 'a>,
    seen: &mut HashMap<&'a str, Seen>,
    report: &mut Report<'_>,
) {
    let mut way = Vec::new();
    if !seen.contains_key(start) {
        seen.insert(start, Seen::OnTheWay);
        way.push((start, 0));
    }
    while let Some((name, next)) = way.last_mut() {
        let Some(edge) = edges.get(name).and_then(|edges| edges.get(*next)) else {
            seen.insert(name, Seen::Done);
            way.pop();
            continue;
        };
        *next += 1;
        match seen.get(edge.to) {
            None => {
                seen.insert(edge.to, Seen::OnTheWay);
                way.push((edge.to, 0));
            }
            Some(Seen::OnTheWay) => found(edge, &way, edges, report),
            Some(Seen::Done) => {}
        }
    }
}

fn found(edge: &Edge<'_, '_>, way: &[(&str, usize)], edges: &Edges<'_, '_>, report: &mut Report<'_>) {
    let start = way.iter().position(|(name, _)| *name == edge.to).unwrap_or_default();
    let circle = &way[start..];
    // A circle of bare references is reported as such.
    let mut taken = circle.iter().filter_map(|(name, next)| edges.get(name)?.get(next - 1));
    if taken.all(|edge| edge.reference.is_component) {
        return;
    }
    let mut names: Vec<_> = circle.iter().take(SHOWN).map(|(name, _)| (*name).to_owned()).collect();
    if circle.len() > SHOWN {
        names.push("…".to_owned());
    }
    names.push(edge.to.to_owned());
    report.add(&edge.reference.at("$ref"), ProblemKind::InheritanceCycle { names });
}
