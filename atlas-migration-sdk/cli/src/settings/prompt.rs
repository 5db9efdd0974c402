//! Questions for credentials, on a terminal only. The answers are used for this run and not stored.

use atlas_migration_sdk::{Credentials, Secret};
use inquire::{InquireError, Password, Select, Text};

use crate::context::can_ask;
use crate::failure::{Class, Failure};

const SERVICE_ACCOUNT: &str = "a service account: client id and client secret";
const API_KEY: &str = "an API key: public key and private key";

/// Asks for the credentials of Atlas. `None` if nobody can answer.
pub(super) fn credentials() -> Result<Option<Credentials>, Failure> {
    if !can_ask() {
        return Ok(None);
    }
    let kinds = vec![SERVICE_ACCOUNT, API_KEY];
    let kind = answer(Select::new("No credentials are configured. For this run, enter", kinds).prompt())?;
    Ok(Some(if kind == SERVICE_ACCOUNT {
        Credentials::service_account(text("Client id:")?, secret("Client secret:")?)
    } else {
        Credentials::api_key(text("Public key:")?, secret("Private key:")?)
    }))
}

/// Asks for the API key of the source organization: its public and its private key. `None` if nobody can answer.
pub(super) fn source_api_key() -> Result<Option<(String, Secret)>, Failure> {
    if !can_ask() {
        return Ok(None);
    }
    crate::output::note!(
        "No API key of the source organization in Cloud Manager or Ops Manager is configured."
    );
    Ok(Some((text("Public key of the source:")?, secret("Private key of the source:")?)))
}

fn text(question: &str) -> Result<String, Failure> {
    answer(Text::new(question).prompt()).map(|text| text.trim().to_owned())
}

/// Asks for a secret. What is typed is not shown.
fn secret(question: &str) -> Result<Secret, Failure> {
    answer(Password::new(question).without_confirmation().prompt()).map(Secret::new)
}

fn answer<T>(answer: Result<T, InquireError>) -> Result<T, Failure> {
    answer.map_err(|error| match error {
        InquireError::OperationInterrupted => {
            Failure::new(Class::Interrupted, "interrupted by Ctrl-C; nothing was sent")
        }
        InquireError::OperationCanceled => {
            Failure::new(Class::Credentials, "no credentials were entered; nothing was sent")
        }
        error => Failure::other(format!("the question cannot be asked: {error}")),
    })
}
