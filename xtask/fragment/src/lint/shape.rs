//! The table of shapes: the supported keys of each kind of node, the types of their values, and which are required.
//!
//! The table drives the traversal, and the checks for unknown keys and for wrong types. It is narrower than OpenAPI: it
//! omits keys that have no effect on what is generated from a document or on how a change of it is judged, because such
//! keys mislead readers. The rules check the meaning of the values.

use serde_json::Value;

use crate::openapi::Role;

/// The type of the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Texts,
    Flag,
    Unsigned,
    Number,
    List,
    /// A mapping to strings.
    TextMap,
    Any,
    /// One node of this role.
    One(Role),
    /// A list of nodes of this role.
    Items(Role),
    /// A mapping to nodes of this role.
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

const fn optional(key: &'static str, shape: Shape) -> Field {
    Field { key, shape, required: false }
}

const fn required(key: &'static str, shape: Shape) -> Field {
    Field { key, shape, required: true }
}

/// The keys of a node with this role; `None` if any key is allowed. Nodes without keys here are not visited: they are
/// lists and maps of other nodes, or are not supported in a fragment.
pub(super) fn fields(role: Role) -> Option<&'static [Field]> {
    Some(match role {
        Role::Root => ROOT,
        Role::Info => INFO,
        Role::Server => SERVER,
        Role::Tag => TAG,
        Role::Requirement => return None,
        Role::PathItem => PATH_ITEM,
        Role::Operation => OPERATION,
        Role::Parameter => PARAMETER,
        Role::RequestBody => REQUEST_BODY,
        Role::Response => RESPONSE,
        Role::Header => HEADER,
        Role::MediaType => MEDIA_TYPE,
        Role::Schema => SCHEMA,
        Role::Components => COMPONENTS,
        Role::SecurityScheme => SECURITY_SCHEME,
        Role::Flows => FLOWS,
        Role::Flow => FLOW,
        Role::Paths
        | Role::Callbacks
        | Role::Callback
        | Role::Webhooks
        | Role::CalledItem
        | Role::Links
        | Role::Link
        | Role::Parameters
        | Role::Content
        | Role::Encodings
        | Role::Encoding
        | Role::Responses
        | Role::Headers
        | Role::Properties
        | Role::Schemas
        | Role::Discriminator
        | Role::Mapping
        | Role::Section(_)
        | Role::Scopes
        | Role::Requirements
        | Role::Set
        | Role::Named
        | Role::Servers
        | Role::Data => &[],
    })
}

/// The names of the supported keys of a node with this role; empty if any key is allowed.
pub fn keys_of(role: Role) -> impl Iterator<Item = &'static str> {
    fields(role).unwrap_or_default().iter().map(|field| field.key)
}

impl Shape {
    /// Whether the value has this shape. Does not check nested nodes that have a role.
    pub(super) fn matches(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Flag => value.is_boolean(),
            Self::Unsigned => value.is_u64(),
            Self::Number => value.is_number(),
            Self::List | Self::Items(_) => value.is_array(),
            Self::TextMap => value.as_object().is_some_and(|members| members.values().all(Value::is_string)),
            Self::Members(_) | Self::One(_) => value.is_object(),
            Self::Any => true,
            Self::FlagOr(_) => value.is_boolean() || value.is_object(),
        }
    }

    /// The description of the expected value for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Texts => "a list of strings",
            Self::Flag => "`true` or `false`",
            Self::Unsigned => "a whole number, not below 0",
            Self::Number => "a number",
            Self::List | Self::Items(_) => "a list",
            Self::TextMap => "a mapping to strings",
            Self::Members(_) | Self::One(_) => "a mapping",
            Self::Any => "anything",
            Self::FlagOr(_) => "`true`, `false` or a schema",
        }
    }
}

use Shape::{Any, Flag, FlagOr, Items, List, Members, Number, One, Text, TextMap, Texts, Unsigned};

const ROOT: &[Field] = &[
    required("openapi", Text),
    required("info", One(Role::Info)),
    optional("servers", Items(Role::Server)),
    optional("security", Items(Role::Requirement)),
    optional("tags", Items(Role::Tag)),
    required("paths", Members(Role::PathItem)),
    optional("components", One(Role::Components)),
];

const INFO: &[Field] = &[required("title", Text), required("version", Text), optional("description", Text)];

