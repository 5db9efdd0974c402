//! Parameters, servers and security requirements that operations inherit from their path and from the document.

use serde_json::{Map, Value, json};

use super::Builder;
use super::origins::member;
use crate::http::canonical_url;
use openapi_fragment::openapi::METHODS;
use openapi_fragment::openapi::target_of;

/// The headers whose parameters OpenAPI ignores, in lower case.
const IGNORED: &[&str] = &["accept", "content-type", "authorization"];

/// Removes what each operation has of its own now.
pub(super) fn remove_shared(document: &mut Map<String, Value>) {
    for key in ["security", "servers"] {
        if document.get(key).is_some_and(Value::is_array) {
            document.shift_remove(key);
        }
    }
}

impl Builder<'_> {
    /// Moves the parameters and servers of a path to its operations. They also get the servers and the security
    /// requirements of the document if `of_document` is true; the requests of callbacks have other servers.
    pub(super) fn inherit(&mut self, item: &mut Map<String, Value>, at: &str, of_document: bool) {
        if !METHODS.iter().any(|method| item.get(*method).is_some_and(Value::is_object)) {
            return;
        }
        let parameters = match item.shift_remove("parameters") {
            Some(Value::Array(parameters)) => parameters,
            // Not a list, so this is no valid path item. It is kept for the comparison.
            Some(other) => {
                item.insert("parameters".to_owned(), other);
                Vec::new()
            }
            None => Vec::new(),
        };
        let servers = item.shift_remove("servers").map(|servers| (servers, member(at, "servers")));
        for method in METHODS {
            let Some(Value::Object(operation)) = item.get_mut(*method) else { continue };
            let operation_at = member(at, method);
            self.add_parameters(operation, &operation_at, &parameters, at);
            let shared = |key: &str| {
                let value = self.shared.get(key).filter(|value| of_document && value.is_array())?;
                Some((value.clone(), format!("/{key}")))
            };
            let lists = [
                ("servers", servers.clone().or_else(|| shared("servers"))),
                ("security", shared("security")),
            ];
            for (key, list) in lists {
                if let (Some((value, source)), false) = (list, operation.contains_key(key)) {
                    operation.insert(key.to_owned(), value);
                    self.origins.copy(&source, &member(&operation_at, key), None);
                }
            }
            self.remove_ignored_parameters(operation, &operation_at);
            simplify_servers(operation);
        }
    }

    /// Removes the parameters that OpenAPI ignores: headers that the media types and the security schemes describe.
    fn remove_ignored_parameters(&mut self, operation: &mut Map<String, Value>, at: &str) {
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else { return };
        let mut kept = std::mem::take(parameters);
        let is_ignored = |parameter: &Value| {
            let key = self.parameter_key(parameter);
            key.is_some_and(|(location, name)| location == "header" && IGNORED.contains(&name.as_str()))
        };
        let is_kept: Vec<bool> = kept.iter().map(|parameter| !is_ignored(parameter)).collect();
        self.retain(&mut kept, &member(at, "parameters"), &is_kept);
        if kept.is_empty() {
            operation.shift_remove("parameters");
        } else {
            operation.insert("parameters".to_owned(), Value::Array(kept));
        }
    }

    /// Adds the parameters of the path that an operation does not override.
    fn add_parameters(&mut self, operation: &mut Map<String, Value>, at: &str, shared: &[Value], path: &str) {
        if shared.is_empty() {
            return;
        }
        let own = operation.entry("parameters").or_insert_with(|| json!([]));
        let Value::Array(own) = own else { return };
        let declared: Vec<_> = own.iter().filter_map(|parameter| self.parameter_key(parameter)).collect();
        for (index, parameter) in shared.iter().enumerate() {
            let key = self.parameter_key(parameter);
            if key.is_some_and(|key| declared.contains(&key)) {
                continue;
            }
            let to = format!("{at}/parameters/{}", own.len());
            self.origins.copy(&format!("{path}/parameters/{index}"), &to, None);
            own.push(parameter.clone());
        }
    }

    /// The location and the name of a parameter. The names of headers are case-insensitive.
    fn parameter_key(&self, parameter: &Value) -> Option<(String, String)> {
        let reference = parameter.get("$ref").and_then(Value::as_str);
        let parameter = reference.map_or(Some(parameter), |target| target_of(self.document, target))?;
        let (location, name) = (parameter.get("in")?.as_str()?, parameter.get("name")?.as_str()?);
        let name = if location == "header" { name.to_ascii_lowercase() } else { name.to_owned() };
        Some((location.to_owned(), name))
    }
}

/// Gives each URL one spelling. No servers are the server `/`.
fn simplify_servers(operation: &mut Map<String, Value>) {
    let Some(Value::Array(servers)) = operation.get_mut("servers") else { return };
    for server in servers.iter_mut() {
        if let Some(Value::String(url)) = server.get_mut("url") {
            *url = canonical_url(url);
        }
    }
    let is_default = |server: &Value| server.get("url").is_some_and(|url| url == "");
    if servers.is_empty() || matches!(servers.as_slice(), [only] if is_default(only)) {
        operation.shift_remove("servers");
    }
}
