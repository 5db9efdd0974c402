//! What is wrong with a document: a rule, the values that its text names, and a position.
//!
//! A [`Rule`] holds its message and its help, and stands in the file that checks it. A [`Problem`] adds where the rule is
//! broken.

use std::fmt::{self, Write as _};

use super::Position;

/// After this many problems no more are kept: nobody reads them, and a hostile file must not fill the memory.
pub(crate) const MAX_PROBLEMS: usize = 1000;

/// Something that a document must not do, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Names the rule; no other has the same.
    pub id: &'static str,
    /// What is wrong. `{name}` stands for the value of this name.
    pub message: &'static str,
    /// What to do about it, in the same form.
    pub help: &'static str,
}

impl Rule {
    /// The rule, broken. The values are those that message and help name.
    #[must_use]
    pub fn violation(&'static self, values: &[(&'static str, &dyn fmt::Display)]) -> Violation {
        Violation {
            rule: self,
            values: values.iter().map(|(name, value)| (*name, value.to_string())).collect(),
        }
    }
}

/// A broken rule, and what is special to the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static Rule,
    /// What stands for the names in its texts.
    pub values: Vec<(&'static str, String)>,
}

impl Violation {
    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> String {
        self.fill(self.rule.message)
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        self.fill(self.rule.help)
    }

    /// The text with the values in place of their names. Braces around anything else stay.
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
                Some((value, behind)) => {
                    filled.push_str(value);
                    rest = behind;
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

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What the file is called.
    pub path: String,
    /// Where the node is.
    pub position: Position,
    /// The JSON pointer of the node.
    pub pointer: String,
    /// What is wrong.
    pub violation: Violation,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, position, pointer, violation } = self;
        let (message, help) = (violation.message(), violation.help());
        write!(f, "{path}:{position}: {message}\n    at #{pointer}\n    help: {help}")
    }
}

/// The names in backticks, with commas between them.
pub(crate) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut text = String::new();
    for name in names {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a text does not fail.
        _ = write!(text, "{comma}`{name}`");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: Rule = Rule { id: "rule", message: "`{name}` in /a/{b} is {name}", help: "write {other}" };

    #[test]
    fn values_replace_their_names() {
        let violation = RULE.violation(&[("name", &"{other}"), ("other", &3)]);
        assert_eq!(violation.message(), "`{other}` in /a/{b} is {other}");
        assert_eq!(violation.help(), "write 3");
    }

    #[test]
    fn lists_names() {
        assert_eq!(quoted(["a", "b"]), "`a`, `b`");
        assert_eq!(quoted([]), "");
    }
}
