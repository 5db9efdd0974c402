//! The commands, one module each: its arguments, what it does, and its output.

pub(crate) mod check;
pub(crate) mod init;
pub(crate) mod key;
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
    }
}
