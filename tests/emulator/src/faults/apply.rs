//! Applying a fault to a request: whether the request is executed, and how its response is sent.

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION, PROXY_AUTHENTICATE, RETRY_AFTER, WWW_AUTHENTICATE};

use super::fault::Fault;
use crate::assumptions;
use crate::http::{Request, Response, rate_limited, token_rate_limited};
use crate::state::State;
use crate::values::FaultKind;

/// How a response is sent.
pub(crate) enum Delivery {
    /// Unchanged.
    Complete(Response),
    /// Not at all: the connection is reset.
    Reset,
    /// After the fault's delay.
    Delayed(Response, Box<Fault>),
    /// Half of its body at once, and the rest after the fault's delay.
    BodyDelayed(Response, Box<Fault>),
    /// With half of its body.
    Truncated { response: Response, chunked: bool },
    /// With this many bytes of white space before its body.
    Padded(Response, usize),
}

impl Delivery {
    /// The response, if one is sent.
    pub(crate) fn response(&self) -> Option<&Response> {
        match self {
            Self::Complete(response)
            | Self::Delayed(response, _)
            | Self::BodyDelayed(response, _)
            | Self::Truncated { response, .. }
            | Self::Padded(response, _) => Some(response),
            Self::Reset => None,
        }
    }
}

impl Fault {
    /// Applies the fault to the request. `execute` is the normal processing.
    pub(crate) fn apply(
        self,
        state: &mut State,
        request: &Request,
        execute: impl FnOnce(&mut State, &Request) -> Response,
    ) -> Delivery {
        if self.kind.prevents_effect() {
            return self.replace_execution(state, request);
        }
        match self.kind {
            FaultKind::ExpiredToken => state.tokens.revoke_all(),
            FaultKind::StaleNonce => {
                state.nonces.invalidate_all();
                state.source_manager.nonces.invalidate_all();
            }
            _ => {}
        }
        let response = execute(state, request);
        self.deliver(response)
    }

    /// The response of a fault that prevents the execution.
    fn replace_execution(self, state: &State, request: &Request) -> Delivery {
        let response = match self.kind {
            FaultKind::BadGatewayBeforeEffect => bad_gateway(),
            FaultKind::ProxyPageBeforeEffect => proxy_page(self.status),
            FaultKind::EmptyErrorBeforeEffect => Response::empty(StatusCode::INTERNAL_SERVER_ERROR),
            FaultKind::TooManyRequests => too_many_requests(state, request),
            FaultKind::TooManyRequestsRetryAfter => {
                too_many_requests(state, request).header(RETRY_AFTER, self.retry_after)
            }
            FaultKind::ServiceUnavailable => assumptions::service_unavailable().into(),
            FaultKind::ServiceUnavailableRetryAfter => {
                assumptions::service_unavailable().header(RETRY_AFTER, self.retry_after).into()
            }
            FaultKind::Redirect => {
                Response::empty(StatusCode::TEMPORARY_REDIRECT).header(LOCATION, self.location)
            }
            // The others that prevent the effect are resets.
            _ => return Delivery::Reset,
        };
        Delivery::Complete(response)
    }

    /// How the response of an executed request is sent.
    fn deliver(self, mut response: Response) -> Delivery {
        match self.kind {
            FaultKind::ResetAfterEffect => return Delivery::Reset,
            FaultKind::SlowHeaders => return Delivery::Delayed(response, Box::new(self)),
            FaultKind::SlowBody => return Delivery::BodyDelayed(response, Box::new(self)),
            FaultKind::TruncatedBody => return Delivery::Truncated { response, chunked: false },
            FaultKind::TruncatedChunkedBody => return Delivery::Truncated { response, chunked: true },
            FaultKind::OversizedBody => return Delivery::Padded(response, self.body_size),
            FaultKind::BadGatewayAfterEffect => response = bad_gateway(),
            FaultKind::ProxyPageAfterEffect => response = proxy_page(self.status),
            FaultKind::EmptyErrorAfterEffect => response = Response::empty(StatusCode::INTERNAL_SERVER_ERROR),
            FaultKind::WrongContentType => {
                response.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            }
            FaultKind::InvalidJson => response.body = first_half(&response.body),
            // The others have acted before the execution.
            _ => {}
        }
        Delivery::Complete(response)
    }
}

/// The first half of the JSON. It is invalid even if there was none.
fn first_half(body: &Bytes) -> Bytes {
    if body.is_empty() { Bytes::from_static(b"{\"") } else { body.slice(..body.len() / 2) }
}

fn bad_gateway() -> Response {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<h1>502 Bad Gateway</h1>\r\n</body>\r\n</html>\r\n";
    Response::with_body(StatusCode::BAD_GATEWAY, "text/html", page)
}

/// The page of a captive portal or a proxy, with the challenge that HTTP requires for its status.
fn proxy_page(status: StatusCode) -> Response {
    let page = "<!DOCTYPE html>\n<html>\n<head><title>Network login</title></head>\n<body>\n<h1>Log in to use this network</h1>\n</body>\n</html>\n";
    let response = Response::with_body(status, "text/html; charset=utf-8", page);
    let challenge = match status {
        StatusCode::UNAUTHORIZED => WWW_AUTHENTICATE,
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => PROXY_AUTHENTICATE,
        _ => return response,
    };
    response.header(challenge, "Basic realm=\"Network\"")
}

fn too_many_requests(state: &State, request: &Request) -> Response {
    let (path, settings) = (request.path(), &state.settings);
    if request.is_oauth() {
        token_rate_limited(path, settings.token_requests_per_minute)
    } else {
        rate_limited(path, 1, settings.rate_capacity, settings.rate_window)
    }
}
