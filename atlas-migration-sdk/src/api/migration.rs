//! A migration: read it, watch it, wait for it, cut it over.

use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};

use super::wait::{Polling, Progress, Tracker};
use crate::call::{Request, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::generated::models::{Migration, MigrationStatus};
use crate::generated::operations;
use crate::generated::requests;
use crate::values::ids::{MigrationId, ProjectId};

/// A migration. Made by [`Project::migrate`](crate::Project::migrate), or from its id by
/// [`Project::migration`](crate::Project::migration).
#[derive(Clone, Debug)]
pub struct MigrationJob {
    shared: Arc<Shared>,
    project: ProjectId,
    id: MigrationId,
    polling: Polling,
}

/// A migration whose cutover has begun. Made by [`MigrationJob::cut_over`].
#[derive(Clone, Debug)]
pub struct Cutover {
    migration: MigrationJob,
}

impl MigrationJob {
    pub(crate) fn new(shared: Arc<Shared>, project: ProjectId, id: MigrationId) -> Self {
        Self { shared, project, id, polling: Polling::default() }
    }

    /// The migration's id, from which another process can go on.
    #[must_use]
    pub fn id(&self) -> MigrationId {
        self.id
    }

    /// How often a wait looks. Default: [`Polling::default`].
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

    /// Cuts over: ends the copying and makes the destination the deployment of record.
    ///
    /// Possible once the migration is ready, and for 120 hours from then. Stop the writes to the source before. The
    /// reply says that the cutover has begun; [`Cutover::wait`] waits until it is complete. After a lost reply it is
    /// asked for again, because one migration can be cut over only once; should the repeat then be refused, the error
    /// [may have happened](Error::may_have_taken_effect).
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

    /// Watches the migration: one item a look, until it has ended.
    ///
    /// The last item is the one that shows the end, whether COMPLETE, FAILED or EXPIRED; a state that this version does
    /// not know is an item like any other. Failures to look are sat out for a while ([`Polling::max_error_duration`]),
    /// then the stream ends with the error. Dropping the stream stops the watching and nothing else.
    ///
    /// ```no_run
    /// # async fn example(migration: atlas_migration_sdk::MigrationJob) -> Result<(), atlas_migration_sdk::Error> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut progress = std::pin::pin!(migration.progress());
    /// while let Some(progress) = progress.try_next().await? {
    ///     println!("{:?}: lag {:?}, remaining {:?}", progress.status(), progress.lag(), progress.estimated_remaining);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn progress(&self) -> impl Stream<Item = Result<Progress>> + Send + 'static {
        let state = (self.clone(), self.polling.start(), Tracker::default(), Step::Look);
        stream::try_unfold(state, |(migration, mut poller, mut tracker, step)| async move {
            if step == Step::End {
                return Ok(None);
            }
            let clock = Arc::clone(&migration.shared.clock);
            if step == Step::Pause {
                poller.pause(&*clock).await;
            }
            loop {
                let look = migration.get().await;
                if let Some(seen) = poller.seen(look, clock.now())? {
                    let progress = tracker.look(seen, clock.now());
                    let next = if has_ended(&progress) { Step::End } else { Step::Pause };
                    return Ok(Some((progress, (migration, poller, tracker, next))));
                }
                poller.pause(&*clock).await;
            }
        })
    }

    /// Waits until the migration can be cut over, or is complete already.
    ///
    /// `on_progress` is called after each look. Has no deadline of its own: wrap it in `tokio::time::timeout` for one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobFailed`] and [`ErrorKind::JobExpired`] where it ended otherwise, [`ErrorKind::JobStateUnknown`]
    /// for a state that this version does not know, and what reading it answers.
    pub async fn wait_until_ready(&self, on_progress: impl FnMut(&Progress)) -> Result<Migration> {
        self.wait_until(Progress::is_ready, on_progress).await
    }

    /// Waits until the migration is complete, which it is some time after it was cut over.
    ///
    /// # Errors
    ///
    /// As [`wait_until_ready`](Self::wait_until_ready).
    pub async fn wait_until_complete(&self, on_progress: impl FnMut(&Progress)) -> Result<Migration> {
        self.wait_until(|_| false, on_progress).await
    }

    async fn wait_until(
        &self,
        enough: impl Fn(&Progress) -> bool,
        mut on_progress: impl FnMut(&Progress),
    ) -> Result<Migration> {
        let mut progress = std::pin::pin!(self.progress());
        while let Some(seen) = progress.try_next().await? {
            on_progress(&seen);
            if let Some(failure) = self.failure(&seen) {
                return Err(failure.with_operation(&operations::GET_GROUP_LIVE_MIGRATION));
            }
            if has_ended(&seen) || enough(&seen) {
                return Ok(seen.migration);
            }
        }
        // The stream ends only behind an item that shows the end.
        Err(Error::unknown_job_state("none"))
    }

    /// The states that no waiting will turn into success.
    fn failure(&self, progress: &Progress) -> Option<Error> {
        match progress.status()? {
            MigrationStatus::New | MigrationStatus::Working | MigrationStatus::Complete => None,
            MigrationStatus::Failed => Some(Error::new(
                ErrorKind::JobFailed,
                "the migration failed; the project's Live Migration page in Atlas and the migration host's log say why",
            )),
            MigrationStatus::Expired => Some(Error::new(
                ErrorKind::JobExpired,
                "the migration expired: it was not cut over within 120 hours after it was ready. Start it anew",
            )),
            MigrationStatus::Unknown(state) => {
                Some(Error::unknown_job_state(&self.shared.authenticator.without_secrets(state, None)))
            }
        }
    }
}

impl Cutover {
    /// The migration that is being cut over.
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

/// What the next step of a watching is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Look,
    Pause,
    End,
}

fn has_ended(progress: &Progress) -> bool {
    match progress.status() {
        Some(MigrationStatus::Complete | MigrationStatus::Failed | MigrationStatus::Expired) => true,
        Some(MigrationStatus::New | MigrationStatus::Working | MigrationStatus::Unknown(_)) | None => false,
    }
}