const SERVER: &[Field] = &[required("url", Text), optional("description", Text)];

const TAG: &[Field] = &[required("name", Text), required("description", Text)];

const PATH_ITEM: &[Field] = &[
    optional("parameters", Items(Role::Parameter)),
    optional("get", One(Role::Operation)),
    optional("post", One(Role::Operation)),
    optional("put", One(Role::Operation)),
    optional("patch", One(Role::Operation)),
    optional("delete", One(Role::Operation)),
];

const OPERATION: &[Field] = &[
    required("operationId", Text),
    optional("x-short-name", Text),
    required("x-go-sdk-name", Text),
    required("x-atlas-cli", Text),
    optional("x-required-role", Text),
    required("x-idempotent", Flag),
    // A check of its own requires it, except for a GET.
    optional("x-after-lost-response", Text),
    optional("deprecated", Flag),
    optional("tags", Texts),
    required("summary", Text),
    required("description", Text),
    optional("security", Items(Role::Requirement)),
    optional("parameters", Items(Role::Parameter)),
    optional("requestBody", One(Role::RequestBody)),
    required("responses", Members(Role::Response)),
];

const PARAMETER: &[Field] = &[
    required("name", Text),
    required("in", Text),
    optional("required", Flag),
    optional("deprecated", Flag),
    required("description", Text),
    optional("schema", One(Role::Schema)),
    optional("example", Any),
    // Rules of their own reject these two keys and give the reason.
    optional("content", Any),
    optional("style", Any),
];

const REQUEST_BODY: &[Field] = &[
    required("description", Text),
    optional("required", Flag),
    required("content", Members(Role::MediaType)),
];

const RESPONSE: &[Field] = &[
    required("description", Text),
    optional("headers", Members(Role::Header)),
    optional("content", Members(Role::MediaType)),
    optional("x-empty-versions", Texts),
];

const HEADER: &[Field] = &[
    required("description", Text),
    optional("required", Flag),
    optional("deprecated", Flag),
    required("schema", One(Role::Schema)),
];

const MEDIA_TYPE: &[Field] =
    &[optional("schema", One(Role::Schema)), optional("x-sunset", Text), optional("example", Any)];

const SCHEMA: &[Field] = &[
    optional("x-published-name", Text),
    optional("x-rust-type", Text),
    optional("x-not-secret", Text),
    optional("title", Text),
    optional("description", Text),
    optional("type", Text),
    optional("format", Text),
    optional("nullable", Flag),
    optional("enum", List),
    optional("default", Any),
    optional("example", Any),
    optional("pattern", Text),
    optional("minLength", Unsigned),
    optional("maxLength", Unsigned),
    optional("minimum", Number),
    optional("maximum", Number),
    optional("exclusiveMinimum", Flag),
    optional("exclusiveMaximum", Flag),
    optional("multipleOf", Number),
    optional("items", One(Role::Schema)),
    optional("minItems", Unsigned),
    optional("maxItems", Unsigned),
    optional("uniqueItems", Flag),
    optional("required", Texts),
    optional("properties", Members(Role::Schema)),
    optional("additionalProperties", FlagOr(Role::Schema)),
    optional("minProperties", Unsigned),
    optional("maxProperties", Unsigned),
    optional("allOf", Items(Role::Schema)),
    optional("oneOf", Items(Role::Schema)),
    // A rule of its own rejects this key and gives the reason.
    optional("anyOf", Items(Role::Schema)),
    optional("readOnly", Flag),
    optional("writeOnly", Flag),
    optional("deprecated", Flag),
];

const COMPONENTS: &[Field] = &[
    optional("securitySchemes", Members(Role::SecurityScheme)),
    optional("parameters", Members(Role::Parameter)),
    optional("headers", Members(Role::Header)),
    optional("requestBodies", Members(Role::RequestBody)),
    optional("responses", Members(Role::Response)),
    optional("schemas", Members(Role::Schema)),
];

const SECURITY_SCHEME: &[Field] = &[
    required("type", Text),
    optional("description", Text),
    optional("scheme", Text),
    optional("flows", One(Role::Flows)),
];

const FLOWS: &[Field] = &[required("clientCredentials", One(Role::Flow))];

const FLOW: &[Field] = &[required("tokenUrl", Text), required("scopes", TextMap)];
