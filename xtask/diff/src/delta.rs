//! Every pointer at which two documents differ, as a tree of the differing nodes only.
//!
//! The order of keys is no difference. Items of lists are matched by what tells them apart ([`align`]), and a list
//! whose matched items stand in another order differs in its order. A part that only one side has is one difference,
//! at its top. What a difference means is not known here.
//!
//! [`align`]: super::align

use serde_json::{Map, Value};

use super::align::{self, Address, Member, Renames, Slot};
use super::{Side, Sides};
use openapi_fragment::openapi::Role;
use openapi_fragment::pointer;

/// How a node differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something within it differs.
    Inner,
    /// Only the revision has it.
    Added,
    /// Only the base has it.
    Removed,
    /// Both have it, with values that are not compared part by part.
    Changed,
    /// A list whose items stand in another order. A child of the list, at the same pointer.
    Order,
    /// A member under another key. A child of the member, at the same pointer.
    Name,
}

/// Tells the nodes of one tree apart.
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
    pub(super) base: Option<Placed<'a>>,
    pub(super) revision: Option<Placed<'a>>,
    pub(super) children: Vec<DeltaId>,
}

/// A node on one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'a> {
    pub(super) step: Step<'a>,
    pub(super) value: &'a Value,
}

/// The way to a node from the one around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// None: the node is at the pointer of the one around it.
    Here,
    Key(&'a str),
    Index(usize),
    /// From the paths to an operation that stands elsewhere on the other side: path and method.
    Operation(Address<'a>),
}

impl<'a> Delta<'a> {
    /// The key on the side that has one, the base first.
    pub(super) fn key(&self) -> &'a str {
        let side = self.base.or(self.revision);
        match side.map(|side| side.step) {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    /// The key in the revision, where that has the node; else that in the base.
    pub(super) fn new_key(&self) -> &'a str {
        match self.revision.map(|side| side.step) {
            Some(Step::Key(key)) => key,
            _ => self.key(),
        }
    }

    /// The document that has the node, where only one has it.
    pub(super) fn only_side(&self) -> Option<Side> {
        match (self.base, self.revision) {
            (Some(_), None) => Some(Side::Base),
            (None, Some(_)) => Some(Side::Revision),
            _ => None,
        }
    }

    /// The value on both sides.
    pub(super) fn values(&self) -> Sides<Option<&'a Value>> {
        Sides::new(self.before(), self.after())
    }

    pub(super) fn before(&self) -> Option<&'a Value> {
        self.base.map(|side| side.value)
    }

    pub(super) fn after(&self) -> Option<&'a Value> {
        self.revision.map(|side| side.value)
    }

    /// The value that is there, the revision's first.
    pub(super) fn value(&self) -> &'a Value {
        self.after().or(self.before()).unwrap_or(&Value::Null)
    }
}

/// The tree, as a list; the first is the root. Empty where nothing differs.
#[derive(Debug)]
pub(super) struct Deltas<'a> {
    all: Vec<Delta<'a>>,
    /// What the pointers start with on each side, where the roots are not those of documents.
    starts: Sides<String>,
}

impl<'a> Deltas<'a> {
    /// All that differs between two documents.
    pub(super) fn of_documents(base: &'a Value, revision: &'a Value, renames: &'a Renames<'a>) -> Self {
        Self::of_nodes(Role::Root, (String::new(), base), (String::new(), revision), renames)
    }

