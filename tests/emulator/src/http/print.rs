//! Writing the JSON bodies of responses, compact or indented.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

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
