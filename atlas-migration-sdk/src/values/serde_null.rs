//! Deserializes `null` as an empty value: the server may send `null` for an optional list.

use serde::{Deserialize, Deserializer};

/// Reads `null` as the default value. Generated structs use it for every optional list and map.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
