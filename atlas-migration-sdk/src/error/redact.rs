//! A server's text on its way into an error: without secrets, without what a terminal obeys, not too long.
//!
//! What is taken out are the secrets that the call was made with, wherever the server repeats them. What else is secret
//! in a reply, such as a link-token, has a type of its own and never becomes text here.

use serde_json::Value;

/// Longer texts are cut: an error message is no place for a whole body.
const LONGEST_TEXT: usize = 500;

/// The text as it may stand in an error: without secrets, without control characters, not too long.
pub(crate) fn presentable(text: &str, secrets: &[&str]) -> String {
    let mut text = without_secrets(text, secrets);
    if let Some((cut, _)) = text.char_indices().nth(LONGEST_TEXT) {
        text.truncate(cut);
        text.push('…');
    }
    text.replace(char::is_control, " ")
}

/// The text with `[redacted]` for each of the secrets.
pub(crate) fn without_secrets(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if text.contains(secret) {
            text = text.replace(secret, "[redacted]");
        }
    }
    text
}

/// The value with every text in it, names included, freed of the secrets.
pub(super) fn value_without_secrets(value: &Value, secrets: &[&str]) -> Value {
    match value {
        Value::String(text) => Value::String(without_secrets(text, secrets)),
        Value::Array(values) => values.iter().map(|value| value_without_secrets(value, secrets)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (without_secrets(name, secrets), value_without_secrets(value, secrets)))
            .collect(),
        Value::Number(number) => {
            let text = number.to_string();
            if secrets.contains(&text.as_str()) {
                without_secrets(&text, secrets).into()
            } else {
                value.clone()
            }
        }
        Value::Bool(_) | Value::Null => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_control_characters_do_not_pass() {
        assert_eq!(presentable("no \u{1b}[31m hush", &["hush"]), "no  [31m [redacted]");
        assert_eq!(presentable("two of them", &["two", "", "them"]), "[redacted] of [redacted]");
        let value = serde_json::json!(["hush", ["hush"], {"hush": "hush"}, 4711, 7, null]);
        let value = value_without_secrets(&value, &["hush", "4711"]);
        assert_eq!(
            value,
            serde_json::json!(["[redacted]", ["[redacted]"], {"[redacted]": "[redacted]"}, "[redacted]", 7, null])
        );
    }

    #[test]
    fn long_texts_are_cut_behind_the_secret() {
        assert_eq!(presentable(&"é".repeat(600), &[]).chars().count(), LONGEST_TEXT + 1);
        // Cut first, half of the secret would stay.
        let text = format!("{}planted", "x".repeat(LONGEST_TEXT - 4));
        assert!(!presentable(&text, &["planted"]).contains("pla"));
    }
}
