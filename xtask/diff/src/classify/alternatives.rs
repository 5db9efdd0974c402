//! The types of a schema as a list of alternatives, and which list includes another.

use std::fmt;

use openapi_fragment::openapi::Role;
use openapi_fragment::openapi::keyword::{self, Kind};
use serde_json::Value;

use super::formats;

/// The types that a schema allows.
pub(super) struct Alternatives<'a> {
    pub(super) list: Vec<Alternative<'a>>,
    /// Whether the schema is a `oneOf` or `anyOf` of plain types.
    pub(super) is_union: bool,
    /// Whether a `oneOf` or `anyOf` beside the `type` restricts the values further.
    pub(super) is_mixed: bool,
}

/// A type of values, with the keywords that are judged together with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alternative<'a> {
    /// None if any type is allowed.
    pub(super) kind: Option<&'a str>,
    pub(super) format: Option<&'a str>,
    /// The values of `enum`.
    pub(super) values: Option<&'a [Value]>,
    /// Whether no other keyword restricts a string.
    pub(super) is_any_string: bool,
}

impl<'a> Alternatives<'a> {
    /// None if the types are not known, because the schema is composed of others.
    pub(super) fn of(schema: &'a Value) -> Option<Self> {
        let (one_of, any_of) = (schema.get("oneOf"), schema.get("anyOf"));
        let union = one_of.or(any_of).and_then(Value::as_array);
        match (schema.get("type"), union) {
            (None, Some(union)) => {
                let list: Vec<_> = union.iter().map(Alternative::plain).collect::<Option<_>>()?;
                let has_own = schema.get("format").or(schema.get("enum")).is_some();
                let is_known = match (one_of, any_of) {
                    (Some(_), Some(_)) => false,
                    (Some(_), None) => are_disjoint(&list),
                    (None, _) => true,
                };
                let is_known = is_known && !has_own && !list.is_empty();
                is_known.then_some(Self { list, is_union: true, is_mixed: false })
            }
            (None, None) if schema.get("allOf").is_some() || schema.get("$ref").is_some() => None,
            (kind, union) => {
                let list = match kind {
                    Some(Value::Array(several)) => {
                        several.iter().map(|kind| Alternative::new(kind.as_str(), schema)).collect()
                    }
                    kind => vec![Alternative::new(kind.and_then(Value::as_str), schema)],
                };
                Some(Self { list, is_union: false, is_mixed: union.is_some() })
            }
        }
    }

    /// Whether both have the same types, apart from formats and values.
    pub(super) fn has_types_of(&self, other: &Self) -> bool {
        let has = |one: &Self, kind| one.list.iter().any(|alternative| alternative.kind == kind);
        self.list.iter().all(|one| has(other, one.kind)) && other.list.iter().all(|one| has(self, one.kind))
    }
}

impl<'a> Alternative<'a> {
    fn new(kind: Option<&'a str>, schema: &'a Value) -> Self {
        let has_effect = |key: &str, value| keyword::has_effect(Role::Schema, key, value, schema);
        Self {
            kind,
            format: schema.get("format").and_then(Value::as_str),
            values: schema.get("enum").and_then(Value::as_array).map(Vec::as_slice),
            is_any_string: schema.get("enum").is_none()
                && !keyword::SCHEMA.iter().filter(|keyword| keyword.types == ["string"]).any(|keyword| {
                    schema.get(keyword.key).is_some_and(|value| has_effect(keyword.key, value))
                }),
        }
    }

    /// A schema with a type, and with no other keywords than a format, an enum and prose.
    pub(super) fn plain(schema: &'a Value) -> Option<Self> {
        let is_prose = |key| keyword::schema(key).is_some_and(|keyword| keyword.kind == Kind::Prose);
        let mut keys = schema.as_object()?.keys().map(String::as_str);
        let is_plain = keys.all(|key| matches!(key, "type" | "format" | "enum") || is_prose(key));
        let kind = schema.get("type")?.as_str()?;
        is_plain.then(|| Self::new(Some(kind), schema))
    }

    /// Whether this allows every value that `inner` allows. In text, as in a URL, a string can be any value without parts.
    fn includes(&self, inner: &Self, in_text: bool) -> bool {
        let is_written = matches!(inner.kind, Some("integer" | "number" | "boolean"));
        let has_kind = match (self.kind, inner.kind) {
            (None, _) => true,
            (Some("number"), Some("integer")) => true,
            (Some("string"), _) if in_text && is_written => true,
            (outer, inner) => outer == inner,
        };
        let is_rewritten = in_text && self.kind == Some("string") && is_written;
        let has_format = match is_rewritten {
            true => self.is_any_string && !formats::restricts(self.format),
            false => formats::includes(self.format, inner.format),
        };
        has_kind && has_format && self.includes_values(inner)
    }

    fn includes_values(&self, inner: &Self) -> bool {
        match (self.values, inner.values) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(outer), Some(inner)) => inner.iter().all(|value| outer.contains(value)),
        }
    }
}

impl fmt::Display for Alternative<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.unwrap_or("anything"))?;
        self.format.map_or(Ok(()), |format| write!(f, " ({format})"))
    }
}

/// Whether `outer` allows every value that `inner` allows.
pub(super) fn includes(outer: &[Alternative<'_>], inner: &[Alternative<'_>], in_text: bool) -> bool {
    inner.iter().all(|inner| outer.iter().any(|outer| outer.includes(inner, in_text)))
}

/// Whether no value is valid for two alternatives. A `oneOf` rejects such values.
fn are_disjoint(alternatives: &[Alternative<'_>]) -> bool {
    let is_number = |one: &Alternative<'_>| matches!(one.kind, Some("integer" | "number"));
    let overlap = |one: &Alternative<'_>, other: &Alternative<'_>| {
        let same_kind = one.kind == other.kind || (is_number(one) && is_number(other));
        let same_format = one.format == other.format || one.format.is_none() || other.format.is_none();
        let same_values = match (one.values, other.values) {
            (Some(one), Some(other)) => one.iter().any(|value| other.contains(value)),
            _ => true,
        };
        same_kind && same_format && same_values
    };
    let mut others = alternatives;
    while let [one, rest @ ..] = others {
        if rest.iter().any(|other| overlap(one, other)) {
            return false;
        }
        others = rest;
    }
    true
}
