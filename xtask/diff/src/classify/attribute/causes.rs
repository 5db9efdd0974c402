//! Which differences between the texts cause a difference between the effective forms.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::delta::{DeltaId, Deltas, Kind, Step};
use super::super::Comparison;
use crate::{Location, Locations, Side, Sides};
use openapi_fragment::pointer;

/// The differences between the texts, by their pointers.
pub(super) struct Causes<'d, 'a> {
    deltas: &'d Deltas<'a>,
    differences: &'d Deltas<'a>,
    leaves: Vec<DeltaId>,
    by_pointer: Sides<BTreeMap<String, Vec<usize>>>,
    comparison: Comparison<'a>,
}

impl<'d, 'a> Causes<'d, 'a> {
    pub(super) fn new(
        deltas: &'d Deltas<'a>,
        differences: &'d Deltas<'a>,
        comparison: Comparison<'a>,
    ) -> Self {
        let leaves: Vec<DeltaId> = differences.leaves().collect();
        let mut by_pointer: Sides<BTreeMap<String, Vec<usize>>> = Sides::default();
        for (index, leaf) in leaves.iter().enumerate() {
            let pointers = Sides::of(|side| differences.pointer(*leaf, side));
            for (pointer, known) in
                [(pointers.base, &mut by_pointer.base), (pointers.revision, &mut by_pointer.revision)]
            {
                if let Some(pointer) = pointer {
                    known.entry(pointer).or_default().push(index);
                }
            }
        }
        Self { deltas, differences, leaves, by_pointer, comparison }
    }

    /// The number of differences.
    pub(super) fn len(&self) -> usize {
        self.leaves.len()
    }

    pub(super) fn locations(&self, difference: usize) -> Locations {
        self.differences.locations(self.leaves[difference])
    }

    /// The node of a difference in the text.
    pub(super) fn leaf(&self, difference: usize) -> DeltaId {
        self.leaves[difference]
    }

    pub(super) fn differences(&self) -> &'d Deltas<'a> {
        self.differences
    }

