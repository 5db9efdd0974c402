//! Whether a response is one of the API: the only place that decides this.
//!
//! A proxy, a captive portal or a server at a wrong base URL responds in place of the API, with any status. Its 200 is
//! no success, its 404 says nothing about the resource, and neither shows whether the request took effect.

use crate::error::{Error, ErrorKind, ErrorResponse};
use crate::http::Received;
use crate::values::content_type::ContentType;
use crate::values::credentials::CredentialKind;
use crate::values::operation::Operation;

/// Whether the response is a success that is documented for the operation.
///
/// With a body, that is any 2xx, because Atlas sends 201 where its document lists 200; reading the body checks the rest.
/// Without one, only the status and the media type can show that the API responded.
pub(super) fn is_success(operation: &Operation, received: &Received) -> bool {
    if !received.status.is_success() {
        return false;
    }
    let content_type = ContentType::of(&received.headers);
    if operation.has_response_body {
        content_type == ContentType::Atlas
            || (content_type != ContentType::Other && !received.body.is_empty())
    } else {
        operation.success.contains(&received.status.as_u16())
            && match content_type {
                ContentType::Atlas => true,
                ContentType::Json => matches!(received.body.trim_ascii(), b"" | b"{}" | b"null"),
                ContentType::Missing => received.body.is_empty(),
                ContentType::Other => false,
            }
    }
}

/// Whether the response, which is no success, is an error of the API.
///
/// A 401 is one, independent of its body, if it challenges for the kind of credential that the client has: a web server
/// in front of the API may check it.
pub(super) fn is_api_error(response: &ErrorResponse, credential: CredentialKind) -> bool {
    let scheme = match credential {
        CredentialKind::ApiKey => "Digest",
        CredentialKind::ServiceAccount | CredentialKind::AccessToken => "Bearer",
    };
    let status = response.status;
    !status.is_success() && (response.is_api_error || (status == 401 && response.challenges(scheme)))
}

/// The error for a response that is no success.
pub(super) fn error(response: ErrorResponse, credential: CredentialKind) -> Error {
    if is_api_error(&response, credential) {
        Error::from_response(ErrorKind::Api, response)
    } else {
        Error::from_response(ErrorKind::ForeignResponse, response)
    }
}

/// The error for a success whose body cannot be read: only a media type of Atlas shows that the API responded.
pub(super) fn unreadable(error: Error, response: ErrorResponse) -> Error {
    match ContentType::of(&response.headers) {
        ContentType::Atlas => {
            let message =
                format!("the server reported success, but its response is unusable: {}", error.message());
            error.with_message(message)
        }
        ContentType::Json | ContentType::Missing | ContentType::Other => {
            error.with_kind(ErrorKind::ForeignResponse)
        }
    }
    .with_response(response)
}
