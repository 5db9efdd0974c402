//! A migration: reading it, waiting for it, cutting it over.

use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};

use super::wait::{Polling, Progress, Tracker};
use crate::call::{Request, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::generated::ids::{MigrationId, ProjectId};
use crate::generated::models::{Migration, MigrationStatus};
use crate::generated::operations;
use crate::generated::requests;

/// A migration. Created by [`Project::migrate`](crate::Project::migrate), or from its id by
/// [`Project::migration`](crate::Project::migration).
#[derive(Clone, Debug)]
pub struct MigrationJob {
    shared: Arc<Shared>,
    project: ProjectId,
    id: MigrationId,
    polling: Polling,
}

/// A migration whose cutover has started. Created by [`MigrationJob::cut_over`].
#[derive(Clone, Debug)]
pub struct Cutover {
    migration: MigrationJob,
}

/// The result of [`MigrationJob::wait_until_ready`].
///
/// It has exactly these two variants, so that a `match` does not need a third arm.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a migration that is already complete must not be cut over"]
pub enum Readiness {
    /// The migration can be cut over.
    ReadyForCutover(Migration),
    /// The migration was cut over before, by another process or in Atlas, and is complete. There is nothing left to do.
    AlreadyComplete(Migration),
}

impl MigrationJob {
    pub(crate) fn new(shared: Arc<Shared>, project: ProjectId, id: MigrationId) -> Self {
        Self { shared, project, id, polling: Polling::default() }
    }

    /// The id of the migration. Another process can continue with it.
    #[must_use]
    pub fn id(&self) -> MigrationId {
        self.id
    }

    /// How often to poll while waiting. Default: the setting of the client,
    /// [`ClientBuilder::polling`](crate::ClientBuilder::polling).
    #[must_use]
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Reads the migration.
    ///
    /// Atlas operation `getGroupLiveMigration`; role Organization Member.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](Error::is_not_found).
    #[doc(alias = "getGroupLiveMigration")]
    #[doc(alias = "GetGroupLiveMigration")]
    pub fn get(&self) -> Request<Migration> {
        Request::prepared(&self.shared, requests::get_group_live_migration(&self.project, &self.id), Ok)
    }

    /// Cuts over: ends the copying, and makes the destination the deployment of record.
    ///
    /// Possible once the migration is ready, and for 120 hours from then. Stop the writes to the source first. The
    /// response means that the cutover has started; [`Cutover::wait`] waits until it is complete. The request is
    /// repeated after a lost response, because a migration is cut over only once. If the server rejects the repeated
    /// request, the first one may have taken effect: see [`Error::may_have_taken_effect`].
    ///
    /// Atlas operation `cutoverGroupLiveMigration`; role Organization Owner.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](Error::is_not_found), [`is_conflict`](Error::is_conflict).
    #[doc(alias = "cutoverGroupLiveMigration")]
    #[doc(alias = "cutoverMigration")]
    #[doc(alias = "CutoverMigration")]
    pub fn cut_over(&self) -> Request<Cutover> {
        let cutover = Cutover { migration: self.clone() };
        Request::prepared(
            &self.shared,
            requests::cutover_group_live_migration(&self.project, &self.id),
            |()| Ok(cutover),
        )
    }

    /// Polls the migration until it has ended. Each poll is an item of the stream.
    ///
    /// The last item has a final state: COMPLETE, FAILED or EXPIRED. A state that this version of the crate does not
    /// know is not final. Errors that may be temporary are ignored for a while ([`Polling::max_error_duration`]); then
    /// the stream ends with the error. Dropping the stream has no effect on the migration.
    ///
    /// ```no_run
    /// # async fn example(migration: atlas_migration_sdk::MigrationJob) -> Result<(), atlas_migration_sdk::Error> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut progress = std::pin::pin!(migration.progress());
    /// while let Some(progress) = progress.try_next().await? {
    ///     println!("{progress}"); // WORKING, lag 60 s, about 25 s remaining
    /// }
    /// # Ok(()) }
    /// ```
    pub fn progress(&self) -> impl Stream<Item = Result<Progress>> + Send + 'static {
        let state = (self.clone(), self.polling.start(), Tracker::default(), Step::Poll);
        stream::try_unfold(state, |(migration, mut poller, mut tracker, step)| async move {
            if step == Step::End {
                return Ok(None);
            }
            let clock = Arc::clone(&migration.shared.clock);
            if step == Step::Sleep {
                poller.sleep(&*clock).await;
            }
            loop {
                let result = migration.get().await;
                if let Some(migration_now) = poller.observe(result, clock.now())? {
                    let progress = tracker.observe(migration_now, clock.now());
                    let next = if progress.has_ended() { Step::End } else { Step::Sleep };
                    return Ok(Some((progress, (migration, poller, tracker, next))));
                }
                poller.sleep(&*clock).await;
            }
        })
    }

    /// Waits until the migration can be cut over. It may also be complete already, if it was cut over elsewhere.
    ///
    /// `on_progress` is called after each poll. There is no timeout: wrap the future in `tokio::time::timeout` for one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobFailed`] and [`ErrorKind::JobExpired`] if it ended in another way,
    /// [`ErrorKind::JobStateUnknown`] for a state that this version of the crate does not know, and the errors of
    /// reading the migration.
    ///
    /// ```no_run
    /// # async fn example(migration: atlas_migration_sdk::MigrationJob) -> Result<(), atlas_migration_sdk::Error> {
    /// use atlas_migration_sdk::Readiness;
    ///
    /// match migration.wait_until_ready(|progress| println!("{progress}")).await? {
    ///     // Once the writes to the source have stopped:
    ///     Readiness::ReadyForCutover(_) => drop(migration.cut_over().await?.wait().await?),
    ///     Readiness::AlreadyComplete(_) => println!("it was cut over before"),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn wait_until_ready(&self, on_progress: impl FnMut(&Progress)) -> Result<Readiness> {
        let migration = self.wait_until(Progress::is_ready, on_progress).await?;
        Ok(match migration.status {
            Some(MigrationStatus::Complete) => Readiness::AlreadyComplete(migration),
            _ => Readiness::ReadyForCutover(migration),
        })
    }

    /// Waits until the migration is complete, some time after the cutover.
    ///
    /// # Errors
    ///
    /// As [`wait_until_ready`](Self::wait_until_ready).
    pub async fn wait_until_complete(&self, on_progress: impl FnMut(&Progress)) -> Result<Migration> {
        self.wait_until(|_| false, on_progress).await
    }

    async fn wait_until(
        &self,
        is_sufficient: impl Fn(&Progress) -> bool,
        mut on_progress: impl FnMut(&Progress),
    ) -> Result<Migration> {
        let mut progress = std::pin::pin!(self.progress());
        while let Some(observed) = progress.try_next().await? {
            on_progress(&observed);
            if let Some(failure) = self.failure(&observed) {
                return Err(failure.with_operation(&operations::GET_GROUP_LIVE_MIGRATION));
            }
            if observed.has_ended() || is_sufficient(&observed) {
                return Ok(observed.migration);
            }
        }
        // The stream ends only after an item with a final state.
        Err(Error::unknown_job_state("none"))
    }

    /// The error for a state that does not lead to success.
    fn failure(&self, progress: &Progress) -> Option<Error> {
        match progress.status()? {
            MigrationStatus::New | MigrationStatus::Working | MigrationStatus::Complete => None,
            MigrationStatus::Failed => Some(Error::new(
                ErrorKind::JobFailed,
                "the migration failed; see the project's Live Migration page in Atlas and the log of the migration host",
            )),
            MigrationStatus::Expired => Some(Error::new(
                ErrorKind::JobExpired,
                "the migration expired: it was not cut over within 120 hours after it was ready. Start another one",
            )),
            MigrationStatus::Unknown(state) => {
                Some(Error::unknown_job_state(&self.shared.authenticator.without_secrets(state, None)))
            }
        }
    }
}

impl Cutover {
    /// The migration.
    #[must_use]
    pub fn migration(&self) -> &MigrationJob {
        &self.migration
    }

    /// Waits until the migration is complete.
    ///
    /// # Errors
    ///
    /// As [`MigrationJob::wait_until_complete`].
    pub async fn wait(&self) -> Result<Migration> {
        self.migration.wait_until_complete(|_| ()).await
    }
}

/// The next step of a progress stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Poll,
    Sleep,
    End,
}
