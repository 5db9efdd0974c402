//! The operations on one project: validations and migrations of what is copied into its clusters.

use crate::client::Client;
use crate::generated::client::types::{Migration, MigrationRequest, Validation};
use crate::ids::{MigrationId, ProjectId, ValidationId};
use crate::operations;
use crate::request::Request;

/// One Atlas project. Made by [`Client::project`].
#[derive(Clone, Debug)]
pub struct Project {
    client: Client,
    id: ProjectId,
}

impl Project {
    pub(crate) fn new(client: Client, id: ProjectId) -> Self {
        Self { client, id }
    }

    /// The project's id.
    #[must_use]
    pub fn id(&self) -> ProjectId {
        self.id
    }

    /// Starts a job that checks whether a migration could run. Changes neither source nor destination.
    ///
    /// Atlas operation `validateGroupLiveMigrations`; role Organization Owner. Each call starts another job; it is
    /// never repeated by itself.
    ///
    /// # Errors
    ///
    /// Among others: [`field_violations`](crate::Error::field_violations) for what is wrong in the request.
    #[doc(alias = "validateGroupLiveMigrations")]
    #[doc(alias = "validateLiveMigrations")]
    #[doc(alias = "ValidateLiveMigrations")]
    pub fn validate(&self, request: MigrationRequest) -> Request<Validation> {
        let id = self.id;
        self.client.generated(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS, move |call| async move {
            let (envelope, pretty) = (call.envelope(), call.pretty());
            let api = call.into_client();
            let result = api.validate_group_live_migrations(&id, envelope, pretty, &request).await;
            api.inner.outcome(result)
        })
    }

    /// Reads a validation job.
    ///
    /// Atlas operation `getGroupLiveMigrationValidateStatus`; role Organization Owner.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "getGroupLiveMigrationValidateStatus")]
    #[doc(alias = "getMigrationValidateStatus")]
    #[doc(alias = "GetMigrationValidateStatus")]
    pub fn validation(&self, validation: ValidationId) -> Request<Validation> {
        let id = self.id;
        self.client.generated(&operations::GET_GROUP_LIVE_MIGRATION_VALIDATE_STATUS, move |call| async move {
            let envelope = call.envelope();
            let api = call.into_client();
            let result = api.get_group_live_migration_validate_status(&id, &validation, envelope).await;
            api.inner.outcome(result)
        })
    }

    /// Starts a migration. With `drop_destination_data`, the destination's data is dropped first.
    ///
    /// Atlas operation `createGroupLiveMigration`; role Organization Owner. Never repeated by itself: a second one
    /// could drop the data again.
    ///
    /// # Errors
    ///
    /// Among others: [`field_violations`](crate::Error::field_violations) for what is wrong in the request.
    #[doc(alias = "createGroupLiveMigration")]
    #[doc(alias = "CreateGroupLiveMigration")]
    pub fn migrate(&self, request: MigrationRequest) -> Request<Migration> {
        let id = self.id;
        self.client.generated(&operations::CREATE_GROUP_LIVE_MIGRATION, move |call| async move {
            let (envelope, pretty) = (call.envelope(), call.pretty());
            let api = call.into_client();
            let result = api.create_group_live_migration(&id, envelope, pretty, &request).await;
            api.inner.outcome(result)
        })
    }

    /// Reads a migration.
    ///
    /// Atlas operation `getGroupLiveMigration`; role Organization Member.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "getGroupLiveMigration")]
    #[doc(alias = "GetGroupLiveMigration")]
    pub fn migration(&self, migration: MigrationId) -> Request<Migration> {
        let id = self.id;
        self.client.generated(&operations::GET_GROUP_LIVE_MIGRATION, move |call| async move {
            let (envelope, pretty) = (call.envelope(), call.pretty());
            let api = call.into_client();
            let result = api.get_group_live_migration(&id, &migration, envelope, pretty).await;
            api.inner.outcome(result)
        })
    }

    /// Cuts a migration over: ends the copying and makes the destination the deployment of record.
    ///
    /// Possible once [`Migration::ready_for_cutover`] is true, and for 120 hours from then. The reply says that the
    /// cutover has begun; read the migration to see it complete.
    ///
    /// Atlas operation `cutoverGroupLiveMigration`; role Organization Owner.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](crate::Error::is_not_found), [`is_conflict`](crate::Error::is_conflict).
    #[doc(alias = "cutoverGroupLiveMigration")]
    #[doc(alias = "cutoverMigration")]
    #[doc(alias = "CutoverMigration")]
    pub fn cut_over(&self, migration: MigrationId) -> Request<()> {
        let id = self.id;
        self.client.generated(&operations::CUTOVER_GROUP_LIVE_MIGRATION, move |call| async move {
            let (envelope, pretty) = (call.envelope(), call.pretty());
            let api = call.into_client();
            let result = api.cutover_group_live_migration(&id, &migration, envelope, pretty).await;
            api.inner.outcome(result)
        })
    }
}
