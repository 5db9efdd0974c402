//! The password of the source's user: from the standard input, the environment, or a question.

use std::io::{self, IsTerminal as _, Read as _};

use atlas_migration_sdk::{MigrationPlan, Secret};
use clap::Args;

use crate::context::{Context, can_ask};
use crate::failure::{Class, Failure};

pub(crate) const VARIABLE: &str = "MONGODB_ATLAS_SOURCE_PASSWORD";
/// More than any password has.
const MAX_LENGTH: u64 = 64 * 1024;

/// Where the password comes from, if the plan needs one.
#[derive(Args, Clone, Debug)]
pub(crate) struct PasswordSource {
    /// Read the password of the source's user from the standard input, if the plan has a user [default: the variable
    /// MONGODB_ATLAS_SOURCE_PASSWORD, or else a question].
    #[arg(long)]
    password_stdin: bool,
    /// Whether the password is only the first line of the standard input.
    #[arg(skip)]
    only_first_line: bool,
}

impl PasswordSource {
    /// As with the Atlas CLI: a script that sets no variable writes the password to the first line of the standard input.
    pub(crate) fn of_atlas_cli() -> Self {
        let is_set = std::env::var_os(VARIABLE).is_some_and(|value| !value.is_empty());
        Self { password_stdin: !is_set && !io::stdin().is_terminal(), only_first_line: true }
    }

    /// The plan with the password, if it needs one.
    pub(crate) fn complete(&self, plan: MigrationPlan, context: &Context) -> Result<MigrationPlan, Failure> {
        Ok(match self.read(&plan, context)? {
            Some(password) => plan.source_password(password),
            None => plan,
        })
    }

    /// The password, if the plan needs one.
    pub(crate) fn read(&self, plan: &MigrationPlan, context: &Context) -> Result<Option<Secret>, Failure> {
        if !plan.needs_source_password() {
            return Ok(None);
        }
        if self.password_stdin {
            return from_stdin(self.only_first_line).map(Some);
        }
        match std::env::var(VARIABLE) {
            Ok(password) if !password.is_empty() => return Ok(Some(Secret::new(password))),
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Failure::new(Class::Credentials, format!("{VARIABLE} is not UTF-8")));
            }
            _ => {}
        }
        if !can_ask() {
            let message = format!(
                "the plan needs the password of the source's user: set {VARIABLE}, or write it to the standard input \
                 with --password-stdin"
            );
            return Err(Failure::new(Class::Credentials, message));
        }
        let question =
            format!("Password of the source's user {:?}:", plan.source().username().unwrap_or_default());
        let answer = inquire::Password::new(&question).without_confirmation().prompt();
        match answer {
            Ok(password) if !password.is_empty() => Ok(Some(Secret::new(password))),
            Ok(_) => Err(Failure::new(Class::Credentials, "the password is empty; nothing was sent")),
            Err(error) => Err(context.unanswered(error)),
        }
    }

    /// The plan with the password, or with a placeholder if there is none, for a request that is only shown.
    pub(crate) fn complete_for_preview(plan: MigrationPlan) -> MigrationPlan {
        if plan.needs_source_password() { plan.source_password("[redacted]") } else { plan }
    }
}

fn from_stdin(only_first_line: bool) -> Result<Secret, Failure> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MAX_LENGTH).read_to_string(&mut text);
    // The error for invalid UTF-8 has no part of the input.
    read.map_err(|error| {
        Failure::usage(format!("the password cannot be read from the standard input: {error}"))
    })?;
    let password = if only_first_line {
        text.lines().next().unwrap_or_default()
    } else {
        // One line break, as `echo` and editors add.
        text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line))
    };
    if password.is_empty() {
        let message = format!(
            "the standard input contains no password of the source's user ({VARIABLE} can contain it too); nothing was sent"
        );
        return Err(Failure::new(Class::Credentials, message));
    }
    Ok(Secret::new(password))
}
