//! Executes the commands of a flow with a client, and maps each result and each error to an event.
//!
//! In one place, so that no runner has to decide which failures may have taken effect.

use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream;

use crate::api::{Polling, Progress, Tracker};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::flow::{EventKind, Failure, Once, Read, SourceLink, Step, Watch};
use crate::generated::ids::{MigrationId, OrgId, ProjectId, ValidationId};
use crate::generated::models::{Migration, MigrationStatus, ValidationStatus};
use crate::plan::MigrationPlan;
use crate::source_manager::SourceOrg;
use crate::values::access_list::AccessListEntry;
use crate::values::ids::SourceOrgId;
use crate::values::secret::Secret;

/// Executes the commands of a [`Flow`](crate::flow::Flow).
///
/// ```no_run
/// # async fn example(flow: &mut atlas_migration_sdk::flow::Flow) -> Result<(), Box<dyn std::error::Error>> {
/// use atlas_migration_sdk::flow::{Actor, Command, Event};
/// use atlas_migration_sdk::{Client, FlowExecutor, SourceManager, Timestamp};
///
/// let executor = FlowExecutor::new(Client::from_env()?).source(SourceManager::from_env()?.org_from_env()?);
/// if let Command::Read(read) = flow.next() {
///     let event = Event::new(Timestamp::now(), Actor::process("example"), executor.read(&read).await?);
///     flow.apply(&event)?; // and write it to the journal
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct FlowExecutor {
    client: Client,
    source: Option<SourceOrg>,
    password: Option<Secret>,
    polling: Option<Polling>,
}

/// What a poll found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Observed {
    /// The event. A [`Sampler`](crate::flow::Sampler) selects those to record.
    pub event: EventKind,
    /// The progress of a migration, with the estimate of the time that remains.
    pub progress: Option<Progress>,
}

impl FlowExecutor {
    /// Creates an executor with the client of Atlas.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client, source: None, password: None, polling: None }
    }

    /// Sets the source organization, for a flow that links it.
    #[must_use]
    pub fn source(mut self, source: SourceOrg) -> Self {
        self.source = Some(source);
        self
    }

    /// Sets the password of the source's user, which no command contains.
    #[must_use]
    pub fn source_password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets how often [`watch`](Self::watch) polls. Default: the setting of the client.
    #[must_use]
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = Some(polling);
        self
    }

    /// Reads, for [`Command::Read`](crate::flow::Command::Read) and
    /// [`Command::Reconcile`](crate::flow::Command::Reconcile).
    ///
    /// # Errors
    ///
    /// Those of the request. There is nothing to record then.
    pub async fn read(&self, read: &Read) -> Result<EventKind> {
        match read {
            Read::Source(link) => self.read_source(link).await,
            Read::Migration { project, migration } => {
                let state = self.read_migration(*project, *migration).await;
                or_missing(state, EventKind::MigrationMissing { migration: *migration }, |state| {
                    EventKind::observed(*migration, &state).on_hosts(state.migration_hosts)
                })
            }
        }
    }

    /// Polls once, for [`Command::Watch`](crate::flow::Command::Watch).
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub async fn poll(&self, watch: &Watch) -> Result<EventKind> {
        self.observe(watch, |_| None).await.map(|observed| observed.event)
    }

    /// Performs the step once and returns its outcome. Its intent must have been recorded before.
    ///
    /// Dropping the future leaves the outcome unknown: the flow reconciles it.
    pub async fn perform(&self, once: &Once) -> EventKind {
        let result = match once {
            Once::Link { org, source_org, access_list } => {
                return self.link(*org, *source_org, access_list).await.unwrap_or_else(|failed| failed);
            }
            Once::Validate { project, plan } => {
                let job = self.client.project(*project).validate(&self.with_password(plan)).await;
                job.map(|job| EventKind::ValidationStarted { validation: job.id() })
            }
            Once::Migrate { project, plan } => {
                let job = self.client.project(*project).migrate(&self.with_password(plan)).await;
                job.map(|job| EventKind::MigrationCreated { migration: job.id() })
            }
            Once::CutOver { project, migration } => {
                let cutover = self.client.project(*project).migration(*migration).cut_over().await;
                cutover.map(|_| EventKind::CutoverAccepted {})
            }
        };
        result.unwrap_or_else(|error| failed(once.step(), &error))
    }

    /// Polls until the stream is dropped. Each poll is an item.
    ///
    /// Errors that may be temporary are ignored for a while ([`Polling::max_error_duration`]); then the stream ends with
    /// the error. It does not end otherwise: drop it when the flow returns another command.
    pub fn watch(&self, watch: Watch) -> impl Stream<Item = Result<Observed>> + Send + 'static {
        let shared = Arc::clone(self.client.shared());
        let polling = self.polling.unwrap_or_else(|| self.client.polling());
        let state = (self.clone(), polling.start(), Tracker::default(), false);
        stream::try_unfold(state, move |(executor, mut poller, mut tracker, sleep_first)| {
            let (shared, watch) = (Arc::clone(&shared), watch.clone());
            async move {
                let clock = &*shared.clock;
                if sleep_first {
                    poller.sleep(clock).await;
                }
                loop {
                    let result =
                        executor.observe(&watch, |state| Some(tracker.observe(state, clock.now()))).await;
                    if let Some(observed) = poller.observe(result, clock.now())? {
                        return Ok(Some((observed, (executor, poller, tracker, true))));
                    }
                    poller.sleep(clock).await;
                }
            }
        })
    }
}

