//! Ids of any other form than 24 hex digits: names, addresses, numbers with a prefix.
//!
//! An id is one segment of a path, or its part before a verb. So the text must not change the path: it is validated when
//! the id is created, and percent-encoded when it is sent.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::ids::{ParseIdError, Reason};

/// Declares the type of one kind of id.
macro_rules! text_id {
    ($(#[doc = $doc:literal])+ $name:ident, $kind:literal, { $($rule:ident: $value:expr),* }) => {
        $(#[doc = $doc])+
        ///
        /// A text that is one segment of a path. It is sent percent-encoded.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Writes the text into a path.
            #[allow(dead_code, reason = "not every id is part of a path")]
            pub(crate) fn in_path(&self) -> impl ::std::fmt::Display + '_ {
                $crate::values::text_ids::in_path(&self.0)
            }

            #[allow(clippy::needless_update, reason = "an id may have every rule")]
            const RULES: $crate::values::text_ids::Rules = $crate::values::text_ids::Rules {
                $($rule: $value,)*
                ..$crate::values::text_ids::Rules::ANY
            };
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::values::ids::ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::RULES.check($kind, text).map(|()| Self(text.into()))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::values::ids::ParseIdError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::values::ids::ParseIdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::RULES.check($kind, &text).map(|()| Self(text.into()))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as ::serde::Deserialize>::deserialize(deserializer)?;
                let checked = Self::RULES.for_responses().check($kind, &text);
                checked.map(|()| Self(text.into())).map_err(::serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "minLength": 1 })
            }
        }
    };
}

pub(crate) use text_id;

/// Which texts are ids of a kind, beside those that every kind excludes.
pub(crate) struct Rules {
    /// The minimum number of characters.
    pub(crate) min_length: usize,
    /// The maximum number of characters.
    pub(crate) max_length: usize,
    /// The parts of the text, in order; empty if the text has no particular form.
    pub(crate) pattern: &'static [Part],
    /// Whether the text may contain slashes, which are part of the id: a network such as `10.0.0.0/8`.
    pub(crate) slashes: bool,
}

/// A part of a pattern.
pub(crate) enum Part {
    /// Exactly this text.
    Text(&'static str),
    /// Between a minimum and a maximum of these characters: pairs of the first and the last of a range.
    Chars(&'static [(char, char)], usize, usize),
}

/// The characters that change a path or end it, for some servers also where they are percent-encoded.
const FORBIDDEN: [char; 4] = ['\\', '?', '#', '%'];

/// All but the unreserved characters of RFC 3986. The rest of a path may have a verb after a colon.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text as it is written into a path.
pub(crate) fn in_path(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, ENCODED)
}

impl Rules {
    /// Every text that does not change a path.
    pub(crate) const ANY: Self = Self { min_length: 1, max_length: usize::MAX, pattern: &[], slashes: false };

    /// The rules for what the server sends: a response must not fail because the server has become less strict.
    pub(crate) const fn for_responses(&self) -> Self {
        Self { slashes: self.slashes, ..Self::ANY }
    }

    /// Checks that the text is an id with these rules.
    pub(crate) fn check(&self, kind: &'static str, text: &str) -> Result<(), ParseIdError> {
        self.violated(text).map_or(Ok(()), |reason| Err(ParseIdError::new(kind, reason)))
    }

