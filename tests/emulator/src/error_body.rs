//! The error bodies of Atlas, of both shapes: the compact one of the API and the indented one of the digest
//! challenge. OAuth errors are a third, and stand with the token endpoint.

use hyper::StatusCode;
use hyper::header::HeaderName;
use serde::Serialize;
use serde_json::Value;

use crate::reply::{Refusal, Reply, print};

/// Repeats the error code of the body.
pub(crate) const X_ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// An Atlas error. The fields stand in alphabetical order, because the server prints them so.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiError {
    #[serde(skip_serializing_if = "Option::is_none")]
    bad_request_detail: Option<BadRequestDetail>,
    detail: String,
    error: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    parameters: Option<Vec<Value>>,
    reason: String,
}

#[derive(Clone, Debug, Serialize)]
struct BadRequestDetail {
    fields: Vec<FieldViolation>,
}

#[derive(Clone, Debug, Serialize)]
struct FieldViolation {
    description: String,
    field: String,
}

impl ApiError {
    /// An error with `parameters: null`.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            bad_request_detail: None,
            detail: detail.into(),
            error: status.as_u16(),
            error_code: Some(code),
            parameters: None,
            reason: status.canonical_reason().unwrap_or_default().to_owned(),
        }
    }

    /// The same error with these parameters.
    pub(crate) fn parameters(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters = Some(parameters.into_iter().collect());
        self
    }

    /// The same error, blaming this field.
    pub(crate) fn field(mut self, field: impl Into<String>, description: impl Into<String>) -> Self {
        let violation = FieldViolation { description: description.into(), field: field.into() };
        self.bad_request_detail.get_or_insert(BadRequestDetail { fields: Vec::new() }).fields.push(violation);
        self
    }

    /// The same error without a code, in the body and in the header.
    pub(crate) fn without_code(mut self) -> Self {
        self.error_code = None;
        self
    }

    /// The reply that carries it.
    pub(crate) fn reply(&self) -> Reply {
        let status = StatusCode::from_u16(self.error).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let reply = Reply::json(status, self);
        match self.error_code {
            Some(code) => reply.header(X_ERROR_CODE, code),
            None => reply,
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        error.reply().into()
    }
}

/// The body under a digest challenge: indented, in an order of its own, and without `X-Error-Code`.
pub(crate) fn digest_challenge() -> Reply {
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
    Reply::with_body(StatusCode::UNAUTHORIZED, "application/json", print(&body, true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(error: &ApiError, expected: &str) {
        let reply = error.reply();
        assert_eq!(std::str::from_utf8(&reply.body).unwrap(), expected);
    }

    #[test]
    fn prints_as_the_server_does() {
        let not_found = StatusCode::NOT_FOUND;
        check(
            &ApiError::new(
                not_found,
                "UNEXPECTED_ERROR",
                "Could not find the requested external organization link.",
            ),
            r#"{"detail":"Could not find the requested external organization link.","error":404,"errorCode":"UNEXPECTED_ERROR","parameters":null,"reason":"Not Found"}"#,
        );
        check(
            &ApiError::new(not_found, "A", "b").parameters([json!("c"), json!(1)]).field("d", "e"),
            r#"{"badRequestDetail":{"fields":[{"description":"e","field":"d"}]},"detail":"b","error":404,"errorCode":"A","parameters":["c",1],"reason":"Not Found"}"#,
        );
        check(
            &ApiError::new(not_found, "A", "b").without_code(),
            r#"{"detail":"b","error":404,"parameters":null,"reason":"Not Found"}"#,
        );
        assert_eq!(
            std::str::from_utf8(&digest_challenge().body).unwrap(),
            "{\n  \"error\" : 401,\n  \"reason\" : \"Unauthorized\",\n  \"detail\" : \"You are not authorized for this resource.\",\n  \"errorCode\" : \"UNEXPECTED_ERROR\"\n}"
        );
    }
}
