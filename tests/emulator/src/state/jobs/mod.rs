//! Validation and migration jobs, and the state of each at a point in the emulator's time.
//!
//! Nothing runs in the background. A job consists of its start, its timeline and the changes by requests. Its state is
//! computed when it is read, so that two requests at the same time get the same state.

mod migration;
mod validation;

use std::collections::BTreeMap;

use super::Moment;

pub(crate) use self::migration::Migration;
pub use self::migration::{CUTOVER_WINDOW, MigrationState, MigrationTimeline};
pub use self::validation::ValidationTimeline;
pub(crate) use self::validation::{Validation, ValidationState};

/// All jobs, by id.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    pub(crate) validations: BTreeMap<String, Validation>,
    pub(crate) migrations: BTreeMap<String, Migration>,
}

impl Jobs {
    /// The first of these hosts that runs a job.
    pub(crate) fn busy_host<'h>(&self, hosts: &'h [String], now: Moment) -> Option<&'h str> {
        let validating = self.validations.values().filter(|one| one.is_running(now));
        let migrating = self.migrations.values().filter(|one| one.is_running(now));
        let busy: Vec<&String> = validating
            .flat_map(|one| &one.migration_hosts)
            .chain(migrating.flat_map(|one| &one.migration_hosts))
            .collect();
        hosts.iter().find(|host| busy.contains(host)).map(String::as_str)
    }
}
