//! `atlas-migration-fleet`: many live migrations to MongoDB Atlas, on Temporal.
//!
//! - [`arguments`]: the command line as a whole. The arguments of a command are in its module of [`commands`].
//! - [`commands`]: one module for each command.
//! - [`context`]: what every command gets: output, questions.
//! - [`messages`]: what crosses the server of Temporal.
//! - [`workflows`], [`activities`]: what a worker serves.
//! - [`fleet_file`]: what to migrate, where the secrets are, and who approves.
//! - [`names`], [`limits`]: names that people give, and how long requests may be on their way.
//! - [`worker`]: runs a worker, and ends it.
//! - [`windows`]: when a cutover may begin.
//! - [`temporal`]: the connection to the server, and the names there.
//! - [`status`], [`report`]: the state of a fleet, and what happened in it.
//! - [`output`]: tables for people, JSON for programs.
//! - [`failure`]: the exit statuses, and errors in both forms.

mod activities;
mod arguments;
mod commands;
mod context;
mod failure;
mod fleet_file;
mod forecast;
mod limits;
mod messages;
mod names;
mod output;
mod report;
mod status;
mod temporal;
#[cfg(test)]
mod tests;
mod windows;
mod worker;
mod workflows;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
use context::Context;
use failure::Failure;
use output::Format;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error, Format::of_invalid(std::env::args_os())),
    };
    let is_worker = matches!(arguments.command, Command::Worker(_));
    let context = Context::new(&arguments.global, is_worker);
    match run(arguments.command, &context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(context.output.format),
    }
}

fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("the asynchronous runtime cannot start: {error}")))?;
    runtime.block_on(async {
        // A worker drains on a signal, and does not end at once.
        if let Command::Worker(arguments) = command {
            return arguments.run(context).await;
        }
        tokio::select! {
            // The command first: one that has ended was not interrupted.
            biased;
            outcome = commands::run(command, context) => outcome,
            signal = context::interrupted() => Err(context.interruption(signal)),
        }
    })
}
