//! Operations that have another address, with what they take there.

use serde_json::Value;

use super::super::delta::{Kind, Side, Step};
use super::parameters::Held;
use super::path::moved;
use super::{Context, Node, Scope, Walker, document_context};
use crate::align::Address;
use crate::{Direction, Edit, NodeKind, Place, Site, Sites};

/// The parameters of an operation that moved.
#[derive(Default)]
struct Moved {
    /// The differences that the move explains.
    explains: Vec<usize>,
    /// What it takes now and did not before, or the other way round.
    within: Vec<Edit>,
}

/// What an operation that moved takes, on each side.
struct Lists<'a> {
    operation: usize,
    own: [Option<&'a Value>; 2],
    own_at: [String; 2],
    /// Of the paths.
    shared: [Vec<Held<'a>>; 2],
}

impl<'a> Walker<'_, 'a> {
    /// An operation that has another path or method on the other side. `paths` is what is around both.
    pub(super) fn moved_operation(&mut self, index: usize, paths: usize) {
        let delta = self.delta(index);
        let address = |side: Option<Side<'a>>| match side?.step {
            Step::Operation(address) => Some(address),
            _ => None,
        };
        let (Some(mark), Some(from), Some(to)) =
            (self.mark(index), address(delta.base), address(delta.revision))
        else {
            return;
        };
        let [base, revision] = self.around.reaches;
        let known = [base.operation(from), revision.operation(to)];
        let name = known[0].as_ref().map_or_else(String::new, |operation| operation.name());
        let scope = Scope::Operations(known[1].iter().cloned().collect());
        let node = Node { kind: NodeKind::Operation, name };
        let context = Context { node, scope, ..document_context() };

        let mut explains = self.names_of_variables(index);
        explains.push(mark);
        explains.extend(self.paths_alone(paths, from, to));
        let items = [self.around.base, self.around.revision].map(|document| document.value.get("paths"));
        let items = [items[0].and_then(|all| all.get(from.0)), items[1].and_then(|all| all.get(to.0))];
        let parameters = self.moved_parameters(index, [from.0, to.0], items, &context);
        explains.extend(parameters.explains);
        let pair = delta.before().zip(delta.after());
        let [was, is] = [from, to].map(|(path, method)| format!("{} {path}", method.to_uppercase()));
        let detail = match (from.0 == to.0, from.1 == to.1) {
            (true, _) => format!("{} → {}", from.1.to_uppercase(), to.1.to_uppercase()),
            (false, true) => format!("{was} → {}", to.0),
            (false, false) => format!("{was} → {is}"),
        };
        let edit = self.edit_of(moved(pair.into_iter()), mark, &explains, &context, detail);
        let edit = &mut self.edits[edit];
        (edit.before, edit.after, edit.within) = (Some(was.into()), Some(is.into()), parameters.within);
        self.operation(index, items, &context);
    }

    /// The paths that came and went with an operation that moved.
    fn paths_alone(&self, paths: usize, from: Address<'a>, to: Address<'a>) -> Vec<usize> {
        let alone = |child: &usize| {
            let delta = self.delta(*child);
            match delta.kind {
                Kind::Removed => delta.key() == from.0,
                Kind::Added => delta.key() == to.0,
                _ => false,
            }
        };
        self.children(paths).filter(alone).collect()
    }

    /// What an operation that moved takes. Variables of the path come and go with it.
    fn moved_parameters(
        &mut self,
        operation: usize,
        paths: [&'a str; 2],
        items: [Option<&'a Value>; 2],
        context: &Context<'a>,
    ) -> Moved {
        let context = context.toward(Direction::Request, Place::Parameter);
        let sites = self.sites(operation);
        let lists = Lists {
            operation,
            own: [self.delta(operation).before(), self.delta(operation).after()],
            own_at: [sites.base, sites.revision]
                .map(|site| site.map(|site| site.pointer).unwrap_or_default()),
            shared: [self.listed(items[0], paths[0]), self.listed(items[1], paths[1])],
        };
        let mut moved = Moved::default();
        for side in [0, 1] {
            for held in &lists.shared[side] {
                self.shared_by_path(&lists, side, held, &context, &mut moved);
            }
            self.own_variables(&lists, side, &mut moved);
        }
        moved
    }

    /// A parameter that the operation had, or has, from its path: on the other side it is its own, or from that path,
    /// or gone. Of two paths that have it, the former one speaks.
    fn shared_by_path(
        &mut self,
        lists: &Lists<'a>,
        side: usize,
        held: &Held<'a>,
        context: &Context<'a>,
        moved: &mut Moved,
    ) {
        let (in_base, other) = (side == 0, 1 - side);
        let renames = self.around.renames;
        let Some(key) = renames.parameter_key(held.node, in_base) else { return };
        if self.own(lists.own[side], key, in_base).is_some() {
            return;
        }
        let counterpart = match self.own(lists.own[other], key, !in_base) {
            Some((at, node)) => {
                moved.explains.extend(self.own_list_leaf(lists.operation, node));
                self.placed.push(node);
                Some(Held { node, pointer: format!("{}/parameters/{at}", lists.own_at[other]) })
            }
            None => {
                let mut shared = lists.shared[other].iter();
                let found = shared.find(|held| renames.parameter_key(held.node, !in_base) == Some(key));
                if found.is_some() && !in_base {
                    return;
                }
                found.cloned()
            }
        };
        match counterpart {
            Some(counterpart) => {
                let (before, after) = if in_base { (held, &counterpart) } else { (&counterpart, held) };
                moved.within.extend(self.parameters_apart(before, after, context));
            }
            None if key.0 == "path" => {}
            None => moved.within.push(self.taken_alone(held, !in_base, context)),
        }
    }

    /// Variables that the operation itself declares on one side only.
    fn own_variables(&mut self, lists: &Lists<'a>, side: usize, moved: &mut Moved) {
        for held in self.listed(lists.own[side], "") {
            if !self.around.renames.is_path_parameter(held.node, side == 0) {
                continue;
            }
            if let Some(leaf) = self.own_list_leaf(lists.operation, held.node) {
                moved.explains.push(leaf);
                self.placed.push(held.node);
            }
        }
    }

    /// The edit for a parameter of a path that its operation left, or came to.
    fn taken_alone(&self, held: &Held<'a>, added: bool, context: &Context<'a>) -> Edit {
        let (change, detail) = self.presence(held.node, added);
        let document = if added { self.around.revision } else { self.around.base };
        let site =
            Some(Site { position: document.nearest_position(&held.pointer), pointer: held.pointer.clone() });
        let (base, revision) = if added { (None, site) } else { (site, None) };
        let sites = Sites { base, revision };
        let value = Some(held.node.clone());
        let (before, after) = if added { (None, value) } else { (value, None) };
        let reach = self.reach(context);
        Edit {
            change,
            node: context.node.clone(),
            detail,
            pointers: vec![sites.clone()],
            sites,
            before,
            after,
            findings: super::findings(change, context, &reach),
            reach,
            within: Vec::new(),
        }
    }
}
