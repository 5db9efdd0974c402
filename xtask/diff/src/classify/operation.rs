//! Operations, and keys that several kinds of nodes have: flags and the stability level.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, describe, with_trail};
use crate::Sides;
use crate::{Direction, MessagePart};
use openapi_fragment::openapi::Role;
use openapi_fragment::openapi::keyword::allows_any_value;

/// The labels of the stability levels, in ascending order. An operation without a level is stable.
const STABILITY: &[&[&str]] = &[&["draft"], &["alpha"], &["beta"], &["stable", "ga"]];

impl<'a> Walker<'_, 'a> {
    /// An operation that both documents have.
    pub(super) fn operation(&mut self, id: DeltaId, context: &Context<'a>) {
        for child in self.children(id) {
            let delta = self.delta(child);
            let detail = || describe(context, delta.key(), delta);
            match delta.key() {
                _ if delta.kind == Kind::Name => {}
                "operationId" => {
                    self.edit(Change::OperationIdChanged, child, context, detail());
                }
                "deprecated" => self.deprecated(child, context),
                "callbacks" => self.callbacks(child, context),
                "tags" => self.set(child, context, [Change::TagAdded, Change::TagRemoved], "tag"),
                "security" => self.requirements(child, context),
                "servers" => self.servers(child, context),
                "parameters" => self.parameters(child, context),
                "requestBody" => {
                    self.request_body(child, &context.toward(Direction::Request, MessagePart::Body));
                }
                "responses" => self.responses(child, context),
                "x-required-role" => {
                    let change = match delta.kind {
                        Kind::Added => Change::RoleNeeded,
                        Kind::Removed => Change::RoleNoLongerNeeded,
                        _ => Change::RoleChanged,
                    };
                    self.edit(change, child, context, detail());
                }
                "x-idempotent" => {
                    let change = match self.has_flag(id, "x-idempotent") {
                        Sides { base: false, revision: true } => Change::BecameIdempotent,
                        Sides { base: true, revision: false } => Change::NoLongerIdempotent,
                        // The effective form has no default values, so neither value is a flag.
                        _ => Change::ExtensionChanged,
                    };
                    self.edit(change, child, context, detail());
                }
                _ => {}
            }
        }
        self.stability(id, context);
        self.common_keys(id, context);
    }

    /// `deprecated` of any node. The flag itself changes nothing over HTTP, but a later removal is judged by it.
    pub(super) fn deprecated(&mut self, child: DeltaId, context: &Context<'a>) {
        self.flag(child, [Change::Deprecated, Change::Undeprecated], "deprecated", context);
    }

    /// A flag of any node, with the changes for a flag that was set and for one that was unset.
    pub(super) fn flag(&mut self, child: DeltaId, changes: [Change; 2], word: &str, context: &Context<'a>) {
        let (change, detail) = match self.delta(child).values().map(|value| value == Some(&Value::Bool(true)))
        {
            Sides { base: false, revision: true } => (changes[0], word.to_owned()),
            Sides { base: true, revision: false } => (changes[1], format!("no longer {word}")),
            // The effective form has no default values, so neither value is a flag.
            _ => (Change::ProseChanged, format!("{word}: another invalid value")),
        };
        self.edit(change, child, context, with_trail(context, detail));
    }

    /// `x-stability-level` of any node.
    pub(super) fn stability(&mut self, around: DeltaId, context: &Context<'a>) {
        let Some(child) = self.child(around, "x-stability-level") else { return };
        let delta = self.delta(child);
        let rank = |value: Option<&Value>| match value {
            None => Some(STABILITY.len() - 1),
            Some(value) => STABILITY.iter().position(|labels| labels.iter().any(|label| value == label)),
        };
        let change = match (rank(delta.before()), rank(delta.after())) {
            (Some(before), Some(after)) if before == after => Change::ExtensionChanged,
            (Some(before), Some(after)) if after > before => Change::StabilityRaised,
            (Some(_), Some(_)) => Change::StabilityLowered,
            _ => Change::StabilityChanged,
        };
        self.edit(change, child, context, describe(context, delta.key(), delta));
    }

    /// A schema that only one document may have.
    pub(super) fn schema_or_whole(&mut self, id: DeltaId, context: &Context<'a>) {
        match self.delta(id).kind {
            Kind::Inner => self.schema(id, context),
            Kind::Added | Kind::Removed if allows_any_value(self.delta(id).value()) => self.claim(id),
            Kind::Removed => {
                self.edit(Change::BodySchemaRemoved, id, context, with_trail(context, "− schema"));
            }
            Kind::Added => {
                self.edit(Change::BodySchemaAdded, id, context, with_trail(context, "+ schema"));
            }
            _ => {
                debug_assert_eq!(self.delta(id).role, Role::Schema);
                self.edit(Change::TypeChanged, id, context, with_trail(context, "schema replaced"));
            }
        }
    }
}
