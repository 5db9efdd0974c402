//! What every command gets: the output, and questions to the person at the terminal.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use temporalio_client::Client;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::arguments::Global;
use crate::failure::{Class, Failure};
use crate::output::{Output, note, printable};
use crate::temporal::ConnectionArguments;

pub(crate) struct Context {
    pub(crate) output: Output,
    /// How to connect to Temporal.
    pub(crate) connection: ConnectionArguments,
    /// What an interruption leaves behind, for the message about it.
    unfinished: Mutex<Option<String>>,
}

impl Context {
    /// `is_worker` writes the log of a worker.
    pub(crate) fn new(global: &Global, is_worker: bool) -> Self {
        trace(global.verbose, is_worker);
        Self {
            output: Output::new(global.output.unwrap_or_default()),
            connection: global.connection.clone(),
            unfinished: Mutex::new(None),
        }
    }

    /// Connects to Temporal. `key_file` is that of the fleet file, if the command reads one.
    pub(crate) async fn connect(&self, key_file: Option<&Path>) -> Result<Client, Failure> {
        Ok(self.connection.connect(key_file).await?)
    }

    /// Asks for a typed "yes" to a step that cannot be undone.
    ///
    /// `yes` is the flag of a script. Without it and without a terminal the step is refused, because nobody can answer.
    pub(crate) fn confirm(&self, step: &str, yes: bool) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        if !can_ask() {
            let message =
                format!("a confirmation is needed: run the command on a terminal, or with --yes. {step}.");
            return Err(Failure::new(Class::NeedsPerson, message));
        }
        self.typed_yes(&format!("{step}. Type \"yes\" to continue:"))
    }

    fn typed_yes(&self, prompt: &str) -> Result<(), Failure> {
        match inquire::Text::new(prompt).prompt() {
            Ok(answer) if answer.trim() == "yes" => Ok(()),
            Ok(_) => Err(Failure::new(Class::NeedsPerson, "not confirmed; nothing was sent")),
            Err(error) => Err(self.unanswered(error)),
        }
    }

    /// Asks for a typed "yes" to this text, which may have several lines, and is shown in any case.
    pub(crate) fn confirm_text(&self, text: &str, yes: bool) -> Result<(), Failure> {
        let text = printable(text);
        if !yes && !can_ask() {
            let message =
                format!("a confirmation is needed: run the command on a terminal, or with --yes.\n{text}");
            return Err(Failure::new(Class::NeedsPerson, message));
        }
        note!("{text}");
        if yes {
            return Ok(());
        }
        self.typed_yes("Type \"yes\" to continue:")
    }

    /// The failure of a question that has no answer.
    pub(crate) fn unanswered(&self, error: inquire::InquireError) -> Failure {
        match error {
            inquire::InquireError::OperationCanceled => {
                Failure::new(Class::NeedsPerson, "not answered; nothing was sent")
            }
            inquire::InquireError::OperationInterrupted => self.interruption("Ctrl-C"),
            error => Failure::other(format!("the question cannot be asked: {error}")),
        }
    }

    /// Sets what an interruption leaves behind and how to continue; `None` is nothing.
    pub(crate) fn set_unfinished(&self, unfinished: Option<String>) {
        *self.unfinished.lock().unwrap_or_else(PoisonError::into_inner) = unfinished;
    }

    /// The failure of an interrupted command.
    pub(crate) fn interruption(&self, signal: &str) -> Failure {
        let unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).take();
        let message = match unfinished {
            Some(unfinished) => format!("interrupted by {signal}. {unfinished}"),
            None => format!("interrupted by {signal}"),
        };
        Failure::new(Class::Interrupted, message)
    }
}

/// Whether a person can answer a question: it is written to the standard error and read from the terminal.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Completes with the name of a signal that ends the program.
pub(crate) async fn interrupted() -> &'static str {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = (signal(SignalKind::terminate()), signal(SignalKind::hangup()));
        if let (Ok(mut terminate), Ok(mut hangup)) = signals {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => return "Ctrl-C",
                _ = terminate.recv() => return "SIGTERM",
                // The terminal or the connection to it was closed.
                _ = hangup.recv() => return "SIGHUP",
            }
        }
    }
    // Without a handler, the signal ends the process as usual.
    match tokio::signal::ctrl_c().await {
        Ok(()) => "Ctrl-C",
        Err(_) => std::future::pending().await,
    }
}

/// Writes the log of a worker, and the spans and events of the library, to the standard error.
fn trace(verbosity: u8, is_worker: bool) {
    let level = match verbosity {
        0 => LevelFilter::OFF,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    if verbosity == 0 && !is_worker {
        return;
    }
    let colors =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(colors);
    // A call and an attempt are spans: one line at the end of each, with its duration and its outcome.
    let lines = lines.with_span_events(FmtSpan::CLOSE);
    // Those of the library contain no secrets: other crates write what they send. Those of Temporal's SDK are only about
    // what a worker cannot do, such as to reach the server.
    let mut targets = Targets::new().with_target("atlas_migration_sdk", level);
    if is_worker {
        targets = targets.with_target("atlas_migration_fleet", LevelFilter::INFO);
        targets = targets.with_target("temporalio", LevelFilter::WARN);
    }
    let _ = tracing_subscriber::registry().with(lines.with_filter(targets)).try_init();
}
