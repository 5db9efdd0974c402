//! What happened in a flow, for a report.

use std::time::Duration;

use serde::Serialize;

use super::command::{Command, End};
use super::error::FlowError;
use super::event::{Actor, Event, EventKind};
use super::question::Question;
use super::started::Started;
use super::state::{Flow, StageName};
use super::step::{Failure, Step};
use crate::generated::ids::MigrationId;
use crate::values::timestamp::Timestamp;

/// What happened in a flow: its stages, the lag over time, questions and answers. Derived from the events.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// What the flow was started with.
    pub started: Started,
    /// When it was started.
    pub started_at: Timestamp,
    /// Who started it.
    pub started_by: Actor,
    /// The migration, once its id is known.
    pub migration: Option<MigrationId>,
    /// The stages, in their order in time. A stage that was left and entered again is there several times.
    pub stages: Vec<Stage>,
    /// The recorded lag.
    pub lag: Vec<LagPoint>,
    /// The attempts of steps.
    pub attempts: Vec<Attempt>,
    /// The questions to persons.
    pub questions: Vec<AskedQuestion>,
    /// Since when the migration is, or was last, ready.
    pub ready_since: Option<Timestamp>,
    /// How the flow ended; none if it has not.
    pub end: Option<End>,
    /// When the last event was recorded.
    pub last_event_at: Timestamp,
}

/// A part of the migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Stage {
    /// Which part.
    pub name: StageName,
    /// When it began.
    pub began: Timestamp,
    /// When it ended; none if it has not.
    pub ended: Option<Timestamp>,
    /// Who recorded the event that ended it, or the last one if it has not ended.
    pub by: Actor,
    /// How it ended.
    pub result: StageResult,
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StageResult {
    /// It has not ended.
    Running,
    /// The next stage followed, or the migration was complete.
    Done,
    /// An earlier stage followed: the migration was not ready any more, or the cutover had no effect.
    Reset,
    /// The flow ended without success.
    Stopped,
}

/// The lag at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LagPoint {
    /// When it was read.
    pub at: Timestamp,
    /// How far the destination was behind the source.
    #[serde(rename = "lag_seconds", serialize_with = "seconds")]
    #[cfg_attr(feature = "schemars", schemars(with = "u64"))]
    pub lag: Duration,
    /// Whether the migration could be cut over.
    pub ready: bool,
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(duration.as_secs())
}

/// An attempt of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Attempt {
    /// The step.
    pub step: Step,
    /// When its intent was recorded.
    pub at: Timestamp,
    /// Who performed it.
    pub by: Actor,
    /// What the process saw.
    pub outcome: Outcome,
}

/// The outcome of an attempt, as the process that made it recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It succeeded.
    Succeeded,
    /// It had no effect.
    Rejected(Failure),
    /// It may have taken effect.
    Unknown(Failure),
    /// Nothing was recorded: the attempt is running, or the process ended.
    NotRecorded,
}

/// The outcome in an event; none if it is not the outcome of a step.
fn outcome(kind: &EventKind) -> Option<Outcome> {
    match kind {
        EventKind::Linked {}
        | EventKind::ValidationStarted { .. }
        | EventKind::MigrationCreated { .. }
        | EventKind::CutoverAccepted {} => Some(Outcome::Succeeded),
        EventKind::Rejected { failure, .. } => Some(Outcome::Rejected(failure.clone())),
        EventKind::OutcomeUnknown { failure, .. } => Some(Outcome::Unknown(failure.clone())),
        _ => None,
    }
}

/// A question that was asked, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AskedQuestion {
    /// The question.
    pub question: Question,
    /// When it arose.
    pub asked: Timestamp,
    /// The event that settled it: an answer, or an observation. None if it is open.
    pub answer: Option<Event>,
}

