//! Turns differences into edits: walks the tree of differences along the structure of OpenAPI and assigns each difference
//! to an edit.
//!
//! This module determines what changed; the table of rules determines what that means. A difference that no edit claims is
//! reported as unclassified, so a key that is not handled here cannot be lost.

mod alternatives;
mod attribute;
mod body;
mod callbacks;
mod context;
mod document;
mod fold;
mod formats;
mod members;
mod moved;
mod operation;
mod parameters;
mod path;
mod reference;
mod responses;
mod schema;
mod security;
mod servers;
mod sets;
mod types;
mod uses;
mod values;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use context::{Context, Scope, brief, brief_beside, describe, document_context, verb, with_trail};
use uses::{ComponentUses, findings};

use super::align::Renames;
use super::delta::{Delta, DeltaId, Deltas, Kind};
use super::effective::Effective;
use super::reach::ReachIndex;
use super::rules::Change;
use super::{Diff, Edit, EditedNode, Locations, Side, Sides};
use openapi_fragment::Document;
use openapi_fragment::openapi::{Role, Section, is_prose};

/// Compares two documents.
pub(super) fn classify(base: &Document, revision: &Document) -> Diff {
    if base.value == revision.value {
        return Diff::default();
    }
    let documents = Sides::new(base, revision);
    let effective = documents.map(|document| Effective::of(&document.value));
    let values = effective.as_ref().map(|effective| &effective.value);
    let (renames, in_texts) = Renames::find(values, documents.map(|document| &document.value));
    let differences = Deltas::of_documents(&base.value, &revision.value, &in_texts, true);
    let deltas = Deltas::of_documents(values.base, values.revision, &renames, false);
    let reaches = values.map(ReachIndex::of);
    let (uses, budget) = (ComponentUses::default(), Budget::default());
    let comparison = Comparison {
        documents,
        effective: &effective,
        renames: &renames,
        reaches: &reaches,
        uses: &uses,
        budget: &budget,
    };
    let mut walker = Walker::new(comparison, &deltas);
    if !deltas.is_empty() {
        walker.document();
    }
    attribute::attribute(walker.finish(), &deltas, &differences, comparison)
}

/// The inputs of a comparison.
#[derive(Clone, Copy)]
struct Comparison<'a> {
    documents: Sides<&'a Document>,
    effective: &'a Sides<Effective>,
    renames: &'a Renames<'a>,
    reaches: &'a Sides<ReachIndex<'a>>,
    uses: &'a ComponentUses,
    budget: &'a Budget,
}

/// The number of pairs of targets that are compared for changed references. It limits the work for a hostile document.
struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(4096))
    }
}

