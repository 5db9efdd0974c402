//! Ids: 12 bytes, written as 24 lower-case hex digits, one type per kind.
//!
//! Every id has been validated, so that nothing unvalidated reaches a path. An id of one kind does not compile where
//! another kind is expected.

use std::fmt;

use super::credentials::is_quotation_mark;

/// Declares the type of one kind of id.
macro_rules! id {
    ($(#[doc = $doc:literal])+ $name:ident, $kind:literal) => {
        $(#[doc = $doc])+
        ///
        /// Twelve bytes, written as 24 lower-case hex digits.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 12]);

        impl $name {
            /// Creates an id from its bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 12]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes of the id.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 12] {
                &self.0
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::values::ids::ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::values::ids::parse($kind, text).map(Self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::values::ids::ParseIdError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::values::ids::with_hex(&self.0, |hex| f.pad(hex))
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::values::ids::with_hex(&self.0, |hex| serializer.serialize_str(hex))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let bytes = deserializer.deserialize_str($crate::values::ids::IdVisitor { kind: $kind })?;
                Ok(Self(bytes))
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "pattern": "^[a-f0-9]{24}$" })
            }
        }
    };
}

pub(crate) use id;

id!(
    /// An organization in Cloud Manager or Ops Manager: the source's side of a link. No operation of Atlas has it.
    SourceOrgId,
    "source organization id"
);

/// The text is not an id.
///
/// The message contains the kind of id and the reason. If the text is an id that is only written in another way (upper-case
/// digits, white space, quotation marks), it contains the id as it must be written. Otherwise it does not contain the
/// text: somebody may have pasted a secret into the wrong place. `Debug` output is the message.
///
/// ```
/// use atlas_migration_sdk::OrgId;
///
/// let error = " 4888442A3354817A7320EB61".parse::<OrgId>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "not a valid organization id: it has white space and upper-case digits; write 4888442a3354817a7320eb61"
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseIdError {
    kind: &'static str,
    reason: Reason,
}

impl ParseIdError {
    pub(super) const fn new(kind: &'static str, reason: Reason) -> Self {
        Self { kind, reason }
    }
}

/// Why a text is no id. Positions count characters from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The number of bytes, of an id of 24 hex digits.
    Length(usize),
    Notation(Notation),
    Character(usize),
    Empty,
    Dots,
    Space,
    Forbidden(usize),
    /// The number of characters, and the minimum.
    Short(usize, usize),
    /// The number of characters, and the maximum.
    Long(usize, usize),
    Form,
}

/// How a text differs from the id that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notation {
    quotes: bool,
    space: bool,
    upper_case: bool,
    id: [u8; 12],
}

impl Notation {
    /// The differences, if there are no others than these.
    fn of(text: &str) -> Option<Self> {
        // Also the byte order mark and the space without a width, which are invisible and no white space in Unicode.
        let is_space = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
        let bare: String = text.chars().filter(|c| !is_quotation_mark(*c) && !is_space(*c)).collect();
        let id = hex(&bare.to_ascii_lowercase()).ok()?;
        let upper_case = bare.contains(|c: char| c.is_ascii_uppercase());
        Some(Self {
            quotes: text.contains(is_quotation_mark),
            space: text.contains(is_space),
            upper_case,
            id,
        })
    }
}

impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differences = [
            (self.quotes, "quotation marks"),
            (self.space, "white space"),
            (self.upper_case, "upper-case digits"),
        ];
        let mut joint = "it has ";
        for (_, difference) in differences.iter().filter(|(present, _)| *present) {
            write!(f, "{joint}{difference}")?;
            joint = " and ";
        }
        with_hex(&self.id, |hex| write!(f, "; write {hex}"))
    }
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a valid {}: ", self.kind)?;
        match self.reason {
            Reason::Length(length) => write!(f, "it has {length} bytes and must have 24 hex digits"),
            Reason::Notation(notation) => notation.fmt(f),
            Reason::Character(at) => write!(f, "character {} is not a hex digit", at + 1),
            Reason::Empty => f.write_str("it is empty"),
            Reason::Dots => f.write_str("it is `.` or `..`, or a part of it between slashes is, or is empty"),
            Reason::Space => f.write_str("it begins or ends with white space"),
            Reason::Forbidden(at) => write!(
                f,
                "character {} is not allowed; write the text without percent-encoding, control characters and any of / \\ ? #",
                at + 1
            ),
            Reason::Short(length, minimum) => {
                write!(f, "it has {length} characters and must have at least {minimum}")
            }
            Reason::Long(length, maximum) => {
                write!(f, "it has {length} characters and may have at most {maximum}")
            }
            Reason::Form => f.write_str("it does not have the form that the server requires"),
        }
    }
}

