//! Secrets say that they are secrets: only what has `format: password` is kept out of logs and debug output.

use std::collections::HashSet;

use heck::ToSnakeCase as _;

use super::nodes::Node;
use super::shape::Role;
use super::{Context, Report};
use crate::Rule;

static SECRET_WITHOUT_FORMAT: Rule = Rule {
    id: "secret-without-format",
    message: "`{name}` sounds like a secret, and its schema does not say so",
    help: "add `format: password`, so that it is kept out of logs; if it is not a secret, give it a clearer name",
};

static SECRET_IN_URL: Rule = Rule {
    id: "secret-in-url",
    message: "`{name}` would show a secret in the URL",
    help: "send it in the body: URLs end in logs; if it is not a secret, give it a clearer name, or teach lint the \
           name",
};

/// Words that make a name that of a secret.
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

/// Kinds of keys that are secrets.
const SECRET_KEY_KINDS: &[&str] = &["private", "api", "access", "secret", "encryption", "signing"];

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

/// Words that make a token a position in a list.
const LIST_POSITION: &[&str] = &["page", "next", "cursor", "continuation"];

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    // A component is referred to under any name.
    for node in
        context.nodes.of_role(Role::Schema).filter(|node| node.is_component || node.via == "properties")
    {
        if sounds_secret(node.name) && may_hold(context, node) {
            report.add(&node.path, SECRET_WITHOUT_FORMAT.violation(&[("name", &node.name)]));
        }
    }
    for node in context.nodes.of_role(Role::Parameter) {
        let (Some(name), Some(schema)) = (node.text("name"), context.nodes.child(node, "schema")) else {
            continue;
        };
        let marked = context.nodes.see_through(schema).is_some_and(is_secret);
        if marked || (sounds_secret(name) && may_hold(context, schema)) {
            report.add(&node.path, SECRET_IN_URL.violation(&[("name", &name)]));
        }
    }
}

/// Whether a text could stand here without being marked, or a list or a map of texts.
fn may_hold(context: &Context<'_, '_>, schema: &Node<'_>) -> bool {
    let mut seen = HashSet::new();
    let mut schema = schema;
    while let Some(is) = context.nodes.see_through(schema).filter(|is| seen.insert(is.id)) {
        let more = ["items", "additionalProperties"].into_iter().find_map(|via| context.nodes.child(is, via));
        match (is.text("type"), more) {
            (Some("array" | "object"), Some(more)) => schema = more,
            (Some("string"), _) => return !is_secret(is),
            _ => return false,
        }
    }
    false
}

/// Whether the schema says that its values are secrets.
#[must_use]
pub fn is_secret(schema: &Node<'_>) -> bool {
    schema.text("format") == Some("password")
}

/// Whether the name is one that secrets have.
#[must_use]
pub fn sounds_secret(name: &str) -> bool {
    // What is neither a letter nor a digit separates words; an apostrophe does not.
    let name = name.replace('\'', "").to_snake_case();
    let words: Vec<_> = name.split('_').collect();
    let about = words.last().is_some_and(|last| ABOUT.contains(last))
        || words.iter().any(|word| *word == "public" || LIST_POSITION.contains(word));
    let key = |pair: &[&str]| SECRET_KEY_KINDS.contains(&pair[0]) && matches!(pair[1], "key" | "keys");
    !about && (words.iter().any(|word| SECRET_WORDS.contains(word)) || words.windows(2).any(key))
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
