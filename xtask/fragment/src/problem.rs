//! Problems of a document: a rule, the values of its placeholders, and a position.
//!
//! A [`Rule`] contains its message and its help; the file that checks the rule defines it. A [`Violation`] adds the
//! values for the placeholders, and a [`Problem`] adds the position.

use std::fmt::{self, Write as _};

use super::{Position, printable};

/// The maximum number of reported problems, and of the bytes of their texts. More are of no use, and a hostile file
/// must not exhaust the memory: each problem may have a pointer of megabytes.
const MAX_PROBLEMS: usize = 1000;
const MAX_BYTES: usize = 1 << 20;

/// A rule for documents, with its texts.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The unique id of the rule.
    pub id: &'static str,
    /// The description of the problem. `{name}` is a placeholder for the value of this name.
    pub message: &'static str,
    /// How to fix the problem, with the same placeholders.
    pub help: &'static str,
}

impl Rule {
    /// Creates a violation of the rule. `values` are the values of the placeholders in message and help.
    #[must_use]
    pub fn violation(&'static self, values: &[(&'static str, &dyn fmt::Display)]) -> Violation {
        Violation {
            rule: self,
            values: values.iter().map(|(name, value)| (*name, value.to_string())).collect(),
        }
    }
}

/// A violated rule with the values of its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static Rule,
    /// The names and the values of the placeholders.
    pub values: Vec<(&'static str, String)>,
}

impl Violation {
    /// The description of the problem.
    #[must_use]
    pub fn message(&self) -> String {
        self.fill(self.rule.message)
    }

    /// How to fix the problem.
    #[must_use]
    pub fn help(&self) -> String {
        self.fill(self.rule.help)
    }

    /// Replaces the placeholders of the text. Braces around anything else are kept.
    fn fill(&self, text: &'static str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let value = self.values.iter().find_map(|(name, value)| {
                let rest = after.strip_prefix(name)?.strip_prefix('}')?;
                Some((value, rest))
            });
            match value {
                Some((value, after)) => {
                    filled.push_str(&printable(value));
                    rest = after;
                }
                None => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// A problem with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file.
    pub path: String,
    /// The position of the node.
    pub position: Position,
    /// The JSON pointer of the node.
    pub pointer: String,
    /// The violated rule.
    pub violation: Violation,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, position, pointer, violation } = self;
        let (path, pointer) = (printable(path), printable(pointer));
        let (message, help) = (violation.message(), violation.help());
        write!(f, "{path}:{position}: {message}\n    at #{pointer}\n    help: {help}")
    }
}

/// The problems that were found, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    problems: Vec<Problem>,
    bytes: usize,
}

impl Problems {
    pub(crate) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Whether further problems are dropped.
    pub(crate) fn is_full(&self) -> bool {
        self.problems.len() >= MAX_PROBLEMS || self.bytes >= MAX_BYTES
    }

    pub(crate) fn push(&mut self, problem: Problem) {
        if !self.is_full() {
            let values = problem.violation.values.iter().map(|(_, value)| value.len());
            self.bytes += problem.pointer.len() + values.sum::<usize>();
            self.problems.push(problem);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.problems
    }
}

/// The names in backticks, separated by commas.
pub(crate) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut text = String::new();
    for name in names {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a `String` does not fail.
        _ = write!(text, "{comma}`{name}`");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: Rule = Rule { id: "rule", message: "`{name}` in /a/{b} is {name}", help: "write {other}" };

    #[test]
    fn values_replace_placeholders() {
        let violation = RULE.violation(&[("name", &"{other}"), ("other", &3)]);
        assert_eq!(violation.message(), "`{other}` in /a/{b} is {other}");
        assert_eq!(violation.help(), "write 3");
    }

    #[test]
    fn a_problem_contains_no_control_characters_of_the_document() {
        let problem = Problem {
            path: "a\nb.yaml".to_owned(),
            position: Position::START,
            pointer: "/a\u{1b}[2J".to_owned(),
            violation: RULE.violation(&[("name", &"x\n::error::y"), ("other", &"\u{202e}z")]),
        };
        let lines = [
            r"a\nb.yaml:1:1: `x\n::error::y` in /a/{b} is x\n::error::y",
            r"    at #/a\u{1b}[2J",
            r"    help: write \u{202e}z",
        ];
        assert_eq!(problem.to_string(), lines.join("\n"));
    }

    #[test]
    fn names_are_quoted_and_separated() {
        assert_eq!(quoted(["a", "b"]), "`a`, `b`");
        assert_eq!(quoted([]), "");
    }
}
