//! Failures: the class of each, which is the exit status, and its text in both forms.

use std::fmt;
use std::io;
use std::process::ExitCode;

use atlas_migration_sdk::{Error, ErrorKind};
use schemars::JsonSchema;
use serde::Serialize;

use crate::output::{Format, printable};
use crate::temporal::{ConnectError, ConnectErrorKind};

/// The class of a failure. Its number is the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Class {
    Other = 1,
    Usage = 2,
    Credentials = 3,
    Refused = 4,
    NotFound = 5,
    Conflict = 6,
    RateLimited = 7,
    Network = 8,
    MigrationFailed = 9,
    TimedOut = 10,
    MayHaveTakenEffect = 11,
    NeedsPerson = 12,
    Interrupted = 130,
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    class: Class,
    message: String,
    error: Option<Error>,
    /// The reader of the output has closed it, which is no failure.
    closed_pipe: bool,
}

impl Failure {
    pub(crate) fn new(class: Class, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), error: None, closed_pipe: false }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Class::Usage, message)
    }

    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::new(Class::Other, message)
    }

    /// The same failure, with what to do next.
    pub(crate) fn with_advice(mut self, advice: &str) -> Self {
        self.message = format!("{}\n{advice}", self.message);
        self
    }

    /// The failure of a command that stopped before its end: what is unfinished and how to continue. A closed pipe is a
    /// failure then.
    pub(crate) fn with_unfinished_work(self, unfinished: &str) -> Self {
        Self { closed_pipe: false, ..self.with_advice(unfinished) }
    }

    /// Writing to the standard output failed.
    pub(crate) fn output(error: &io::Error) -> Self {
        let closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Self { closed_pipe, ..Self::other(format!("the output cannot be written: {error}")) }
    }

    /// Several failures as one, with the class of the first; none if there is none.
    pub(crate) fn all(failures: Vec<Self>) -> Option<Self> {
        let mut failures = failures.into_iter();
        let first = failures.next()?;
        Some(failures.fold(first, |all, failure| all.with_advice(&failure.message)))
    }

    /// Whether the same command may succeed later, without any change.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self.class, Class::Network | Class::TimedOut | Class::RateLimited)
    }

    #[cfg(test)]
    pub(crate) fn class(&self) -> Class {
        self.class
    }

    /// Writes the failure to the standard error. Returns the exit status.
    pub(crate) fn report(&self, format: Format) -> ExitCode {
        if self.closed_pipe {
            return ExitCode::SUCCESS;
        }
        // If the standard error cannot be written, the exit status remains.
        let _ = self.write(format, &mut io::stderr().lock());
        ExitCode::from(self.class as u8)
    }

    fn write(&self, format: Format, to: &mut impl io::Write) -> io::Result<()> {
        match format {
            Format::Table => writeln!(to, "error: {self}"),
            Format::Json => {
                serde_json::to_writer(&mut *to, &FailureReport::of(self))?;
                writeln!(to)
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { class: class_of(&error), message: error.to_string(), error: Some(error), closed_pipe: false }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let class = match error.kind {
            ConnectErrorKind::Configuration => Class::Usage,
            ConnectErrorKind::Credentials => Class::Credentials,
            ConnectErrorKind::NoNamespace => Class::NotFound,
            ConnectErrorKind::Network => Class::Network,
        };
        Self::new(class, error.to_string())
    }
}

fn class_of(error: &Error) -> Class {
    if error.may_have_taken_effect() {
        return Class::MayHaveTakenEffect;
    }
    if error.is_rate_limited() {
        return Class::RateLimited;
    }
    if error.is_unauthenticated() {
        return Class::Credentials;
    }
    if error.is_missing_role() || error.is_not_on_access_list() {
        return Class::Refused;
    }
    if error.is_not_found() {
        return Class::NotFound;
    }
    if error.is_conflict() {
        return Class::Conflict;
    }
    if error.is_timeout() {
        return Class::TimedOut;
    }
    match error.kind() {
        ErrorKind::Configuration | ErrorKind::InvalidRequest => Class::Usage,
        ErrorKind::TokenRejected | ErrorKind::TokenLimitReached => Class::Credentials,
        ErrorKind::JobFailed | ErrorKind::JobExpired => Class::MigrationFailed,
        ErrorKind::Api if matches!(error.status(), Some(401 | 403)) => Class::Refused,
        ErrorKind::Api if error.status() == Some(400) => Class::Usage,
        ErrorKind::Connect
        | ErrorKind::CertificateRejected
        | ErrorKind::Transport
        | ErrorKind::Redirected
        | ErrorKind::ForeignResponse
        | ErrorKind::TokenEndpoint => Class::Network,
        _ => Class::Other,
    }
}

/// The JSON of a failure, on the standard error.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FailureReport<'a> {
    error: FailureDetails<'a>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FailureDetails<'a> {
    /// The class of the failure, which determines the exit status.
    class: Class,
    exit_status: u8,
    /// What happened, where, and what to do next.
    message: &'a str,
    /// The Atlas operation that failed, under its published id.
    operation: Option<&'a str>,
    /// The HTTP status of the response, if there was one.
    status: Option<u16>,
    /// The error code in the response of Atlas.
    code: Option<&'a str>,
    /// The delay that the server requests before the next attempt.
    retry_after_seconds: Option<u64>,
}

impl<'a> FailureReport<'a> {
    fn of(failure: &'a Failure) -> Self {
        let error = failure.error.as_ref();
        Self {
            error: FailureDetails {
                class: failure.class,
                exit_status: failure.class as u8,
                message: &failure.message,
                operation: error.and_then(Error::operation).map(|operation| operation.id),
                status: error.and_then(Error::status),
                code: error.and_then(Error::code).map(|code| code.as_str()),
                retry_after_seconds: error.and_then(Error::retry_after).map(|delay| delay.as_secs()),
            },
        }
    }
}

/// Reports arguments that cannot be parsed, or prints the help or the version that they request.
pub(crate) fn usage(error: &clap::Error, format: Format) -> ExitCode {
    if !error.use_stderr() {
        // A closed pipe is no error.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    match format {
        Format::Table => {
            let _ = error.print();
            ExitCode::from(Class::Usage as u8)
        }
        Format::Json => {
            let text = error.render().to_string();
            Failure::usage(printable(text.trim_start_matches("error: ").trim_end())).report(format)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_is_an_exit_status_of_the_help() {
        for class in [
            Class::Other,
            Class::Usage,
            Class::Credentials,
            Class::Refused,
            Class::NotFound,
            Class::Conflict,
            Class::RateLimited,
            Class::Network,
            Class::MigrationFailed,
            Class::TimedOut,
            Class::MayHaveTakenEffect,
            Class::NeedsPerson,
            Class::Interrupted,
        ] {
            let line = format!("\n{:>5}  ", class as u8);
            assert!(crate::arguments::EXIT_STATUSES.contains(&line), "{class:?}");
        }
    }

    #[test]
    fn a_failure_has_a_text_and_an_object() {
        let failure = Failure::new(Class::NotFound, "no such project");
        let written = |format| {
            let mut text = Vec::new();
            failure.write(format, &mut text).unwrap();
            String::from_utf8(text).unwrap()
        };
        assert_eq!(written(Format::Table), "error: no such project\n");
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).unwrap();
        assert_eq!(json["error"]["class"], "not-found");
        assert_eq!(json["error"]["exitStatus"], 5);
        assert_eq!(json["error"]["message"], "no such project");
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let closed = Failure::output(&io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(closed.closed_pipe);
        assert!(!Failure::output(&io::Error::from(io::ErrorKind::StorageFull)).closed_pipe);
        assert_eq!(closed.class(), Class::Other);
    }
}
