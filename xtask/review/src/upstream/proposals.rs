//! Entries for `deviations.toml` that explain the differences of one operation, without their reasons.

use std::collections::BTreeMap;
use std::path::Path;

use openapi_diff::{Edit, redact};
use openapi_fragment::openapi::METHODS;
use openapi_fragment::{Document, printable};
use serde_json::Value;

use super::{Comparison, read_deviations};
use crate::Error;

/// The differences of one operation of the fragment from the published document for which `deviations` has no reason,
/// as entries for that file. The reason of each entry is `TODO`, which the file does not accept.
///
/// The values of secrets are replaced in both documents.
///
/// # Errors
///
/// If `deviations` cannot be read.
pub fn proposals(
    published: &mut Document,
    fragment: &mut Document,
    operation: &str,
    deviations: &Path,
) -> Result<Vec<String>, Error> {
    redact(&mut [&mut *published, &mut *fragment]);
    let comparison = Comparison::new(&published.value, &with_operation(&fragment.value, operation))?;
    let deviations = read_deviations(deviations)?;
    let unexplained = comparison.edits.iter().filter(|edit| deviations.find(edit).is_none());
    let mut nodes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut order = Vec::new();
    for edit in unexplained {
        let text = difference(edit);
        let names = nodes.entry(text.clone()).or_default();
        if names.is_empty() {
            order.push(text.clone());
        }
        if !names.contains(&edit.node.name.as_str()) {
            names.push(&edit.node.name);
        }
    }
    Ok(order.iter().map(|text| entry(text, &nodes[text])).collect())
}

/// The document with only one of its operations.
fn with_operation(document: &Value, operation: &str) -> Value {
    let mut document = document.clone();
    let is_other = |method: &str, member: &Value| {
        METHODS.contains(&method) && member.get("operationId").is_none_or(|id| id != operation)
    };
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (_, item) in paths.iter_mut() {
            if let Some(members) = item.as_object_mut() {
                members.retain(|method, member| !is_other(method, member));
            }
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    document
}

/// The keys that name a difference exactly. A shortened text does not, so that the values are given instead.
fn difference(edit: &Edit) -> String {
    let change = format!("change = {}\n", text(edit.change.id()));
    if !edit.detail.contains('…') {
        return format!("{change}detail = {}\n", text(&edit.detail));
    }
    let value = |key: &str, value: &Option<Value>| {
        value.as_ref().map(|value| format!("{key} = {}\n", toml(value))).unwrap_or_default()
    };
    change + &value("before", &edit.before) + &value("after", &edit.after)
}

fn entry(difference: &str, nodes: &[&str]) -> String {
    let nodes = match nodes {
        [only] => text(only),
        several => format!("[{}]", several.iter().map(|node| text(node)).collect::<Vec<_>>().join(", ")),
    };
    let (change, rest) = difference.split_once('\n').unwrap_or((difference, ""));
    format!("[[deviation]]\n{change}\nnode = {nodes}\n{rest}reason = \"TODO\"\n")
}

fn text(text: &str) -> String {
    // A string of JSON is a basic string of TOML.
    Value::from(printable(text)).to_string()
}

/// A value in one line.
fn toml(value: &Value) -> String {
    match value {
        Value::String(string) => Value::from(string.as_str()).to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let plain = !key.is_empty() && key.chars().all(is_bare);
                format!(
                    "{} = {}",
                    if plain { key.clone() } else { Value::from(key.as_str()).to_string() },
                    toml(value)
                )
            });
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        // TOML has no null.
        Value::Null => "\"null\"".to_owned(),
        other => other.to_string(),
    }
}
