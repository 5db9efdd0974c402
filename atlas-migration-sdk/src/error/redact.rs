//! Redaction of the server's texts before they become part of an error.
//!
//! The secrets that the call was made with are removed wherever the server repeats them. Other secrets of a response,
//! such as a link-token, have types of their own and never become text here.

use serde_json::Value;

/// Longer texts are truncated: an error message should not contain a whole body.
const MAX_TEXT_LENGTH: usize = 500;

/// The text without secrets and control characters, truncated if it is too long.
pub(crate) fn redacted(text: &str, secrets: &[&str]) -> String {
    let mut text = without_secrets(text, secrets);
    if let Some((cut, _)) = text.char_indices().nth(MAX_TEXT_LENGTH) {
        text.truncate(cut);
        text.push('…');
    }
    text.replace(char::is_control, " ")
}

/// The text with `[redacted]` in place of each of the secrets.
pub(crate) fn without_secrets(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if text.contains(secret) {
            text = text.replace(secret, "[redacted]");
        }
    }
    text
}

/// The value with `[redacted]` in place of each of the secrets in every text, including names.
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
    fn secrets_and_control_characters_are_removed() {
        assert_eq!(redacted("no \u{1b}[31m hush", &["hush"]), "no  [31m [redacted]");
        assert_eq!(redacted("two of them", &["two", "", "them"]), "[redacted] of [redacted]");
        let value = serde_json::json!(["hush", ["hush"], {"hush": "hush"}, 4711, 7, null]);
        let value = value_without_secrets(&value, &["hush", "4711"]);
        assert_eq!(
            value,
            serde_json::json!(["[redacted]", ["[redacted]"], {"[redacted]": "[redacted]"}, "[redacted]", 7, null])
        );
    }

    #[test]
    fn long_texts_are_truncated_after_redaction() {
        assert_eq!(redacted(&"é".repeat(600), &[]).chars().count(), MAX_TEXT_LENGTH + 1);
        // If the text were truncated first, a part of the secret would remain.
        let text = format!("{}planted", "x".repeat(MAX_TEXT_LENGTH - 4));
        assert!(!redacted(&text, &["planted"]).contains("pla"));
    }
}
