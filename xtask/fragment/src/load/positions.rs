//! Where each node of a document stands.
//!
//! One flat list in the order of the document, a node before what is in it: keys and shape are those of the value, and
//! are not kept a second time. A document of megabytes has tens of thousands of nodes, and of two such documents at a
//! time only a few positions are ever looked up.

use std::ops::Range;

use serde_json::Value;

use crate::{Position, pointer};

/// The position of one node. Small, as there are many; a line or column beyond the limits on a file does not occur.
#[derive(Clone, Copy, Debug)]
struct Mark {
    line: u32,
    column: u32,
    /// How many nodes it is with all that is in it: the way to the next one beside it.
    nodes: u32,
}

/// The positions of all nodes of a document, or of the part that was read so far.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<Mark>);

impl Marks {
    /// How many nodes there are: where the next one will be.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// A node that begins here. What is pushed before it is closed is in it.
    pub(super) fn push(&mut self, Position { line, column }: Position) {
        self.0.push(Mark { line: small(line), column: small(column), nodes: 1 });
    }

    /// The end of the node at this index.
    pub(super) fn close(&mut self, index: usize) {
        let nodes = small(self.len() - index);
        if let Some(mark) = self.0.get_mut(index) {
            mark.nodes = nodes;
        }
    }

    /// Nodes that were closed, once more, the first of them at another position.
    pub(super) fn repeat(&mut self, nodes: Range<usize>, at: Position) {
        let start = self.len();
        self.push(at);
        self.0.extend_from_within(nodes.start + 1..nodes.end);
        self.close(start);
    }

    /// Gives back what the list has room for beyond its end.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// The position of the node at a JSON pointer, or of the nearest around it. `value` is what was read with these marks.
    pub(crate) fn nearest(&self, value: &Value, pointer: &str) -> Position {
        let (mut index, mut node) = (0, value);
        for token in pointer::tokens(pointer).into_iter().flatten() {
            let Some((before, child)) = child(node, &token) else { break };
            // The first child stands behind its parent, the next one behind all that is in the first.
            index = (0..before).fold(index + 1, |index, _| index + self.nodes(index));
            node = child;
        }
        self.0.get(index).map_or(Position::START, |mark| mark.position())
    }

    fn nodes(&self, index: usize) -> usize {
        self.0.get(index).map_or(0, |mark| mark.nodes as usize)
    }
}

impl Mark {
    fn position(self) -> Position {
        Position { line: self.line as usize, column: self.column as usize }
    }
}

/// The member of this name or the item at this index, and how many stand before it.
fn child<'a>(node: &'a Value, token: &str) -> Option<(usize, &'a Value)> {
    match node {
        Value::Object(members) => {
            let mut members = members.iter().enumerate();
            members.find(|(_, (key, _))| *key == token).map(|(before, (_, value))| (before, value))
        }
        Value::Array(items) => {
            let index = token.parse().ok()?;
            items.get(index).map(|item| (index, item))
        }
        _ => None,
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
