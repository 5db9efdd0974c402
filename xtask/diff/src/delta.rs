//! Every pointer at which two documents differ, as a tree that contains only the differing nodes.
//!
//! The order of keys is not a difference. [`align`] matches the items of lists by what identifies them, and a list whose
//! matched items are in another order has a difference in its order. A subtree that only one document has is one
//! difference, at its root. This module does not judge differences.
//!
//! [`align`]: super::align

mod build;

use serde_json::Value;

use super::align::{Address, Renames};
use super::{Location, Locations, Side, Sides};
use openapi_fragment::Position;
use openapi_fragment::openapi::Role;
use openapi_fragment::pointer;

/// How a node differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Only nodes within it differ.
    Inner,
    /// Only the revision has it.
    Added,
    /// Only the base has it.
    Removed,
    /// Both have it, with different values that are compared as a whole.
    Changed,
    /// The items of a list are in another order. This is a child of the list, with the same pointer.
    Order,
    /// A member has another key. This is a child of the member, with the same pointer.
    Name,
}

/// The position of a location until it is determined.
const NOT_DETERMINED: Position = Position { line: 0, column: 0 };

/// The id of a node within its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct DeltaId(usize);

impl DeltaId {
    /// The root of every tree.
    pub(super) const ROOT: Self = Self(0);
}

/// A node that differs.
#[derive(Debug)]
pub(super) struct Delta<'a> {
    pub(super) parent: Option<DeltaId>,
    pub(super) role: Role,
    pub(super) kind: Kind,
    pub(super) base: Option<SideNode<'a>>,
    pub(super) revision: Option<SideNode<'a>>,
    pub(super) children: Vec<DeltaId>,
}

/// A node in one document.
#[derive(Clone, Copy, Debug)]
pub(super) struct SideNode<'a> {
    pub(super) step: Step<'a>,
    pub(super) value: &'a Value,
}

/// The step from a node to one of its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// No step: the child has the pointer of its parent.
    Here,
    Key(&'a str),
    Index(usize),
    /// From the paths to an operation that moved: its path and method.
    Operation(Address<'a>),
}

impl<'a> Delta<'a> {
    /// The key in the base, or in the revision if the base does not have the node.
    pub(super) fn key(&self) -> &'a str {
        let side = self.base.or(self.revision);
        match side.map(|side| side.step) {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    /// The key in the revision, or in the base if the revision does not have the node.
    pub(super) fn new_key(&self) -> &'a str {
        match self.revision.map(|side| side.step) {
            Some(Step::Key(key)) => key,
            _ => self.key(),
        }
    }

    /// The document that has the node, if only one has it.
    pub(super) fn only_side(&self) -> Option<Side> {
        match (self.base, self.revision) {
            (Some(_), None) => Some(Side::Base),
            (None, Some(_)) => Some(Side::Revision),
            _ => None,
        }
    }

    /// The values in both documents.
    pub(super) fn values(&self) -> Sides<Option<&'a Value>> {
        Sides::new(self.before(), self.after())
    }

    pub(super) fn before(&self) -> Option<&'a Value> {
        self.base.map(|side| side.value)
    }

    pub(super) fn after(&self) -> Option<&'a Value> {
        self.revision.map(|side| side.value)
    }

    /// The value in the revision, or in the base if the revision does not have the node.
    pub(super) fn value(&self) -> &'a Value {
        self.after().or(self.before()).unwrap_or(&Value::Null)
    }
}

/// The tree as a list that starts with the root. It is empty if nothing differs.
#[derive(Debug)]
pub(super) struct Deltas<'a> {
    all: Vec<Delta<'a>>,
    /// The pointers of the roots, which are not empty where nodes are compared instead of documents.
    starts: Sides<String>,
}

impl<'a> Deltas<'a> {
    /// The differences between two documents, with the order of lists if they are texts and no effective forms.
    pub(super) fn of_documents(
        base: &'a Value,
        revision: &'a Value,
        renames: &'a Renames<'a>,
        of_texts: bool,
    ) -> Self {
        let all = build::differences(Role::Root, base, revision, renames, of_texts);
        Self { all, starts: Sides::default() }
    }

    /// The differences between two nodes of the same role, which are given with their pointers, without the order of lists.
    pub(super) fn of_nodes(
        role: Role,
        base: (String, &'a Value),
        revision: (String, &'a Value),
        renames: &'a Renames<'a>,
    ) -> Self {
        let all = build::differences(role, base.1, revision.1, renames, false);
        Self { all, starts: Sides::new(base.0, revision.0) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The node with this id, which must be of this tree.
    pub(super) fn get(&self, id: DeltaId) -> &Delta<'a> {
        &self.all[id.0]
    }

    /// The differences themselves, without the nodes that only contain differences.
    pub(super) fn leaves(&self) -> impl Iterator<Item = DeltaId> + '_ {
        let numbered = self.all.iter().enumerate();
        numbered.filter(|(_, delta)| delta.kind != Kind::Inner).map(|(index, _)| DeltaId(index))
    }

    /// All differences at a node and within it.
    pub(super) fn leaves_within(&self, id: DeltaId) -> Vec<DeltaId> {
        let mut leaves = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let delta = self.get(id);
            if delta.kind != Kind::Inner {
                leaves.push(id);
            }
            open.extend(delta.children.iter().rev());
        }
        leaves
    }

    /// The pointers in both documents. The positions are determined when all edits are found.
    pub(super) fn locations(&self, id: DeltaId) -> Locations {
        Sides::of(|side| Some(Location { pointer: self.pointer(id, side)?, position: NOT_DETERMINED }))
    }

    /// The pointer in one document, if that document has the node.
    pub(super) fn pointer(&self, id: DeltaId, side: Side) -> Option<String> {
        let mut steps = Vec::new();
        let mut here = Some(id);
        while let Some(id) = here {
            let delta = self.get(id);
            let node = match side {
                Side::Base => delta.base,
                Side::Revision => delta.revision,
            };
            steps.push(node?.step);
            here = delta.parent;
        }
        let mut text = self.starts.get(side).clone();
        for step in steps.iter().rev() {
            match step {
                Step::Here => {}
                Step::Key(key) => pointer::push(&mut text, key),
                Step::Index(index) => pointer::push(&mut text, &index.to_string()),
                Step::Operation((path, method)) => {
                    pointer::push(&mut text, path);
                    pointer::push(&mut text, method);
                }
            }
        }
        Some(text)
    }
}
