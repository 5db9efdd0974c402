//! Operations with their parameters, body and responses, after references are resolved.

use super::nodes::{Node, Nodes};
use crate::openapi::Role;

/// An operation of the document.
#[derive(Debug)]
pub struct Operation<'s, 'a> {
    /// The node of the operation.
    pub node: &'s Node<'a>,
    /// The path template.
    pub path: &'a str,
    /// The parameters of the path, followed by those of the operation.
    pub parameters: Vec<Part<'s, 'a>>,
    /// The body of requests.
    pub body: Option<Part<'s, 'a>>,
    /// The responses.
    pub responses: Vec<Part<'s, 'a>>,
}

/// A parameter, body or response of an operation, before and after references are resolved.
#[derive(Clone, Copy, Debug)]
pub struct Part<'s, 'a> {
    /// The node in the operation or in its path, which may be a reference.
    pub listed: &'s Node<'a>,
    /// The node after references are resolved.
    pub resolved: &'s Node<'a>,
}

impl<'s, 'a> Operation<'s, 'a> {
    pub(super) fn all(nodes: &'s Nodes<'a>) -> Vec<Self> {
        nodes.of_role(Role::Operation).map(|node| Self::of(node, nodes)).collect()
    }

    fn of(node: &'s Node<'a>, nodes: &'s Nodes<'a>) -> Self {
        let path_item = nodes.parent(node);
        let shared = path_item.into_iter().flat_map(|path| parts(nodes, path, "parameters"));
        Self {
            node,
            path: path_item.map_or("", |path| path.name),
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

/// The parts below this key. References without a target are omitted, because another check reports them.
fn parts<'s, 'a>(
    nodes: &'s Nodes<'a>,
    node: &'s Node<'a>,
    via: &'static str,
) -> impl Iterator<Item = Part<'s, 'a>> {
    nodes.children(node, via).filter_map(|listed| Some(Part { listed, resolved: nodes.resolve(listed)? }))
}