impl fmt::Debug for ParseIdError {
    /// The message, because `main` and `unwrap` print an error with `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ParseIdError {}

pub(crate) fn parse(kind: &'static str, text: &str) -> Result<[u8; 12], ParseIdError> {
    hex(text).map_err(|reason| ParseIdError::new(kind, Notation::of(text).map_or(reason, Reason::Notation)))
}

/// Reads bytes from lower-case hex digits.
pub(crate) fn hex<const N: usize>(text: &str) -> Result<[u8; N], Reason> {
    if text.len() != 2 * N {
        return Err(Reason::Length(text.len()));
    }
    let mut bytes = [0; N];
    for (at, digit) in text.bytes().enumerate() {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return Err(Reason::Character(at)),
        };
        bytes[at / 2] = bytes[at / 2] << 4 | value;
    }
    Ok(bytes)
}

/// Passes the 24 digits to `use_hex` without an allocation.
pub(crate) fn with_hex<R>(bytes: &[u8; 12], use_hex: impl FnOnce(&str) -> R) -> R {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0; 24];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0xf)];
    }
    // The buffer contains only ASCII, so that it is always valid UTF-8.
    use_hex(std::str::from_utf8(&hex).unwrap_or_default())
}

pub(crate) struct IdVisitor {
    pub(crate) kind: &'static str,
}

impl serde::de::Visitor<'_> for IdVisitor {
    type Value = [u8; 12];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {} of 24 lower-case hex digits", self.kind)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        parse(self.kind, text).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "32b6e34b3d91647abb20e7b8";

    #[test]
    fn parses_only_24_lower_case_hex_digits() {
        for (text, expected) in [
            (GOOD, None),
            ("000000000000000000000000", None),
            ("ffffffffffffffffffffffff", None),
            ("", Some("it has 0 bytes and must have 24 hex digits")),
            ("32b6e34b3d91647abb20e7b", Some("it has 23 bytes and must have 24 hex digits")),
            ("32b6e34b3d91647abb20e7b80", Some("it has 25 bytes and must have 24 hex digits")),
            ("32B6e34b3d91647abb20e7b8", Some("it has upper-case digits; write 32b6e34b3d91647abb20e7b8")),
            (" 32b6e34b3d91647abb20e7b8\n", Some("it has white space; write 32b6e34b3d91647abb20e7b8")),
            ("\u{feff}32b6e34b3d91647abb20e7b8", Some("it has white space; write 32b6e34b3d91647abb20e7b8")),
            ("32b6e34b 3d91647a bb20e7b8", Some("it has white space; write 32b6e34b3d91647abb20e7b8")),
            (
                "\"32B6e34b3d91647abb20e7b8\" ",
                Some(
                    "it has quotation marks and white space and upper-case digits; write 32b6e34b3d91647abb20e7b8",
                ),
            ),
            (
                "\u{201c}32b6e34b3d91647abb20e7b8\u{201d}",
                Some("it has quotation marks; write 32b6e34b3d91647abb20e7b8"),
            ),
            ("32g6e34b3d91647abb20e7b8", Some("character 3 is not a hex digit")),
            ("../../../../../../../../", Some("character 1 is not a hex digit")),
            ("32b6e34b3d91647abb20e7b\n", Some("character 24 is not a hex digit")),
            ("ééééééééé", Some("it has 18 bytes and must have 24 hex digits")),
            ("éééééééééééé", Some("character 1 is not a hex digit")),
        ] {
            let read = text.parse::<SourceOrgId>();
            let message = read.err().map(|e| e.to_string());
            assert_eq!(message, read.err().map(|e| format!("{e:?}")));
            let expected = expected.map(|e| format!("not a valid source organization id: {e}"));
            assert_eq!(message, expected, "{text:?}");
        }
    }

    #[test]
    fn formats_what_it_parsed() {
        let id: SourceOrgId = GOOD.parse().unwrap();
        assert_eq!(id.to_string(), GOOD);
        assert_eq!(format!("{id:?}"), format!("SourceOrgId({GOOD})"));
        assert_eq!(format!("{id:>26}"), format!("  {GOOD}"));
        assert_eq!(SourceOrgId::from_bytes(*id.as_bytes()), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{GOOD}\""));
        assert_eq!(serde_json::from_str::<SourceOrgId>(&format!("\"{GOOD}\"")).unwrap(), id);
    }

    #[test]
    fn the_error_for_an_invalid_id_in_json_contains_the_kind() {
        let error = serde_json::from_str::<SourceOrgId>("\"nonsense\"").unwrap_err().to_string();
        assert!(error.starts_with("not a valid source organization id: it has 8 bytes"), "{error}");
        let error = serde_json::from_str::<SourceOrgId>("7").unwrap_err().to_string();
        assert!(error.contains("a source organization id of 24 lower-case hex digits"), "{error}");
    }

    #[test]
    fn the_error_does_not_contain_the_text() {
        let pasted = "mdb_sa_sk_0123456789abcd";
        let error = pasted.parse::<SourceOrgId>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("sa_sk"));
    }
}
