//! Error responses of each form, the delays that they request, and hostile ones.

use super::*;
use proptest::prelude::*;
use reqwest::header::HeaderValue;

fn read(status: u16, body: &str) -> ErrorResponse {
    let status = StatusCode::from_u16(status).unwrap();
    ErrorResponse::read(status, HeaderMap::new(), body.as_bytes(), SystemTime::UNIX_EPOCH, &["hush"])
}

#[test]
fn reads_an_atlas_error() {
    let response = read(
        429,
        r#"{"detail":"slow down","error":429,"errorCode":"RATE_LIMITED_TOKEN_BUCKET",
            "parameters":["/x",7,500,1,"60"],"reason":"Too Many Requests",
            "badRequestDetail":{"fields":[{"field":"a","description":"b"},{"field":"c"}]}}"#,
    );
    assert_eq!(response.code, Some(ErrorCode::RateLimitedTokenBucket));
    assert_eq!(response.detail.as_deref(), Some("slow down"));
    assert_eq!(response.reason.as_deref(), Some("Too Many Requests"));
    assert_eq!(response.parameters.len(), 5);
    assert_eq!(response.violations.len(), 2);
    assert_eq!(response.violations[0].description, "b");
    assert_eq!(response.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(response.oauth_error, None);
}

#[test]
fn a_field_of_another_type_does_not_lose_the_others() {
    let response =
        read(400, r#"{"detail":7,"errorCode":null,"parameters":null,"reason":"Bad Request","new":[]}"#);
    assert_eq!((response.detail, response.code), (None, None));
    assert_eq!(response.reason.as_deref(), Some("Bad Request"));
}

#[test]
fn a_body_that_is_not_an_object_is_described() {
    for (body, expected) in
        [("", "the response has no body"), ("<html>", "the response has 6 bytes without a media type")]
    {
        assert_eq!(read(502, body).body_description.as_deref(), Some(expected));
    }
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
    for (text, expected) in [
        ("0", Some(0)),
        ("7", Some(7)),
        (" 120 ", Some(120)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
        ("Sun, 6 Nov 1994 08:50:37 GMT", Some(60)),
        ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
        ("Sun Nov  6 08:50:37 1994", Some(60)),
        ("Sun, 06 Nov 1994 08:48:37 GMT", Some(0)),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
    ] {
        assert_eq!(retry_after(text, now).map(|delay| delay.as_secs()), expected, "{text:?}");
    }
}

#[test]
fn the_longer_delay_applies() {
    for (header, parameter, expected) in [(3, 7, 7), (9, 7, 9)] {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from(header))]);
        let body = format!(r#"{{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["/x",{parameter}]}}"#);
        let response = ErrorResponse::read(
            StatusCode::TOO_MANY_REQUESTS,
            headers,
            body.as_bytes(),
            SystemTime::UNIX_EPOCH,
            &[],
        );
        assert_eq!(response.retry_after, Some(Duration::from_secs(expected)));
    }
}

#[test]
fn a_rate_in_the_parameters_is_a_delay_unless_the_header_has_one() {
    for (header, parameters, expected) in [
        (None, r#"["/api/oauth/token",10,1]"#, Some(6)),
        (None, r#"["/api/oauth/token",7,1]"#, Some(9)),
        (None, r#"["/api/oauth/token",10,5]"#, Some(30)),
        (Some(2), r#"["/api/oauth/token",10,1]"#, Some(2)),
        (Some(30), r#"["/api/oauth/token",10,1]"#, Some(30)),
        (None, r#"["/api/oauth/token",7,500,1,60]"#, Some(7)),
        (None, r#"["/api/oauth/token",0,1]"#, None),
        (None, r#"["/api/oauth/token",-10,1]"#, None),
        (None, r#"["/api/oauth/token","10",1]"#, None),
        (None, r#"["/api/oauth/token"]"#, None),
        (None, "null", None),
    ] {
        let headers = header.map(|seconds: u64| (RETRY_AFTER, HeaderValue::from(seconds)));
        let body = format!(r#"{{"error":429,"errorCode":"RATE_LIMITED","parameters":{parameters}}}"#);
        let response = ErrorResponse::read(
            StatusCode::TOO_MANY_REQUESTS,
            headers.into_iter().collect(),
            body.as_bytes(),
            SystemTime::UNIX_EPOCH,
            &[],
        );
        assert_eq!(response.retry_after, expected.map(Duration::from_secs), "{header:?} {parameters}");
    }
}

#[test]
fn finds_the_denied_address() {
    for (body, expected) in [
        (
            r#"{"detail":"IP address 203.0.113.9 is not allowed to access this resource."}"#,
            Some("203.0.113.9"),
        ),
        (r#"{"detail":"IP address 2001:db8::1 is not allowed."}"#, Some("2001:db8::1")),
        (r#"{"detail":"no","parameters":["198.51.100.4"]}"#, Some("198.51.100.4")),
        (r#"{"detail":"no address here, 1.2"}"#, None),
    ] {
        assert_eq!(read(403, body).denied_address(), expected, "{body}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_body_and_no_header_panics(body: Vec<u8>, header: Vec<u8>, parameters: Vec<f64>) {
        let mut headers = HeaderMap::new();
        for name in ["retry-after", "x-error-code", "content-type"] {
            if let Ok(value) = HeaderValue::from_bytes(&header) {
                headers.insert(name, value);
            }
        }
        let read = |body: &[u8]| {
            let status = StatusCode::TOO_MANY_REQUESTS;
            ErrorResponse::read(status, headers.clone(), body, SystemTime::UNIX_EPOCH, &["a", ""])
        };
        read(&body).denied_address();
        for code in ["RATE_LIMITED_TOKEN_BUCKET", "RATE_LIMITED"] {
            read(serde_json::json!({"errorCode": code, "parameters": parameters}).to_string().as_bytes());
        }
        let oauth = serde_json::json!({"detail": String::from_utf8_lossy(&body), "error": "x"});
        read(oauth.to_string().as_bytes());
    }
}
