//! The environment variables of the Atlas CLI, the Go SDK and Terraform.
//!
//! | for | variables |
//! |---|---|
//! | service account | `MONGODB_ATLAS_CLIENT_ID`, `MONGODB_ATLAS_CLIENT_SECRET` |
//! | API key | `MONGODB_ATLAS_PUBLIC_API_KEY` or `MONGODB_ATLAS_PUBLIC_KEY`, and the same with `PRIVATE` |
//! | access token | `MONGODB_ATLAS_ACCESS_TOKEN` |
//! | base URL | `MONGODB_ATLAS_OPS_MANAGER_URL`, else `MONGODB_ATLAS_BASE_URL`, else `MONGODB_ATLAS_SERVICE` |
//!
//! An empty variable counts as not set. No message contains a value. All values are wiped when they are dropped,
//! because any of them may be the secret; the environment itself keeps its copy.

use std::ffi::OsString;

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::http;
use crate::values::credentials::{CredentialKind, Credentials};
use crate::values::secret::Secret;

const CLIENT_ID: &[&str] = &["MONGODB_ATLAS_CLIENT_ID"];
const CLIENT_SECRET: &[&str] = &["MONGODB_ATLAS_CLIENT_SECRET"];
const PUBLIC_KEY: &[&str] = &["MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"];
const PRIVATE_KEY: &[&str] = &["MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"];
const ACCESS_TOKEN: &[&str] = &["MONGODB_ATLAS_ACCESS_TOKEN"];

/// The settings of a client in the environment.
pub(super) struct Settings {
    pub(super) credentials: Credentials,
    pub(super) base_url: Option<Value>,
}

/// Reads the settings; `lookup` returns the value of a variable.
pub(super) fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Settings> {
    let environment = Environment { lookup };
    Ok(Settings { credentials: environment.credentials()?, base_url: environment.base_url()? })
}

/// The value of a variable.
pub(super) type Value = Zeroizing<String>;

struct Environment<L> {
    lookup: L,
}

impl<L: Fn(&str) -> Option<OsString>> Environment<L> {
    fn credentials(&self) -> Result<Credentials> {
        let credentials = self.only_credentials()?;
        let Some(problem) = credentials.problem() else { return Ok(credentials) };
        let names = match (credentials.kind(), problem.is_id) {
            (CredentialKind::ServiceAccount, true) => CLIENT_ID,
            (CredentialKind::ServiceAccount, false) => CLIENT_SECRET,
            (CredentialKind::ApiKey, true) => PUBLIC_KEY,
            (CredentialKind::ApiKey, false) => PRIVATE_KEY,
            (CredentialKind::AccessToken, _) => ACCESS_TOKEN,
        };
        let name = self.name_in_use(names).unwrap_or_default();
        Err(Error::configuration(format!("the value of {name} {}", problem.reason)))
    }

    /// The credentials, if the environment contains exactly one kind.
    fn only_credentials(&self) -> Result<Credentials> {
        let service_account = self.pair(CLIENT_ID, CLIENT_SECRET)?;
        let api_key = self.pair(PUBLIC_KEY, PRIVATE_KEY)?;
        let token = self.any_of(ACCESS_TOKEN)?;
        match (service_account, api_key, token) {
            (Some((id, secret)), None, None) => {
                Ok(Credentials::service_account(id.as_str(), Secret::new(secret.as_str())))
            }
            (None, Some((public, private)), None) => {
                Ok(Credentials::api_key(public.as_str(), Secret::new(private.as_str())))
            }
            (None, None, Some(token)) => Ok(Credentials::access_token(Secret::new(token.as_str()))),
            (None, None, None) => Err(Error::configuration(format!(
                "no credentials in the environment: set {} and {} for a service account, {} and {} for an API key, or \
                 {} for an access token",
                CLIENT_ID[0], CLIENT_SECRET[0], PUBLIC_KEY[0], PRIVATE_KEY[0], ACCESS_TOKEN[0]
            ))),
            (service_account, api_key, token) => {
                let set = [
                    (service_account.is_some(), CLIENT_ID),
                    (api_key.is_some(), PUBLIC_KEY),
                    (token.is_some(), ACCESS_TOKEN),
                ];
                let set = set.iter().filter(|(set, _)| *set).filter_map(|(_, names)| self.name_in_use(names));
                let set: Vec<_> = set.collect();
                Err(Error::configuration(format!(
                    "the environment contains more than one kind of credential ({}): unset all but one",
                    set.join(", ")
                )))
            }
        }
    }

