//! When a cutover may begin: windows of the week, in a time zone.

use atlas_migration_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// A window of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    /// The days on which it begins, such as `sat`.
    pub(crate) days: Vec<Day>,
    /// When it begins, such as `02:00`.
    pub(crate) from: String,
    /// When it ends; on the next day if that is not after `from`.
    pub(crate) to: String,
    /// The IANA name of the time zone, such as `Europe/Berlin`.
    pub(crate) time_zone: String,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// Whether a cutover may begin now, and if not, when.
pub(crate) fn check(windows: &[Window], now: Timestamp) -> Result<(), String> {
    let _ = now;
    if windows.is_empty() { Ok(()) } else { Err("windows are not supported yet".to_owned()) }
}
