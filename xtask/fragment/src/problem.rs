//! What can be wrong with a fragment.
//!
//! A problem is its kind, the data of the kind, and its place. The message and the mend are derived from the kind,
//! so that they cannot say different things.

mod mend;
mod message;

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
        let Self { path, position, pointer, kind } = self;
        write!(f, "{path}:{position}: {kind}\n    at #{pointer}\n    mend: {}", kind.mend())
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

    // ---- keys and shapes (spec/lint/keys.rs) ----
    /// `openapi` names another version.
    NotOpenApi30 { found: String },
    /// A key that is needed, or one with an empty text.
    MissingKey { key: &'static str },
    /// A key that is not read here: misspelt, or without effect.
    UnknownKey { key: String, known: Vec<&'static str> },
    /// A value of another type than its key holds.
    WrongType { expected: &'static str, found: &'static str },
    /// A key of `responses` that is not a status.
    NotAStatus { found: String },

    // ---- references (spec/lint/refs.rs) ----
    /// A `$ref` to another file or another place than a component.
    RefNotLocal { target: String },
    /// A `$ref` into the wrong section of the components.
    RefToWrongSection { target: String, expected: &'static str },
    /// A `$ref` to a component that does not exist.
    RefNowhere { target: String },
    /// Keys beside a `$ref`, which nobody reads.
    RefWithSiblings { siblings: Vec<String> },
    /// References in a circle, or too many in a row.
    RefEndless { target: String },
    /// Schemas that are made of each other through `allOf` or `oneOf`.
    InheritanceCycle { names: Vec<String> },
    /// A component that nothing uses.
    Unused { name: String },
    /// A replacement that is configured for a schema that does not exist.
    ReplacementWithoutSchema { name: String },

    // ---- names (spec/lint/names.rs) ----
    /// A name that cannot be made an identifier.
    BadName { what: Named, name: String },
    /// Two names that are one after renaming.
    NamesCollide { what: Named, name: String, other: String, renamed: String },
    /// A name that generated code uses itself.
    ReservedName { what: Named, name: String },
    /// `_id` and `id` in one object.
    IdBesideUnderscoreId,

    // ---- operations and parameters (spec/lint/operations.rs, parameters.rs, paths.rs) ----
    /// The wrapper has no method for the operation.
    NotExposed { operation: String },
    /// The wrapper's method is not found under a published name of the operation. `place` is the method's.
    NotFoundUnder { alias: String, method: String, place: String },
    /// A tag that the document's list does not have.
    UndefinedTag { name: String },
    /// A tag that stands twice in one list.
    TagTwice { name: String },
    /// A path that is not made of plain segments and whole variables.
    MalformedPath { reason: &'static str },
    /// Two paths that match the same requests.
    SamePath { other: String },
    /// A variable of the path that no parameter describes.
    VariableWithoutParameter { variable: String },
    /// A path parameter that is not in the path.
    ParameterWithoutVariable { name: String },
    /// The same name in the same place twice.
    ParameterTwice { name: String },
    /// A path parameter without `required: true`.
    PathParameterOptional { name: String },
    /// A path parameter whose schema is not a validated id.
    PathParameterNotId { name: String },
    /// A parameter in a header, a cookie or elsewhere.
    ParameterPlace { found: String },
    /// A parameter with `content` or `style`.
    ParameterEncoding { key: &'static str },
    /// A parameter that may be null.
    ParameterNullable { name: String },
    /// A secret in the path or the query.
    SecretInAddress { name: String },
    /// A query parameter that is neither a plain text, a whole number, a boolean nor an id.
    ParameterSchema { found: String },

    // ---- bodies and versions (spec/lint/bodies.rs, versions.rs) ----
    /// A media type without a schema.
    MediaTypeWithoutSchema { media_type: String },
    /// A media type that is neither JSON nor a version of it.
    BadMediaType { found: String },
    /// No 2xx among the responses.
    NoSuccess,
    /// Successes of one operation that are not of one type.
    UnlikeSuccesses { other: String },
    /// A success that belongs to no version.
    ReplyWithoutVersion,
    /// `x-empty-versions` beside a body.
    EmptyVersionsBesideContent,
    /// A version of the request that no reply has.
    RequestVersionWithoutReply { version: String },
    /// A text that is not a day of the calendar.
    BadDate { found: String },
    /// A sunset not after the version's own date.
    SunsetBeforeVersion { sunset: String, version: String },
    /// Another end of a version than an earlier part of the same operation gives it.
    UnlikeSunsets { version: String, sunset: Option<String>, other: Option<String>, part: String },
    /// A request that carries what may not be written.
    ReadOnlyInRequest { name: String },

    // ---- schemas (spec/lint/schemas.rs, values.rs, secrets.rs, secret_values.rs) ----
    /// A type that needs a name and has none.
    Inline { what: Inlined },
    /// `anyOf`
    AnyOf,
    /// `oneOf` where the type is not written by hand.
    OneOf,
    /// `allOf` of several schemas where the type is not written by hand.
    Merge,
    /// A `type` that does not exist.
    BadType { found: String },
    /// A key that says nothing about a value of this type.
    KeyWithoutEffect { key: String, of: String },
    /// A name in `required` that is no property.
    RequiredWithoutProperty { name: String },
    /// An `enum` without values.
    EmptyEnum,
    /// An `enum` of something else than texts.
    EnumNotTexts,
    /// A `pattern` that is no regular expression.
    BadPattern { message: String },
    /// Bounds that nothing fits between.
    NothingFits { least: &'static str, most: &'static str },
    /// A `default` or an `example` that its own schema refuses.
    DoesNotFit { key: &'static str, reason: String },
    /// A name that sounds like a secret, and a schema that does not say so.
    SecretWithoutFormat { name: String },
    /// A value in the place of a secret. It is not kept here, so that nothing can print it.
    SecretValue { key: &'static str },

    // ---- security (spec/lint/security.rs) ----
    /// A security requirement that no scheme defines.
    UndefinedSecurity { name: String },
    /// A way to authenticate that the client does not have.
    UnknownSecurityScheme { found: String },
    /// An address that is not `https://`.
    InsecureUrl { url: String },
}

/// What bears a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    Operation,
    Component,
    Property,
    Parameter,
    EnumValue,
}

/// What must be a component of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inlined {
    Object,
    Enum,
}
