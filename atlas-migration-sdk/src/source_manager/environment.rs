//! The settings of a source manager in the environment: the variables of this crate, or those of mongocli.

use std::ffi::OsString;
use std::fs;

use super::{CLOUD_MANAGER, SOURCE_NAMES};
use crate::client::environment::Environment;
use crate::error::{Error, Result};
use crate::values::credentials::Credentials;
use crate::values::ids::SourceOrgId;
use crate::values::secret::Secret;
use crate::values::setting_names::SettingNames;

const MONGOCLI_SERVICE: &str = "MCLI_SERVICE";

/// The names of the environment variables that [`SourceManager::from_env`](crate::SourceManager::from_env) reads: those of
/// this crate, or those of mongocli. They need not be set.
///
/// [`SourceManager::variables`](crate::SourceManager::variables) returns them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceManagerVariables {
    /// The public key.
    pub public_key: &'static str,
    /// The private key.
    pub private_key: &'static str,
    /// The URL of an Ops Manager. `None` if mongocli is configured for Cloud Manager.
    pub url: Option<&'static str>,
    /// The path of a file with certificates in PEM. `None` if mongocli is configured for Cloud Manager.
    pub ca_certificate: Option<&'static str>,
    /// The source organization.
    pub org: &'static str,
}

const OWN_ORG: &str = "SOURCE_MANAGER_ORG_ID";
const OWN_URL: &str = "SOURCE_MANAGER_URL";

const OWN: SourceManagerVariables = SourceManagerVariables {
    public_key: "SOURCE_MANAGER_PUBLIC_API_KEY",
    private_key: "SOURCE_MANAGER_PRIVATE_API_KEY",
    url: Some(OWN_URL),
    ca_certificate: Some("SOURCE_MANAGER_CA_CERTIFICATE"),
    org: OWN_ORG,
};

const MONGOCLI_URL: &str = "MCLI_OPS_MANAGER_URL";

const MONGOCLI: SourceManagerVariables = SourceManagerVariables {
    public_key: "MCLI_PUBLIC_API_KEY",
    private_key: "MCLI_PRIVATE_API_KEY",
    url: Some(MONGOCLI_URL),
    ca_certificate: Some("MCLI_OPS_MANAGER_CA_CERTIFICATE"),
    org: "MCLI_ORG_ID",
};

/// The settings of a source manager in the environment.
pub(super) struct Settings {
    pub(super) url: String,
    pub(super) credentials: Credentials,
    /// In PEM.
    pub(super) root_certificates: Option<Vec<u8>>,
    pub(super) names: SettingNames,
}

/// The variables that count. Those of mongocli do not with a URL or a key in the variables of this crate: those of one server
/// must not get to another. Nor do they if its service is Atlas, the default.
pub(super) fn variables(
    environment: &Environment<impl Fn(&str) -> Option<OsString>>,
) -> Result<SourceManagerVariables> {
    if environment.name_in_use(&[OWN_URL, OWN.public_key, OWN.private_key]).is_some() {
        return Ok(OWN);
    }
    let service = environment.value(MONGOCLI_SERVICE)?;
    let variables = match service.as_deref().map(String::as_str) {
        Some("ops-manager") => MONGOCLI,
        // The other variables of mongocli are for Ops Manager only.
        Some("cloud-manager") => SourceManagerVariables { url: None, ca_certificate: None, ..MONGOCLI },
        _ => return Ok(OWN),
    };
    let has_own_org = environment.value(OWN_ORG)?.is_some() || environment.value(MONGOCLI.org)?.is_none();
    Ok(SourceManagerVariables { org: if has_own_org { OWN_ORG } else { MONGOCLI.org }, ..variables })
}

