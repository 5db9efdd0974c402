//! YAML to a JSON value and the position of each node.
//!
//! Strict where YAML leaves room: every key is a string and stands once, no tags, one document. `<<` is an error: it
//! is not part of YAML 1.2, and tools disagree on it. Aliases are replaced by what their anchor holds. Limits keep
//! depth and size bounded, so that nothing after this module has to consider a stack overflow or aliases that
//! multiply. Nothing here depends on OpenAPI.

mod mark;
mod text;

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

pub(super) use mark::Marks;

use super::problem::MAX_PROBLEMS;
use super::{Position, Problem, Rule, Violation, pointer, scalar};
use text::Text;

static SYNTAX: Rule = Rule {
    id: "syntax",
    message: "not YAML: {reason}",
    help: "correct the YAML; the error may be a line earlier",
};

static EMPTY_FILE: Rule = Rule {
    id: "empty-file",
    message: "the file holds no document",
    help: "write the document, or restore it from version control",
};

static SECOND_DOCUMENT: Rule = Rule {
    id: "second-document",
    message: "a second document begins",
    help: "keep one document: remove `---` and what does not belong",
};

static TOO_DEEP: Rule = Rule {
    id: "too-deep",
    message: "nested deeper than {limit} levels",
    help: "give the inner schemas names of their own in components",
};

static TOO_MANY_NODES: Rule = Rule {
    id: "too-many-nodes",
    message: "more than {limit} nodes, aliases replaced",
    help: "use `$ref` instead of aliases",
};

static DUPLICATE_KEY: Rule =
    Rule { id: "duplicate-key", message: "the key `{key}` stands twice", help: "remove one of the two" };

static KEY_NOT_A_STRING: Rule =
    Rule { id: "key-not-a-string", message: "the key `{key}` is not a string", help: "quote it: '{key}'" };

static KEY_NOT_SCALAR: Rule = Rule {
    id: "key-not-scalar",
    message: "a key that is not a plain string",
    help: "write the key as a string",
};

static MERGE_KEY: Rule = Rule {
    id: "merge-key",
    message: "`<<` is not part of YAML 1.2",
    help: "write the members out, or give the whole node an alias or a `$ref`",
};

static TAG: Rule = Rule {
    id: "tag",
    message: "the tag `{tag}`: tags are not read here",
    help: "remove the tag; quote a value that is meant as a string",
};

static ALIAS_INSIDE_ITSELF: Rule = Rule {
    id: "alias-inside-itself",
    message: "an alias within the node that its anchor names",
    help: "use `$ref` for a type that contains itself",
};

// Without the number: it may stand in the place of a secret.
static NUMBER_OUT_OF_RANGE: Rule = Rule {
    id: "number-out-of-range",
    message: "a number that 64 bits cannot hold",
    help: "use a number of 64 bits, or quote it if it is a string",
};

/// Several times what the fragment needs; the parser itself stops at 255 brackets.
const MAX_DEPTH: usize = 64;
/// Nodes of the whole document after aliases were replaced.
const MAX_NODES: usize = 1_000_000;

/// Reads a whole file.
pub(super) fn load(path: &str, bytes: &[u8]) -> Result<(Value, Marks), Vec<Problem>> {
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
            loader.marks.shrink();
            Ok((value, loader.marks))
        }
        _ => Err(loader.problems),
    }
}

/// What ends the reading at once.
type Fatal = (Position, Violation);

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
    /// The value of a key that was rejected: it is read, for its own problems, and dropped.
    Rejected(String),
}

