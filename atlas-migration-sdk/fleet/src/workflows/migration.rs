//! One migration: executes the commands of the library's flow, and takes the decisions of people.

mod decide;
mod view;

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{
    Actor, Command, Event, EventKind, Flow, Once, Question, Read, Reconcile, Watch,
};
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::workflows::select;
use temporalio_sdk::{
    ActivityExecutionError, ContinueAsNewOptions, TimerOptions, WorkflowCancellationToken, WorkflowContext,
    WorkflowContextView, WorkflowResult,
};

use super::{now, once, polled, repeated};
use crate::activities::{Atlas, Local};
use crate::messages::{
    Decision, HookInput, HookOutcome, MigrationEnded, MigrationInput, MigrationSpec, MigrationView, Notice,
    PermissionInput, ReadInput,
};
use crate::temporal::names::{ATLAS_QUEUE, FLEET_QUEUE};

/// How long a worker may take to find out whether the fleet is paused.
const PERMISSION_LIMIT: Duration = Duration::from_secs(30);
/// After which time a failed read is repeated, at first.
const READ_INTERVAL: Duration = Duration::from_secs(5);
/// How often the permission for a step is asked for while the fleet is paused.
const PERMISSION_INTERVAL: Duration = Duration::from_secs(15);
/// How often the state is read while the request of a step can still take effect.
const RECONCILE_INTERVAL: Duration = Duration::from_secs(30);
/// How many hours before the end of the time to cut over a reminder is sent, the longest first.
const REMINDERS: [u64; 4] = [72, 24, 8, 2];
/// How long a hook may run.
const HOOK_LIMIT: Duration = Duration::from_secs(120);
/// How long the verification may run.
const VERIFY_LIMIT: Duration = Duration::from_secs(24 * 3600);
/// The worker that runs the verification reports itself within this time.
const VERIFY_HEARTBEAT: Duration = Duration::from_secs(60);

/// Why a decision is not taken.
type Rejection = Box<dyn std::error::Error + Send + Sync>;

/// The workflow of a migration.
#[workflow]
pub(crate) struct Migration {
    spec: MigrationSpec,
    /// The events of the flow, with the first.
    journal: Vec<Event>,
    /// None until the first event is recorded, or if the journal cannot be resumed.
    flow: Option<Flow>,
    notified: Vec<Notice>,
    performing: bool,
    /// Grows with each recorded event, so that a wait ends.
    revision: u64,
}

#[workflow_methods]
impl Migration {
    #[init]
    fn new(_ctx: &WorkflowContextView, input: MigrationInput) -> Self {
        let flow = Flow::resume(&input.journal).ok();
        let MigrationInput { spec, journal, notified } = input;
        Self { spec, journal, flow, notified, performing: false, revision: 0 }
    }

    /// Runs to the end of the flow.
    #[run(name = "AtlasMigration")]
    pub(crate) async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<MigrationEnded> {
        if ctx.state(|state| state.flow.is_none()) {
            let at = now(ctx);
            ctx.state_mut(|state| state.start(at))?;
        }
        loop {
            if ctx.continue_as_new_suggested() && ctx.all_handlers_finished() {
                let input = ctx.state(Self::input);
                ctx.continue_as_new(input, ContinueAsNewOptions::default())?;
            }
            match ctx.state(Self::next)? {
                Command::Read(read) => Self::read(ctx, &read).await?,
                Command::Watch(watch) => {
                    let revision = ctx.state(|state| state.revision);
                    let token = ctx.cancellation_token().child_token();
                    Self::poll_until_changed(ctx, Some(watch), revision, &token).await?;
                }
                Command::Once(once) => Self::perform(ctx, once).await?,
                Command::Reconcile(reconcile) => Self::reconcile(ctx, &reconcile).await?,
                Command::Verify => Self::verify(ctx).await?,
                Command::Ask(question) => Self::ask(ctx, question).await?,
                Command::End(end) => {
                    Self::notify(ctx, Notice::Ended).await;
                    ctx.wait_condition(|_| true).await?;
                    let name = ctx.state(|state| state.spec.name.clone());
                    return Ok(MigrationEnded { name, end });
                }
                command => {
                    // The task fails, and not the workflow: a worker of a newer version goes on.
                    ctx.force_task_fail(format!("this version cannot execute the command {command:?}"));
                    ctx.wait_condition(|_| false).await?;
                }
            }
        }
    }

    /// The state, for `status`.
    #[query]
    pub(crate) fn view(&self, _ctx: &WorkflowContextView) -> MigrationView {
        self.to_view()
    }

    /// The events, for `report`.
    #[query]
    pub(crate) fn journal(&self, _ctx: &WorkflowContextView) -> Vec<Event> {
        self.journal.clone()
    }

    /// Rejects a decision that does not fit. Its time is that of the worker: what is rejected is not in the history, and
    /// what is accepted is not validated again when the history is replayed.
    #[update_validator(decide)]
    fn validate_decide(&self, _ctx: &WorkflowContextView, decision: &Decision) -> Result<(), Rejection> {
        self.check(decision, Timestamp::now()).map_err(Into::into)
    }

