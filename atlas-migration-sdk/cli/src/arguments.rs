//! The command line as a whole: the global options and the list of commands.

use clap::{Args, Parser, Subcommand};

use crate::commands::{link_token, orgs, projects, source};
use crate::output::Format;

/// Runs MongoDB Atlas push live migrations: plan, link, validate, migrate, cut over.
///
/// A migration needs a link between the Atlas organization and the source organization in Cloud Manager or Ops Manager,
/// a plan, and a migration host.
#[derive(Debug, Parser)]
#[command(
    name = "atlas-migration",
    version,
    disable_help_subcommand = true,
    after_long_help = EXIT_STATUSES,
    after_help = "`--help` shows more than `-h`: the credentials, and the exit statuses."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The form of the output: `table` for people, `json` for programs.
    #[arg(short, long, global = true, value_name = "FORMAT", value_parser = Format::parse)]
    pub(crate) output: Option<Format>,
    /// Write the calls and their attempts to the standard error, without secrets. Repeat it for more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The commands, in the order in which a migration needs them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the organizations that the credentials can see.
    #[command(subcommand)]
    Orgs(orgs::Command),
    /// Create and delete link-tokens.
    #[command(subcommand)]
    LinkToken(link_token::Command),
    /// Link the source organization in Cloud Manager or Ops Manager.
    #[command(subcommand)]
    Source(source::Command),
    /// List the source projects that a linked organization can migrate.
    #[command(subcommand)]
    Projects(projects::Command),
}

pub(crate) const EXIT_STATUSES: &str = "\
Credentials come from the environment, never from an argument: MONGODB_ATLAS_CLIENT_ID and
MONGODB_ATLAS_CLIENT_SECRET for a service account, MONGODB_ATLAS_PUBLIC_API_KEY and
MONGODB_ATLAS_PRIVATE_API_KEY for an API key. MONGODB_ATLAS_ORG_ID and MONGODB_ATLAS_PROJECT_ID are the
defaults of --org-id and --project-id.

Exit statuses:
    0  the command succeeded
    1  another failure, such as a file that cannot be written
    2  usage: an argument, a file or a request is invalid; nothing was sent
    3  credentials: missing, invalid or expired
    4  refused: a role or an entry of an access list is missing
    5  not found
    6  conflict: the state of the resource does not allow the operation
    7  rate limited
    8  network: no connection, no valid certificate, or not a response of Atlas
    9  the migration or the validation failed or expired
   10  timed out
   11  the operation may have taken effect: check the state before you repeat it
   12  a person has to decide or confirm
  130  interrupted";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
