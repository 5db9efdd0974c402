//! Prints YAML in the style of the fragment: short values in one line, and comments in their places.

use serde_json::{Map, Value};

/// The maximum width of a line.
const WIDTH: usize = 110;

/// A mapping with comments.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Mapping {
    members: Vec<Member>,
    /// The comments before the next member.
    pending: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Member {
    comments: Vec<String>,
    key: String,
    value: Node,
}

/// A value with comments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A value that is neither a mapping nor a list.
    Scalar(Value),
    Mapping(Mapping),
    List(Vec<Node>),
}

impl Mapping {
    pub(crate) fn set(mut self, key: &str, value: impl Into<Node>) -> Self {
        self.push(key, value);
        self
    }

    pub(crate) fn push(&mut self, key: &str, value: impl Into<Node>) {
        let comments = std::mem::take(&mut self.pending);
        self.members.push(Member { comments, key: key.to_owned(), value: value.into() });
    }

    /// Sets the member if there is a value.
    pub(crate) fn set_some(self, key: &str, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Adds a comment before the member that is added next.
    pub(crate) fn comment(mut self, text: impl Into<String>) -> Self {
        self.pending.push(text.into());
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The mapping without its comments.
    pub(crate) fn value(&self) -> Value {
        let members = self.members.iter();
        Value::Object(members.map(|member| (member.key.clone(), member.value.value())).collect())
    }

    /// The lines of the members, at this indentation.
    pub(crate) fn lines(&self, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        self.members.iter().for_each(|member| member.write(indent, &mut lines));
        lines
    }

    fn flow(&self) -> Option<String> {
        let members = self.members.iter().map(|member| {
            let value = member.value.flow().filter(|_| member.comments.is_empty())?;
            Some(format!("{}: {value}", key(&member.key)))
        });
        Some(format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(", ")))
    }

    fn is_reference(&self) -> bool {
        matches!(&self.members[..], [only] if only.key == "$ref")
    }
}

impl Node {
    /// The value without comments.
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::Mapping(mapping) => mapping.value(),
            Self::List(items) => items.iter().map(Self::value).collect(),
        }
    }

    /// The text in one line; `None` if it would be hard to read.
    fn flow(&self) -> Option<String> {
        match self {
            Self::Scalar(value) => Some(scalar(value)),
            Self::Mapping(mapping) => {
                let is_simple =
                    mapping.members.iter().all(|member| !matches!(member.value, Self::Mapping(_)));
                mapping.flow().filter(|_| is_simple)
            }
            Self::List(items) => {
                let items = items.iter().map(Self::flow).collect::<Option<Vec<_>>>()?;
                Some(format!("[{}]", items.join(", ")))
            }
        }
    }
}

/// The keys whose values are often short schemas.
const SHORT_SCHEMAS: [&str; 3] = ["schema", "items", "additionalProperties"];

impl Member {
    fn write(&self, indent: usize, lines: &mut Vec<String>) {
        let margin = " ".repeat(indent);
        for comment in &self.comments {
            lines.extend(wrap(comment, WIDTH - indent).into_iter().map(|line| format!("{margin}# {line}")));
        }
        let start = format!("{margin}{}:", key(&self.key));
        let in_one_line =
            self.value.flow().map(|text| format!("{start} {text}")).filter(|line| line.len() <= WIDTH);
        match &self.value {
            Node::Scalar(value) => lines.push(format!("{start} {}", scalar(value))),
            Node::Mapping(mapping) => {
                let is_short =
                    mapping.is_empty() || mapping.is_reference() || SHORT_SCHEMAS.contains(&&*self.key);
                match in_one_line.filter(|_| is_short) {
                    Some(line) => lines.push(line),
                    None => {
                        lines.push(start);
                        lines.extend(mapping.lines(indent + 2));
                    }
                }
            }
            Node::List(items) => match in_one_line.filter(|_| self.key != "parameters") {
                Some(line) => lines.push(line),
                None => {
                    lines.push(start);
                    write_list(items, indent + 2, lines);
                }
            },
        }
    }
}

fn write_list(items: &[Node], indent: usize, lines: &mut Vec<String>) {
    let margin = " ".repeat(indent);
    let scalars: Option<Vec<String>> = items
        .iter()
        .map(|item| match item {
            Node::Scalar(value) => Some(scalar(value)),
            _ => None,
        })
        .collect();
    if let Some(scalars) = scalars {
        // Like the `[` of the first line, so that the values are aligned.
        let wrapped = wrap(&scalars.join(", "), WIDTH - indent - 2);
        let last = wrapped.len().saturating_sub(1);
        lines.extend(wrapped.into_iter().enumerate().map(|(index, line)| {
            let (open, close) = (if index == 0 { "[" } else { " " }, if index == last { "]" } else { "" });
            format!("{margin}{open}{line}{close}")
        }));
        return;
    }
    for item in items {
        let inner = match item {
            Node::Mapping(mapping) => mapping.lines(indent + 2),
            other => vec![format!("{margin}  {}", other.flow().unwrap_or_default())],
        };
        // The first line starts with the dash instead of two spaces.
        lines.extend(inner.into_iter().enumerate().map(|(index, line)| match index {
            0 => format!("{margin}- {}", &line[indent + 2..]),
            _ => line,
        }));
    }
}

/// The words of a text in lines of at most this width.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn key(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "$_./{}:+-".contains(character);
    let starts_plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || "$_/".contains(first));
    let plain = starts_plain && text.chars().all(is_plain) && !text.ends_with(':') && !is_keyword(text);
    if plain { text.to_owned() } else { quoted(text) }
}

pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let starts_plain = text.starts_with(|first: char| first.is_ascii_alphabetic());
            let is_plain =
                |character: char| character.is_ascii_alphanumeric() || " _./+-".contains(character);
            let plain = starts_plain && text.chars().all(is_plain) && !text.ends_with(' ');
            if plain && !is_keyword(text) { text.clone() } else { quoted(text) }
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        other => other.to_string(),
    }
}

/// Whether a plain scalar would not be a string, in YAML 1.2 or in the older version that many tools read.
fn is_keyword(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(&*lower, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n")
}

fn quoted(text: &str) -> String {
    if text.chars().all(openapi_fragment::is_printable) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        // A string of JSON is one of YAML.
        Value::from(text).to_string()
    }
}

impl From<Mapping> for Node {
    fn from(mapping: Mapping) -> Self {
        Self::Mapping(mapping)
    }
}

impl From<Vec<Node>> for Node {
    fn from(items: Vec<Node>) -> Self {
        Self::List(items)
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(members) => Self::Mapping(members.into()),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            scalar => Self::Scalar(scalar),
        }
    }
}

impl From<Map<String, Value>> for Mapping {
    fn from(members: Map<String, Value>) -> Self {
        members.into_iter().fold(Self::default(), |mapping, (key, value)| mapping.set(&key, value))
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Scalar(text.into())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Scalar(text.into())
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Scalar(flag.into())
    }
}
