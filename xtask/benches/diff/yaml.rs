//! Writes a document as YAML in the usual style: blocks, plain scalars where possible, and folded long texts.

use std::fmt::Write as _;

use serde_json::Value;

/// The width of folded lines, in bytes. Shorter texts are not folded.
const WIDTH: usize = 100;

pub(crate) fn text(document: &Value) -> String {
    let mut out = String::new();
    node(&mut out, document, 0);
    out
}

/// Writes a node after its key or dash, including the end of its last line.
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
                // The first member is on the line of the dash.
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
        // These values are written as JSON, which is YAML too.
        other => {
            let _ = writeln!(out, " {other}");
        }
    }
}

/// Starts a new line with its indentation, unless the document is empty.
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

/// Writes a plain scalar if it is unambiguous, else a quoted one as in JSON.
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
