//! A request as the emulator's rules see it: read whole, apart from the connection it came by.

use std::net::IpAddr;

use hyper::body::Bytes;
use hyper::header::{AsHeaderName, HeaderMap};
use hyper::{Method, Uri};

/// A request, its body read.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The address that access lists are held against.
    pub(crate) client: IpAddr,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The request target in origin form: path and query, as digest authentication signs it.
    pub(crate) fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// The value of the header, where it is there and text.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The values of a header that is a list, of all its lines, where it is there and text.
    pub(crate) fn header_list(&self, name: impl AsHeaderName) -> Option<String> {
        let lines: Vec<&str> =
            self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// The value of the query parameter, where it is there; of several the first.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let query = self.uri.query()?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The field of a form body, where it is there; of several the first.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}