    fn base_url(&self) -> Result<Option<Value>> {
        for name in ["MONGODB_ATLAS_OPS_MANAGER_URL", "MONGODB_ATLAS_BASE_URL"] {
            if let Some(url) = self.value(name)? {
                return Ok(Some(url));
            }
        }
        match self.value("MONGODB_ATLAS_SERVICE")?.as_deref().map(String::as_str) {
            None => Ok(None),
            Some("cloud") => Ok(Some(http::COMMERCIAL.to_owned().into())),
            Some("cloudgov") => Ok(Some(http::GOVERNMENT.to_owned().into())),
            Some(_) => Err(Error::configuration("MONGODB_ATLAS_SERVICE must be `cloud` or `cloudgov`")),
        }
    }

    /// Two variables that must be set together.
    fn pair(&self, first: &[&str], second: &[&str]) -> Result<Option<(Value, Value)>> {
        match (self.any_of(first)?, self.any_of(second)?) {
            (Some(first), Some(second)) => Ok(Some((first, second))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing(second, first)),
            (None, Some(_)) => Err(missing(first, second)),
        }
    }

    /// The name that is set, among alternative names.
    fn name_in_use<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().copied().find(|name| matches!(self.value(name), Ok(Some(_))))
    }

    /// The value of a variable with alternative names.
    fn any_of(&self, names: &[&str]) -> Result<Option<Value>> {
        let mut found: Option<(&str, Value)> = None;
        for name in names {
            let Some(value) = self.value(name)? else { continue };
            match &found {
                Some((other, known)) if *known != value => {
                    return Err(Error::configuration(format!(
                        "{other} and {name} are both set, to different values: unset one of them"
                    )));
                }
                Some(_) => {}
                None => found = Some((name, value)),
            }
        }
        Ok(found.map(|(_, value)| value))
    }

    fn value(&self, name: &str) -> Result<Option<Value>> {
        match (self.lookup)(name).filter(|value| !value.is_empty()).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(Value::new(value))),
            Some(Err(value)) => {
                drop(Zeroizing::new(value.into_encoded_bytes()));
                Err(Error::configuration(format!("{name} is not UTF-8")))
            }
        }
    }
}

