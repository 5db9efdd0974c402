//! Finds an operation in the published document, by any of its names.

use atlas_codegen::lower::walk::{OperationNode, operations};
use openapi_fragment::Document;
use serde_json::Value;

use crate::names;

/// An operation of the published document.
#[derive(Clone, Copy)]
pub(crate) struct Published<'a> {
    pub(crate) document: &'a Value,
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) operation: &'a Value,
}

/// The maximum number of similar names in a message.
const MAX_SIMILAR: usize = 5;

/// The least similarity of a name that was probably meant.
const SIMILAR: f64 = 0.85;

impl<'a> Published<'a> {
    /// The operation of this id, short name or name in the Go SDK. Otherwise the names that are similar.
    pub(crate) fn find(document: &'a Document, name: &str) -> Result<Self, Vec<&'a str>> {
        let all = || {
            operations(&document.value).map(|OperationNode { path, method, operation, .. }| Published {
                document: &document.value,
                path,
                method,
                operation,
            })
        };
        let by_id = all().find(|published| published.id() == name);
        let by_short_name = || all().find(|published| published.short_name() == Some(name));
        let by_go_sdk_name = || all().find(|published| published.go_sdk_name() == name);
        by_id.or_else(by_short_name).or_else(by_go_sdk_name).ok_or_else(|| similar(name, all()))
    }

    pub(crate) fn id(&self) -> &'a str {
        self.operation.get("operationId").and_then(Value::as_str).unwrap_or_default()
    }

    /// The short name, if it is another one than the id.
    pub(crate) fn short_name(&self) -> Option<&'a str> {
        let name = self.operation.get("x-xgen-operation-id-override").and_then(Value::as_str);
        name.filter(|name| *name != self.id())
    }

    /// The method of the Go SDK, which has the short name.
    pub(crate) fn go_sdk_name(&self) -> String {
        names::pascal(self.short_name().unwrap_or(self.id()))
    }

    /// The part of the path before this variable.
    pub(crate) fn before(&self, variable: &str) -> &'a str {
        let variable = format!("{{{variable}}}");
        let before = self.path.split('/').take_while(|segment| *segment != variable);
        before.filter(|segment| !segment.is_empty() && !segment.starts_with('{')).last().unwrap_or_default()
    }
}

fn similar<'a>(name: &str, all: impl Iterator<Item = Published<'a>>) -> Vec<&'a str> {
    let lower = name.to_lowercase();
    let similarity = |other: &str| {
        let other = other.to_lowercase();
        if !lower.is_empty() && other.contains(&lower) { 1.0 } else { strsim::jaro_winkler(&lower, &other) }
    };
    let mut found: Vec<(f64, &str)> = all
        .map(|published| {
            let short = published.short_name().map_or(0.0, similarity);
            (similarity(published.id()).max(short), published.id())
        })
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found.into_iter().take(MAX_SIMILAR).map(|(_, id)| id).collect()
}
