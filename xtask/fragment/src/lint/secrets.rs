//! Secrets say that they are secrets: only what has `format: password` is kept out of logs and debug output.

use std::collections::HashSet;

use super::shape::Role;
use super::walk::Site;
use super::{Facts, Report};
use crate::spec::ProblemKind;
use crate::spec::rename::snake;

/// Words that make a name that of a secret.
const SECRET: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "secret",
    "secrets",
    "token",
    "tokens",
    "credential",
    "credentials",
    "apikey",
    "privatekey",
];

/// Kinds of keys that are secrets.
const SECRET_KEY: &[&str] = &["private", "api", "access", "secret", "encryption", "signing"];

/// Last words that say that the value is about a secret, not the secret itself.
const ABOUT: &[&str] = &[
    "url",
    "uri",
    "id",
    "ids",
    "type",
    "name",
    "count",
    "length",
    "policy",
    "lifetime",
    "ttl",
    "at",
    "date",
    "expiry",
    "expires",
    "expiration",
    "hint",
    "prefix",
    "enabled",
    "required",
];

/// Words that make a token a mark of a place in a list.
const PLACE: &[&str] = &["page", "next", "cursor", "continuation"];

pub(super) fn check(facts: &Facts<'_, '_>, report: &mut Report<'_>) {
    // A component is referred to under any name.
    for site in facts.sites.of_role(Role::Schema).filter(|site| site.is_component || site.via == "properties")
    {
        if sounds_secret(site.name) && may_hold(facts, site) {
            report.add(&site.path, ProblemKind::SecretWithoutFormat { name: site.name.to_owned() });
        }
    }
    for site in facts.sites.of_role(Role::Parameter) {
        let (Some(name), Some(schema)) = (site.text("name"), facts.sites.child(site, "schema")) else {
            continue;
        };
        let marked = facts.sites.see_through(schema).is_some_and(is_secret);
        if marked || (sounds_secret(name) && may_hold(facts, schema)) {
            report.add(&site.path, ProblemKind::SecretInAddress { name: name.to_owned() });
        }
    }
}

/// Whether a text could stand here without being marked, or a list or a map of texts.
fn may_hold(facts: &Facts<'_, '_>, schema: &Site<'_>) -> bool {
    let mut seen = HashSet::new();
    let mut schema = schema;
    while let Some(is) = facts.sites.see_through(schema).filter(|is| seen.insert(is.index)) {
        let more = ["items", "additionalProperties"].into_iter().find_map(|via| facts.sites.child(is, via));
        match (is.text("type"), more) {
            (Some("array" | "object"), Some(more)) => schema = more,
            (Some("string"), _) => return !is_secret(is),
            _ => return false,
        }
    }
    false
}

/// Whether the schema says that its values are secrets.
pub(super) fn is_secret(schema: &Site<'_>) -> bool {
    schema.text("format") == Some("password")
}

/// Whether the name is one that secrets have.
pub(crate) fn sounds_secret(name: &str) -> bool {
    let name = snake(name);
    let words: Vec<_> = name.split('_').collect();
    let about = words.last().is_some_and(|last| ABOUT.contains(last))
        || words.iter().any(|word| *word == "public" || PLACE.contains(word));
    let key = |pair: &[&str]| SECRET_KEY.contains(&pair[0]) && matches!(pair[1], "key" | "keys");
    !about && (words.iter().any(|word| SECRET.contains(word)) || words.windows(2).any(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "password",
            "linkToken",
            "clientSecret",
            "access_token",
            "privateKey",
            "apiKey",
            "API_KEY",
            "secretKey",
            "tokens",
            "X-Secret-Value",
            "passwordHash",
            "privateApiKey",
        ] {
            assert!(sounds_secret(name), "{name}");
        }
        for name in [
            "tokenUrl",
            "token_type",
            "secretId",
            "publicApiKey",
            "publicKey",
            "nextPageToken",
            "shardKey",
            "key",
            "tokenizer",
            "secretary",
            "managedAuthentication",
            "passwordPolicy",
            "keyAccess",
            "",
        ] {
            assert!(!sounds_secret(name), "{name}");
        }
    }
}