struct Loader<'a> {
    path: &'a str,
    problems: Vec<Problem>,
    open: Vec<Open>,
    /// By the parser's number of the anchor.
    anchors: HashMap<usize, Tree>,
    nodes: usize,
    /// They do not fit the value of a file with problems, which is not returned.
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
                (text.position(error.marker()), SYNTAX.violation(&[("reason", &error.info())]))
            })?;
            let at = text.position(&span.start);
            match event {
                Event::DocumentStart(_) => {
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
                if self.key_is_due() {
                    self.key(&text, style, at);
                    return Ok(());
                }
                self.count(1, at)?;
                let value = self.scalar(&text, style, at);
                self.leaf(value, at, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.reject_tag(tag.as_deref(), at);
                self.start(anchor, at, Content::Sequence(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                self.reject_tag(tag.as_deref(), at);
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
            self.report(at, ALIAS_INSIDE_ITSELF.violation(&[]));
            return self.leaf(Value::Null, at, 0);
        };
        self.count(tree.marks.len(), at)?;
        self.marks.repeat(tree.marks.clone(), self.shown_position(tree.at));
        self.finish(tree, 0)
    }

    fn leaf(&mut self, value: Value, at: Position, anchor: usize) -> Result<(), Fatal> {
        let mark = self.marks.len();
        self.marks.push(self.shown_position(at));
        self.finish(Tree { value, at, marks: mark..mark + 1 }, anchor)
    }

    /// The position to show for the node that comes next: its key where it is a member, else the node itself.
    fn shown_position(&self, at: Position) -> Position {
        match self.open.last() {
            Some(Open { content: Content::Mapping { key: Key::Read(_, position), .. }, .. }) => *position,
            _ => at,
        }
    }

    fn count(&mut self, nodes: usize, at: Position) -> Result<(), Fatal> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            return Err((at, TOO_MANY_NODES.violation(&[("limit", &MAX_NODES)])));
        }
        Ok(())
    }

    fn start(&mut self, anchor: usize, at: Position, content: Content) -> Result<(), Fatal> {
        if self.open.len() == MAX_DEPTH {
            return Err((at, TOO_DEEP.violation(&[("limit", &MAX_DEPTH)])));
        }
        self.count(1, at)?;
        let mark = self.marks.len();
        self.marks.push(self.shown_position(at));
        self.open.push(Open { anchor, at, mark, content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fatal> {
        // The parser pairs starts and ends; were it ever wrong, there would be nothing to end.
        let Some(open) = self.open.pop() else { return Ok(()) };
        // What has grown step by step has room for more, which is no longer needed.
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
            self.report(at, KEY_NOT_SCALAR.violation(&[]));
            self.reject_key(String::new());
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
                self.report(at, MERGE_KEY.violation(&[]));
                return self.reject_key(text.to_owned());
            }
            if !matches!(scalar::read(text), Some(Value::String(_))) {
                // Goes on with the text that was meant, so that one run finds what else is wrong.
                self.report(at, KEY_NOT_A_STRING.violation(&[("key", &text)]));
            }
        }
        let Some(Open { content: Content::Mapping { values, key }, .. }) = self.open.last_mut() else {
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

    fn key_is_due(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping { key: Key::Due, .. }, .. }))
    }

    fn reject_key(&mut self, text: String) {
        if let Some(Open { content: Content::Mapping { key, .. }, .. }) = self.open.last_mut() {
            *key = Key::Rejected(text);
        }
    }

    fn reject_tag(&mut self, tag: Option<&saphyr_parser::Tag>, at: Position) {
        if let Some(tag) = tag {
            let name = if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
            self.report(at, TAG.violation(&[("tag", &name)]));
        }
    }

    fn report(&mut self, position: Position, violation: Violation) {
        if self.problems.len() < MAX_PROBLEMS {
            let pointer = self.pointer();
            self.problems.push(Problem { path: self.path.to_owned(), position, pointer, violation });
        }
    }

    /// The pointer of the node that is being read.
    fn pointer(&self) -> String {
        let mut text = String::new();
        for open in &self.open {
            match &open.content {
                Content::Sequence(values) => pointer::push(&mut text, &values.len().to_string()),
                Content::Mapping { key: Key::Read(key, _) | Key::Rejected(key), .. } => {
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
