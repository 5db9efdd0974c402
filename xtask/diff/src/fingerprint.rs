//! Fingerprints, which identify findings in acknowledgements.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Edit;

/// A short hash of the rule, the node, the detail and both values.
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

/// Sorts the keys: their order is no difference between documents, so it must not change a fingerprint.
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
