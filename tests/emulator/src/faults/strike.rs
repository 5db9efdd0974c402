//! What a fault does to a request that was read: whether it is carried out, and how its reply leaves.

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};

use super::{Fault, FaultKind};
use crate::auth::is_oauth_path;
use crate::rate_limit;
use crate::reply::Reply;
use crate::request::Request;
use crate::unknown;
use crate::world::World;

/// How a reply leaves.
pub(crate) enum Delivery {
    /// As it is.
    Whole(Reply),
    /// Not at all: the connection is reset.
    Reset,
    /// When the fault lets it go.
    HeldBack(Reply, Box<Fault>),
    /// Half of its body at once, and the rest when the fault lets it go.
    BodyHeldBack(Reply, Box<Fault>),
    /// With half of its body.
    Truncated { reply: Reply, chunked: bool },
    /// With this many bytes of white space before its body.
    Oversized(Reply, usize),
}

impl Delivery {
    /// The reply, where one leaves.
    pub(crate) fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Whole(reply)
            | Self::HeldBack(reply, _)
            | Self::BodyHeldBack(reply, _)
            | Self::Truncated { reply, .. }
            | Self::Oversized(reply, _) => Some(reply),
            Self::Reset => None,
        }
    }
}

impl Fault {
    /// Does to the request what the fault does; `carry_out` is the usual course.
    pub(crate) fn strike(
        self,
        world: &mut World,
        request: &Request,
        carry_out: impl FnOnce(&mut World, &Request) -> Reply,
    ) -> Delivery {
        if self.kind.prevents_effect() {
            return self.instead(world, request);
        }
        match self.kind {
            FaultKind::ExpiredToken => world.tokens.clear(),
            FaultKind::StaleNonce => {
                world.nonces.rotate();
                world.ops_manager.nonces.rotate();
            }
            _ => {}
        }
        let reply = carry_out(world, request);
        self.afterwards(reply)
    }

    /// What comes instead of carrying out the request.
    fn instead(self, world: &World, request: &Request) -> Delivery {
        let reply = match self.kind {
            FaultKind::BadGatewayBeforeEffect => bad_gateway(),
            FaultKind::EmptyErrorBeforeEffect => Reply::empty(StatusCode::INTERNAL_SERVER_ERROR),
            FaultKind::TooManyRequests => too_many_requests(world, request),
            FaultKind::TooManyRequestsRetryAfter => {
                too_many_requests(world, request).header(RETRY_AFTER, self.retry_after)
            }
            FaultKind::ServiceUnavailable => unknown::service_unavailable(),
            FaultKind::ServiceUnavailableRetryAfter => {
                unknown::service_unavailable().header(RETRY_AFTER, self.retry_after)
            }
            FaultKind::Redirect => {
                Reply::empty(StatusCode::TEMPORARY_REDIRECT).header(LOCATION, self.location)
            }
            // The others that prevent the effect are resets.
            _ => return Delivery::Reset,
        };
        Delivery::Whole(reply)
    }

    /// What becomes of the reply to a request that took its course.
    fn afterwards(self, mut reply: Reply) -> Delivery {
        match self.kind {
            FaultKind::ResetAfterEffect => return Delivery::Reset,
            FaultKind::SlowHeaders => return Delivery::HeldBack(reply, Box::new(self)),
            FaultKind::SlowBody => return Delivery::BodyHeldBack(reply, Box::new(self)),
            FaultKind::TruncatedBody => return Delivery::Truncated { reply, chunked: false },
            FaultKind::TruncatedChunkedBody => return Delivery::Truncated { reply, chunked: true },
            FaultKind::OversizedBody => return Delivery::Oversized(reply, self.size),
            FaultKind::BadGatewayAfterEffect => reply = bad_gateway(),
            FaultKind::EmptyErrorAfterEffect => reply = Reply::empty(StatusCode::INTERNAL_SERVER_ERROR),
            FaultKind::WrongContentType => {
                reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            }
            FaultKind::InvalidJson => reply.body = cut(&reply.body),
            // The others change the reply, if at all, by what they did before.
            _ => {}
        }
        Delivery::Whole(reply)
    }
}

/// JSON that ends in its middle, also where there was none.
fn cut(body: &Bytes) -> Bytes {
    if body.is_empty() { Bytes::from_static(b"{\"") } else { body.slice(..body.len() / 2) }
}

fn bad_gateway() -> Reply {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<h1>502 Bad Gateway</h1>\r\n</body>\r\n</html>\r\n";
    Reply::with_body(StatusCode::BAD_GATEWAY, "text/html", page)
}

fn too_many_requests(world: &World, request: &Request) -> Reply {
    let (path, settings) = (request.path(), &world.settings);
    if is_oauth_path(path) {
        rate_limit::tokens_refused(path, settings.token_requests_per_minute)
    } else {
        rate_limit::bucket_empty(path, 1, settings.rate_capacity, settings.rate_window)
    }
}
