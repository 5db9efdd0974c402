//! Redaction of the server's texts before they become part of an error.
//!
//! The secrets that the call was made with are removed wherever the server repeats them, also in JSON strings and
//! percent-encoded. Other secrets of a response, such as a link-token, have types of their own and never become text
//! here.
//!
//! A secret of one to three characters is too short for that. Single letters occur in every text, and a text without one
//! of them shows which one it is. Only an occurrence that is not a part of a word counts, and the whole text is removed
//! then, because the words around it may show which word is missing.

use serde_json::Value;

/// Longer texts are truncated: an error message should not contain a whole body.
const MAX_TEXT_LENGTH: usize = 500;
/// Shorter secrets, in characters, are not replaced within a text.
const MIN_SECRET_LENGTH: usize = 4;
/// What replaces a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// The text without secrets and without characters that change how a terminal shows it, truncated if it is too long.
pub(crate) fn redacted(text: &str, secrets: &[&str]) -> String {
    let mut text = without_secrets(text, secrets);
    if let Some((cut, _)) = text.char_indices().nth(MAX_TEXT_LENGTH) {
        text.truncate(cut);
        text.push('…');
    }
    printable(&text)
}

/// The text with a space in place of each control character, and of those that are not visible but change the order or
/// the lines in which the text is shown (Unicode Standard Annex 9).
pub(crate) fn printable(text: &str) -> String {
    let changes_layout = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(changes_layout, " ")
}

/// The text with `[redacted]` in place of each of the secrets, in any [form](forms); in place of the whole text if one
/// that is too short stands alone in it.
pub(crate) fn without_secrets(text: &str, secrets: &[&str]) -> String {
    let is_short = |secret: &&&str| secret.chars().nth(MIN_SECRET_LENGTH - 1).is_none();
    if secrets.iter().filter(is_short).any(|secret| stands_alone(text, secret)) {
        return REDACTED.to_owned();
    }
    let secrets: Vec<_> = secrets.iter().filter(|secret| !is_short(secret)).collect();
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // The longest, because a secret may be the start of another one.
        let secret = secrets.iter().filter_map(|secret| length_at_start(rest, secret)).max();
        shown.push_str(if secret.is_some() { REDACTED } else { &rest[..c.len_utf8()] });
        rest = &rest[secret.unwrap_or(c.len_utf8())..];
    }
    shown
}

/// Whether the secret is anywhere in the text without a letter or a digit next to it.
fn stands_alone(text: &str, secret: &str) -> bool {
    text.char_indices().any(|(start, _)| {
        length_at_start(&text[start..], secret).is_some_and(|length| {
            let (before, after) = (text[..start].chars().next_back(), text[start + length..].chars().next());
            ![before, after].into_iter().flatten().any(char::is_alphanumeric)
        })
    })
}

/// The length of the secret at the start of the text, in whatever form it is; `None` if it is not there.
fn length_at_start(text: &str, secret: &str) -> Option<usize> {
    let mut ends = Vec::new();
    for (index, c) in secret.chars().enumerate() {
        if index == 0 {
            ends.extend(forms(text, c));
        } else {
            ends =
                ends.iter().flat_map(|&end| forms(&text[end..], c).map(move |length| end + length)).collect();
            // Several forms may have the same end.
            ends.dedup();
        }
        if ends.is_empty() {
            return None;
        }
    }
    ends.into_iter().max()
}

/// The lengths of the forms of the character with which the text starts: itself, escaped in a JSON string (RFC 8259
/// section 7), and percent-encoded (RFC 3986 section 2.1; in forms, a space is also a plus).
fn forms(text: &str, c: char) -> impl Iterator<Item = usize> {
    let literal = text.starts_with(c).then_some(c.len_utf8());
    let (json, percent) = match text.bytes().next() {
        Some(b'\\') => (json_escape(text, c), None),
        Some(b'%') => (None, percent_encoding(text, c)),
        Some(b'+') if c == ' ' => (None, Some(1)),
        _ => (None, None),
    };
    [literal, json, percent].into_iter().flatten()
}

fn json_escape(text: &str, c: char) -> Option<usize> {
    let short = match c {
        '"' | '\\' | '/' => Some(c),
        '\u{8}' => Some('b'),
        '\t' => Some('t'),
        '\n' => Some('n'),
        '\u{c}' => Some('f'),
        '\r' => Some('r'),
        _ => None,
    };
    if short.is_some_and(|short| text[1..].starts_with(short)) {
        return Some(2);
    }
    let mut length = 0;
    for unit in c.encode_utf16(&mut [0; 2]) {
        let digits = text.get(length..)?.strip_prefix("\\u")?.get(..4)?;
        length += 6;
        if u16::from_str_radix(digits, 16) != Ok(*unit) {
            return None;
        }
    }
    Some(length)
}

fn percent_encoding(text: &str, c: char) -> Option<usize> {
    let mut length = 0;
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let digits = text.get(length..)?.strip_prefix('%')?.get(..2)?;
        length += 3;
        if u8::from_str_radix(digits, 16) != Ok(byte) {
            return None;
        }
    }
    Some(length)
}

