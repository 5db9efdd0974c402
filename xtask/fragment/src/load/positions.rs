//! The positions of all nodes of a document.
//!
//! The positions are one flat list in document order, each node before its descendants. The keys and the structure are
//! those of the value and are not stored again: a document of megabytes has tens of thousands of nodes, and only a few
//! positions are ever looked up.

use std::ops::Range;

use serde_json::Value;

use crate::{Position, pointer};

/// The position of one node. 32 bits save memory and suffice: the size limit on files bounds lines and columns.
#[derive(Clone, Copy, Debug)]
struct Entry {
    line: u32,
    column: u32,
    /// The number of nodes in this subtree, which is the distance to the next sibling.
    subtree_size: u32,
}

/// The positions of all nodes of a document, or of the part that has been read so far.
#[derive(Debug, Default)]
pub(crate) struct Positions(Vec<Entry>);

impl Positions {
    /// The number of nodes, which is also the index of the next one.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Starts a node. Nodes that are pushed before it is closed are its descendants.
    pub(super) fn push(&mut self, Position { line, column }: Position) {
        self.0.push(Entry { line: saturate(line), column: saturate(column), subtree_size: 1 });
    }

    /// Ends the node at this index.
    pub(super) fn close(&mut self, index: usize) {
        let subtree_size = saturate(self.len() - index);
        if let Some(entry) = self.0.get_mut(index) {
            entry.subtree_size = subtree_size;
        }
    }

    /// Repeats closed nodes for an alias, with another position for the first of them.
    pub(super) fn repeat(&mut self, nodes: Range<usize>, at: Position) {
        let start = self.len();
        self.push(at);
        self.0.extend_from_within(nodes.start + 1..nodes.end);
        self.close(start);
    }

    /// Releases the spare capacity of the list.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// The position of the node at a JSON pointer, or of its nearest existing ancestor. `value` must be the value that
    /// was loaded together with these positions.
    pub(crate) fn nearest(&self, value: &Value, pointer: &str) -> Position {
        let (mut index, mut node) = (0, value);
        for token in pointer::tokens(pointer).into_iter().flatten() {
            let Some((siblings_before, child)) = child(node, &token) else { break };
            // The first child follows its parent; each further child follows the subtree of the previous one.
            index = (0..siblings_before).fold(index + 1, |index, _| index + self.subtree_size(index));
            node = child;
        }
        self.0.get(index).map_or(Position::START, |entry| entry.position())
    }

    fn subtree_size(&self, index: usize) -> usize {
        self.0.get(index).map_or(0, |entry| entry.subtree_size as usize)
    }
}

impl Entry {
    fn position(self) -> Position {
        Position { line: self.line as usize, column: self.column as usize }
    }
}

/// The member of this name or the item at this index, and the number of siblings before it.
fn child<'a>(node: &'a Value, token: &str) -> Option<(usize, &'a Value)> {
    match node {
        Value::Object(members) => {
            let mut members = members.iter().enumerate();
            members.find(|(_, (key, _))| *key == token).map(|(index, (_, value))| (index, value))
        }
        Value::Array(items) => {
            let index = token.parse().ok()?;
            items.get(index).map(|item| (index, item))
        }
        _ => None,
    }
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
