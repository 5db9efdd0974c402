//! Checks that no schema is composed of itself through `allOf`, `oneOf` or `anyOf`.
//!
//! Following such a cycle never ends, and a generator overflows its stack. A cycle through a property or an item is
//! valid, because the values of such a schema are finite.

use std::collections::HashMap;

use super::nodes::Node;
use super::{Context, Report};
use crate::Rule;
use crate::openapi::Role;

static INHERITANCE_CYCLE: Rule = Rule {
    id: "inheritance-cycle",
    message: "cyclic composition of schemas: {names}",
    help: "write out the properties in one of the schemas; only a property or an item may refer back",
};

/// The maximum number of names of a cycle in the message.
const MAX_NAMES: usize = 8;

/// The edge from a schema to one that it is composed of.
struct Edge<'s, 'a> {
    to: &'a str,
    reference: &'s Node<'a>,
}

type Edges<'s, 'a> = HashMap<&'a str, Vec<Edge<'s, 'a>>>;

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let edges = edges(context);
    let mut states = HashMap::new();
    for node in context.nodes.components().filter(|node| node.role == Role::Schema) {
        search(node.name, &edges, &mut states, report);
    }
}

fn edges<'s, 'a>(context: &Context<'s, 'a>) -> Edges<'s, 'a> {
    let mut edges = Edges::new();
    for node in context.nodes.of_role(Role::Schema) {
        let (Some(from), Some(target)) = (composed_component(context, node), context.nodes.target(node))
        else {
            continue;
        };
        edges.entry(from).or_default().push(Edge { to: target.name, reference: node });
    }
    edges
}

/// The schema component that is composed of this node only through `allOf`, `oneOf` and `anyOf`.
fn composed_component<'a>(context: &Context<'_, 'a>, node: &Node<'a>) -> Option<&'a str> {
    let mut node = node;
    while !node.is_component {
        if !matches!(node.via, "allOf" | "oneOf" | "anyOf") {
            return None;
        }
        node = context.nodes.parent(node)?;
    }
    Some(node.name)
}

/// The state of a schema in the depth-first search.
#[derive(PartialEq)]
enum State {
    InProgress,
    Done,
}

/// Searches depth first, with an explicit stack, because a chain of schemas may be as long as the file.
fn search<'a>(
    start: &'a str,
    edges: &Edges<'_, 'a>,
    states: &mut HashMap<&'a str, State>,
    report: &mut Report<'_>,
) {
    let mut path = Vec::new();
    if !states.contains_key(start) {
        states.insert(start, State::InProgress);
        path.push((start, 0));
    }
    while let Some((name, next)) = path.last_mut() {
        let Some(edge) = edges.get(name).and_then(|edges| edges.get(*next)) else {
            states.insert(name, State::Done);
            path.pop();
            continue;
        };
        *next += 1;
        match states.get(edge.to) {
            None => {
                states.insert(edge.to, State::InProgress);
                path.push((edge.to, 0));
            }
            Some(State::InProgress) => report_cycle(edge, &path, edges, report),
            Some(State::Done) => {}
        }
    }
}

fn report_cycle(edge: &Edge<'_, '_>, path: &[(&str, usize)], edges: &Edges<'_, '_>, report: &mut Report<'_>) {
    let start = path.iter().position(|(name, _)| *name == edge.to).unwrap_or_default();
    let cycle = &path[start..];
    // The check of references reports a cycle that consists only of references.
    let mut edges_of_cycle = cycle.iter().filter_map(|(name, next)| edges.get(name)?.get(next - 1));
    if edges_of_cycle.all(|edge| edge.reference.is_component) {
        return;
    }
    let mut names: Vec<_> = cycle.iter().take(MAX_NAMES).map(|(name, _)| *name).collect();
    if cycle.len() > MAX_NAMES {
        names.push("…");
    }
    names.push(edge.to);
    report.add(&edge.reference.at("$ref"), INHERITANCE_CYCLE.violation(&[("names", &names.join(" → "))]));
}
