//! A validation job: read it, or wait until it has found that the migration could run.

use std::sync::Arc;

use super::wait::Polling;
use crate::call::{Request, Shared};
use crate::error::{Error, ErrorKind, Result, redacted};
use crate::generated::models::{Validation, ValidationStatus};
use crate::generated::operations;
use crate::generated::requests;
use crate::values::ids::{ProjectId, ValidationId};
use crate::values::secret::Secret;

/// A validation job. Made by [`Project::validate`](crate::Project::validate), or from its id by
/// [`Project::validation`](crate::Project::validation).
#[derive(Clone, Debug)]
pub struct ValidationJob {
    shared: Arc<Shared>,
    project: ProjectId,
    id: ValidationId,
    polling: Polling,
    /// The source's password, which what the validation found might repeat.
    hidden: Option<Secret>,
}

impl ValidationJob {
    pub(crate) fn new(shared: Arc<Shared>, project: ProjectId, id: ValidationId) -> Self {
        Self { shared, project, id, polling: Polling::default(), hidden: None }
    }

    pub(crate) fn hiding(mut self, secret: Option<Secret>) -> Self {
        self.hidden = secret;
        self
    }

    fn without_secrets(&self, text: &str) -> String {
        self.shared.authenticator.without_secrets(text, self.hidden.as_ref())
    }

    /// The job's id, from which another process can go on.
    #[must_use]
    pub fn id(&self) -> ValidationId {
        self.id
    }

    /// How often [`wait`](Self::wait) looks. Default: [`Polling::default`].
    #[must_use]
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Reads the job.
    ///
    /// Atlas operation `getGroupLiveMigrationValidateStatus`; role Organization Owner.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](Error::is_not_found).
    #[doc(alias = "getGroupLiveMigrationValidateStatus")]
    #[doc(alias = "getMigrationValidateStatus")]
    #[doc(alias = "GetMigrationValidateStatus")]
    pub fn get(&self) -> Request<Validation> {
        let job = self.clone();
        Request::prepared(
            &self.shared,
            requests::get_group_live_migration_validate_status(&self.project, &self.id),
            move |mut validation| {
                // What it found may repeat the password with which it tried to connect.
                let found = validation.error_message.as_deref();
                validation.error_message = found.map(|text| job.without_secrets(text));
                Ok(validation)
            },
        )
    }

    /// Waits until the validation has succeeded.
    ///
    /// Has no deadline of its own: wrap it in `tokio::time::timeout` for one. Failures to look are sat out for a while
    /// ([`Polling::max_error_duration`]). To go on later, keep the [`id`](Self::id).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobFailed`] where the validation failed, with what it found in the text;
    /// [`ErrorKind::JobStateUnknown`] for a state that this version does not know; and what reading the job answers.
    pub async fn wait(&self) -> Result<Validation> {
        let operation = &operations::GET_GROUP_LIVE_MIGRATION_VALIDATE_STATUS;
        let clock = &*self.shared.clock;
        let mut poller = self.polling.start();
        loop {
            let look = self.get().await;
            if let Some(validation) = poller.seen(look, clock.now())? {
                match &validation.status {
                    Some(ValidationStatus::Success) => return Ok(validation),
                    Some(ValidationStatus::Failed) => {
                        let found = validation.error_message.as_deref().unwrap_or("no reason was given");
                        let message = format!("the validation failed: {}", redacted(found, &[]));
                        return Err(Error::new(ErrorKind::JobFailed, message).with_operation(operation));
                    }
                    Some(ValidationStatus::Pending) | None => {}
                    Some(unknown) => {
                        let state = self.without_secrets(unknown.as_str());
                        return Err(Error::unknown_job_state(&state).with_operation(operation));
                    }
                }
            }
            poller.pause(clock).await;
        }
    }
}
