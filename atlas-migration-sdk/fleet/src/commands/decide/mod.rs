//! The decisions of people about migrations.
//!
//! - [`approve`]: the approvals, with the state that was read just before.
//! - [`answers`]: the other decisions, and their arguments.

mod answers;
mod approve;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use answers::{Abandon, Conclude, GiveId, Hold, NotCreated, Resume, Retry};
pub(crate) use approve::Approve;

use super::remote::{Remote, RemoteError};
use super::which::{Which, person};
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::messages::{Decision, DecisionKind, FleetView, LedgerState, MigrationView, QueueDecision};
use crate::names::nearest;
use crate::status;

/// The options of every decision.
#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    which: Which,
    /// Who decides, for the journal and the approvers of the fleet file [default: the login name].
    ///
    /// It is a statement and no proof: who may decide is a matter of who may write to the namespace, which Temporal's access
    /// control determines.
    #[arg(long = "as", value_name = "NAME")]
    by: Option<String>,
}

/// A decision that was taken.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decided {
    pub(crate) name: String,
    pub(crate) by: String,
    /// What was decided, such as `approve`.
    pub(crate) decision: &'static str,
    /// The state of the migration after that; none if it has not started.
    pub(crate) state: Option<MigrationView>,
}

/// Takes decisions about the migrations of a fleet.
struct Deciding<'a> {
    context: &'a Context,
    remote: Remote,
    view: FleetView,
    by: String,
}

/// Who takes a decision.
#[derive(Debug, PartialEq)]
enum Addressee {
    /// The workflow of the migration.
    Migration,
    /// The lane of this host.
    Lane(String),
}

impl<'a> Deciding<'a> {
    async fn new(context: &'a Context, options: &Options) -> Result<Self, Failure> {
        let by = person(options.by.as_deref())?;
        let remote = Remote::connect(context, &options.which).await?;
        let view = remote.existing().await?;
        Ok(Self { context, remote, view, by })
    }

    /// Sends a decision to the migration, or to its lane.
    async fn send(&mut self, name: &str, kind: DecisionKind) -> Result<Decided, Failure> {
        let decision = decision_name(&kind);
        let mut addressee = addressee(&self.view, name)?;
        if let Addressee::Lane(host) = &addressee {
            match self.send_to_lane(host, name, kind.clone()).await {
                Ok(()) => return Ok(self.decided(name, decision, None)),
                Err(error @ (RemoteError::NotFound | RemoteError::Rejected(_))) => {
                    // Perhaps it has started in the meantime.
                    self.view = self.remote.existing().await?;
                    addressee = self::addressee(&self.view, name)?;
                    if addressee != Addressee::Migration {
                        return Err(error.failure(name));
                    }
                }
                Err(error) => return Err(error.failure(name)),
            }
        }
        let state = self.remote.decide(name, Decision { by: self.by.clone(), kind }).await;
        match state {
            Ok(state) => Ok(self.decided(name, decision, Some(state))),
            Err(error) => Err(self.failed(name, error).await),
        }
    }

    async fn send_to_lane(&self, host: &str, name: &str, kind: DecisionKind) -> Result<(), RemoteError> {
        let decision = Decision { by: self.by.clone(), kind };
        self.remote.decide_in_lane(host, QueueDecision { name: name.to_owned(), decision }).await
    }

    /// The state of a migration that has started.
    async fn state(&self, name: &str) -> Result<MigrationView, Failure> {
        match addressee(&self.view, name)? {
            Addressee::Migration => match self.remote.migration(name).await {
                Ok(state) => Ok(state),
                Err(error) => Err(self.failed(name, error).await),
            },
            Addressee::Lane(host) => Err(Failure::new(
                Class::Conflict,
                format!(
                    "{name} has not started: it waits for the host {host}, or holds it. Look at the status"
                ),
            )),
        }
    }

    /// The failure of a call to a migration. One that has ended in the meantime is in the ledger.
    async fn failed(&self, name: &str, error: RemoteError) -> Failure {
        if !matches!(error, RemoteError::NotFound) {
            return error.failure(name);
        }
        let ended = match self.remote.existing().await {
            Ok(view) => addressee(&view, name).err(),
            Err(failure) => Some(failure),
        };
        ended.unwrap_or_else(|| {
            let message = format!("{name} begins or ends right now: repeat the command in a moment");
            Failure::new(Class::Conflict, message)
        })
    }

    fn decided(&self, name: &str, decision: &'static str, state: Option<MigrationView>) -> Decided {
        Decided { name: name.to_owned(), by: self.by.clone(), decision, state }
    }

    /// Shows what was decided. Of several failures, the first one determines the exit status.
    fn finish(&self, outcomes: Vec<Result<Decided, Failure>>) -> Result<(), Failure> {
        let (mut decided, mut failures) = (Vec::new(), Vec::new());
        for outcome in outcomes {
            match outcome {
                Ok(outcome) => decided.push(outcome),
                Err(failure) => failures.push(failure),
            }
        }
        if !decided.is_empty() {
            self.context.output.show(&decided, |decided| for_people(decided))?;
        }
        Failure::all(failures).map_or(Ok(()), Err)
    }
}

