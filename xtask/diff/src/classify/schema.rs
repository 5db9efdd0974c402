//! Schemas: properties, composition and other keys.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, brief, describe, with_trail};
use crate::Sides;
use openapi_fragment::openapi::Role;

impl<'a> Walker<'_, 'a> {
    /// A schema that has differences.
    pub(super) fn schema(&mut self, id: DeltaId, context: &Context<'a>) {
        if self.reference(id, context) {
            return;
        }
        let flags = ["readOnly", "writeOnly"].map(|key| {
            let flag = self.has_flag(id, key);
            flag.base || flag.revision
        });
        let not_sent = [context.not_sent[0] || flags[0], context.not_sent[1] || flags[1]];
        let inner = Context { not_sent, ..context.clone() };
        self.access(id, context);
        self.types(id, &inner);
        self.members(id, &inner);
        for child in self.children(id) {
            if self.is_claimed(child) {
                continue;
            }
            match self.delta(child).key() {
                "items" => self.items(child, &inner),
                "additionalProperties" => self.additional(child, &inner),
                key @ ("allOf" | "oneOf" | "anyOf") => self.alternatives(child, key, &inner),
                "not" => {
                    self.edit(
                        Change::NotChanged,
                        child,
                        &inner,
                        with_trail(&inner, "excluded schema changed"),
                    );
                }
                "discriminator" => self.discriminator(child, &inner),
                "deprecated" => self.deprecated(id, child, &inner),
                key => self.value(id, child, key, &inner),
            }
        }
        self.stability(id, &inner);
        self.common_keys(id, &inner);
    }

    /// `readOnly` and `writeOnly` determine who sends the value, so their own edits do not take them into account.
    pub(super) fn access(&mut self, id: DeltaId, context: &Context<'a>) {
        for (key, changes, words) in [
            (
                "readOnly",
                [Change::BecameReadOnly, Change::NoLongerReadOnly],
                ["read-only", "no longer read-only"],
            ),
            (
                "writeOnly",
                [Change::BecameWriteOnly, Change::NoLongerWriteOnly],
                ["write-only", "no longer write-only"],
            ),
        ] {
            let Some(child) = self.child(id, key) else { continue };
            let (change, word) = match self.has_flag(id, key) {
                Sides { base: false, revision: true } => (changes[0], words[0]),
                Sides { base: true, revision: false } => (changes[1], words[1]),
                _ => (Change::ProseChanged, "explicit false added or removed"),
            };
            self.edit(change, child, context, with_trail(context, word));
        }
    }

    fn items(&mut self, id: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        let inner = context.inside("[]");
        match delta.kind {
            Kind::Inner => self.schema(id, &inner),
            kind => {
                let change = match kind {
                    Kind::Added => Change::ItemsSet,
                    Kind::Removed => Change::ItemsUnset,
                    _ => Change::TypeChanged,
                };
                self.edit(change, id, &inner, describe(context, "items", delta));
            }
        }
    }

    /// `additionalProperties` is a flag or a schema. Its default is `true`.
    fn additional(&mut self, id: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        if delta.kind == Kind::Inner {
            self.schema(id, &context.inside("{}"));
            return;
        }
        let openness = |value: Option<&Value>| match value {
            Some(Value::Bool(false)) => 0,
            Some(Value::Object(schema)) if !schema.is_empty() => 1,
            _ => 2,
        };
        let change = match openness(delta.after()).cmp(&openness(delta.before())) {
            std::cmp::Ordering::Less => Change::AdditionalPropertiesForbidden,
            std::cmp::Ordering::Greater => Change::AdditionalPropertiesAllowed,
            std::cmp::Ordering::Equal => Change::ProseChanged,
        };
        self.edit(change, id, context, describe(context, "additionalProperties", delta));
    }

    /// The schemas of an `allOf`, `oneOf` or `anyOf`.
    fn alternatives(&mut self, id: DeltaId, key: &str, context: &Context<'a>) {
        let [added, removed, set, unset] = match key {
            "allOf" => [Change::AllOfAdded, Change::AllOfRemoved, Change::AllOfAdded, Change::AllOfRemoved],
            "oneOf" => [Change::OneOfAdded, Change::OneOfRemoved, Change::OneOfSet, Change::OneOfUnset],
            _ => [Change::AnyOfAdded, Change::AnyOfRemoved, Change::AnyOfSet, Change::AnyOfUnset],
        };
        let delta = self.delta(id);
        match delta.kind {
            Kind::Inner => {}
            kind => {
                let change = if kind == Kind::Removed { unset } else { set };
                self.edit(
                    change,
                    id,
                    context,
                    with_trail(context, format_args!("{key} {}", super::verb(delta))),
                );
                return;
            }
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let name = type_name(delta.value());
            match delta.kind {
                Kind::Added => {
                    self.edit(added, child, context, with_trail(context, format_args!("{key} + {name}")))
                }
                Kind::Removed => {
                    self.edit(removed, child, context, with_trail(context, format_args!("{key} − {name}")))
                }
                Kind::Order => self.edit(
                    Change::OrderChanged,
                    child,
                    context,
                    with_trail(context, format_args!("{key} order changed")),
                ),
                Kind::Inner if delta.role == Role::Schema => {
                    self.schema(child, &context.inside(&format!("[{key} {name}]")));
                    continue;
                }
                _ => self.edit(
                    Change::TypeChanged,
                    child,
                    context,
                    with_trail(context, format_args!("{key}: schema replaced")),
                ),
            };
        }
    }

    fn discriminator(&mut self, id: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        if delta.kind != Kind::Inner {
            let change = match delta.kind {
                Kind::Removed => Change::DiscriminatorRemoved,
                _ => Change::DiscriminatorAdded,
            };
            self.edit(
                change,
                id,
                context,
                with_trail(context, format_args!("discriminator {}", super::verb(delta))),
            );
            return;
        }
        for leaf in self.deltas.leaves_within(id) {
            let delta = self.delta(leaf);
            let change = match (delta.key(), delta.kind) {
                ("propertyName", _) => Change::DiscriminatorPropertyChanged,
                (key, _) if key.starts_with("x-") => continue,
                (_, Kind::Added) => Change::DiscriminatorMappingAdded,
                (_, Kind::Removed) => Change::DiscriminatorMappingRemoved,
                _ => Change::DiscriminatorMappingChanged,
            };
            self.edit(
                change,
                leaf,
                context,
                describe(context, &format!("discriminator {}", delta.key()), delta),
            );
        }
        self.common_keys(id, context);
    }
}

/// A short name for a schema.
pub(super) fn type_name(schema: &Value) -> String {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    if let Some(reference) = text("$ref") {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    match (text("type"), text("format")) {
        (Some("array"), _) => {
            format!("array of {}", schema.get("items").map_or_else(|| "anything".to_owned(), type_name))
        }
        (Some(kind), Some(format)) => format!("{kind} ({format})"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            Some([only]) => type_name(only),
            _ => text("title").map_or_else(|| "schema".to_owned(), |title| brief(Some(&Value::from(title)))),
        },
    }
}
