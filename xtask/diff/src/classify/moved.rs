//! Operations that moved to another address, with their parameters.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind, SideNode, Step};
use super::parameters::ListedParameter;
use super::path::change_of_move;
use super::{Context, EditedNode, Scope, Walker, document_context};
use crate::align::Address;
use crate::{Direction, Edit, Location, Locations, MessagePart, NodeKind, Side, Sides};

/// The parameters of an operation that moved.
#[derive(Default)]
struct MovedParameters {
    /// The differences that belong to the move.
    explains: Vec<DeltaId>,
    /// The parameters that were added, removed or changed by the move.
    within: Vec<Edit>,
}

/// The parameters of an operation that moved, in each document.
struct ParameterLists<'a> {
    operation: DeltaId,
    own: Sides<Option<&'a Value>>,
    own_at: Sides<String>,
    /// The parameters of the paths.
    shared: Sides<Vec<ListedParameter<'a>>>,
}

impl<'a> Walker<'_, 'a> {
    /// An operation that has another path or method in the revision. `paths` is the node that contains both paths.
    pub(super) fn moved_operation(&mut self, id: DeltaId, paths: DeltaId) {
        let delta = self.delta(id);
        let address = |node: Option<SideNode<'a>>| match node?.step {
            Step::Operation(address) => Some(address),
            _ => None,
        };
        let (Some(mark), Some(from), Some(to)) =
            (self.name_change(id), address(delta.base), address(delta.revision))
        else {
            return;
        };
        let Sides { base, revision } = self.comparison.reaches;
        let name = base.operation(from).map_or_else(String::new, |operation| operation.name());
        let scope = Scope::Operations(revision.operation(to).into_iter().collect());
        let node = EditedNode { kind: NodeKind::Operation, name };
        let context = Context { node, scope, ..document_context() };

        let mut explains = self.names_of_variables(id);
        explains.push(mark);
        explains.extend(self.added_and_removed_paths(paths, from, to));
        let paths = Sides::new(from.0, to.0);
        let items =
            Sides::of(|side| self.comparison.document(side).value.get("paths")?.get(*paths.get(side)));
        let parameters = self.moved_parameters(id, paths, items, &context);
        explains.extend(parameters.explains);
        let pair = delta.before().zip(delta.after());
        let [was, is] = [from, to].map(|(path, method)| format!("{} {path}", method.to_uppercase()));
        let detail = match (from.0 == to.0, from.1 == to.1) {
            (true, _) => format!("{} → {}", from.1.to_uppercase(), to.1.to_uppercase()),
            (false, true) => format!("{was} → {}", to.0),
            (false, false) => format!("{was} → {is}"),
        };
        let edit = self.edit_claiming(change_of_move(pair.into_iter()), mark, &explains, &context, detail);
        let edit = &mut self.edits[edit];
        (edit.before, edit.after, edit.within) = (Some(was.into()), Some(is.into()), parameters.within);
        self.operation(id, items, &context);
    }

    /// The paths that were added and removed by the move of an operation.
    fn added_and_removed_paths(&self, paths: DeltaId, from: Address<'a>, to: Address<'a>) -> Vec<DeltaId> {
        let is_of_move = |child: &DeltaId| {
            let delta = self.delta(*child);
            match delta.kind {
                Kind::Removed => delta.key() == from.0,
                Kind::Added => delta.key() == to.0,
                _ => false,
            }
        };
        self.children(paths).filter(is_of_move).collect()
    }

    /// Compares the parameters of an operation that moved. Path variables belong to the move.
    fn moved_parameters(
        &mut self,
        operation: DeltaId,
        paths: Sides<&'a str>,
        items: Sides<Option<&'a Value>>,
        context: &Context<'a>,
    ) -> MovedParameters {
        let context = context.toward(Direction::Request, MessagePart::Parameter);
        let locations = self.locations(operation);
        let lists = ParameterLists {
            operation,
            own: self.delta(operation).values(),
            own_at: locations.map(|location| location.map(|location| location.pointer).unwrap_or_default()),
            shared: Sides::of(|side| self.listed(*items.get(side), paths.get(side))),
        };
        let mut moved = MovedParameters::default();
        for side in Side::BOTH {
            for held in lists.shared.get(side) {
                self.shared_by_path(&lists, side, held, &context, &mut moved);
            }
            self.own_variables(&lists, side, &mut moved);
        }
        moved
    }

    /// Handles a parameter of the path in one document. In the other document, the operation or its path may have it. If
    /// both paths have it, only the call for the base compares them.
    fn shared_by_path(
        &mut self,
        lists: &ParameterLists<'a>,
        side: Side,
        held: &ListedParameter<'a>,
        context: &Context<'a>,
        moved: &mut MovedParameters,
    ) {
        let other = side.other();
        let renames = self.comparison.renames;
        let Some(key) = renames.parameter_key(held.node, side) else { return };
        if self.own(*lists.own.get(side), key, side).is_some() {
            return;
        }
        let counterpart = match self.own(*lists.own.get(other), key, other) {
            Some((at, node)) => {
                moved.explains.extend(self.own_list_leaf(lists.operation, node));
                self.covered_parameters.push(node);
                Some(ListedParameter {
                    node,
                    pointer: format!("{}/parameters/{at}", lists.own_at.get(other)),
                })
            }
            None => {
                let mut shared = lists.shared.get(other).iter();
                let found = shared.find(|held| renames.parameter_key(held.node, other) == Some(key));
                if found.is_some() && side == Side::Revision {
                    return;
                }
                found.cloned()
            }
        };
        match counterpart {
            Some(counterpart) => {
                let (before, after) = match side {
                    Side::Base => (held, &counterpart),
                    Side::Revision => (&counterpart, held),
                };
                moved.within.extend(self.parameters_apart(before, after, context));
            }
            None if key.0 == "path" => {}
            None => moved.within.push(self.one_sided_shared_parameter(held, side, context)),
        }
    }

    /// Path variables that the operation itself declares in only one document.
    fn own_variables(&mut self, lists: &ParameterLists<'a>, side: Side, moved: &mut MovedParameters) {
        for held in self.listed(*lists.own.get(side), "") {
            if !self.comparison.renames.is_path_parameter(held.node, side) {
                continue;
            }
            if let Some(leaf) = self.own_list_leaf(lists.operation, held.node) {
                moved.explains.push(leaf);
                self.covered_parameters.push(held.node);
            }
        }
    }

    /// The edit for a parameter of a path that the operation lost or gained by its move.
    fn one_sided_shared_parameter(
        &self,
        held: &ListedParameter<'a>,
        side: Side,
        context: &Context<'a>,
    ) -> Edit {
        let (change, detail) = self.presence(held.node, side == Side::Revision);
        let position = self.comparison.document(side).nearest_position(&held.pointer);
        let location = Location { position, pointer: held.pointer.clone() };
        let locations: Locations = Sides::of(|of| (of == side).then(|| location.clone()));
        let Sides { base: before, revision: after } = Sides::of(|of| (of == side).then(|| held.node.clone()));
        let reach = self.reach(context);
        Edit {
            change,
            node: context.node.clone(),
            detail,
            pointers: vec![locations.clone()],
            locations,
            before,
            after,
            findings: super::findings(change, context, &reach),
            reach,
            within: Vec::new(),
        }
    }
}
