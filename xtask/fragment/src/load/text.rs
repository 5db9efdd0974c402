//! Converts the bytes of a file to the text for the parser, and the parser's positions to positions in the file.

use std::borrow::Cow;

use granit_parser::Marker;

use super::Fatal;
use crate::{Position, Rule};

static TOO_LARGE: Rule = Rule {
    id: "too-large",
    message: "the file has more than {limit} bytes",
    help: "remove everything that no operation uses",
};

static NOT_UTF_8: Rule = Rule { id: "not-utf-8", message: "invalid UTF-8", help: "save the file as UTF-8" };

/// Far more than a hand-written document has.
pub(crate) const MAX_BYTES: usize = 16 << 20;

/// Decodes a file and removes the byte order mark.
pub(super) fn read(bytes: &[u8]) -> Result<&str, Fatal> {
    if bytes.len() > MAX_BYTES {
        return Err((Position::START, TOO_LARGE.violation(&[("limit", &MAX_BYTES)])));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        (end_of(&before), NOT_UTF_8.violation(&[]))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The position after the last character.
fn end_of(text: &str) -> Position {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line, column }
}

/// The text for the parser.
///
/// A flow collection may turn out to be a key (`{a: 1}: b`), so the parser keeps its tokens until the collection ends.
/// A JSON file is one flow collection, and its tokens would take several times the memory of its text. A collection
/// after a document start marker cannot be a key, so this type prepends a marker to such files.
pub(super) struct Text<'a> {
    text: Cow<'a, str>,
    /// The number of characters that were prepended to the first line.
    prepended: usize,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        const DOCUMENT_START: &str = "--- ";
        if text.starts_with(['{', '[']) {
            Self { text: Cow::Owned([DOCUMENT_START, text].concat()), prepended: DOCUMENT_START.len() }
        } else {
            Self { text: Cow::Borrowed(text), prepended: 0 }
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The position in the file.
    pub(super) fn position(&self, marker: &Marker) -> Position {
        let prepended = if marker.line() == 1 { self.prepended } else { 0 };
        Position { line: marker.line(), column: marker.col().saturating_sub(prepended) + 1 }
    }
}
