//! What the fragment says of an operation, as data: the types of the operation table.
//!
//! The table itself is generated ([`crate::operations`]). Everything that must know an operation without calling
//! it reads it from there: [`Client::request`](crate::Client::request), the emulator's routes, the documentation.

use super::date::Date;

/// An operation of the Atlas API, as the OpenAPI fragment describes it.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The published operation id, for instance `createOrgLiveMigrationLinkToken`.
    pub id: &'static str,
    /// The published short name, for instance `createLinkToken`, where the operation has one.
    pub short_name: Option<&'static str>,
    /// The method of the Go SDK that calls it.
    pub go_sdk_name: &'static str,
    /// The command of the Atlas CLI that calls it.
    pub atlas_cli: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path with its variables in braces, from the root of the server.
    pub path: &'static str,
    /// The parameters, those of the path first, in the order of the path.
    pub parameters: &'static [Parameter],
    /// The versions of the request body, oldest first; empty where the operation takes no body.
    pub request_versions: &'static [Version],
    /// The versions of the reply, oldest first. Every operation of the table has at least one.
    pub response_versions: &'static [Version],
    /// Whether a successful reply has a body.
    pub has_response_body: bool,
    /// The status codes of success, the one that the server is known to send last.
    pub success: &'static [u16],
    /// The status codes of failure that the fragment lists.
    pub errors: &'static [u16],
    /// The role that the caller needs, or `None` where any role will do.
    pub required_role: Option<&'static str>,
    /// Whether a repeat after a lost reply does no more than the first request did.
    pub idempotent: bool,
}

impl Operation {
    /// The newest version of the reply: the one that is asked for unless another is named. Every operation of the
    /// table has one.
    #[must_use]
    pub fn newest_version(&self) -> Option<Date> {
        self.response_versions.last().map(|version| version.date)
    }

    /// The parameter of this name.
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
    /// The method as it stands on the wire, in capitals.
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
    /// The name on the wire.
    pub name: &'static str,
    /// Where it stands in the request.
    pub location: ParameterLocation,
    /// Whether the request needs it. Always true in a path.
    pub required: bool,
    /// What it may hold.
    pub kind: ParameterKind,
    /// What it means, in one line.
    pub description: &'static str,
}

/// Where a parameter stands in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// In the path, as a variable.
    Path,
    /// In the query string.
    Query,
}

/// What a parameter may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterKind {
    /// An id, by the name of its type, for instance `OrgId`: 24 lower-case hex digits.
    Id(&'static str),
    /// `true` or `false`.
    Boolean {
        /// What the server assumes where it is absent.
        default: Option<bool>,
    },
    /// A whole number.
    Integer {
        /// The smallest that is allowed.
        minimum: Option<i64>,
        /// The largest that is allowed.
        maximum: Option<i64>,
        /// What the server assumes where it is absent.
        default: Option<i64>,
    },
    /// Any text.
    String,
}

/// A dated version of an operation's request or reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Version {
    /// The date that names it.
    pub date: Date,
    /// The day on which it stops answering, where that is known.
    pub sunset: Option<Date>,
    /// The media type, as it stands in `Accept` and `Content-Type`.
    pub media_type: &'static str,
}
