//! Secrets: text that cannot be printed by accident and is wiped from memory when dropped.
//!
//! The types have no `Display`, a `Debug` without content, and one explicit way to read them, `expose_secret`.
//! Serializing a secret discloses it, because that is how it is sent: do not serialize a secret into a log. Wiping
//! covers the value and the string that it is made from. It does not cover copies that a program makes before and
//! after: the body of a request or a response, memory that a `String` left behind when it grew, or the buffer into
//! which serde_json unescapes a text.

use std::fmt;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares a type of secret.
macro_rules! secret {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        ///
        /// Cannot be printed: `Debug` shows no content. Wiped from memory when dropped.
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// Takes ownership of the text. The memory of a `String` is wiped.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(take_ownership(text.into()))
            }

            /// Returns the secret. The caller is responsible for not disclosing it.
            #[must_use]
            pub fn expose_secret(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                equal(self.expose_secret().as_bytes(), other.expose_secret().as_bytes())
            }
        }

        impl Eq for $name {}

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(SecretString::from(text))
            }
        }

        impl Serialize for $name {
            /// Discloses the secret, in order to send it.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.expose_secret())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // `deserialize_string` is not safe here: serde's own error for another type repeats the value.
                deserializer.deserialize_any(SecretVisitor).map(Self)
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "password" })
            }
        }
    };
}

secret!(
    /// The credential with which a source organization links itself to an Atlas organization.
    ///
    /// ```
    /// use atlas_migration_sdk::LinkToken;
    ///
    /// let token = LinkToken::new("the token");
    /// assert_eq!(format!("{token:?}"), "LinkToken([redacted])");
    /// assert_eq!(token.expose_secret(), "the token");
    /// ```
    LinkToken
);
secret!(
    /// Any other secret: a password, a key, an access token.
    Secret
);

/// `SecretString::from(String)` would shrink the string: the allocator may then move it and leave the old memory as it
/// was.
fn take_ownership(text: String) -> SecretString {
    SecretString::from(Zeroizing::new(text).as_str())
}

/// Compares without stopping at the first difference, so that the time does not depend on its position.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// Reads a string. The error for anything else contains its type and not its value.
struct SecretVisitor;

impl<'de> serde::de::Visitor<'de> for SecretVisitor {
    type Value = SecretString;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(SecretString::from(text))
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(take_ownership(text))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Err(E::custom("a secret must be a string, not a boolean"))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Err(E::custom("a secret must be a string, not a number"))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Err(E::custom("a secret must be a string, not a number"))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Err(E::custom("a secret must be a string, not a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "planted-4711";

    #[test]
    fn debug_shows_no_content() {
        for shown in [format!("{:?}", Secret::new(VALUE)), format!("{:#?}", Some(LinkToken::new(VALUE)))] {
            assert!(!shown.contains(VALUE), "{shown}");
            assert!(shown.contains("[redacted]"), "{shown}");
        }
    }

    #[test]
    fn every_field_is_wiped() {
        fn wiped_on_drop(_: &impl secrecy::zeroize::ZeroizeOnDrop) {}
        // A second field would not compile here.
        let (Secret(text), LinkToken(token)) = (&Secret::new(VALUE), &LinkToken::new(VALUE));
        wiped_on_drop(text);
        wiped_on_drop(token);
    }

    #[test]
    fn serializes_and_deserializes() {
        let secret: Secret = serde_json::from_str("\"planted-4711\"").unwrap();
        assert_eq!(secret.expose_secret(), VALUE);
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"planted-4711\"");
    }

    #[test]
    fn the_error_for_another_type_does_not_contain_the_value() {
        for json in ["47114711", "-47114711", "4711.4711", "true", "[\"47114711\"]", "{\"a\":47114711}"] {
            let error = serde_json::from_str::<Secret>(json).unwrap_err().to_string();
            assert!(!error.contains("4711"), "{error}");
        }
    }

    #[test]
    fn equality_compares_the_text() {
        for (a, b, same) in [("a", "a", true), ("a", "b", false), ("a", "aa", false), ("", "", true)] {
            assert_eq!(Secret::new(a) == Secret::new(b), same, "{a} {b}");
        }
    }
}
