//! Reads the operation table from the fragment.
//!
//! The table is read from the original document, because lowering removes information that the table contains. `rust`
//! formats the table as the generated `operations.rs`, `markdown` as the list in the README.

pub mod markdown;
pub mod rust;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use openapi_fragment::openapi::MediaType;
use serde_json::Value;

use crate::ids::Form;
use crate::lower::walk::{self, OperationNode};
use crate::rename::type_name;
use crate::rust_type::RustType;

/// One row of the table. The fields are those of the SDK's `Operation`.
#[derive(Debug)]
pub struct OperationRow {
    /// The published name.
    pub id: String,
    /// The short name, if there is one.
    pub short_name: Option<String>,
    /// The method of the Go SDK.
    pub go_sdk_name: String,
    /// The command of the Atlas CLI.
    pub atlas_cli: String,
    /// The tag, if there is one.
    pub tag: Option<String>,
    /// A one-line summary.
    pub summary: String,
    /// The description.
    pub description: String,
    /// The HTTP method, in lower case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The parameters, those of the path first.
    pub parameters: Vec<Parameter>,
    /// The versions of the request body.
    pub request_versions: Vec<Version>,
    /// The versions of the success responses.
    pub response_versions: Vec<Version>,
    /// Whether a success response has a body.
    pub has_response_body: bool,
    /// The success statuses.
    pub success: Vec<u16>,
    /// The error statuses.
    pub errors: Vec<u16>,
    /// The role that the caller needs, if any.
    pub required_role: Option<String>,
    /// Whether repeating a request has no further effect.
    pub idempotent: bool,
    /// How to find out what a request did whose response was lost. Lint requires it, except for a GET.
    pub after_lost_response: Option<String>,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether the parameter is part of the path, not of the query.
    pub in_path: bool,
    /// Whether the parameter is required.
    pub required: bool,
    /// The type of the values.
    pub kind: Kind,
    /// The description.
    pub description: String,
}

/// The type of the values of a parameter.
#[derive(Debug)]
pub enum Kind {
    /// An id of 24 hex digits of this type.
    Id(String),
    /// Another id of this type.
    Text(String),
    /// Usually one of these texts.
    Enum(Vec<String>),
    /// Several values of one kind.
    Array(Box<Kind>),
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean {
        /// The default value.
        default: Option<bool>,
    },
    /// An integer.
    Integer {
        /// The minimum.
        minimum: Option<i64>,
        /// The maximum.
        maximum: Option<i64>,
        /// The default value.
        default: Option<i64>,
    },
    /// Any string.
    String,
}

/// A version of an operation.
#[derive(Debug)]
pub struct Version {
    /// The date of the version.
    pub date: Date,
    /// The date on which the version ends, if known.
    pub sunset: Option<Date>,
    /// The media type of the version.
    pub media_type: String,
}

/// Year, month and day. Lint checks that the date exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub u16, pub u8, pub u8);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0, self.1, self.2)
    }
}

/// The document lacks information for the table, although lint should have required it.
#[derive(Debug)]
pub struct Missing {
    /// The JSON pointer of the operation.
    pub pointer: String,
    /// The missing key or part.
    pub what: String,
}

/// Reads all operations, in the order of the document.
pub fn read(document: &Value) -> Result<Vec<OperationRow>, Missing> {
    walk::operations(document).map(|node| operation(document, &node)).collect()
}

/// The names of all properties that contain secrets, or lists or maps of secrets.
pub fn secret_names(document: &Value) -> BTreeSet<String> {
    let mut pending: Vec<&Value> = walk::schemas(document).map(|(_, schema)| schema).collect();
    let mut names = BTreeSet::new();
    while let Some(value) = pending.pop() {
        match value {
            Value::Object(members) => {
                let properties = walk::entries(value, "properties");
                let secrets = properties.filter(|(_, property)| holds_secrets(document, property));
                names.extend(secrets.map(|(name, _)| name.clone()));
                pending.extend(members.values());
            }
            Value::Array(elements) => pending.extend(elements),
            _ => {}
        }
    }
    names
}

fn holds_secrets<'a>(document: &'a Value, mut schema: &'a Value) -> bool {
    // A list may refer to itself, so this loop visits each component only once.
    let mut seen = BTreeSet::new();
    loop {
        if let Some(name) = walk::wrapped_reference(schema) {
            let named = document.pointer("/components/schemas").and_then(|schemas| schemas.get(name));
            let Some(referred) = named.filter(|_| seen.insert(name)) else { return false };
            schema = referred;
            continue;
        }
        if walk::text(schema, "format") == Some("password") {
            return true;
        }
        let Some(inner) = schema.get("items").or(schema.get("additionalProperties")) else { return false };
        schema = inner;
    }
}