    fn violated(&self, text: &str) -> Option<Reason> {
        if text.is_empty() {
            return Some(Reason::Empty);
        }
        let is_forbidden = |character: char| {
            character.is_control() || FORBIDDEN.contains(&character) || (character == '/' && !self.slashes)
        };
        if let Some(at) = text.chars().position(is_forbidden) {
            return Some(Reason::Forbidden(at));
        }
        if text.trim() != text {
            return Some(Reason::Space);
        }
        // An absolute path is an id too. Without slashes, the text is the only segment.
        let mut segments = text.strip_prefix('/').unwrap_or(text).split('/');
        if segments.any(|segment| matches!(segment, "" | "." | "..")) {
            return Some(Reason::Dots);
        }
        let length = text.chars().count();
        if length < self.min_length {
            return Some(Reason::Short(length, self.min_length));
        }
        if length > self.max_length {
            return Some(Reason::Long(length, self.max_length));
        }
        (!self.pattern.is_empty() && !matches(self.pattern, text)).then_some(Reason::Form)
    }
}

/// Whether the text consists of the parts. Each part takes as many characters as it can: the generator writes only
/// patterns for which this is right.
fn matches(pattern: &[Part], text: &str) -> bool {
    let mut rest = text;
    for part in pattern {
        match part {
            Part::Text(expected) => match rest.strip_prefix(expected) {
                Some(after) => rest = after,
                None => return false,
            },
            Part::Chars(ranges, minimum, maximum) => {
                let is_in =
                    |character: &char| ranges.iter().any(|(first, last)| (first..=last).contains(&character));
                let taken = || rest.chars().take(*maximum).take_while(is_in);
                if taken().count() < *minimum {
                    return false;
                }
                rest = &rest[taken().map(char::len_utf8).sum()..];
            }
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(unreachable_pub, reason = "the macro declares public types")]
    mod kinds {
        use super::{Part, text_id};

        text_id!(
            /// A name.
            Name,
            "name",
            { min_length: 2, max_length: 8 }
        );
        text_id!(
            /// A key.
            Key,
            "key",
            { pattern: &[Part::Text("k_"), Part::Chars(&[('a', 'f'), ('0', '9')], 1, 3), Part::Chars(&[('-', '-')], 0, 1)] }
        );
        text_id!(
            /// A network.
            Network,
            "network",
            { slashes: true }
        );
    }

    use kinds::{Key, Name, Network};

    #[test]
    fn texts_that_change_a_path_are_no_ids() {
        for (text, reason) in [
            ("", "it is empty"),
            (".", "it is `.` or `..`"),
            ("..", "it is `.` or `..`"),
            ("a/b", "character 2 is not allowed"),
            ("\\a", "character 1 is not allowed"),
            ("a?b", "character 2 is not allowed"),
            ("a#", "character 2 is not allowed"),
            ("%2e%2e", "character 1 is not allowed"),
            ("é\n", "character 2 is not allowed"),
            ("a\u{85}b", "character 2 is not allowed"),
            (" a", "it begins or ends with white space"),
            ("a\u{a0}", "it begins or ends with white space"),
            ("a", "it has 1 characters and must have at least 2"),
            ("123456789", "it has 9 characters and may have at most 8"),
        ] {
            let message = text.parse::<Name>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("not a valid name: {reason}")), "{text:?}: {message}");
            assert_eq!(Name::try_from(text.to_owned()).unwrap_err().to_string(), message);
        }
        for text in ["ab", "a:b", "é;é", "a b", "...", "a..", "日本語", "a@b.c", "$ext", "a\u{301}"] {
            let name: Name = text.parse().unwrap();
            assert_eq!((name.as_str(), &*name.to_string()), (text, text));
        }
    }

    #[test]
    fn a_pattern_restricts_the_text() {
        for text in ["k_a", "k_0f9", "k_a-", "k_123-"] {
            text.parse::<Key>().unwrap_or_else(|error| panic!("{text}: {error}"));
        }
        for text in ["k_", "k_1234", "k_g", "k_a--", "K_a", "a", "k_a-b", "k_é"] {
            let message = text.parse::<Key>().unwrap_err().to_string();
            assert_eq!(
                message, "not a valid key: it does not have the form that the server requires",
                "{text}"
            );
        }
    }

    #[test]
    fn slashes_may_be_part_of_an_id() {
        for text in ["10.0.0.0/8", "/a/b"] {
            let network: Network = text.parse().unwrap();
            assert_eq!(network.in_path().to_string(), text.replace('/', "%2F"));
        }
        for text in ["/", "//", "//a", "a//b", "../a", "a/..", "a/./b", "a/"] {
            text.parse::<Network>().unwrap_err();
        }
    }

    #[test]
    fn ids_are_texts_in_json() {
        let name: Name = serde_json::from_str("\"a:b\"").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"a:b\"");
        assert_eq!(format!("{name:?} {name:>4}"), "Name(\"a:b\")  a:b");
        // The server may have become less strict, but no id changes a path.
        for text in ["a", "a name of more than 8 characters"] {
            let name: Name = serde_json::from_value(text.into()).unwrap();
            assert_eq!(name.as_str(), text);
        }
        let error = serde_json::from_str::<Name>("\"../../x\"").unwrap_err().to_string();
        assert!(error.starts_with("not a valid name: "), "{error}");
        assert!(!error.contains("../"), "{error}");
    }

    #[test]
    fn reserved_characters_are_encoded() {
        assert_eq!(in_path("a:b;c@d é$&+,=~").to_string(), "a%3Ab%3Bc%40d%20%C3%A9%24%26%2B%2C%3D~");
    }
}
