//! What each node of an OpenAPI document is.
//!
//! Any OpenAPI 3.0 document has these roles; which keys a node should have is not decided here. A node without a role of
//! its own is data.

use super::METHODS;

/// What a node is. The names are those of OpenAPI; a node that holds several of a kind has a role of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The document.
    Root,
    /// `info`
    Info,
    /// `paths`
    Paths,
    /// A path with its operations.
    PathItem,
    /// An operation.
    Operation,
    /// By name: what an operation's callers are called back with.
    Callbacks,
    /// By the expression that gives the address.
    Callback,
    /// By name: calls of the server that can be subscribed to.
    Webhooks,
    /// The methods of a call of the server.
    CalledItem,
    /// By name: what can follow a reply.
    Links,
    /// What can follow a response.
    Link,
    /// The list of parameters; items are told apart by place and name.
    Parameters,
    /// A parameter.
    Parameter,
    /// The body of requests.
    RequestBody,
    /// By media type.
    Content,
    /// A media type of a body.
    MediaType,
    /// By status.
    Responses,
    /// A response.
    Response,
    /// By name.
    Headers,
    /// A header.
    Header,
    /// A schema.
    Schema,
    /// A mapping of schemas: `properties`, or the schemas among the components.
    Properties,
    /// A list of schemas: `allOf`, `oneOf`, `anyOf`.
    Schemas,
    /// The discriminator of a schema.
    Discriminator,
    /// A mapping of texts within a discriminator.
    Mapping,
    /// `components`
    Components,
    /// One section of the components; the second role is that of its members.
    Section(Section),
    /// A security scheme.
    SecurityScheme,
    /// The OAuth flows of a security scheme.
    Flows,
    /// An OAuth flow.
    Flow,
    /// The scopes of a flow.
    Scopes,
    /// A list of security requirements.
    Requirements,
    /// A security requirement.
    Requirement,
    /// A list in which each value stands for itself: `required`, `enum`, tags, scopes.
    Set,
    /// A list of objects that `name` tells apart: tags.
    Named,
    /// A list of objects that `url` tells apart.
    Servers,
    /// A server, where one is looked at by itself.
    Server,
    /// A tag with its description, where one is looked at by itself.
    Tag,
    /// A value that is compared as a whole.
    Data,
}

/// The sections of the components that are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// `schemas`
    Schemas,
    /// `parameters`
    Parameters,
    /// `responses`
    Responses,
    /// `requestBodies`
    RequestBodies,
    /// `headers`
    Headers,
    /// `securitySchemes`
    SecuritySchemes,
    /// `callbacks`
    Callbacks,
    /// `links`
    Links,
    /// Any other.
    Other,
}

impl Section {
    /// By its key.
    #[must_use]
    pub fn of(key: &str) -> Self {
        match key {
            "schemas" => Self::Schemas,
            "parameters" => Self::Parameters,
            "responses" => Self::Responses,
            "requestBodies" => Self::RequestBodies,
            "headers" => Self::Headers,
            "securitySchemes" => Self::SecuritySchemes,
            "callbacks" => Self::Callbacks,
            "links" => Self::Links,
            _ => Self::Other,
        }
    }

    /// The role of its members.
    #[must_use]
    pub fn member(self) -> Role {
        match self {
            Self::Schemas => Role::Schema,
            Self::Parameters => Role::Parameter,
            Self::Responses => Role::Response,
            Self::RequestBodies => Role::RequestBody,
            Self::Headers => Role::Header,
            Self::SecuritySchemes => Role::SecurityScheme,
            Self::Callbacks => Role::Callback,
            Self::Links => Role::Link,
            Self::Other => Role::Data,
        }
    }
}

