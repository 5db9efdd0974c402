//! Conversions of the errors of parsing, so that a function that returns [`Error`] can use `?` for them, and of those of
//! tasks.

use std::panic;

use tokio::task::JoinError;

use super::{Error, ErrorKind};
use crate::values::access_list::ParseAccessListEntryError;
use crate::values::date::ParseDateError;
use crate::values::ids::ParseIdError;

/// An error of the kind [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
///
/// ```no_run
/// use atlas_migration_sdk::{Client, Error, LinkToken};
///
/// async fn link_token(client: &Client, org: &str, address: &str) -> Result<LinkToken, Error> {
///     client.org(org.parse()?).create_link_token([address.parse()?]).await
/// }
/// ```
impl From<ParseIdError> for Error {
    fn from(error: ParseIdError) -> Self {
        Self::invalid_request(error.to_string())
    }
}

/// An error of the kind [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
impl From<ParseAccessListEntryError> for Error {
    fn from(error: ParseAccessListEntryError) -> Self {
        Self::invalid_request(error.to_string())
    }
}

/// An error of the kind [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
impl From<ParseDateError> for Error {
    fn from(error: ParseDateError) -> Self {
        Self::invalid_request(error.to_string())
    }
}

impl Error {
    /// A task ended before it returned a result: its runtime was shut down. If it panicked, this continues the panic.
    pub(crate) fn of_task(error: JoinError) -> Self {
        match error.try_into_panic() {
            Ok(panic) => panic::resume_unwind(panic),
            Err(_) => Self::new(
                ErrorKind::RuntimeStopped,
                "the runtime was shut down before the call was completed",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::access_list::AccessListEntry;
    use crate::values::date::Date;
    use crate::values::ids::SourceOrgId;

    #[test]
    fn errors_of_parsing_are_invalid_requests_with_the_same_text() {
        fn parse(text: &str, what: usize) -> Result<(), Error> {
            match what {
                0 => drop(text.parse::<SourceOrgId>()?),
                1 => drop(text.parse::<AccessListEntry>()?),
                _ => drop(text.parse::<Date>()?),
            }
            Ok(())
        }
        for (what, part) in
            ["a valid source organization id", "a valid access list entry", "a date"].iter().enumerate()
        {
            let error = parse("planted", what).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.to_string().starts_with(&format!("not {part}: ")), "{error}");
            assert!(error.was_not_processed() && !error.may_have_taken_effect());
        }
    }
}
