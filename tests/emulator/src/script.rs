//! Which request meets what: replies that a test puts in the place of the emulator's own, and faults, scripted and at
//! random. What a fault then does stands in [`crate::faults`].

use std::collections::VecDeque;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::auth::is_oauth_path;
use crate::faults::{Fault, FaultRate};
use crate::reply::Reply;
use crate::request::Request;

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
    target: Target,
    skip: usize,
}

impl CannedReply {
    /// A reply with this status, without headers and body. A number that is no status becomes 500.
    pub fn new(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { reply: Reply::empty(status), target: Target::api(), skip: 0 }
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
        self.target.place = Place::OAuth;
        self
    }

    /// Answers Ops Manager's requests instead of the API's.
    pub fn for_ops_manager(mut self) -> Self {
        self.target.place = Place::OpsManager;
        self
    }

    /// Lets this many requests pass first, for instance the one that only fetches a digest challenge.
    pub fn after(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }
}

/// The port that a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Atlas,
    OpsManager,
}

/// Where the request of an action goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Atlas, apart from the OAuth endpoints.
    Api,
    OAuth,
    OpsManager,
    /// The operation of this id.
    Operation(&'static str),
    Path(String),
}

/// The requests that an action is for.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) place: Place,
    pub(crate) method: Option<String>,
    pub(crate) with_credentials: bool,
}

impl Target {
    /// Every request to the API.
    pub(crate) fn api() -> Self {
        Self { place: Place::Api, method: None, with_credentials: false }
    }

    fn fits(&self, side: Side, operation: Option<&str>, request: &Request) -> bool {
        let oauth = is_oauth_path(request.path());
        let place = match &self.place {
            Place::Api => side == Side::Atlas && !oauth,
            Place::OAuth => side == Side::Atlas && oauth,
            Place::OpsManager => side == Side::OpsManager,
            Place::Operation(id) => operation == Some(id),
            Place::Path(path) => path == request.path(),
        };
        let method = self.method.as_ref().is_none_or(|method| method == request.method.as_str());
        let credentials = !self.with_credentials || request.headers.contains_key(AUTHORIZATION);
        place && method && credentials
    }

    /// Whether a connection to this side could bring such a request, as far as that can be known of it.
    fn fits_connection(&self, side: Side) -> bool {
        (self.place == Place::OpsManager) == (side == Side::OpsManager)
    }
}

/// What to do in place of the usual answer.
pub(crate) enum Action {
    Reply(Reply),
    Fault(Box<Fault>),
}

struct Waiting {
    target: Target,
    skip: usize,
    action: Action,
}

/// The actions that wait for their request, and the faults at random.
pub(crate) struct Script {
    requests: VecDeque<Waiting>,
    connections: VecDeque<Fault>,
    rate: Option<FaultRate>,
}

impl Script {
    pub(crate) fn new(rate: Option<FaultRate>) -> Self {
        Self { requests: VecDeque::new(), connections: VecDeque::new(), rate }
    }

    pub(crate) fn set_rate(&mut self, rate: Option<FaultRate>) {
        self.rate = rate;
    }

    pub(crate) fn reply(&mut self, CannedReply { reply, target, skip }: CannedReply) {
        self.requests.push_back(Waiting { target, skip, action: Action::Reply(reply) });
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        if fault.kind.hits_connections() {
            self.connections.push_back(fault);
        } else {
            let (target, skip) = (fault.target.clone(), fault.skip);
            self.requests.push_back(Waiting { target, skip, action: Action::Fault(Box::new(fault)) });
        }
    }

    /// The fault of a new connection, taken off the script; one at random where none is scripted.
    pub(crate) fn next_of_connection(&mut self, side: Side) -> Option<Fault> {
        // Thrown in any case, so that what is scripted does not change what comes later.
        let random = self.rate.as_mut().and_then(FaultRate::of_connection);
        let Some(at) = self.connections.iter().position(|fault| fault.target.fits_connection(side)) else {
            return random;
        };
        if passes(&mut self.connections.get_mut(at)?.skip) { random } else { self.connections.remove(at) }
    }

    /// The action for the request, taken off the script; a fault at random where none is scripted.
    pub(crate) fn next(&mut self, side: Side, operation: Option<&str>, request: &Request) -> Option<Action> {
        // As above.
        let random = self.rate.as_mut().and_then(FaultRate::of_request);
        let random = random.map(|fault| Action::Fault(Box::new(fault)));
        let fits = |waiting: &Waiting| waiting.target.fits(side, operation, request);
        let Some(at) = self.requests.iter().position(fits) else { return random };
        if passes(&mut self.requests.get_mut(at)?.skip) {
            return random;
        }
        self.requests.remove(at).map(|waiting| waiting.action)
    }
}

/// Whether one more is let pass.
fn passes(skip: &mut usize) -> bool {
    let passes = *skip > 0;
    *skip = skip.saturating_sub(1);
    passes
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use atlas_migration_sdk::operations;

    use super::*;
    use crate::faults::FaultKind;

    fn request(method: &str, path: &str, with_credentials: bool) -> Request {
        let mut headers = hyper::HeaderMap::new();
        if with_credentials {
            headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer x"));
        }
        Request {
            method: method.parse().unwrap(),
            uri: path.parse().unwrap(),
            headers,
            body: Bytes::new(),
            client: Ipv4Addr::LOCALHOST.into(),
        }
    }

    #[test]
    fn plays_in_order_for_each_side() {
        let mut script = Script::new(None);
        script.reply(CannedReply::new(500));
        script.reply(CannedReply::new(501).for_oauth());
        script.reply(CannedReply::new(502).after(1));
        script.reply(CannedReply::new(503).for_ops_manager());
        let mut next = |(side, path)| match script.next(side, None, &request("GET", path, false)) {
            Some(Action::Reply(reply)) => reply.status.as_u16(),
            Some(Action::Fault(_)) => 1,
            None => 0,
        };
        let (atlas, token) = (Side::Atlas, "/api/oauth/token");
        let played =
            [(atlas, "/x"), (atlas, token), (atlas, token), (atlas, "/x"), (atlas, "/x"), (atlas, "/x")];
        assert_eq!(played.map(&mut next), [500, 501, 0, 0, 502, 0]);
        assert_eq!(next((Side::OpsManager, "/x")), 503);
    }

    #[test]
    fn finds_the_request_that_a_fault_is_for() {
        let fault = || Fault::new(FaultKind::Redirect);
        let get = || request("GET", "/x", false);
        let list = Some(operations::LIST_ORGS.id);
        for (fault, operation, request, fits) in [
            (fault(), None, get(), true),
            (fault().on(&operations::LIST_ORGS), None, get(), false),
            (fault().on(&operations::LIST_ORGS), list, get(), true),
            (fault().on_path("/x"), None, request("GET", "/x?y", false), true),
            (fault().on_path("/x"), None, request("GET", "/x/y", false), false),
            (fault().on_method("POST"), None, get(), false),
            (fault().on_method("GET"), None, get(), true),
            (fault().with_credentials(), None, get(), false),
            (fault().with_credentials(), None, request("GET", "/x", true), true),
            (fault().on_ops_manager(), None, get(), false),
        ] {
            let described = format!("{:?}", fault.target);
            let mut script = Script::new(None);
            script.fault(fault);
            assert_eq!(script.next(Side::Atlas, operation, &request).is_some(), fits, "{described}");
        }
    }
}
