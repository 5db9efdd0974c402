//! A validation over time: pending, then a success or a failure.

use std::time::Duration;

use serde::Serialize;

use crate::clock::Moment;

/// How long a validation takes and how it ends, in the emulator's time.
///
/// ```
/// use std::time::Duration;
/// use atlas_emulator::{Emulator, ValidationCourse};
///
/// let course = ValidationCourse::new().takes(Duration::from_secs(5)).fails_with("the source cannot be reached");
/// let builder = Emulator::builder().validation_course(course);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationCourse {
    takes: Duration,
    failure: Option<String>,
}

impl ValidationCourse {
    /// `PENDING` for 15 seconds, then `SUCCESS`.
    #[must_use]
    pub fn new() -> Self {
        Self { takes: Duration::from_secs(15), failure: None }
    }

    /// How long it is pending.
    #[must_use]
    pub fn takes(mut self, time: Duration) -> Self {
        self.takes = time;
        self
    }

    /// Ends in `FAILED` with this error message.
    #[must_use]
    pub fn fails_with(mut self, error_message: impl Into<String>) -> Self {
        self.failure = Some(error_message.into());
        self
    }
}

impl Default for ValidationCourse {
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
    pub(crate) course: ValidationCourse,
    /// Where a test put it, whatever the course says.
    pub(crate) pinned: Option<ValidationState>,
}

/// Where a validation stands.
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
    /// Where it stands at this moment.
    pub(crate) fn state(&self, now: Moment) -> ValidationState {
        if let Some(pinned) = &self.pinned {
            return pinned.clone();
        }
        let pending = now.saturating_sub(self.started) < self.course.takes;
        match &self.course.failure {
            _ if pending => ValidationState::new(Some("PENDING"), None),
            Some(message) => ValidationState::new(Some("FAILED"), Some(message)),
            None => ValidationState::new(Some("SUCCESS"), None),
        }
    }

    /// Whether it keeps its migration host busy.
    pub(crate) fn is_running(&self, now: Moment) -> bool {
        !matches!(self.state(now).status.as_deref(), Some("SUCCESS" | "FAILED"))
    }

    /// As `GET …/validate/{validationId}` shows it at this moment.
    pub(crate) fn shown(&self, now: Moment) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shown<'v> {
            #[serde(rename = "_id")]
            id: &'v str,
            error_message: Option<String>,
            group_id: &'v str,
            source_group_id: &'v str,
            status: Option<String>,
        }
        let ValidationState { status, error_message } = self.state(now);
        let (id, group_id, source_group_id) = (&self.id, &self.project_id, &self.source_project_id);
        Shown { id, error_message, group_id, source_group_id, status }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(course: ValidationCourse, seconds: u64, status: &str, error_message: Option<&str>) {
        let validation = Validation {
            id: String::new(),
            project_id: String::new(),
            source_project_id: String::new(),
            migration_hosts: Vec::new(),
            started: Duration::from_secs(100),
            course,
            pinned: None,
        };
        let now = Duration::from_secs(100 + seconds);
        assert_eq!(validation.state(now), ValidationState::new(Some(status), error_message), "{seconds} s");
        assert_eq!(validation.is_running(now), status == "PENDING", "{seconds} s");
    }

    #[test]
    fn ends() {
        let course = ValidationCourse::new().takes(Duration::from_secs(5));
        check(course.clone(), 0, "PENDING", None);
        check(course.clone(), 4, "PENDING", None);
        check(course.clone(), 5, "SUCCESS", None);
        let failing = course.fails_with("no route");
        check(failing.clone(), 4, "PENDING", None);
        check(failing, 5, "FAILED", Some("no route"));
    }
}
