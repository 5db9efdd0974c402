//! `--dry-run`: the request that would be sent, without secrets.

use atlas_migration_sdk::RequestPreview;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Output;
use crate::failure::Failure;

/// A request that was not sent.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DryRun {
    /// The published id of the operation.
    operation: &'static str,
    method: &'static str,
    url: String,
    /// Name and value of each header, without the credentials.
    headers: Vec<(String, String)>,
    /// The body, with `[redacted]` in place of each secret.
    body: Option<Value>,
    /// The request as a command line of curl.
    curl: String,
}

impl From<&RequestPreview> for DryRun {
    fn from(preview: &RequestPreview) -> Self {
        Self {
            operation: preview.operation().id,
            method: preview.method().as_str(),
            url: preview.url().to_owned(),
            headers: preview.headers().to_vec(),
            body: preview.body().cloned(),
            curl: preview.to_curl(),
        }
    }
}

impl Output {
    /// Writes the request of a dry run.
    pub(crate) fn show_preview(&self, preview: &RequestPreview) -> Result<(), Failure> {
        self.show(&DryRun::from(preview), |dry_run| format!("{preview}\n\n{}", dry_run.curl))
    }
}

/// The output of a command with `--dry-run`, for its schema.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "only the schema is used")]
pub(crate) enum OrDryRun<T> {
    DryRun(DryRun),
    Result(T),
}
