//! The table of rules: what each change means over HTTP.
//!
//! A request may only become less strict and a response may only become stricter: a client must still be able to send
//! what it could send before, and must already be able to read what it receives now. Each entry of the table holds a
//! change and the change that reverses it, with a level and a reason for each direction, and an example that is also its
//! test. The comparison finds changes and contains no levels; the table contains the levels and finds nothing.

mod callbacks;
mod change;
mod composition;
mod document;
mod explain;
mod extensions;
mod objects;
mod operations;
mod properties;
mod requests;
mod responses;
mod security;
#[cfg(test)]
mod tests;
mod types;
mod values;

pub use change::Change;
pub use explain::{explain, ids};

use schemars::JsonSchema;
use serde::Serialize;

use super::Direction;

/// What an edit means over HTTP, from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing changes over HTTP.
    None,
    /// Something was added; existing clients are unaffected.
    Additive,
    /// Some clients may be affected.
    Risky,
    /// A correct client can stop working.
    Breaking,
}

impl Level {
    /// From harmful to harmless, the order of reports.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Risky, Self::Additive, Self::None];

    /// The name in reports.
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

/// The rule of a change and the rule of the change that reverses it.
#[derive(Debug)]
pub(crate) struct RulePair {
    pub(crate) first: Rule,
    /// The reverse of the first change; none where the first change is its own reverse.
    pub(crate) second: Option<Rule>,
    /// From base to revision, this is the first change; from revision to base, the second one.
    pub(crate) example: Example,
    /// Why the effect on requests does not mirror the effect on responses, where it does not.
    pub(crate) asymmetry: Option<&'static str>,
}

/// One change and its effect in each direction that it can have.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) change: Change,
    /// The id of the rule, without the direction.
    pub(crate) id: &'static str,
    /// The change in a few words.
    pub(crate) title: &'static str,
    pub(crate) effects: &'static [Effect],
    /// Whether the change takes away a part of the contract, or its name or address. Where the part is deprecated, such a
    /// change is risky instead of breaking.
    pub(crate) is_removal: bool,
}

/// What a change means in one direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effect {
    pub(crate) direction: Direction,
    pub(crate) level: Level,
    pub(crate) reason: &'static str,
}

/// Two snippets, and where they are put in a small document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    pub(crate) holder: Holder,
    pub(crate) base: &'static str,
    pub(crate) revision: &'static str,
}

/// The node that a snippet is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Keys of the document.
    Document,
    /// The whole of `components`.
    Components,
    /// A path with its operations.
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
    /// Keys of a media type that both the request and the response use.
    MediaType,
    /// A schema that both the request and the response use.
    Schema,
}

const TABLES: &[&[RulePair]] = &[
    document::PAIRS,
    operations::PAIRS,
    callbacks::PAIRS,
    security::PAIRS,
    requests::PAIRS,
    responses::PAIRS,
    properties::PAIRS,
    types::PAIRS,
    values::PAIRS,
    objects::PAIRS,
    composition::PAIRS,
    extensions::PAIRS,
];

/// All pairs of rules.
pub(crate) fn pairs() -> impl Iterator<Item = &'static RulePair> {
    TABLES.iter().copied().flatten()
}

/// All rules.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    pairs().flat_map(|pair| [Some(&pair.first), pair.second.as_ref()]).flatten()
}

/// The rule of a change. A test ensures that every change has exactly one.
pub(crate) fn rule_of(change: Change) -> Option<&'static Rule> {
    rules().find(|rule| rule.change == change)
}

impl Change {
    /// The id of its rule, without the direction.
    #[must_use]
    pub fn id(self) -> &'static str {
        rule_of(self).map_or("", |rule| rule.id)
    }
}

impl Rule {
    /// The id of the rule in one direction.
    pub(crate) fn id_in(&self, direction: Direction) -> String {
        match direction {
            Direction::Call => self.id.to_owned(),
            Direction::Request => format!("request-{}", self.id),
            Direction::Response => format!("response-{}", self.id),
        }
    }

