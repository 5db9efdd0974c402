//! The check of a body against the JSON Schema of its version.
//!
//! No message contains a value of the body, which may be a secret.

use atlas_migration_sdk::{Date, Operation, Version};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::names::similar;
use crate::failure::Failure;
use crate::output::printable;

/// Checks a body against the schema of this version of the operation.
pub(super) fn check(operation: &Operation, version: Date, body: &Value) -> Result<(), Failure> {
    let Some((schema, validator)) = schema(operation, version)? else { return Ok(()) };
    let mut violations: Vec<String> =
        validator.iter_errors(body).flat_map(|error| describe(&error, &schema)).collect();
    if violations.is_empty() {
        return Ok(());
    }
    violations.sort();
    violations.dedup();
    let other = other_version(operation, version, body)?.map_or_else(String::new, |other| {
        format!("\nIt is a body of the version {other}: add --api-version {other}")
    });
    Err(Failure::usage(format!(
        "the body is not one of {} in the version {version}; nothing was sent:\n  {}{other}\n`atlas-migration api {} \
         --help` shows the fields",
        operation.id,
        violations.join("\n  "),
        operation.id
    )))
}

/// The schema of the body of this version, and its validator.
pub(super) fn schema(operation: &Operation, version: Date) -> Result<Option<(Value, Validator)>, Failure> {
    let Some(body) = operation.request_body(version) else { return Ok(None) };
    // Both are generated; a test validates with each of them.
    let invalid =
        |error: &dyn std::fmt::Display| Failure::other(format!("the schema of the body is invalid: {error}"));
    let schema: Value = serde_json::from_str(body.schema).map_err(|error| invalid(&error))?;
    let validator = jsonschema::draft202012::new(&schema).map_err(|error| invalid(&error))?;
    Ok(Some((schema, validator)))
}

/// The version for which the body is valid, if it is for another one.
fn other_version(operation: &Operation, version: Date, body: &Value) -> Result<Option<Date>, Failure> {
    for Version { date, .. } in operation.request_versions.iter().rev().filter(|other| other.date != version)
    {
        if schema(operation, *date)?.is_some_and(|(_, validator)| validator.is_valid(body)) {
            return Ok(Some(*date));
        }
    }
    Ok(None)
}

/// The violations of an error, each with its path.
fn describe(error: &ValidationError<'_>, schema: &Value) -> Vec<String> {
    let path = error.instance_path().as_str();
    let at = if path.is_empty() { "the body".to_owned() } else { printable(path) };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = properties(schema, path);
            let describe = |name: &String| {
                let known = known.iter().map(String::as_str);
                let help = match similar(name, known.clone()) {
                    Some(similar) => format!("; did you mean `{similar}`?"),
                    None => format!("; the fields are {}", known.collect::<Vec<_>>().join(", ")),
                };
                format!("{at}: there is no field `{}`{help}", printable(name))
            };
            unexpected.iter().map(describe).collect()
        }
        ValidationErrorKind::Required { property } => {
            vec![format!("{at}: the field `{}` is missing", property.as_str().unwrap_or_default())]
        }
        ValidationErrorKind::OneOfNotValid { .. } => {
            let description = at_path(schema, path).and_then(|schema| schema.get("description")?.as_str());
            vec![format!("{at}: the value is none of the valid ones. {}", description.unwrap_or_default())]
        }
        _ => vec![format!("{at}: {}", error.masked_with("the value"))],
    }
}

/// The names of the fields at this place of the body.
fn properties(schema: &Value, path: &str) -> Vec<String> {
    let properties = at_path(schema, path).and_then(|schema| schema.get("properties")?.as_object());
    let mut names: Vec<_> =
        properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect();
    names.sort();
    names
}

/// The schema of the value at this JSON pointer, as far as properties, items and references lead to it.
fn at_path<'a>(root: &'a Value, path: &str) -> Option<&'a Value> {
    let resolved = |schema: &'a Value| match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => root.pointer(reference.strip_prefix('#')?),
        None => Some(schema),
    };
    let mut schema = root;
    for token in path.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let property = schema.get("properties").and_then(|properties| properties.get(&token));
        let below =
            property.or_else(|| schema.get("items")).or_else(|| schema.get("additionalProperties"))?;
        schema = resolved(below)?;
    }
    Some(schema)
}

#[cfg(test)]
pub(super) mod tests {
    use atlas_migration_sdk::operations;
    use serde_json::json;

    use super::*;

    /// The example of a body.
    pub(in crate::commands::api) fn example(operation: &Operation, version: Date) -> Value {
        serde_json::from_str(operation.request_body(version).unwrap().example).unwrap()
    }

    /// A second implementation agrees with the generator that the examples are valid.
    #[test]
    fn each_example_satisfies_its_schema() {
        let mut checked = 0;
        for operation in operations::ALL {
            for version in operation.request_versions {
                check(operation, version.date, &example(operation, version.date)).unwrap();
                let (schema, _) = schema(operation, version.date).unwrap().unwrap();
                jsonschema::meta::validate(&schema).unwrap();
                checked += 1;
            }
        }
        assert_eq!(checked, 5);
    }

    #[test]
    fn all_violations_are_reported_with_their_paths() {
        let operation = &operations::CREATE_GROUP_LIVE_MIGRATION;
        let version = operation.newest_version().unwrap();
        let mut body = example(operation, version);
        body["source"]["clustername"] = json!("planted-1");
        body["source"].as_object_mut().unwrap().remove("clusterName");
        body["source"]["ssl"] = json!("planted-2");
        body["source"]["zzz"] = json!("planted-3");
        body["destination"]["hostnameSchemaType"] = json!("planted-4");
        body["destination"]["groupId"] = json!("planted-5");
        body["migrationHosts"] = json!([]);
        body["sharding"] = json!({"createSupportingIndexes": true, "shardingEntries": [
            {"database": "d", "collection": "c", "shardCollection": {"key": [{"a": "planted-6"}]}},
        ]});
        let message = check(operation, version, &body).unwrap_err().to_string();
        for part in [
            "/source: the field `clusterName` is missing\n",
            "/source: there is no field `clustername`; did you mean `clusterName`?\n",
            "/source: there is no field `zzz`; the fields are ",
            "/source/ssl: the value is not of type \"boolean\"\n",
            "/destination/hostnameSchemaType: the value is not one of",
            "/destination/groupId: the value does not match",
            "/migrationHosts: ",
            "/sharding/shardingEntries/0/shardCollection/key/0/a: the value is none of the valid ones. Ascending (1)",
        ] {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
        assert!(!message.contains("planted"), "{message}");
    }

    #[test]
    fn a_body_of_another_version_is_recognized() {
        let operation = &operations::VALIDATE_GROUP_LIVE_MIGRATIONS;
        let [old, new] = operation.request_versions else { panic!("two versions") };
        let message = check(operation, new.date, &example(operation, old.date)).unwrap_err().to_string();
        assert!(message.contains("add --api-version 2023-01-01"), "{message}");
        let message = check(operation, old.date, &json!([])).unwrap_err().to_string();
        assert!(!message.contains("--api-version"), "{message}");
        assert!(message.contains("the body: the value is not of type \"object\""), "{message}");
    }
}
