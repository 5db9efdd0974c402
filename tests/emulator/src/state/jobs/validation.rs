//! A validation over time: pending, then success or failure.

use std::time::Duration;

use serde::Serialize;

use crate::state::Moment;

/// How long a validation takes and how it ends, in the emulator's time.
///
/// ```
/// use std::time::Duration;
/// use atlas_emulator::{Emulator, ValidationTimeline};
///
/// let timeline = ValidationTimeline::new()
///     .duration(Duration::from_secs(5))
///     .fails_with("the source cannot be reached");
/// let builder = Emulator::builder().validation_timeline(timeline);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationTimeline {
    duration: Duration,
    error_message: Option<String>,
}

impl ValidationTimeline {
    /// `PENDING` for 15 seconds, then `SUCCESS`.
    #[must_use]
    pub fn new() -> Self {
        Self { duration: Duration::from_secs(15), error_message: None }
    }

    /// Sets how long it is pending.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Makes it end in `FAILED` with this error message.
    #[must_use]
    pub fn fails_with(mut self, error_message: impl Into<String>) -> Self {
        self.error_message = Some(error_message.into());
        self
    }
}

impl Default for ValidationTimeline {
    fn default() -> Self {
        Self::new()
    }
}

/// A validation job.
#[derive(Clone, Debug)]
pub(crate) struct Validation {
    pub(crate) id: String,
    pub(crate) project_id: String,
    pub(crate) source_project_id: String,
    pub(crate) migration_hosts: Vec<String>,
    pub(crate) started: Moment,
    pub(crate) timeline: ValidationTimeline,
    /// The state that a test has set, in place of the timeline's.
    pub(crate) fixed_state: Option<ValidationState>,
}

/// The state of a validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValidationState {
    pub(crate) status: Option<String>,
    pub(crate) error_message: Option<String>,
}

impl ValidationState {
    pub(crate) fn new(status: Option<&str>, error_message: Option<&str>) -> Self {
        Self { status: status.map(str::to_owned), error_message: error_message.map(str::to_owned) }
    }
}

impl Validation {
    /// Its state at this time.
    pub(crate) fn state(&self, now: Moment) -> ValidationState {
        if let Some(state) = &self.fixed_state {
            return state.clone();
        }
        let pending = now.saturating_sub(self.started) < self.timeline.duration;
        match &self.timeline.error_message {
            _ if pending => ValidationState::new(Some("PENDING"), None),
            Some(message) => ValidationState::new(Some("FAILED"), Some(message)),
            None => ValidationState::new(Some("SUCCESS"), None),
        }
    }

    /// Whether its migration host is busy with it.
    pub(crate) fn is_running(&self, now: Moment) -> bool {
        !matches!(self.state(now).status.as_deref(), Some("SUCCESS" | "FAILED"))
    }

    /// The body of `GET …/validate/{validationId}` at this time.
    pub(crate) fn to_body(&self, now: Moment) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'v> {
            #[serde(rename = "_id")]
            id: &'v str,
            error_message: Option<String>,
            group_id: &'v str,
            source_group_id: &'v str,
            status: Option<String>,
        }
        let ValidationState { status, error_message } = self.state(now);
        let (id, group_id, source_group_id) = (&self.id, &self.project_id, &self.source_project_id);
        Body { id, error_message, group_id, source_group_id, status }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(timeline: ValidationTimeline, seconds: u64, status: &str, error_message: Option<&str>) {
        let validation = Validation {
            id: String::new(),
            project_id: String::new(),
            source_project_id: String::new(),
            migration_hosts: Vec::new(),
            started: Duration::from_secs(100),
            timeline,
            fixed_state: None,
        };
        let now = Duration::from_secs(100 + seconds);
        assert_eq!(validation.state(now), ValidationState::new(Some(status), error_message), "{seconds} s");
        assert_eq!(validation.is_running(now), status == "PENDING", "{seconds} s");
    }

    #[test]
    fn pending_until_its_duration_is_over() {
        let timeline = ValidationTimeline::new().duration(Duration::from_secs(5));
        check(timeline.clone(), 0, "PENDING", None);
        check(timeline.clone(), 4, "PENDING", None);
        check(timeline.clone(), 5, "SUCCESS", None);
        let failing = timeline.fails_with("no route");
        check(failing.clone(), 4, "PENDING", None);
        check(failing, 5, "FAILED", Some("no route"));
    }
}
