//! The activities of a migration that have not ended: what the last poll saw, and what fails.

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::EventKind;
use temporalio_common::protos::temporal::api::enums::v1::PendingActivityState;
use temporalio_common::protos::temporal::api::failure::v1::failure::FailureInfo;
use temporalio_common::protos::temporal::api::workflow::v1::PendingActivityInfo;

use crate::commands::remote::failure_text;
use crate::messages::Polled;

/// How long an activity may wait for a worker before that is a problem.
const PATIENCE: Duration = Duration::from_secs(60);
/// The failure of a poll that found nothing to record.
const UNCHANGED: &str = "Unchanged";

/// What the pending activities of a migration show.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pending {
    pub(crate) polled: Option<LastPoll>,
    pub(crate) problem: Option<String>,
    pub(crate) attempts: Option<u32>,
}

/// What the last poll saw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LastPoll {
    pub(crate) at: Timestamp,
    pub(crate) status: Option<String>,
    pub(crate) lag_seconds: Option<u64>,
    pub(crate) estimate_seconds: Option<u64>,
}

impl Pending {
    /// Of these activities, whose payloads are decoded.
    pub(crate) fn of(activities: &[PendingActivityInfo], now: Timestamp) -> Self {
        let polled = activities.iter().filter_map(last_poll).max_by_key(|polled| polled.at);
        let problem = activities.iter().find_map(failed).or_else(|| {
            let mut waiting = activities.iter().filter_map(|activity| waiting(activity, now));
            waiting.next().map(|problem| (problem, 1))
        });
        let (problem, attempts) = problem.unzip();
        Self { polled, problem, attempts: attempts.filter(|attempts| *attempts > 1) }
    }
}

/// What the heartbeat of a poll has.
fn last_poll(activity: &PendingActivityInfo) -> Option<LastPoll> {
    let payload = activity.heartbeat_details.as_ref()?.payloads.first()?;
    // Details that another version wrote in another form are as none.
    let polled: Polled = serde_json::from_slice(&payload.data).ok()?;
    let EventKind::MigrationObserved { status, lag_seconds, .. } = polled.last.kind else { return None };
    Some(LastPoll {
        at: polled.last.at,
        status: status.map(|status| status.as_str().to_owned()),
        lag_seconds,
        estimate_seconds: polled.estimate_seconds,
    })
}

/// The failure of the last attempt, with the number of attempts.
fn failed(activity: &PendingActivityInfo) -> Option<(String, u32)> {
    let failure = activity.last_failure.as_ref()?;
    let is_poll = matches!(
        &failure.failure_info,
        Some(FailureInfo::ApplicationFailureInfo(info)) if info.r#type == UNCHANGED
    );
    (!is_poll).then(|| {
        // The current attempt is counted too.
        let failed = activity.attempt.saturating_sub(1).max(1);
        (failure_text(failure), u32::try_from(failed).unwrap_or_default())
    })
}

/// An activity that no worker takes.
fn waiting(activity: &PendingActivityInfo, now: Timestamp) -> Option<String> {
    if activity.state() != PendingActivityState::Scheduled || activity.attempt > 1 {
        return None;
    }
    let scheduled = activity.scheduled_time.as_ref()?;
    let seconds = u64::try_from(scheduled.seconds).ok()?;
    let since = Timestamp::from(std::time::UNIX_EPOCH + Duration::from_secs(seconds));
    let waited = now.saturating_duration_since(since);
    let name = activity.activity_type.as_ref().map_or("a call", |activity| activity.name.as_str());
    (waited >= PATIENCE).then(|| {
        let queue = if name.starts_with("Atlas") {
            crate::temporal::names::ATLAS_QUEUE
        } else {
            crate::temporal::names::FLEET_QUEUE
        };
        format!(
            "no worker has taken {name} for {}: does one poll the task queue {queue}?",
            crate::output::duration(waited)
        )
    })
}
