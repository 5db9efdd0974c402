//! From the bytes of a file to the text that the parser gets, and from its positions back to those in the file.

use std::borrow::Cow;

use saphyr_parser::Marker;

use super::Fatal;
use crate::{Position, Rule};

static TOO_LARGE: Rule = Rule {
    id: "too-large",
    message: "the file has {bytes} bytes, more than {limit}",
    help: "remove what no operation needs",
};

static NOT_UTF_8: Rule =
    Rule { id: "not-utf-8", message: "not UTF-8 from here on", help: "save the file as UTF-8" };

/// Far more than an API that is described by hand.
pub(super) const MAX_BYTES: usize = 16 << 20;

/// The text of a file, without the mark of its encoding.
pub(super) fn read(bytes: &[u8]) -> Result<&str, Fatal> {
    if bytes.len() > MAX_BYTES {
        return Err((
            Position::START,
            TOO_LARGE.violation(&[("bytes", &bytes.len()), ("limit", &MAX_BYTES)]),
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        (end_of(&before), NOT_UTF_8.violation(&[]))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The position behind the last character.
fn end_of(text: &str) -> Position {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line, column }
}

/// The text as the parser gets it.
///
/// What is in brackets may turn out to be a key (`{a: 1}: b`), and until it ends the parser keeps its tokens. A JSON file
/// is in brackets as a whole: its tokens would take several times the memory of its text. Behind the mark of a document's
/// start nothing can be a key, so such a file gets one.
pub(super) struct Text<'a> {
    text: Cow<'a, str>,
    /// How many characters were put in front of the first line.
    before: usize,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        const MARK: &str = "--- ";
        if text.starts_with(['{', '[']) {
            Self { text: Cow::Owned([MARK, text].concat()), before: MARK.len() }
        } else {
            Self { text: Cow::Borrowed(text), before: 0 }
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The place in the file.
    pub(super) fn position(&self, marker: &Marker) -> Position {
        let before = if marker.line() == 1 { self.before } else { 0 };
        Position { line: marker.line(), column: marker.col().saturating_sub(before) + 1 }
    }
}