/// The settings, with this API key in place of that of the environment if there is one.
pub(super) fn settings(
    environment: &Environment<impl Fn(&str) -> Option<OsString>>,
    api_key: Option<Credentials>,
) -> Result<Settings> {
    let variables = variables(environment)?;
    let url = variables.url.map(|name| environment.value(name)).transpose()?.flatten();
    if variables.url == Some(MONGOCLI_URL) && url.is_none() {
        return Err(Error::configuration(format!(
            "{MONGOCLI_SERVICE} is ops-manager, but {MONGOCLI_URL} is not set: set it to the URL of Ops Manager"
        )));
    }
    let mut names = SettingNames { url: variables.url.unwrap_or(SOURCE_NAMES.url), ..SOURCE_NAMES };
    let credentials = match api_key {
        Some(credentials) => credentials,
        None => {
            (names.public_key, names.private_key) = (variables.public_key, variables.private_key);
            credentials(environment, variables)?
        }
    };
    let root_certificates = match variables.ca_certificate {
        Some(name) => {
            names.root_certificates = name;
            root_certificates(environment, name)?
        }
        None => None,
    };
    let url = url.map_or_else(|| CLOUD_MANAGER.to_owned(), |url| url.to_string());
    Ok(Settings { url, credentials, root_certificates, names })
}

/// The API key.
fn credentials(
    environment: &Environment<impl Fn(&str) -> Option<OsString>>,
    variables: SourceManagerVariables,
) -> Result<Credentials> {
    let (public_key, private_key) = ([variables.public_key], [variables.private_key]);
    let Some((public, private)) = environment.pair(&public_key, &private_key)? else {
        return Err(Error::configuration(format!(
            "no API key of the source in the environment: set {} and {}; the variables of mongocli count if \
             {MONGOCLI_SERVICE} is `cloud-manager` or `ops-manager`",
            OWN.public_key, OWN.private_key
        )));
    };
    let credentials = Credentials::api_key(public.as_str(), Secret::new(private.as_str()));
    environment.checked(credentials, &public_key, &private_key)
}

/// The content of the file whose path is in this variable.
fn root_certificates(
    environment: &Environment<impl Fn(&str) -> Option<OsString>>,
    name: &str,
) -> Result<Option<Vec<u8>>> {
    let Some(path) = environment.value(name)? else { return Ok(None) };
    let pem = fs::read(path.as_str()).map_err(|error| {
        Error::configuration(format!(
            "the file of {name} cannot be read: {error}. Set it to the path of a file with certificates in PEM"
        ))
    });
    pem.map(Some)
}

