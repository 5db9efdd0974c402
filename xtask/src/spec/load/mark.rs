//! Where each node of a document stands.

use std::collections::HashMap;

use crate::spec::Position;

/// Where a node and what is in it stand. A tree beside the value, of the same shape.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(super) key: Option<Position>,
    pub(super) at: Position,
    pub(super) inside: Inside,
}

/// What is in a node, in marks.
#[derive(Clone, Debug)]
pub(super) enum Inside {
    Nothing,
    Items(Vec<Mark>),
    Members(HashMap<String, Mark>),
}

impl Mark {
    /// The key where there is one, else the node itself.
    pub(crate) fn position(&self) -> Position {
        self.key.unwrap_or(self.at)
    }

    /// The member of this name, or the item at this index.
    pub(crate) fn child(&self, token: &str) -> Option<&Self> {
        match &self.inside {
            Inside::Nothing => None,
            Inside::Items(items) => items.get(token.parse::<usize>().ok()?),
            Inside::Members(members) => members.get(token),
        }
    }
}
