//! What each keyword means: its default, the types of values that it applies to, and whether it rejects values.
//!
//! Lint and the review diff both read this table, so that they agree on which keywords have an effect.

use bigdecimal::{BigDecimal, One as _};
use serde_json::Value;

use super::Role;
use super::number::{decimal, is_multiple};

/// What a keyword of a schema does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It rejects values: `type`, `minLength`.
    Assertion,
    /// It applies other schemas: `properties`, `allOf`.
    Applicator,
    /// It rejects no value, but tells programs something about it: `readOnly`, `default`.
    Annotation,
    /// It is for readers only: `description`.
    Prose,
}

/// A keyword of a schema.
#[derive(Debug)]
pub struct Keyword {
    /// Its name.
    pub key: &'static str,
    /// What it does.
    pub kind: Kind,
    /// The types of values that it applies to; empty if it applies to any value. It ignores values of other types.
    pub types: &'static [&'static str],
    default: Default,
}

impl Keyword {
    /// Whether it applies only to values of some types.
    #[must_use]
    pub fn has_types(&self) -> bool {
        !self.types.is_empty()
    }
}

/// The value that has the same effect as the absence of the keyword.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Default {
    /// Every value has an effect.
    None,
    Flag(bool),
    Zero,
    /// An empty list or mapping.
    Empty,
    /// A schema that allows any value.
    AnyValue,
    /// A list of schemas that allow any value.
    AnyValues,
    /// A factor of every value of the type.
    EveryMultiple,
    /// All values of the type.
    EveryValue,
    /// A pattern that matches any text.
    AnyText,
    /// Depends on the location of a parameter.
    Style,
    /// Depends on the style of a parameter.
    Explode,
    /// The server at `/`.
    RootServer,
}

const ANY: &[&str] = &[];
const NUMBERS: &[&str] = &["integer", "number"];
const STRINGS: &[&str] = &["string"];
const ARRAYS: &[&str] = &["array"];
const OBJECTS: &[&str] = &["object"];

/// Patterns that match any text. `^.*$` does not match a text of several lines.
const ANY_TEXT: &[&str] = &["", ".*", "^", "$", "^.*", ".*$", "^[\\s\\S]*$"];

/// Formats of numbers only. Some documents declare `int64` for strings, too.
const NUMBER_FORMATS: &[&str] = &["int8", "int16", "int32", "uint8", "uint16", "uint32", "float", "double"];

