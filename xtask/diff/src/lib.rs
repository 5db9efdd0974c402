//! The review diff: what a change of the fragment means.
//!
//! Two documents in, one [`Edit`] out for each thing that was edited, at the node where it was edited, with the
//! operations that it reaches as a list. [`delta`] finds every pointer that differs; [`classify`] claims each of them
//! for an edit; what nobody claims is listed as unclassified. [`rules`] says, as a table, what an edit means over
//! HTTP. What it means for the Rust users is another module's work ([`verdict`]). Nothing here reads a file, starts a
//! process or prints.

mod acknowledged;
mod align;
pub(crate) mod base;
mod classify;
pub(crate) mod command;
mod delta;
mod fingerprint;
mod input;
mod reach;
mod redact;
pub(crate) mod render;
mod report;
mod role;
pub(crate) mod rules;
pub(crate) mod rust;
#[cfg(test)]
mod tests;
pub(crate) mod upstream;
pub(crate) mod verdict;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

pub(crate) use rules::{Change, Level};

use openapi_fragment::{Document, Position};

/// All that differs between two documents.
#[derive(Debug, Default)]
pub(crate) struct Diff {
    /// In the order of the revision; what was removed stands where the base had it.
    pub(crate) edits: Vec<Edit>,
    /// How many pointers differ: the top of each part that was added or removed, and each value that changed.
    pub(crate) pointers: usize,
    /// The pointers that no edit explains.
    pub(crate) unclassified: Vec<Sites>,
}

/// One edit: what somebody did to one node.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) change: Change,
    /// The component, operation or other node that was edited.
    pub(crate) node: Node,
    /// What was done to it, in one line, without the name of the node.
    pub(crate) detail: String,
    /// Where it stands.
    pub(crate) sites: Sites,
    /// The value before, where there was one.
    pub(crate) before: Option<Value>,
    /// The value after, where there is one.
    pub(crate) after: Option<Value>,
    /// The operations that it reaches, each once for every direction, place and version.
    pub(crate) reach: Vec<Reach>,
    /// What the rules say, one for each direction that it reaches.
    pub(crate) findings: Vec<Finding>,
    /// Where the edit is a reference that now leads elsewhere: how the targets differ.
    pub(crate) within: Vec<Edit>,
    /// The pointers that it explains.
    pub(crate) pointers: Vec<Sites>,
}

impl Edit {
    /// The verdict over HTTP: the worst that a rule says of it or of what is within it.
    pub(crate) fn level(&self) -> Level {
        let within = self.within.iter().map(Self::level);
        self.findings.iter().map(|finding| finding.level).chain(within).max().unwrap_or(Level::None)
    }
}

/// What was edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// Its name: that of the component, the operation's id (or its method and path), a path.
    pub(crate) name: String,
}

/// The kinds of nodes that bear a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NodeKind {
    Document,
    Path,
    Operation,
    Schema,
    Parameter,
    Response,
    RequestBody,
    Header,
    SecurityScheme,
    Callback,
    Webhook,
    Link,
    /// A component of another kind.
    Component,
}

impl NodeKind {
    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
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

/// A place on each side that has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sites {
    pub(crate) base: Option<Site>,
    pub(crate) revision: Option<Site>,
}

impl Sites {
    /// The place to show: in the revision where there is one.
    pub(crate) fn shown(&self) -> Option<&Site> {
        self.revision.as_ref().or(self.base.as_ref())
    }
}

/// A place in one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// The JSON pointer.
    pub(crate) pointer: String,
    pub(crate) position: Position,
}

/// An operation, as far as a reviewer must know it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Operation {
    /// In upper case.
    pub(crate) method: String,
    pub(crate) path: String,
    /// The `operationId`, where it has one.
    pub(crate) id: Option<String>,
    /// Whether the server calls and the client answers: a callback, a webhook.
    pub(crate) is_call_back: bool,
    /// Whether nothing is promised of it yet (`x-stability-level`).
    pub(crate) is_unstable: bool,
}

impl Operation {
    /// The id, or the method and path where there is none.
    pub(crate) fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{} {}", self.method, self.path))
    }
}

/// One way from an operation to a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Reach {
    pub(crate) operation: Arc<Operation>,
    pub(crate) direction: Direction,
    pub(crate) place: Place,
    /// Whether the node is the whole of what stands at the place, and not something within it.
    pub(crate) whole: bool,
    /// The date of the version, or the media type where it has none; absent outside bodies.
    pub(crate) version: Option<Arc<str>>,
}

/// Who sends what was edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
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
pub(crate) enum Place {
    /// The operation itself.
    Operation,
    Parameter,
    Body,
    Header,
}

/// What one rule says of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The rule's id, for `--explain`.
    pub(crate) rule: String,
    pub(crate) direction: Direction,
    pub(crate) level: Level,
    /// Why the level is not the one of the rule, where it is not.
    pub(crate) because: Option<&'static str>,
}

/// Whether nothing is promised of a node yet.
fn is_unstable(node: &Value) -> bool {
    node.get("x-stability-level").is_some_and(|level| level == "draft" || level == "alpha")
}

/// Compares two documents.
pub(crate) fn compare(base: &Document, revision: &Document) -> Diff {
    classify::classify(base, revision)
}
