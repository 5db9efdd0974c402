//! Compares two OpenAPI 3.0 documents and reports what changed and what that means over HTTP.
//!
//! [`compare`] takes two documents and returns one [`Edit`] for each thing that was edited. An edit names the node that
//! was edited and lists the operations that it reaches. Every JSON pointer that differs belongs to an edit or is listed as
//! unclassified, so no difference goes unreported. A table of [rules] gives each edit a [`Level`] in each [`Direction`].
//! The rules judge the effective contract: inherited security and servers, merged parameters and `allOf`, and the default
//! values of keywords.
//!
//! A [`Report`] presents the edits to people and programs, in several [formats](Format). An [`Extension`] adds what edits mean
//! beyond HTTP, for instance to a generated API.
//!
//! The crate reads no files and starts no processes.

mod acknowledged;
mod align;
mod classify;
mod delta;
mod effective;
mod extension;
mod fingerprint;
mod http;
mod reach;
mod redact;
mod render;
mod report;
pub mod rules;
mod side;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use openapi_fragment::Document;
use openapi_fragment::Position;
use openapi_fragment::openapi::Section;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use acknowledged::{Acknowledgement, Acknowledgements, StaleAcknowledgement};
pub use extension::{Extension, Headline, HttpOnly, NoData, Severity, Statement, Verdict};
pub use redact::redact;
pub use render::{Failure, Format, Terminal, render, render_failures};
pub use report::{Counts, EditReport, FindingReport, LocationReport, Names, ReachReport, Report};
pub use rules::{Change, Level};
pub use side::{Side, Sides};

/// All differences between two documents.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Diff {
    /// In the order of the revision. A removal has the position that the node had in the base.
    pub edits: Vec<Edit>,
    /// The number of pointers that differ. A subtree that was added or removed counts once, by its root.
    pub pointers: usize,
    /// The pointers that no edit explains.
    pub unclassified: Vec<Locations>,
}

/// One edit: what was done to one node.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Edit {
    /// The kind of the edit.
    pub change: Change,
    /// The component, operation or other named node that was edited.
    pub node: EditedNode,
    /// A description of the edit in one line, without the name of the node.
    pub detail: String,
    /// Its location in each document.
    pub locations: Locations,
    /// The value before the edit, unless something was added.
    pub before: Option<Value>,
    /// The value after the edit, unless something was removed.
    pub after: Option<Value>,
    /// The operations that use the node, once for each direction, part and version.
    pub reach: Vec<Reach>,
    /// The verdicts of the rules, one for each direction that the edit reaches.
    pub findings: Vec<Finding>,
    /// The differences between the targets, where the edit is a reference that points to another target.
    pub within: Vec<Edit>,
    /// The differing pointers that belong to this edit.
    pub pointers: Vec<Locations>,
}

impl Edit {
    /// The highest level of its findings and of the edits within it.
    #[must_use]
    pub fn level(&self) -> Level {
        let within = self.within.iter().map(Self::level);
        self.findings.iter().map(|finding| finding.level).chain(within).max().unwrap_or(Level::None)
    }
}

/// A node that has a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct EditedNode {
    /// The kind of the node.
    pub kind: NodeKind,
    /// The name of the component, the id of the operation (or its method and path), or the path.
    pub name: String,
}

/// The kinds of named nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NodeKind {
    /// The document itself.
    Document,
    /// A path.
    Path,
    /// An operation.
    Operation,
    /// A schema.
    Schema,
    /// A parameter.
    Parameter,
    /// A response.
    Response,
    /// A request body.
    RequestBody,
    /// A header.
    Header,
    /// A security scheme.
    SecurityScheme,
    /// A callback.
    Callback,
    /// A webhook.
    Webhook,
    /// A link.
    Link,
    /// A component of another kind.
    Component,
}

