//! The base URL of the API: which URLs are valid, and why others are not.

use std::net::IpAddr;

use reqwest::Url;

use crate::error::{Error, Result};

pub(crate) const COMMERCIAL: &str = "https://cloud.mongodb.com";
pub(crate) const GOVERNMENT: &str = "https://cloud.mongodbgov.com";

/// About the length of the longest path of the operation table with its ids. A longer path costs a reallocation.
const PATH_CAPACITY: usize = 120;

/// The roots of the APIs, and the beginnings of them, the longest first. At the end of a base URL they would be doubled.
const API_PATHS: [&str; 7] = [
    "/api/atlas/v2",
    "/api/atlas/v1.0",
    "/api/atlas",
    "/api/public/v1.0",
    "/api/public",
    "/api/oauth/token",
    "/api/oauth",
];

/// Which hosts http is allowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    /// Only this machine.
    Loopback,
    /// Only this machine, and the error says how to allow other hosts.
    LoopbackUnlessAllowed,
    AnyHost,
}

/// A validated base URL.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    /// Without a trailing slash, unless the path is only a slash.
    url: Url,
    /// The same URL with a long path, so that its copies have enough capacity for any path.
    with_capacity: Url,
    loopback: bool,
}

impl BaseUrl {
    /// Parses the URL in the setting with this name.
    pub(crate) fn parse(text: &str, name: &str, plain_http: PlainHttp) -> Result<Self> {
        // No message contains the URL: it may contain a password.
        let invalid = |reason: &str| {
            Err(Error::configuration(format!(
                "{name} is invalid: {reason}; write it as https://host[:port][/path]"
            )))
        };
        let Ok(url) = Url::parse(text.trim()) else { return invalid("it is not a URL") };
        if !url.username().is_empty() || url.password().is_some() {
            return invalid("it contains user information, which belongs to the credentials");
        }
        if url.query().is_some() {
            return invalid("it contains a query");
        }
        if url.fragment().is_some() {
            return invalid("it contains a fragment");
        }
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return invalid("it has no host");
        };
        let loopback = is_loopback(host);
        match url.scheme() {
            "https" => {}
            "http" if loopback || plain_http == PlainHttp::AnyHost => {}
            "http" => return invalid(&refused_http(host, plain_http)),
            _ => return invalid("it is neither https nor http"),
        }
        let mut url = url;
        let path = url.path().trim_end_matches('/').to_owned();
        if let Some(end) = API_PATHS.iter().find(|end| path.to_ascii_lowercase().ends_with(*end)) {
            return invalid(&format!(
                "it ends in {end}, but the client adds the path of the API itself: remove {end} from the end"
            ));
        }
        url.set_path(&path);
        let mut with_capacity = url.clone();
        with_capacity.set_path(&format!("{path}/{}", "-".repeat(PATH_CAPACITY)));
        Ok(Self { url, with_capacity, loopback })
    }

    /// The URL without a trailing slash.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The URL with this path, which begins with a slash. Cheaper than parsing a whole URL, because the host is parsed
    /// already.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.with_capacity.clone();
        match self.url.path() {
            "/" => url.set_path(path),
            prefix => url.set_path(&format!("{prefix}{path}")),
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

/// Why http to this host is refused.
fn refused_http(host: &str, plain_http: PlainHttp) -> String {
    let (sent, fix) = match plain_http {
        PlainHttp::Loopback => ("access tokens, link-tokens and passwords", ""),
        PlainHttp::LoopbackUnlessAllowed | PlainHttp::AnyHost => {
            ("the link-token", ", and to any host with SourceManagerBuilder::allow_unencrypted_link_token")
        }
    };
    let resolvers = if is_below_localhost(host) {
        ", and many resolvers ask DNS for names below localhost, which may resolve to any address"
    } else {
        ""
    };
    let itself = if resolvers.is_empty() { "" } else { " itself" };
    format!(
        "http would send {sent} in the clear{resolvers}; http is allowed only to localhost{itself}, 127.0.0.0/8 and \
         [::1]{fix}"
    )
}

/// Whether this host is certain to be the local machine: `localhost` or a loopback address.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Whether RFC 6761 section 6.3 reserves this name for the local machine. It requires that of resolvers, and many do
/// not comply.
fn is_below_localhost(host: &str) -> bool {
    host.trim_end_matches('.').rsplit('.').next() == Some("localhost")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::text_ids::{Rules, in_path};

    /// Texts that are likely to change a path, and any others.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "[./\\\\%?#;:@&=+ 2eEfF\t\n\u{85}\u{a0}é\u{202e}]{0,8}",
            "[./%2eE]{1,4}",
            "\\PC{0,8}",
            any::<String>()
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_id_changes_neither_the_path_nor_the_query(text in texts(), slashes: bool, prefix: bool) {
            let rules = Rules { slashes, ..Rules::ANY };
            prop_assume!(rules.check("id", &text).is_ok());
            let base = if prefix { "https://example.com/gateway" } else { "https://example.com" };
            let path = format!("/things/{0}/parts/{0}.gz/{0}:stop", in_path(&text));
            let mut url = BaseUrl::parse(base, "the base URL", PlainHttp::Loopback).unwrap().join(&path);
            url.set_query(Some("a=1"));
            // Parsed again, as a proxy or the server does.
            let url = Url::parse(url.as_str()).unwrap();
            prop_assert_eq!((url.query(), url.fragment(), url.host_str()), (Some("a=1"), None, Some("example.com")));
            let decoded: Vec<String> = url
                .path_segments()
                .unwrap()
                .skip(usize::from(prefix))
                .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8().unwrap().into_owned())
                .collect();
            let expected = ["things", &text, "parts", &format!("{text}.gz"), &format!("{text}:stop")];
            prop_assert_eq!(decoded, expected);
            // Only the verb has a colon of its own.
            prop_assert_eq!(url.path().matches(':').count(), 1);
        }
    }

    #[test]
    fn valid_urls() {
        for (text, expected) in [
            (COMMERCIAL, "https://cloud.mongodb.com"),
            (GOVERNMENT, "https://cloud.mongodbgov.com"),
            ("https://cloud.mongodb.com/", "https://cloud.mongodb.com"),
            (" https://CLOUD.mongodb.com:443// ", "https://cloud.mongodb.com"),
            ("https://gateway.example.com:8443/atlas/", "https://gateway.example.com:8443/atlas"),
            ("https://gateway.example.com/api/", "https://gateway.example.com/api"),
            (
                "https://gateway.example.com/api/atlas/v2/proxy",
                "https://gateway.example.com/api/atlas/v2/proxy",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.9.9.9", "http://127.9.9.9"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://LOCALHOST", "http://localhost"),
            // The parser reads every spelling of an IPv4 address.
            ("http://2130706433", "http://127.0.0.1"),
            ("http://127.1", "http://127.0.0.1"),
            ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
            // With https, the certificate identifies the server.
            ("https://atlas.localhost:8443", "https://atlas.localhost:8443"),
        ] {
            let base_url = BaseUrl::parse(text, "the base URL", PlainHttp::Loopback).unwrap();
            assert_eq!(base_url.as_str(), expected, "{text}");
            let joined = base_url.join("/api/atlas/v2/orgs");
            assert_eq!(joined, Url::parse(&format!("{expected}/api/atlas/v2/orgs")).unwrap(), "{text}");
        }
    }

    #[test]
    fn http_to_another_host_is_allowed_explicitly() {
        let parse = |plain_http| BaseUrl::parse("http://ops.internal:8080/", "the base URL", plain_http);
        let text = |plain_http| parse(plain_http).err().map(|error| error.to_string());
        assert_eq!(
            text(PlainHttp::Loopback).unwrap(),
            "the base URL is invalid: http would send access tokens, link-tokens and passwords in the clear; http is allowed \
             only to localhost, 127.0.0.0/8 and [::1]; write it as https://host[:port][/path]"
        );
        assert_eq!(
            text(PlainHttp::LoopbackUnlessAllowed).unwrap(),
            "the base URL is invalid: http would send the link-token in the clear; http is allowed only to localhost, \
             127.0.0.0/8 and [::1], and to any host with SourceManagerBuilder::allow_unencrypted_link_token; write it as \
             https://host[:port][/path]"
        );
        let base_url = parse(PlainHttp::AnyHost).unwrap();
        assert_eq!(
            (base_url.as_str(), base_url.is_https(), base_url.is_loopback()),
            ("http://ops.internal:8080", false, false)
        );
        // Nothing else becomes valid.
        for text in
            ["ftp://ops.internal", "http://user:planted@ops.internal", "http://ops.internal/api/public/v1.0"]
        {
            assert!(BaseUrl::parse(text, "the base URL", PlainHttp::AnyHost).is_err(), "{text}");
        }
    }

    #[test]
    fn invalid_urls_and_the_reasons() {
        for (text, part) in [
            ("", "not a URL"),
            ("cloud.mongodb.com", "not a URL"),
            ("http://cloud.mongodb.com", "in the clear"),
            ("http://127.0.0.1.example.com", "in the clear"),
            ("http://localhost.example.com", "in the clear"),
            ("http://0.0.0.0:80", "in the clear"),
            ("http://128.0.0.1", "http is allowed only to localhost, 127.0.0.0/8 and [::1]"),
            ("http://[::2]", "in the clear"),
            ("http://[::ffff:7f00:1]", "in the clear"),
            ("http://notlocalhost", "in the clear; http is allowed only to localhost"),
            ("http://atlas.localhost:8080", "ask DNS for names below localhost"),
            ("http://ATLAS.LocalHost", "only to localhost itself, 127.0.0.0/8 and [::1]"),
            ("http://atlas.localhost.", "ask DNS"),
            ("http://localhost.", "ask DNS"),
            ("ftp://cloud.mongodb.com", "neither https nor http"),
            ("unix:/run/atlas", "has no host"),
            ("https://user:planted@cloud.mongodb.com", "user information"),
            ("https://planted@cloud.mongodb.com", "user information"),
            ("https://cloud.mongodb.com?token=planted", "a query"),
            ("https://cloud.mongodb.com/#planted", "a fragment"),
            ("https://cloud.mongodb.com/api/atlas/v2/", "remove /api/atlas/v2 from the end"),
            ("https://cloud.mongodb.com/api/atlas", "remove /api/atlas from the end"),
            ("https://cloud.mongodb.com/API/Atlas/", "remove /api/atlas from the end"),
            ("https://cloud.mongodb.com/api/atlas/v1.0", "remove /api/atlas/v1.0 from the end"),
            ("https://gateway.example.com/x/api/public/v1.0//", "remove /api/public/v1.0 from the end"),
            ("https://ops.example.com:8443/api/public", "it ends in /api/public,"),
            ("https://cloud.mongodb.com/api/oauth/token", "remove /api/oauth/token from the end"),
            ("https://", "not a URL"),
        ] {
            let error = BaseUrl::parse(text, "the base URL", PlainHttp::Loopback)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(error.contains(part), "{text}: {error}");
            assert!(!error.contains("planted"), "{error}");
        }
    }
}
