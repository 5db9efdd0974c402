//! What may stand where in a document: the keys that are read, what they hold, and which of them are required.
//!
//! One table for three things: it drives the walk, it finds misspelt keys, and it finds wrong types. It is
//! narrower than OpenAPI: a key that the pipeline would ignore is not in it, because text that has no effect
//! misleads. What the values mean is the matter of the rules.

use serde_json::Value;

/// What a node of the document is. The names are those of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The document.
    Root,
    /// `info`
    Info,
    /// A server.
    Server,
    /// A tag, as the document describes it.
    Tag,
    /// A security requirement.
    Requirement,
    /// A path with its operations.
    PathItem,
    /// An operation.
    Operation,
    /// A parameter.
    Parameter,
    /// The body of requests.
    RequestBody,
    /// A response.
    Response,
    /// A header of a response.
    Header,
    /// A media type of a body.
    MediaType,
    /// A schema.
    Schema,
    /// `components`
    Components,
    /// A security scheme.
    SecurityScheme,
    /// The OAuth flows of a security scheme.
    Flows,
    /// An OAuth flow.
    Flow,
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Texts,
    Flag,
    Whole,
    Number,
    List,
    /// A mapping whose values are texts.
    TextMap,
    Any,
    /// One node of this role.
    One(Role),
    /// A list of them.
    Items(Role),
    /// A mapping whose values are such nodes.
    Members(Role),
    /// `true`, `false`, or one node of this role.
    FlagOr(Role),
}

/// A key of a node.
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

const fn may(key: &'static str, shape: Shape) -> Field {
    Field { key, shape, required: false }
}

const fn must(key: &'static str, shape: Shape) -> Field {
    Field { key, shape, required: true }
}

impl Role {
    /// The keys of such a node; `None` where any key may stand.
    pub(super) fn fields(self) -> Option<&'static [Field]> {
        Some(match self {
            Self::Root => ROOT,
            Self::Info => INFO,
            Self::Server => SERVER,
            Self::Tag => TAG,
            Self::Requirement => return None,
            Self::PathItem => PATH_ITEM,
            Self::Operation => OPERATION,
            Self::Parameter => PARAMETER,
            Self::RequestBody => REQUEST_BODY,
            Self::Response => RESPONSE,
            Self::Header => HEADER,
            Self::MediaType => MEDIA_TYPE,
            Self::Schema => SCHEMA,
            Self::Components => COMPONENTS,
            Self::SecurityScheme => SECURITY_SCHEME,
            Self::Flows => FLOWS,
            Self::Flow => FLOW,
        })
    }

    /// The names of the keys that such a node may have; none where any key may stand.
    pub fn keys(self) -> impl Iterator<Item = &'static str> {
        self.fields().unwrap_or_default().iter().map(|field| field.key)
    }

    /// The section of `components` that a `$ref` in place of such a node leads to.
    #[must_use]
    pub fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::Parameter => "parameters",
            Self::RequestBody => "requestBodies",
            Self::Response => "responses",
            Self::Header => "headers",
            Self::Schema => "schemas",
            Self::Root
            | Self::Info
            | Self::Server
            | Self::Tag
            | Self::Requirement
            | Self::PathItem
            | Self::Operation
            | Self::MediaType
            | Self::Components
            | Self::SecurityScheme
            | Self::Flows
            | Self::Flow => return None,
        })
    }
}

impl Shape {
    /// Whether the value has this shape, not looking into nodes that have a role.
    pub(super) fn holds(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Flag => value.is_boolean(),
            Self::Whole => value.is_u64(),
            Self::Number => value.is_number(),
            Self::List | Self::Items(_) => value.is_array(),
            Self::TextMap => value.as_object().is_some_and(|members| members.values().all(Value::is_string)),
            Self::Members(_) | Self::One(_) => value.is_object(),
            Self::Any => true,
            Self::FlagOr(_) => value.is_boolean() || value.is_object(),
        }
    }

    /// What to write, in words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Texts => "a list of strings",
            Self::Flag => "`true` or `false`",
            Self::Whole => "a whole number, not below 0",
            Self::Number => "a number",
            Self::List | Self::Items(_) => "a list",
            Self::TextMap => "a mapping to strings",
            Self::Members(_) | Self::One(_) => "a mapping",
            Self::Any => "anything",
            Self::FlagOr(_) => "`true`, `false` or a schema",
        }
    }
}

