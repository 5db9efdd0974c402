//! The parameters of operations and paths.

use serde_json::Value;

use super::super::delta::{DeltaId, Deltas, Kind};
use super::{Change, Context, Walker, describe, side_with, with_trail};
use crate::Side;
use crate::align;
use crate::{Direction, Edit, MessagePart};
use openapi_fragment::openapi::Role;

impl<'a> Walker<'_, 'a> {
    /// A list of parameters. `elsewhere` gets each parameter that only one document has in this list. It returns true if it
    /// has handled the parameter.
    pub(super) fn parameters(
        &mut self,
        id: DeltaId,
        context: &Context<'a>,
        elsewhere: &dyn Fn(&mut Self, DeltaId, &'a Value, &Context<'a>) -> bool,
    ) {
        let context = context.toward(Direction::Request, MessagePart::Parameter);
        if self.delta(id).kind != Kind::Inner {
            let list = self.delta(id).value().as_array();
            for item in list.into_iter().flatten() {
                if !elsewhere(self, id, item, &context) {
                    self.one_sided_parameter(id, item, &context);
                }
            }
            if list.is_none_or(Vec::is_empty) {
                self.edit(Change::OrderChanged, id, &context, "empty list of parameters");
            }
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            match delta.kind {
                Kind::Added | Kind::Removed => {
                    if !elsewhere(self, child, delta.value(), &context) {
                        self.one_sided_parameter(child, delta.value(), &context);
                    }
                }
                Kind::Order => {
                    self.edit(Change::OrderChanged, child, &context, "parameters order changed");
                }
                _ => {
                    let name =
                        self.parameter_name(delta.value(), delta.only_side().unwrap_or(Side::Revision));
                    let mut context = context.inside(&name);
                    context.whole = true;
                    self.parameter(child, &context);
                }
            }
        }
    }

    /// Whether a parameter is a path variable in both documents.
    pub(super) fn is_in_path(&self, parameter: DeltaId) -> bool {
        self.both(parameter, "in")
            .both()
            .is_some_and(|locations| locations.base == "path" && locations.revision == "path")
    }

    fn parameter_name(&self, node: &'a Value, side: Side) -> String {
        let resolved = self.comparison.renames.resolve(node, side).map_or(node, |(_, node)| node);
        resolved.get("name").and_then(Value::as_str).unwrap_or("unnamed parameter").to_owned()
    }

    fn one_sided_parameter(&mut self, id: DeltaId, node: &'a Value, context: &Context<'a>) {
        let (change, detail) = self.presence(node, self.delta(id).kind == Kind::Added);
        self.edit(change, id, context, with_trail(context, detail));
    }

    /// The change and the detail for a parameter that was added or removed.
    pub(super) fn presence(&self, node: &'a Value, added: bool) -> (Change, String) {
        let resolved = self.comparison.renames.resolve(node, side_with(added)).map_or(node, |(_, node)| node);
        let required = resolved.get("required") == Some(&Value::Bool(true));
        let change = match (added, required) {
            (true, true) => Change::RequiredParameterAdded,
            (true, false) => Change::ParameterAdded,
            (false, true) => Change::RequiredParameterRemoved,
            (false, false) => Change::ParameterRemoved,
        };
        let sign = if added { '+' } else { '−' };
        let location = resolved.get("in").and_then(Value::as_str).unwrap_or("an unknown location");
        let how = if required { "required" } else { "optional" };
        let name = self.parameter_name(node, side_with(added));
        (change, format!("{sign} parameter {name} in {location}, {how}"))
    }

    /// A parameter that both documents have, inline or as a component.
    pub(super) fn parameter(&mut self, id: DeltaId, context: &Context<'a>) {
        if self.reference(id, context) {
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            match delta.key() {
                "name" if self.is_claimed(child) => {}
                "name" => {
                    let change = if self.is_in_path(id) {
                        Change::PathVariableRenamed
                    } else {
                        Change::ParameterRenamed
                    };
                    let edit = self.edit(change, child, context, describe(context, "name", delta));
                    if let super::Scope::Component(_, _, new) = context.scope
                        && change == Change::PathVariableRenamed
                    {
                        self.renamed_variables.insert(new, edit);
                    }
                }
                "in" => {
                    let detail = describe(context, "in", delta);
                    self.edit(Change::ParameterLocationChanged, child, context, detail);
                }
                "required" => self.required(
                    id,
                    child,
                    context,
                    [Change::ParameterBecameRequired, Change::ParameterBecameOptional],
                ),
                "deprecated" => self.deprecated(id, child, context),
                "schema" => self.schema_or_whole(child, context),
                "style" | "explode" | "allowReserved" | "allowEmptyValue" => {
                    self.edit(Change::EncodingChanged, child, context, describe(context, delta.key(), delta));
                }
                "content" => self.content(child, context),
                _ => {}
            }
        }
        self.common_keys(id, context);
    }

    /// The edits between two parameters that are in different lists.
    pub(super) fn parameters_apart(
        &self,
        old: &ListedParameter<'a>,
        new: &ListedParameter<'a>,
        context: &Context<'a>,
    ) -> Vec<Edit> {
        let renames = self.comparison.renames;
        let (Some((was_at, was)), Some((is_at, is))) =
            (renames.resolve(old.node, Side::Base), renames.resolve(new.node, Side::Revision))
        else {
            return Vec::new();
        };
        if align::equivalent(Role::Parameter, was, is, renames) || !self.comparison.budget.spend() {
            return Vec::new();
        }
        let pointer =
            |target: Option<&str>, held: &ListedParameter<'_>| target.unwrap_or(&held.pointer).to_owned();
        let sides = ((pointer(was_at, old), was), (pointer(is_at, new), is));
        let deltas = Deltas::of_nodes(Role::Parameter, sides.0, sides.1, renames);
        if deltas.is_empty() {
            return Vec::new();
        }
        let name = self.parameter_name(new.node, Side::Revision);
        let context = Context { depth: context.depth + 1, whole: true, ..context.inside(&name) };
        let mut walker = Walker::new(self.comparison, &deltas);
        walker.parameter(DeltaId::ROOT, &context);
        walker.finish().edits
    }
}

/// A parameter of a list, with the pointer of the item.
#[derive(Clone, Debug)]
pub(super) struct ListedParameter<'a> {
    pub(super) node: &'a Value,
    pub(super) pointer: String,
}
