//! The effective parameters of an operation: those of its path, overridden by its own.
//!
//! A parameter that moves between the path and its operations has no effect on requests. Only an operation that has the
//! parameter in only one document is affected.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::parameters::ListedParameter;
use super::{Change, Context, Scope, Walker, side_with, with_trail};
use crate::Edit;
use crate::{Side, Sides};
use openapi_fragment::openapi::METHODS;
use openapi_fragment::pointer;

/// The location (`in`) and the name, which identify a parameter.
pub(super) type Key<'a> = (&'a Value, &'a Value);

/// A parameter of a path that one of its operations has in both documents.
struct RetainedParameter<'a> {
    method: &'static str,
    before: ListedParameter<'a>,
    after: ListedParameter<'a>,
    /// The difference in the list of the operation, if the parameter moved from or to it.
    own: Option<(DeltaId, &'a Value)>,
}

impl<'a> Walker<'_, 'a> {
    /// The parameters of a path.
    pub(super) fn path_parameters(&mut self, list: DeltaId, path: DeltaId, context: &Context<'a>) {
        self.parameters(list, context, &|walker, leaf, node, context| {
            walker.is_covered(node) || walker.of_operations(path, leaf, node, context)
        });
    }

    /// The parameters of an operation. `items` are its paths in both documents.
    pub(super) fn own_parameters(
        &mut self,
        list: DeltaId,
        items: Sides<Option<&'a Value>>,
        context: &Context<'a>,
    ) {
        self.parameters(list, context, &|walker, leaf, node, context| {
            walker.is_covered(node) || walker.of_path(items, leaf, node, context)
        });
    }

    /// Whether another edit has covered this parameter.
    fn is_covered(&self, node: &'a Value) -> bool {
        self.covered_parameters.iter().any(|placed| std::ptr::eq(*placed, node))
    }

    /// Handles a parameter of a path that only one document has. Returns false if no operation has it in the other
    /// document.
    fn of_operations(
        &mut self,
        path: DeltaId,
        leaf: DeltaId,
        node: &'a Value,
        context: &Context<'a>,
    ) -> bool {
        let side = side_with(self.delta(leaf).kind == Kind::Added);
        let Some(key) = self.comparison.renames.parameter_key(node, side) else { return false };
        let (mut kept, mut changed) = (Vec::new(), Vec::new());
        for method in METHODS {
            let Some(operations) = self.in_both(path, method) else { continue };
            let whole = || ListedParameter { node, pointer: self.pointer_of(path, side, "parameters", node) };
            let own = Sides::of(|side| self.own(*operations.get(side), key, side));
            let held = Sides::of(|of| {
                let held = own.get(of).map(|(at, own)| {
                    let operation = self.pointer_of(path, of, method, node);
                    ListedParameter { node: own, pointer: format!("{operation}/parameters/{at}") }
                });
                held.or_else(|| (of == side).then(whole))
            });
            match held.both() {
                Some(Sides { base: before, revision: after }) => {
                    let own = own.get(side.other()).map(|(_, node)| node);
                    let own = own.and_then(|node| Some((self.own_leaf(path, method, node)?, node)));
                    kept.push(RetainedParameter { method, before, after, own });
                }
                None => changed.push(*method),
            }
        }
        if kept.is_empty() {
            return false;
        }
        self.shared_parameter(path, leaf, node, &kept, &changed, context);
        true
    }

    /// Adds one edit for a parameter of a path. The operations in `kept` have it in both documents, those in `changed` in one.
    fn shared_parameter(
        &mut self,
        path: DeltaId,
        leaf: DeltaId,
        node: &'a Value,
        kept: &[RetainedParameter<'a>],
        changed: &[&'static str],
        context: &Context<'a>,
    ) {
        let added = self.delta(leaf).kind == Kind::Added;
        let (mut change, mut detail) = self.presence(node, added);
        let detail_of =
            detail.split(", ").next().unwrap_or_default().trim_start_matches(['+', '−', ' ']).to_owned();
        let mut context = context.clone();
        let methods: Vec<String> = kept.iter().map(|kept| kept.method.to_uppercase()).collect();
        if changed.is_empty() {
            change = Change::ParameterMoved;
            let directions =
                if added { ["the operations", "the path"] } else { ["the path", "the operations"] };
            detail = format!("{detail_of}: {} → {}", directions[0], directions[1]);
        } else {
            detail = format!("{detail}; except {}, which declares it itself", methods.join(", "));
            self.narrow(path, changed, &mut context);
        }
        let mut explains = vec![leaf];
        let mut within: Vec<Edit> = Vec::new();
        for RetainedParameter { method, before, after, own } in kept {
            if let Some((leaf, node)) = own {
                explains.push(*leaf);
                self.covered_parameters.push(node);
            }
            let mut context = context.clone();
            self.narrow(path, &[method], &mut context);
            for edit in self.parameters_apart(before, after, &context) {
                match within
                    .iter_mut()
                    .find(|known| known.change == edit.change && known.detail == edit.detail)
                {
                    Some(known) => known.reach.extend(edit.reach),
                    None => within.push(edit),
                }
            }
        }
        let edit = self.edit_claiming(change, leaf, &explains, &context, with_trail(&context, detail));
        self.edits[edit].within = within;
    }

    /// Limits the scope to these operations of the path.
    fn narrow(&self, path: DeltaId, methods: &[&'static str], context: &mut Context<'a>) {
        // The scope of a callback is its one operation already.
        if !context.is_callback && matches!(context.scope, Scope::Operations(_)) {
            let all = self.operations_of(path).into_iter();
            let kept = all.filter(|(method, _)| methods.contains(method)).map(|(_, operation)| operation);
            context.scope = Scope::Operations(kept.collect());
        }
    }

    /// Handles a parameter of an operation that only one document has. Returns false if the path does not have it too.
    fn of_path(
        &mut self,
        items: Sides<Option<&'a Value>>,
        leaf: DeltaId,
        node: &'a Value,
        context: &Context<'a>,
    ) -> bool {
        let added = self.delta(leaf).kind == Kind::Added;
        let Some(key) = self.comparison.renames.parameter_key(node, side_with(added)) else { return false };
        let own = Sides::of(|side| self.own(*items.get(side), key, side));
        let Some(Sides { base: (_, old), revision: (_, new) }) = own.both() else { return false };
        let location = self.locations(leaf);
        let pointer = location.newest().map(|location| location.pointer.clone()).unwrap_or_default();
        let held = |node| ListedParameter { node, pointer: pointer.clone() };
        let (before, after) = if added { (held(old), held(node)) } else { (held(node), held(new)) };
        let within = self.parameters_apart(&before, &after, context);
        let name = key.1.as_str().unwrap_or_default();
        let how = if added { "now also declared by the operation" } else { "now declared only by the path" };
        let edit = self.edit(
            Change::ParameterMoved,
            leaf,
            context,
            with_trail(context, format_args!("parameter {name}: {how}")),
        );
        self.edits[edit].within = within;
        true
    }

    // ---- access to lists ----

    /// The parameter with this key in the list of a path or an operation, with its index.
    pub(super) fn own(
        &self,
        holder: Option<&'a Value>,
        key: Key<'a>,
        side: Side,
    ) -> Option<(usize, &'a Value)> {
        let items = holder?.get("parameters")?.as_array()?.iter().enumerate();
        items.into_iter().find(|(_, item)| self.comparison.renames.parameter_key(item, side) == Some(key))
    }

    /// The parameters of a path, with their pointers.
    pub(super) fn listed(&self, holder: Option<&'a Value>, path: &str) -> Vec<ListedParameter<'a>> {
        let list = holder.and_then(|holder| holder.get("parameters")?.as_array());
        let mut start = "/paths".to_owned();
        pointer::push(&mut start, path);
        list.into_iter()
            .flatten()
            .enumerate()
            .map(|(at, node)| ListedParameter { node, pointer: format!("{start}/parameters/{at}") })
            .collect()
    }

    /// An operation that this path has in both documents.
    fn in_both(&self, path: DeltaId, method: &str) -> Option<Sides<Option<&'a Value>>> {
        let delta = self.delta(path);
        let moves = &self.comparison.renames.moves;
        let operations = self.both(path, method);
        let moved = moves.is_origin(delta.key(), method) || moves.is_destination(delta.new_key(), method);
        (operations.both().is_some() && !moved).then_some(operations)
    }

    /// The pointer of a method of a path, or of an item in the list of the path.
    fn pointer_of(&self, path: DeltaId, side: Side, key: &str, node: &Value) -> String {
        let locations = self.locations(path);
        let mut at =
            locations.get(side).as_ref().map(|location| location.pointer.clone()).unwrap_or_default();
        pointer::push(&mut at, key);
        if key == "parameters" {
            let list = self.delta(path).values().get(side).and_then(|item| item.get(key)?.as_array());
            let index = list.and_then(|list| list.iter().position(|item| std::ptr::eq(item, node)));
            pointer::push(&mut at, &index.unwrap_or_default().to_string());
        }
        at
    }

    /// The difference for this item in the list of an operation, or for the whole list.
    fn own_leaf(&self, path: DeltaId, method: &str, node: &'a Value) -> Option<DeltaId> {
        let operation = self.child(path, method)?;
        self.own_list_leaf(operation, node)
    }

    pub(super) fn own_list_leaf(&self, operation: DeltaId, node: &'a Value) -> Option<DeltaId> {
        let list = self.child(operation, "parameters")?;
        let is_one_sided = |id: DeltaId| matches!(self.delta(id).kind, Kind::Added | Kind::Removed);
        if is_one_sided(list) {
            let items = self.delta(list).value().as_array()?;
            return items.iter().any(|item| std::ptr::eq(item, node)).then_some(list);
        }
        self.children(list)
            .find(|child| is_one_sided(*child) && std::ptr::eq(self.delta(*child).value(), node))
    }
}