    /// Takes the decision of a person.
    #[update]
    pub(crate) async fn decide(
        ctx: &mut WorkflowContext<Self>,
        decision: Decision,
    ) -> Result<MigrationView, Rejection> {
        let at = now(ctx);
        let event = Event::new(at, Actor::person(decision.by.clone()), decision.kind.event());
        ctx.state_mut(|state| state.record(event))?;
        Ok(ctx.state(Self::to_view))
    }

    /// Reads the state of the migration now, so that a person decides by what is true now.
    #[update]
    pub(crate) async fn refresh(ctx: &mut WorkflowContext<Self>) -> MigrationView {
        if let Some(watch) = ctx.state(|state| state.flow.as_ref().and_then(Flow::watch)) {
            let (input, limit) = ctx.state(|state| (state.watch_input(watch), state.read_limit()));
            // A poll that fails changes nothing: the view tells the time of the last observation.
            if let Ok(kind) = ctx.execute_activity(Atlas::poll, input, once(ATLAS_QUEUE, limit)).await {
                Self::record_now(ctx, kind);
            }
        }
        ctx.state(Self::to_view)
    }
}

/// The parts of the run.
impl Migration {
    /// Reads, as often as it takes.
    async fn read(ctx: &WorkflowContext<Self>, read: &Read) -> WorkflowResult<()> {
        let (access, limit) = ctx.state(|state| (state.spec.access(), state.read_limit()));
        let options = repeated(ATLAS_QUEUE, limit, READ_INTERVAL);
        let input = ReadInput { access, read: read.clone() };
        let kind = ctx.execute_activity(Atlas::read, input, options).await?;
        Self::record_now(ctx, kind);
        Ok(())
    }

    /// Polls until the state that is worth recording changes, or something else is recorded.
    ///
    /// Dropping the future does not end the polls, because an activity belongs to the server: cancel the token then.
    async fn poll_until_changed(
        ctx: &WorkflowContext<Self>,
        watch: Option<Watch>,
        revision: u64,
        token: &WorkflowCancellationToken,
    ) -> WorkflowResult<()> {
        let Some(watch) = watch else {
            ctx.wait_condition(|state| state.revision != revision).await?;
            return Ok(());
        };
        let (input, poll, limit) =
            ctx.state(|state| (state.watch_input(watch), state.spec.poll_seconds, state.read_limit()));
        // Each poll is an attempt, which fails as long as there is nothing to record. An attempt that fails adds nothing
        // to the history, and the limit of the task queue counts it, so that the limit holds for the whole fleet.
        let mut options = polled(ATLAS_QUEUE, limit, Duration::from_secs(poll));
        options.cancellation_token = Some(token.clone());
        let found = {
            let mut polled = ctx.execute_activity(Atlas::watch, input, options);
            let mut changed = ctx.wait_condition(|state| state.revision != revision);
            select! {
                found = polled => Some(found?),
                other = changed => { other?; None }
            }
        };
        match found {
            Some(events) => {
                for event in events {
                    // An observation that no longer fits changes nothing.
                    let _ = ctx.state_mut(|state| state.record(event));
                }
            }
            None => token.cancel(),
        }
        Ok(())
    }

