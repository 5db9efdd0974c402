//! JSON bodies: requests are read into a type, with an error that names the invalid field; responses are written
//! compactly or indented.

use std::fmt;
use std::io;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::error::Category;
use serde_json::ser::{Formatter, PrettyFormatter};

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

/// Writes the value as JSON, compact or with the indentation of Jackson.
pub(crate) fn to_json(value: &impl Serialize, pretty: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let result = if pretty {
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Jackson::default()))
    } else {
        value.serialize(&mut serde_json::Serializer::new(&mut out))
    };
    // Writing to a Vec cannot fail, and every map here has string keys.
    debug_assert!(result.is_ok(), "{result:?}");
    out
}

/// An indentation of two spaces, like serde_json's, and a space on both sides of the colon.
#[derive(Default)]
struct Jackson(PrettyFormatter<'static>);

impl Formatter for Jackson {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b" : ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_json_is_compact_or_indented_like_jackson() {
        let value = serde_json::json!({"a": [1, {"b": null}], "c": {}});
        assert_eq!(String::from_utf8(to_json(&value, false)).unwrap(), r#"{"a":[1,{"b":null}],"c":{}}"#);
        let pretty = "{\n  \"a\" : [\n    1,\n    {\n      \"b\" : null\n    }\n  ],\n  \"c\" : {}\n}";
        assert_eq!(String::from_utf8(to_json(&value, true)).unwrap(), pretty);
    }
}
