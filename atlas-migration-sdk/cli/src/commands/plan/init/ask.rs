//! Questions of `plan init`, and what replaces them in a script.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::printable;

/// Asks a person, or refuses with the flag that answers the question.
pub(super) struct Questions<'a> {
    context: &'a Context,
    can_ask: bool,
}

impl<'a> Questions<'a> {
    pub(super) fn new(context: &'a Context, can_ask: bool) -> Self {
        Self { context, can_ask }
    }

    /// The index of one of the choices. The only one needs no question.
    pub(super) fn select(&self, question: &str, flag: &str, choices: &[String]) -> Result<usize, Failure> {
        if choices.len() == 1 {
            return Ok(0);
        }
        let choices: Vec<String> = choices.iter().map(|choice| printable(choice)).collect();
        if !self.can_ask {
            return Err(ambiguous(question, flag, &choices));
        }
        let answer = inquire::Select::new(question, choices).raw_prompt();
        answer.map(|answer| answer.index).map_err(|error| self.context.unanswered(error))
    }

    /// A text that is not empty.
    pub(super) fn text(&self, question: &str, flag: &str) -> Result<String, Failure> {
        if !self.can_ask {
            return Err(needs(question, flag));
        }
        let not_empty = inquire::validator::ValueRequiredValidator::new("a name is needed");
        let answer = inquire::Text::new(question).with_validator(not_empty).prompt();
        Ok(answer.map_err(|error| self.context.unanswered(error))?.trim().to_owned())
    }

    /// A yes or no. In a script, and without an answer, it is `default`.
    pub(super) fn yes_or_no(&self, question: &str, default: bool) -> Result<bool, Failure> {
        if !self.can_ask {
            return Ok(default);
        }
        let answer = inquire::Confirm::new(question).with_default(default).prompt();
        answer.map_err(|error| self.context.unanswered(error))
    }
}

fn ambiguous(question: &str, flag: &str, choices: &[String]) -> Failure {
    let list = choices.join(", ");
    Failure::usage(format!("{question} There are {}: {list}. Choose one with {flag}", choices.len()))
}

fn needs(question: &str, flag: &str) -> Failure {
    Failure::usage(format!("{question} Set it with {flag}"))
}
