//! Builds the tree of differences.

use serde_json::{Map, Value};

use super::{Delta, DeltaId, Kind, SideNode, Step};
use crate::align::{self, Address, Member, Renames, Slot};
use openapi_fragment::openapi::Role;

/// The differing nodes within two nodes of the same role, from their root on. Empty if nothing differs.
pub(super) fn differences<'a>(
    role: Role,
    base: &'a Value,
    revision: &'a Value,
    renames: &'a Renames<'a>,
    of_texts: bool,
) -> Vec<Delta<'a>> {
    let mut builder = Builder { all: Vec::new(), renames, of_texts };
    let side = |value| Some(SideNode { step: Step::Here, value });
    builder.node(None, role, side(base), side(revision));
    builder.all
}

struct Builder<'a> {
    all: Vec<Delta<'a>>,
    renames: &'a Renames<'a>,
    of_texts: bool,
}

impl<'a> Builder<'a> {
    /// Adds a node with the differences within it. Adds nothing if nothing differs.
    fn node(
        &mut self,
        parent: Option<DeltaId>,
        role: Role,
        base: Option<SideNode<'a>>,
        revision: Option<SideNode<'a>>,
    ) -> bool {
        let kind = match (base, revision) {
            (None, None) => return false,
            (None, Some(_)) => Kind::Added,
            (Some(_), None) => Kind::Removed,
            (Some(base), Some(revision)) if self.is_other_target(base, revision) => Kind::Changed,
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

    fn within(
        &mut self,
        id: DeltaId,
        role: Role,
        base: Option<SideNode<'a>>,
        revision: Option<SideNode<'a>>,
    ) {
        let (Some(base), Some(revision)) = (base, revision) else { return };
        match (base.value, revision.value) {
            (Value::Object(old), Value::Object(new)) => {
                let mut slots = align::members(role, old, new, self.renames);
                if !self.of_texts {
                    align::match_ranges(role, old, new, &mut slots);
                }
                for slot in slots {
                    let Slot { base, revision } = self.without_moved(id, role, slot);
                    let key = base.or(revision).map_or("", |(key, _)| key);
                    let side = |(key, value)| SideNode { step: Step::Key(key), value };
                    self.member(id, role.child(key), base.map(side), revision.map(side));
                }
                if role == Role::Paths {
                    self.moved(id, old, new);
                }
            }
            (Value::Array(old), Value::Array(new)) => {
                let slots = align::items(role, old, new, self.renames);
                let moved = self.of_texts && align::is_reordered(&slots);
                for Slot { base, revision } in slots {
                    let side = |(index, value)| SideNode { step: Step::Index(index), value };
                    self.node(Some(id), role.child(""), base.map(side), revision.map(side));
                }
                if moved {
                    self.own_difference(id, Kind::Order, base.value, revision.value);
                }
            }
            _ => {}
        }
    }

    fn member(
        &mut self,
        parent: DeltaId,
        role: Role,
        base: Option<SideNode<'a>>,
        revision: Option<SideNode<'a>>,
    ) {
        if let (Some(old), Some(new)) = (base, revision)
            && old.step != new.step
        {
            let id = DeltaId(self.all.len());
            let children = Vec::new();
            self.all.push(Delta { parent: Some(parent), role, kind: Kind::Inner, base, revision, children });
            self.all[parent.0].children.push(id);
            self.own_difference(id, Kind::Name, old.value, new.value);
            self.within(id, role, base, revision);
            return;
        }
        self.node(Some(parent), role, base, revision);
    }

    /// Whether both are references with the same name as target, which is another component in each document.
    fn is_other_target(&self, base: SideNode<'a>, revision: SideNode<'a>) -> bool {
        let is_reference = base.step == Step::Key("$ref") && base.value.is_string();
        is_reference
            && base.value == revision.value
            && !self.renames.same_reference(base.value, revision.value)
    }

    /// A method of a path, without operations that moved to or from another address.
    fn without_moved(&self, item: DeltaId, role: Role, slot: Slot<Member<'a>>) -> Slot<Member<'a>> {
        let paths = self.all[item.0].parent.is_some_and(|parent| self.all[parent.0].role == Role::Paths);
        if role != Role::PathItem || !paths {
            return slot;
        }
        let (moves, item) = (&self.renames.moves, &self.all[item.0]);
        Slot {
            base: slot.base.filter(|(method, _)| !moves.is_origin(item.key(), method)),
            revision: slot.revision.filter(|(method, _)| !moves.is_destination(item.new_key(), method)),
        }
    }

    /// Adds the operations that moved independently of their path. They are children of `paths`, because no path contains
    /// both versions.
    fn moved(&mut self, paths: DeltaId, old: &'a Map<String, Value>, new: &'a Map<String, Value>) {
        let side = |paths: &'a Map<String, Value>, at: Address<'a>| {
            Some(SideNode { step: Step::Operation(at), value: paths.get(at.0)?.get(at.1)? })
        };
        let renames = self.renames;
        for (from, to) in renames.moves.pairs() {
            self.member(paths, Role::Operation, side(old, *from), side(new, *to));
        }
    }

    /// Adds a difference of a node itself, such as its name, as a child of the node.
    fn own_difference(&mut self, parent: DeltaId, kind: Kind, base: &'a Value, revision: &'a Value) {
        let side = |value| Some(SideNode { step: Step::Here, value });
        let id = DeltaId(self.all.len());
        let (base, revision, children) = (side(base), side(revision), Vec::new());
        self.all.push(Delta { parent: Some(parent), role: Role::Data, kind, base, revision, children });
        self.all[parent.0].children.push(id);
    }
}
