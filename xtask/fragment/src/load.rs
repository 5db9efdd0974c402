//! YAML to a JSON value and the place of each node.
//!
//! Strict where YAML leaves room: every key is a text and stands once, no tags, one document. `<<` is refused: it
//! is no part of YAML 1.2, and tools disagree on it. Aliases are replaced by what their anchor holds. Limits keep
//! depth and size bounded, so that nothing after this module needs to think of a stack overflow or of aliases that
//! multiply. Not the place for anything that OpenAPI has to say.

mod mark;
mod text;

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

pub(crate) use mark::Marks;

use super::problem::{LIMIT as MOST_PROBLEMS, Problem, ProblemKind};
use super::{Position, pointer, scalar};
use text::Text;

/// Several times what the fragment needs; the parser itself stops at 255 brackets.
const DEEPEST: usize = 64;
/// Nodes of the whole document after aliases were replaced.
const MOST_NODES: usize = 1_000_000;

/// Reads a whole file.
pub(super) fn load(path: &str, bytes: &[u8]) -> Result<(Value, Marks), Vec<Problem>> {
    let mut loader = Loader::new(path);
    match text::read(bytes) {
        Ok(text) => {
            if let Err((position, kind)) = loader.run(text) {
                loader.report(position, kind);
            }
        }
        Err((position, kind)) => loader.report(position, kind),
    }
    match loader.root {
        Some(value) if loader.problems.is_empty() => {
            loader.marks.shrink();
            Ok((value, loader.marks))
        }
        _ => Err(loader.problems),
    }
}

/// What ends the reading at once.
type Fatal = (Position, ProblemKind);

/// A finished node.
#[derive(Clone)]
struct Tree {
    value: Value,
    at: Position,
    /// Its marks, and those of what is in it.
    marks: Range<usize>,
}

/// A sequence or mapping whose end was not seen yet.
struct Open {
    anchor: usize,
    at: Position,
    /// The index of its mark.
    mark: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping { values: Map<String, Value>, key: Key },
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
    /// Of a file with problems they do not fit the value, but then nobody asks for them.
    marks: Marks,
    root: Option<Value>,
}

impl<'a> Loader<'a> {
    fn new(path: &'a str) -> Self {
        Self {
            path,
            problems: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            marks: Marks::default(),
            root: None,
        }
    }

    fn run(&mut self, text: &str) -> Result<(), Fatal> {
        let text = Text::new(text);
        let mut parser = Parser::new_from_str(text.as_str());
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| {
                (text.position(error.marker()), ProblemKind::Syntax { message: error.info().to_owned() })
            })?;
            let at = text.position(&span.start);
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
                self.leaf(value, at, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                self.start(anchor, at, Content::Sequence(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                let content = Content::Mapping { values: Map::new(), key: Key::Due };
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
            return self.leaf(Value::Null, at, 0);
        }
        // The parser refuses an anchor that was never begun, so a missing one was not ended.
        let Some(tree) = self.anchors.get(&anchor).cloned() else {
            self.report(at, ProblemKind::AliasInsideItself);
            return self.leaf(Value::Null, at, 0);
        };
        self.count(tree.marks.len(), at)?;
        self.marks.repeat(tree.marks.clone(), self.place(tree.at));
        self.finish(tree, 0)
    }

    fn leaf(&mut self, value: Value, at: Position, anchor: usize) -> Result<(), Fatal> {
        let mark = self.marks.len();
        self.marks.push(self.place(at));
        self.finish(Tree { value, at, marks: mark..mark + 1 }, anchor)
    }

    /// The place to show for the node that comes next: its key where it is a member, else the node itself.
    fn place(&self, at: Position) -> Position {
        match self.open.last() {
            Some(Open { content: Content::Mapping { key: Key::Read(_, position), .. }, .. }) => *position,
            _ => at,
        }
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
        let mark = self.marks.len();
        self.marks.push(self.place(at));
        self.open.push(Open { anchor, at, mark, content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fatal> {
        // The parser pairs starts and ends; were it ever wrong, there would be nothing to end.
        let Some(open) = self.open.pop() else { return Ok(()) };
        // What has grown step by step has room for more, which nobody needs any longer.
        let value = match open.content {
            Content::Sequence(mut values) => {
                values.shrink_to_fit();
                Value::Array(values)
            }
            Content::Mapping { values, .. } => Value::Object(values.into_iter().collect()),
        };
        self.marks.close(open.mark);
        self.finish(Tree { value, at: open.at, marks: open.mark..self.marks.len() }, open.anchor)
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, tree: Tree, anchor: usize) -> Result<(), Fatal> {
        let at = tree.at;
        if anchor != 0 {
            // A copy for later aliases counts like a node in the document: it takes as much memory.
            self.count(tree.marks.len(), at)?;
            self.anchors.insert(anchor, tree.clone());
        }
        if self.key_is_due() {
            self.report(at, ProblemKind::KeyNotScalar);
            self.refuse_key(String::new());
            return Ok(());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(tree.value);
            return Ok(());
        };
        match &mut open.content {
            Content::Sequence(values) => values.push(tree.value),
            Content::Mapping { values, key } => {
                if let Key::Read(key, _) = std::mem::replace(key, Key::Due) {
                    values.insert(key, tree.value);
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
        let Some(Open { content: Content::Mapping { values, key }, .. }) = self.open.last_mut() else {
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
                Content::Sequence(values) => pointer::push(&mut text, &values.len().to_string()),
                Content::Mapping { key: Key::Read(key, _) | Key::Refused(key), .. } => {
                    pointer::push(&mut text, key);
                }
                Content::Mapping { key: Key::Due, .. } => {}
            }
        }
        text
    }
}

#[cfg(test)]
mod tests;