impl Flow {
    /// Summarizes a flow from the events of its journal.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume).
    pub fn summarize<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Summary, FlowError> {
        let mut events = events.into_iter();
        let mut previous = events.next().ok_or_else(FlowError::no_events)?;
        let mut flow = Self::start(previous)?;
        let mut summary = Summary::begin(&flow, previous);
        for event in events {
            summary.add_interrupted(&flow, previous, event);
            flow.apply(event)?;
            summary.add(&flow, event);
            previous = event;
        }
        Ok(summary)
    }

    fn question(&self) -> Option<Question> {
        match self.next() {
            Command::Ask(question) => Some(question),
            _ => None,
        }
    }
}

impl Summary {
    fn begin(flow: &Flow, first: &Event) -> Self {
        let mut summary = Self {
            started: flow.started().clone(),
            started_at: first.at,
            started_by: first.by.clone(),
            migration: None,
            stages: Vec::new(),
            lag: Vec::new(),
            attempts: Vec::new(),
            questions: Vec::new(),
            ready_since: None,
            end: None,
            last_event_at: first.at,
        };
        summary.update_stages(flow, first);
        summary
    }

    fn add(&mut self, flow: &Flow, event: &Event) {
        if let EventKind::MigrationObserved { lag_seconds: Some(lag), ready, .. } = event.kind {
            self.lag.push(LagPoint { at: event.at, lag: Duration::from_secs(lag), ready });
        }
        self.migration = flow.migration();
        self.ready_since = flow.cutover_window().map(|window| window.ready_since).or(self.ready_since);
        self.last_event_at = event.at;
        self.end = match flow.next() {
            Command::End(end) => Some(end),
            _ => None,
        };
        self.update_stages(flow, event);
        self.update_attempts(event);
        self.update_questions(flow, event);
    }

    /// Adds the question that a process had after it was interrupted in a step. A step that is not interrupted leads to
    /// no question.
    fn add_interrupted(&mut self, flow: &Flow, previous: &Event, event: &Event) {
        if let EventKind::Intended { .. } = previous.kind
            && outcome(&event.kind).is_none()
            && self.questions.last().is_none_or(|last| last.answer.is_some())
        {
            let question = flow.question();
            self.questions.extend(question.map(|question| AskedQuestion {
                question,
                asked: previous.at,
                answer: None,
            }));
        }
    }

    fn update_attempts(&mut self, event: &Event) {
        if let EventKind::Intended { step } = event.kind {
            let (at, by) = (event.at, event.by.clone());
            self.attempts.push(Attempt { step, at, by, outcome: Outcome::NotRecorded });
        } else if let (Some(outcome), Some(attempt)) = (outcome(&event.kind), self.attempts.last_mut()) {
            attempt.outcome = outcome;
        }
    }

    fn update_stages(&mut self, flow: &Flow, event: &Event) {
        let now = flow.stage();
        if let Some(last) = self.stages.last_mut() {
            last.by = event.by.clone();
            if now == Some(last.name) {
                return;
            }
            last.ended = Some(event.at);
            last.result = match now {
                Some(name) if name < last.name => StageResult::Reset,
                None if self.end != Some(End::Complete) => StageResult::Stopped,
                _ => StageResult::Done,
            };
        }
        self.stages.extend(now.map(|name| Stage {
            name,
            began: event.at,
            ended: None,
            by: event.by.clone(),
            result: StageResult::Running,
        }));
    }

    fn update_questions(&mut self, flow: &Flow, event: &Event) {
        let is_intent = matches!(event.kind, EventKind::Intended { .. });
        let now = flow.question().filter(|_| !is_intent);
        let open = self.questions.last_mut().filter(|last| last.answer.is_none());
        let is_same = open.as_ref().is_some_and(|open| Some(&open.question) == now.as_ref());
        if is_same {
            return;
        }
        if let Some(open) = open {
            open.answer = Some(event.clone());
        }
        self.questions.extend(now.map(|question| AskedQuestion { question, asked: event.at, answer: None }));
    }
}
