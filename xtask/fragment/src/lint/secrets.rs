//! Checks that secrets are marked: only values with `format: password` are redacted in logs and debug output.

use std::collections::HashSet;

use heck::ToSnakeCase as _;

use super::nodes::Node;
use super::{Context, Report};
use crate::Rule;
use crate::openapi::Role;

static SECRET_WITHOUT_FORMAT: Rule = Rule {
    id: "secret-without-format",
    message: "`{name}` looks like the name of a secret, but its schema is not marked as one",
    help: "add `format: password` to redact the value in logs; if it is not a secret, add `x-not-secret` with the reason",
};

static SECRET_IN_URL: Rule = Rule {
    id: "secret-in-url",
    message: "the parameter `{name}` exposes a secret in the URL",
    help: "send it in the body, because URLs end up in logs; if it is not a secret, add `x-not-secret` with the reason to \
           its schema",
};

static SECRET_AND_NOT_SECRET: Rule = Rule {
    id: "secret-and-not-secret",
    message: "the schema has both `format: password` and `x-not-secret`",
    help: "remove one of the two",
};

/// The key of a schema for the reason why its values are no secrets, although its name looks like that of one.
const NOT_SECRET: &str = "x-not-secret";

/// Words that mark a name as the name of a secret.
const SECRET_WORDS: &[&str] = &[
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

/// Words before `key` that mark a name as the name of a secret.
const SECRET_KEY_KINDS: &[&str] = &["private", "api", "access", "secret", "encryption", "signing"];

/// Last words of names of values that describe a secret and are not the secret itself.
const METADATA_WORDS: &[&str] = &[
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

/// Words that mark a token as a position in a list.
const PAGINATION_WORDS: &[&str] = &["page", "next", "cursor", "continuation"];

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    // Names of components count too, because properties of any name may refer to a component.
    for node in
        context.nodes.of_role(Role::Schema).filter(|node| node.is_component || node.via == "properties")
    {
        if is_secret_name(node.name) && accepts_unmarked_text(context, node) {
            report.add(&node.path, SECRET_WITHOUT_FORMAT.violation(&[("name", &node.name)]));
        }
    }
    for node in context.nodes.of_role(Role::Schema) {
        if is_secret(node) && node.get(NOT_SECRET).is_some() {
            report.add(&node.at(NOT_SECRET), SECRET_AND_NOT_SECRET.violation(&[]));
        }
    }
    for node in context.nodes.of_role(Role::Parameter) {
        let (Some(name), Some(schema)) = (node.text("name"), context.nodes.child(node, "schema")) else {
            continue;
        };
        let marked = context.nodes.resolve_wrapper(schema).is_some_and(is_secret);
        if marked || (is_secret_name(name) && accepts_unmarked_text(context, schema)) {
            report.add(&node.path, SECRET_IN_URL.violation(&[("name", &name)]));
        }
    }
}

/// Whether the schema accepts strings, or lists or maps of strings, without being marked as a secret.
fn accepts_unmarked_text(context: &Context<'_, '_>, schema: &Node<'_>) -> bool {
    let mut seen = HashSet::new();
    let mut schema = schema;
    if schema.get(NOT_SECRET).is_some() {
        return false;
    }
    while let Some(is) = context.nodes.resolve_wrapper(schema).filter(|is| seen.insert(is.id)) {
        if is.get(NOT_SECRET).is_some() {
            return false;
        }
        let more = ["items", "additionalProperties"].into_iter().find_map(|via| context.nodes.child(is, via));
        match (is.text("type"), more) {
            (Some("array" | "object"), Some(more)) => schema = more,
            (Some("string"), _) => return !is_secret(is),
            _ => return false,
        }
    }
    false
}

/// Whether the schema marks its values as secrets.
#[must_use]
pub fn is_secret(schema: &Node<'_>) -> bool {
    schema.text("format") == Some("password")
}

/// Whether the name looks like the name of a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    // Characters other than letters and digits separate words, except for apostrophes.
    let name = name.replace('\'', "").to_snake_case();
    let words: Vec<_> = name.split('_').collect();
    let is_harmless = words.last().is_some_and(|last| METADATA_WORDS.contains(last))
        || words.iter().any(|word| *word == "public" || PAGINATION_WORDS.contains(word));
    let is_secret_key =
        |pair: &[&str]| SECRET_KEY_KINDS.contains(&pair[0]) && matches!(pair[1], "key" | "keys");
    !is_harmless
        && (words.iter().any(|word| SECRET_WORDS.contains(word)) || words.windows(2).any(is_secret_key))
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
            assert!(is_secret_name(name), "{name}");
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
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
