//! References that differ between the documents.
//!
//! A reference that follows the rename of its target belongs to the rename. A reference whose new target, component or
//! inline, has the same meaning has no effect. Any other change is one edit at the reference, and the differences between
//! the targets are the edits within it.

use std::collections::HashMap;

use serde_json::Value;

use super::super::delta::{DeltaId, Deltas};
use super::{Change, Context, Walker, with_trail};
use crate::Side;
use crate::align;
use crate::{Edit, Location};
use openapi_fragment::openapi::Role;
use openapi_fragment::openapi::{component, is_prose};

/// The maximum depth of references within references. Deeper ones are reported, but their targets are not compared.
const MAX_DEPTH: usize = 8;

impl<'a> Walker<'_, 'a> {
    /// Handles a node that is a reference in at least one document. Returns false if the walk must continue in the node.
    pub(super) fn reference(&mut self, id: DeltaId, context: &Context<'a>) -> bool {
        if self.wrapped(id, context) {
            return true;
        }
        let references = self.both(id, "$ref");
        match (references.base, references.revision) {
            (None, None) => return false,
            (Some(old), Some(new)) if old == new => return false,
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
        let (Some(old), Some(new)) = (delta.before(), delta.after()) else { return (false, Vec::new()) };
        let renames = self.comparison.renames;
        let (Some(old), Some(new)) = (renames.resolve(old, Side::Base), renames.resolve(new, Side::Revision))
        else {
            return (false, Vec::new());
        };
        if align::equivalent(delta.role, old.1, new.1, renames) {
            return (true, Vec::new());
        }
        if context.depth >= MAX_DEPTH || !self.comparison.budget.spend() {
            return (false, Vec::new());
        }
        let locations = self.locations(id);
        let pointer = |target: Option<&str>, location: Option<crate::Location>| {
            target
                .map_or_else(|| location.map(|location| location.pointer).unwrap_or_default(), str::to_owned)
        };
        let deltas = Deltas::of_nodes(
            delta.role,
            (pointer(old.0, locations.base), old.1),
            (pointer(new.0, locations.revision), new.1),
            renames,
        );
        if deltas.is_empty() {
            return (true, Vec::new());
        }
        let context = Context { depth: context.depth + 1, ..context.clone() };
        let mut walker = Walker::new(self.comparison, &deltas);
        match delta.role {
            Role::Parameter => walker.parameter(DeltaId::ROOT, &context),
            Role::Response => walker.response(DeltaId::ROOT, &context),
            Role::RequestBody => walker.request_body(DeltaId::ROOT, &context),
            Role::Header => walker.header(DeltaId::ROOT, &context),
            Role::Callback => walker.callback(DeltaId::ROOT, &context),
            Role::Link => walker.link(DeltaId::ROOT, &context),
            _ => walker.schema_or_whole(DeltaId::ROOT, &context),
        }
        (false, walker.finish().edits)
    }

    /// Merges the extraction of an inline definition to a component into one edit, at the first reference to the
    /// component. The reverse is merged in the same way.
    pub(super) fn fold_extractions(&mut self) {
        let pointer =
            |location: &Option<Location>| location.as_ref().map(|location| location.pointer.clone());
        let component_edits = self.edits.iter().enumerate().filter_map(|(index, edit)| match edit.change {
            Change::ComponentAdded => Some(((true, pointer(&edit.locations.revision)?), index)),
            Change::ComponentRemoved => Some(((false, pointer(&edit.locations.base)?), index)),
            _ => None,
        });
        let components: HashMap<(bool, String), usize> = component_edits.collect();
        let mut first: HashMap<usize, (usize, usize)> = HashMap::new();
        let mut folded = vec![false; self.edits.len()];
        for index in 0..self.edits.len() {
            let edit = &self.edits[index];
            let (added, value) = match edit.change {
                Change::ReferenceExtracted => (true, &edit.after),
                Change::ReferenceInlined => (false, &edit.before),
                _ => continue,
            };
            let reference = value.as_ref().and_then(peel).and_then(|peeled| peeled.reference.as_str());
            let Some(target) = reference.and_then(|target| target.strip_prefix('#')) else { continue };
            let Some(component) = components.get(&(added, target.to_owned())).copied() else { continue };
            let (into, from) = match first.get_mut(&component) {
                None => {
                    first.insert(component, (index, 0));
                    (index, component)
                }
                Some((into, more)) => {
                    *more += 1;
                    (*into, index)
                }
            };
            folded[from] = true;
            let (pointers, reach) = (self.edits[from].pointers.clone(), self.edits[from].reach.clone());
            let edit = &mut self.edits[into];
            edit.pointers.extend(pointers);
            edit.reach.extend(
                reach
                    .into_iter()
                    .filter(|usage| from != component && !edit.reach.contains(usage))
                    .collect::<Vec<_>>(),
            );
        }
        for (into, more) in first.into_values().filter(|(_, more)| *more > 0) {
            let references = if more == 1 { "reference" } else { "references" };
            self.edits[into].detail += &format!(", and {more} more {references}");
        }
        let mut folded = folded.into_iter();
        self.edits.retain(|_| !folded.next().unwrap_or_default());
    }

    /// Handles an inline definition that became a wrapped reference to an equal component, or the reverse. The flags beside
    /// the reference are edits of their own.
    fn extracted(
        &mut self,
        id: DeltaId,
        inline: &Value,
        wrapped: &Peeled<'a>,
        change: Change,
        context: &Context<'a>,
    ) -> bool {
        let inlined = change == Change::ReferenceInlined;
        let side = if inlined { Side::Base } else { Side::Revision };
        let Some((_, target)) = self.comparison.renames.resolve(wrapped.node, side) else { return false };
        let (one, other) = (without_flags(inline), without_flags(target));
        let (old, new) = if inlined { (&other, &one) } else { (&one, &other) };
        if !align::equivalent(Role::Schema, old, new, self.comparison.renames) {
            return false;
        }
        self.access(id, context);
        self.nullable(id, context);
        let left: Vec<DeltaId> = self.children(id).filter(|child| !self.is_claimed(*child)).collect();
        let name =
            wrapped.reference.as_str().and_then(component).map_or("another location", |(_, name)| name);
        let words = if inlined { [name, "inline"] } else { ["inline", name] };
        self.edit_claiming(
            change,
            id,
            &left,
            context,
            with_trail(context, format_args!("{} → {}", words[0], words[1])),
        );
        true
    }

    /// Handles an `allOf` of one reference. It has the meaning of the reference, but can have flags such as `nullable`.
    fn wrapped(&mut self, id: DeltaId, context: &Context<'a>) -> bool {
        let delta = self.delta(id);
        let (Some(old), Some(new)) = (delta.before(), delta.after()) else { return false };
        let (old, new) = match (peel(old), peel(new)) {
            (Some(old), Some(new)) => (old, new),
            (None, Some(wrapped)) if wrapped.wrapped => {
                return self.extracted(id, old, &wrapped, Change::ReferenceExtracted, context);
            }
            (Some(wrapped), None) if wrapped.wrapped => {
                return self.extracted(id, new, &wrapped, Change::ReferenceInlined, context);
            }
            _ => return false,
        };
        if old.wrapped == new.wrapped || !self.comparison.renames.same_reference(old.reference, new.reference)
        {
            return false;
        }
        let before = self.edits.len();
        self.access(id, context);
        let name = new.reference.as_str().and_then(component).map_or("a reference", |(_, name)| name);
        let (change, detail) = match (old.nullable, new.nullable) {
            (false, true) => (Change::Nullable, "nullable".to_owned()),
            (true, false) => (Change::NotNullable, "no longer nullable".to_owned()),
            _ if self.edits.len() > before => {
                // The `allOf` is necessary for the flag.
                let left: Vec<DeltaId> = self.children(id).filter(|child| !self.is_claimed(*child)).collect();
                let leaves: Vec<DeltaId> =
                    left.iter().flat_map(|child| self.deltas.leaves_within(*child)).collect();
                let locations: Vec<_> = leaves.iter().map(|leaf| self.locations(*leaf)).collect();
                self.claimed.extend(&leaves);
                self.edits[before].pointers.extend(locations);
                return true;
            }
            _ => (Change::ReferenceMoved, format!("{name} wrapped differently")),
        };
        self.edit(change, id, context, with_trail(context, detail));
        true
    }
}

/// Keys that are allowed beside the `allOf` that wraps a reference.
const FLAGS: &[&str] = &["nullable", "readOnly", "writeOnly", "deprecated"];

fn without_flags(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(members) = &mut schema {
        members.retain(|key, _| !FLAGS.contains(&key.as_str()));
    }
    schema
}

/// A reference, which may be wrapped in an `allOf`.
struct Peeled<'a> {
    /// The node that consists of the reference alone.
    node: &'a Value,
    reference: &'a Value,
    nullable: bool,
    wrapped: bool,
}

fn peel(node: &Value) -> Option<Peeled<'_>> {
    if let Some(reference) = node.get("$ref") {
        return Some(Peeled { node, reference, nullable: false, wrapped: false });
    }
    let members = node.as_object()?;
    let [only] = members.get("allOf")?.as_array()?.as_slice() else { return None };
    let plain = |key: &String| key == "allOf" || FLAGS.contains(&key.as_str()) || is_prose(key);
    let nullable = members.get("nullable") == Some(&Value::Bool(true));
    members.keys().all(plain).then_some(Peeled {
        node: only,
        reference: only.get("$ref")?,
        nullable,
        wrapped: true,
    })
}
