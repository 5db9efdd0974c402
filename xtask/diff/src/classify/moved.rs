//! Operations that moved to another address.

use super::super::delta::{DeltaId, Kind, SideNode, Step};
use super::path::change_of_move;
use super::{Context, EditedNode, Scope, Walker, document_context};
use crate::align::Address;
use crate::{NodeKind, Sides};

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
        explains.extend(self.one_sided_variables(id));
        explains.extend(self.added_and_removed_paths(paths, from, to));
        let pair = delta.before().zip(delta.after());
        let [was, is] = [from, to].map(|(path, method)| format!("{} {path}", method.to_uppercase()));
        let detail = match (from.0 == to.0, from.1 == to.1) {
            (true, _) => format!("{} → {}", from.1.to_uppercase(), to.1.to_uppercase()),
            (false, true) => format!("{was} → {}", to.0),
            (false, false) => format!("{was} → {is}"),
        };
        let edit = self.edit_claiming(change_of_move(pair.into_iter()), mark, &explains, &context, detail);
        let edit = &mut self.edits[edit];
        (edit.before, edit.after) = (Some(was.into()), Some(is.into()));
        self.operation(id, &context);
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
}
