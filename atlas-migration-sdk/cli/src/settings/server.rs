//! The server: the URL or the service in the environment or the profile.

use super::profile::Profile;
use super::source::{Source, variable};
use crate::failure::Failure;

/// The server of the API.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Commercial,
    Government,
    Url(String),
}

/// The names of a URL and those of a service, in the order of precedence.
type Names = ([&'static str; 2], &'static str);

const VARIABLES: Names =
    (["MONGODB_ATLAS_OPS_MANAGER_URL", "MONGODB_ATLAS_BASE_URL"], "MONGODB_ATLAS_SERVICE");
const KEYS: Names = (["ops_manager_url", "base_url"], "service");

/// The server, and where it is set: first in the environment, then in the profile.
pub(super) fn find(profile: &Profile) -> Result<(Server, Source), Failure> {
    if let Some((server, name)) = find_in(VARIABLES, variable)? {
        return Ok((server, Source::Environment(vec![name])));
    }
    let of_profile = find_in(KEYS, |key| Ok(profile.get(key).map(str::to_owned)))?;
    Ok(match of_profile {
        Some((server, key)) => (server, profile.source(key)),
        None => (Server::Commercial, Source::Default),
    })
}

fn find_in(
    (urls, service): Names,
    get: impl Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<Option<(Server, &'static str)>, Failure> {
    for name in urls {
        if let Some(url) = get(name)? {
            return Ok(Some((Server::Url(url), name)));
        }
    }
    match get(service)?.as_deref() {
        None => Ok(None),
        Some("cloud") => Ok(Some((Server::Commercial, service))),
        Some("cloudgov") => Ok(Some((Server::Government, service))),
        Some(_) => Err(Failure::usage(format!(
            "{service} must be `cloud` or `cloudgov`; the source in Cloud Manager or Ops Manager has variables of its \
             own, such as SOURCE_MANAGER_URL"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_takes_precedence_over_a_service() {
        let [ops_manager, base] = KEYS.0;
        for (values, expected) in [
            (&[][..], None),
            (&[("service", "cloud")], Some((Server::Commercial, "service"))),
            (&[("service", "cloudgov")], Some((Server::Government, "service"))),
            (&[("service", "cloudgov"), (base, "b")], Some((Server::Url("b".to_owned()), base))),
            (&[(base, "b"), (ops_manager, "o")], Some((Server::Url("o".to_owned()), ops_manager))),
        ] {
            let get = |name: &str| {
                let found = values.iter().find(|(known, _)| *known == name);
                Ok(found.map(|(_, value)| (*value).to_owned()))
            };
            assert_eq!(find_in(KEYS, get).unwrap(), expected, "{values:?}");
        }
        let planted = |name: &str| Ok((name == "service").then(|| "planted".to_owned()));
        let failure = find_in(KEYS, planted).unwrap_err().to_string();
        assert!(failure.starts_with("service must be `cloud`") && !failure.contains("planted"), "{failure}");
    }
}
