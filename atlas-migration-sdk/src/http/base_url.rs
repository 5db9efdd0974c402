//! Where Atlas is: which URLs are taken, and why the others are not.

use std::net::IpAddr;

use reqwest::Url;

use crate::error::{Error, Result};

pub(crate) const COMMERCIAL: &str = "https://cloud.mongodb.com";
pub(crate) const GOVERNMENT: &str = "https://cloud.mongodbgov.com";

/// As long as the longest path of the table with its ids, about; a longer one costs a step of growth.
const LONGEST_PATH: usize = 120;

/// A checked base URL.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    /// Without a trailing slash, but for the one that is the whole path.
    url: Url,
    /// The same with a path as long as any: its copies have room, and do not grow step by step.
    roomy: Url,
    loopback: bool,
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        // No message repeats the URL: it may carry a password.
        let refusal = |reason: &str| {
            Err(Error::configuration(format!(
                "the base URL is refused: {reason}; write it as https://host[:port][/path]"
            )))
        };
        let Ok(url) = Url::parse(text.trim()) else { return refusal("it is not a URL") };
        if !url.username().is_empty() || url.password().is_some() {
            return refusal("it carries user information, which belongs into the credentials");
        }
        if url.query().is_some() {
            return refusal("it carries a query");
        }
        if url.fragment().is_some() {
            return refusal("it carries a fragment");
        }
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return refusal("it names no host");
        };
        let loopback = is_loopback(host);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" if is_below_localhost(host) => {
                return refusal(
                    "http would send the credential in the clear, and many resolvers ask DNS for a name below \
                     localhost, which may lead anywhere; only localhost itself, 127.0.0.0/8 and [::1] may be http",
                );
            }
            "http" => {
                return refusal(
                    "http would send the credential in the clear; only localhost, 127.0.0.0/8 and [::1] may be http",
                );
            }
            _ => return refusal("it is neither https nor http"),
        }
        let mut url = url;
        let path = url.path().trim_end_matches('/').to_owned();
        if path.ends_with("/api/atlas/v2") {
            return refusal("it ends in /api/atlas/v2, which the client adds itself");
        }
        url.set_path(&path);
        let mut roomy = url.clone();
        roomy.set_path(&format!("{path}/{}", "-".repeat(LONGEST_PATH)));
        Ok(Self { url, roomy, loopback })
    }

    /// Without a trailing slash.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The URL of this path, which begins with a slash. Cheaper than parsing a whole one: the host is known.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.roomy.clone();
        match self.url.path() {
            "/" => url.set_path(path),
            before => url.set_path(&format!("{before}{path}")),
        }
        url
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// Whether this is surely the machine itself: `localhost` or a loopback address.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Whether RFC 6761 section 6.3 wants this name to mean the machine itself. It asks that of resolvers, and many do not
/// do so.
fn is_below_localhost(host: &str) -> bool {
    host.trim_end_matches('.').rsplit('.').next() == Some("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken() {
        for (text, expected) in [
            (COMMERCIAL, "https://cloud.mongodb.com"),
            (GOVERNMENT, "https://cloud.mongodbgov.com"),
            ("https://cloud.mongodb.com/", "https://cloud.mongodb.com"),
            (" https://CLOUD.mongodb.com:443// ", "https://cloud.mongodb.com"),
            ("https://gateway.example.com:8443/atlas/", "https://gateway.example.com:8443/atlas"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.9.9.9", "http://127.9.9.9"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://LOCALHOST", "http://localhost"),
            // The parser reads every spelling of an IPv4 address.
            ("http://2130706433", "http://127.0.0.1"),
            ("http://127.1", "http://127.0.0.1"),
            ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
            // Over https, a certificate says who answers.
            ("https://atlas.localhost:8443", "https://atlas.localhost:8443"),
        ] {
            let base_url = BaseUrl::parse(text).unwrap();
            assert_eq!(base_url.as_str(), expected, "{text}");
            let joined = base_url.join("/api/atlas/v2/orgs");
            assert_eq!(joined, Url::parse(&format!("{expected}/api/atlas/v2/orgs")).unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        for (text, part) in [
            ("", "not a URL"),
            ("cloud.mongodb.com", "not a URL"),
            ("http://cloud.mongodb.com", "in the clear"),
            ("http://127.0.0.1.example.com", "in the clear"),
            ("http://localhost.example.com", "in the clear"),
            ("http://0.0.0.0:80", "in the clear"),
            ("http://128.0.0.1", "only localhost, 127.0.0.0/8 and [::1] may be http"),
            ("http://[::2]", "in the clear"),
            ("http://[::ffff:7f00:1]", "in the clear"),
            ("http://notlocalhost", "in the clear; only localhost"),
            ("http://atlas.localhost:8080", "ask DNS for a name below localhost"),
            ("http://ATLAS.LocalHost", "only localhost itself, 127.0.0.0/8 and [::1]"),
            ("http://atlas.localhost.", "ask DNS"),
            ("http://localhost.", "ask DNS"),
            ("ftp://cloud.mongodb.com", "neither https nor http"),
            ("unix:/run/atlas", "names no host"),
            ("https://user:planted@cloud.mongodb.com", "user information"),
            ("https://planted@cloud.mongodb.com", "user information"),
            ("https://cloud.mongodb.com?token=planted", "a query"),
            ("https://cloud.mongodb.com/#planted", "a fragment"),
            ("https://cloud.mongodb.com/api/atlas/v2/", "adds itself"),
            ("https://", "not a URL"),
        ] {
            let error = BaseUrl::parse(text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(part), "{text}: {error}");
            assert!(!error.contains("planted"), "{error}");
        }
    }
}
