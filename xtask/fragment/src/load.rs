//! Converts YAML to a JSON value and records the position of each node.
//!
//! The loader is stricter than YAML: keys are unique strings, tags are not allowed, and a file contains one document.
//! `<<` is an error because it is not part of YAML 1.2 and tools disagree on it. Aliases are replaced by the anchored
//! nodes. Limits on depth and size protect all later code from stack overflows and from aliases that multiply. This
//! module does not depend on OpenAPI.

mod node;
mod positions;
mod report;
mod rules;
mod size;
mod text;

use std::collections::HashMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, options};
use serde_json::{Map, Value};

pub(super) use positions::Positions;
pub(super) use text::MAX_BYTES;

use super::problem::Problems;
use super::{Position, Problem, Violation, scalar};
use node::{CompleteNode, Content, Key, OpenNode};
use rules::{
    ALIAS_INSIDE_ITSELF, DUPLICATE_KEY, EMPTY_FILE, KEY_NOT_A_STRING, KEY_NOT_SCALAR, MERGE_KEY,
    NUMBER_OUT_OF_RANGE, SECOND_DOCUMENT, SYNTAX, TOO_DEEP,
};
use size::Size;
use text::Text;

/// Several times the depth of a real document. The parser itself stops at 255 brackets.
const MAX_DEPTH: usize = 64;

/// Loads a whole file.
pub(super) fn load(path: &str, bytes: &[u8]) -> Result<(Value, Positions), Vec<Problem>> {
    let mut loader = Loader::new(path);
    match text::read(bytes) {
        Ok(text) => {
            if let Err((position, violation)) = loader.run(text) {
                loader.report(position, violation);
            }
        }
        Err((position, violation)) => loader.report(position, violation),
    }
    match loader.root {
        Some(value) if loader.problems.is_empty() => {
            loader.positions.shrink();
            Ok((value, loader.positions))
        }
        _ => Err(loader.problems.into_vec()),
    }
}

/// A problem that stops loading immediately.
type Fatal = (Position, Violation);

struct Loader<'a> {
    path: &'a str,
    problems: Problems,
    open: Vec<OpenNode>,
    /// Anchored nodes by the parser's number of the anchor.
    anchors: HashMap<usize, CompleteNode>,
    /// The size of the document so far, after aliases are replaced.
    size: Size,
    /// The size of the anchored nodes, which are kept for later aliases.
    anchored: Size,
    /// Inconsistent with the value if the file has problems; then neither is returned.
    positions: Positions,
    root: Option<Value>,
}

impl<'a> Loader<'a> {
    fn new(path: &'a str) -> Self {
        Self {
            path,
            problems: Problems::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            size: Size::default(),
            anchored: Size::default(),
            positions: Positions::default(),
            root: None,
        }
    }

