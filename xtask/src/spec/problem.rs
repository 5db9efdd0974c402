//! What can be wrong with a fragment.
//!
//! A problem is its kind, the data of the kind, and its place. The message and the mend are derived from the kind,
//! so that they cannot say different things.

use std::fmt;

use super::Position;

/// After this many problems no more are kept: nobody reads them, and a hostile file must not fill the memory.
pub(crate) const LIMIT: usize = 1000;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What the file is called.
    pub(crate) path: String,
    pub(crate) position: Position,
    /// The JSON pointer of the node.
    pub(crate) pointer: String,
    pub(crate) kind: ProblemKind,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, position: Position { line, column }, pointer, kind } = self;
        write!(f, "{path}:{line}:{column}: {kind}\n    at #{pointer}\n    mend: {}", kind.mend())
    }
}

/// The kinds of problems, with what is special to each case. `Display` is the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    // ---- the file (spec/load.rs) ----
    /// More bytes than are read.
    TooLarge { bytes: usize, limit: usize },
    /// Bytes that are no text.
    NotUtf8,
    /// Not YAML; the message is the parser's.
    Syntax { message: String },
    /// Nothing but white space and comments.
    EmptyFile,
    /// A second document after `---`.
    SecondDocument,
    /// Too many mappings and sequences within each other.
    TooDeep { limit: usize },
    /// Too many nodes after aliases were replaced.
    TooManyNodes { limit: usize },
    /// The same key twice in one mapping.
    DuplicateKey { key: String },
    /// A key that YAML reads as a number, a boolean or null.
    KeyNotText { key: String },
    /// A mapping, a sequence or an alias as a key.
    KeyNotScalar,
    /// `<<`
    MergeKey,
    /// `!!str` and the like.
    Tag { tag: String },
    /// An alias within what its anchor names.
    AliasInsideItself,
    /// NaN, infinity, or an integer beyond 64 bits.
    NumberOutOfRange { text: String },
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => write!(f, "the file has {bytes} bytes, more than {limit}"),
            Self::NotUtf8 => f.write_str("not UTF-8 from here on"),
            Self::Syntax { message } => write!(f, "not YAML: {message}"),
            Self::EmptyFile => f.write_str("the file holds no document"),
            Self::SecondDocument => f.write_str("a second document begins"),
            Self::TooDeep { limit } => write!(f, "nested deeper than {limit} levels"),
            Self::TooManyNodes { limit } => write!(f, "more than {limit} nodes, aliases replaced"),
            Self::DuplicateKey { key } => write!(f, "the key `{key}` stands twice"),
            Self::KeyNotText { key } => write!(f, "the key `{key}` is not a text"),
            Self::KeyNotScalar => f.write_str("a key that is not a plain text"),
            Self::MergeKey => f.write_str("`<<` is not part of YAML 1.2"),
            Self::Tag { tag } => write!(f, "the tag `{tag}`: tags are not read here"),
            Self::AliasInsideItself => f.write_str("an alias within the node that its anchor names"),
            Self::NumberOutOfRange { text } => write!(f, "the number `{text}` cannot be held"),
        }
    }
}

impl ProblemKind {
    /// What to do about it.
    pub(crate) fn mend(&self) -> String {
        match self {
            Self::TooLarge { .. } => "take out what no operation needs".into(),
            Self::NotUtf8 => "save the file as UTF-8".into(),
            Self::Syntax { .. } => "correct the YAML; the fault may stand a line earlier".into(),
            Self::EmptyFile => "write the fragment, or restore it from version control".into(),
            Self::SecondDocument => "keep one document: take out `---` and what does not belong".into(),
            Self::TooDeep { .. } => "give the inner schemas names of their own in components".into(),
            Self::TooManyNodes { .. } => "use `$ref` in place of aliases".into(),
            Self::DuplicateKey { .. } => "take one of the two out".into(),
            Self::KeyNotText { key } => format!("quote it: '{key}'"),
            Self::KeyNotScalar => "write the key as a text".into(),
            Self::MergeKey => "write the members out, or give the whole node an alias or a `$ref`".into(),
            Self::Tag { .. } => "take the tag out; quote a value that shall be a text".into(),
            Self::AliasInsideItself => "use `$ref` for a type that contains itself".into(),
            Self::NumberOutOfRange { .. } => "use a number of 64 bits, or quote it if it is a text".into(),
        }
    }
}
