//! The operations on a project: validations and migrations into its clusters.

use std::sync::Arc;

use super::migration::MigrationJob;
use super::validation::ValidationJob;
use super::wait::Polling;
use crate::call::{PreparedRequest, Request, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::generated::ids::{MigrationId, ProjectId, ValidationId};
use crate::generated::operations;
use crate::generated::requests;
use crate::plan::MigrationPlan;

/// An Atlas project. Created by [`Client::project`](crate::Client::project).
#[derive(Clone, Debug)]
pub struct Project {
    shared: Arc<Shared>,
    polling: Polling,
    id: ProjectId,
}

impl Project {
    pub(crate) fn new(shared: Arc<Shared>, polling: Polling, id: ProjectId) -> Self {
        Self { shared, polling, id }
    }

    /// The project's id.
    #[must_use]
    pub fn id(&self) -> ProjectId {
        self.id
    }

    /// Starts a job that validates the plan. Changes neither the source nor the destination.
    ///
    /// Atlas operation `validateGroupLiveMigrations`; role Organization Owner. Each call starts another job, so that a
    /// call is not repeated after a lost response.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for an incomplete plan. Among others:
    /// [`field_violations`](crate::Error::field_violations) for the fields that Atlas finds invalid.
    #[doc(alias = "validateGroupLiveMigrations")]
    #[doc(alias = "validateLiveMigrations")]
    #[doc(alias = "ValidateLiveMigrations")]
    pub fn validate(&self, plan: &MigrationPlan) -> Request<ValidationJob> {
        let (project, body) = (self.clone(), plan.to_request(self.id));
        let password = body.as_ref().ok().and_then(|body| body.source.password.clone());
        let password_of_job = password.clone();
        let request = Request::prepared(
            &self.shared,
            match body {
                Ok(body) => requests::validate_group_live_migrations(&self.id, &body),
                Err(error) => PreparedRequest::invalid(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS, error),
            },
            move |validation| Ok(project.validation(required(validation.id)?).redacting(password_of_job)),
        );
        request.redacting(password)
    }

    /// The validation job with this id. Sends nothing.
    #[must_use]
    pub fn validation(&self, id: ValidationId) -> ValidationJob {
        ValidationJob::new(Arc::clone(&self.shared), self.id, id).polling(self.polling)
    }

    /// Starts the migration of the plan. With `drop_destination_data`, the destination's data is dropped first.
    ///
    /// Atlas operation `createGroupLiveMigration`; role Organization Owner. Never repeated after a lost response,
    /// because a second migration could drop the data again. The migration may have started then: see
    /// [`may_have_taken_effect`](crate::Error::may_have_taken_effect). The text of the error describes how to check
    /// that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for an incomplete plan. Among others:
    /// [`field_violations`](crate::Error::field_violations) for the fields that Atlas finds invalid.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     project: atlas_migration_sdk::Project,
    /// #     plan: atlas_migration_sdk::plan::MigrationPlan,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// use atlas_migration_sdk::Readiness;
    ///
    /// project.validate(&plan).await?.wait().await?;
    /// let migration = project.migrate(&plan).await?;
    /// std::fs::write("migration-id", migration.id().to_string())?; // another process can continue with it
    /// if let Readiness::ReadyForCutover(_) = migration.wait_until_ready(|progress| println!("{progress}")).await? {
    ///     // Now stop the writes to the source.
    ///     migration.cut_over().await?.wait().await?;
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "createGroupLiveMigration")]
    #[doc(alias = "CreateGroupLiveMigration")]
    pub fn migrate(&self, plan: &MigrationPlan) -> Request<MigrationJob> {
        let (project, body) = (self.clone(), plan.to_request(self.id));
        let password = body.as_ref().ok().and_then(|body| body.source.password.clone());
        let request = Request::prepared(
            &self.shared,
            match body {
                Ok(body) => requests::create_group_live_migration(&self.id, &body),
                Err(error) => PreparedRequest::invalid(&operations::CREATE_GROUP_LIVE_MIGRATION, error),
            },
            move |migration| Ok(project.migration(required(migration.id)?)),
        );
        request.redacting(password)
    }

    /// The migration with this id. Sends nothing.
    #[must_use]
    pub fn migration(&self, id: MigrationId) -> MigrationJob {
        MigrationJob::new(Arc::clone(&self.shared), self.id, id).polling(self.polling)
    }
}

/// The id of a job that was just started. Without it, no further call is possible.
fn required<T>(id: Option<T>) -> Result<T> {
    id.ok_or_else(|| Error::new(ErrorKind::InvalidResponse, "it has no `_id`"))
}
