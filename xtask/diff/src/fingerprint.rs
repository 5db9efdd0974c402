//! What a finding is known by in `spec/acknowledged.toml`.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Edit;

/// Rule, node, before and after, as a text that is short enough for a line.
pub(super) fn fingerprint(rule: &str, edit: &Edit) -> String {
    let side = |value: &Option<Value>| value.as_ref().map(sorted);
    let text = serde_json::json!([
        rule,
        edit.node.kind.name(),
        edit.node.name,
        edit.detail,
        side(&edit.before),
        side(&edit.after)
    ]);
    format!("{:x}", Sha256::digest(text.to_string()))[..12].to_owned()
}

/// The order of keys is no difference, so it must not be one here.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}