    pub(super) fn comparison(&self) -> Comparison<'a> {
        self.comparison
    }

    /// The nodes of all differences but these.
    pub(super) fn all_but(&self, known: &BTreeSet<usize>) -> Vec<DeltaId> {
        let left = self.leaves.iter().enumerate().filter(|(index, _)| !known.contains(index));
        left.map(|(_, leaf)| *leaf).collect()
    }

    /// The causes of each edit, which is given by the differences between the effective forms that it explains.
    pub(super) fn of_edits(&self, explained: &[Vec<DeltaId>]) -> Vec<BTreeSet<usize>> {
        let direct = |leaves: &Vec<DeltaId>| leaves.iter().flat_map(|leaf| self.direct(*leaf)).collect();
        let mut causes: Vec<BTreeSet<usize>> = explained.iter().map(direct).collect();
        let known: BTreeSet<usize> = causes.iter().flatten().copied().collect();
        for (causes, leaves) in causes.iter_mut().zip(explained) {
            if causes.is_empty() {
                *causes = leaves.iter().flat_map(|leaf| self.around(*leaf, &known)).collect();
            }
        }
        causes
    }

    /// The causes of a difference between the effective forms.
    pub(super) fn of_leaf(&self, leaf: DeltaId) -> BTreeSet<usize> {
        let direct = self.direct(leaf);
        if direct.is_empty() { self.around(leaf, &BTreeSet::new()) } else { direct }
    }

    /// The differences at the nodes that a node comes from, or else at the items of `allOf` that include it.
    fn direct(&self, leaf: DeltaId) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let pointers = Sides::of(|side| self.deltas.pointer(leaf, side));
        if self.deltas.get(leaf).kind == Kind::Name {
            let named = pointers.both().map(|pointers| {
                Sides::of(|side| {
                    let origin = self.comparison.effective.get(side).origins.find(pointers.get(side));
                    origin
                        .sources
                        .iter()
                        .flat_map(|source| self.at(side, source))
                        .collect::<BTreeSet<usize>>()
                })
            });
            if let Some(Sides { base, revision }) = named {
                found.extend(base.intersection(&revision));
                if found.is_empty() {
                    found.extend(base.union(&revision));
                }
            }
            return found;
        }
        for side in Side::BOTH {
            match pointers.get(side) {
                Some(pointer) => {
                    let origin = self.comparison.effective.get(side).origins.find(pointer);
                    origin.sources.iter().for_each(|source| self.at_or_around(side, source, &mut found));
                }
                None => {
                    if let Some(pointer) = self.missing(leaf, side) {
                        self.at_or_around(side, &pointer, &mut found);
                    }
                }
            }
        }
        if found.is_empty() {
            for side in Side::BOTH {
                let Some(pointer) = pointers.get(side) else { continue };
                let origin = self.comparison.effective.get(side).origins.find(pointer);
                for item in origin.included_by {
                    self.ancestors(side, &item, &mut found);
                    found.extend(self.at(side, &pointer::join(&item, "$ref")));
                }
                // A node that is inherited in one document may be declared in the text of the other one.
                self.at_or_around(side, pointer, &mut found);
            }
        }
        found
    }

    /// The differences at the nearest node around a difference that has any. Those without another effect come first.
    fn around(&self, leaf: DeltaId, known: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut here = self.deltas.get(leaf).parent;
        while let Some(id) = here {
            let mut found = BTreeSet::new();
            for side in Side::BOTH {
                let Some(pointer) = self.deltas.pointer(id, side) else { continue };
                let origin = self.comparison.effective.get(side).origins.find(&pointer);
                for source in origin.sources.iter().chain(&origin.included_by).chain([&pointer]) {
                    self.at_or_around(side, source, &mut found);
                }
            }
            let unknown: BTreeSet<usize> = found.difference(known).copied().collect();
            match (unknown.is_empty(), found.is_empty()) {
                (false, _) => return unknown,
                (true, false) => return found,
                (true, true) => here = self.deltas.get(id).parent,
            }
        }
        BTreeSet::new()
    }

    /// Where the document that does not have a node would have it.
    fn missing(&self, leaf: DeltaId, side: Side) -> Option<String> {
        let delta = self.deltas.get(leaf);
        let parent = self.deltas.pointer(delta.parent?, side)?;
        let Step::Key(key) = delta.base.or(delta.revision)?.step else { return None };
        Some(pointer::join(&parent, key))
    }

    /// The locations that exist, with their documents.
    pub(super) fn sides<'l>(&self, locations: &'l Locations) -> impl Iterator<Item = (Side, &'l Location)> {
        Side::BOTH.into_iter().filter_map(|side| Some((side, locations.get(side).as_ref()?)))
    }

    /// The differences at a pointer.
    pub(super) fn at(&self, side: Side, pointer: &str) -> BTreeSet<usize> {
        let found = self.by_pointer.get(side).get(pointer).into_iter().flatten().copied();
        found.filter(|index| self.kind(*index) != Kind::Order).collect()
    }

    /// The differences at a pointer, within its node, and at nodes around it that only one document has.
    pub(super) fn at_or_around(&self, side: Side, pointer: &str, found: &mut BTreeSet<usize>) {
        let start = format!("{pointer}/");
        let inner = self.by_pointer.get(side).range(start.clone()..);
        let inner = inner.take_while(|(pointer, _)| pointer.starts_with(&start)).flat_map(|(_, all)| all);
        found.extend(inner.copied().filter(|index| self.kind(*index) != Kind::Order));
        self.ancestors(side, pointer, found);
    }

    /// The differences at a pointer and at nodes around it that only one document has.
    fn ancestors(&self, side: Side, pointer: &str, found: &mut BTreeSet<usize>) {
        let mut here = pointer;
        loop {
            let at = self.by_pointer.get(side).get(here).into_iter().flatten().copied();
            found.extend(at.filter(|index| !matches!(self.kind(*index), Kind::Order | Kind::Name)));
            match here.rfind('/') {
                Some(end) => here = &here[..end],
                None => return,
            }
        }
    }

    fn kind(&self, difference: usize) -> Kind {
        self.differences.get(self.leaves[difference]).kind
    }
}
