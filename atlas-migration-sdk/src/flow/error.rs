//! Why a flow does not accept an event, or a journal cannot be read.

use std::fmt;

/// Why a flow does not accept an event, or a journal cannot be read. The flow is unchanged.
#[derive(Clone, PartialEq, Eq)]
pub struct FlowError {
    kind: FlowErrorKind,
    message: String,
}

/// The kind of a [`FlowError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlowErrorKind {
    /// The journal has no events, or does not begin with the start of a flow.
    NotStarted,
    /// The event does not belong to the current step, or is about another job than that of the flow.
    OutOfOrder,
    /// The event answers a question that is not asked.
    NotAsked,
    /// The approval is for another plan.
    OtherPlan,
    /// The approval that the step needs has expired.
    ApprovalExpired,
    /// A request may still take effect: it is too early for the statement that it had no effect.
    TooEarly,
    /// Only a person can answer this question.
    NotAPerson,
    /// The flow is on hold: release it first.
    OnHold,
    /// The flow has ended.
    Ended,
    /// A newer version of the crate wrote the event.
    NewerVersion,
    /// The text is not an event.
    Malformed,
    /// The plan in the journal does not have the hash beside it: the journal was edited.
    Altered,
}

impl FlowError {
    pub(super) fn new(kind: FlowErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(super) fn no_events() -> Self {
        Self::new(FlowErrorKind::NotStarted, "the journal has no events: there is nothing to resume")
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> FlowErrorKind {
        self.kind
    }
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for FlowError {
    /// The message and the kind, because `main` and `unwrap` print an error with `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (kind {:?})", self.message, self.kind)
    }
}

impl std::error::Error for FlowError {}
