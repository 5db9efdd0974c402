//! A request that was read completely, independent of its connection.

use std::net::IpAddr;

use hyper::body::Bytes;
use hyper::header::{AsHeaderName, HeaderMap};
use hyper::{Method, Uri};

/// The path of the token endpoint.
pub(crate) const TOKEN_PATH: &str = "/api/oauth/token";
/// The path that revokes a token.
pub(crate) const REVOKE_PATH: &str = "/api/oauth/revoke";

/// A request with its body.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The address that is checked against access lists.
    pub(crate) client: IpAddr,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Whether the path belongs to the OAuth endpoints.
    pub(crate) fn is_oauth(&self) -> bool {
        self.path().starts_with("/api/oauth/")
    }

    /// The request target in origin form, path and query, which digest authentication signs.
    pub(crate) fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// The value of the header, if it is present and text.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The values of a list header, joined from all its lines, if it is present and text.
    pub(crate) fn header_list(&self, name: impl AsHeaderName) -> Option<String> {
        let lines: Vec<&str> =
            self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// The values of the query parameter.
    pub(crate) fn query_values(&self, name: &str) -> Vec<String> {
        let query = form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        query.filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
    }

    /// The first value of the field in a form body.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}
