//! Reduces a document that fails a test to one in which every node is needed for the failure.

use serde_json::Value;

use super::choice::{parent, sites_where};
use openapi_fragment::openapi::{Role, references, target_of};
use openapi_fragment::pointer;

/// The number of smaller documents that are tried, so that a failure with a large document is reported soon.
const MAX_TRIES: usize = 2000;

/// The smallest document that this module finds for which `fails` returns a value, with that value.
pub(super) fn minimal<T>(document: &Value, mut fails: impl FnMut(&Value) -> Option<T>) -> Option<(Value, T)> {
    let mut found = (document.clone(), fails(document)?);
    let mut tries = 0;
    loop {
        let size = found.0.to_string().len();
        // Outer nodes first, because they contain the inner ones.
        let mut pointers = pointers(&found.0);
        pointers.sort_by_key(|pointer| pointer.matches('/').count());
        for pointer in pointers {
            tries += 1;
            if tries > MAX_TRIES {
                return Some(found);
            }
            let mut smaller = found.0.clone();
            if remove(&mut smaller, &pointer).is_some()
                && is_valid(&smaller)
                && let Some(failure) = fails(&smaller)
            {
                found = (smaller, failure);
            }
        }
        if found.0.to_string().len() == size {
            return Some(found);
        }
    }
}

/// The pointers of all nodes that can be removed.
fn pointers(document: &Value) -> Vec<String> {
    let nodes = sites_where(document, |_, _| true).into_iter();
    nodes
        .flat_map(|site| {
            let node = document.pointer(&site.pointer);
            let keys: Vec<String> = match node {
                Some(Value::Object(members)) => members.keys().cloned().collect(),
                // From the end, so that the other indices stay the same.
                Some(Value::Array(items)) => (0..items.len()).rev().map(|index| index.to_string()).collect(),
                _ => Vec::new(),
            };
            keys.into_iter().map(move |key| pointer::join(&site.pointer, &key)).collect::<Vec<_>>()
        })
        .collect()
}

fn remove(document: &mut Value, at: &str) -> Option<Value> {
    let key = pointer::tokens(at)?.last()?.into_owned();
    match document.pointer_mut(parent(at))? {
        Value::Object(members) => members.shift_remove(&key),
        Value::Array(items) => {
            let index = key.parse::<usize>().ok().filter(|index| *index < items.len())?;
            (items.len() > 1).then(|| items.remove(index))
        }
        _ => None,
    }
}

/// Whether the document has what OpenAPI requires.
fn is_valid(document: &Value) -> bool {
    let resolves =
        |reference: openapi_fragment::openapi::Reference<'_>| target_of(document, reference.target).is_some();
    let lacks = |role, value: &Value| {
        let required: &[&str] = match role {
            Role::Root => &["openapi", "info", "paths"],
            Role::Parameter => &["name", "in", "schema"],
            Role::Header | Role::MediaType => &["schema"],
            Role::RequestBody => &["content"],
            Role::Operation => &["responses"],
            Role::Response => &["description"],
            Role::SecurityScheme => &["type"],
            Role::Discriminator => &["propertyName"],
            _ => &[],
        };
        value.is_object()
            && value.get("$ref").is_none()
            && required.iter().any(|key| value.get(*key).is_none())
    };
    references(document).into_iter().all(resolves)
        && sites_where(document, |site, value| lacks(site.role, value)).is_empty()
}