    /// All that differs between two nodes of the same role, with their pointers.
    pub(super) fn of_nodes(
        role: Role,
        base: (String, &'a Value),
        revision: (String, &'a Value),
        renames: &'a Renames<'a>,
    ) -> Self {
        let mut builder = Builder { all: Vec::new(), renames };
        let side = |value| Some(Placed { step: Step::Here, value });
        builder.node(None, role, side(base.1), side(revision.1));
        Self { all: builder.all, starts: Sides::new(base.0, revision.0) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The node of this id, which this tree gave out.
    pub(super) fn get(&self, id: DeltaId) -> &Delta<'a> {
        &self.all[id.0]
    }

    /// The differences themselves, without the nodes that are only around one.
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

    /// The pointer on one side, where that side has the node.
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

struct Builder<'a> {
    all: Vec<Delta<'a>>,
    renames: &'a Renames<'a>,
}

impl<'a> Builder<'a> {
    /// Adds the node and what differs within it. Leaves nothing behind where nothing differs.
    fn node(
        &mut self,
        parent: Option<DeltaId>,
        role: Role,
        base: Option<Placed<'a>>,
        revision: Option<Placed<'a>>,
    ) -> bool {
        let kind = match (base, revision) {
            (None, None) => return false,
            (None, Some(_)) => Kind::Added,
            (Some(_), None) => Kind::Removed,
            (Some(base), Some(revision)) => match (role, base.value, revision.value) {
                (Role::Data, base, revision) if base == revision => return false,
                (Role::Data, ..) => Kind::Changed,
                (_, Value::Object(_), Value::Object(_)) | (_, Value::Array(_), Value::Array(_)) => {
                    Kind::Inner
                }
                (_, base, revision) if base == revision => return false,
                _ => Kind::Changed,
            },
        };
        let id = DeltaId(self.all.len());
        self.all.push(Delta { parent, role, kind, base, revision, children: Vec::new() });
        if kind == Kind::Inner {
            self.within(id, role, base, revision);
            if self.all[id.0].children.is_empty() {
                self.all.truncate(id.0);
                return false;
            }
        }
        if let Some(parent) = parent {
            self.all[parent.0].children.push(id);
        }
        true
    }

    fn within(&mut self, id: DeltaId, role: Role, base: Option<Placed<'a>>, revision: Option<Placed<'a>>) {
        let (Some(base), Some(revision)) = (base, revision) else { return };
        match (base.value, revision.value) {
            (Value::Object(old), Value::Object(new)) => {
                for slot in align::members(role, old, new, self.renames) {
                    let Slot { base, revision } = self.without_moved(id, role, slot);
                    let key = base.or(revision).map_or("", |(key, _)| key);
                    let side = |(key, value)| Placed { step: Step::Key(key), value };
                    self.member(id, role.child(key), base.map(side), revision.map(side));
                }
                if role == Role::Paths {
                    self.moved(id, old, new);
                }
            }
            (Value::Array(old), Value::Array(new)) => {
                let slots = align::items(role, old, new, self.renames);
                let moved = align::is_reordered(&slots);
                for Slot { base, revision } in slots {
                    let side = |(index, value)| Placed { step: Step::Index(index), value };
                    self.node(Some(id), role.child(""), base.map(side), revision.map(side));
                }
                if moved {
                    self.mark(id, Kind::Order, base.value, revision.value);
                }
            }
            _ => {}
        }
    }

    fn member(
        &mut self,
        parent: DeltaId,
        role: Role,
        base: Option<Placed<'a>>,
        revision: Option<Placed<'a>>,
    ) {
        if let (Some(old), Some(new)) = (base, revision)
            && old.step != new.step
        {
            let id = DeltaId(self.all.len());
            let children = Vec::new();
            self.all.push(Delta { parent: Some(parent), role, kind: Kind::Inner, base, revision, children });
            self.all[parent.0].children.push(id);
            self.mark(id, Kind::Name, old.value, new.value);
            self.within(id, role, base, revision);
            return;
        }
        self.node(Some(parent), role, base, revision);
    }

    /// A method of a path without the side on which its operation came from elsewhere, or went there.
    fn without_moved(&self, item: DeltaId, role: Role, slot: Slot<Member<'a>>) -> Slot<Member<'a>> {
        let paths = self.all[item.0].parent.is_some_and(|parent| self.all[parent.0].role == Role::Paths);
        if role != Role::PathItem || !paths {
            return slot;
        }
        let (moves, item) = (&self.renames.moves, &self.all[item.0]);
        Slot {
            base: slot.base.filter(|(method, _)| !moves.has_left(item.key(), method)),
            revision: slot.revision.filter(|(method, _)| !moves.has_come(item.new_key(), method)),
        }
    }

    /// The operations that moved by themselves, as members of the paths: neither path is around both sides.
    fn moved(&mut self, paths: DeltaId, old: &'a Map<String, Value>, new: &'a Map<String, Value>) {
        let side = |paths: &'a Map<String, Value>, at: Address<'a>| {
            Some(Placed { step: Step::Operation(at), value: paths.get(at.0)?.get(at.1)? })
        };
        let renames = self.renames;
        for (from, to) in renames.moves.pairs() {
            self.member(paths, Role::Operation, side(old, *from), side(new, *to));
        }
    }

    /// Adds a difference that is at a node rather than within it.
    fn mark(&mut self, parent: DeltaId, kind: Kind, base: &'a Value, revision: &'a Value) {
        let side = |value| Some(Placed { step: Step::Here, value });
        let id = DeltaId(self.all.len());
        let (base, revision, children) = (side(base), side(revision), Vec::new());
        self.all.push(Delta { parent: Some(parent), role: Role::Data, kind, base, revision, children });
        self.all[parent.0].children.push(id);
    }
}
