//! `atlas-migration`: MongoDB Atlas push live migrations from the command line.
//!
//! - [`arguments`]: the command line as a whole. The arguments of a command are in its module of [`commands`].
//! - [`commands`]: one module for each command. Each uses only the public API of the library.
//! - [`context`]: what every command gets: settings, output, questions.
//! - [`settings`]: where credentials, ids and the base URL come from.
//! - [`journal`]: the journal of a migration, from which it can be resumed.
//! - [`output`]: tables for people, JSON for programs.
//! - [`report`]: the report of a migration.
//! - [`runner`]: runs a migration from its plan to its end.
//! - [`failure`]: the exit statuses, and errors in both forms.

mod arguments;
mod commands;
mod context;
mod failure;
mod journal;
mod output;
mod report;
mod runner;
mod settings;

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
    let context = match Context::new(arguments.global) {
        Ok(context) => context,
        Err(failure) => return failure.report(Format::default()),
    };
    match run(arguments.command, &context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(context.output.format),
    }
}

fn run(command: Command, context: &Context) -> Result<(), Failure> {
    // One thread: a command waits for one response at a time.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("the asynchronous runtime cannot start: {error}")))?;
    runtime.block_on(async {
        tokio::select! {
            // The command first: one that has ended was not interrupted.
            biased;
            outcome = commands::run(command, context) => outcome,
            signal = context::interrupted() => Err(context.interruption(signal)),
        }
    })
}