impl FlowExecutor {
    async fn observe(
        &self,
        watch: &Watch,
        track: impl FnOnce(Migration) -> Option<Progress>,
    ) -> Result<Observed> {
        let (project, migration) = match watch {
            Watch::Ready { project, migration } | Watch::Complete { project, migration } => {
                (*project, *migration)
            }
            Watch::Linked(link) => return self.read_source(link).await.map(Observed::without_progress),
            Watch::Validated { project, validation } => {
                return self.read_validation(*project, *validation).await.map(Observed::without_progress);
            }
        };
        let state = self.read_migration(project, migration).await;
        let missing = Observed::without_progress(EventKind::MigrationMissing { migration });
        or_missing(state, missing, |state| Observed {
            event: EventKind::observed(migration, &state),
            progress: track(state),
        })
    }

    async fn read_source(&self, link: &SourceLink) -> Result<EventKind> {
        let status = match link.source_org {
            Some(org) => Some(self.source_org(org)?.status().await?.as_str().to_owned()),
            None => None,
        };
        let projects = self.client.org(link.org).available_projects().await?;
        let project_available = projects.iter().any(|project| project.project_id == link.project);
        Ok(EventKind::SourceObserved { link: status, project_available })
    }

    /// Reads the migration. An unknown status may be any text, and so may repeat a secret.
    async fn read_migration(&self, project: ProjectId, id: MigrationId) -> Result<Migration> {
        let mut migration = self.client.project(project).migration(id).get().await?;
        if let Some(MigrationStatus::Unknown(status)) = &mut migration.status {
            *status = self.without_secrets(status);
        }
        for host in &mut migration.migration_hosts {
            *host = self.without_secrets(host);
        }
        Ok(migration)
    }

    async fn read_validation(&self, project: ProjectId, validation: ValidationId) -> Result<EventKind> {
        let job = self.client.project(project).validation(validation).redacting(self.password.clone());
        or_missing(job.get().await, EventKind::ValidationMissing { validation }, |mut state| {
            if let Some(ValidationStatus::Unknown(status)) = &mut state.status {
                *status = self.without_secrets(status);
            }
            EventKind::validated(validation, state)
        })
    }

    fn without_secrets(&self, text: &str) -> String {
        self.client.shared().authenticator.without_secrets(text, self.password.as_ref())
    }

    /// Creates a link-token and enters it at the source.
    async fn link(
        &self,
        org: OrgId,
        source_org: SourceOrgId,
        access_list: &[AccessListEntry],
    ) -> Result<EventKind, EventKind> {
        // Without its link-token, the source is not asked to link: whatever went wrong, the step had no effect.
        let rejected =
            |error: Error| EventKind::Rejected { step: Step::Link, failure: Failure::from(&error) };
        let source = self.source_org(source_org).map_err(rejected)?;
        let token = self.client.org(org).create_link_token(access_list.iter().copied()).await;
        let linked = source.link(&token.map_err(rejected)?).await;
        linked.map(|_| EventKind::Linked {}).map_err(|error| failed(Step::Link, &error))
    }

    /// The organization in which the flow links the source.
    fn source_org(&self, id: SourceOrgId) -> Result<&SourceOrg> {
        let source = self.source.as_ref().filter(|source| source.id() == id);
        source.ok_or_else(|| {
            Error::configuration(format!(
                "the flow links the source organization {id}: give it to `FlowExecutor::source`"
            ))
        })
    }

    fn with_password(&self, plan: &MigrationPlan) -> MigrationPlan {
        let plan = plan.clone();
        match &self.password {
            Some(password) => plan.source_password(password.clone()),
            None => plan,
        }
    }
}

impl Observed {
    fn without_progress(event: EventKind) -> Self {
        Self { event, progress: None }
    }
}

/// What is read, or `missing` if Atlas does not find it.
fn or_missing<T, E>(result: Result<T>, missing: E, found: impl FnOnce(T) -> E) -> Result<E> {
    match result {
        Ok(value) => Ok(found(value)),
        Err(error) if error.is_not_found() => Ok(missing),
        Err(error) => Err(error),
    }
}

/// The outcome of a step that failed.
fn failed(step: Step, error: &Error) -> EventKind {
    let failure = Failure::from(error);
    if error.may_have_taken_effect() {
        EventKind::OutcomeUnknown { step, failure }
    } else {
        EventKind::Rejected { step, failure }
    }
}
