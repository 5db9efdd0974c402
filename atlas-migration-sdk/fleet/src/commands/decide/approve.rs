//! `approve`: approves what a migration asks for, by the state that was read just before.

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{Approval, Question, StageName};
use clap::Args;

use super::{Addressee, Decided, Deciding, Options, addressee};
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::messages::{DecisionKind, MigrationView};
use crate::output::duration;

#[derive(Args, Debug)]
pub(crate) struct Approve {
    /// The migrations.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Until when the step must begin: a time from now, such as `2h`, or a time such as `2026-11-28T22:00:00Z` [default: 1h].
    #[arg(long, value_name = "TIME", value_parser = expiry)]
    expires: Option<Expiry>,
    /// Approve without asking.
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    options: Options,
}

/// When an approval expires.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expiry {
    After(Duration),
    At(Timestamp),
}

fn expiry(text: &str) -> Result<Expiry, String> {
    if let Ok(duration) = humantime::parse_duration(text) {
        return Ok(Expiry::After(duration));
    }
    text.parse().map(Expiry::At).map_err(|_| {
        "a time from now, such as `2h`, or a time in UTC, such as `2026-11-28T22:00:00Z`, is expected"
            .to_owned()
    })
}

impl Approve {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let mut deciding = Deciding::new(context, &self.options).await?;
        let mut outcomes = Vec::new();
        for name in &self.names {
            outcomes.push(self.approve(&mut deciding, name).await);
        }
        deciding.finish(outcomes)
    }

    async fn approve(&self, deciding: &mut Deciding<'_>, name: &str) -> Result<Decided, Failure> {
        if let Addressee::Lane(host) = addressee(&deciding.view, name)? {
            let message =
                format!("{name} waits for the host {host}, or holds it: there is nothing to approve");
            return Err(Failure::new(Class::Conflict, message));
        }
        let view = match deciding.remote.refresh(name).await {
            Ok(view) => view,
            Err(error) => return Err(deciding.failed(name, error).await),
        };
        let approval = asked(&view)?;
        deciding.context.confirm_text(&text(&view, approval, Timestamp::now()), self.yes)?;
        let expires = self.expires.map(|expiry| match expiry {
            Expiry::After(duration) => Timestamp::now() + duration,
            Expiry::At(time) => time,
        });
        // What was shown, and not what is asked by then.
        let (action, plan_hash) = (approval.action, approval.plan_hash);
        deciding.send(name, DecisionKind::Approve { action, plan_hash, expires }).await
    }
}

/// What the migration asks to approve.
fn asked(view: &MigrationView) -> Result<&Approval, Failure> {
    if let Some(Question::Approve(approval)) = &view.question {
        return Ok(approval);
    }
    let name = &view.name;
    let state = match (&view.question, view.stage) {
        (Some(question), _) => format!("it needs another answer: {}", crate::status::question(question)),
        (None, Some(stage)) if view.performing => format!("at the stage {stage}, a step is being performed"),
        (None, Some(StageName::Approval)) => "it was approved, and its step comes next".to_owned(),
        (None, Some(stage)) => format!("it is at the stage {stage}"),
        (None, None) => "it has ended".to_owned(),
    };
    Err(Failure::new(Class::Conflict, format!("{name}: there is nothing to approve; {state}")))
}

/// What is approved, with the state that was read.
fn text(view: &MigrationView, approval: &Approval, now: Timestamp) -> String {
    let Approval { action, plan_hash, org, project, .. } = approval;
    let mut text =
        format!("{}: {action}\nOrganization {org}, project {project}, plan {plan_hash}", view.name);
    if let Some(migration) = view.migration_id {
        text += &format!(", migration {migration}");
    }
    if let Some(observed) = &view.observed {
        let status = observed.status.as_deref().unwrap_or("state unknown");
        let lag = observed.lag_seconds.map_or_else(
            || "lag unknown".to_owned(),
            |lag| format!("lag {}", duration(Duration::from_secs(lag))),
        );
        let age = duration(now.saturating_duration_since(observed.at));
        text += &format!("\n{status}, {lag}, read {age} ago");
        if let Some(until) = view.cutover_possible_until {
            text += &format!("; {} left to cut over", duration(until.saturating_duration_since(now)));
        }
    }
    format!("{text}\n{}", Question::Approve(approval.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::fixtures::{self, at};

    #[test]
    fn expiries() {
        assert_eq!(expiry("2h"), Ok(Expiry::After(Duration::from_secs(7200))));
        assert_eq!(expiry("2026-11-28T08:00:00Z"), Ok(Expiry::At(at(0))));
        assert!(expiry("tomorrow").unwrap_err().contains("`2h`"));
    }

    #[test]
    fn only_what_is_asked_is_approved() {
        let retry = json!({ "try_again": {
            "step": "migrate", "failure": { "message": "no" }, "may_have_taken_effect": false,
        }});
        for (fields, expected) in [
            (json!({ "stage": "copy" }), "it is at the stage copy"),
            (json!({ "stage": "approval" }), "it was approved"),
            (json!({ "stage": "cutover", "performing": true }), "a step is being performed"),
            (json!({ "question": retry }), "it needs another answer: retry"),
            (json!({ "stage": null, "end": "complete" }), "it has ended"),
        ] {
            let failure = asked(&fixtures::view("a", fields)).unwrap_err();
            assert_eq!(failure.class(), Class::Conflict);
            assert!(failure.to_string().contains(expected), "{failure}");
        }
        assert!(asked(&fixtures::view("a", json!({ "question": fixtures::approval() }))).is_ok());
    }

    #[test]
    fn what_is_approved_is_shown_with_its_state() {
        let view = fixtures::view(
            "a",
            json!({
                "question": fixtures::approval(), "migrationId": "6a90be4d3f3a0c7a43d3a001",
                "cutoverPossibleUntil": at(7200),
                "observed": { "at": at(0), "status": "WORKING", "lagSeconds": 3, "ready": true },
            }),
        );
        let text = text(&view, asked(&view).unwrap(), at(5));
        for expected in [
            "a: cut over\n",
            "migration 6a90be4d3f3a0c7a43d3a001",
            "WORKING, lag 3 s, read 5 s ago; 1 h 59 min left to cut over\n",
            "Stop the writes to the source first",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}
