//! YAML to a JSON value and the place of each node.
//!
//! Strict where YAML leaves room: every key is a text and stands once, no tags, one document. `<<` is refused: it
//! is no part of YAML 1.2, and tools disagree on it. Aliases are replaced by what their anchor holds. Limits keep
//! depth and size bounded, so that nothing after this module needs to think of a stack overflow or of aliases that
//! multiply. Not the place for anything that OpenAPI has to say.

mod mark;

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use serde_json::{Map, Value};

pub(crate) use mark::Mark;

use super::problem::{LIMIT as MOST_PROBLEMS, Problem, ProblemKind};
use super::{Position, pointer, scalar};
use mark::Inside;

/// Far more than an API that is described by hand.
const MOST_BYTES: usize = 16 << 20;
/// Several times what the fragment needs; the parser itself stops at 255 brackets.
const DEEPEST: usize = 64;
/// Nodes of the whole document after aliases were replaced.
const MOST_NODES: usize = 1_000_000;

/// Reads a whole file.
pub(super) fn load(path: &str, bytes: &[u8]) -> Result<(Value, Mark), Vec<Problem>> {
    let mut loader = Loader::new(path);
    match loader.text(bytes) {
        Ok(text) => {
            if let Err((position, kind)) = loader.run(text) {
                loader.report(position, kind);
            }
        }
        Err((position, kind)) => loader.report(position, kind),
    }
    match loader.root {
        Some(tree) if loader.problems.is_empty() => Ok((tree.value, tree.mark)),
        _ => Err(loader.problems),
    }
}

/// What ends the reading at once.
type Fatal = (Position, ProblemKind);

/// A finished node.
#[derive(Clone)]
struct Tree {
    value: Value,
    mark: Mark,
    nodes: usize,
}

impl Tree {
    fn leaf(value: Value, at: Position) -> Self {
        Self { value, mark: Mark { key: None, at, inside: Inside::Nothing }, nodes: 1 }
    }
}

/// A sequence or mapping whose end was not seen yet.
struct Open {
    anchor: usize,
    at: Position,
    nodes: usize,
    content: Content,
}

enum Content {
    Sequence { values: Vec<Value>, marks: Vec<Mark> },
    Mapping { values: Map<String, Value>, marks: HashMap<String, Mark>, key: Key },
}

/// Which half of a member comes next.
enum Key {
    /// The key.
    Due,
    /// The value of this key.
    Read(String, Position),
    /// The value of a key that was refused: it is read, for its own problems, and dropped.
    Refused(String),
}

struct Loader<'a> {
    path: &'a str,
    problems: Vec<Problem>,
    open: Vec<Open>,
    /// By the parser's number of the anchor.
    anchors: HashMap<usize, Tree>,
    nodes: usize,
    root: Option<Tree>,
}

impl<'a> Loader<'a> {
    fn new(path: &'a str) -> Self {
        Self { path, problems: Vec::new(), open: Vec::new(), anchors: HashMap::new(), nodes: 0, root: None }
    }

