//! `type`, `format`, `nullable` and unions of plain types: which types of values are valid.

use std::collections::BTreeSet;

use openapi_fragment::openapi::is_prose;
use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, with_trail};
use crate::MessagePart;
use crate::Sides;

/// Keys that apply to values of one type only. They are added and removed with the type.
const OF_A_TYPE: &[&str] = &["properties", "required", "items", "additionalProperties"];

/// The types that a schema allows; `None` means any type.
type Types = Option<BTreeSet<String>>;

impl<'a> Walker<'_, 'a> {
    pub(super) fn types(&mut self, id: DeltaId, context: &Context<'a>) {
        self.nullable(id, context);
        if self.wrapped_in_one_of(id, context) {
            return;
        }
        let delta = self.delta(id);
        let (Some(old), Some(new)) = (delta.before(), delta.after()) else { return };
        let (before, after) = (types(old), types(new));
        let is_union = |node: &Value| node.get("oneOf").or(node.get("anyOf")).is_some();
        let union = before.union || after.union;
        if before.types == after.types || !(before.known && after.known) {
            self.rewritten_union(id, union && before.types == after.types && before.known, context);
            self.format(id, context);
            return;
        }
        let mut explains: Vec<DeltaId> = self.child(id, "type").into_iter().collect();
        if union {
            explains.extend(["oneOf", "anyOf"].iter().filter_map(|key| self.child(id, key)));
        }
        if explains.is_empty() {
            self.format(id, context);
            return;
        }
        let wider = includes(&after.types, &before.types);
        let narrower = includes(&before.types, &after.types);
        let change = match (wider, narrower, is_union(old) || is_union(new)) {
            (true, false, true) => Change::UnionWidened,
            (false, true, true) => Change::UnionNarrowed,
            (true, false, false) => Change::TypeWidened,
            (false, true, false) => Change::TypeNarrowed,
            _ => self.parameter_type_change(&before.types, &after.types, context),
        };
        if change == Change::TypeChanged {
            explains.extend(
                OF_A_TYPE
                    .iter()
                    .filter_map(|key| self.child(id, key))
                    .filter(|child| self.delta(*child).kind != Kind::Inner),
            );
        }
        // A format applies to its type only, so it belongs to the edit of the type.
        explains.extend(self.child(id, "format"));
        let detail =
            with_trail(context, format_args!("{} → {}", name(&before.types, old), name(&after.types, new)));
        self.edit_claiming(change, id, &explains, context, detail);
    }

    /// The change between two types of which neither includes the other. Parameters send every value as text, so a string
    /// parameter allows everything that a number or a boolean does.
    fn parameter_type_change(&self, before: &Types, after: &Types, context: &Context<'a>) -> Change {
        let (Some(before), Some(after)) = (before, after) else { return Change::TypeChanged };
        let is_text = |types: &BTreeSet<String>| types.iter().all(|one| one == "string");
        let is_written = |types: &BTreeSet<String>| {
            types.iter().all(|one| ["integer", "number", "boolean"].contains(&one.as_str()))
        };
        let reach = self.reach(context);
        let in_text = !reach.is_empty()
            && reach.iter().all(|usage| matches!(usage.part, MessagePart::Parameter | MessagePart::Header));
        match in_text {
            true if is_written(before) && is_text(after) => Change::TypeWidened,
            true if is_text(before) && is_written(after) => Change::TypeNarrowed,
            _ => Change::TypeChanged,
        }
    }

    pub(super) fn nullable(&mut self, id: DeltaId, context: &Context<'a>) {
        let Some(child) = self.child(id, "nullable") else { return };
        let (change, detail) = match self.has_flag(id, "nullable") {
            Sides { base: false, revision: true } => (Change::Nullable, "nullable"),
            Sides { base: true, revision: false } => (Change::NotNullable, "no longer nullable"),
            _ => (Change::ProseChanged, "nullable: explicit false added or removed"),
        };
        self.edit(change, child, context, with_trail(context, detail));
    }

    /// The same types, expressed by another of `type`, `oneOf` and `anyOf`.
    fn rewritten_union(&mut self, id: DeltaId, same: bool, context: &Context<'a>) {
        let keys: Vec<DeltaId> =
            ["type", "oneOf", "anyOf"].iter().filter_map(|key| self.child(id, key)).collect();
        let one_sided = keys.iter().all(|child| self.delta(*child).kind != Kind::Inner);
        if same && keys.len() > 1 && one_sided {
            self.edit_claiming(
                Change::ReferenceMoved,
                id,
                &keys,
                context,
                with_trail(context, "the same types expressed differently"),
            );
        }
    }

    /// A schema that became one alternative of a `oneOf`, or the reverse.
    fn wrapped_in_one_of(&mut self, id: DeltaId, context: &Context<'a>) -> bool {
        let Some(one_of) = self.child(id, "oneOf") else { return false };
        let Some(properties) = self.child(id, "properties") else { return false };
        let change = match (self.delta(one_of).kind, self.delta(properties).kind) {
            (Kind::Added, Kind::Removed) => Change::WrappedInOneOf,
            (Kind::Removed, Kind::Added) => Change::UnwrappedFromOneOf,
            _ => return false,
        };
        let keys = ["oneOf", "type"].iter().chain(OF_A_TYPE);
        let explains: Vec<DeltaId> = keys.filter_map(|key| self.child(id, key)).collect();
        let detail = if change == Change::WrappedInOneOf {
            "now one alternative of oneOf"
        } else {
            "no longer one alternative of oneOf"
        };
        self.edit_claiming(change, id, &explains, context, with_trail(context, detail));
        true
    }

    fn format(&mut self, id: DeltaId, context: &Context<'a>) {
        let Some(child) = self.child(id, "format") else { return };
        let delta = self.delta(child);
        let is_secret = |value: Option<&Value>| value.is_some_and(|value| value == "password");
        let change = match (delta.kind, is_secret(delta.before()), is_secret(delta.after())) {
            (Kind::Added, _, true) => Change::SecretMarked,
            (Kind::Removed, true, _) => Change::SecretUnmarked,
            (Kind::Added, ..) => Change::FormatSet,
            (Kind::Removed, ..) => Change::FormatUnset,
            _ => match [delta.before(), delta.after()].map(|value| value.and_then(Value::as_str)) {
                [Some("int64"), Some("int32")] | [Some("double"), Some("float")] => Change::FormatSet,
                [Some("int32"), Some("int64")] | [Some("float"), Some("double")] => Change::FormatUnset,
                _ => Change::FormatChanged,
            },
        };
        self.edit(change, child, context, super::describe(context, "format", delta));
    }
}