/// Who takes a decision about a migration: by the ledger of the fleet.
fn addressee(view: &FleetView, name: &str) -> Result<Addressee, Failure> {
    let Some(entry) = view.ledger.get(name) else { return Err(unknown(view, name)) };
    match &entry.state {
        LedgerState::Queued | LedgerState::Blocked(_) => Ok(Addressee::Lane(entry.host.clone())),
        LedgerState::Running => Ok(Addressee::Migration),
        LedgerState::Ended(_) | LedgerState::Abandoned { .. } => {
            let how = status::text(status::MigrationStatus::from_ledger(name, entry).state);
            Err(Failure::new(Class::Conflict, format!("{name} has ended: {how}. Nothing is left to decide")))
        }
    }
}

pub(crate) fn unknown(view: &FleetView, name: &str) -> Failure {
    let advice = match nearest(name, view.ledger.keys().map(String::as_str)) {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => "`atlas-migration-fleet status` lists them".to_owned(),
    };
    Failure::new(Class::NotFound, format!("the fleet {} has no migration {name}: {advice}", view.fleet))
}

fn decision_name(kind: &DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Approve { .. } => "approve",
        DecisionKind::Hold { .. } => "hold",
        DecisionKind::Resume {} => "resume",
        DecisionKind::Retry {} => "retry",
        DecisionKind::GiveId { .. } => "give-id",
        DecisionKind::NotCreated {} => "not-created",
        DecisionKind::Conclude { .. } => "conclude",
        DecisionKind::Abandon { .. } => "abandon",
    }
}

fn for_people(decided: &[Decided]) -> String {
    let lines = decided.iter().map(|Decided { name, by, decision, state }| {
        let next = match state {
            None => "it waits for its host".to_owned(),
            Some(MigrationView { question: Some(question), .. }) => {
                format!("next, {}", status::question(question))
            }
            Some(MigrationView { stage: Some(stage), .. }) => format!("stage {stage}"),
            Some(_) => "it has ended".to_owned(),
        };
        let next = match (*decision, state) {
            ("abandon", None) => "its host does not wait for it".to_owned(),
            ("approve", Some(MigrationView { question: None, end: None, .. })) => {
                "the step begins, unless the fleet is paused".to_owned()
            }
            _ => next,
        };
        format!("{name}: {decision} by {by}; {next}.")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::fixtures::{approval, entry, spec, view};
    use atlas_migration_sdk::flow::End;

    fn fleet() -> FleetView {
        let states = [
            ("queued", LedgerState::Queued),
            ("running", LedgerState::Running),
            ("blocked", LedgerState::Blocked("terminated".to_owned())),
            ("ended", LedgerState::Ended(End::Complete)),
        ];
        let ledger = states.map(|(name, state)| (name.to_owned(), entry(&spec(name, "host1"), state)));
        FleetView { fleet: "f".to_owned(), ledger: ledger.into(), pause: None }
    }

    #[test]
    fn the_ledger_tells_who_takes_a_decision() {
        let lane = || Addressee::Lane("host1".to_owned());
        for (name, expected) in [("queued", lane()), ("running", Addressee::Migration), ("blocked", lane())] {
            assert_eq!(addressee(&fleet(), name).unwrap(), expected, "{name}");
        }
        let ended = addressee(&fleet(), "ended").unwrap_err();
        assert_eq!((ended.class(), ended.to_string().contains("complete")), (Class::Conflict, true));
    }

    #[test]
    fn an_unknown_name_has_a_suggestion() {
        let failure = addressee(&fleet(), "running1").unwrap_err();
        assert_eq!(failure.class(), Class::NotFound);
        assert!(failure.to_string().ends_with("did you mean running?"), "{failure}");
        let failure = addressee(&fleet(), "zzz").unwrap_err();
        assert!(failure.to_string().contains("status` lists them"), "{failure}");
    }

    #[test]
    fn what_was_decided_for_people() {
        let decided =
            |decision, state| Decided { name: "a".to_owned(), by: "ada".to_owned(), decision, state };
        let asking = view("a", serde_json::json!({ "question": approval() }));
        let text = for_people(&[
            decided("hold", None),
            decided("abandon", None),
            decided("retry", Some(asking)),
            decided("approve", Some(view("a", serde_json::json!({ "stage": "cutover" })))),
        ]);
        let lines = [
            "a: hold by ada; it waits for its host.",
            "a: abandon by ada; its host does not wait for it.",
            "a: retry by ada; next, approve: cut over.",
            "a: approve by ada; the step begins, unless the fleet is paused.",
        ];
        assert_eq!(text, lines.join("\n"));
    }
}