    fn text<'b>(&self, bytes: &'b [u8]) -> Result<&'b str, Fatal> {
        if bytes.len() > MOST_BYTES {
            return Err((Position::START, ProblemKind::TooLarge { bytes: bytes.len(), limit: MOST_BYTES }));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            (end_of(&before), ProblemKind::NotUtf8)
        })?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    fn run(&mut self, text: &str) -> Result<(), Fatal> {
        let mut parser = Parser::new_from_str(text);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| {
                (position(error.marker()), ProblemKind::Syntax { message: error.info().to_owned() })
            })?;
            let at = position(&span.start);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err((at, ProblemKind::SecondDocument));
                    }
                }
                event => self.event(event, at)?,
            }
        }
        if documents == 0 {
            return Err((Position::START, ProblemKind::EmptyFile));
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, at: Position) -> Result<(), Fatal> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                if self.key_is_due() {
                    self.key(&text, style, at);
                    return Ok(());
                }
                self.count(1, at)?;
                let value = self.scalar(&text, style, at);
                self.finish(Tree::leaf(value, at), anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                self.start(anchor, at, Content::Sequence { values: Vec::new(), marks: Vec::new() })?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                let content = Content::Mapping { values: Map::new(), marks: HashMap::new(), key: Key::Due };
                self.start(anchor, at, content)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::Alias(anchor) => self.alias(anchor, at)?,
            Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamStart
            | Event::StreamEnd
            | Event::Nothing => {}
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: Position) -> Result<(), Fatal> {
        if self.key_is_due() {
            return self.finish(Tree::leaf(Value::Null, at), 0);
        }
        // The parser refuses an anchor that was never begun, so a missing one was not ended.
        let Some(tree) = self.anchors.get(&anchor).cloned() else {
            self.report(at, ProblemKind::AliasInsideItself);
            return self.finish(Tree::leaf(Value::Null, at), 0);
        };
        self.count(tree.nodes, at)?;
        self.finish(tree, 0)
    }

    fn count(&mut self, nodes: usize, at: Position) -> Result<(), Fatal> {
        self.nodes += nodes;
        if self.nodes > MOST_NODES {
            return Err((at, ProblemKind::TooManyNodes { limit: MOST_NODES }));
        }
        Ok(())
    }

    fn start(&mut self, anchor: usize, at: Position, content: Content) -> Result<(), Fatal> {
        if self.open.len() == DEEPEST {
            return Err((at, ProblemKind::TooDeep { limit: DEEPEST }));
        }
        self.count(1, at)?;
        self.open.push(Open { anchor, at, nodes: 1, content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fatal> {
        // The parser pairs starts and ends; were it ever wrong, there would be nothing to end.
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (value, inside) = match open.content {
            Content::Sequence { values, marks } => (Value::Array(values), Inside::Items(marks)),
            Content::Mapping { values, marks, .. } => (Value::Object(values), Inside::Members(marks)),
        };
        let mark = Mark { key: None, at: open.at, inside };
        self.finish(Tree { value, mark, nodes: open.nodes }, open.anchor)
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, tree: Tree, anchor: usize) -> Result<(), Fatal> {
        let at = tree.mark.at;
        if anchor != 0 {
            // A copy for later aliases counts like a node in the document: it takes as much memory.
            self.count(tree.nodes, at)?;
            self.anchors.insert(anchor, tree.clone());
        }
        if self.key_is_due() {
            self.report(at, ProblemKind::KeyNotScalar);
            self.refuse_key(String::new());
            return Ok(());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(tree);
            return Ok(());
        };
        open.nodes += tree.nodes;
        match &mut open.content {
            Content::Sequence { values, marks } => {
                values.push(tree.value);
                marks.push(tree.mark);
            }
            Content::Mapping { values, marks, key } => {
                if let Key::Read(key, position) = std::mem::replace(key, Key::Due) {
                    values.insert(key.clone(), tree.value);
                    marks.insert(key, Mark { key: Some(position), ..tree.mark });
                }
            }
        }
        Ok(())
    }

    fn key(&mut self, text: &str, style: ScalarStyle, at: Position) {
        if style == ScalarStyle::Plain {
            if text == "<<" {
                self.report(at, ProblemKind::MergeKey);
                return self.refuse_key(text.to_owned());
            }
            if !matches!(scalar::read(text), Some(Value::String(_))) {
                // Goes on with the text that was meant, so that one run finds what else is wrong.
                self.report(at, ProblemKind::KeyNotText { key: text.to_owned() });
            }
        }
        let Some(Open { content: Content::Mapping { values, key, .. }, .. }) = self.open.last_mut() else {
            return;
        };
        if values.contains_key(text) {
            self.report(at, ProblemKind::DuplicateKey { key: text.to_owned() });
            return self.refuse_key(text.to_owned());
        }
        *key = Key::Read(text.to_owned(), at);
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: Position) -> Value {
        if style != ScalarStyle::Plain {
            return Value::String(text.to_owned());
        }
        scalar::read(text).unwrap_or_else(|| {
            self.report(at, ProblemKind::NumberOutOfRange { text: text.to_owned() });
            Value::Null
        })
    }

    fn key_is_due(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping { key: Key::Due, .. }, .. }))
    }

    fn refuse_key(&mut self, text: String) {
        if let Some(Open { content: Content::Mapping { key, .. }, .. }) = self.open.last_mut() {
            *key = Key::Refused(text);
        }
    }

    fn refuse_tag(&mut self, tag: Option<&saphyr_parser::Tag>, at: Position) {
        if let Some(tag) = tag {
            let name = if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
            self.report(at, ProblemKind::Tag { tag: name });
        }
    }

    fn report(&mut self, position: Position, kind: ProblemKind) {
        if self.problems.len() < MOST_PROBLEMS {
            let pointer = self.pointer();
            self.problems.push(Problem { path: self.path.to_owned(), position, pointer, kind });
        }
    }

    /// The pointer of the node that is being read.
    fn pointer(&self) -> String {
        let mut text = String::new();
        for open in &self.open {
            match &open.content {
                Content::Sequence { values, .. } => pointer::push(&mut text, &values.len().to_string()),
                Content::Mapping { key: Key::Read(key, _) | Key::Refused(key), .. } => {
                    pointer::push(&mut text, key);
                }
                Content::Mapping { key: Key::Due, .. } => {}
            }
        }
        text
    }
}

fn position(marker: &Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

/// The position behind the last character.
fn end_of(text: &str) -> Position {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line, column }
}

#[cfg(test)]
mod tests;