    /// Performs a step once. Its intent is in the history before a worker gets the activity.
    async fn perform(ctx: &WorkflowContext<Self>, step: Once) -> WorkflowResult<()> {
        let fleet = ctx.state(|state| state.spec.fleet.clone());
        let revision = ctx.state(|state| state.revision);
        {
            let token = ctx.cancellation_token().child_token();
            let mut options = repeated(FLEET_QUEUE, PERMISSION_LIMIT, PERMISSION_INTERVAL);
            options.cancellation_token = Some(token.clone());
            let mut permitted = ctx.execute_activity(Local::permission, PermissionInput { fleet }, options);
            let mut changed = ctx.wait_condition(|state| state.revision != revision);
            let is_permitted = select! {
                result = permitted => { result?; true }
                other = changed => { other?; false }
            };
            if !is_permitted {
                token.cancel();
                return Ok(());
            }
        }
        let at = now(ctx);
        let intent = ctx.state(|state| state.flow.as_ref().map(|flow| flow.intent(&step, at)));
        let Some(intent) = intent else { return Ok(()) };
        let is_intended = matches!(intent, EventKind::Intended { .. });
        if !Self::record_now(ctx, intent) || !is_intended {
            return Ok(());
        }
        ctx.state_mut(|state| state.performing = true);
        let (input, limit) = ctx.state(|state| (state.perform_input(step), state.performing_limit()));
        let result = ctx.execute_activity(Atlas::perform, input, once(ATLAS_QUEUE, limit)).await;
        ctx.state_mut(|state| state.performing = false);
        match result {
            Ok(kind) => {
                Self::record_now(ctx, kind);
            }
            // Whether it took effect is not known. The flow has the intent, and reconciles it.
            Err(ActivityExecutionError::Failed(_) | ActivityExecutionError::Cancelled(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Finds out whether a step took effect. It is read at once, which can show that it did, and again when the request
    /// can no longer take effect.
    async fn reconcile(ctx: &WorkflowContext<Self>, reconcile: &Reconcile) -> WorkflowResult<()> {
        let before = ctx.state(Self::next)?;
        Self::read(ctx, &reconcile.read).await?;
        if ctx.state(Self::next)? != before {
            return Ok(());
        }
        let left = reconcile.not_before.saturating_duration_since(now(ctx));
        // A timer of zero would repeat the read at once, with the same time.
        let delay = left.min(RECONCILE_INTERVAL).max(Duration::from_secs(1));
        let _ = ctx.timer(delay).await;
        Ok(())
    }

    /// Verifies the copied data, and polls beside it.
    async fn verify(ctx: &WorkflowContext<Self>) -> WorkflowResult<()> {
        let token = ctx.cancellation_token().child_token();
        let mut options = repeated(FLEET_QUEUE, VERIFY_LIMIT, READ_INTERVAL);
        options.heartbeat_timeout = Some(VERIFY_HEARTBEAT);
        options.cancellation_token = Some(token.clone());
        let command = ctx.state(Self::next)?;
        let input = ctx.state(|state| HookInput { notice: None, migration: state.to_view() });
        let mut verified = Box::pin(ctx.execute_activity(Local::verify, input, options));
        loop {
            let (watch, revision) =
                ctx.state(|state| (state.flow.as_ref().and_then(Flow::watch), state.revision));
            let poll_token = token.child_token();
            let polled = Self::poll_until_changed(ctx, watch, revision, &poll_token);
            let outcome = {
                let mut polled = Box::pin(futures_util::FutureExt::fuse(polled));
                select! {
                    outcome = verified => Some(outcome?),
                    result = polled => { result?; None }
                }
            };
            poll_token.cancel();
            match outcome {
                Some(HookOutcome::Succeeded) => {
                    Self::record_now(ctx, EventKind::verified());
                }
                Some(HookOutcome::Failed(why)) => {
                    Self::record_now(ctx, EventKind::verification_failed(why));
                }
                None if ctx.state(Self::next)? == command => continue,
                None => token.cancel(),
            }
            return Ok(());
        }
    }

    /// Waits for an answer, and polls beside it.
    async fn ask(ctx: &WorkflowContext<Self>, question: Question) -> WorkflowResult<()> {
        let revision = ctx.state(|state| state.revision);
        if let Question::TryAgain { failure, may_have_taken_effect: false, .. } = &question
            && failure.temporary
        {
            // It had no effect, and another attempt may succeed: no person is needed.
            let poll = ctx.state(|state| state.spec.poll_seconds);
            let delay = failure.retry_after_seconds.unwrap_or(poll).max(1);
            let token = ctx.cancellation_token().child_token();
            let options = TimerOptions::builder(Duration::from_secs(delay)).cancellation_token(token.clone());
            let mut timer = ctx.timer(options.build());
            let is_due = {
                let mut changed = ctx.wait_condition(|state| state.revision != revision);
                select! {
                    _ = timer => true,
                    other = changed => { other?; false }
                }
            };
            token.cancel();
            if is_due {
                Self::record_now(ctx, EventKind::retry());
            }
            return Ok(());
        }
        Self::notify(ctx, Notice::Question(Box::new(question))).await;
        if ctx.state(|state| state.revision) != revision {
            return Ok(());
        }
        let at = now(ctx);
        let (watch, reminder) =
            ctx.state(|state| (state.flow.as_ref().and_then(Flow::watch), state.next_reminder(at)));
        let token = ctx.cancellation_token().child_token();
        let Some((delay, hours)) = reminder else {
            return Self::poll_until_changed(ctx, watch, revision, &token).await;
        };
        let is_due = {
            let options = TimerOptions::builder(delay).cancellation_token(token.clone()).build();
            let mut timer = ctx.timer(options);
            let mut polled = Box::pin(futures_util::FutureExt::fuse(Self::poll_until_changed(
                ctx, watch, revision, &token,
            )));
            select! {
                _ = timer => true,
                result = polled => { result?; false }
            }
        };
        // The timer or the polls, whichever did not end.
        token.cancel();
        if is_due {
            Self::notify(ctx, Notice::Expiring { hours }).await;
        }
        Ok(())
    }

    /// Runs the hook for this notice, once. A hook that fails stops nothing.
    async fn notify(ctx: &WorkflowContext<Self>, notice: Notice) {
        if ctx.state(|state| state.notified.contains(&notice)) {
            return;
        }
        ctx.state_mut(|state| state.notified.push(notice.clone()));
        let input = ctx.state(|state| HookInput { notice: Some(notice), migration: state.to_view() });
        let _ = ctx.execute_activity(Local::notify, input, once(FLEET_QUEUE, HOOK_LIMIT)).await;
    }

    /// Records an event of this workflow. What the flow does not accept any more, such as an observation that was overtaken
    /// by a decision, changes nothing; then it returns false.
    fn record_now(ctx: &WorkflowContext<Self>, kind: EventKind) -> bool {
        let event = Event::new(now(ctx), Actor::process(ctx.workflow_id()), kind);
        ctx.state_mut(|state| state.record(event)).is_ok()
    }
}
