//! Validations and migrations, as a test sets them up and pins them.

use super::Emulator;
use crate::jobs::{
    Migration, MigrationCourse, MigrationState, Validation, ValidationCourse, ValidationState,
};
use crate::seed;

/// Jobs.
impl Emulator {
    /// Sets how validations go that are started from now on.
    pub fn set_validation_course(&self, course: ValidationCourse) {
        self.shared.world().settings.validation_course = course;
    }

    /// Sets how migrations go that are started from now on.
    pub fn set_migration_course(&self, course: MigrationCourse) {
        self.shared.world().settings.migration_course = course;
    }

    /// Adds a migration to the project, without a request, and returns its id. It stays in this state, whatever the
    /// time, until it is cut over.
    #[must_use]
    pub fn add_migration(&self, state: MigrationState) -> String {
        let mut world = self.shared.world();
        let migration = Migration {
            id: crate::random::id(),
            project_id: seed::PROJECT_ID.to_owned(),
            migration_hosts: vec![seed::MIGRATION_HOST.to_owned()],
            started: world.clock.now(),
            course: world.settings.migration_course.clone(),
            cut_over: None,
            pinned: Some(state),
        };
        let id = migration.id.clone();
        world.jobs.migrations.insert(id.clone(), migration);
        id
    }

    /// Sets where the migration stands; there it stays, whatever the time, until it is cut over. Returns whether
    /// there is one of this id.
    pub fn set_migration(&self, id: &str, state: MigrationState) -> bool {
        let mut world = self.shared.world();
        let migration = world.jobs.migrations.get_mut(id);
        migration.map(|migration| migration.pinned = Some(state)).is_some()
    }

    /// Where the migration stands, if there is one of this id.
    #[must_use]
    pub fn migration(&self, id: &str) -> Option<MigrationState> {
        let world = self.shared.world();
        world.jobs.migrations.get(id).map(|migration| migration.state(world.clock.now()))
    }

    /// Adds a validation to the project, without a request, and returns its id. It stays pending, whatever the time.
    #[must_use]
    pub fn add_validation(&self) -> String {
        let mut world = self.shared.world();
        let validation = Validation {
            id: crate::random::id(),
            project_id: seed::PROJECT_ID.to_owned(),
            source_project_id: seed::SOURCE_PROJECT_ID.to_owned(),
            migration_hosts: vec![seed::MIGRATION_HOST.to_owned()],
            started: world.clock.now(),
            course: world.settings.validation_course.clone(),
            pinned: Some(ValidationState::new(Some("PENDING"), None)),
        };
        let id = validation.id.clone();
        world.jobs.validations.insert(id.clone(), validation);
        id
    }

    /// Sets the status and error message of a validation, whatever the time; any text, and none, so that a test can
    /// send what a client does not know. Returns whether there is one of this id.
    pub fn set_validation(&self, id: &str, status: Option<&str>, error_message: Option<&str>) -> bool {
        let mut world = self.shared.world();
        let state = ValidationState::new(status, error_message);
        let validation = world.jobs.validations.get_mut(id);
        validation.map(|validation| validation.pinned = Some(state)).is_some()
    }
}
