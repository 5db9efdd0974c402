//! The commands, one module each: its arguments, what it does, and its output.

pub(crate) mod api;
pub(crate) mod atlas_cli;
pub(crate) mod auth;
pub(crate) mod completions;
pub(crate) mod link_token;
pub(crate) mod migration;
mod names;
pub(crate) mod orgs;
pub(crate) mod plan;
pub(crate) mod projects;
pub(crate) mod push;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod source;
mod unlinked;
pub(crate) mod validate;
mod wait;

use crate::arguments::Command;
use crate::context::Context;
use crate::failure::Failure;

pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Orgs(command) => command.run(context).await,
        Command::LinkToken(command) => command.run(context).await,
        Command::Source(command) => command.run(context).await,
        Command::Projects(command) => command.run(context).await,
        Command::Plan(command) => command.run(context).await,
        Command::Validate(arguments) => arguments.run(context).await,
        Command::Migration(command) => command.run(context).await,
        Command::Api(command) => command.run(context).await,
        Command::LiveMigrations(command) => command.run(context).await,
        Command::Auth(command) => command.run(context).await,
        Command::Push(arguments) => arguments.run(context).await,
        Command::Report(arguments) => arguments.run(context),
        Command::Schema(arguments) => arguments.run(),
        Command::Completions(arguments) => arguments.run(),
        Command::Man(arguments) => arguments.run(),
    }
}
