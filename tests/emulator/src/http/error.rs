//! The error bodies of Atlas, in two forms: compact for the API and indented for the digest challenge. OAuth errors
//! have a third form, in [`crate::handlers`].

use hyper::StatusCode;
use hyper::header::HeaderName;
use serde::Serialize;

use super::print::to_json;
use super::response::{ErrorResponse, Response};
use crate::values::ApiError;

/// Repeats the error code of the body.
const X_ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

impl From<ApiError> for Response {
    fn from(error: ApiError) -> Self {
        let mut response = Self::json(error.status(), &error);
        if let Some(code) = error.code() {
            response = response.header(X_ERROR_CODE, code);
        }
        for (name, value) in error.headers() {
            response = response.header(name.clone(), value);
        }
        response
    }
}

impl From<ApiError> for ErrorResponse {
    fn from(error: ApiError) -> Self {
        Response::from(error).into()
    }
}

/// The response for a digest challenge, without its headers: an indented body with an order of its own, and no
/// `X-Error-Code`.
pub(crate) fn digest_challenge_body() -> Response {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        error: u16,
        reason: &'static str,
        detail: &'static str,
        error_code: &'static str,
    }
    let body = Body {
        error: 401,
        reason: "Unauthorized",
        detail: "You are not authorized for this resource.",
        error_code: "UNEXPECTED_ERROR",
    };
    Response::with_body(StatusCode::UNAUTHORIZED, "application/json", to_json(&body, true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(error: ApiError, expected: &str) {
        let response = Response::from(error);
        assert_eq!(std::str::from_utf8(&response.body).unwrap(), expected);
    }

    #[test]
    fn errors_are_written_like_the_server_s() {
        let not_found = StatusCode::NOT_FOUND;
        check(
            ApiError::new(
                not_found,
                "UNEXPECTED_ERROR",
                "Could not find the requested external organization link.",
            ),
            r#"{"detail":"Could not find the requested external organization link.","error":404,"errorCode":"UNEXPECTED_ERROR","parameters":null,"reason":"Not Found"}"#,
        );
        check(
            ApiError::new(not_found, "A", "b").parameters([json!("c"), json!(1)]).field("d", "e"),
            r#"{"badRequestDetail":{"fields":[{"description":"e","field":"d"}]},"detail":"b","error":404,"errorCode":"A","parameters":["c",1],"reason":"Not Found"}"#,
        );
        check(
            ApiError::without_code(not_found, "b"),
            r#"{"detail":"b","error":404,"parameters":null,"reason":"Not Found"}"#,
        );
        assert_eq!(
            std::str::from_utf8(&digest_challenge_body().body).unwrap(),
            "{\n  \"error\" : 401,\n  \"reason\" : \"Unauthorized\",\n  \"detail\" : \"You are not authorized for this resource.\",\n  \"errorCode\" : \"UNEXPECTED_ERROR\"\n}"
        );
    }
}
