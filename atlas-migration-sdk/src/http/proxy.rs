//! The proxy settings in the environment.
//!
//! reqwest ignores a setting that it cannot read and connects directly. In a network with a proxy, that is either a
//! failure without a hint or a way around the proxy.

use std::ffi::OsString;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::BaseUrl;
use crate::error::{Error, Result};

const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const NONE: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Checks the settings that reqwest takes from the environment; `lookup` returns the value of a variable. No error
/// contains a value: it may contain a password.
pub(crate) fn check_proxies(base_url: &BaseUrl, lookup: impl Fn(&str) -> Option<OsString>) -> Result<()> {
    // In a CGI program a request can set HTTP_PROXY, so that reqwest uses none of the variables there.
    if lookup("REQUEST_METHOD").is_some() {
        return Ok(());
    }
    for name in [ALL, HTTPS, HTTP].into_iter().flatten() {
        let Some(value) = lookup(name).filter(|value| !value.is_empty()) else { continue };
        let Some(value) = value.to_str() else {
            return Err(Error::configuration(format!("{name} is not UTF-8: correct it, or unset it")));
        };
        let proxy = proxy_for("https://example.com", &Matcher::builder().all(value).build());
        if !proxy.is_some_and(|proxy| has_valid_port(&proxy)) {
            return Err(Error::configuration(format!(
                "{name} is not the URL of a proxy: write it as http://[user:password@]host[:port], or unset it"
            )));
        }
    }
    let first = |names: [&str; 2]| names.into_iter().find_map(|name| lookup(name)?.into_string().ok());
    let [all, https, http, none] = [ALL, HTTPS, HTTP, NONE].map(|names| first(names).unwrap_or_default());
    let matcher = Matcher::builder().all(all).https(https).http(http).no(none).build();
    let proxy = proxy_for(base_url.as_str(), &matcher);
    if proxy.is_some_and(|proxy| proxy.uri().scheme_str().is_some_and(|scheme| scheme.starts_with("socks"))) {
        return Err(Error::configuration(
            "the environment sets a SOCKS proxy, which this crate does not support: set HTTPS_PROXY to an http proxy, or \
             pass a client with reqwest's feature `socks` to `ClientBuilder::http_client`",
        ));
    }
    Ok(())
}

/// The proxy that is used for this URL, if any.
fn proxy_for(url: &str, matcher: &Matcher) -> Option<Intercept> {
    matcher.intercept(&url.parse().ok()?)
}

/// The port is a number, or there is none. Any other port counts as the default one.
fn has_valid_port(proxy: &Intercept) -> bool {
    let authority = proxy.uri().authority();
    authority
        .is_some_and(|authority| authority.port_u16().is_some() || authority.as_str() == authority.host())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::PlainHttp;

    fn check(variables: &[(&str, &str)]) -> Result<()> {
        check_proxies(
            &BaseUrl::parse("https://cloud.mongodb.com", "the base URL", PlainHttp::Loopback).unwrap(),
            |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value)),
        )
    }

    #[test]
    fn settings_that_reqwest_reads() {
        for variables in [
            &[][..],
            &[("HTTPS_PROXY", "")],
            &[("HTTPS_PROXY", "http://proxy.example.com:3128")],
            &[("https_proxy", "https://user:planted@proxy.example.com")],
            // Without a scheme it is http.
            &[("ALL_PROXY", "proxy.example.com:3128")],
            &[("http_proxy", "http://[::1]:3128/")],
            // Not used for https.
            &[("HTTP_PROXY", "socks5://localhost:1080")],
            &[("ALL_PROXY", "socks5://localhost:1080"), ("https_proxy", "http://localhost:3128")],
            &[("ALL_PROXY", "socks5://localhost:1080"), ("NO_PROXY", "mongodb.com")],
            // In a CGI program none is used.
            &[("HTTPS_PROXY", "planted nonsense"), ("REQUEST_METHOD", "GET")],
        ] {
            check(variables).unwrap();
        }
    }

    #[test]
    fn settings_that_reqwest_would_ignore() {
        for value in [
            "planted nonsense",
            "ftp://planted.example.com",
            "http://",
            "http://planted:port",
            "planted/path",
            "://",
        ] {
            for name in [ALL, HTTPS, HTTP].into_iter().flatten() {
                let error = check(&[(name, value)]).unwrap_err();
                assert_eq!(error.kind(), crate::ErrorKind::Configuration);
                let text = format!("{error} {error:?}");
                assert!(text.contains(&format!("{name} is not the URL of a proxy")), "{value}: {text}");
                assert!(!text.contains("planted"), "{text}");
            }
        }
        // A second setting does not replace the first one.
        assert!(check(&[("HTTPS_PROXY", "://"), ("ALL_PROXY", "http://localhost")]).is_err());
    }

    #[test]
    fn socks_is_refused() {
        for name in ["ALL_PROXY", "https_proxy"] {
            let error = check(&[(name, "socks5h://user:planted@localhost:1080")]).unwrap_err().to_string();
            assert!(error.contains("SOCKS") && !error.contains("planted"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_utf8_is_named() {
        use std::os::unix::ffi::OsStringExt as _;
        let base_url =
            BaseUrl::parse("https://cloud.mongodb.com", "the base URL", PlainHttp::Loopback).unwrap();
        let lookup = |name: &str| (name == "https_proxy").then(|| OsString::from_vec(vec![0xff]));
        let error = check_proxies(&base_url, lookup).unwrap_err().to_string();
        assert!(error.contains("https_proxy is not UTF-8"), "{error}");
    }
}
