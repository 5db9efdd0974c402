//! What changed between two OpenAPI 3.0 documents, and what that means over HTTP.
//!
//! Two documents in, one [`Edit`] out for each thing that was edited, at the node where it was edited, with the
//! operations that it reaches as a list. Every pointer that differs is explained by an edit; one that no edit explains is
//! listed as unclassified, so that nothing is silent. A table of [rules](rules::explain) says what an edit means over
//! HTTP, in each direction. It looks at what holds after resolution: inherited security and servers, merged parameters
//! and `allOf`, the defaults of keywords.
//!
//! A [`Report`] is what people and programs read of it, in four [formats](Format). A caller that knows more, for instance
//! what an edit does to a generated API, adds that through an [`Extension`].
//!
//! Nothing here reads a file, starts a process or knows where the documents are from.

mod acknowledged;
mod align;
mod classify;
mod delta;
mod extension;
mod fingerprint;
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
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

pub use acknowledged::{Acknowledgement, Acknowledgements, Stale};
pub use extension::{Extension, Headline, HttpOnly, Nothing, Severity, Statement, Verdict};
pub use redact::redact;
pub use render::{Format, render};
pub use report::{Counts, EditReport, FindingReport, LocationReport, Names, ReachReport, Report};
pub use rules::{Change, Level};
pub use side::{Side, Sides};

/// All that differs between two documents.
#[derive(Debug, Default)]
pub struct Diff {
    /// In the order of the revision; what was removed stands where the base had it.
    pub edits: Vec<Edit>,
    /// How many pointers differ: the top of each part that was added or removed, and each value that changed.
    pub pointers: usize,
    /// The pointers that no edit explains.
    pub unclassified: Vec<Locations>,
}

/// One edit: what was done to one node.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The kind of the edit.
    pub change: Change,
    /// The component, operation or other node that was edited.
    pub node: Node,
    /// What was done to it, in one line, without the name of the node.
    pub detail: String,
    /// Where it stands.
    pub locations: Locations,
    /// The value before, where there was one.
    pub before: Option<Value>,
    /// The value after, where there is one.
    pub after: Option<Value>,
    /// The operations that it reaches, each once for every direction, place and version.
    pub reach: Vec<Reach>,
    /// What the rules say, one for each direction that it reaches.
    pub findings: Vec<Finding>,
    /// Where the edit is a reference that now leads elsewhere: how the targets differ.
    pub within: Vec<Edit>,
    /// The pointers that it explains.
    pub pointers: Vec<Locations>,
}

impl Edit {
    /// The verdict over HTTP: the worst that a rule says of it or of what is within it.
    #[must_use]
    pub fn level(&self) -> Level {
        let within = self.within.iter().map(Self::level);
        self.findings.iter().map(|finding| finding.level).chain(within).max().unwrap_or(Level::None)
    }
}

/// What was edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its name: that of the component, the operation's id (or its method and path), a path.
    pub name: String,
}

/// The kinds of nodes that bear a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The body of requests.
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
    /// As people call it.
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
pub struct Location {
    /// The JSON pointer.
    pub pointer: String,
    /// Line and column.
    pub position: Position,
}

/// An operation, as far as a reviewer must know it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// In upper case.
    pub method: String,
    /// The path template, or the address of a call back.
    pub path: String,
    /// The `operationId`, where it has one.
    pub id: Option<String>,
    /// Whether the server calls and the client answers: a callback, a webhook.
    pub is_call_back: bool,
    /// Whether nothing is promised of it yet (`x-stability-level`).
    pub is_unstable: bool,
}

impl Operation {
    /// The id, or the method and path where there is none.
    #[must_use]
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{} {}", self.method, self.path))
    }
}

/// One way from an operation to a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reach {
    /// The operation.
    pub operation: Arc<Operation>,
    /// Who sends the node.
    pub direction: Direction,
    /// The part of the request or response.
    pub place: MessagePart,
    /// Whether the node is the whole of what stands at the place, and not something within it.
    pub whole: bool,
    /// The date of the version, or the media type where it has none; absent outside bodies.
    pub version: Option<Arc<str>>,
}

/// Who sends what was edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Neither: the operation or the document as such.
    Call,
    /// The client.
    Request,
    /// The server.
    Reply,
}

impl Direction {
    /// Who sends it where the server calls and the client answers.
    fn opposite(self) -> Self {
        match self {
            Self::Call => Self::Call,
            Self::Request => Self::Reply,
            Self::Reply => Self::Request,
        }
    }
}

/// The part of a request or reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
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

/// What one rule says of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id, for `--explain`.
    pub rule: String,
    /// Who sends what was edited.
    pub direction: Direction,
    /// What it means in this direction.
    pub level: Level,
    /// Why the level is not the one of the rule, where it is not.
    pub because: Option<&'static str>,
}

/// Whether nothing is promised of a node yet.
fn is_unstable(node: &Value) -> bool {
    node.get("x-stability-level").is_some_and(|level| level == "draft" || level == "alpha")
}

/// Compares two documents.
#[must_use]
pub fn compare(base: &Document, revision: &Document) -> Diff {
    classify::classify(base, revision)
}

/// The program of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
