//! The help of an operation: its description, and the body of its request as an outline.

use atlas_migration_sdk::{Operation, Version};
use serde_json::Value;

use super::arguments::{configured, kebab_case};
use super::names;

/// Schemas may refer to themselves.
const MAX_DEPTH: usize = 8;

/// What the operation does, and the facts about it.
pub(super) fn about(operation: &'static Operation) -> String {
    let versions = operation.response_versions.iter().map(|Version { date, sunset, .. }| match sunset {
        Some(sunset) => format!("{date} (until {sunset})"),
        None => date.to_string(),
    });
    format!(
        "{}\n\nNames:     {}\nRequest:   {} {}\nRole:      {}\nVersions:  {}\nAtlas CLI: {}",
        operation.description,
        names::of(operation).collect::<Vec<_>>().join(", "),
        operation.method,
        operation.path,
        operation.required_role.unwrap_or("any"),
        versions.collect::<Vec<_>>().join(", "),
        operation.atlas_cli,
    )
}

/// An example of the command.
pub(super) fn example(operation: &Operation) -> String {
    let mut line = format!("Example:\n  atlas-migration api {}", operation.id);
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    for parameter in required.filter(|parameter| configured(parameter).is_none()) {
        line += &format!(" --{} 6a0000000000000000000001", kebab_case(parameter.name));
    }
    if !operation.request_versions.is_empty() {
        line += " --data @body.json";
    }
    line
}

/// The example, and the body of the newest version: its fields, and an example of it.
pub(super) fn long(operation: &Operation) -> String {
    let mut text = example(operation);
    if let Some(advice) = operation.after_lost_response {
        text += &format!("\n\nAfter a lost response:\n  {advice}");
    }
    let newest = operation.request_versions.last().map(|version| version.date);
    if let Some(body) = newest.and_then(|newest| operation.request_body(newest)) {
        // Both are generated.
        let schema = serde_json::from_str(body.schema).unwrap_or_default();
        text += &format!("\n\nBody:{}", fields(&schema, &schema, 1));
        text += &format!("\n\nExample of a body:\n{}", indented(body.example));
    }
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// The fields of an object, one line each, with those of the objects in them.
fn fields(root: &Value, schema: &Value, depth: usize) -> String {
    let Some(properties) = schema.get("properties").and_then(Value::as_object).filter(|_| depth < MAX_DEPTH)
    else {
        return String::new();
    };
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_required = |name: &str| required.contains(&Value::from(name));
    let mut properties: Vec<_> = properties.iter().collect();
    properties.sort_by_key(|(name, _)| (!is_required(name), *name));
    let mut text = String::new();
    for (name, property) in properties {
        let inner = resolved(root, property);
        let requirement = if is_required(name) { ", required" } else { "" };
        let description = inner.get("description").and_then(Value::as_str).unwrap_or_default();
        let indent = "  ".repeat(depth);
        text += &format!("\n{indent}{name}: {}{requirement}. {description}", kind(root, inner));
        let object = inner.get("items").map_or(inner, |items| resolved(root, items));
        text += &fields(root, object, depth + 1);
    }
    text
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let target =
        schema.get("$ref").and_then(Value::as_str).and_then(|target| root.pointer(target.strip_prefix('#')?));
    target.unwrap_or(schema)
}

/// The type of a schema in words.
fn kind(root: &Value, schema: &Value) -> String {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
    }
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(kind)) => vec![kind.as_str()],
        _ => vec!["value"],
    };
    let is_secret = schema.get("format") == Some(&"password".into());
    let named = kinds.into_iter().map(|kind| match kind {
        "array" => {
            let items = schema.get("items").map_or(&Value::Null, |items| resolved(root, items));
            format!("array of {}", self::kind(root, items))
        }
        "string" if is_secret => "secret string".to_owned(),
        kind => kind.to_owned(),
    });
    named.collect::<Vec<_>>().join(" or ")
}
