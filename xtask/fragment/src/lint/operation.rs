//! An operation with what belongs to it, gathered from the path around it and through references.

use super::nodes::{Node, Nodes};
use super::shape::Role;

/// An operation of the document.
#[derive(Debug)]
pub struct Operation<'s, 'a> {
    /// The operation itself.
    pub node: &'s Node<'a>,
    /// The path template.
    pub path: &'a str,
    /// Its own parameters and those of the path, the latter first.
    pub parameters: Vec<Part<'s, 'a>>,
    /// What a request carries.
    pub body: Option<Part<'s, 'a>>,
    /// What the server answers with.
    pub responses: Vec<Part<'s, 'a>>,
}

/// A part of an operation: where it is listed, and what it is after references.
#[derive(Clone, Copy, Debug)]
pub struct Part<'s, 'a> {
    /// Where the operation or its path lists it.
    pub listed: &'s Node<'a>,
    /// What it is after references.
    pub resolved: &'s Node<'a>,
}

impl<'s, 'a> Operation<'s, 'a> {
    pub(super) fn all(nodes: &'s Nodes<'a>) -> Vec<Self> {
        nodes.of_role(Role::Operation).map(|node| Self::of(node, nodes)).collect()
    }

    fn of(node: &'s Node<'a>, nodes: &'s Nodes<'a>) -> Self {
        let around = nodes.parent(node);
        let shared = around.into_iter().flat_map(|path| parts(nodes, path, "parameters"));
        Self {
            node,
            path: around.map_or("", |path| path.name),
            parameters: shared.chain(parts(nodes, node, "parameters")).collect(),
            body: parts(nodes, node, "requestBody").next(),
            responses: parts(nodes, node, "responses").collect(),
        }
    }

    /// The responses with a status of 2xx.
    pub fn successes(&self) -> impl Iterator<Item = Part<'s, 'a>> {
        self.responses.iter().copied().filter(|response| response.listed.name.starts_with('2'))
    }
}

/// The parts that are listed under this key; one that leads nowhere is a problem of its own, and left out.
fn parts<'s, 'a>(
    nodes: &'s Nodes<'a>,
    node: &'s Node<'a>,
    via: &'static str,
) -> impl Iterator<Item = Part<'s, 'a>> {
    nodes.children(node, via).filter_map(|listed| Some(Part { listed, resolved: nodes.resolve(listed)? }))
}