/// The source organization.
pub(super) fn org_id(environment: &Environment<impl Fn(&str) -> Option<OsString>>) -> Result<SourceOrgId> {
    environment.id(variables(environment)?.org, "source organization")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    const ID: &str = "5f9ad6b7e1c2a3041d0e9b10";
    const OPS_MANAGER: &str = "http://ops.internal:8080/";

    fn environment<'a>(
        variables: &'a [(&'a str, &'a str)],
    ) -> Environment<impl Fn(&str) -> Option<OsString> + 'a> {
        Environment::new(move |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn which_variables_count() {
        let own = [("SOURCE_MANAGER_PUBLIC_API_KEY", "own"), ("SOURCE_MANAGER_PRIVATE_API_KEY", "planted")];
        let own_url = [("SOURCE_MANAGER_URL", "https://ops.example.com")];
        let mongocli = [
            ("MCLI_PUBLIC_API_KEY", "mongocli"),
            ("MCLI_PRIVATE_API_KEY", "planted"),
            ("MCLI_OPS_MANAGER_URL", OPS_MANAGER),
        ];
        let [cloud, ops] = ["cloud-manager", "ops-manager"].map(|service| [("MCLI_SERVICE", service)]);
        for (variables, url, key) in [
            (own.to_vec(), CLOUD_MANAGER, "own"),
            ([&own[..], &own_url].concat(), "https://ops.example.com", "own"),
            ([&own[..], &mongocli].concat(), CLOUD_MANAGER, "own"),
            ([&own[..], &mongocli, &ops].concat(), CLOUD_MANAGER, "own"),
            ([&mongocli[..], &ops].concat(), OPS_MANAGER, "mongocli"),
            ([&mongocli[..], &cloud].concat(), CLOUD_MANAGER, "mongocli"),
            ([&mongocli[..], &ops, &[("SOURCE_MANAGER_URL", "")]].concat(), OPS_MANAGER, "mongocli"),
        ] {
            let found = settings(&environment(&variables), None).unwrap();
            assert_eq!(found.url, url, "{variables:?}");
            let crate::values::credentials::Parts::ApiKey { public_key, .. } = found.credentials.into_parts()
            else {
                panic!("{variables:?}");
            };
            assert_eq!(public_key, key, "{variables:?}");
        }
    }

    #[test]
    fn which_variable_is_the_url() {
        let [own_url, own_key] = ["SOURCE_MANAGER_URL", "SOURCE_MANAGER_PUBLIC_API_KEY"];
        for (set, service, expected) in [
            (&[][..], "", Some(OWN_URL)),
            (&[], "cloud", Some(OWN_URL)),
            (&["MCLI_OPS_MANAGER_URL"], "", Some(OWN_URL)),
            (&["MCLI_OPS_MANAGER_URL"], "cloud", Some(OWN_URL)),
            (&["MCLI_OPS_MANAGER_URL"], "ops-manager", Some(MONGOCLI_URL)),
            (&["MCLI_OPS_MANAGER_URL"], "cloud-manager", None),
            (&["MCLI_OPS_MANAGER_URL", own_url], "ops-manager", Some(OWN_URL)),
            (&["MCLI_OPS_MANAGER_URL", own_key], "ops-manager", Some(OWN_URL)),
        ] {
            let set = set.iter().map(|&name| (name, "x"));
            let all: Vec<_> = set.chain([("MCLI_SERVICE", service)]).collect();
            assert_eq!(variables(&environment(&all)).unwrap().url, expected, "{all:?}");
        }
    }

    #[test]
    fn a_given_key_is_used_with_the_other_settings() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let own =
            [("SOURCE_MANAGER_URL", "https://ops.example.com"), ("SOURCE_MANAGER_CA_CERTIFICATE", path)];
        let mongocli = [
            ("MCLI_SERVICE", "ops-manager"),
            ("MCLI_OPS_MANAGER_URL", OPS_MANAGER),
            ("MCLI_PUBLIC_API_KEY", "mongocli"),
        ];
        for (variables, url, url_name, has_certificates) in [
            (&own[..], "https://ops.example.com", "SOURCE_MANAGER_URL", true),
            (&mongocli, OPS_MANAGER, "MCLI_OPS_MANAGER_URL", false),
            (&[], CLOUD_MANAGER, "SOURCE_MANAGER_URL", false),
        ] {
            let key = Credentials::api_key("given", "planted");
            let found = settings(&environment(variables), Some(key)).unwrap();
            assert_eq!((found.url.as_str(), found.names.url), (url, url_name));
            assert_eq!(found.names.public_key, SOURCE_NAMES.public_key);
            assert_eq!(found.root_certificates.is_some(), has_certificates, "{variables:?}");
            let crate::values::credentials::Parts::ApiKey { public_key, .. } = found.credentials.into_parts()
            else {
                panic!("{variables:?}");
            };
            assert_eq!(public_key, "given", "{variables:?}");
        }
    }

    #[test]
    fn the_certificate_authority_is_read_from_a_file() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let own = [("SOURCE_MANAGER_PUBLIC_API_KEY", "own"), ("SOURCE_MANAGER_PRIVATE_API_KEY", "planted")];
        let mongocli = [
            ("MCLI_PUBLIC_API_KEY", "mongocli"),
            ("MCLI_PRIVATE_API_KEY", "planted"),
            ("MCLI_OPS_MANAGER_URL", OPS_MANAGER),
            ("MCLI_OPS_MANAGER_CA_CERTIFICATE", path),
        ];
        let [cloud, ops] = ["cloud-manager", "ops-manager"].map(|service| ("MCLI_SERVICE", service));
        let with = |more| [&own[..], &[("SOURCE_MANAGER_CA_CERTIFICATE", more)]].concat();
        for (variables, expected) in [
            (own.to_vec(), false),
            (with(path), true),
            (with(""), false),
            ([&mongocli[..], &[ops]].concat(), true),
            // For Ops Manager only.
            ([&mongocli[..], &[cloud]].concat(), false),
            // That of another server than the key.
            ([&mongocli[..], &own, &[ops]].concat(), false),
        ] {
            let expected = expected.then(|| fs::read(path).unwrap());
            let found = settings(&environment(&variables), None).unwrap();
            assert_eq!(found.root_certificates, expected, "{variables:?}");
        }
        let error = settings(&environment(&with("/planted/ca.pem")), None).err().unwrap();
        let text = format!("{error} {error:?}");
        assert!(text.contains("the file of SOURCE_MANAGER_CA_CERTIFICATE cannot be read: "), "{text}");
        assert!(text.contains("in PEM") && !text.contains("planted"), "{text}");
    }

    #[test]
    fn missing_and_invalid_variables_are_named() {
        let key = [("MCLI_PUBLIC_API_KEY", "planted"), ("MCLI_PRIVATE_API_KEY", "planted")];
        for (variables, part) in [
            (vec![], "set SOURCE_MANAGER_PUBLIC_API_KEY and SOURCE_MANAGER_PRIVATE_API_KEY"),
            // These are the keys of Atlas, which is the default of mongocli.
            (key.to_vec(), "count if MCLI_SERVICE is `cloud-manager` or `ops-manager`"),
            ([&key[..], &[("MCLI_SERVICE", "cloud")]].concat(), "no API key of the source"),
            ([&key[..], &[("MCLI_SERVICE", "ops-manager")]].concat(), "MCLI_OPS_MANAGER_URL is not set"),
            (vec![("MCLI_SERVICE", "cloud-manager"), key[0]], "MCLI_PRIVATE_API_KEY is not"),
            (vec![("SOURCE_MANAGER_URL", "planted")], "no API key of the source"),
            (
                vec![("SOURCE_MANAGER_PUBLIC_API_KEY", "a"), ("SOURCE_MANAGER_PRIVATE_API_KEY", "planted\n")],
                "the value of SOURCE_MANAGER_PRIVATE_API_KEY ends with a line break",
            ),
        ] {
            let error = settings(&environment(&variables), None).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let text = format!("{error} {error:?}");
            assert!(text.contains(part), "{text}");
            assert!(!text.contains("planted"), "{text}");
        }
    }

    #[test]
    fn which_variable_is_the_organization() {
        let (own, mongocli) = (("SOURCE_MANAGER_ORG_ID", ID), ("MCLI_ORG_ID", "5f9ad6b7e1c2a3041d0e9b11"));
        let service = ("MCLI_SERVICE", "ops-manager");
        for (variables, expected) in [
            (vec![own], ID),
            (vec![own, mongocli, service], ID),
            (vec![mongocli, service], "5f9ad6b7e1c2a3041d0e9b11"),
        ] {
            assert_eq!(org_id(&environment(&variables)).unwrap().to_string(), expected, "{variables:?}");
        }
        for (variables, part) in [
            (vec![], "SOURCE_MANAGER_ORG_ID is not set: set it to the id of the source organization"),
            (vec![mongocli], "SOURCE_MANAGER_ORG_ID is not set"),
            // That organization may be one of another server than the key.
            (
                vec![mongocli, service, ("SOURCE_MANAGER_PUBLIC_API_KEY", "planted")],
                "SOURCE_MANAGER_ORG_ID is not set",
            ),
            (
                vec![("SOURCE_MANAGER_ORG_ID", "planted")],
                "SOURCE_MANAGER_ORG_ID is not a valid source organization id",
            ),
        ] {
            let error = org_id(&environment(&variables)).unwrap_err().to_string();
            assert!(error.contains(part) && !error.contains("planted"), "{error}");
        }
    }
}
