//! Replies that a test puts in the place of the emulator's own: an HTML 502 of a gateway, an empty 500.
//!
//! Only whole replies so far. A fault of the connection would be another [`Action`], which the server carries out.

use std::collections::VecDeque;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};

use crate::auth::is_oauth_path;
use crate::reply::Reply;

/// A reply that stands in for the next one. It is sent as it is, before anything else is looked at, the credentials
/// included, and without the server's usual headers.
///
/// ```
/// use atlas_emulator::CannedReply;
///
/// let reply = CannedReply::new(502).header("Content-Type", "text/html").body("<h1>Bad Gateway</h1>");
/// ```
#[derive(Clone, Debug)]
#[must_use = "give it to `Emulator::override_next`"]
pub struct CannedReply {
    reply: Reply,
    oauth: bool,
    skip: usize,
}

impl CannedReply {
    /// A reply with this status, without headers and body. A number that is no status becomes 500.
    pub fn new(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { reply: Reply::empty(status), oauth: false, skip: 0 }
    }

    /// Adds a header. One that HTTP does not allow is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            self.reply.headers.append(name, value);
        }
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.reply.body = Bytes::from(body.into());
        self
    }

    /// Answers the token endpoint and revocation instead of the API.
    pub fn for_oauth(mut self) -> Self {
        self.oauth = true;
        self
    }

    /// Lets this many requests pass first, for instance the one that only fetches a digest challenge.
    pub fn after(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }
}

/// What to do in place of the usual answer.
pub(crate) enum Action {
    Reply(Reply),
}

/// The actions that wait for their request.
#[derive(Default)]
pub(crate) struct Script {
    waiting: VecDeque<CannedReply>,
}

impl Script {
    pub(crate) fn push(&mut self, reply: CannedReply) {
        self.waiting.push_back(reply);
    }

    /// The action for the request to this path, taken off the script.
    pub(crate) fn next(&mut self, path: &str) -> Option<Action> {
        let oauth = is_oauth_path(path);
        let at = self.waiting.iter().position(|waiting| waiting.oauth == oauth)?;
        let first = self.waiting.get_mut(at)?;
        if first.skip > 0 {
            first.skip -= 1;
            return None;
        }
        self.waiting.remove(at).map(|canned| Action::Reply(canned.reply))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plays_in_order_for_each_side() {
        let mut script = Script::default();
        script.push(CannedReply::new(500));
        script.push(CannedReply::new(501).for_oauth());
        script.push(CannedReply::new(502).after(1));
        let mut next = |path| match script.next(path) {
            Some(Action::Reply(reply)) => reply.status.as_u16(),
            None => 0,
        };
        let played = ["/x", "/api/oauth/token", "/api/oauth/token", "/x", "/x", "/x"].map(&mut next);
        assert_eq!(played, [500, 501, 0, 0, 502, 0]);
    }
}
