//! `null` for an optional list: the server may send it, and it means "none".

use serde::{Deserialize, Deserializer};

/// Reads `null` as the default. The generated structs name this for every optional list.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
