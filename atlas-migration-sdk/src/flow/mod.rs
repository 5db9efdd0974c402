//! A whole migration, from its plan to its cutover, as a state machine without I/O and without a clock.
//!
//! [`Flow::next`] returns a [`Command`], and [`Flow::apply`] takes the [`Event`] that followed from it. The events are all
//! there is to [resume](Flow::resume) a flow from, and contain no secret. See the [guide](crate::guide::flow).

mod command;
mod error;
mod event;
mod question;
mod sampler;
mod started;
mod state;
mod step;
mod summary;
#[cfg(test)]
mod tests;

pub use command::{Command, End, Once, Read, Reconcile, SourceLink, Watch};
pub use error::{FlowError, FlowErrorKind};
pub use event::{Actor, Event, EventKind};
pub use question::{Approval, LostMigration, Question};
pub use sampler::Sampler;
pub use started::{LinkSource, SourceService, Started};
pub use state::{CutoverWindow, Flow, Observation, StageName};
pub use step::{Action, Failure, Step};
pub use summary::{AskedQuestion, Attempt, LagPoint, Outcome, Stage, StageResult, Summary};
