//! `plan`: writes plans and checks them.

mod check;
mod file;
mod init;
mod password;

use clap::Subcommand;

pub(crate) use check::{CheckReport, Checks};
pub(crate) use file::PlanFile;
pub(crate) use init::CreatedPlan;
pub(crate) use password::{PasswordSource, VARIABLE as SOURCE_PASSWORD};

use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a plan from what Atlas lists, so that nobody types a host or an id.
    ///
    /// Asks on a terminal for what is not determined by flags or by the only choice. In a script, each choice among several
    /// needs its flag. The organization must be linked to the source. The destination cluster is typed and not checked,
    /// because no operation lists clusters. Role: Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration plan init\n  \
        atlas-migration plan init orders.toml --source-cluster orders --destination-cluster orders --reach public")]
    Init(init::Arguments),
    /// Check a plan before anything runs. Starts nothing.
    ///
    /// Compares the plan with the source projects that Atlas lists, and with what MongoDB supports. Findings that block end
    /// with the exit status 4, or 5 if the source is not linked, and items that nobody has acknowledged with 12. Role:
    /// Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration plan check plan.toml --copy-rate 40\n  \
        atlas-migration plan check plan.toml --acknowledge users-and-roles,search-indexes\n  \
        atlas-migration plan check plan.toml --output json | jq -r '.findings[] | select(.level == \"blocks\").message'")]
    Check(check::Arguments),
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Init(arguments) => arguments.run(context).await,
            Self::Check(arguments) => arguments.run(context).await,
        }
    }
}
