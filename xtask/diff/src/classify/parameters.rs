//! The parameters of operations.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, describe, side_with, with_trail};
use crate::Side;
use crate::{Direction, MessagePart};

impl<'a> Walker<'_, 'a> {
    /// The parameters of an operation.
    pub(super) fn parameters(&mut self, id: DeltaId, context: &Context<'a>) {
        let context = context.toward(Direction::Request, MessagePart::Parameter);
        if self.delta(id).kind != Kind::Inner {
            let list = self.delta(id).value().as_array();
            for item in list.into_iter().flatten() {
                if !self.covered_parameters.contains(&address(item)) {
                    self.one_sided_parameter(id, item, &context);
                }
            }
            return;
        }
        for child in self.children(id).filter(|child| !self.is_claimed(*child)).collect::<Vec<_>>() {
            let delta = self.delta(child);
            match delta.kind {
                Kind::Added | Kind::Removed => self.one_sided_parameter(child, delta.value(), &context),
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

    /// Whether a parameter is the same header in both documents. The names of headers are case-insensitive.
    fn is_same_header(&self, parameter: DeltaId) -> bool {
        let names = self.both(parameter, "name").map(|name| name.and_then(Value::as_str)).both();
        self.both(parameter, "in").both().is_some_and(|at| at.base == "header" && at.revision == "header")
            && names.is_some_and(|names| names.base.eq_ignore_ascii_case(names.revision))
    }

    fn parameter_name(&self, node: &'a Value, side: Side) -> String {
        let resolved = self.resolved(node, side);
        resolved.get("name").and_then(Value::as_str).unwrap_or("unnamed parameter").to_owned()
    }

    fn one_sided_parameter(&mut self, id: DeltaId, node: &'a Value, context: &Context<'a>) {
        let added = self.delta(id).kind == Kind::Added;
        let (change, detail) = self.presence(node, added);
        let resolved = self.resolved(node, side_with(added));
        self.edit(change, id, &context.of_part(resolved), with_trail(context, detail));
    }

    /// The change and the detail for a parameter that was added or removed.
    fn presence(&self, node: &'a Value, added: bool) -> (Change, String) {
        let resolved = self.resolved(node, side_with(added));
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
        let deprecated = context.deprecated || self.has_flag(id, "deprecated").base;
        let context = &Context { deprecated, ..context.clone() };
        // The value is sent as text for a `schema`, and in a media type for a `content`.
        if let (Some(schema), Some(content)) = (self.child(id, "schema"), self.child(id, "content"))
            && self.delta(schema).only_side().is_some()
            && self.delta(content).only_side().is_some()
        {
            let detail = with_trail(context, "schema and content replace each other");
            self.edit_claiming(Change::EncodingChanged, content, &[schema, content], context, detail);
        }
        for child in self.children(id).filter(|child| !self.is_claimed(*child)).collect::<Vec<_>>() {
            let delta = self.delta(child);
            match delta.key() {
                "name" if self.is_same_header(id) => self.claim(child),
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
                "required" => {
                    let changes = [Change::ParameterBecameRequired, Change::ParameterBecameOptional];
                    self.flag(child, changes, "required", context);
                }
                "deprecated" => self.deprecated(child, context),
                "schema" => self.schema_or_whole(child, context),
                "allowReserved" | "allowEmptyValue" => {
                    let changes = [Change::EncodingWidened, Change::EncodingNarrowed];
                    self.flag(child, changes, delta.key(), context);
                }
                "style" | "explode" => {
                    self.edit(Change::EncodingChanged, child, context, describe(context, delta.key(), delta));
                }
                "content" => self.content(child, context),
                _ => {}
            }
        }
        self.common_keys(id, context);
    }
}

/// The identity of a parameter in a list.
pub(super) fn address(parameter: &Value) -> *const Value {
    parameter
}
