//! `api`: any operation of the table, under each of its names, as a command of its own.
//!
//! - [`arguments`]: the commands for clap, made from the table.
//! - [`names`]: the names of operations and tags.
//! - [`body`]: where the body of a request comes from.
//! - [`check`]: its check against the schema before anything is sent.
//! - [`call`]: sends the request and prints the response.
//! - [`help`]: what the help shows of a body.
//! - [`list`]: the table itself.

mod arguments;
mod body;
mod call;
mod check;
mod help;
mod list;
mod names;

use clap::error::ErrorKind;
use clap::{ArgMatches, FromArgMatches, Subcommand};

pub(crate) use list::ListedOperation;

use crate::context::Context;
use crate::failure::Failure;
use call::Call;

/// A call of an operation, or the list of operations.
#[derive(Debug)]
pub(crate) enum Command {
    List,
    Call(Call),
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List => list::run(context),
            Self::Call(call) => call.run(context).await,
        }
    }
}

// By hand, because the commands are made from the operation table.
impl Subcommand for Command {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        // Deferred: no other command needs the texts of the operations.
        command.defer(arguments::add_operations)
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        name == list::NAME || names::operation(name).is_some() || names::is_tag(name)
    }
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let (name, matches) = match matches.subcommand() {
            Some((list::NAME, _)) => return Ok(Self::List),
            Some((tag, matches)) if names::is_tag(tag) => match matches.subcommand() {
                Some(operation) => operation,
                None => return Err(clap::Error::raw(ErrorKind::MissingSubcommand, "name an operation\n")),
            },
            Some(operation) => operation,
            None => return Err(clap::Error::raw(ErrorKind::MissingSubcommand, "name an operation\n")),
        };
        match names::operation(name) {
            Some(operation) => Call::from_matches(operation, matches).map(Self::Call),
            None => Err(clap::Error::raw(ErrorKind::InvalidSubcommand, names::unknown(name))),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
