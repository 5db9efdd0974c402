//! The types of the operation table: what the OpenAPI fragment states about an operation, as data.
//!
//! The table itself is generated ([`crate::operations`]). [`Client::request`](crate::Client::request), the emulator's
//! routes and the documentation are based on it.

use super::date::Date;

/// An operation of the Atlas API, as the OpenAPI fragment describes it.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The published operation id, for instance `createOrgLiveMigrationLinkToken`.
    pub id: &'static str,
    /// The published short name, for instance `createLinkToken`, if the operation has one.
    pub short_name: Option<&'static str>,
    /// The method of the Go SDK.
    pub go_sdk_name: &'static str,
    /// The command of the Atlas CLI.
    pub atlas_cli: &'static str,
    /// The tag, by which documentation and the Atlas CLI group operations, for instance `Cloud Migration Service`.
    pub tag: Option<&'static str>,
    /// What the operation does, in one line.
    pub summary: &'static str,
    /// What the operation does, in one or more sentences of Markdown.
    pub description: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path from the root of the server, with its variables in braces.
    pub path: &'static str,
    /// The parameters. Path parameters come first, in the order of the path.
    pub parameters: &'static [Parameter],
    /// The versions of the request body, oldest first; empty if the operation has no request body.
    pub request_versions: &'static [Version],
    /// The versions of the response, oldest first. Every operation of the table has at least one.
    pub response_versions: &'static [Version],
    /// Whether a successful response has a body.
    pub has_response_body: bool,
    /// The status codes of success. The last one is the one that the server actually sends.
    pub success: &'static [u16],
    /// The status codes of failure that the fragment lists.
    pub errors: &'static [u16],
    /// The role that the caller needs; `None` if any role is sufficient.
    pub required_role: Option<&'static str>,
    /// Whether repeating the request after a lost response has no further effect.
    pub idempotent: bool,
    /// How to find out what a request did whose response was lost; `None` for a GET, which has no effect.
    pub after_lost_response: Option<&'static str>,
}

impl Operation {
    /// The newest version of the response, which is requested by default. Every operation of the table has one.
    #[must_use]
    pub fn newest_version(&self) -> Option<Date> {
        self.response_versions.last().map(|version| version.date)
    }

    /// Returns the parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// The HTTP methods that the fragment uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as it is sent, in upper case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Method {
    pub(crate) const fn to_http(self) -> reqwest::Method {
        match self {
            Self::Get => reqwest::Method::GET,
            Self::Post => reqwest::Method::POST,
            Self::Put => reqwest::Method::PUT,
            Self::Patch => reqwest::Method::PATCH,
            Self::Delete => reqwest::Method::DELETE,
        }
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A parameter of an operation.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name as it is sent.
    pub name: &'static str,
    /// Where the parameter is in the request.
    pub location: ParameterLocation,
    /// Whether the parameter is required. Always true for a path parameter.
    pub required: bool,
    /// Which values are valid.
    pub kind: ParameterKind,
    /// What the parameter means, in one line.
    pub description: &'static str,
}

/// Where a parameter is in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// In the path, as a variable.
    Path,
    /// In the query string.
    Query,
}

/// Which values of a parameter are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterKind {
    /// An id, by the name of its type, for instance `OrgId`: 24 lower-case hex digits.
    Id(&'static str),
    /// `true` or `false`.
    #[non_exhaustive]
    Boolean {
        /// The value that the server assumes if the parameter is absent.
        default: Option<bool>,
    },
    /// A whole number.
    #[non_exhaustive]
    Integer {
        /// The smallest valid value.
        minimum: Option<i64>,
        /// The largest valid value.
        maximum: Option<i64>,
        /// The value that the server assumes if the parameter is absent.
        default: Option<i64>,
    },
    /// A text that names something, by the name of its type, for instance `ClusterName`. The type excludes texts that
    /// would change the path.
    Text(&'static str),
    /// A text, usually one of these. The server may accept more.
    #[non_exhaustive]
    Enum {
        /// The known values.
        values: &'static [&'static str],
    },
    /// Any number.
    Number,
    /// Several values of one kind, each as a parameter of its own with the same name.
    #[non_exhaustive]
    Array {
        /// The kind of each value.
        items: &'static ParameterKind,
    },
    /// Any text.
    String,
}

/// A dated version of an operation's request or response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Version {
    /// The date that identifies the version.
    pub date: Date,
    /// The day on which the server stops supporting it, if known.
    pub sunset: Option<Date>,
    /// The media type for `Accept` and `Content-Type`.
    pub media_type: &'static str,
}

/// The body of an operation's request, as data. [`Operation::request_body`] returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestBody {
    /// A JSON Schema (2020-12), indented. It is complete: the schemas that it refers to are in `$defs`.
    ///
    /// Objects reject unknown properties, as the server does. Secrets have `format: password`.
    pub schema: &'static str,
    /// A JSON value that satisfies the schema, indented. Secrets are placeholders in angle brackets.
    pub example: &'static str,
}
