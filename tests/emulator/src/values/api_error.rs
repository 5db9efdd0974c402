//! An error of the Atlas API as data. How it becomes a response is in [`crate::http`].

use hyper::StatusCode;
use hyper::header::HeaderName;
use serde::Serialize;
use serde_json::Value;

/// An Atlas error. The fields are in alphabetical order, because the server writes them in that order.
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
    /// Headers of the response, beside those that every response has.
    #[serde(skip)]
    headers: Vec<(HeaderName, String)>,
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
            headers: Vec::new(),
        }
    }

    /// An error without an error code, in the body and in the header.
    pub(crate) fn without_code(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { error_code: None, ..Self::new(status, "", detail) }
    }

    /// Sets the parameters.
    pub(crate) fn parameters(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters = Some(parameters.into_iter().collect());
        self
    }

    /// Adds a violation of this field.
    pub(crate) fn field(mut self, field: impl Into<String>, description: impl Into<String>) -> Self {
        let violation = FieldViolation { description: description.into(), field: field.into() };
        self.bad_request_detail.get_or_insert(BadRequestDetail { fields: Vec::new() }).fields.push(violation);
        self
    }

    /// Adds a header to the response.
    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The status of the response.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.error).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The error code, if it has one.
    pub(crate) fn code(&self) -> Option<&'static str> {
        self.error_code
    }

    /// The headers that it adds to the response.
    pub(crate) fn headers(&self) -> &[(HeaderName, String)] {
        &self.headers
    }
}
