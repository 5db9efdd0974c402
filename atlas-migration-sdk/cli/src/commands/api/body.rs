//! The body of a request: where it comes from.
//!
//! No message contains a value of the body, which may be a secret.

use std::io::{self, Read};
use std::path::PathBuf;

use atlas_migration_sdk::{Date, Operation};
use serde_json::Value;

use super::check::{check, schema};
use crate::failure::Failure;

/// No request comes near this size, in bytes.
const MAX_SIZE: u64 = 16 << 20;

/// Where the body comes from.
#[derive(Clone)]
pub(super) enum Data {
    Inline(String),
    File(PathBuf),
    Stdin,
}

impl Data {
    /// Parses the value of `--data`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Ok(match text.strip_prefix('@') {
            Some("") => return Err("the name of the file is missing after `@`".to_owned()),
            Some(path) => Self::File(path.into()),
            None if text == "-" => Self::Stdin,
            None => Self::Inline(text.to_owned()),
        })
    }

    /// Reads the JSON.
    pub(super) fn read(&self) -> Result<Value, Failure> {
        let (place, bytes) = match self {
            Self::Inline(text) => ("--data".to_owned(), Ok(text.clone().into_bytes())),
            Self::Stdin => ("the standard input".to_owned(), read(io::stdin().lock())),
            Self::File(path) => (path.display().to_string(), std::fs::File::open(path).and_then(read)),
        };
        let bytes = bytes.map_err(|error| Failure::usage(format!("{place} cannot be read: {error}")))?;
        let hint = match self {
            // A file whose `@` is missing is the most frequent mistake.
            Self::Inline(text) if !text.trim_start().starts_with(['{', '[']) => {
                "; a file needs an `@` before its name"
            }
            _ => "",
        };
        // The message of an error of syntax has a position and no part of the text.
        serde_json::from_slice(&bytes)
            .map_err(|error| Failure::usage(format!("{place} is not JSON: {error}{hint}")))
    }
}

// Without the text, which may contain a secret.
impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Inline(_) => "Inline",
            Self::File(_) => "File",
            Self::Stdin => "Stdin",
        })
    }
}

fn read(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(io::Error::other(format!("it has more than {MAX_SIZE} bytes")));
    }
    Ok(bytes)
}

/// Reads the body and checks it against the schema of this version of the operation.
pub(super) fn read_checked(data: &Data, operation: &Operation, version: Date) -> Result<Value, Failure> {
    let body = data.read()?;
    check(operation, version, &body)?;
    if matches!(data, Data::Inline(_))
        && let Some((schema, _)) = schema(operation, version)?
        && let Some(secret) = secret_in(&body, &secret_names(&schema))
    {
        return Err(Failure::usage(format!(
            "`{secret}` is a secret, and other users of this machine can see the arguments of a program: write the body \
             to a file or to the standard input, and give --data @FILE or --data -"
        )));
    }
    Ok(body)
}

/// The names of the properties that are secrets.
fn secret_names(schema: &Value) -> Vec<String> {
    let (mut names, mut pending) = (Vec::new(), vec![schema]);
    while let Some(value) = pending.pop() {
        let properties = value.get("properties").and_then(Value::as_object).into_iter().flatten();
        let secrets = properties.filter(|(_, property)| property.get("format") == Some(&"password".into()));
        names.extend(secrets.map(|(name, _)| name.clone()));
        match value {
            Value::Object(members) => pending.extend(members.values()),
            Value::Array(items) => pending.extend(items),
            _ => {}
        }
    }
    names
}

/// The name of a secret that the body contains.
fn secret_in(body: &Value, secrets: &[String]) -> Option<String> {
    match body {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let is_secret = secrets.contains(name) && value.as_str().is_some_and(|value| !value.is_empty());
            if is_secret { Some(name.clone()) } else { secret_in(value, secrets) }
        }),
        Value::Array(items) => items.iter().find_map(|item| secret_in(item, secrets)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use atlas_migration_sdk::operations;
    use serde_json::json;

    use super::super::check::tests::example;
    use super::*;

    #[test]
    fn a_secret_in_an_argument_is_refused() {
        let operation = &operations::CREATE_GROUP_LIVE_MIGRATION;
        let version = operation.newest_version().unwrap();
        let mut body = example(operation, version);
        body["source"]["password"] = json!("planted");
        let inline = |body: &Value| read_checked(&Data::Inline(body.to_string()), operation, version);
        let failure = inline(&body).unwrap_err().to_string();
        assert!(failure.contains("`password`") && !failure.contains("planted"), "{failure}");
        body["source"]["password"] = json!(null);
        assert_eq!(inline(&body).unwrap(), body);
    }

    #[test]
    fn sources_of_a_body() {
        assert!(matches!(Data::parse("@a/b.json"), Ok(Data::File(path)) if path.as_os_str() == "a/b.json"));
        assert!(matches!(Data::parse("-"), Ok(Data::Stdin)));
        assert!(matches!(Data::parse("{}"), Ok(Data::Inline(_))));
        assert!(Data::parse("@").is_err());
        for text in ["planted.json", "{\"password\": planted}", ""] {
            let failure = Data::parse(text).unwrap().read().unwrap_err().to_string();
            assert!(failure.contains("--data is not JSON") && !failure.contains("planted"), "{failure}");
            assert_eq!(failure.contains('@'), !text.starts_with('{'), "{failure}");
        }
    }
}
