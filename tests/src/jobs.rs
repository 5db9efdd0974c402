//! Validation and migration jobs. So far they stand where they were put: nothing moves them but a cutover and the
//! tests. Their course over time belongs here when it comes.

use serde::Serialize;

/// A validation job, as `GET …/validate/{validationId}` shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Validation {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) error_message: Option<String>,
    #[serde(rename = "groupId")]
    pub(crate) project_id: String,
    #[serde(rename = "sourceGroupId")]
    pub(crate) source_project_id: String,
    pub(crate) status: Option<String>,
}

/// A migration, as `GET …/liveMigrations/{liveMigrationId}` shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Migration {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) project_id: String,
    pub(crate) migration_hosts: Vec<String>,
    #[serde(flatten)]
    pub(crate) state: MigrationState,
    /// Whether the cutover has begun.
    #[serde(skip)]
    pub(crate) cut_over: bool,
}

/// Where a migration stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MigrationState {
    /// How many seconds the destination is behind.
    pub lag_time_seconds: Option<i64>,
    /// Whether it can be cut over.
    pub ready_for_cutover: bool,
    /// `NEW`, `WORKING`, `FAILED`, `COMPLETE` or `EXPIRED`; any text, and none, so that a test can send what a
    /// client does not know.
    pub status: Option<String>,
}

impl MigrationState {
    /// A state with this status, not ready and without a lag.
    #[must_use]
    pub fn new(status: impl Into<String>) -> Self {
        Self { lag_time_seconds: None, ready_for_cutover: false, status: Some(status.into()) }
    }

    /// Copying, with this lag.
    #[must_use]
    pub fn working(lag_time_seconds: i64) -> Self {
        Self { lag_time_seconds: Some(lag_time_seconds), ..Self::new("WORKING") }
    }

    /// Copying, caught up, and ready to be cut over.
    #[must_use]
    pub fn ready() -> Self {
        Self { ready_for_cutover: true, ..Self::working(0) }
    }
}

impl Migration {
    /// Whether it keeps the link from being deleted.
    pub(crate) fn is_running(&self) -> bool {
        !matches!(self.state.status.as_deref(), Some("FAILED" | "COMPLETE" | "EXPIRED"))
    }
}
