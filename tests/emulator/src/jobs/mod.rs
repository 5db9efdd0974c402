//! Validation and migration jobs: what they are, and where each stands at a moment of the emulator's clock.
//!
//! Nothing here runs. A job is a start, a course and what requests did to it; its state is worked out when somebody
//! asks, so that two who ask at the same moment see the same. Requests are read elsewhere.

mod migration;
mod validation;

use std::collections::BTreeMap;

use crate::clock::Moment;

pub(crate) use self::migration::Migration;
pub use self::migration::{CUTOVER_WINDOW, MigrationCourse, MigrationState};
pub use self::validation::ValidationCourse;
pub(crate) use self::validation::{Validation, ValidationState};

/// Every job so far, by id.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    pub(crate) validations: BTreeMap<String, Validation>,
    pub(crate) migrations: BTreeMap<String, Migration>,
}

impl Jobs {
    /// The first of these hosts that has a job to do.
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