    fn run(&mut self, text: &str) -> Result<(), Fatal> {
        let text = Text::new(text);
        let mut parser = Parser::new_from_str_with_options(text.as_str(), options!(emit_anchor_events: true));
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| {
                (text.position(error.marker()), SYNTAX.violation(&[("reason", &error.info())]))
            })?;
            // A node starts with its anchor or its tag, whichever comes first. The event of an anchor follows the node.
            let anchor = match parser.peek() {
                Some(Ok((Event::Anchor(..), span))) => Some(span.start),
                _ => None,
            };
            let starts = [Some(span.start), span.tag_start(), anchor];
            let first = starts.into_iter().flatten().min_by_key(Marker::index).unwrap_or(span.start);
            let at = text.position(&first);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return Err((at, SECOND_DOCUMENT.violation(&[])));
                    }
                }
                event => self.event(event, at)?,
            }
        }
        if documents == 0 {
            return Err((Position::START, EMPTY_FILE.violation(&[])));
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, at: Position) -> Result<(), Fatal> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.reject_tag(tag.as_deref(), at);
                if self.expects_key() {
                    self.count(Size { nodes: 0, bytes: text.len() }, at)?;
                    self.key(&text, style, at);
                    return Ok(());
                }
                self.count(Size { nodes: 1, bytes: text.len() }, at)?;
                let value = self.scalar(&text, style, at);
                self.leaf(value, at, text.len(), anchor)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.reject_tag(tag.as_deref(), at);
                self.start(anchor, at, Content::Sequence(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.reject_tag(tag.as_deref(), at);
                let content = Content::Mapping { values: Map::new(), key: Key::Expected };
                self.start(anchor, at, content)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::Alias(anchor) => self.alias(anchor, at)?,
            // Starts and ends of the stream and of documents, and anchors, which are part of the event of their node. The
            // options of the parser turn off all others.
            _ => {}
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: Position) -> Result<(), Fatal> {
        if self.expects_key() {
            return self.leaf(Value::Null, at, 0, 0);
        }
        // The parser rejects aliases to anchors that do not exist, so a missing anchor belongs to an open node.
        let Some(size) = self.anchors.get(&anchor).map(|node| node.size) else {
            self.report(at, ALIAS_INSIDE_ITSELF.violation(&[]));
            return self.leaf(Value::Null, at, 0, 0);
        };
        // Before the node is copied, which may take all memory.
        self.count(size, at)?;
        let Some(node) = self.anchors.get(&anchor).cloned() else { return Ok(()) };
        self.positions.repeat(node.positions.clone(), self.shown_position(node.at));
        self.complete(node, 0)
    }

    fn leaf(&mut self, value: Value, at: Position, bytes: usize, anchor: usize) -> Result<(), Fatal> {
        let index = self.positions.len();
        self.positions.push(self.shown_position(at));
        let size = Size { nodes: 1, bytes };
        self.complete(CompleteNode { value, at, positions: index..index + 1, size }, anchor)
    }

    /// The position to report for the next node: the position of its key if it is a member, otherwise its own.
    fn shown_position(&self, at: Position) -> Position {
        match self.open.last() {
            Some(OpenNode { content: Content::Mapping { key: Key::Read(_, position), .. }, .. }) => *position,
            _ => at,
        }
    }

    /// Adds a part to the size of the document.
    fn count(&mut self, part: Size, at: Position) -> Result<(), Fatal> {
        self.size += part;
        self.check_size(at)
    }

    fn check_size(&self, at: Position) -> Result<(), Fatal> {
        (self.size + self.anchored).check().map_err(|violation| (at, violation))
    }

    fn start(&mut self, anchor: usize, at: Position, content: Content) -> Result<(), Fatal> {
        if self.open.len() == MAX_DEPTH {
            return Err((at, TOO_DEEP.violation(&[("limit", &MAX_DEPTH)])));
        }
        let before = self.size;
        self.count(Size { nodes: 1, bytes: 0 }, at)?;
        let index = self.positions.len();
        self.positions.push(self.shown_position(at));
        self.open.push(OpenNode { anchor, at, index, before, content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fatal> {
        // The parser pairs starts and ends, so there is always an open node here.
        let Some(open) = self.open.pop() else { return Ok(()) };
        // Collections that grew step by step have spare capacity, which is not needed any more.
        let value = match open.content {
            Content::Sequence(mut values) => {
                values.shrink_to_fit();
                Value::Array(values)
            }
            Content::Mapping { values, .. } => Value::Object(values.into_iter().collect()),
        };
        self.positions.close(open.index);
        let positions = open.index..self.positions.len();
        let size = self.size - open.before;
        self.complete(CompleteNode { value, at: open.at, positions, size }, open.anchor)
    }

    /// Adds a complete node to its parent.
    fn complete(&mut self, node: CompleteNode, anchor: usize) -> Result<(), Fatal> {
        let at = node.at;
        if anchor != 0 {
            // The copy for later aliases counts like a node of the document, because it takes as much memory.
            self.anchored += node.size;
            self.check_size(at)?;
            self.anchors.insert(anchor, node.clone());
        }
        if self.expects_key() {
            self.report(at, KEY_NOT_SCALAR.violation(&[]));
            self.reject_key(String::new());
            return Ok(());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node.value);
            return Ok(());
        };
        match &mut open.content {
            Content::Sequence(values) => values.push(node.value),
            Content::Mapping { values, key } => {
                if let Key::Read(key, _) = std::mem::replace(key, Key::Expected) {
                    values.insert(key, node.value);
                }
            }
        }
        Ok(())
    }

    fn key(&mut self, text: &str, style: ScalarStyle, at: Position) {
        if style == ScalarStyle::Plain {
            if text == "<<" {
                self.report(at, MERGE_KEY.violation(&[]));
                return self.reject_key(text.to_owned());
            }
            if !matches!(scalar::read(text), Some(Value::String(_))) {
                // Continues with the text as the key, so that one run reports further problems too.
                self.report(at, KEY_NOT_A_STRING.violation(&[("key", &text)]));
            }
        }
        let Some(OpenNode { content: Content::Mapping { values, key }, .. }) = self.open.last_mut() else {
            return;
        };
        if values.contains_key(text) {
            self.report(at, DUPLICATE_KEY.violation(&[("key", &text)]));
            return self.reject_key(text.to_owned());
        }
        *key = Key::Read(text.to_owned(), at);
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: Position) -> Value {
        if style != ScalarStyle::Plain {
            return Value::String(text.to_owned());
        }
        scalar::read(text).unwrap_or_else(|| {
            self.report(at, NUMBER_OUT_OF_RANGE.violation(&[]));
            Value::Null
        })
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(OpenNode { content: Content::Mapping { key: Key::Expected, .. }, .. })
        )
    }

    fn reject_key(&mut self, text: String) {
        if let Some(OpenNode { content: Content::Mapping { key, .. }, .. }) = self.open.last_mut() {
            *key = Key::Rejected(text);
        }
    }
}

#[cfg(test)]
mod tests;