    /// The ids of the rule in all directions that it has.
    pub(crate) fn ids(&self) -> impl Iterator<Item = String> {
        self.effects.iter().map(|effect| self.id_in(effect.direction))
    }

    /// The effect of the change in one direction.
    pub(crate) fn effect(&self, direction: Direction) -> Option<&'static Effect> {
        self.effects.iter().find(|effect| effect.direction == direction)
    }
}

// ---- constructors for the table ----

const fn call(level: Level, reason: &'static str) -> Effect {
    Effect { direction: Direction::Call, level, reason }
}

const fn request(level: Level, reason: &'static str) -> Effect {
    Effect { direction: Direction::Request, level, reason }
}

const fn response(level: Level, reason: &'static str) -> Effect {
    Effect { direction: Direction::Response, level, reason }
}

const fn rule(change: Change, id: &'static str, title: &'static str, effects: &'static [Effect]) -> Rule {
    Rule { change, id, title, effects, is_removal: false }
}

/// A change that takes away a part of the contract, or its name or address.
const fn removal(change: Change, id: &'static str, title: &'static str, effects: &'static [Effect]) -> Rule {
    Rule { is_removal: true, ..rule(change, id, title, effects) }
}

const fn pair(first: Rule, second: Rule, example: Example) -> RulePair {
    RulePair { first, second: Some(second), example, asymmetry: None }
}

/// A change that is its own reverse.
const fn single(rule: Rule, example: Example) -> RulePair {
    RulePair { first: rule, second: None, example, asymmetry: None }
}

/// A pair whose effect on requests does not mirror its effect on responses.
const fn asymmetric(pair: RulePair, reason: &'static str) -> RulePair {
    RulePair { asymmetry: Some(reason), ..pair }
}

const fn example(holder: Holder, base: &'static str, revision: &'static str) -> Example {
    Example { holder, base, revision }
}

/// The first rule makes fewer values valid, the second one more.
const fn narrowing(
    first: (Change, &'static str, &'static str),
    second: (Change, &'static str, &'static str),
    base: &'static str,
    revision: &'static str,
) -> RulePair {
    pair(
        rule(first.0, first.1, first.2, NARROWER),
        rule(second.0, second.1, second.2, WIDER),
        example(Holder::Schema, base, revision),
    )
}

/// Fewer values are valid than before.
const NARROWER: &[Effect] = &[
    request(Level::Breaking, "The server rejects values that it accepted before."),
    response(Level::Additive, "Every value that is sent now was possible before."),
];

/// More values are valid than before.
const WIDER: &[Effect] = &[
    request(Level::Additive, "The server still accepts the values that it accepted before."),
    response(Level::Breaking, "Clients may receive a value that was not possible before."),
];

/// The old values do not include the new ones, and the new ones do not include the old ones.
const DIFFERENT: &[Effect] = &[
    request(Level::Breaking, "The server rejects values that it accepted before."),
    response(Level::Breaking, "Clients may receive a value that was not possible before."),
];

/// No rule can decide whether the old values include the new ones.
const UNCERTAIN: &[Effect] = &[
    request(Level::Risky, "The server may reject values that it accepted before."),
    response(Level::Risky, "Clients may receive a value that was not possible before."),
];

/// A value was added to a list of values. The list may grow with the API.
const OPEN_VALUES: &[Effect] = &[
    request(Level::Additive, "The server still accepts the other values."),
    response(Level::Risky, "Clients must handle unknown values, and some do not."),
];

/// A value was removed from a list of values.
const FEWER_VALUES: &[Effect] = &[
    request(Level::Breaking, "The server rejects the value."),
    response(Level::Additive, "Responses no longer contain the value."),
];

/// Why a new value in a response is less harmful than the loss of a value in a request.
const OPEN_ENUMS: &str = "Clients of an evolving API are expected to handle unknown values; servers are not.";

/// Why an addition to a response is harmless and a removal from a request is not.
const STRICT_SERVER: &str = "A strict server rejects a request with unknown content, while clients ignore unknown content of \
                             a response.";

const NO_EFFECT: &[Effect] = &[call(Level::None, "It does not change what is sent over HTTP.")];