fn operation(document: &Value, node: &OperationNode<'_>) -> Result<OperationRow, Missing> {
    let missing = |what: &str| Missing { pointer: node.pointer(), what: what.to_owned() };
    let text = |key: &str| walk::text(node.operation, key).map(str::to_owned);
    let required = |key: &str| text(key).ok_or_else(|| missing(&format!("`{key}`")));
    let responses = Responses::read(document, node);
    if responses.versions.is_empty() {
        return Err(missing("a version of the response"));
    }
    Ok(OperationRow {
        id: required("operationId")?,
        short_name: text("x-short-name"),
        go_sdk_name: required("x-go-sdk-name")?,
        atlas_cli: required("x-atlas-cli")?,
        tag: walk::elements(node.operation, "tags").next().and_then(Value::as_str).map(str::to_owned),
        summary: required("summary")?,
        description: text("description").unwrap_or_default(),
        method: node.method.to_owned(),
        path: node.path.to_owned(),
        parameters: parameters(document, node),
        request_versions: request_versions(document, node),
        response_versions: responses.versions.into_values().collect(),
        has_response_body: responses.has_body,
        success: responses.success,
        errors: responses.errors,
        required_role: text("x-required-role"),
        idempotent: node
            .operation
            .get("x-idempotent")
            .and_then(Value::as_bool)
            .ok_or_else(|| missing("`x-idempotent`"))?,
        after_lost_response: text("x-after-lost-response"),
    })
}

/// The path parameters in the order of the path, followed by the others in the order of the document.
fn parameters(document: &Value, node: &OperationNode<'_>) -> Vec<Parameter> {
    let listed = walk::elements(node.item, "parameters").chain(walk::elements(node.operation, "parameters"));
    let mut parameters: Vec<Parameter> =
        listed.filter_map(|value| parameter(document, walk::resolve(document, value))).collect();
    // The sort is stable, and parameters that are not part of the path come last.
    parameters.sort_by_key(|parameter| {
        let variable = format!("{{{}}}", parameter.name);
        node.path.find(&variable).filter(|_| parameter.in_path).unwrap_or(usize::MAX)
    });
    parameters
}

fn parameter(document: &Value, value: &Value) -> Option<Parameter> {
    Some(Parameter {
        name: walk::text(value, "name")?.to_owned(),
        in_path: walk::text(value, "in")? == "path",
        required: walk::flag(value, "required"),
        kind: kind(document, value.get("schema")?),
        description: walk::text(value, "description").unwrap_or_default().to_owned(),
    })
}

fn kind(document: &Value, schema: &Value) -> Kind {
    let name = walk::wrapped_reference(schema);
    let component = name.and_then(|name| document.pointer("/components/schemas")?.get(name));
    if let (Some(name), Some(id)) = (name, component)
        && RustType::of(id) == Some(RustType::Id)
    {
        let name = type_name(name);
        return if Form::of(id) == Form::Hex { Kind::Id(name) } else { Kind::Text(name) };
    }
    let schema = component.unwrap_or(schema);
    let integer = |key: &str| schema.get(key).and_then(Value::as_i64);
    match walk::text(schema, "type") {
        Some("boolean") => Kind::Boolean { default: schema.get("default").and_then(Value::as_bool) },
        Some("integer") => Kind::Integer {
            minimum: integer("minimum"),
            maximum: integer("maximum"),
            default: integer("default"),
        },
        Some("number") => Kind::Number,
        Some("array") => {
            let items = schema.get("items").map_or(Kind::String, |items| kind(document, items));
            Kind::Array(Box::new(items))
        }
        _ if schema.get("enum").is_some() => {
            let values = walk::elements(schema, "enum").filter_map(Value::as_str);
            Kind::Enum(values.map(str::to_owned).collect())
        }
        _ => Kind::String,
    }
}

fn request_versions(document: &Value, node: &OperationNode<'_>) -> Vec<Version> {
    let Some(body) = node.operation.get("requestBody") else { return Vec::new() };
    content_versions(walk::resolve(document, body)).into_values().collect()
}

#[derive(Default)]
struct Responses {
    versions: BTreeMap<Date, Version>,
    has_body: bool,
    success: Vec<u16>,
    errors: Vec<u16>,
}

impl Responses {
    fn read(document: &Value, node: &OperationNode<'_>) -> Self {
        let mut responses = Self::default();
        for (code, response) in walk::entries(node.operation, "responses") {
            // Ranges and `default` are not statuses that a test can expect.
            let Ok(code) = code.parse::<u16>() else { continue };
            if !(200..300).contains(&code) {
                responses.errors.push(code);
                continue;
            }
            let response = walk::resolve(document, response);
            responses.success.push(code);
            responses.has_body |= response.get("content").is_some();
            responses.versions.extend(content_versions(response));
            responses.versions.extend(empty_versions(response));
        }
        responses
    }
}

fn content_versions(message: &Value) -> BTreeMap<Date, Version> {
    let versions = walk::entries(message, "content").filter_map(|(media_type, media)| {
        let date = MediaType::read(media_type).version().and_then(date)?;
        let sunset = walk::text(media, "x-sunset").and_then(self::date);
        Some((date, Version { date, sunset, media_type: media_type.clone() }))
    });
    versions.collect()
}

fn empty_versions(response: &Value) -> BTreeMap<Date, Version> {
    let dates = walk::elements(response, "x-empty-versions").filter_map(Value::as_str).filter_map(date);
    dates
        .map(|date| {
            let media_type = format!("application/vnd.atlas.{date}+json");
            (date, Version { date, sunset: None, media_type })
        })
        .collect()
}

/// The date in this text.
pub(crate) fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let date = Date(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(date)
}
