//! The credentials of a profile, in its file or in the keyring.

use std::collections::HashMap;

use atlas_migration_sdk::{CredentialKind, Credentials, Secret};

use super::keyring;
use super::profile::Profile;
use super::source::{Source, set_variables};
use crate::failure::Failure;

/// Credentials and where they come from.
pub(crate) enum Found {
    Credentials(Credentials, Source),
    /// There are none. The text describes what was looked at.
    Nothing(String),
}

/// A kind of credentials in a profile, in the order in which the Atlas CLI looks for them.
struct Kind {
    /// The value of `auth_type`.
    auth_type: &'static str,
    keys: &'static [&'static str],
}

const KINDS: [Kind; 3] = [
    Kind { auth_type: "api_keys", keys: &["public_api_key", "private_api_key"] },
    Kind { auth_type: "user_account", keys: &["access_token"] },
    Kind { auth_type: "service_account", keys: &["client_id", "client_secret"] },
];

impl Kind {
    fn credentials(&self, values: &HashMap<&'static str, Secret>) -> Option<Credentials> {
        let value = |index: usize| values.get(self.keys.get(index)?).cloned();
        let id = || value(0).map(|id| id.expose_secret().to_owned());
        Some(match self.auth_type {
            "api_keys" => Credentials::api_key(id()?, value(1)?),
            "user_account" => Credentials::access_token(value(0)?),
            _ => Credentials::service_account(id()?, value(1)?),
        })
    }
}

/// The names of the variables that credentials in the environment come from.
pub(super) fn variables(kind: CredentialKind) -> Vec<&'static str> {
    let names: &[&str] = match kind {
        CredentialKind::ServiceAccount => &["MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET"],
        CredentialKind::ApiKey => &[
            "MONGODB_ATLAS_PUBLIC_API_KEY",
            "MONGODB_ATLAS_PUBLIC_KEY",
            "MONGODB_ATLAS_PRIVATE_API_KEY",
            "MONGODB_ATLAS_PRIVATE_KEY",
        ],
        _ => &["MONGODB_ATLAS_ACCESS_TOKEN"],
    };
    set_variables(names)
}

/// The credentials of the profile. `keyring` reads entries, and is called only if the file lacks a part.
pub(super) fn in_profile(
    profile: &Profile,
    keyring: impl FnOnce(Vec<&'static str>) -> Result<HashMap<&'static str, Secret>, String>,
) -> Result<Found, Failure> {
    let file = profile.file().display();
    if !profile.exists() && profile.get("auth_type").is_none() {
        let name = profile.name();
        if let Some(problem) = profile.problem() {
            return Ok(Found::Nothing(format!("{problem}.")));
        }
        return Ok(Found::Nothing(format!("The Atlas CLI has no profile `{name}` in {file}.")));
    }
    let auth_type = profile.get("auth_type").unwrap_or_default();
    let known = KINDS.iter().find(|kind| kind.auth_type == auth_type);
    let kinds: &[Kind] = known.map_or(&KINDS[..], std::slice::from_ref);
    let keys = || kinds.iter().flat_map(|kind| kind.keys.iter().copied());
    let in_file = |key: &'static str| Some((key, Secret::new(profile.get(key)?)));
    let mut values: HashMap<_, _> = keys().filter_map(in_file).collect();
    if let Some((kind, credentials)) = complete(kinds, &values) {
        return Ok(Found::Credentials(credentials, profile.source_of(kind.keys.to_vec())));
    }
    let missing: Vec<_> = keys().filter(|key| !values.contains_key(key)).collect();
    let reason = match keyring(missing) {
        Ok(entries) => {
            let from_keyring: Vec<_> = entries.keys().copied().collect();
            values.extend(entries);
            if let Some((kind, credentials)) = complete(kinds, &values) {
                let keys = kind.keys.iter().copied().filter(|key| from_keyring.contains(key)).collect();
                let service = keyring::service(profile.name());
                return Ok(Found::Credentials(credentials, Source::Keyring { service, keys }));
            }
            String::new()
        }
        Err(reason) => format!(" The keyring was not read: {reason}."),
    };
    let half = kinds.iter().find(|kind| kind.keys.iter().any(|key| values.contains_key(key)));
    let lacks = match half {
        Some(kind) => {
            let lacking: Vec<_> = kind.keys.iter().copied().filter(|key| !values.contains_key(key)).collect();
            format!("lacks {}", lacking.join(", "))
        }
        None => "has no credentials".to_owned(),
    };
    Ok(Found::Nothing(format!("The profile `{}` in {file} {lacks}.{reason}", profile.name())))
}

/// The first kind of which all parts are known.
fn complete<'k>(
    kinds: &'k [Kind],
    values: &HashMap<&'static str, Secret>,
) -> Option<(&'k Kind, Credentials)> {
    kinds.iter().find_map(|kind| Some((kind, kind.credentials(values)?)))
}

#[cfg(test)]
mod tests;
