//! The order of a field of a shard key: a number or a word. The generator has no type for that.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a field of a shard key is ordered: `1`, `-1` or `"hashed"` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ShardKeyOrder {
    /// Ranged, ascending: `1`.
    Ascending,
    /// Ranged, descending: `-1`.
    Descending,
    /// Hashed: `"hashed"`.
    Hashed,
}

impl Serialize for ShardKeyOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ascending => serializer.serialize_i64(1),
            Self::Descending => serializer.serialize_i64(-1),
            Self::Hashed => serializer.serialize_str("hashed"),
        }
    }
}

impl<'de> Deserialize<'de> for ShardKeyOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrderVisitor)
    }
}

struct OrderVisitor;

impl serde::de::Visitor<'_> for OrderVisitor {
    type Value = ShardKeyOrder;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("1, -1 or \"hashed\"")
    }

    fn visit_i64<E: serde::de::Error>(self, order: i64) -> Result<Self::Value, E> {
        match order {
            1 => Ok(ShardKeyOrder::Ascending),
            -1 => Ok(ShardKeyOrder::Descending),
            _ => Err(E::invalid_value(serde::de::Unexpected::Signed(order), &self)),
        }
    }

    fn visit_u64<E: serde::de::Error>(self, order: u64) -> Result<Self::Value, E> {
        if order == 1 {
            return Ok(ShardKeyOrder::Ascending);
        }
        Err(E::invalid_value(serde::de::Unexpected::Unsigned(order), &self))
    }

    fn visit_str<E: serde::de::Error>(self, order: &str) -> Result<Self::Value, E> {
        if order == "hashed" {
            return Ok(ShardKeyOrder::Hashed);
        }
        Err(E::invalid_value(serde::de::Unexpected::Str(order), &self))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ShardKeyOrder {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ShardKeyOrder".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "enum": [1, -1, "hashed"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_numbers_and_the_word() {
        for (json, expected) in [
            ("1", Some(ShardKeyOrder::Ascending)),
            ("-1", Some(ShardKeyOrder::Descending)),
            ("\"hashed\"", Some(ShardKeyOrder::Hashed)),
            ("0", None),
            ("2", None),
            ("\"1\"", None),
            ("{}", None),
            ("null", None),
        ] {
            let read = serde_json::from_str::<ShardKeyOrder>(json).ok();
            assert_eq!(read, expected, "{json}");
            if let Some(order) = read {
                assert_eq!(serde_json::to_string(&order).unwrap(), json);
            }
        }
    }
}
