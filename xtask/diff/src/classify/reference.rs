//! References that differ between the documents.
//!
//! A reference that follows the rename of its target belongs to the rename. A reference whose new target, component or
//! inline, has the same meaning has no effect. Any other change is one edit at the reference, and the differences between
//! the targets are the edits within it.

use serde_json::Value;

use super::super::delta::{DeltaId, Deltas};
use super::{Change, Context, Found, Walker, with_trail};
use crate::align;
use crate::{Edit, Sides};
use openapi_fragment::openapi::{Role, component};

/// The maximum depth of references within references. Deeper ones are reported, but their targets are not compared.
const MAX_DEPTH: usize = 8;

impl<'a> Walker<'_, 'a> {
    /// Handles a node that is a reference in at least one document. Returns false if the walk must continue in the node.
    pub(super) fn reference(&mut self, id: DeltaId, context: &Context<'a>) -> bool {
        let references = self.both(id, "$ref");
        match (references.base, references.revision) {
            (None, None) => return false,
            (Some(old), Some(new)) if old == new && self.comparison.renames.same_reference(old, new) => {
                return false;
            }
            (Some(old), Some(new)) => {
                if let (Some(name), Some(leaf)) =
                    (self.comparison.renames.renamed(old, new), self.child(id, "$ref"))
                {
                    self.pending_references.push((name, leaf));
                    return false;
                }
            }
            _ => {}
        }
        let words = references.map(|reference| match reference.and_then(Value::as_str) {
            None => "inline".to_owned(),
            Some(reference) => component(reference).map_or(reference, |(_, name)| name).to_owned(),
        });
        let detail = with_trail(context, format_args!("{} → {}", words.base, words.revision));
        let (same, within) = self.targets(id, context);
        let change = match (same, references.base, references.revision) {
            (true, None, _) => Change::ReferenceExtracted,
            (true, _, None) => Change::ReferenceInlined,
            (true, ..) => Change::ReferenceMoved,
            (false, ..) => Change::ReferenceChanged,
        };
        let edit = self.edit(change, id, context, detail);
        self.edits[edit].within = within;
        true
    }

    /// Whether both targets have the same meaning, and the differences between them otherwise.
    fn targets(&self, id: DeltaId, context: &Context<'a>) -> (bool, Vec<Edit>) {
        let delta = self.delta(id);
        let nodes = Sides::of(|side| Some(((*delta.values().get(side))?, self.deltas.pointer(id, side)?)));
        nodes.both().map_or((false, Vec::new()), |nodes| self.apart(delta.role, nodes, context))
    }

    /// Whether two nodes that are not at the same pointer have the same meaning, and the differences between them
    /// otherwise. They can be references.
    pub(super) fn apart(
        &self,
        role: Role,
        nodes: Sides<(&'a Value, String)>,
        context: &Context<'a>,
    ) -> (bool, Vec<Edit>) {
        let renames = self.comparison.renames;
        let resolved = Sides::of(|side| {
            let (node, pointer) = nodes.get(side);
            let (target_pointer, target) = renames.resolve(node, side)?;
            let pointer = target_pointer.unwrap_or(pointer).to_owned();
            Some((pointer, align::with_flags(node, target)))
        });
        let Some(Sides { base: old, revision: new }) = resolved.both() else { return (false, Vec::new()) };
        if align::equivalent(role, &old.1, &new.1, renames) {
            return (true, Vec::new());
        }
        if context.depth >= MAX_DEPTH || !self.comparison.budget.spend() {
            return (false, Vec::new());
        }
        let within = self.within(role, (old.0, &old.1), (new.0, &new.1), context);
        (within.is_empty(), within)
    }

    /// The edits between two nodes that are not at the same pointer.
    fn within(
        &self,
        role: Role,
        base: (String, &Value),
        revision: (String, &Value),
        context: &Context<'a>,
    ) -> Vec<Edit> {
        let deltas = Deltas::of_nodes(role, base, revision, self.comparison.renames);
        if deltas.is_empty() {
            return Vec::new();
        }
        let context = Context { depth: context.depth + 1, ..context.clone() };
        let mut walker = Walker::new(self.comparison, &deltas);
        match role {
            Role::Parameter => walker.parameter(DeltaId::ROOT, &context),
            Role::Response => walker.response(DeltaId::ROOT, &context),
            Role::RequestBody => walker.request_body(DeltaId::ROOT, &context),
            Role::Header => walker.header(DeltaId::ROOT, &context),
            Role::Callback => walker.callback(DeltaId::ROOT, &context),
            Role::Link => walker.link(DeltaId::ROOT, &context),
            _ => walker.schema_or_whole(DeltaId::ROOT, &context),
        }
        let Found { mut edits, explained, .. } = walker.finish();
        for (edit, leaves) in edits.iter_mut().zip(explained) {
            edit.pointers = leaves.into_iter().map(|leaf| deltas.locations(leaf)).collect();
        }
        edits
    }
}