/// The value without secrets and control characters in every text, including names.
pub(crate) fn redacted_value(value: &Value, secrets: &[&str]) -> Value {
    let text = |text: &str| printable(&without_secrets(text, secrets));
    match value {
        Value::String(content) => Value::String(text(content)),
        Value::Array(values) => values.iter().map(|value| redacted_value(value, secrets)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (text(name), redacted_value(value, secrets))).collect()
        }
        Value::Number(number) => {
            let number = number.to_string();
            if secrets.contains(&number.as_str()) { text(&number).into() } else { value.clone() }
        }
        Value::Bool(_) | Value::Null => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_and_control_characters_are_removed() {
        assert_eq!(redacted("no \u{1b}[31m hush", &["hush"]), "no  [31m [redacted]");
        assert_eq!(redacted("four of them", &["four", "", "them"]), "[redacted] of [redacted]");
        let value = serde_json::json!(["hush", ["hush"], {"hush": "hush"}, 4711, 7, null]);
        let value = redacted_value(&value, &["hush", "4711"]);
        assert_eq!(
            value,
            serde_json::json!(["[redacted]", ["[redacted]"], {"[redacted]": "[redacted]"}, "[redacted]", 7, null])
        );
    }

    #[test]
    fn secrets_are_removed_in_every_form() {
        let secret = "pl\"an\\t/é +%\u{1f511}";
        let json = serde_json::to_string(secret).unwrap();
        let twice = serde_json::to_string(&json).unwrap();
        for form in [
            secret,
            json.trim_matches('"'),
            r#"pl\"an\\t\/\u00e9 +%\ud83d\udd11"#,
            r"\u0070l\u0022an\\t\u002F\u00E9\u0020+%\uD83D\uDD11",
            "pl%22an%5Ct%2F%C3%A9%20%2B%25%F0%9F%94%91",
            "pl%22an%5ct/%c3%a9+%2b%25%f0%9f%94%91",
            "%70%6C%22%61%6E%5C%74%2F%C3%A9%20%2B%25%F0%9F%94%91",
            // A mixture, as a server writes it that encodes what it has escaped.
            r"pl%22an\\t/\u00e9+%2B%25%F0%9F%94%91",
        ] {
            assert_eq!(without_secrets(&format!("a={form}&b"), &[secret]), "a=[redacted]&b", "{form}");
        }
        // Escaped twice is not a form.
        assert_eq!(without_secrets(&twice, &[secret]), twice);
    }

    #[test]
    fn what_is_no_secret_is_kept() {
        for text in [
            "",
            "%",
            "%4",
            "%4é",
            "\\",
            "\\u",
            "\\u00é",
            "\\ud83d",
            "100% of \\n",
            "é",
            "\u{1f511}",
            "%ff%fe",
            "a+b",
        ] {
            assert_eq!(without_secrets(text, &["planted", "", "\u{1f511}x", "a b c"]), text);
        }
        assert_eq!(without_secrets("abcde abcd", &["abcd", "abcde"]), "[redacted] [redacted]");
        assert_eq!(without_secrets(r"a\\\a", &[r"\\\a", "b"]), "a[redacted]");
    }

    #[test]
    fn a_short_secret_removes_the_text_in_which_it_stands_alone() {
        let text = "the user cannot read db.orders";
        for (secret, text) in [
            ("a", text),
            ("er", text),
            ("db", "the database"),
            ("d", "id"),
            ("7", "17 of 70"),
            ("é", "né"),
            ("!", "failed!"),
            ("", text),
        ] {
            assert_eq!(without_secrets(text, &[secret, "planted"]), text, "{secret}");
        }
        for (secret, text) in [
            ("db", text),
            ("the", text),
            ("a", "password 'a'"),
            ("a", "a"),
            ("abc", "migrator:abc@host"),
            ("a/b", r#"{"password":"a\/b"}"#),
            ("é", "p=%C3%A9&q"),
            ("!", "password '!' is wrong"),
            ("a", "planted a"),
        ] {
            assert_eq!(without_secrets(text, &["planted", secret]), "[redacted]", "{secret}");
        }
        let value = serde_json::json!(["a", "an a", 7, 77, "name"]);
        assert_eq!(
            redacted_value(&value, &["a", "7"]),
            serde_json::json!(["[redacted]", "[redacted]", "[redacted]", 77, "name"])
        );
    }

    #[test]
    fn characters_that_change_the_layout_are_removed() {
        for c in ('\0'..'\u{20}')
            .chain('\u{7f}'..'\u{a0}')
            .chain('\u{202a}'..'\u{202f}')
            .chain('\u{2066}'..'\u{206a}')
        {
            assert_eq!(redacted(&format!("a{c}b"), &[]), "a b", "U+{:04X}", u32::from(c));
            let value = serde_json::json!({ format!("a{c}"): format!("{c}b") });
            assert_eq!(redacted_value(&value, &[]), serde_json::json!({"a ": " b"}));
        }
        assert_eq!(redacted("naïve — “שלום” 日本 🔑", &[]), "naïve — “שלום” 日本 🔑");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_form_of_a_secret_remains(secret in "\\PC{6,20}", before in "[a-z\\\\%+ ]{0,4}", after in "[a-z\\\\%+]{0,4}") {
            let json = serde_json::to_string(&secret).unwrap();
            let percent = percent_encoding::utf8_percent_encode(&secret, percent_encoding::NON_ALPHANUMERIC);
            for form in [secret.clone(), json[1..json.len() - 1].to_owned(), percent.to_string()] {
                let text = without_secrets(&format!("{before}{form}{after}"), &[&secret]);
                prop_assert!(text.contains("[redacted]") && !text.contains(&form), "{}", text);
            }
        }
    }

    #[test]
    fn long_texts_are_truncated_after_redaction() {
        assert_eq!(redacted(&"é".repeat(600), &[]).chars().count(), MAX_TEXT_LENGTH + 1);
        // If the text were truncated first, a part of the secret would remain.
        let text = format!("{}planted", "x".repeat(MAX_TEXT_LENGTH - 4));
        assert!(!redacted(&text, &["planted"]).contains("pla"));
    }
}
