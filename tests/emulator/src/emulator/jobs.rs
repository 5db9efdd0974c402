//! Validations and migrations that a test creates or changes.

use super::Emulator;
use crate::state::{
    Migration, MigrationState, MigrationTimeline, Validation, ValidationState, ValidationTimeline,
};
use crate::values::{fixtures, random};

/// Jobs.
impl Emulator {
    /// Sets the timeline of validations that start from now on.
    pub fn set_validation_timeline(&self, timeline: ValidationTimeline) {
        self.shared.lock().state.settings.validation_timeline = timeline;
    }

    /// Sets the timeline of migrations that start from now on.
    pub fn set_migration_timeline(&self, timeline: MigrationTimeline) {
        self.shared.lock().state.settings.migration_timeline = timeline;
    }

    /// Adds a migration to the project without a request. Returns its id. It stays in this state until it is cut over.
    #[must_use]
    pub fn add_migration(&self, migration_state: MigrationState) -> String {
        let state = &mut self.shared.lock().state;
        let migration = Migration {
            id: random::id(),
            project_id: fixtures::PROJECT_ID.to_owned(),
            migration_hosts: vec![fixtures::MIGRATION_HOST.to_owned()],
            started: state.clock.now(),
            timeline: state.settings.migration_timeline.clone(),
            cutover_started: None,
            fixed_state: Some(migration_state),
        };
        let id = migration.id.clone();
        state.jobs.migrations.insert(id.clone(), migration);
        id
    }

    /// Sets the state of the migration, in which it stays until it is cut over. Returns whether a migration with this
    /// id exists.
    pub fn set_migration(&self, id: &str, migration_state: MigrationState) -> bool {
        let state = &mut self.shared.lock().state;
        let migration = state.jobs.migrations.get_mut(id);
        migration.map(|migration| migration.fixed_state = Some(migration_state)).is_some()
    }

    /// The state of the migration, if one with this id exists.
    #[must_use]
    pub fn migration(&self, id: &str) -> Option<MigrationState> {
        let state = &self.shared.lock().state;
        state.jobs.migrations.get(id).map(|migration| migration.state(state.clock.now()))
    }

    /// Adds a validation to the project without a request. Returns its id. It stays pending.
    #[must_use]
    pub fn add_validation(&self) -> String {
        let state = &mut self.shared.lock().state;
        let validation = Validation {
            id: random::id(),
            project_id: fixtures::PROJECT_ID.to_owned(),
            source_project_id: fixtures::SOURCE_PROJECT_ID.to_owned(),
            migration_hosts: vec![fixtures::MIGRATION_HOST.to_owned()],
            started: state.clock.now(),
            timeline: state.settings.validation_timeline.clone(),
            fixed_state: Some(ValidationState::new(Some("PENDING"), None)),
        };
        let id = validation.id.clone();
        state.jobs.validations.insert(id.clone(), validation);
        id
    }

    /// Sets the status and error message of a validation, in which it stays. Any text and `None` are allowed, so that a
    /// test can send what a client does not know. Returns whether a validation with this id exists.
    pub fn set_validation(&self, id: &str, status: Option<&str>, error_message: Option<&str>) -> bool {
        let state = &mut self.shared.lock().state;
        let validation_state = ValidationState::new(status, error_message);
        let validation = state.jobs.validations.get_mut(id);
        validation.map(|validation| validation.fixed_state = Some(validation_state)).is_some()
    }
}
