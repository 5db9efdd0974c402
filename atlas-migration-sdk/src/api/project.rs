//! The operations on one project: validations and migrations of what is copied into its clusters.

use std::sync::Arc;

use super::migration::MigrationJob;
use super::validation::ValidationJob;
use crate::call::{PreparedRequest, Request, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::generated::operations;
use crate::generated::requests;
use crate::plan::MigrationPlan;
use crate::values::ids::{MigrationId, ProjectId, ValidationId};

/// One Atlas project. Made by [`Client::project`](crate::Client::project).
#[derive(Clone, Debug)]
pub struct Project {
    shared: Arc<Shared>,
    id: ProjectId,
}

impl Project {
    pub(crate) fn new(shared: Arc<Shared>, id: ProjectId) -> Self {
        Self { shared, id }
    }

    /// The project's id.
    #[must_use]
    pub fn id(&self) -> ProjectId {
        self.id
    }

    /// Starts a job that checks whether the plan could run. Changes neither source nor destination.
    ///
    /// Atlas operation `validateGroupLiveMigrations`; role Organization Owner. Each call starts another job; it is
    /// not repeated after a lost reply.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a plan that lacks something; among others
    /// [`field_violations`](crate::Error::field_violations) for what Atlas finds wrong in it.
    #[doc(alias = "validateGroupLiveMigrations")]
    #[doc(alias = "validateLiveMigrations")]
    #[doc(alias = "ValidateLiveMigrations")]
    pub fn validate(&self, plan: &MigrationPlan) -> Request<ValidationJob> {
        let (shared, project, body) = (Arc::clone(&self.shared), self.id, plan.to_request(self.id));
        let password = body.as_ref().ok().and_then(|body| body.source.password.clone());
        let for_the_job = password.clone();
        let request = Request::prepared(
            &self.shared,
            match body {
                Ok(body) => requests::validate_group_live_migrations(&self.id, &body),
                Err(error) => PreparedRequest::invalid(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS, error),
            },
            move |validation| {
                Ok(ValidationJob::new(shared, project, required(validation.id)?).hiding(for_the_job))
            },
        );
        request.redacting(password)
    }

    /// The validation job of this id, to read it or to go on waiting. Sends nothing.
    #[must_use]
    pub fn validation(&self, id: ValidationId) -> ValidationJob {
        ValidationJob::new(Arc::clone(&self.shared), self.id, id)
    }

    /// Starts the migration of the plan. With `drop_destination_data`, the destination's data is dropped first.
    ///
    /// Atlas operation `createGroupLiveMigration`; role Organization Owner. Never repeated after a lost reply: a second
    /// one could drop the data again. Such an error [may have happened](crate::Error::may_have_taken_effect) and says
    /// how to find out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a plan that lacks something; among others
    /// [`field_violations`](crate::Error::field_violations) for what Atlas finds wrong in it.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     project: atlas_migration_sdk::Project,
    /// #     plan: atlas_migration_sdk::plan::MigrationPlan,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// project.validate(&plan).await?.wait().await?;
    /// let migration = project.migrate(&plan).await?;
    /// std::fs::write("migration-id", migration.id().to_string())?; // to go on from, should the program die
    /// migration.wait_until_ready(|progress| println!("lag: {:?}", progress.lag())).await?;
    /// // Now stop the writes to the source.
    /// migration.cut_over().await?.wait().await?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "createGroupLiveMigration")]
    #[doc(alias = "CreateGroupLiveMigration")]
    pub fn migrate(&self, plan: &MigrationPlan) -> Request<MigrationJob> {
        let (shared, project, body) = (Arc::clone(&self.shared), self.id, plan.to_request(self.id));
        let password = body.as_ref().ok().and_then(|body| body.source.password.clone());
        let request = Request::prepared(
            &self.shared,
            match body {
                Ok(body) => requests::create_group_live_migration(&self.id, &body),
                Err(error) => PreparedRequest::invalid(&operations::CREATE_GROUP_LIVE_MIGRATION, error),
            },
            move |migration| Ok(MigrationJob::new(shared, project, required(migration.id)?)),
        );
        request.redacting(password)
    }

    /// The migration of this id, to read it, to go on waiting or to cut it over. Sends nothing.
    #[must_use]
    pub fn migration(&self, id: MigrationId) -> MigrationJob {
        MigrationJob::new(Arc::clone(&self.shared), self.id, id)
    }
}

/// The id of a job that was just started, which no later call can do without.
fn required<T>(id: Option<T>) -> Result<T> {
    let message = "Atlas reported success, but the reply has no `_id`";
    id.ok_or_else(|| Error::new(ErrorKind::InvalidResponse, message))
}
