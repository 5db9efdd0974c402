//! Schemas that are made of each other.
//!
//! A reader that follows their `allOf` and `oneOf` never comes to an end, and a generator overflows its stack. Properties
//! and items may lead back: a value of such a schema is finite.

use std::collections::HashMap;

use super::nodes::Node;
use super::shape::Role;
use super::{Context, Report};
use crate::Rule;

static INHERITANCE_CYCLE: Rule = Rule {
    id: "inheritance-cycle",
    message: "schemas made of each other: {names}",
    help: "write the properties out in one of them; only a property or an item may lead back",
};

/// How many names of a circle are shown.
const SHOWN: usize = 8;

/// From a schema to one that it is made of.
struct Edge<'s, 'a> {
    to: &'a str,
    reference: &'s Node<'a>,
}

type Edges<'s, 'a> = HashMap<&'a str, Vec<Edge<'s, 'a>>>;

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let edges = edges(context);
    let mut seen = HashMap::new();
    for node in context.nodes.components().filter(|node| node.role == Role::Schema) {
        search(node.name, &edges, &mut seen, report);
    }
}

fn edges<'s, 'a>(context: &Context<'s, 'a>) -> Edges<'s, 'a> {
    let mut edges = Edges::new();
    for node in context.nodes.of_role(Role::Schema) {
        let (Some(from), Some(target)) = (made_of(context, node), context.nodes.target(node)) else {
            continue;
        };
        edges.entry(from).or_default().push(Edge { to: target.name, reference: node });
    }
    edges
}

/// The schema component that is made of this node: through `allOf`, `oneOf` and `anyOf`, and nothing else.
fn made_of<'a>(context: &Context<'_, 'a>, node: &Node<'a>) -> Option<&'a str> {
    let mut node = node;
    while !node.is_component {
        if !matches!(node.via, "allOf" | "oneOf" | "anyOf") {
            return None;
        }
        node = context.nodes.parent(node)?;
    }
    Some(node.name)
}

#[derive(PartialEq)]
enum Seen {
    InProgress,
    Done,
}

/// Depth first, with a stack of its own: a chain of schemas may be as long as the file.
fn search<'a>(
    start: &'a str,
    edges: &Edges<'_, 'a>,
    seen: &mut HashMap<&'a str, Seen>,
    report: &mut Report<'_>,
) {
    let mut path = Vec::new();
    if !seen.contains_key(start) {
        seen.insert(start, Seen::InProgress);
        path.push((start, 0));
    }
    while let Some((name, next)) = path.last_mut() {
        let Some(edge) = edges.get(name).and_then(|edges| edges.get(*next)) else {
            seen.insert(name, Seen::Done);
            path.pop();
            continue;
        };
        *next += 1;
        match seen.get(edge.to) {
            None => {
                seen.insert(edge.to, Seen::InProgress);
                path.push((edge.to, 0));
            }
            Some(Seen::InProgress) => found(edge, &path, edges, report),
            Some(Seen::Done) => {}
        }
    }
}

fn found(edge: &Edge<'_, '_>, path: &[(&str, usize)], edges: &Edges<'_, '_>, report: &mut Report<'_>) {
    let start = path.iter().position(|(name, _)| *name == edge.to).unwrap_or_default();
    let circle = &path[start..];
    // A circle of bare references is reported as such.
    let mut taken = circle.iter().filter_map(|(name, next)| edges.get(name)?.get(next - 1));
    if taken.all(|edge| edge.reference.is_component) {
        return;
    }
    let mut names: Vec<_> = circle.iter().take(SHOWN).map(|(name, _)| *name).collect();
    if circle.len() > SHOWN {
        names.push("…");
    }
    names.push(edge.to);
    report.add(&edge.reference.at("$ref"), INHERITANCE_CYCLE.violation(&[("names", &names.join(" → "))]));
}
