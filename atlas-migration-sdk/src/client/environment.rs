//! The environment variables of the Atlas CLI, the Go SDK and Terraform.
//!
//! | for | variables |
//! |---|---|
//! | service account | `MONGODB_ATLAS_CLIENT_ID`, `MONGODB_ATLAS_CLIENT_SECRET` |
//! | API key | `MONGODB_ATLAS_PUBLIC_API_KEY` or `MONGODB_ATLAS_PUBLIC_KEY`, and the same with `PRIVATE` |
//! | access token | `MONGODB_ATLAS_ACCESS_TOKEN` |
//! | base URL | `MONGODB_ATLAS_OPS_MANAGER_URL`, else `MONGODB_ATLAS_BASE_URL`, else `MONGODB_ATLAS_SERVICE` |
//! | ids | `MONGODB_ATLAS_ORG_ID`, `MONGODB_ATLAS_PROJECT_ID` |

mod variables;

use std::ffi::OsString;

pub(crate) use variables::{Environment, Value, process};

use crate::error::{Error, Result};
use crate::generated::ids::{OrgId, ProjectId};
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

impl Credentials {
    /// Reads the credentials from the environment variables of [`Client::from_env`](crate::Client::from_env). `None` if
    /// none of these variables is set, so that a program can look elsewhere.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with the names of the variables that are missing
    /// or contradictory, and without their values.
    ///
    /// ```no_run
    /// # fn ask() -> atlas_migration_sdk::Credentials { unimplemented!() }
    /// use atlas_migration_sdk::{Client, Credentials};
    ///
    /// let credentials = match Credentials::from_env()? {
    ///     Some(credentials) => credentials,
    ///     None => ask(),
    /// };
    /// let client = Client::builder().credentials(credentials).build()?;
    /// # Ok::<(), atlas_migration_sdk::Error>(())
    /// ```
    pub fn from_env() -> Result<Option<Self>> {
        process().credentials()
    }
}

impl<L: Fn(&str) -> Option<OsString>> Environment<L> {
    /// The settings of a client.
    pub(super) fn settings(&self) -> Result<Settings> {
        let credentials = self.credentials()?.ok_or_else(|| {
            Error::configuration(format!(
                "no credentials in the environment: set {} and {} for a service account, {} and {} for an API key, or \
                 {} for an access token",
                CLIENT_ID[0], CLIENT_SECRET[0], PUBLIC_KEY[0], PRIVATE_KEY[0], ACCESS_TOKEN[0]
            ))
        })?;
        Ok(Settings { credentials, base_url: self.base_url()? })
    }

    pub(super) fn org_id(&self) -> Result<OrgId> {
        self.id("MONGODB_ATLAS_ORG_ID", "organization")
    }

    pub(super) fn project_id(&self) -> Result<ProjectId> {
        self.id("MONGODB_ATLAS_PROJECT_ID", "project")
    }

    /// The credentials, if there are any.
    fn credentials(&self) -> Result<Option<Credentials>> {
        let Some(credentials) = self.only_credentials()? else { return Ok(None) };
        let (ids, secrets) = match credentials.kind() {
            CredentialKind::ServiceAccount => (CLIENT_ID, CLIENT_SECRET),
            CredentialKind::ApiKey => (PUBLIC_KEY, PRIVATE_KEY),
            CredentialKind::AccessToken => (ACCESS_TOKEN, ACCESS_TOKEN),
        };
        self.checked(credentials, ids, secrets).map(Some)
    }

    /// The credentials. An error if the environment contains more than one kind.
    fn only_credentials(&self) -> Result<Option<Credentials>> {
        let service_account = self.pair(CLIENT_ID, CLIENT_SECRET)?;
        let api_key = self.pair(PUBLIC_KEY, PRIVATE_KEY)?;
        let token = self.any_of(ACCESS_TOKEN)?;
        Ok(Some(match (service_account, api_key, token) {
            (Some((id, secret)), None, None) => {
                Credentials::service_account(id.as_str(), Secret::new(secret.as_str()))
            }
            (None, Some((public, private)), None) => {
                Credentials::api_key(public.as_str(), Secret::new(private.as_str()))
            }
            (None, None, Some(token)) => Credentials::access_token(Secret::new(token.as_str())),
            (None, None, None) => return Ok(None),
            (service_account, api_key, token) => {
                let set = [
                    (service_account.is_some(), CLIENT_ID),
                    (api_key.is_some(), PUBLIC_KEY),
                    (token.is_some(), ACCESS_TOKEN),
                ];
                let set = set.iter().filter(|(set, _)| *set).filter_map(|(_, names)| self.name_in_use(names));
                let set: Vec<_> = set.collect();
                return Err(Error::configuration(format!(
                    "the environment contains more than one kind of credential ({}): unset all but one",
                    set.join(", ")
                )));
            }
        }))
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn environment(variables: &[(&str, &str)]) -> Environment<impl Fn(&str) -> Option<OsString>> {
        Environment::new(|name| {
            let found =
                variables.iter().find(|(known, _)| known == &name.trim_start_matches("MONGODB_ATLAS_"));
            found.map(|(_, value)| OsString::from(value))
        })
    }

    fn read_from(variables: &[(&str, &str)]) -> Result<(Credentials, Option<Value>)> {
        let settings = environment(variables).settings()?;
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
    fn an_environment_without_credentials_is_not_an_invalid_one() {
        assert!(environment(&[("CLIENT_ID", ""), ("ORG_ID", "a")]).credentials().unwrap().is_none());
        assert!(environment(&[("ACCESS_TOKEN", "a")]).credentials().unwrap().is_some());
        assert!(environment(&[("CLIENT_ID", "a")]).credentials().is_err());
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

    #[test]
    fn ids_are_read_and_errors_name_the_variable() {
        let id = "32b6e34b3d91647abb20e7b8";
        let variables = [("ORG_ID", id), ("PROJECT_ID", "32B6e34b3d91647abb20e7b8")];
        assert_eq!(environment(&variables).org_id().unwrap().to_string(), id);
        for (variables, expected) in [
            (
                &variables[..],
                "the value of MONGODB_ATLAS_PROJECT_ID is not a valid project id: it has upper-case digits; write 32b6e34b3d91647abb20e7b8",
            ),
            (&[], "MONGODB_ATLAS_PROJECT_ID is not set: set it to the id of the project"),
            (&[("PROJECT_ID", "")], "MONGODB_ATLAS_PROJECT_ID is not set: set it to the id of the project"),
        ] {
            let error = environment(variables).project_id().unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Configuration, expected));
        }
        let error = environment(&[("ORG_ID", "planted")]).org_id().unwrap_err().to_string();
        assert_eq!(
            error,
            "the value of MONGODB_ATLAS_ORG_ID is not a valid organization id: it has 7 bytes and must have 24 hex digits"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_error_for_invalid_utf8_contains_the_name() {
        use std::os::unix::ffi::OsStringExt as _;
        let error =
            Environment::new(|_| Some(OsString::from_vec(vec![0xff]))).settings().err().unwrap().to_string();
        assert!(error.contains("MONGODB_ATLAS_CLIENT_ID is not UTF-8"), "{error}");
    }
}
