//! Checks that nothing is left to write: an import writes `TODO` where the published document does not have the answer.

use serde_json::Value;

use super::keys::purpose;
use super::{Context, Report};
use crate::Rule;
use crate::pointer::Path;

static TODO: Rule =
    Rule { id: "todo", message: "`{key}` is not written yet", help: "replace `TODO`: {purpose}" };

/// Keys whose values are those of the server.
const DATA: [&str; 2] = ["enum", "default"];

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    // With an explicit stack, because a document may be deep.
    let mut pending = vec![("", Path::root(), context.nodes.root().value)];
    while let Some((key, path, value)) = pending.pop() {
        match value {
            Value::String(_) if is_todo(value) => {
                report.add(&path, TODO.violation(&[("key", &key), ("purpose", &purpose(key))]));
            }
            Value::Array(items) if !DATA.contains(&key) => {
                let items = items.iter().enumerate();
                pending.extend(items.map(|(index, item)| (key, path.item(index), item)));
            }
            Value::Object(members) => {
                let members = members.iter();
                let members =
                    members.filter(|(key, value)| !(value.is_string() && DATA.contains(&key.as_str())));
                pending.extend(members.map(|(key, value)| (key.as_str(), path.member(key.as_str()), value)));
            }
            _ => {}
        }
    }
}

/// Whether the value is `TODO`, alone or before more text.
pub(super) fn is_todo(value: &Value) -> bool {
    let rest = value.as_str().and_then(|text| text.trim_start().strip_prefix("TODO"));
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}
