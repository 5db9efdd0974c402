//! A validation job: reading it, and waiting for its result.

use std::sync::Arc;

use super::wait::Polling;
use crate::call::{Request, Shared};
use crate::error::{Error, ErrorKind, Result, redacted};
use crate::generated::ids::{ProjectId, ValidationId};
use crate::generated::models::{Validation, ValidationStatus};
use crate::generated::operations;
use crate::generated::requests;
use crate::values::secret::Secret;

/// A validation job. Created by [`Project::validate`](crate::Project::validate), or from its id by
/// [`Project::validation`](crate::Project::validation).
#[derive(Clone, Debug)]
pub struct ValidationJob {
    shared: Arc<Shared>,
    project: ProjectId,
    id: ValidationId,
    polling: Polling,
    /// The source's password, which the result of the validation might contain.
    password: Option<Secret>,
}

impl ValidationJob {
    pub(crate) fn new(shared: Arc<Shared>, project: ProjectId, id: ValidationId) -> Self {
        Self { shared, project, id, polling: Polling::default(), password: None }
    }

    pub(crate) fn redacting(mut self, password: Option<Secret>) -> Self {
        self.password = password;
        self
    }

    fn without_secrets(&self, text: &str) -> String {
        self.shared.authenticator.without_secrets(text, self.password.as_ref())
    }

    /// The id of the job. Another process can continue with it.
    #[must_use]
    pub fn id(&self) -> ValidationId {
        self.id
    }

    /// How often [`wait`](Self::wait) polls. Default: the setting of the client,
    /// [`ClientBuilder::polling`](crate::ClientBuilder::polling).
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
                // The message may contain the password with which the validation tried to connect.
                let message = validation.error_message.as_deref();
                validation.error_message = message.map(|text| job.without_secrets(text));
                Ok(validation)
            },
        )
    }

    /// Waits until the validation has succeeded.
    ///
    /// There is no timeout: wrap the future in `tokio::time::timeout` for one. Errors that may be temporary are ignored
    /// for a while ([`Polling::max_error_duration`]). To continue later, store the [`id`](Self::id).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobFailed`] if the validation failed, with its result in the text; [`ErrorKind::JobStateUnknown`]
    /// for a state that this version of the crate does not know; and the errors of reading the job.
    pub async fn wait(&self) -> Result<Validation> {
        let operation = &operations::GET_GROUP_LIVE_MIGRATION_VALIDATE_STATUS;
        let clock = &*self.shared.clock;
        let mut poller = self.polling.start();
        loop {
            let result = self.get().await;
            if let Some(validation) = poller.observe(result, clock.now())? {
                match &validation.status {
                    Some(ValidationStatus::Success) => return Ok(validation),
                    Some(ValidationStatus::Failed) => {
                        let reason = validation.error_message.as_deref().unwrap_or("no reason was given");
                        let message = format!("the validation failed: {}", redacted(reason, &[]));
                        return Err(Error::new(ErrorKind::JobFailed, message).with_operation(operation));
                    }
                    Some(ValidationStatus::Pending) | None => {}
                    Some(unknown) => {
                        let state = self.without_secrets(unknown.as_str());
                        return Err(Error::unknown_job_state(&state).with_operation(operation));
                    }
                }
            }
            poller.sleep(clock).await;
        }
    }
}