fn missing(names: &[&str], given: &[&str]) -> Error {
    Error::configuration(format!(
        "{} is set but {} is not: set both, or neither",
        given.join(" or "),
        names.join(" or ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(variables: &[(&str, &str)]) -> Result<(Credentials, Option<Value>)> {
        let settings = read(|name| {
            let found =
                variables.iter().find(|(known, _)| known == &name.trim_start_matches("MONGODB_ATLAS_"));
            found.map(|(_, value)| OsString::from(value))
        })?;
        Ok((settings.credentials, settings.base_url))
    }

    #[track_caller]
    fn kind(variables: &[(&str, &str)], expected: &str) {
        assert_eq!(
            format!("{:?}", read_from(variables).unwrap().0),
            format!("Credentials({expected}, [redacted])")
        );
    }

    #[track_caller]
    fn assert_invalid(variables: &[(&str, &str)], parts: &[&str]) {
        let error = read_from(variables).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{error}");
        }
        assert!(!error.contains("planted"), "{error}");
    }

    #[test]
    fn each_kind_of_credential_in_both_spellings() {
        kind(&[("CLIENT_ID", "a"), ("CLIENT_SECRET", "b")], "ServiceAccount");
        kind(&[("PUBLIC_API_KEY", "a"), ("PRIVATE_API_KEY", "b")], "ApiKey");
        kind(&[("PUBLIC_KEY", "a"), ("PRIVATE_KEY", "b")], "ApiKey");
        kind(&[("PUBLIC_KEY", "a"), ("PRIVATE_API_KEY", "b")], "ApiKey");
        kind(&[("PUBLIC_KEY", "a"), ("PUBLIC_API_KEY", "a"), ("PRIVATE_KEY", "b")], "ApiKey");
        kind(&[("ACCESS_TOKEN", "a")], "AccessToken");
        kind(&[("ACCESS_TOKEN", "a"), ("CLIENT_ID", "")], "AccessToken");
    }

    #[test]
    fn missing_and_contradictory_variables_are_named() {
        assert_invalid(&[], &["no credentials", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_PUBLIC_API_KEY"]);
        assert_invalid(&[("CLIENT_ID", "planted")], &["MONGODB_ATLAS_CLIENT_SECRET is not"]);
        assert_invalid(&[("CLIENT_SECRET", "planted")], &["MONGODB_ATLAS_CLIENT_ID is not"]);
        assert_invalid(
            &[("PUBLIC_KEY", "planted")],
            &["MONGODB_ATLAS_PRIVATE_API_KEY or MONGODB_ATLAS_PRIVATE_KEY is not"],
        );
        assert_invalid(
            &[("PRIVATE_KEY", "planted"), ("PRIVATE_API_KEY", "planted too"), ("PUBLIC_KEY", "planted")],
            &["MONGODB_ATLAS_PRIVATE_API_KEY and MONGODB_ATLAS_PRIVATE_KEY", "different values"],
        );
        assert_invalid(
            &[("CLIENT_ID", "planted"), ("CLIENT_SECRET", "planted"), ("ACCESS_TOKEN", "planted")],
            &["more than one kind", "MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_ACCESS_TOKEN"],
        );
        assert_invalid(
            &[("PUBLIC_KEY", "planted"), ("PRIVATE_KEY", "planted"), ("ACCESS_TOKEN", "planted")],
            &["MONGODB_ATLAS_PUBLIC_KEY, MONGODB_ATLAS_ACCESS_TOKEN"],
        );
        assert_invalid(&[("ACCESS_TOKEN", "planted"), ("SERVICE", "planted")], &["`cloud` or `cloudgov`"]);
    }

    #[test]
    fn credentials_that_cannot_be_valid_are_named_by_their_variable() {
        let secret = ("CLIENT_SECRET", "planted\n");
        for (variables, expected) in [
            ([("CLIENT_ID", "a"), secret], "the value of MONGODB_ATLAS_CLIENT_SECRET ends with a line break"),
            ([("CLIENT_ID", "mdb_sa_sk_planted"), secret], "MONGODB_ATLAS_CLIENT_ID begins with mdb_sa_sk_"),
            (
                [("PUBLIC_KEY", "'planted'"), ("PRIVATE_KEY", "b")],
                "MONGODB_ATLAS_PUBLIC_KEY is enclosed in quot",
            ),
            (
                [("PUBLIC_API_KEY", "a"), ("PRIVATE_API_KEY", " planted")],
                "MONGODB_ATLAS_PRIVATE_API_KEY begins with",
            ),
            (
                [("ACCESS_TOKEN", "\u{feff}planted"), ("CLIENT_ID", "")],
                "MONGODB_ATLAS_ACCESS_TOKEN begins with a byte",
            ),
        ] {
            assert_invalid(&variables, &[expected]);
        }
    }

    #[test]
    fn which_variable_sets_the_base_url() {
        for (variables, expected) in [
            (&[][..], None),
            (&[("SERVICE", "cloud")], Some(http::COMMERCIAL)),
            (&[("SERVICE", "cloudgov")], Some(http::GOVERNMENT)),
            (&[("SERVICE", "cloudgov"), ("BASE_URL", "https://b")], Some("https://b")),
            (&[("BASE_URL", "https://b"), ("OPS_MANAGER_URL", "https://o")], Some("https://o")),
            (&[("BASE_URL", "https://b"), ("OPS_MANAGER_URL", "")], Some("https://b")),
        ] {
            let variables = [&[("ACCESS_TOKEN", "a")], variables].concat();
            let (_, base_url) = read_from(&variables).unwrap();
            assert_eq!(base_url.as_deref().map(String::as_str), expected, "{variables:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_error_for_invalid_utf8_contains_the_name() {
        use std::os::unix::ffi::OsStringExt as _;
        let error = read(|_| Some(OsString::from_vec(vec![0xff]))).err().unwrap().to_string();
        assert!(error.contains("MONGODB_ATLAS_CLIENT_ID is not UTF-8"), "{error}");
    }
}
