//! The decisions beside approvals: hold, resume, retry, and the answers about migrations that were lost.

use atlas_migration_sdk::MigrationId;
use atlas_migration_sdk::flow::Question;
use clap::{Args, ValueEnum};

use super::{Addressee, Deciding, Options, addressee};
use crate::context::Context;
use crate::failure::Failure;
use crate::messages::DecisionKind;

#[derive(Args, Debug)]
pub(crate) struct Hold {
    /// The migrations.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Why, for those who look at the status and for the report.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Resume {
    /// The migrations.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Retry {
    /// The migrations.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Retry without asking, also if an earlier attempt may have taken effect.
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct GiveId {
    /// The migration.
    #[arg(value_name = "NAME")]
    name: String,
    /// Its id in Atlas: 24 hexadecimal digits.
    #[arg(value_name = "ID")]
    id: MigrationId,
    #[command(flatten)]
    options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct NotCreated {
    /// The migration.
    #[arg(value_name = "NAME")]
    name: String,
    /// State it without asking.
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Conclude {
    /// The migration.
    #[arg(value_name = "NAME")]
    name: String,
    /// How it ended.
    #[arg(long, value_enum, value_name = "HOW")]
    ended: Ended,
    /// How you know.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// State it without asking.
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    options: Options,
}

/// How a migration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ended {
    Complete,
    Failed,
}

#[derive(Args, Debug)]
pub(crate) struct Abandon {
    /// The migrations.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The migration does not occupy its host any more, or never did: the next one may begin. Needed once Atlas has the
    /// migration.
    #[arg(long)]
    host_is_free: bool,
    /// Abandon without asking.
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    options: Options,
}

impl Hold {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let kind = DecisionKind::Hold { reason: self.reason.clone() };
        send_to_all(context, &self.options, &self.names, &kind).await
    }
}

impl Resume {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        send_to_all(context, &self.options, &self.names, &DecisionKind::Resume {}).await
    }
}

async fn send_to_all(
    context: &Context,
    options: &Options,
    names: &[String],
    kind: &DecisionKind,
) -> Result<(), Failure> {
    let mut deciding = Deciding::new(context, options).await?;
    let mut outcomes = Vec::new();
    for name in names {
        outcomes.push(deciding.send(name, kind.clone()).await);
    }
    deciding.finish(outcomes)
}

impl Retry {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let mut deciding = Deciding::new(context, &self.options).await?;
        let mut outcomes = Vec::new();
        for name in &self.names {
            let outcome = match self.confirm(&deciding, name).await {
                Ok(()) => deciding.send(name, DecisionKind::Retry {}).await,
                Err(failure) => Err(failure),
            };
            outcomes.push(outcome);
        }
        deciding.finish(outcomes)
    }

    /// What may have taken effect needs a look at Atlas first.
    async fn confirm(&self, deciding: &Deciding<'_>, name: &str) -> Result<(), Failure> {
        let question = deciding.state(name).await?.question;
        match question {
            Some(question @ Question::TryAgain { may_have_taken_effect: true, .. }) => {
                deciding.context.confirm_text(&format!("{name}: {question}"), self.yes)
            }
            _ => Ok(()),
        }
    }
}

impl GiveId {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let mut deciding = Deciding::new(context, &self.options).await?;
        // The id is read in Atlas, and asked for again if it is that of another migration.
        let outcome = deciding.send(&self.name, DecisionKind::GiveId { migration: self.id }).await;
        deciding.finish(vec![outcome])
    }
}

impl NotCreated {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let mut deciding = Deciding::new(context, &self.options).await?;
        let text =
            "State that no migration was created? Another one will be created, which can drop data again.";
        confirm_answer(&deciding, &self.name, text, self.yes).await?;
        let outcome = deciding.send(&self.name, DecisionKind::NotCreated {}).await;
        deciding.finish(vec![outcome])
    }
}

impl Conclude {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let mut deciding = Deciding::new(context, &self.options).await?;
        let text = match self.ended {
            Ended::Complete => "State that the migration is complete? The next migration of its host begins.",
            Ended::Failed => "State that the migration failed? The next migration of its host begins.",
        };
        confirm_answer(&deciding, &self.name, text, self.yes).await?;
        let completed = self.ended == Ended::Complete;
        let kind = DecisionKind::Conclude { completed, reason: self.reason.clone() };
        let outcome = deciding.send(&self.name, kind).await;
        deciding.finish(vec![outcome])
    }
}

/// Shows the question of the migration, and what the answer states.
async fn confirm_answer(
    deciding: &Deciding<'_>,
    name: &str,
    statement: &str,
    yes: bool,
) -> Result<(), Failure> {
    let text = match deciding.state(name).await?.question {
        Some(question) => format!("{name}: {question}\n{statement}"),
        None => format!("{name}: {statement}"),
    };
    deciding.context.confirm_text(&text, yes)
}

impl Abandon {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let mut deciding = Deciding::new(context, &self.options).await?;
        let mut outcomes = Vec::new();
        for name in &self.names {
            let outcome = match self.confirm(&deciding, name) {
                Ok(()) => {
                    let reason = self.reason.clone();
                    let kind = DecisionKind::Abandon { reason, host_is_free: self.host_is_free };
                    deciding.send(name, kind).await
                }
                Err(failure) => Err(failure),
            };
            outcomes.push(outcome);
        }
        deciding.finish(outcomes)
    }

    fn confirm(&self, deciding: &Deciding<'_>, name: &str) -> Result<(), Failure> {
        let text = match (addressee(&deciding.view, name)?, self.host_is_free) {
            (Addressee::Lane(host), false) => {
                format!("{name} waits for the host {host}. Remove it for good?")
            }
            (_, true) => format!(
                "{name} is given up, and the next migration of its host begins. A migration that runs in Atlas is not \
                 cancelled: that is done on the card of the cluster. Is the host free, and shall it be given up?"
            ),
            (Addressee::Migration, false) => {
                format!("{name} is given up, and the next migration of its host begins. Give it up?")
            }
        };
        deciding.context.confirm_text(&text, self.yes)
    }
}
