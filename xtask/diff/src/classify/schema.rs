//! Schemas: properties, composition and other keys.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::alternatives::Alternative;
use super::{Change, Context, Walker, brief, describe, with_trail};
use crate::effective::are_disjoint;
use crate::{Side, align};
use openapi_fragment::openapi::keyword::allows_any_value;
use openapi_fragment::openapi::{Role, is_prose_or_extension};

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
        let deprecated = context.deprecated || self.has_flag(id, "deprecated").base;
        let inner = Context { not_sent, deprecated, ..context.clone() };
        self.access(id, context);
        if self.alternatives_of_one(id, &inner) {
            self.common_keys(id, &inner);
            return;
        }
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
                "not" => self.excluded(child, &inner),
                "discriminator" => self.discriminator(child, &inner),
                "deprecated" => self.deprecated(child, &inner),
                key => self.value(id, child, key, &inner),
            }
        }
        self.stability(id, &inner);
        self.common_keys(id, &inner);
    }

    /// `readOnly` and `writeOnly` determine who sends the value, so their own edits do not take them into account.
    pub(super) fn access(&mut self, id: DeltaId, context: &Context<'a>) {
        let read_only = match context.required {
            true => [Change::RequiredBecameReadOnly, Change::RequiredNoLongerReadOnly],
            false => [Change::BecameReadOnly, Change::NoLongerReadOnly],
        };
        let write_only = [Change::BecameWriteOnly, Change::NoLongerWriteOnly];
        for (key, changes, word) in
            [("readOnly", read_only, "read-only"), ("writeOnly", write_only, "write-only")]
        {
            if let Some(child) = self.child(id, key) {
                self.flag(child, changes, word, context);
            }
        }
    }

    fn items(&mut self, id: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        let inner = context.inside("[]");
        match delta.kind {
            Kind::Inner => self.schema(id, &inner),
            Kind::Added | Kind::Removed if allows_any_value(delta.value()) => self.claim(id),
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
        let change = match (openness(delta.before()), openness(delta.after())) {
            (before, after) if before == after => Change::ProseChanged,
            (0, _) => Change::AdditionalPropertiesAllowed,
            (_, 0) => Change::AdditionalPropertiesForbidden,
            (_, 1) => Change::AdditionalPropertiesSet,
            _ => Change::AdditionalPropertiesUnset,
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
                Kind::Name => {
                    self.became_another_list(child, id, context);
                    continue;
                }
                Kind::Added => {
                    self.edit(added, child, context, with_trail(context, format_args!("{key} + {name}")))
                }
                Kind::Removed => {
                    self.edit(removed, child, context, with_trail(context, format_args!("{key} − {name}")))
                }
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

    /// A `oneOf` that became an `anyOf`, or the reverse. Both have the same meaning where no value is valid for several
    /// alternatives.
    fn became_another_list(&mut self, name: DeltaId, list: DeltaId, context: &Context<'a>) {
        let (delta, renames) = (self.delta(list), self.comparison.renames);
        let is_exclusive = |side: Side| {
            let items = delta.values().get(side).and_then(Value::as_array).into_iter().flatten();
            let schemas = items.map(|item| renames.resolve(item, side)?.1.as_object());
            schemas.collect::<Option<Vec<_>>>().is_some_and(are_disjoint)
        };
        if is_exclusive(Side::Base) || is_exclusive(Side::Revision) {
            return self.claim(name);
        }
        let change = if delta.key() == "oneOf" { Change::OneOfToAnyOf } else { Change::AnyOfToOneOf };
        let detail = with_trail(context, format_args!("{} → {}", delta.key(), delta.new_key()));
        self.edit(change, name, context, detail);
    }

    /// Handles a schema that became one alternative of a `oneOf` or `anyOf`, or the reverse. Returns false if it did not.
    fn alternatives_of_one(&mut self, id: DeltaId, context: &Context<'a>) -> bool {
        let (renames, delta) = (self.comparison.renames, self.delta(id));
        for (key, [added, removed]) in [
            ("oneOf", [Change::OneOfAdded, Change::OneOfRemoved]),
            ("anyOf", [Change::AnyOfAdded, Change::AnyOfRemoved]),
        ] {
            let Some(list) = self.child(id, key) else { continue };
            let (Some(side), Some(items)) =
                (self.delta(list).only_side(), self.delta(list).value().as_array())
            else {
                continue;
            };
            let Some(values) = delta.values().both() else { continue };
            if items.iter().all(|item| Alternative::plain(item).is_some()) {
                continue;
            }
            let (one, all) = (values.get(side.other()), values.get(side));
            let is_the_schema = |item: &&Value| match side {
                Side::Base => align::equivalent(Role::Schema, item, one, renames),
                Side::Revision => align::equivalent(Role::Schema, one, item, renames),
            };
            let beside =
                all.as_object().into_iter().flatten().filter(|(name, _)| {
                    *name != key && *name != "discriminator" && !is_prose_or_extension(name)
                });
            let Some(known) = items.iter().position(|item| is_the_schema(&item)) else { continue };
            if !beside.into_iter().all(|(name, value)| one.get(name) == Some(value)) {
                continue;
            }
            let (change, sign) = if side == Side::Revision { (added, '+') } else { (removed, '−') };
            let others = items
                .iter()
                .enumerate()
                .filter(|(index, item)| *index != known && !(key == "anyOf" && is_the_schema(item)));
            let names: Vec<String> = others.map(|(_, item)| format!("{sign} {}", type_name(item))).collect();
            let keys = self.children(id).filter(|child| {
                let key = self.delta(*child).key();
                !self.is_claimed(*child) && !is_prose_or_extension(key)
            });
            let keys: Vec<DeltaId> = keys.collect();
            if names.is_empty() {
                keys.into_iter().for_each(|child| self.claim(child));
            } else {
                let detail = with_trail(context, format_args!("{key} {}", names.join(", ")));
                self.edit_claiming(change, list, &keys, context, detail);
            }
            return true;
        }
        false
    }

    fn excluded(&mut self, id: DeltaId, context: &Context<'a>) {
        let is_text = |leaf: &DeltaId| is_prose_or_extension(self.delta(*leaf).key());
        if self.deltas.leaves_within(id).iter().all(is_text) {
            return self.claim(id);
        }
        let values = self.delta(id).values().both();
        let renames = self.comparison.renames;
        if values.is_some_and(|values| align::equivalent(Role::Schema, values.base, values.revision, renames))
        {
            return self.claim(id);
        }
        let (change, word) = match self.delta(id).kind {
            Kind::Added => (Change::NotSet, "set"),
            Kind::Removed => (Change::NotUnset, "unset"),
            _ => (Change::NotChanged, "changed"),
        };
        self.edit(change, id, context, with_trail(context, format_args!("excluded schema {word}")));
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
            let renamed = delta.values().both().filter(|_| delta.kind == Kind::Changed);
            let renamed =
                renamed.and_then(|targets| self.comparison.renames.renamed(targets.base, targets.revision));
            if let Some(name) = renamed {
                self.pending_references.push((name, leaf));
                continue;
            }
            if let (Kind::Name, Some(value)) = (delta.kind, delta.parent.map(|value| self.delta(value))) {
                let detail = format_args!("discriminator {} → {}", value.key(), value.new_key());
                self.edit(Change::DiscriminatorValueChanged, leaf, context, with_trail(context, detail));
                continue;
            }
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
