//! Text of documents in a form that messages and reports may print.

use std::borrow::Cow;

/// Longer texts are cut: a name in a document may have megabytes.
const MAX_CHARACTERS: usize = 500;

/// The start of a workflow command of GitHub Actions at the start of a line, and escaped.
const COMMAND: [&str; 2] = ["::", r"\u{3a}:"];

/// The older form, which is recognized anywhere in a line.
const OLD_COMMAND: [&str; 2] = ["##[", r"##\u{5b}"];

/// The text as one line that is safe to print in a terminal and in the log of a workflow.
///
/// Characters that are not printable are escaped, such as `\u{1b}` and `\n`: control characters, line separators, and
/// those that are invisible or change the direction of the text. Of a text with more than 500 characters, the first 500
/// are kept, followed by `…`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => Cow::Owned(format!("{}…", escaped(&text[..end]))),
        None => escaped(text),
    }
}

/// A message of several lines in the same form. Lines are not cut.
#[must_use]
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(escaped).collect();
    lines.join("\n")
}

fn escaped(text: &str) -> Cow<'_, str> {
    let is_ascii = || text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let has_command = |text: &str| text.trim_start().starts_with(COMMAND[0]) || text.contains(OLD_COMMAND[0]);
    if is_ascii() && !has_command(text) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match is_printable(character) {
            true => line.push(character),
            false => line.extend(character.escape_debug()),
        }
    }
    if has_command(&line) {
        line = line.replace(OLD_COMMAND[0], OLD_COMMAND[1]);
        let start = line.len() - line.trim_start().len();
        if line[start..].starts_with(COMMAND[0]) {
            line.replace_range(start..start + COMMAND[0].len(), COMMAND[1]);
        }
    }
    Cow::Owned(line)
}

/// Whether a character is visible, a space or a mark on the character before it.
#[must_use]
pub fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        _ if character.is_ascii() => false,
        // After another character, `escape_debug` keeps combining marks.
        other => String::from_iter(['a', other]).escape_debug().nth(1) == Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_text_is_kept() {
        for text in ["", "a b", "{\"a\": 'b\\'}", "e\u{301}tat → größe", "漢字 हिन्दी", "##", "[#", "a::b ::c"]
        {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn other_characters_are_escaped() {
        for (text, expected) in [
            ("a\nb\r\tc", r"a\nb\r\tc"),
            ("\u{1b}[2J\u{7}\u{7f}", r"\u{1b}[2J\u{7}\u{7f}"),
            ("\u{9b}2J\u{85}", r"\u{9b}2J\u{85}"),
            ("\u{2028}\u{2029}\u{feff}", r"\u{2028}\u{2029}\u{feff}"),
            ("a\u{202e}b\u{2066}\u{200b}", r"a\u{202e}b\u{2066}\u{200b}"),
            ("a ##[error]b", r"a ##\u{5b}error]b"),
            ("###[a", r"###\u{5b}a"),
            ("::error::a::", r"\u{3a}:error::a::"),
            (" ::a", r" \u{3a}:a"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let (long, wide) = ("x".repeat(1_000_000), "漢".repeat(501));
        assert_eq!(printable(&long), format!("{}…", "x".repeat(500)));
        assert_eq!(printable(&wide), format!("{}…", "漢".repeat(500)));
        assert_eq!(printable(&wide[3..]), "漢".repeat(500));
    }

    #[test]
    fn lines_stay_lines() {
        let long = "x".repeat(1_000);
        assert_eq!(
            printable_lines(&format!("a\u{1b}\n  ::b\n{long}")),
            format!("a\\u{{1b}}\n  \\u{{3a}}:b\n{long}")
        );
    }
}
