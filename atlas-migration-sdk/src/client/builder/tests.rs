//! Defaults, invalid settings, and secrets in `Debug`.

use super::*;
use crate::Secret;

/// With a base URL that needs no TLS back end, so that the tests hold with every combination of features.
fn builder() -> ClientBuilder {
    ClientBuilder::new()
        .base_url("http://localhost")
        .credentials(Credentials::api_key("public", Secret::new("planted")))
}

#[track_caller]
fn assert_invalid(builder: ClientBuilder, part: &str) {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Configuration);
    let text = format!("{error} {error:?}");
    assert!(text.contains(part), "{text}");
    assert!(!text.contains("planted"), "{text}");
}

#[tokio::test]
async fn invalid_settings() {
    assert_invalid(ClientBuilder::new(), "no credentials");
    assert_invalid(builder().base_url("http://example.com"), "https");
    assert_invalid(builder().user_agent("a\nb"), "user agent");
    assert_invalid(
        builder().http_client(reqwest::Client::new()).root_certificates_pem("x"),
        "custom HTTP client",
    );
    assert_invalid(
        builder().credentials(Credentials::api_key("", Secret::new("planted"))),
        "the public key of the API key is empty",
    );
    assert_invalid(builder().credentials(Credentials::api_key("a:b", Secret::new("planted"))), "colon");
    assert_invalid(
        builder().credentials(Credentials::service_account("", Secret::new("planted"))),
        "the client id of the service account is empty",
    );
    assert_invalid(
        builder().credentials(Credentials::service_account("a:b", Secret::new("planted"))),
        "colon",
    );
    assert_invalid(builder().credentials(Credentials::access_token(Secret::new("planted\n"))), "line break");
}

#[test]
fn the_default_is_commercial_atlas() {
    assert_eq!(ClientBuilder::new().base_url, http::COMMERCIAL);
}

#[cfg(any(feature = "rustls", feature = "ring", feature = "native-tls"))]
#[tokio::test]
async fn https_with_a_tls_back_end() {
    builder().base_url(http::COMMERCIAL).build().unwrap();
    assert_invalid(builder().root_certificates_pem("nonsense"), "PEM");
}

#[cfg(not(any(feature = "rustls", feature = "ring", feature = "native-tls")))]
#[tokio::test]
async fn https_without_a_tls_back_end() {
    assert_invalid(
        builder().base_url(http::COMMERCIAL),
        "enable the feature `rustls`, `ring` or `native-tls`",
    );
    assert_invalid(
        builder().root_certificates_pem("nonsense"),
        "enable the feature `rustls`, `ring` or `native-tls`",
    );
    builder().build().unwrap();
    builder().base_url(http::COMMERCIAL).http_client(reqwest::Client::new()).build().unwrap();
}

#[test]
fn debug_shows_no_secret() {
    let builder = builder().base_url("https://user:planted@example.com");
    assert!(!format!("{builder:?}").contains("planted"));
    let client = self::builder().build().unwrap();
    assert!(!format!("{client:?}").contains("planted"));
}

#[test]
fn a_flow_waits_for_longer_than_a_call_lasts() {
    let source = crate::plan::Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "source");
    let plan =
        crate::plan::MigrationPlan::new(source, crate::plan::Destination::public("destination"), "host");
    let (org, project) = ("4888442a3354817a7320eb61", "32b6e34b3d91647abb20e7b8");
    let started = crate::flow::Started::new(&plan, org.parse().unwrap(), project.parse().unwrap());
    assert_eq!(started.settling_seconds, (OPERATION_TIMEOUT + ATTEMPT_TIMEOUT).as_secs());
}