use Shape::{Any, Flag, FlagOr, Items, List, Members, Number, One, Text, TextMap, Texts, Whole};

const ROOT: &[Field] = &[
    must("openapi", Text),
    must("info", One(Role::Info)),
    may("servers", Items(Role::Server)),
    may("security", Items(Role::Requirement)),
    may("tags", Items(Role::Tag)),
    must("paths", Members(Role::PathItem)),
    may("components", One(Role::Components)),
];

const INFO: &[Field] = &[must("title", Text), must("version", Text), may("description", Text)];

const SERVER: &[Field] = &[must("url", Text), may("description", Text)];

const TAG: &[Field] = &[must("name", Text), must("description", Text)];

const PATH_ITEM: &[Field] = &[
    may("parameters", Items(Role::Parameter)),
    may("get", One(Role::Operation)),
    may("post", One(Role::Operation)),
    may("put", One(Role::Operation)),
    may("patch", One(Role::Operation)),
    may("delete", One(Role::Operation)),
];

const OPERATION: &[Field] = &[
    must("operationId", Text),
    may("x-short-name", Text),
    must("x-go-sdk-name", Text),
    must("x-atlas-cli", Text),
    may("x-required-role", Text),
    must("x-idempotent", Flag),
    may("tags", Texts),
    must("summary", Text),
    must("description", Text),
    may("security", Items(Role::Requirement)),
    may("parameters", Items(Role::Parameter)),
    may("requestBody", One(Role::RequestBody)),
    must("responses", Members(Role::Response)),
];

const PARAMETER: &[Field] = &[
    must("name", Text),
    must("in", Text),
    may("required", Flag),
    must("description", Text),
    may("schema", One(Role::Schema)),
    may("example", Any),
    // The rules refuse these two with their reason.
    may("content", Any),
    may("style", Any),
];

const REQUEST_BODY: &[Field] =
    &[may("description", Text), may("required", Flag), must("content", Members(Role::MediaType))];

const RESPONSE: &[Field] = &[
    must("description", Text),
    may("headers", Members(Role::Header)),
    may("content", Members(Role::MediaType)),
    may("x-empty-versions", Texts),
];

const HEADER: &[Field] =
    &[must("description", Text), may("required", Flag), must("schema", One(Role::Schema))];

const MEDIA_TYPE: &[Field] = &[may("schema", One(Role::Schema)), may("x-sunset", Text), may("example", Any)];

const SCHEMA: &[Field] = &[
    may("x-published-name", Text),
    may("title", Text),
    may("description", Text),
    may("type", Text),
    may("format", Text),
    may("nullable", Flag),
    may("enum", List),
    may("default", Any),
    may("example", Any),
    may("pattern", Text),
    may("minLength", Whole),
    may("maxLength", Whole),
    may("minimum", Number),
    may("maximum", Number),
    may("exclusiveMinimum", Flag),
    may("exclusiveMaximum", Flag),
    may("multipleOf", Number),
    may("items", One(Role::Schema)),
    may("minItems", Whole),
    may("maxItems", Whole),
    may("uniqueItems", Flag),
    may("required", Texts),
    may("properties", Members(Role::Schema)),
    may("additionalProperties", FlagOr(Role::Schema)),
    may("minProperties", Whole),
    may("maxProperties", Whole),
    may("allOf", Items(Role::Schema)),
    may("oneOf", Items(Role::Schema)),
    // The rules refuse it with its reason.
    may("anyOf", Items(Role::Schema)),
    may("readOnly", Flag),
    may("writeOnly", Flag),
];

const COMPONENTS: &[Field] = &[
    may("securitySchemes", Members(Role::SecurityScheme)),
    may("parameters", Members(Role::Parameter)),
    may("headers", Members(Role::Header)),
    may("requestBodies", Members(Role::RequestBody)),
    may("responses", Members(Role::Response)),
    may("schemas", Members(Role::Schema)),
];

const SECURITY_SCHEME: &[Field] =
    &[must("type", Text), may("description", Text), may("scheme", Text), may("flows", One(Role::Flows))];

const FLOWS: &[Field] = &[must("clientCredentials", One(Role::Flow))];

const FLOW: &[Field] = &[must("tokenUrl", Text), must("scopes", TextMap)];