/// The types that a schema declares.
struct DeclaredTypes {
    types: Types,
    /// Whether it is a union of plain types.
    union: bool,
    /// Whether the types are known: they are not for a composed schema.
    known: bool,
}

fn types(schema: &Value) -> DeclaredTypes {
    let declared = match schema.get("type") {
        Some(Value::String(one)) => Some(BTreeSet::from([one.clone()])),
        Some(Value::Array(several)) => {
            Some(several.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        _ => None,
    };
    let alternatives = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(key)).and_then(Value::as_array);
    match (declared, alternatives) {
        (Some(types), _) => DeclaredTypes { types: Some(types), union: false, known: true },
        (None, None) => {
            let composed = schema.get("allOf").is_some() || schema.get("$ref").is_some();
            DeclaredTypes { types: None, union: false, known: !composed }
        }
        (None, Some(alternatives)) => {
            let plain: Option<BTreeSet<String>> = alternatives.iter().map(plain_type).collect();
            let known = plain.as_ref().is_some_and(|plain| !plain.is_empty());
            DeclaredTypes { types: plain, union: known, known }
        }
    }
}

/// The type of a schema that has no other keys than a format, an enum and descriptions.
fn plain_type(schema: &Value) -> Option<String> {
    let members = schema.as_object()?;
    let plain = members.keys().all(|key| matches!(key.as_str(), "type" | "format" | "enum") || is_prose(key));
    plain.then(|| members.get("type")?.as_str().map(str::to_owned)).flatten()
}

/// Whether `outer` allows every type that `inner` allows.
fn includes(outer: &Types, inner: &Types) -> bool {
    match (outer, inner) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(outer), Some(inner)) => {
            inner.iter().all(|one| outer.contains(one) || (one == "integer" && outer.contains("number")))
        }
    }
}

fn name(types: &Types, schema: &Value) -> String {
    let format = schema.get("format").and_then(Value::as_str);
    let types = match types {
        None => "anything".to_owned(),
        Some(types) => types.iter().map(String::as_str).collect::<Vec<_>>().join(" or "),
    };
    format.map_or_else(|| types.clone(), |format| format!("{types} ({format})"))
}