impl Role {
    /// The role of the member or item that `key` leads to.
    #[must_use]
    pub fn child(self, key: &str) -> Self {
        if key.starts_with("x-") && !self.has_free_keys() && (self, key) != (Self::Root, "x-webhooks") {
            return Self::extension(key);
        }
        match self {
            Self::Root => Self::of_root(key),
            Self::Paths => Self::PathItem,
            Self::PathItem | Self::CalledItem => Self::of_path_item(key),
            Self::Callbacks => Self::Callback,
            Self::Callback | Self::Webhooks => Self::CalledItem,
            Self::Links => Self::Link,
            Self::Operation => Self::of_operation(key),
            Self::Parameters => Self::Parameter,
            Self::Parameter | Self::Header | Self::MediaType => Self::of_bearer(key),
            Self::RequestBody if key == "content" => Self::Content,
            Self::Content => Self::MediaType,
            Self::Responses => Self::Response,
            Self::Response => Self::of_response(key),
            Self::Headers => Self::Header,
            Self::Schema => Self::of_schema(key),
            Self::Properties | Self::Schemas => Self::Schema,
            Self::Discriminator if key == "mapping" => Self::Mapping,
            Self::Components => Self::Section(Section::of(key)),
            Self::Section(section) => section.member(),
            Self::SecurityScheme if key == "flows" => Self::Flows,
            Self::Flows => Self::Flow,
            Self::Flow if key == "scopes" => Self::Scopes,
            Self::Requirements => Self::Requirement,
            Self::Requirement => Self::Set,
            _ => Self::Data,
        }
    }

    /// The section of `components` that a `$ref` in place of such a node leads to; `None` where no reference may stand.
    #[must_use]
    pub fn section(self) -> Option<&'static str> {
        match self {
            Self::Parameter => Some("parameters"),
            Self::RequestBody => Some("requestBodies"),
            Self::Response => Some("responses"),
            Self::Header => Some("headers"),
            Self::Schema => Some("schemas"),
            Self::Callback => Some("callbacks"),
            Self::Link => Some("links"),
            _ => None,
        }
    }

    /// Whether its keys are names that somebody chose, so that one which starts with `x-` is a name like others.
    fn has_free_keys(self) -> bool {
        matches!(
            self,
            Self::Content
                | Self::Headers
                | Self::Properties
                | Self::Mapping
                | Self::Section(_)
                | Self::Scopes
                | Self::Callbacks
                | Self::Webhooks
                | Self::Links
        )
    }

    fn extension(key: &str) -> Self {
        match key {
            "x-empty-versions" => Self::Set,
            _ => Self::Data,
        }
    }

    fn of_root(key: &str) -> Self {
        match key {
            "info" => Self::Info,
            "servers" => Self::Servers,
            "tags" => Self::Named,
            // The second is what OpenAPI 3.1 calls it.
            "x-webhooks" | "webhooks" => Self::Webhooks,
            "paths" => Self::Paths,
            "components" => Self::Components,
            "security" => Self::Requirements,
            _ => Self::Data,
        }
    }

    fn of_path_item(key: &str) -> Self {
        match key {
            "parameters" => Self::Parameters,
            "servers" => Self::Servers,
            method if METHODS.contains(&method) => Self::Operation,
            _ => Self::Data,
        }
    }

    fn of_operation(key: &str) -> Self {
        match key {
            "parameters" => Self::Parameters,
            "requestBody" => Self::RequestBody,
            "responses" => Self::Responses,
            "security" => Self::Requirements,
            "servers" => Self::Servers,
            "callbacks" => Self::Callbacks,
            "tags" => Self::Set,
            _ => Self::Data,
        }
    }

    fn of_bearer(key: &str) -> Self {
        match key {
            "schema" => Self::Schema,
            "content" => Self::Content,
            _ => Self::Data,
        }
    }

    fn of_response(key: &str) -> Self {
        match key {
            "content" => Self::Content,
            "headers" => Self::Headers,
            "links" => Self::Links,
            _ => Self::Data,
        }
    }

    fn of_schema(key: &str) -> Self {
        match key {
            "properties" => Self::Properties,
            "items" | "not" | "additionalProperties" => Self::Schema,
            "allOf" | "oneOf" | "anyOf" => Self::Schemas,
            "required" | "enum" => Self::Set,
            "discriminator" => Self::Discriminator,
            _ => Self::Data,
        }
    }
}
