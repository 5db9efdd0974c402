//! Paths, operations, parameters, security.

use std::sync::Arc;

use serde_json::Value;

use super::super::delta::Kind;
use super::super::role::{METHODS, Role};
use super::{Change, Context, Node, Scope, Walker, at, brief, describe, document_context};
use crate::diff::{Direction, NodeKind, Operation, Place};

/// From the least to the most that is promised. Without a level an operation is stable.
const STABILITY: &[&str] = &["draft", "alpha", "beta", "stable"];

impl<'a> Walker<'_, 'a> {
    pub(super) fn path(&mut self, index: usize) {
        let delta = self.delta(index);
        let operations = self.operations_of(index);
        let node = Node { kind: NodeKind::Path, name: delta.new_key().to_owned() };
        let operations = operations.into_iter().map(|(_, operation)| operation).collect();
        let context = Context { node, scope: Scope::Operations(operations), ..document_context() };
        for child in self.children(index) {
            let delta = self.delta(child);
            match (delta.key(), delta.kind) {
                (_, Kind::Name) => {
                    let detail = format!("{} → {}", self.delta(index).key(), self.delta(index).new_key());
                    let mut explains = self.names_of_variables(index);
                    explains.push(child);
                    self.edit_of(Change::PathVariableRenamed, child, &explains, &context, detail);
                }
                ("parameters", _) => self.parameters(child, &context),
                ("servers", _) => self.servers(child, &context),
                (method, Kind::Added | Kind::Removed) if METHODS.contains(&method) => {
                    self.operation_alone(child, index, method);
                }
                (method, _) if METHODS.contains(&method) => self.operation(child, index, method),
                _ => {}
            }
        }
        self.common(index, &context);
    }

    /// The names of path parameters that differ: they follow the path.
    fn names_of_variables(&self, path: usize) -> Vec<usize> {
        let is_name = |leaf: &usize| {
            let delta = self.delta(*leaf);
            delta.parent.is_some_and(|parent| {
                self.delta(parent).role == Role::Parameter && delta.key() == "name" && self.is_in_path(parent)
            })
        };
        self.deltas.leaves_within(path).into_iter().filter(is_name).collect()
    }

    /// The operations of a path with their methods, as the base knows them and then those that are new.
    fn operations_of(&self, path: usize) -> Vec<(&'a str, Arc<Operation>)> {
        let delta = self.delta(path);
        let [base, revision] = self.around.reaches;
        let mut found: Vec<(&'a str, Arc<Operation>)> =
            delta.before().map_or(&[][..], |_| base.path(delta.key())).to_vec();
        for (method, operation) in delta.after().map_or(&[][..], |_| revision.path(delta.new_key())) {
            if found.iter().all(|(known, _)| known != method) {
                found.push((method, Arc::clone(operation)));
            }
        }
        found
    }

    fn operation_context(&self, path: usize, method: &str) -> Context<'a> {
        let operations = self.operations_of(path);
        let found = operations.into_iter().find(|(known, _)| *known == method).map(|(_, found)| found);
        let name = found.as_ref().map_or_else(String::new, |operation| operation.name());
        let node = Node { kind: NodeKind::Operation, name };
        Context { node, scope: Scope::Operations(found.into_iter().collect()), ..document_context() }
    }

    /// An operation that only one side has; `at` is the operation or the path that came or went with it.
    pub(super) fn operation_alone(&mut self, at: usize, path: usize, method: &str) {
        let context = self.operation_context(path, method);
        let delta = self.delta(at);
        let operation = if at == path { delta.value().get(method) } else { Some(delta.value()) };
        let flag = |key: &str| operation.and_then(|operation| operation.get(key));
        let deprecated = flag("deprecated") == Some(&Value::Bool(true));
        let unstable = flag("x-stability-level").is_some_and(|level| level == "draft" || level == "alpha");
        let added = delta.kind == Kind::Added;
        let change = match (added, unstable, deprecated) {
            (true, true, _) => Change::UnstableOperationAdded,
            (false, true, _) => Change::UnstableOperationRemoved,
            (true, _, true) => Change::DeprecatedOperationAdded,
            (false, _, true) => Change::DeprecatedOperationRemoved,
            (true, ..) => Change::OperationAdded,
            (false, ..) => Change::OperationRemoved,
        };
        let sign = if added { '+' } else { '−' };
        let detail = format!("{sign} {} {}", method.to_uppercase(), self.delta(path).new_key());
        let edit = self.edit(change, at, &context, detail);
        if at == path {
            let edit = &mut self.edits[edit];
            let sides = [
                (&mut edit.sites.base, &mut edit.before, self.around.base),
                (&mut edit.sites.revision, &mut edit.after, self.around.revision),
            ];
            for (site, value, document) in sides {
                if let Some(site) = site {
                    crate::spec::pointer::push(&mut site.pointer, method);
                    site.position = document.nearest_position(&site.pointer);
                    *value = operation.cloned();
                }
            }
        }
    }

    fn operation(&mut self, index: usize, path: usize, method: &str) {
        let context = self.operation_context(path, method);
        for child in self.children(index) {
            let delta = self.delta(child);
            let detail = || describe(&context, delta.key(), delta);
            match delta.key() {
                "operationId" => {
                    self.edit(Change::OperationIdChanged, child, &context, detail());
                }
                "deprecated" => self.deprecated(index, child, &context),
                "callbacks" => {
                    self.edit(Change::CallbacksChanged, child, &context, "callbacks changed");
                }
                "tags" => self.set(child, &context, [Change::TagAdded, Change::TagRemoved], "tag"),
                "security" => self.requirements(child, &context),
                "servers" => self.servers(child, &context),
                "parameters" => self.parameters(child, &context),
                "requestBody" => {
                    let context = context.toward(Direction::Request, Place::Body);
                    self.request_body(child, &context);
                }
                "responses" => self.responses(child, &context),
                "x-required-role" => {
                    let change = match delta.kind {
                        Kind::Added => Change::RoleNeeded,
                        Kind::Removed => Change::RoleNoLongerNeeded,
                        _ => Change::RoleChanged,
                    };
                    self.edit(change, child, &context, detail());
                }
                "x-idempotent" => {
                    let change = match self.has_flag(index, "x-idempotent") {
                        [false, true] => Change::RepeatAllowed,
                        [true, false] => Change::RepeatForbidden,
                        // `false` said or left out.
                        _ => Change::ExtensionChanged,
                    };
                    self.edit(change, child, &context, detail());
                }
                _ => {}
            }
        }
        self.stability(index, &context);
        self.common(index, &context);
    }

    /// `deprecated` of any node; nothing but people reads it.
    pub(super) fn deprecated(&mut self, around: usize, child: usize, context: &Context<'a>) {
        let [before, after] = self.has_flag(around, "deprecated");
        let (change, detail) = match (before, after) {
            (false, true) => (Change::Deprecated, "deprecated"),
            (true, false) => (Change::Undeprecated, "no longer deprecated"),
            _ => (Change::ProseChanged, "deprecated: false said or left out"),
        };
        self.edit(change, child, context, at(context, detail));
    }

    /// `x-stability-level` of any node.
    pub(super) fn stability(&mut self, around: usize, context: &Context<'a>) {
        let Some(child) = self.child(around, "x-stability-level") else { return };
        let delta = self.delta(child);
        let rank = |value: Option<&Value>| match value {
            None => STABILITY.len() - 1,
            Some(value) => STABILITY.iter().position(|level| value == level).unwrap_or(0),
        };
        let raised = rank(delta.after()) > rank(delta.before());
        let change = if raised { Change::StabilityRaised } else { Change::StabilityLowered };
        self.edit(change, child, context, describe(context, delta.key(), delta));
    }

    /// A list of values each of which stands for itself: one edit for each that came or went.
    pub(super) fn set(&mut self, index: usize, context: &Context<'a>, changes: [Change; 2], what: &str) {
        let delta = self.delta(index);
        if delta.kind != Kind::Inner {
            let (change, sign) = match delta.kind {
                Kind::Removed => (changes[1], '−'),
                _ => (changes[0], '+'),
            };
            self.edit(
                change,
                index,
                context,
                at(context, format_args!("{sign} {what} {}", brief(Some(delta.value())))),
            );
            return;
        }
        for child in self.children(index) {
            let delta = self.delta(child);
            let value = brief(Some(delta.value()));
            let (change, detail) = match delta.kind {
                Kind::Added => (changes[0], format!("+ {what} {value}")),
                Kind::Removed => (changes[1], format!("− {what} {value}")),
                _ => (Change::OrderChanged, format!("{} in another order", self.delta(index).key())),
            };
            self.edit(change, child, context, at(context, detail));
        }
    }

    pub(super) fn requirements(&mut self, index: usize, context: &Context<'a>) {
        let delta = self.delta(index);
        let names = |value: &Value| {
            let keys: Vec<&str> =
                value.as_object().into_iter().flat_map(|keys| keys.keys().map(String::as_str)).collect();
            keys.join(" and ")
        };
        if delta.kind != Kind::Inner {
            let (change, sign) = match delta.kind {
                Kind::Added => (Change::SecurityIntroduced, '+'),
                _ => (Change::SecurityDropped, '−'),
            };
            let all: Vec<String> = delta.value().as_array().into_iter().flatten().map(names).collect();
            self.edit(change, index, context, format!("{sign} security {}", all.join(", ")));
            return;
        }
        for child in self.children(index) {
            let delta = self.delta(child);
            let name = names(delta.value());
            match delta.kind {
                Kind::Added => self.edit(Change::SecurityAdded, child, context, format!("+ security {name}")),
                Kind::Removed => {
                    self.edit(Change::SecurityRemoved, child, context, format!("− security {name}"))
                }
                Kind::Order => self.edit(Change::OrderChanged, child, context, "security in another order"),
                _ => {
                    for scopes in self.children(child) {
                        let what = format!("scope of {}", self.delta(scopes).key());
                        self.set(scopes, context, [Change::ScopeAdded, Change::ScopeRemoved], &what);
                    }
                    continue;
                }
            };
        }
    }

    pub(super) fn parameters(&mut self, index: usize, context: &Context<'a>) {
        let context = context.toward(Direction::Request, Place::Parameter);
        if self.delta(index).kind != Kind::Inner {
            let list = self.delta(index).value().as_array();
            for item in list.into_iter().flatten() {
                self.parameter_alone(index, item, &context);
            }
            if list.is_none_or(Vec::is_empty) {
                self.edit(Change::OrderChanged, index, &context, "an empty list of parameters");
            }
            return;
        }
        for child in self.children(index) {
            let delta = self.delta(child);
            match delta.kind {
                Kind::Added | Kind::Removed => self.parameter_alone(child, delta.value(), &context),
                Kind::Order => {
                    self.edit(Change::OrderChanged, child, &context, "parameters in another order");
                }
                _ => {
                    let name = self.parameter_name(delta.value(), delta.after().is_none());
                    let mut context = context.inside(&name);
                    context.whole = true;
                    self.parameter(child, &context);
                }
            }
        }
    }

    /// Whether a parameter stands in the path, on both sides.
    fn is_in_path(&self, parameter: usize) -> bool {
        self.both(parameter, "in").iter().all(|place| place.is_some_and(|place| place == "path"))
    }

    fn parameter_name(&self, node: &'a Value, in_base: bool) -> String {
        let resolved = self.around.renames.resolve(node, in_base).map_or(node, |(_, node)| node);
        resolved.get("name").and_then(Value::as_str).unwrap_or("a parameter").to_owned()
    }

    fn parameter_alone(&mut self, index: usize, node: &'a Value, context: &Context<'a>) {
        let added = self.delta(index).kind == Kind::Added;
        let resolved = self.around.renames.resolve(node, !added).map_or(node, |(_, node)| node);
        let required = resolved.get("required") == Some(&Value::Bool(true));
        let change = match (added, required) {
            (true, true) => Change::RequiredParameterAdded,
            (true, false) => Change::ParameterAdded,
            (false, true) => Change::RequiredParameterRemoved,
            (false, false) => Change::ParameterRemoved,
        };
        let sign = if added { '+' } else { '−' };
        let place = resolved.get("in").and_then(Value::as_str).unwrap_or("an unknown place");
        let how = if required { "required" } else { "optional" };
        let name = self.parameter_name(node, !added);
        self.edit(change, index, context, format!("{sign} parameter {name} in {place}, {how}"));
    }

    /// A parameter that both sides have, in place or as a component.
    pub(super) fn parameter(&mut self, index: usize, context: &Context<'a>) {
        if self.reference(index, context) {
            return;
        }
        for child in self.children(index) {
            let delta = self.delta(child);
            match delta.key() {
                "name" if self.is_claimed(child) => {}
                "name" => {
                    let change = if self.is_in_path(index) {
                        Change::PathVariableRenamed
                    } else {
                        Change::ParameterRenamed
                    };
                    self.edit(change, child, context, describe(context, "name", delta));
                }
                "required" => self.required(
                    index,
                    child,
                    context,
                    [Change::ParameterBecameRequired, Change::ParameterBecameOptional],
                ),
                "deprecated" => self.deprecated(index, child, context),
                "schema" => self.schema_or_whole(child, context),
                "in" | "style" | "explode" | "allowReserved" | "allowEmptyValue" => {
                    self.edit(Change::EncodingChanged, child, context, describe(context, delta.key(), delta));
                }
                "content" => self.content(child, context),
                _ => {}
            }
        }
        self.common(index, context);
    }

    /// `required` as a flag.
    pub(super) fn required(
        &mut self,
        around: usize,
        child: usize,
        context: &Context<'a>,
        changes: [Change; 2],
    ) {
        let (change, detail) = match self.has_flag(around, "required") {
            [false, true] => (changes[0], "required"),
            [true, false] => (changes[1], "no longer required"),
            _ => (Change::ProseChanged, "required: false said or left out"),
        };
        self.edit(change, child, context, at(context, detail));
    }

    /// A schema at a key that may be there on one side only.
    pub(super) fn schema_or_whole(&mut self, index: usize, context: &Context<'a>) {
        match self.delta(index).kind {
            Kind::Inner => self.schema(index, context),
            Kind::Removed => {
                self.edit(Change::BodySchemaRemoved, index, context, at(context, "− schema"));
            }
            Kind::Added => {
                self.edit(Change::BodySchemaAdded, index, context, at(context, "+ schema"));
            }
            _ => {
                debug_assert_eq!(self.delta(index).role, Role::Schema);
                self.edit(Change::TypeChanged, index, context, at(context, "another schema"));
            }
        }
    }
}
