//! Replies: status, headers and a whole body; how JSON is printed; the headers that stand on every reply.

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SERVER};
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io;

/// A reply, ready to send.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    /// A reply without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A reply with a body of this content type.
    pub(crate) fn with_body(status: StatusCode, content_type: &str, body: impl Into<Bytes>) -> Self {
        let reply = Self { status, headers: HeaderMap::new(), body: body.into() };
        reply.header(CONTENT_TYPE, content_type)
    }

    /// A compact JSON reply of plain `application/json`.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        Self::with_body(status, "application/json", print(body, false))
    }

    /// The same reply with this header beside those it has. A value that no header can hold is left out.
    pub(crate) fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.append(name, value);
        }
        self
    }

    /// The same reply with the headers that the server sends with everything.
    pub(crate) fn with_common_headers(mut self) -> Self {
        const COMMON: [(HeaderName, &str); 4] = [
            (SERVER, "mdbws"),
            (hyper::header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubdomains;"),
            (hyper::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (hyper::header::X_FRAME_OPTIONS, "DENY"),
        ];
        for (name, value) in COMMON {
            self.headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        self
    }
}

/// Why a request goes no further: the reply that says so. Boxed, because it is large and the exception.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Reply>);

impl From<Reply> for Refusal {
    fn from(reply: Reply) -> Self {
        Self(Box::new(reply))
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        *refusal.0
    }
}

/// The value as JSON, compact or the way Jackson indents it.
pub(crate) fn print(value: &impl Serialize, pretty: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let printed = if pretty {
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Jackson::default()))
    } else {
        value.serialize(&mut serde_json::Serializer::new(&mut out))
    };
    // Writing into a Vec cannot fail, and nothing here has a map with keys that are not strings.
    debug_assert!(printed.is_ok(), "{printed:?}");
    out
}

/// Two spaces of indent, as serde_json does it, and a space on both sides of the colon.
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
    fn prints() {
        let value = serde_json::json!({"a": [1, {"b": null}], "c": {}});
        assert_eq!(String::from_utf8(print(&value, false)).unwrap(), r#"{"a":[1,{"b":null}],"c":{}}"#);
        let pretty = "{\n  \"a\" : [\n    1,\n    {\n      \"b\" : null\n    }\n  ],\n  \"c\" : {}\n}";
        assert_eq!(String::from_utf8(print(&value, true)).unwrap(), pretty);
    }
}
