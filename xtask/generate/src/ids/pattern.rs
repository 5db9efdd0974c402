//! Reads the patterns that can be checked without a regular expression: a sequence of texts and sets of characters.
//!
//! Other patterns are not checked: the server checks them, and a copy of its rule may be stricter than the rule itself.

use std::fmt;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Exactly this text.
    Text(String),
    /// Between a minimum and a maximum of characters in these ranges. `None` is any number.
    Chars(Vec<(char, char)>, usize, Option<usize>),
}

impl Part {
    fn is_variable(&self) -> bool {
        matches!(self, Self::Chars(_, minimum, maximum) if Some(*minimum) != *maximum)
    }

    /// Whether a character can be part of both.
    fn overlaps(&self, next: &Self) -> bool {
        let ranges = |part: &Self| match part {
            Self::Text(text) => text.chars().next().map(|first| (first, first)).into_iter().collect(),
            Self::Chars(ranges, ..) => ranges.clone(),
        };
        let next = ranges(next);
        ranges(self).iter().any(|(first, last)| next.iter().any(|(from, to)| first <= to && from <= last))
    }
}

/// As an expression of the generated code.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Part::Text({text:?})"),
            Self::Chars(ranges, minimum, maximum) => {
                let maximum = maximum.map_or("usize::MAX".to_owned(), |maximum| maximum.to_string());
                write!(f, "Part::Chars(&{ranges:?}, {minimum}, {maximum})")
            }
        }
    }
}

/// The parts of the pattern; `None` if it cannot be checked.
pub(super) fn parse(pattern: &str) -> Option<Vec<Part>> {
    let whole = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let inner = whole.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(whole);
    let mut reader = Reader { rest: inner };
    let mut parts: Vec<Part> = Vec::new();
    while !reader.rest.is_empty() {
        let ranges = reader.set()?;
        let (minimum, maximum) = reader.quantifier()?;
        let part = match (&ranges[..], (minimum, maximum), parts.last_mut()) {
            ([(first, last)], (1, Some(1)), Some(Part::Text(text))) if first == last => {
                text.push(*first);
                continue;
            }
            ([(first, last)], (1, Some(1)), _) if first == last => Part::Text(first.to_string()),
            _ => Part::Chars(ranges, minimum, maximum),
        };
        parts.push(part);
    }
    // Each part takes as many characters as it can, so those that follow must not need them.
    let is_ambiguous =
        |(index, part): (usize, &Part)| part.is_variable() && takes_from_others(part, &parts[index + 1..]);
    (!parts.is_empty() && !parts.iter().enumerate().any(is_ambiguous)).then_some(parts)
}

/// Whether one of the parts behind a part can begin with a character that it takes.
fn takes_from_others(part: &Part, behind: &[Part]) -> bool {
    for next in behind {
        if part.overlaps(next) {
            return true;
        }
        // A part that may be empty leads to the one behind it.
        if !matches!(next, Part::Chars(_, 0, _)) {
            return false;
        }
    }
    false
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    fn next_if(&mut self, expected: char) -> bool {
        let Some(rest) = self.rest.strip_prefix(expected) else { return false };
        self.rest = rest;
        true
    }

    /// A character or a set of characters.
    fn set(&mut self) -> Option<Vec<(char, char)>> {
        match self.next()? {
            '[' => self.class(),
            '\\' => escaped(self.next()?),
            '.' | '^' | '$' | '|' | '(' | ')' | '{' | '}' | ']' | '*' | '+' | '?' => None,
            literal => Some(vec![(literal, literal)]),
        }
    }

    fn class(&mut self) -> Option<Vec<(char, char)>> {
        let mut ranges = Vec::new();
        if self.rest.starts_with('^') {
            return None;
        }
        loop {
            let first = match self.next()? {
                ']' => return (!ranges.is_empty()).then_some(ranges),
                '\\' => match escaped(self.next()?)?.as_slice() {
                    [(first, last)] if first == last => *first,
                    several => {
                        ranges.extend_from_slice(several);
                        continue;
                    }
                },
                first => first,
            };
            let last = match self.rest.strip_prefix('-') {
                Some(rest) if !rest.starts_with(']') => {
                    self.rest = rest;
                    match self.next()? {
                        '\\' => return None,
                        last => last,
                    }
                }
                _ => first,
            };
            ranges.push((first, last));
        }
    }

    /// The minimum and the maximum; `None` if the quantifier is not one of those that can be checked.
    fn quantifier(&mut self) -> Option<(usize, Option<usize>)> {
        let counts = if self.next_if('*') {
            (0, None)
        } else if self.next_if('+') {
            (1, None)
        } else if self.next_if('?') {
            (0, Some(1))
        } else if self.next_if('{') {
            let (counts, rest) = self.rest.split_once('}')?;
            self.rest = rest;
            match counts.split_once(',') {
                None => (counts.parse().ok()?, Some(counts.parse().ok()?)),
                Some((minimum, "")) => (minimum.parse().ok()?, None),
                Some((minimum, maximum)) => (minimum.parse().ok()?, Some(maximum.parse().ok()?)),
            }
        } else {
            return Some((1, Some(1)));
        };
        // A second quantifier makes the first one lazy or possessive.
        (!self.rest.starts_with(['*', '+', '?', '{'])).then_some(counts)
    }
}

/// The characters of an escape sequence.
fn escaped(character: char) -> Option<Vec<(char, char)>> {
    match character {
        'd' => Some(vec![('0', '9')]),
        'w' => Some(vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]),
        punctuation if punctuation.is_ascii_punctuation() => Some(vec![(punctuation, punctuation)]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_read() {
        let printed = |pattern: &str| {
            let parts = parse(pattern).unwrap_or_else(|| panic!("{pattern}"));
            parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        for (pattern, expected) in [
            (
                "^[a-z][a-z-]*$",
                "Part::Chars(&[('a', 'z')], 1, 1) Part::Chars(&[('a', 'z'), ('-', '-')], 0, usize::MAX)",
            ),
            ("^k_id_[a-f\\d]{24}$", "Part::Text(\"k_id_\") Part::Chars(&[('a', 'f'), ('0', '9')], 24, 24)"),
            ("^([A-F0-9]{2,64})$", "Part::Chars(&[('A', 'F'), ('0', '9')], 2, 64)"),
            (
                "^[0-9]{4}-[0-9]{1,}$",
                "Part::Chars(&[('0', '9')], 4, 4) Part::Text(\"-\") Part::Chars(&[('0', '9')], 1, usize::MAX)",
            ),
            (
                "^a\\.b?\\-c+$",
                "Part::Text(\"a.\") Part::Chars(&[('b', 'b')], 0, 1) Part::Text(\"-\") Part::Chars(&[('c', 'c')], 1, usize::MAX)",
            ),
        ] {
            assert_eq!(printed(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn other_patterns_are_not_checked() {
        for pattern in [
            "",
            "^$",
            "abc",
            "^abc",
            "abc$",
            "^a|b$",
            "^(a|b)$",
            "^(a)(b)$",
            "^a.c$",
            "^[^a]$",
            "^a(b)?$",
            "^[a-z]*?$",
            "^\\bfoo$",
            "^[a-\\d]$",
            "^[a$",
            "^a{x}$",
            "^\\u0041$",
            // The first part would take what the next one needs.
            "^[a-z]*z$",
            "^[a-z]*-?[a-z]$",
            "^[a-z]{1,3}[a-z0-9]*$",
        ] {
            assert_eq!(parse(pattern), None, "{pattern}");
        }
    }
}
