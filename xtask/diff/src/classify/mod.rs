//! Turns differences into edits: walks the tree of differences along the structure of OpenAPI and assigns each difference
//! to an edit.
//!
//! This module determines what changed; the table of rules determines what that means. A difference that no edit claims is
//! reported as unclassified, so a key that is not handled here cannot be lost.

mod aliases;
mod body;
mod callbacks;
mod context;
mod document;
mod effective;
mod members;
mod moved;
mod operation;
mod parameters;
mod path;
mod reference;
mod schema;
mod security;
mod servers;
mod types;
mod values;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use context::{Context, Scope, brief, describe, document_context, verb, with_trail};

use super::align::Renames;
use super::delta::{Delta, DeltaId, Deltas, Kind};
use super::reach::ReachIndex;
use super::rules::{self, Change};
use super::{
    Diff, Direction, Edit, EditedNode, Finding, Level, Location, Locations, MessagePart, Reach,
    ReachedOperation, Side, Sides,
};
use openapi_fragment::Document;
use openapi_fragment::openapi::{Role, Section};
use openapi_fragment::openapi::{is_prose, without_variables};

/// Compares two documents.
pub(super) fn classify(base: &Document, revision: &Document) -> Diff {
    let renames = Renames::find(&base.value, &revision.value);
    let deltas = Deltas::of_documents(&base.value, &revision.value, &renames);
    if deltas.is_empty() {
        return Diff::default();
    }
    let reaches = Sides::new(ReachIndex::of(&base.value), ReachIndex::of(&revision.value));
    let budget = Budget::default();
    let comparison = Comparison { base, revision, renames: &renames, reaches: &reaches, budget: &budget };
    let mut walker = Walker::new(comparison, &deltas);
    walker.document();
    walker.finish()
}

/// The inputs of a comparison.
#[derive(Clone, Copy)]
struct Comparison<'a> {
    base: &'a Document,
    revision: &'a Document,
    renames: &'a Renames<'a>,
    reaches: &'a Sides<ReachIndex<'a>>,
    budget: &'a Budget,
}

