//! The nodes that the loader is reading or has read.

use std::ops::Range;

use serde_json::{Map, Value};

use super::size::Size;
use crate::Position;

/// A completely read node.
#[derive(Clone)]
pub(super) struct CompleteNode {
    pub(super) value: Value,
    pub(super) at: Position,
    /// The indexes of its position and of the positions of its descendants.
    pub(super) positions: Range<usize>,
    pub(super) size: Size,
}

/// A sequence or mapping whose end has not been read yet.
pub(super) struct OpenNode {
    pub(super) anchor: usize,
    pub(super) at: Position,
    /// The index of its position.
    pub(super) index: usize,
    /// The size of the document before this node.
    pub(super) before: Size,
    pub(super) content: Content,
}

pub(super) enum Content {
    Sequence(Vec<Value>),
    Mapping { values: Map<String, Value>, key: Key },
}

/// Which half of a member comes next.
pub(super) enum Key {
    /// The key.
    Expected,
    /// The value of this key.
    Read(String, Position),
    /// The value of a key that was rejected. It is read to report its own problems, and then dropped.
    Rejected(String),
}
