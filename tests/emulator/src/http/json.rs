//! Reading the JSON bodies of requests, with an error that names the invalid field.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use super::response::ErrorResponse;
use crate::assumptions;

/// Reads a body. The error contains the path of the invalid field.
pub(crate) fn from_json<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, ErrorResponse> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let Object(read) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, problem) = (error.path().to_string(), error.inner());
        match problem.classify() {
            Category::Data => assumptions::invalid_field(&path, &problem.to_string()),
            Category::Syntax | Category::Eof | Category::Io => {
                assumptions::malformed_json(&problem.to_string())
            }
        }
    })?;
    json.end().map_err(|error| assumptions::malformed_json(&error.to_string()))?;
    Ok(read)
}

/// A struct that must be an object in the body. A derived `Deserialize` also accepts an array of its fields.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyMap<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyMap<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(OnlyMap(PhantomData))
    }
}