impl Budget {
    /// Returns false if nothing is left.
    fn spend(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

/// The index of an edit.
type EditId = usize;

struct Walker<'d, 'a> {
    comparison: Comparison<'a>,
    deltas: &'d Deltas<'a>,
    claimed: HashSet<DeltaId>,
    edits: Vec<Edit>,
    /// The differences that each edit explains.
    explained: Vec<Vec<DeltaId>>,
    /// The edits of renamed components by section and new name: changed references belong to them.
    renamed: HashMap<(Section, &'a str), EditId>,
    /// References to renamed components, which are assigned after the walk.
    pending_references: Vec<((Section, &'a str), DeltaId)>,
    /// The edits of renamed path variables by the new name of the parameter component that declares them.
    renamed_variables: HashMap<&'a str, EditId>,
    /// Changed names of paths with the components that declare their variables, which are assigned after the walk.
    pending_path_names: Vec<(Vec<&'a str>, DeltaId)>,
    /// Parameters that another edit has covered.
    covered_parameters: Vec<*const Value>,
}

/// The result of a walk.
struct Found {
    edits: Vec<Edit>,
    /// The differences that each edit explains.
    explained: Vec<Vec<DeltaId>>,
    /// The differences that no edit explains.
    unclaimed: Vec<DeltaId>,
}

impl<'d, 'a> Walker<'d, 'a> {
    fn new(comparison: Comparison<'a>, deltas: &'d Deltas<'a>) -> Self {
        Self {
            comparison,
            deltas,
            claimed: HashSet::new(),
            edits: Vec::new(),
            explained: Vec::new(),
            renamed: HashMap::new(),
            pending_references: Vec::new(),
            renamed_variables: HashMap::new(),
            pending_path_names: Vec::new(),
            covered_parameters: Vec::new(),
        }
    }

    fn finish(mut self) -> Found {
        for (name, leaf) in std::mem::take(&mut self.pending_references) {
            if let Some(edit) = self.renamed.get(&name) {
                self.explained[*edit].push(leaf);
                self.claimed.insert(leaf);
            }
        }
        self.assign_pending_path_names();
        let leaves: Vec<DeltaId> = self.deltas.leaves().collect();
        let deltas = self.deltas;
        for leaf in leaves.iter().copied().filter(|leaf| has_other_shape(deltas.get(*leaf))) {
            let detail = format!("{}: another kind of value", self.delta(leaf).key());
            self.edit(Change::NodeTypeChanged, leaf, &document_context(), detail);
        }
        let unclaimed = leaves.into_iter().filter(|leaf| !self.claimed.contains(leaf)).collect();
        Found { edits: self.edits, explained: self.explained, unclaimed }
    }

    // ---- access to the tree ----

    fn delta(&self, id: DeltaId) -> &'d Delta<'a> {
        self.deltas.get(id)
    }

    /// The differences within a node, without those where a mapping or a list became another kind of value.
    fn children(&self, id: DeltaId) -> impl Iterator<Item = DeltaId> + use<'d, 'a> {
        let deltas = self.deltas;
        self.delta(id).children.iter().copied().filter(|child| !has_other_shape(deltas.get(*child)))
    }

    /// The difference at a key of a node.
    fn child(&self, id: DeltaId, key: &str) -> Option<DeltaId> {
        self.children(id).find(|child| {
            let delta = self.delta(*child);
            delta.kind != Kind::Name && delta.key() == key
        })
    }

    /// The values of a key in both documents, whether they differ or not.
    fn both(&self, id: DeltaId, key: &str) -> Sides<Option<&'a Value>> {
        self.delta(id).values().map(|value| value.and_then(|value| value.get(key)))
    }

    /// The target of a reference, or the node itself if it is no reference or the target does not exist.
    fn resolved(&self, node: &'a Value, side: Side) -> &'a Value {
        self.comparison.renames.resolve(node, side).map_or(node, |(_, node)| node)
    }

    fn has_flag(&self, id: DeltaId, key: &str) -> Sides<bool> {
        self.both(id, key).map(|value| value == Some(&Value::Bool(true)))
    }

    fn is_claimed(&self, id: DeltaId) -> bool {
        self.deltas.leaves_within(id).iter().all(|leaf| self.claimed.contains(leaf))
    }

    fn locations(&self, id: DeltaId) -> Locations {
        self.deltas.locations(id)
    }

    // ---- making edits ----

    /// Claims the differences within a node that have no effect. Their causes become an edit without an effect.
    fn claim(&mut self, id: DeltaId) {
        self.claimed.extend(self.deltas.leaves_within(id));
    }

    /// Adds an edit that claims all differences within one node.
    fn edit(
        &mut self,
        change: Change,
        at: DeltaId,
        context: &Context<'a>,
        detail: impl Into<String>,
    ) -> EditId {
        self.edit_claiming(change, at, &[at], context, detail)
    }

    /// Adds an edit at one node that claims the differences within several nodes.
    fn edit_claiming(
        &mut self,
        change: Change,
        at: DeltaId,
        explains: &[DeltaId],
        context: &Context<'a>,
        detail: impl Into<String>,
    ) -> EditId {
        let leaves: Vec<DeltaId> = explains.iter().flat_map(|id| self.deltas.leaves_within(*id)).collect();
        for leaf in &leaves {
            self.claimed.insert(*leaf);
        }
        let delta = self.delta(at);
        let reach = self.reach(context);
        self.edits.push(Edit {
            change,
            node: context.node.clone(),
            detail: detail.into(),
            locations: self.locations(at),
            before: delta.before().cloned(),
            after: delta.after().cloned(),
            findings: findings(change, context, &reach),
            reach,
            within: Vec::new(),
            pointers: Vec::new(),
        });
        self.explained.push(leaves);
        self.edits.len() - 1
    }

    // ---- keys of any node ----

    /// Handles keys that any node may have: descriptions, names used elsewhere, and extensions without a rule.
    fn common_keys(&mut self, id: DeltaId, context: &Context<'a>) {
        for child in self.children(id) {
            let delta = self.delta(child);
            let key = delta.key();
            let change = match key {
                key if is_prose(key) => Change::ProseChanged,
                "x-published-name" | "x-short-name" | "x-go-sdk-name" | "x-atlas-cli" => {
                    Change::PublishedNameChanged
                }
                key if key.starts_with("x-") => Change::ExtensionChanged,
                _ => continue,
            };
            if !self.is_claimed(child) {
                self.edit(change, child, context, describe(context, key, delta));
            }
        }
    }
}

/// The document that has a node that was added or removed.
fn side_with(added: bool) -> Side {
    if added { Side::Revision } else { Side::Base }
}

/// Whether a mapping or a list became another kind of value where OpenAPI requires it.
fn has_other_shape(delta: &Delta<'_>) -> bool {
    delta.kind == Kind::Changed && !matches!(delta.role, Role::Data | Role::Schema)
}
