//! The types of a schema as a list of alternatives, and which list includes another.

use std::fmt;

use openapi_fragment::openapi::Role;
use openapi_fragment::openapi::keyword::{self, Kind};
use serde_json::Value;

use super::formats;

/// The types that a schema allows.
pub(super) struct Alternatives<'a> {
    pub(super) list: Vec<Alternative<'a>>,
    /// The keyword of a schema that is a union of plain types: `oneOf` or `anyOf`.
    pub(super) union: Option<&'static str>,
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
        let own = Self::own(schema);
        let unions = ["oneOf", "anyOf"].map(|key| (key, schema.get(key).and_then(Value::as_array)));
        let mut unions = unions.into_iter().filter_map(|(key, list)| Some((key, list?))).peekable();
        if unions.peek().is_none() {
            let is_composed = schema.get("allOf").or(schema.get("$ref")).is_some();
            return (!is_composed || schema.get("type").is_some()).then_some(Self { list: own, union: None });
        }
        let mut all = Self { list: own, union: None };
        for (key, list) in unions {
            let list = plain(list).filter(|list| key == "anyOf" || are_disjoint(list))?;
            all = Self { list: intersection(&all.list, &list)?, union: all.union.or(Some(key)) };
        }
        Some(all)
    }

    /// The types that the schema itself declares.
    fn own(schema: &'a Value) -> Vec<Alternative<'a>> {
        match schema.get("type") {
            Some(Value::Array(several)) => {
                several.iter().map(|kind| Alternative::new(kind.as_str(), schema)).collect()
            }
            kind => vec![Alternative::new(kind.and_then(Value::as_str), schema)],
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

    /// Whether a value can have both types.
    fn has_kind_of(&self, other: &Self) -> bool {
        let is_number = |one: &Self| matches!(one.kind, Some("integer" | "number"));
        let is_any = self.kind.is_none() || other.kind.is_none();
        is_any || self.kind == other.kind || (is_number(self) && is_number(other))
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

/// Whether each alternative of `inner` is in `outer`, too.
pub(super) fn contains(outer: &[Alternative<'_>], inner: &[Alternative<'_>]) -> bool {
    let is_same = |one: &Alternative<'_>, other: &Alternative<'_>| {
        one.includes(other, false) && other.includes(one, false)
    };
    inner.iter().all(|inner| outer.iter().any(|outer| is_same(outer, inner)))
}

/// Whether `outer` allows every value that `inner` allows.
pub(super) fn includes(outer: &[Alternative<'_>], inner: &[Alternative<'_>], in_text: bool) -> bool {
    inner.iter().all(|inner| outer.iter().any(|outer| outer.includes(inner, in_text)))
}

/// A list of plain types; none if the list is empty or has another schema.
fn plain(schemas: &[Value]) -> Option<Vec<Alternative<'_>>> {
    let list: Vec<_> = schemas.iter().map(Alternative::plain).collect::<Option<_>>()?;
    (!list.is_empty()).then_some(list)
}

/// The values that both lists allow; none if that is not known.
fn intersection<'a>(one: &[Alternative<'a>], other: &[Alternative<'a>]) -> Option<Vec<Alternative<'a>>> {
    let mut list = Vec::new();
    for (one, other) in one.iter().flat_map(|one| other.iter().map(move |other| (one, other))) {
        if other.includes(one, false) {
            list.push(*one);
        } else if one.includes(other, false) {
            list.push(*other);
        } else if one.has_kind_of(other) {
            return None;
        }
    }
    Some(list)
}

/// Whether no value is valid for two alternatives. A `oneOf` rejects such values.
fn are_disjoint(alternatives: &[Alternative<'_>]) -> bool {
    let overlap = |one: &Alternative<'_>, other: &Alternative<'_>| {
        let same_format = one.format == other.format || one.format.is_none() || other.format.is_none();
        let same_values = match (one.values, other.values) {
            (Some(one), Some(other)) => one.iter().any(|value| other.contains(value)),
            _ => true,
        };
        one.has_kind_of(other) && same_format && same_values
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
