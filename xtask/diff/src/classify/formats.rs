//! Formats: which values they allow.

use serde_json::Value;

use super::Change;

/// Formats with a format that allows all of their values, and more. `float` has 24 binary digits and `double` 53, so they do
/// not have all integers of 32 and 64 bits.
const WIDER: &[(&str, &[&str])] = &[
    ("int32", &["int64", "double"]),
    ("float", &["double"]),
    ("email", &["idn-email"]),
    ("hostname", &["idn-hostname"]),
    ("uri", &["uri-reference", "iri", "iri-reference"]),
    ("uri-reference", &["iri-reference"]),
    ("iri", &["iri-reference"]),
];

/// Whether a format rejects any value. `password` only marks secrets.
pub(super) fn restricts(format: Option<&str>) -> bool {
    format.is_some_and(|format| format != "password")
}

/// Whether the format `outer` allows every value that `inner` allows. Formats of which nothing is known are different.
pub(super) fn includes(outer: Option<&str>, inner: Option<&str>) -> bool {
    let is_wider = |inner, outer| WIDER.iter().any(|(one, wider)| *one == inner && wider.contains(&outer));
    match (outer, inner) {
        (outer, _) if !restricts(outer) => true,
        (Some(outer), Some(inner)) => outer == inner || is_wider(inner, outer),
        _ => false,
    }
}

/// The change of a format.
pub(super) fn change(before: Option<&Value>, after: Option<&Value>) -> Change {
    let [old, new] = [before, after].map(|format| format.and_then(Value::as_str));
    match (old, new, includes(new, old), includes(old, new)) {
        (_, Some("password"), true, true) => Change::SecretMarked,
        (Some("password"), _, true, true) => Change::SecretUnmarked,
        (None, _, false, true) => Change::FormatSet,
        (_, None, true, false) => Change::FormatUnset,
        (_, _, true, false) => Change::FormatWidened,
        (_, _, false, true) => Change::FormatNarrowed,
        _ => Change::FormatChanged,
    }
}
