//! What an edit means over HTTP, as a table.
//!
//! A request may only loosen, a reply may only tighten: what a client could send before, it must still be able to
//! send; what it reads, it must have been able to read before. The table holds pairs of changes that undo each other,
//! each with the level it has in each direction, the reason, and an example that is its test. The engine finds
//! changes and knows no levels; this table knows levels and finds nothing.

mod callbacks;
mod change;
mod document;
mod explain;
mod extensions;
mod operations;
mod properties;
mod replies;
mod requests;
mod schemas;
mod security;
#[cfg(test)]
mod tests;

pub use change::Change;
pub use explain::{explain, ids};

use schemars::JsonSchema;
use serde::Serialize;

use super::Direction;

/// What an edit means over HTTP, from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing changes on the wire.
    None,
    /// There is more than before; clients go on as they are.
    Additive,
    /// Some clients may notice.
    Risky,
    /// A client that was right is wrong now.
    Breaking,
}

impl Level {
    /// From harmful to harmless, as reports list them.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Risky, Self::Additive, Self::None];

    /// As it is written in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "no effect",
            Self::Additive => "additive",
            Self::Risky => "risky",
            Self::Breaking => "breaking",
        }
    }
}

/// Two changes that undo each other; or one that undoes itself.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) first: Half,
    pub(crate) second: Option<Half>,
    /// Its test: the first change leads from the base to the revision, the second one back.
    pub(crate) example: Example,
    /// Why request and reply do not mirror each other, where they do not.
    pub(crate) waiver: Option<&'static str>,
}

/// One change, and what it means in each direction that it can have.
#[derive(Debug)]
pub(crate) struct Half {
    pub(crate) change: Change,
    /// The rule's id, without the direction.
    pub(crate) id: &'static str,
    /// What happened, as a reviewer would say it.
    pub(crate) title: &'static str,
    pub(crate) says: &'static [Says],
}

/// The verdict in one direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Says {
    pub(crate) direction: Direction,
    pub(crate) level: Level,
    pub(crate) reason: &'static str,
}

/// A pair of snippets, and where in a small document they stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    pub(crate) holder: Holder,
    pub(crate) base: &'static str,
    pub(crate) revision: &'static str,
}

/// What a snippet is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Keys of the document.
    Document,
    /// The whole of `components`.
    Components,
    /// A path and what it holds.
    Path,
    /// Keys of an operation.
    Operation,
    /// Keys of a parameter.
    Parameter,
    /// The `requestBody` of an operation, as a key with its value.
    RequestBody,
    /// The responses of an operation.
    Responses,
    /// Keys of a response.
    Response,
    /// Keys of a media type that a request and its reply have.
    MediaType,
    /// A schema that a request and its reply are made of.
    Schema,
}

const TABLES: &[&[Pair]] = &[
    document::PAIRS,
    operations::PAIRS,
    callbacks::PAIRS,
    security::PAIRS,
    requests::PAIRS,
    replies::PAIRS,
    properties::PAIRS,
    schemas::PAIRS,
    extensions::PAIRS,
];

/// All pairs.
pub(crate) fn pairs() -> impl Iterator<Item = &'static Pair> {
    TABLES.iter().copied().flatten()
}

/// All changes.
pub(crate) fn halves() -> impl Iterator<Item = &'static Half> {
    pairs().flat_map(|pair| [Some(&pair.first), pair.second.as_ref()]).flatten()
}

/// What the table says of a change. A test holds every change to having exactly one place in the table.
pub(crate) fn half(change: Change) -> Option<&'static Half> {
    halves().find(|half| half.change == change)
}

impl Change {
    /// The id of its rule, without the direction.
    #[must_use]
    pub fn id(self) -> &'static str {
        half(self).map_or("", |half| half.id)
    }
}

impl Half {
    /// The rule's id in one direction.
    pub(crate) fn rule(&self, direction: Direction) -> String {
        match direction {
            Direction::Call => self.id.to_owned(),
            Direction::Request => format!("request-{}", self.id),
            Direction::Reply => format!("reply-{}", self.id),
        }
    }
}

// ---- the words of the table ----

const fn call(level: Level, reason: &'static str) -> Says {
    Says { direction: Direction::Call, level, reason }
}

const fn request(level: Level, reason: &'static str) -> Says {
    Says { direction: Direction::Request, level, reason }
}

const fn reply(level: Level, reason: &'static str) -> Says {
    Says { direction: Direction::Reply, level, reason }
}

const fn half_of(change: Change, id: &'static str, title: &'static str, says: &'static [Says]) -> Half {
    Half { change, id, title, says }
}

const fn pair(first: Half, second: Half, example: Example) -> Pair {
    Pair { first, second: Some(second), example, waiver: None }
}

const fn alone(first: Half, example: Example) -> Pair {
    Pair { first, second: None, example, waiver: None }
}

const fn waived(pair: Pair, why: &'static str) -> Pair {
    Pair { waiver: Some(why), ..pair }
}

const fn example(holder: Holder, base: &'static str, revision: &'static str) -> Example {
    Example { holder, base, revision }
}

/// Fewer values are right than before.
const NARROWER: &[Says] = &[
    request(Level::Breaking, "The server refuses what it took before."),
    reply(Level::Additive, "Whatever comes could have come before."),
];

/// More values are right than before.
const WIDER: &[Says] = &[
    request(Level::Additive, "The server still takes what it took before."),
    reply(Level::Breaking, "What comes may be something that no client was written for."),
];

/// Neither side holds the other.
const OTHER: &[Says] = &[
    request(Level::Breaking, "The server refuses what it took before."),
    reply(Level::Breaking, "What comes is something that no client was written for."),
];

/// It cannot be told by rule whether anybody notices.
const UNSURE: &[Says] = &[
    request(Level::Risky, "Whether the server still takes what it took before, only its makers know."),
    reply(Level::Risky, "Whether a client can still read what comes depends on the client."),
];

/// Why what comes is harmless in a reply and what goes is not in a request.
const STRICT_SERVER: &str = "Atlas refuses a request that has what it does not know, while clients pass over what \
                             they do not know in what they get.";

const HARMLESS: &[Says] = &[call(Level::None, "It is not seen on the wire.")];
