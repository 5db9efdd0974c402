//! The position of the walk, and its description in one line.

use std::sync::Arc;

use serde_json::Value;

use super::super::delta::{Delta, Kind};
use crate::{Direction, EditedNode, MessagePart, NodeKind, ReachedOperation};
use openapi_fragment::openapi::Section;
use openapi_fragment::openapi::is_prose;

/// The position of the walk.
#[derive(Clone, Debug)]
pub(super) struct Context<'a> {
    pub(super) node: EditedNode,
    pub(super) scope: Scope<'a>,
    pub(super) direction: Direction,
    /// Set within an operation and within a response. For a component, its uses determine the part.
    pub(super) part: Option<MessagePart>,
    pub(super) version: Option<Arc<str>>,
    /// Whether the node describes the whole part of the message.
    pub(super) whole: bool,
    /// The names of the properties between the named node and the current one.
    pub(super) trail: String,
    /// Not sent in requests (`readOnly`), and not sent in responses (`writeOnly`).
    pub(super) not_sent: [bool; 2],
    /// Whether the base marks the node, or a node around it, as deprecated.
    pub(super) deprecated: bool,
    /// Whether this is a property that both documents require.
    pub(super) required: bool,
    /// Whether this is in a component that is used within `not`: in requests, and in responses.
    pub(super) excluded: [Excluded; 2],
    /// Whether this is in a callback or a webhook, where the server sends the request.
    pub(super) is_callback: bool,
    /// The number of references that were followed.
    pub(super) depth: usize,
}

/// Whether a schema is used within `not`, so that a value that it no longer accepts may become valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excluded {
    Never,
    Sometimes,
    Always,
}

/// The operations that an edit reaches.
#[derive(Clone, Debug)]
pub(super) enum Scope<'a> {
    /// No operation in particular.
    Document,
    Operations(Vec<Arc<ReachedOperation>>),
    /// The operations that use the component, which is given by its old and its new name.
    Component(Section, &'a str, &'a str),
}

/// The context of the document as a whole.
pub(super) fn document_context<'a>() -> Context<'a> {
    Context {
        node: EditedNode { kind: NodeKind::Document, name: String::new() },
        scope: Scope::Document,
        direction: Direction::Call,
        part: None,
        version: None,
        whole: true,
        trail: String::new(),
        not_sent: [false; 2],
        deprecated: false,
        required: false,
        excluded: [Excluded::Never; 2],
        is_callback: false,
        depth: 0,
    }
}

impl<'a> Context<'a> {
    /// Whether a value of the node is not sent in this direction.
    pub(super) fn is_not_sent(&self, direction: Direction) -> bool {
        let [request, response] = self.not_sent;
        match direction {
            Direction::Call => false,
            Direction::Request => request,
            Direction::Response => response,
        }
    }

    pub(super) fn excluded(&self, direction: Direction) -> Excluded {
        let [request, response] = self.excluded;
        match direction {
            Direction::Call => Excluded::Never,
            Direction::Request => request,
            Direction::Response => response,
        }
    }

    /// The context of a child.
    pub(super) fn inside(&self, name: &str) -> Self {
        let separator = if self.trail.is_empty() || name.starts_with('[') { "" } else { "." };
        let trail = format!("{}{separator}{name}", self.trail);
        Self { trail, whole: false, required: false, ..self.clone() }
    }

    /// The context of a part that only one document has.
    pub(super) fn of_part(&self, part: &Value) -> Self {
        let flag = |key: &str| part.get(key) == Some(&Value::Bool(true));
        Self {
            not_sent: [self.not_sent[0] || flag("readOnly"), self.not_sent[1] || flag("writeOnly")],
            deprecated: self.deprecated || flag("deprecated"),
            ..self.clone()
        }
    }

    /// The context of a part of the request or the response. In a callback, the direction is reversed.
    pub(super) fn toward(&self, direction: Direction, part: MessagePart) -> Self {
        let direction = if self.is_callback { direction.opposite() } else { direction };
        Self { direction, part: Some(part), ..self.clone() }
    }
}

/// `trail: what`, or `what` if the trail is empty.
pub(super) fn with_trail(context: &Context<'_>, what: impl std::fmt::Display) -> String {
    if context.trail.is_empty() { what.to_string() } else { format!("{}: {what}", context.trail) }
}

/// `key: before → after`, or without the values for a description.
pub(super) fn describe(context: &Context<'_>, key: &str, delta: &Delta<'_>) -> String {
    if delta.kind == Kind::Order {
        return with_trail(context, format_args!("{key} order changed").to_string().trim_start());
    }
    if is_prose(key) {
        return with_trail(context, format_args!("{key} {}", verb(delta)));
    }
    let (before, after) = (delta.before(), delta.after());
    let shown = |value, other| brief_beside(value, Option::into_iter(other));
    with_trail(context, format_args!("{key}: {} → {}", shown(before, after), shown(after, before)))
}

pub(super) fn verb(delta: &Delta<'_>) -> &'static str {
    match delta.kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        _ => "changed",
    }
}

/// The maximum length of a value in a line.
const MAX_LENGTH: usize = 60;

/// A value, shortened to fit a line.
pub(super) fn brief(value: Option<&Value>) -> String {
    match value {
        None => "none".to_owned(),
        Some(Value::String(text)) if text.chars().count() <= MAX_LENGTH => text.clone(),
        Some(value) => brief_json(value),
    }
}

fn brief_json(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MAX_LENGTH) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A value as it is shown beside others: a text has quotes if another value looks the same without them.
pub(super) fn brief_beside<'v>(value: Option<&Value>, others: impl IntoIterator<Item = &'v Value>) -> String {
    let looks_like = |text: &str, other: &Value| !other.is_string() && brief_json(other) == text;
    match value {
        Some(value @ Value::String(text)) if others.into_iter().any(|other| looks_like(text, other)) => {
            brief_json(value)
        }
        value => brief(value),
    }
}
