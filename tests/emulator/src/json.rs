//! JSON bodies of requests: read whole into a type, or refused with the path of the field that does not fit.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use crate::reply::Refusal;
use crate::unknown;

/// Reads a body. What does not fit is refused, with the path of the field.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let Object(read) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, problem) = (error.path().to_string(), error.inner());
        match problem.classify() {
            Category::Data => unknown::bad_field(&path, &problem.to_string()),
            Category::Syntax | Category::Eof | Category::Io => unknown::not_json(&problem.to_string()),
        }
    })?;
    json.end().map_err(|error| unknown::not_json(&error.to_string()))?;
    Ok(read)
}

/// A struct that stands in the body as an object. Serde's own reading takes an array of its fields as well.
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
