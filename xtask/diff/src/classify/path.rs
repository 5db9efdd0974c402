//! Paths and their operations: which were added, removed or moved.

use std::sync::Arc;

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::parameters::address;
use super::{Change, Context, EditId, EditedNode, Scope, Walker, document_context};
use crate::{Direction, MessagePart, NodeKind, ReachedOperation, is_deprecated, is_unstable};
use crate::{Side, Sides};
use openapi_fragment::openapi::{METHODS, Role};
use openapi_fragment::openapi::{component, variables, without_variables};

impl<'a> Walker<'_, 'a> {
    pub(super) fn paths(&mut self, id: DeltaId) {
        for child in self.children(id) {
            let delta = self.delta(child);
            if delta.key().starts_with("x-") && delta.role == Role::Data {
                continue;
            }
            match (delta.role, delta.kind) {
                (Role::Operation, _) => self.moved_operation(child, id),
                (_, Kind::Added | Kind::Removed) => self.one_sided_path(child),
                _ => self.path(child),
            }
        }
        self.common_keys(id, &document_context());
    }

    /// A path that only one document has: one edit for each of its operations, or one if it has none. Operations that
    /// moved have an edit of their own.
    fn one_sided_path(&mut self, id: DeltaId) {
        let delta = self.delta(id);
        let moves = &self.comparison.renames.moves;
        let mut any = false;
        for method in METHODS.iter().filter(|method| delta.value().get(method).is_some()) {
            any = true;
            let moved = match delta.kind {
                Kind::Added => moves.is_destination(delta.key(), method),
                _ => moves.is_origin(delta.key(), method),
            };
            if !moved {
                self.one_sided_operation(id, id, method);
            }
        }
        if !any {
            let node = EditedNode { kind: NodeKind::Path, name: delta.key().to_owned() };
            let context = Context { node, ..document_context() };
            let sign = if delta.kind == Kind::Added { '+' } else { '−' };
            self.edit(Change::InfoChanged, id, &context, format!("{sign} path without operations"));
        }
    }

    fn path(&mut self, id: DeltaId) {
        let delta = self.delta(id);
        let operations = self.operations_of(id);
        let node = EditedNode { kind: NodeKind::Path, name: delta.new_key().to_owned() };
        let operations = operations.into_iter().map(|(_, operation)| operation).collect();
        let context = Context { node, scope: Scope::Operations(operations), ..document_context() };
        if let Some(name) = self.name_change(id) {
            self.path_renamed(id, name, &context);
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            match (delta.key(), delta.kind) {
                (_, Kind::Name) => {}
                // Only a path without operations has its own parameters.
                ("parameters", _) => self.parameters(child, &context),
                (method, Kind::Added | Kind::Removed) if METHODS.contains(&method) => {
                    self.one_sided_operation(child, id, method);
                }
                (method, _) if METHODS.contains(&method) => {
                    let context = self.operation_context(id, method);
                    self.operation(child, &context);
                }
                _ => {}
            }
        }
        self.common_keys(id, &context);
    }

    /// A path that was renamed: either only its variables, which has no effect, or the path itself.
    fn path_renamed(&mut self, id: DeltaId, name: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        let (old, new) = (delta.key(), delta.new_key());
        let mut explains = self.names_of_variables(id);
        explains.push(name);
        let only_variables = without_variables(old) == without_variables(new);
        let edit = if only_variables {
            let renamed: Vec<_> =
                variables(old).zip(variables(new)).filter(|(old, new)| old != new).collect();
            let declared: Option<Vec<_>> =
                renamed.iter().map(|(old, new)| self.shared_variable(id, old, new)).collect();
            if let Some(declared) = declared {
                // The path follows the edit of the component.
                self.pending_path_names.push((declared, name));
                return;
            }
            let names = renamed.iter().map(|(old, new)| format!("{{{old}}} → {{{new}}}"));
            let detail = names.collect::<Vec<_>>().join(", ");
            // The declarations belong to the names, so a variable that has moved is sent in another segment.
            let has_moved = renamed.iter().any(|(_, new)| variables(old).any(|old| old == *new));
            if has_moved {
                let context = context.toward(Direction::Request, MessagePart::Parameter);
                self.edit_claiming(Change::ParameterLocationChanged, name, &explains, &context, detail)
            } else {
                self.edit_claiming(Change::PathVariableRenamed, name, &explains, context, detail)
            }
        } else {
            explains.extend(self.one_sided_variables(id));
            let pairs = METHODS.iter().map(|method| self.both(id, method));
            let change = change_of_move(
                pairs.filter_map(|values| values.both().map(|values| (values.base, values.revision))),
            );
            self.edit_claiming(change, name, &explains, context, format!("was {old}"))
        };
        self.edits[edit].before = Some(old.into());
        self.edits[edit].after = Some(new.into());
    }

    /// The new name of the component that declares a variable of this path in both documents.
    fn shared_variable(&self, path: DeltaId, old: &str, new: &str) -> Option<&'a str> {
        let renames = self.comparison.renames;
        let [before, after] = [self.delta(path).before()?, self.delta(path).after()?];
        let declares = |item: &'a Value, wanted: &str, side: Side| -> Option<&'a Value> {
            let methods = METHODS.iter().filter_map(|method| item.get(method));
            let lists = std::iter::once(item).chain(methods).filter_map(|holder| holder.get("parameters"));
            let mut items = lists.filter_map(Value::as_array).flatten();
            items.find_map(|parameter| {
                let reference = parameter.get("$ref")?;
                let (location, name) = renames.parameter_key(parameter, side)?;
                (location == "path" && name == wanted).then_some(reference)
            })
        };
        let (was, is) = (declares(before, old, Side::Base)?, declares(after, new, Side::Revision)?);
        let same = renames.same_reference(was, is);
        component(is.as_str()?).filter(|_| same).map(|(_, name)| name)
    }

    /// Adds the renamed paths to the edits of the components that declare their variables, or makes separate edits.
    pub(super) fn assign_pending_path_names(&mut self) {
        for (components, leaf) in std::mem::take(&mut self.pending_path_names) {
            let edits: Option<Vec<EditId>> =
                components.iter().map(|name| self.renamed_variables.get(name).copied()).collect();
            match edits {
                Some(edits) => {
                    self.claimed.insert(leaf);
                    edits.into_iter().for_each(|edit| self.explained[edit].push(leaf));
                }
                None => {
                    _ = self.edit(
                        Change::PathVariableRenamed,
                        leaf,
                        &document_context(),
                        "path variable renamed",
                    );
                }
            }
        }
    }

    /// The differing names of path variables, which belong to the edit of the path.
    pub(super) fn names_of_variables(&self, around: DeltaId) -> Vec<DeltaId> {
        let is_name = |leaf: &DeltaId| {
            let delta = self.delta(*leaf);
            delta.parent.is_some_and(|parent| {
                self.delta(parent).role == Role::Parameter && delta.key() == "name" && self.is_in_path(parent)
            })
        };
        self.deltas.leaves_within(around).into_iter().filter(is_name).collect()
    }

    /// Declarations of path variables that only one document has, which belong to the edit of the path.
    pub(super) fn one_sided_variables(&mut self, path: DeltaId) -> Vec<DeltaId> {
        let mut found = Vec::new();
        for leaf in self.deltas.leaves_within(path) {
            let delta = self.delta(leaf);
            let items = match (delta.kind, delta.role) {
                (Kind::Added | Kind::Removed, Role::Parameter) => std::slice::from_ref(delta.value()),
                (Kind::Added | Kind::Removed, Role::Parameters) => {
                    delta.value().as_array().map_or(&[][..], Vec::as_slice)
                }
                _ => continue,
            };
            let Some(side) = delta.only_side() else { continue };
            let renames = self.comparison.renames;
            let declarations: Vec<&'a Value> =
                items.iter().filter(|item| renames.is_path_parameter(item, side)).collect();
            if !declarations.is_empty() {
                found.push(leaf);
                self.covered_parameters.extend(declarations.into_iter().map(address));
            }
        }
        found
    }

    /// The difference of the node's own key, if there is one.
    pub(super) fn name_change(&self, id: DeltaId) -> Option<DeltaId> {
        self.children(id).find(|child| self.delta(*child).kind == Kind::Name)
    }

    // ---- operations that only one document has ----

    /// The operations of a path with their methods: those of the base, then the added ones.
    pub(super) fn operations_of(&self, path: DeltaId) -> Vec<(&'a str, Arc<ReachedOperation>)> {
        let delta = self.delta(path);
        let Sides { base, revision } = self.comparison.reaches;
        let mut found: Vec<(&'a str, Arc<ReachedOperation>)> =
            delta.before().map_or(&[][..], |_| base.path(delta.key())).to_vec();
        found.retain(|(method, _)| !self.comparison.renames.moves.is_origin(delta.key(), method));
        for (method, operation) in delta.after().map_or(&[][..], |_| revision.path(delta.new_key())) {
            let came = self.comparison.renames.moves.is_destination(delta.new_key(), method);
            if !came && found.iter().all(|(known, _)| known != method) {
                found.push((method, Arc::clone(operation)));
            }
        }
        found
    }

    fn operation_context(&self, path: DeltaId, method: &str) -> Context<'a> {
        let operations = self.operations_of(path);
        let found = operations.into_iter().find(|(known, _)| *known == method).map(|(_, found)| found);
        let name = found.as_ref().map_or_else(String::new, |operation| operation.name());
        let node = EditedNode { kind: NodeKind::Operation, name };
        Context { node, scope: Scope::Operations(found.into_iter().collect()), ..document_context() }
    }

    /// An operation that only one document has. `at` is the operation, or the path that was added or removed with it.
    fn one_sided_operation(&mut self, at: DeltaId, path: DeltaId, method: &str) {
        let context = self.operation_context(path, method);
        let delta = self.delta(at);
        let operation = if at == path { delta.value().get(method) } else { Some(delta.value()) };
        let added = delta.kind == Kind::Added;
        let stability = operation.map_or(Stability::Stable, Stability::of);
        let change = match (added, stability) {
            (true, Stability::Unstable) => Change::UnstableOperationAdded,
            (false, Stability::Unstable) => Change::UnstableOperationRemoved,
            (true, Stability::Deprecated) => Change::DeprecatedOperationAdded,
            (false, Stability::Deprecated) => Change::DeprecatedOperationRemoved,
            (true, Stability::Stable) => Change::OperationAdded,
            (false, Stability::Stable) => Change::OperationRemoved,
        };
        let sign = if added { '+' } else { '−' };
        let detail = format!("{sign} {} {}", method.to_uppercase(), self.delta(path).new_key());
        let edit = self.edit(change, at, &context, detail);
        if at == path {
            let edit = &mut self.edits[edit];
            let sides = [
                (&mut edit.locations.base, &mut edit.before),
                (&mut edit.locations.revision, &mut edit.after),
            ];
            for (location, value) in sides {
                if let Some(location) = location {
                    openapi_fragment::pointer::push(&mut location.pointer, method);
                    *value = operation.cloned();
                }
            }
        }
    }
}

/// The stability of an operation, in ascending order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stability {
    Unstable,
    Deprecated,
    Stable,
}

impl Stability {
    fn of(operation: &Value) -> Self {
        if is_unstable(operation) {
            Self::Unstable
        } else if is_deprecated(operation) {
            Self::Deprecated
        } else {
            Self::Stable
        }
    }
}

/// The change for operations that moved, which are given in both versions. The highest stability decides.
pub(super) fn change_of_move<'a>(operations: impl Iterator<Item = (&'a Value, &'a Value)>) -> Change {
    let promised = operations.flat_map(|(old, new)| [Stability::of(old), Stability::of(new)]).max();
    match promised {
        Some(Stability::Unstable) => Change::UnstableOperationMoved,
        Some(Stability::Deprecated) => Change::DeprecatedOperationMoved,
        Some(Stability::Stable) | None => Change::OperationMoved,
    }
}