impl<'a> Comparison<'a> {
    fn document(&self, side: Side) -> &'a Document {
        match side {
            Side::Base => self.base,
            Side::Revision => self.revision,
        }
    }
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
    /// The edits of renamed components by section and new name: changed references belong to them.
    renamed: HashMap<(Section, &'a str), EditId>,
    /// References to renamed components, which are assigned after the walk.
    pending_references: Vec<((Section, &'a str), DeltaId)>,
    /// The edits of renamed path variables by the new name of the parameter component that declares them.
    renamed_variables: HashMap<&'a str, EditId>,
    /// Changed names of paths with the components that declare their variables, which are assigned after the walk.
    pending_path_names: Vec<(Vec<&'a str>, DeltaId)>,
    /// Parameters that another edit has covered.
    covered_parameters: Vec<&'a Value>,
}

impl<'d, 'a> Walker<'d, 'a> {
    fn new(comparison: Comparison<'a>, deltas: &'d Deltas<'a>) -> Self {
        Self {
            comparison,
            deltas,
            claimed: HashSet::new(),
            edits: Vec::new(),
            renamed: HashMap::new(),
            pending_references: Vec::new(),
            renamed_variables: HashMap::new(),
            pending_path_names: Vec::new(),
            covered_parameters: Vec::new(),
        }
    }

    fn finish(mut self) -> Diff {
        for (name, leaf) in std::mem::take(&mut self.pending_references) {
            if let Some(edit) = self.renamed.get(&name) {
                let locations = self.locations(leaf);
                self.edits[*edit].pointers.push(locations);
                self.claimed.insert(leaf);
            }
        }
        self.assign_pending_path_names();
        let leaves: Vec<DeltaId> = self.deltas.leaves().collect();
        let deltas = self.deltas;
        for leaf in leaves.iter().copied().filter(|leaf| has_other_shape(deltas.get(*leaf))) {
            let detail = format!("{}: another kind of value", self.delta(leaf).key());
            self.edit(Change::ShapeChanged, leaf, &document_context(), detail);
        }
        let left = leaves.iter().filter(|leaf| !self.claimed.contains(*leaf));
        let unclassified = left.map(|leaf| self.locations(*leaf)).collect();
        let shown = |edit: &Edit| edit.locations.newest().map(|location| location.position);
        self.edits.sort_by_key(shown);
        self.fold_aliases();
        self.fold_extractions();
        Diff { edits: self.edits, pointers: leaves.len(), unclassified }
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
            delta.kind != Kind::Name && delta.kind != Kind::Order && delta.key() == key
        })
    }

    /// The values of a key in both documents, whether they differ or not.
    fn both(&self, id: DeltaId, key: &str) -> Sides<Option<&'a Value>> {
        self.delta(id).values().map(|value| value.and_then(|value| value.get(key)))
    }

    fn has_flag(&self, id: DeltaId, key: &str) -> Sides<bool> {
        self.both(id, key).map(|value| value == Some(&Value::Bool(true)))
    }

    fn is_claimed(&self, id: DeltaId) -> bool {
        self.deltas.leaves_within(id).iter().all(|leaf| self.claimed.contains(leaf))
    }

    fn locations(&self, id: DeltaId) -> Locations {
        Sides::of(|side| {
            let pointer = self.deltas.pointer(id, side)?;
            Some(Location { position: self.comparison.document(side).nearest_position(&pointer), pointer })
        })
    }

    // ---- making edits ----

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
            pointers: leaves.into_iter().map(|leaf| self.locations(leaf)).collect(),
        });
        self.edits.len() - 1
    }

    fn reach(&self, context: &Context<'a>) -> Vec<Reach> {
        let mut reach = match &context.scope {
            Scope::Document => return Vec::new(),
            Scope::Operations(operations) => operations
                .iter()
                .map(|operation| Reach {
                    operation: Arc::clone(operation),
                    direction: context.direction,
                    part: context.part.unwrap_or(MessagePart::Operation),
                    whole: context.whole,
                    version: context.version.clone(),
                })
                .collect(),
            Scope::Component(section, old, new) => self.component_reach(*section, old, new, context),
        };
        reach.sort();
        reach.dedup_by(|second, first| {
            // The same operation may have another id or other path variables in the base and the revision.
            first.operation.method == second.operation.method
                && without_variables(&first.operation.path) == without_variables(&second.operation.path)
                && (first.direction, first.part, first.whole, &first.version)
                    == (second.direction, second.part, second.whole, &second.version)
        });
        reach
    }

    fn component_reach(&self, section: Section, old: &str, new: &str, context: &Context<'a>) -> Vec<Reach> {
        let Sides { base, revision } = self.comparison.reaches;
        let mut found = Vec::new();
        let known = revision.component(section, new).iter().cloned();
        // An operation that moved has its new address.
        let moved = |usage: &Reach| Reach { operation: self.moved_to(&usage.operation), ..usage.clone() };
        for usage in known.chain(base.component(section, old).iter().map(moved)) {
            found.push(Reach {
                // The use determines the direction, because it may be in a callback.
                direction: if usage.direction == Direction::Call {
                    context.direction
                } else {
                    usage.direction
                },
                part: context.part.unwrap_or(usage.part),
                whole: usage.whole && context.whole,
                version: context.version.clone().or_else(|| usage.version.clone()),
                operation: Arc::clone(&usage.operation),
            });
        }
        found
    }

    /// The operation of the revision for an operation of the base that moved.
    fn moved_to(&self, operation: &Arc<ReachedOperation>) -> Arc<ReachedOperation> {
        if self.comparison.renames.moves.is_empty() {
            return Arc::clone(operation);
        }
        let method = operation.method.to_lowercase();
        let to = self.comparison.renames.moves.destination(&operation.path, &method);
        to.and_then(|to| self.comparison.reaches.revision.operation(to))
            .unwrap_or_else(|| Arc::clone(operation))
    }

    // ---- keys of any node ----

    /// Handles keys that any node may have: descriptions, names used elsewhere, and extensions without a rule.
    fn common_keys(&mut self, id: DeltaId, context: &Context<'a>) {
        for child in self.children(id) {
            let delta = self.delta(child);
            let key = delta.key();
            let change = match key {
                _ if delta.kind == Kind::Order => Change::OrderChanged,
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

fn findings(change: Change, context: &Context<'_>, reach: &[Reach]) -> Vec<Finding> {
    let Some(rule) = rules::rule_of(change) else { return Vec::new() };
    let effects = rule.effects.iter().filter(|effect| {
        effect.direction == Direction::Call || reach.iter().any(|usage| usage.direction == effect.direction)
    });
    effects
        .map(|effect| {
            let not_sent = match effect.direction {
                Direction::Call => false,
                Direction::Request => context.not_sent[0],
                Direction::Response => context.not_sent[1],
            };
            let mut usages = reach
                .iter()
                .filter(|usage| effect.direction == Direction::Call || usage.direction == effect.direction);
            let unstable = !reach.is_empty() && usages.all(|usage| usage.operation.is_unstable);
            let because = match effect.level {
                Level::None => None,
                _ if not_sent => Some("The property is not sent in this direction."),
                _ if unstable => Some("An unstable operation promises no compatibility."),
                _ => None,
            };
            let level = if because.is_some() { Level::None } else { effect.level };
            Finding { rule: rule.id_in(effect.direction), direction: effect.direction, level, because }
        })
        .collect()
}
