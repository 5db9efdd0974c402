//! The roles of the nodes of an OpenAPI document.
//!
//! The roles apply to any OpenAPI 3.0 document. This module does not define which keys a node may have. All other nodes
//! are data.

use super::METHODS;

/// The role of a node, named as in OpenAPI. Lists and maps of nodes have roles of their own.
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
    /// The callbacks of an operation, by name.
    Callbacks,
    /// A callback: path items by the expression for their URL.
    Callback,
    /// Webhooks, by name.
    Webhooks,
    /// The path item of a callback or webhook, which the server calls.
    CalledItem,
    /// The links of a response, by name.
    Links,
    /// A link from a response to another operation.
    Link,
    /// A list of parameters, which location and name identify.
    Parameters,
    /// A parameter.
    Parameter,
    /// The body of requests.
    RequestBody,
    /// The media types of a body, by name.
    Content,
    /// A media type of a body.
    MediaType,
    /// The encodings of the properties of a form, by property.
    Encodings,
    /// The encoding of a property of a form.
    Encoding,
    /// The responses of an operation, by status.
    Responses,
    /// A response.
    Response,
    /// The headers of a response, by name.
    Headers,
    /// A header.
    Header,
    /// A schema.
    Schema,
    /// A map of schemas: `properties`, or the schemas of the components.
    Properties,
    /// A list of schemas: `allOf`, `oneOf`, `anyOf`.
    Schemas,
    /// The discriminator of a schema.
    Discriminator,
    /// The mapping of a discriminator.
    Mapping,
    /// `components`
    Components,
    /// A section of the components.
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
    /// A list of unique values: `required`, `enum`, tags, scopes.
    Set,
    /// A list of objects that `name` identifies: tags.
    Named,
    /// A list of servers, which `url` identifies.
    Servers,
    /// A single server.
    Server,
    /// A single tag with its description.
    Tag,
    /// A value that is compared as a whole.
    Data,
}

/// The sections of the components whose members have roles.
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
    /// Any other section.
    Other,
}

impl Section {
    /// The section with this key.
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

    /// The role of the members of this section.
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
    /// The role of the member or item at `key`.
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
            Self::Callback if key == "$ref" => Self::Data,
            Self::Callback | Self::Webhooks => Self::CalledItem,
            Self::Links => Self::Link,
            Self::Operation => Self::of_operation(key),
            Self::Parameters => Self::Parameter,
            Self::MediaType if key == "encoding" => Self::Encodings,
            Self::Parameter | Self::Header | Self::MediaType => Self::of_value_holder(key),
            Self::Encodings => Self::Encoding,
            Self::Encoding if key == "headers" => Self::Headers,
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

    /// The section of `components` with the targets of references to nodes of this role; `None` if a node with this
    /// role cannot be a reference.
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

    /// Whether the keys of nodes with this role are names, and not keywords.
    #[must_use]
    pub fn has_names(self) -> bool {
        self.has_free_keys() || self == Self::Responses
    }

    /// Whether the keys of nodes with this role are arbitrary names, so that a key with the prefix `x-` is no
    /// extension.
    fn has_free_keys(self) -> bool {
        matches!(
            self,
            Self::Content
                | Self::Encodings
                | Self::Headers
                | Self::Properties
                | Self::Mapping
                | Self::Section(_)
                | Self::Scopes
                | Self::Requirement
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
            // The second key is that of OpenAPI 3.1.
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

    fn of_value_holder(key: &str) -> Self {
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