impl NodeKind {
    /// The kind of the components in this section.
    fn of(section: Section) -> Self {
        match section {
            Section::Schemas => Self::Schema,
            Section::Parameters => Self::Parameter,
            Section::Responses => Self::Response,
            Section::RequestBodies => Self::RequestBody,
            Section::Headers => Self::Header,
            Section::SecuritySchemes => Self::SecurityScheme,
            Section::Callbacks => Self::Callback,
            Section::Links => Self::Link,
            Section::Other => Self::Component,
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Path => "path",
            Self::Operation => "operation",
            Self::Schema => "schema",
            Self::Parameter => "parameter",
            Self::Response => "response",
            Self::RequestBody => "request body",
            Self::Header => "header",
            Self::SecurityScheme => "security scheme",
            Self::Callback => "callback",
            Self::Webhook => "webhook",
            Self::Link => "link",
            Self::Component => "component",
        }
    }
}

/// Where something is in each document that has it.
pub type Locations = Sides<Option<Location>>;

/// Where something is in one document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The JSON pointer.
    pub pointer: String,
    /// Line and column.
    pub position: Position,
}

/// An operation, with what a report shows of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ReachedOperation {
    /// In upper case.
    pub method: String,
    /// The path template, or the URL expression of a callback.
    pub path: String,
    /// The `operationId`, if there is one.
    pub id: Option<String>,
    /// Whether the server sends the request and the client responds: a callback or a webhook.
    pub is_callback: bool,
    /// Whether the operation promises no compatibility (`x-stability-level: draft` or `alpha`).
    pub is_unstable: bool,
    /// Whether the operation is deprecated.
    pub is_deprecated: bool,
}

impl ReachedOperation {
    /// The id, or the method and the path if it has no id.
    #[must_use]
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{} {}", self.method, self.path))
    }
}

/// One use of a node by an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Reach {
    /// The operation.
    pub operation: Arc<ReachedOperation>,
    /// Who sends the data that the node describes.
    pub direction: Direction,
    /// The part of the request or response.
    pub part: MessagePart,
    /// Whether the node describes the whole part of the message.
    pub whole: bool,
    /// The date of the version, or the media type if it has no date. `None` outside of bodies.
    pub version: Option<Arc<str>>,
}

/// Who sends the data that an edit affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Neither: the edit affects the operation or the document as a whole.
    Call,
    /// The client sends it.
    Request,
    /// The server sends it.
    Response,
}

impl Direction {
    /// The direction in a callback, where the server sends the request and the client the response.
    fn opposite(self) -> Self {
        match self {
            Self::Call => Self::Call,
            Self::Request => Self::Response,
            Self::Response => Self::Request,
        }
    }
}

/// A part of a request or a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MessagePart {
    /// The operation itself.
    Operation,
    /// A parameter.
    Parameter,
    /// The body.
    Body,
    /// A header.
    Header,
}

/// The verdict of one rule on an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The id of the rule, for [`rules::explain`].
    pub rule: String,
    /// Who sends the data that an edit affects.
    pub direction: Direction,
    /// What the edit means in this direction.
    pub level: Level,
    /// Why the level differs from the level of the rule, if it does.
    pub because: Option<&'static str>,
}

/// Whether an operation is deprecated.
fn is_deprecated(node: &Value) -> bool {
    node.get("deprecated") == Some(&Value::Bool(true))
}

/// Whether an operation or path promises no compatibility.
fn is_unstable(node: &Value) -> bool {
    node.get("x-stability-level").is_some_and(|level| level == "draft" || level == "alpha")
}

/// Compares two documents.
///
/// Both must be OpenAPI 3.0 documents, as [`Document::load_openapi`] and [`Document::check_openapi`] require. In any other
/// document there is no operation that an edit could affect.
///
/// Call [`redact()`] first where a document may contain secrets.
#[must_use]
pub fn compare(base: &Document, revision: &Document) -> Diff {
    classify::classify(base, revision)
}

/// Compiles and runs the program in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
