//! Reads the bodies of requests from the fragment: for each version a JSON Schema, and an example of it.
//!
//! Both are texts in the generated `bodies.rs`. The schema is complete without the fragment and in the dialect of JSON
//! Schema 2020-12, because validators do not support the dialect of OpenAPI 3.0. Both come from the original document:
//! lowering removes constraints and examples.

mod example;
mod rust;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use openapi_fragment::openapi::MediaType;
use serde_json::Value;

use crate::lower::walk;
use crate::operations::{Date, date};

pub use example::example;
pub use rust::file;
pub use schema::json_schema;

/// The bodies of the document's requests.
#[derive(Debug)]
pub struct Bodies {
    /// The different bodies by the name of their static. Most operations and versions share one.
    pub bodies: BTreeMap<String, Body>,
    /// The name of the body of each version of each operation, in the order of the document.
    pub versions: Vec<(String, Date, String)>,
}

/// A body of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// The JSON Schema, indented.
    pub schema: String,
    /// A value that satisfies the schema, indented.
    pub example: String,
}

/// Reads the bodies of all operations.
pub fn read(document: &Value) -> Bodies {
    let mut read = Bodies { bodies: BTreeMap::new(), versions: Vec::new() };
    for node in walk::operations(document) {
        let (Some(id), Some(body)) =
            (walk::text(node.operation, "operationId"), node.operation.get("requestBody"))
        else {
            continue;
        };
        let content = walk::entries(walk::resolve(document, body), "content");
        let mut versions: Vec<(Date, &Value)> = content
            .filter_map(|(media_type, media)| {
                Some((MediaType::read(media_type).version().and_then(date)?, media))
            })
            .collect();
        versions.sort_by_key(|(date, _)| *date);
        for (date, media) in versions {
            let name = read.add(document, &format!("{id}_{date}"), media);
            read.versions.push((id.to_owned(), date, name));
        }
    }
    read
}

impl Bodies {
    /// Adds the body of a media type, and returns its name: that of its schema, unless that has none or the media type
    /// has an example of its own.
    fn add(&mut self, document: &Value, fallback: &str, media: &Value) -> String {
        let any = Value::Bool(true);
        let schema = media.get("schema").unwrap_or(&any);
        let component = walk::referred_schema(schema).filter(|_| media.get("example").is_none());
        let name = rust::static_name(component.unwrap_or(fallback));
        self.bodies.entry(name.clone()).or_insert_with(|| Body {
            schema: indented(&json_schema(document, schema)),
            example: indented(&example(document, media)),
        });
        name
    }
}

fn indented(value: &Value) -> String {
    // The alternate form is indented, and formatting a value cannot fail.
    format!("{value:#}")
}
