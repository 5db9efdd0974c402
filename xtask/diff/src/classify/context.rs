//! Where the walk is, and how to say so in a line.

use std::sync::Arc;

use serde_json::Value;

use super::super::delta::{Delta, Kind};
use crate::{Direction, EditedNode, MessagePart, NodeKind, ReachedOperation};
use openapi_fragment::openapi::Section;
use openapi_fragment::openapi::is_prose;

/// Where the walk is.
#[derive(Clone, Debug)]
pub(super) struct Context<'a> {
    pub(super) node: EditedNode,
    pub(super) scope: Scope<'a>,
    pub(super) direction: Direction,
    /// Known within an operation and within a response; within a component it is what reaches it.
    pub(super) place: Option<MessagePart>,
    pub(super) version: Option<Arc<str>>,
    /// Whether the walk is at all that stands at the place, and not within it.
    pub(super) whole: bool,
    /// Names of properties on the way from the node.
    pub(super) trail: String,
    /// Not sent by the client (`readOnly`) or by the server (`writeOnly`).
    pub(super) unsent: [bool; 2],
    /// Whether the server calls and the client answers.
    pub(super) is_call_back: bool,
    /// How many references were followed to get here.
    pub(super) depth: usize,
}

/// What an edit reaches.
#[derive(Clone, Debug)]
pub(super) enum Scope<'a> {
    /// Nothing in particular.
    Document,
    Operations(Vec<Arc<ReachedOperation>>),
    /// Whatever reaches the component, under its old and its new name.
    Component(Section, &'a str, &'a str),
}

/// The node of the document as a whole.
pub(super) fn document_context<'a>() -> Context<'a> {
    Context {
        node: EditedNode { kind: NodeKind::Document, name: String::new() },
        scope: Scope::Document,
        direction: Direction::Call,
        place: None,
        version: None,
        whole: true,
        trail: String::new(),
        unsent: [false; 2],
        is_call_back: false,
        depth: 0,
    }
}

impl<'a> Context<'a> {
    /// One step further in.
    pub(super) fn inside(&self, name: &str) -> Self {
        let separator = if self.trail.is_empty() || name.starts_with('[') { "" } else { "." };
        Self { trail: format!("{}{separator}{name}", self.trail), whole: false, ..self.clone() }
    }

    /// Toward a part of the request or of the reply, which the other side sends in a call back.
    pub(super) fn toward(&self, direction: Direction, place: MessagePart) -> Self {
        let direction = if self.is_call_back { direction.opposite() } else { direction };
        Self { direction, place: Some(place), ..self.clone() }
    }
}

/// `trail: what`, or `what` alone at the node itself.
pub(super) fn at(context: &Context<'_>, what: impl std::fmt::Display) -> String {
    if context.trail.is_empty() { what.to_string() } else { format!("{}: {what}", context.trail) }
}

/// `key: before → after`, texts for people without their content.
pub(super) fn describe(context: &Context<'_>, key: &str, delta: &Delta<'_>) -> String {
    if delta.kind == Kind::Order {
        return at(context, format_args!("{key} in another order").to_string().trim_start());
    }
    if is_prose(key) {
        return at(context, format_args!("{key} {}", verb(delta)));
    }
    at(context, format_args!("{key}: {} → {}", brief(delta.before()), brief(delta.after())))
}

pub(super) fn verb(delta: &Delta<'_>) -> &'static str {
    match delta.kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        _ => "changed",
    }
}

/// A value that fits a line.
pub(super) fn brief(value: Option<&Value>) -> String {
    const MAX_LENGTH: usize = 60;
    match value {
        None => "none".to_owned(),
        Some(Value::String(text)) if text.chars().count() <= MAX_LENGTH => text.clone(),
        Some(value) => {
            let text = value.to_string();
            match text.char_indices().nth(MAX_LENGTH) {
                None => text,
                Some((end, _)) => format!("{}…", &text[..end]),
            }
        }
    }
}
