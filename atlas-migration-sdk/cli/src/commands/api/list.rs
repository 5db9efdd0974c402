//! `api list`: the operation table.

use atlas_migration_sdk::{Operation, operations};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table;

pub(super) const NAME: &str = "list";

pub(super) fn command() -> clap::Command {
    clap::Command::new(NAME)
        .about("List the operations with their names, versions and roles")
        .after_help("Example:\n  atlas-migration api list")
}

/// An operation of the table.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedOperation {
    /// The published id.
    id: &'static str,
    /// The short name, which the Atlas CLI uses.
    short_name: Option<&'static str>,
    /// The method of the Go SDK.
    go_sdk_name: &'static str,
    tag: Option<&'static str>,
    summary: &'static str,
    method: &'static str,
    path: &'static str,
    /// The versions, oldest first.
    versions: Vec<String>,
    has_request_body: bool,
    /// The role that the caller needs; null if any is sufficient.
    required_role: Option<&'static str>,
}

impl ListedOperation {
    fn of(operation: &'static Operation) -> Self {
        Self {
            id: operation.id,
            short_name: operation.short_name,
            go_sdk_name: operation.go_sdk_name,
            tag: operation.tag,
            summary: operation.summary,
            method: operation.method.as_str(),
            path: operation.path,
            versions: operation.response_versions.iter().map(|version| version.date.to_string()).collect(),
            has_request_body: !operation.request_versions.is_empty(),
            required_role: operation.required_role,
        }
    }
}

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let operations: Vec<_> = operations::ALL.iter().copied().map(ListedOperation::of).collect();
    context.output.show(&operations, |operations| {
        let rows = operations.iter().map(|operation| {
            [
                operation.id.to_owned(),
                operation.short_name.unwrap_or_default().to_owned(),
                operation.summary.to_owned(),
                operation.versions.join(", "),
                operation.required_role.unwrap_or("any").to_owned(),
            ]
        });
        table(&["OPERATION", "SHORT NAME", "SUMMARY", "VERSIONS", "ROLE"], rows, "")
    })
}
