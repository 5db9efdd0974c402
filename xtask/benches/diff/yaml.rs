//! Writes a document as people write YAML: blocks, plain texts where they may be plain, long ones folded.

use std::fmt::Write as _;

use serde_json::Value;

/// Longer texts are folded into lines of about this many bytes.
const WIDTH: usize = 100;

pub(crate) fn text(document: &Value) -> String {
    let mut out = String::new();
    node(&mut out, document, 0);
    out
}

/// Writes a node behind its key or dash, with the end of its last line.
fn node(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                start(out, depth);
                scalar(out, key);
                out.push(':');
                node(out, value, depth + 1);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                start(out, depth);
                out.push('-');
                // The first member stands behind the dash.
                let mut inner = String::new();
                node(&mut inner, item, depth + 1);
                if item.is_object() || item.is_array() {
                    out.push(' ');
                    out.push_str(inner.trim_start());
                } else {
                    out.push_str(&inner);
                }
            }
        }
        Value::String(text) if text.len() > WIDTH => folded(out, text, depth),
        Value::String(text) => {
            out.push(' ');
            scalar(out, text);
            out.push('\n');
        }
        // JSON is YAML.
        other => {
            let _ = writeln!(out, " {other}");
        }
    }
}

/// A new line, except at the start of the document.
fn start(out: &mut String, depth: usize) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.extend(std::iter::repeat_n("  ", depth));
}

fn folded(out: &mut String, text: &str, depth: usize) {
    out.push_str(" >-");
    let mut room = 0;
    for word in text.split(' ') {
        if word.len() >= room {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
            room = WIDTH;
        } else {
            out.push(' ');
        }
        out.push_str(word);
        room = room.saturating_sub(word.len() + 1);
    }
    out.push('\n');
}

/// Plain where nothing else could be read from it, else quoted as in JSON.
fn scalar(out: &mut String, text: &str) {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && text.chars().all(|next| next.is_ascii_alphanumeric() || " /{}.+_-".contains(next))
        && !matches!(text, "true" | "false" | "null");
    if is_plain {
        out.push_str(text);
    } else {
        let _ = write!(out, "{}", Value::from(text));
    }
}
