//! The commands, one module each: its arguments, what it does, and its output.

pub(crate) mod check;
pub(crate) mod decide;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod pause;
pub(crate) mod remote;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod start;
pub(crate) mod status;
mod which;
pub(crate) mod worker;

use crate::arguments::Command;
use crate::context::Context;
use crate::failure::Failure;

pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Init(arguments) => arguments.run(context).await,
        Command::Check(arguments) => arguments.run(context).await,
        Command::Key(arguments) => arguments.run(context),
        Command::Worker(arguments) => arguments.run(context).await,
        Command::Start(arguments) => arguments.run(context).await,
        Command::Status(arguments) => arguments.run(context).await,
        Command::Approve(arguments) => arguments.run(context).await,
        Command::Hold(arguments) => arguments.run(context).await,
        Command::Resume(arguments) => arguments.run(context).await,
        Command::Retry(arguments) => arguments.run(context).await,
        Command::GiveId(arguments) => arguments.run(context).await,
        Command::NotCreated(arguments) => arguments.run(context).await,
        Command::Conclude(arguments) => arguments.run(context).await,
        Command::Abandon(arguments) => arguments.run(context).await,
        Command::Pause(arguments) => arguments.run(context).await,
        Command::Unpause(arguments) => arguments.run(context).await,
        Command::Report(arguments) => arguments.run(context).await,
        Command::Schema(arguments) => arguments.run(),
    }
}
