//! The size of a document after aliases are replaced, and its limits.
//!
//! A few aliases of a large node can stand for any number of nodes, and many aliases of one long text for any number of
//! bytes, so both are limited.

use std::ops::{Add, AddAssign, Sub};

use crate::{Rule, Violation};

static TOO_MANY_NODES: Rule = Rule {
    id: "too-many-nodes",
    message: "more than {limit} nodes after aliases are replaced",
    help: "use `$ref` instead of aliases",
};

static TOO_MANY_BYTES: Rule = Rule {
    id: "too-many-bytes",
    message: "more than {limit} bytes of keys and values after aliases are replaced",
    help: "use `$ref` instead of aliases",
};

/// Twenty times the nodes of a large real document.
pub(super) const MAX_NODES: usize = 1_000_000;
/// Twice the limit on the size of a file, so that only aliases can exceed it: an escape sequence of two bytes stands for
/// at most three.
pub(super) const MAX_BYTES: usize = 2 * super::text::MAX_BYTES;

/// The size of a node with its descendants, or of a part of a document.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub(super) nodes: usize,
    /// The bytes of keys and scalars.
    pub(super) bytes: usize,
}

impl Size {
    pub(super) fn check(self) -> Result<(), Violation> {
        if self.nodes > MAX_NODES {
            return Err(TOO_MANY_NODES.violation(&[("limit", &MAX_NODES)]));
        }
        if self.bytes > MAX_BYTES {
            return Err(TOO_MANY_BYTES.violation(&[("limit", &MAX_BYTES)]));
        }
        Ok(())
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { nodes: self.nodes + other.nodes, bytes: self.bytes + other.bytes }
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Size {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { nodes: self.nodes - other.nodes, bytes: self.bytes - other.bytes }
    }
}