/// Formats of strings only. `password` is none of them, because it only marks secrets.
const STRING_FORMATS: &[&str] = &[
    "byte",
    "binary",
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

const fn keyword(key: &'static str, kind: Kind, types: &'static [&'static str], default: Default) -> Keyword {
    Keyword { key, kind, types, default }
}

/// The keywords of a schema in OpenAPI 3.0.
pub const SCHEMA: &[Keyword] = &[
    keyword("type", Kind::Assertion, ANY, Default::None),
    keyword("enum", Kind::Assertion, ANY, Default::EveryValue),
    keyword("nullable", Kind::Assertion, ANY, Default::Flag(false)),
    keyword("format", Kind::Assertion, &["string", "integer", "number"], Default::None),
    keyword("pattern", Kind::Assertion, STRINGS, Default::AnyText),
    keyword("minLength", Kind::Assertion, STRINGS, Default::Zero),
    keyword("maxLength", Kind::Assertion, STRINGS, Default::None),
    keyword("minimum", Kind::Assertion, NUMBERS, Default::None),
    keyword("maximum", Kind::Assertion, NUMBERS, Default::None),
    keyword("exclusiveMinimum", Kind::Assertion, NUMBERS, Default::Flag(false)),
    keyword("exclusiveMaximum", Kind::Assertion, NUMBERS, Default::Flag(false)),
    keyword("multipleOf", Kind::Assertion, NUMBERS, Default::EveryMultiple),
    keyword("items", Kind::Applicator, ARRAYS, Default::AnyValue),
    keyword("minItems", Kind::Assertion, ARRAYS, Default::Zero),
    keyword("maxItems", Kind::Assertion, ARRAYS, Default::None),
    keyword("uniqueItems", Kind::Assertion, ARRAYS, Default::Flag(false)),
    keyword("properties", Kind::Applicator, OBJECTS, Default::Empty),
    keyword("additionalProperties", Kind::Applicator, OBJECTS, Default::AnyValue),
    keyword("required", Kind::Assertion, OBJECTS, Default::Empty),
    keyword("minProperties", Kind::Assertion, OBJECTS, Default::Zero),
    keyword("maxProperties", Kind::Assertion, OBJECTS, Default::None),
    keyword("allOf", Kind::Applicator, ANY, Default::AnyValues),
    // An empty list is not valid here, and tools ignore it.
    keyword("oneOf", Kind::Applicator, ANY, Default::Empty),
    keyword("anyOf", Kind::Applicator, ANY, Default::Empty),
    keyword("not", Kind::Applicator, ANY, Default::None),
    keyword("discriminator", Kind::Annotation, ANY, Default::None),
    keyword("default", Kind::Annotation, ANY, Default::None),
    keyword("deprecated", Kind::Annotation, ANY, Default::Flag(false)),
    keyword("readOnly", Kind::Annotation, ANY, Default::Flag(false)),
    keyword("writeOnly", Kind::Annotation, ANY, Default::Flag(false)),
    keyword("xml", Kind::Annotation, ANY, Default::Empty),
    keyword("title", Kind::Prose, ANY, Default::None),
    keyword("description", Kind::Prose, ANY, Default::None),
    keyword("example", Kind::Prose, ANY, Default::None),
    keyword("externalDocs", Kind::Prose, ANY, Default::None),
];

/// The defaults of the other nodes. A key that is absent here has none.
fn default_of(role: Role, key: &str) -> Default {
    match (role, key) {
        (Role::Schema, key) => schema(key).map_or(Default::None, |keyword| keyword.default),
        (Role::Parameter | Role::Header | Role::Encoding, "style") => Default::Style,
        (Role::Parameter | Role::Header | Role::Encoding, "explode") => Default::Explode,
        (Role::Parameter | Role::Header, "required" | "deprecated" | "allowEmptyValue" | "allowReserved")
        | (Role::RequestBody, "required")
        | (Role::Encoding, "allowReserved")
        | (Role::Operation, "deprecated" | "x-idempotent") => Default::Flag(false),
        (Role::Root, "servers") => Default::RootServer,
        // The `security` of an operation is different: an empty list overrides that of the document.
        (Role::Root, "security" | "tags" | "components" | "x-webhooks" | "webhooks")
        | (Role::Components, _)
        | (Role::PathItem | Role::CalledItem | Role::Operation, "parameters")
        | (Role::Operation, "tags" | "callbacks")
        | (Role::Response, "headers" | "content" | "links" | "x-empty-versions")
        | (Role::MediaType, "encoding")
        | (Role::Encoding, "headers")
        | (Role::Discriminator, "mapping")
        | (Role::Server, "variables") => Default::Empty,
        (Role::MediaType, "schema") => Default::AnyValue,
        _ => Default::None,
    }
}

/// The types of security schemes, with the keys that only they have.
const SCHEME_TYPES: &[(&str, &[&str])] = &[
    ("apiKey", &["name", "in"]),
    ("http", &["scheme", "bearerFormat"]),
    ("oauth2", &["flows"]),
    ("openIdConnect", &["openIdConnectUrl"]),
];

/// The keyword of a schema with this name; `None` if OpenAPI 3.0 has none.
#[must_use]
pub fn schema(key: &str) -> Option<&'static Keyword> {
    SCHEMA.iter().find(|keyword| keyword.key == key)
}

/// Whether a keyword of a schema applies to values of this type. Unknown keywords apply to any value.
#[must_use]
pub fn applies_to(key: &str, kind: &str) -> bool {
    schema(key).is_none_or(|keyword| !keyword.has_types() || keyword.types.contains(&kind))
}

/// Whether a key has no effect because the node with this role is a reference. OpenAPI 3.0 ignores all keys beside a
/// `$ref`, except in path items.
#[must_use]
pub fn is_ignored_beside_reference(role: Role, key: &str) -> bool {
    key != "$ref" && role.section().is_some()
}

/// Whether the value of a key has the same effect as its absence. `node` is the node with the key.
#[must_use]
pub fn is_default(role: Role, key: &str, value: &Value, node: &Value) -> bool {
    match default_of(role, key) {
        Default::None => false,
        Default::Flag(flag) => *value == Value::Bool(flag),
        Default::Zero => value.as_f64() == Some(0.0),
        Default::Empty => is_empty(value),
        Default::AnyValue => allows_any_value(value),
        Default::AnyValues => value.as_array().is_some_and(|schemas| schemas.iter().all(allows_any_value)),
        Default::EveryMultiple => {
            let is_factor = |number| is_multiple(&BigDecimal::one(), &number);
            types(node).eq(["integer"]) && decimal(value).is_some_and(is_factor)
        }
        Default::EveryValue => {
            let has = |expected: &Value| value.as_array().is_some_and(|values| values.contains(expected));
            types(node).eq(["boolean"]) && has(&Value::Bool(true)) && has(&Value::Bool(false))
        }
        Default::AnyText => value.as_str().is_some_and(|pattern| ANY_TEXT.contains(&pattern)),
        Default::Style => value.as_str() == Some(default_style(role, node)),
        Default::Explode => {
            let style = node.get("style").and_then(Value::as_str).unwrap_or(default_style(role, node));
            *value == Value::Bool(style == "form")
        }
        Default::RootServer => match value.as_array().map(Vec::as_slice) {
            Some([]) => true,
            Some([only]) => only.get("url").is_some_and(|url| url == "/"),
            _ => false,
        },
    }
}

/// Whether a key makes a difference in its node: it does not beside a `$ref`, with its default value, or where it
/// applies to no value of the node. Prose and unknown keys make a difference.
#[must_use]
pub fn has_effect(role: Role, key: &str, value: &Value, node: &Value) -> bool {
    let is_ignored = node.get("$ref").is_some() && is_ignored_beside_reference(role, key);
    !is_ignored && !is_default(role, key, value, node) && applies_in(role, key, value, node)
}

/// Whether a key applies to any of the values that its node describes.
#[must_use]
pub fn applies_in(role: Role, key: &str, value: &Value, node: &Value) -> bool {
    let is = |key: &str, expected: &str| node.get(key).is_some_and(|value| value == expected);
    match (role, key) {
        (Role::Schema, "exclusiveMinimum" | "exclusiveMaximum") if !has_bound(key, node) => false,
        (Role::Schema, "nullable") => can_be_null(node),
        (Role::Schema, key) => {
            let format = value.as_str().filter(|_| key == "format");
            let has_format = |kind| format.is_none_or(|format| format_applies_to(format, kind));
            let mut types = types(node).peekable();
            types.peek().is_none() || types.any(|kind| applies_to(key, kind) && has_format(kind))
        }
        (Role::Parameter, "allowReserved" | "allowEmptyValue") => is("in", "query"),
        (Role::SecurityScheme, key) => {
            let kind = SCHEME_TYPES.iter().find(|(kind, _)| is("type", kind));
            let is_of_type = |keys: &[&str]| keys.contains(&key);
            kind.is_none_or(|(_, keys)| {
                is_of_type(keys) || !SCHEME_TYPES.iter().any(|(_, keys)| is_of_type(keys))
            })
        }
        (Role::Header, "allowReserved" | "allowEmptyValue") => false,
        // Only arrays and objects have several parts.
        (Role::Parameter | Role::Header, "explode") => {
            let is_single = |kind: &str| matches!(kind, "string" | "integer" | "number" | "boolean");
            let mut types = node.get("schema").into_iter().flat_map(types).peekable();
            types.peek().is_none() || !types.all(is_single)
        }
        _ => true,
    }
}

/// Whether a format applies to values of this type. Unknown formats apply to any value.
fn format_applies_to(format: &str, kind: &str) -> bool {
    match kind {
        "string" => !NUMBER_FORMATS.contains(&format),
        _ => !STRING_FORMATS.contains(&format),
    }
}

/// Whether `nullable` makes null valid: it extends the `type` beside it. Beside a reference or other schemas, it is common
/// without a `type`. Documents also rely on it beside an `enum` without null, although OpenAPI 3.0.3 requires null there.
fn can_be_null(schema: &Value) -> bool {
    ["type", "$ref", "allOf", "oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some())
}

/// Whether a schema has the bound that `exclusiveMinimum` or `exclusiveMaximum` refers to. In OpenAPI 3.1, these keywords are
/// bounds themselves.
fn has_bound(key: &str, schema: &Value) -> bool {
    let bound = if key == "exclusiveMinimum" { "minimum" } else { "maximum" };
    schema.get(bound).is_some() || schema.get(key).is_some_and(Value::is_number)
}

/// Whether a schema allows any value. It may contain prose.
#[must_use]
pub fn allows_any_value(schema: &Value) -> bool {
    match schema {
        Value::Bool(allowed) => *allowed,
        Value::Object(members) => members
            .iter()
            .all(|(key, value)| super::is_prose(key) || !has_effect(Role::Schema, key, value, schema)),
        _ => false,
    }
}

/// The values of `type`; none if any type is allowed. OpenAPI 3.1 has lists of types.
fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let kind = schema.get("type");
    let several = kind.and_then(Value::as_array).into_iter().flatten();
    kind.filter(|kind| kind.is_string()).into_iter().chain(several).filter_map(Value::as_str)
}

/// The style of a parameter, a header or an encoding that declares none.
fn default_style(role: Role, node: &Value) -> &'static str {
    match node.get("in").and_then(Value::as_str) {
        _ if role == Role::Encoding => "form",
        Some("query" | "cookie") if role == Role::Parameter => "form",
        _ => "simple",
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

#[cfg(test)]
mod tests;
