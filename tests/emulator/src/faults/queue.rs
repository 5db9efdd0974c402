//! The queue of injected faults and canned responses, and the random faults: which request gets which.

use std::collections::VecDeque;

use super::canned::CannedResponse;
use super::fault::Fault;
use super::matcher::{RequestMatcher, Service};
use super::rate::FaultRate;
use crate::http::{Request, Response};

/// What happens in place of the normal processing.
pub(crate) enum Action {
    Respond(Response),
    Fault(Box<Fault>),
}

/// An action for the first matching request.
struct Entry {
    matcher: RequestMatcher,
    skip: usize,
    action: Action,
}

/// The injected actions, and the rate of random faults.
pub(crate) struct FaultQueue {
    requests: VecDeque<Entry>,
    connections: VecDeque<Fault>,
    rate: Option<FaultRate>,
}

impl FaultQueue {
    pub(crate) fn new(rate: Option<FaultRate>) -> Self {
        Self { requests: VecDeque::new(), connections: VecDeque::new(), rate }
    }

    pub(crate) fn set_rate(&mut self, rate: Option<FaultRate>) {
        self.rate = rate;
    }

    pub(crate) fn push_response(&mut self, CannedResponse { response, matcher, skip }: CannedResponse) {
        self.requests.push_back(Entry { matcher, skip, action: Action::Respond(response) });
    }

    pub(crate) fn push_fault(&mut self, fault: Fault) {
        if fault.kind.applies_to_connections() {
            self.connections.push_back(fault);
        } else {
            let (matcher, skip) = (fault.matcher.clone(), fault.skip);
            self.requests.push_back(Entry { matcher, skip, action: Action::Fault(Box::new(fault)) });
        }
    }

    /// Removes and returns the fault of a new connection: an injected one, or else a random one.
    pub(crate) fn next_for_connection(&mut self, service: Service) -> Option<Fault> {
        // Drawn in any case, so that injected faults do not change the random faults that follow.
        let random = self.rate.as_mut().and_then(FaultRate::draw_for_connection);
        let matches = |fault: &Fault| fault.matcher.matches_connection(service);
        let Some(index) = self.connections.iter().position(matches) else { return random };
        if skips(&mut self.connections.get_mut(index)?.skip) {
            random
        } else {
            self.connections.remove(index)
        }
    }

    /// Removes and returns the action for the request: an injected one, or else a random fault.
    pub(crate) fn next_for_request(
        &mut self,
        service: Service,
        operation: Option<&str>,
        request: &Request,
    ) -> Option<Action> {
        // As above.
        let random = self.rate.as_mut().and_then(FaultRate::draw_for_request);
        let random = random.map(|fault| Action::Fault(Box::new(fault)));
        let matches = |entry: &Entry| entry.matcher.matches(service, operation, request);
        let Some(index) = self.requests.iter().position(matches) else { return random };
        if skips(&mut self.requests.get_mut(index)?.skip) {
            return random;
        }
        self.requests.remove(index).map(|entry| entry.action)
    }
}

/// Whether to skip one more request.
fn skips(skip: &mut usize) -> bool {
    let skips = *skip > 0;
    *skip = skip.saturating_sub(1);
    skips
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use atlas_migration_sdk::operations;
    use hyper::body::Bytes;
    use hyper::header::{AUTHORIZATION, HeaderValue};

    use super::*;
    use crate::values::FaultKind;

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
    fn responses_are_in_order_for_each_service() {
        let mut queue = FaultQueue::new(None);
        queue.push_response(CannedResponse::new(500));
        queue.push_response(CannedResponse::new(501).on_oauth());
        queue.push_response(CannedResponse::new(502).skip(1));
        queue.push_response(CannedResponse::new(503).on_source_manager());
        let mut next =
            |(service, path)| match queue.next_for_request(service, None, &request("GET", path, false)) {
                Some(Action::Respond(response)) => response.status.as_u16(),
                Some(Action::Fault(_)) => 1,
                None => 0,
            };
        let (atlas, token) = (Service::Atlas, "/api/oauth/token");
        let requests =
            [(atlas, "/x"), (atlas, token), (atlas, token), (atlas, "/x"), (atlas, "/x"), (atlas, "/x")];
        assert_eq!(requests.map(&mut next), [500, 501, 0, 0, 502, 0]);
        assert_eq!(next((Service::SourceManager, "/x")), 503);
    }

    #[test]
    fn faults_match_requests() {
        let fault = || Fault::new(FaultKind::Redirect);
        let get = || request("GET", "/x", false);
        let list = Some(operations::LIST_ORGS.id);
        for (fault, operation, request, matches) in [
            (fault(), None, get(), true),
            (fault().on(&operations::LIST_ORGS), None, get(), false),
            (fault().on(&operations::LIST_ORGS), list, get(), true),
            (fault().on_path("/x"), None, request("GET", "/x?y", false), true),
            (fault().on_path("/x"), None, request("GET", "/x/y", false), false),
            (fault().on_method("POST"), None, get(), false),
            (fault().on_method("GET"), None, get(), true),
            (fault().with_credentials(), None, get(), false),
            (fault().with_credentials(), None, request("GET", "/x", true), true),
            (fault().on_source_manager(), None, get(), false),
        ] {
            let described = format!("{:?}", fault.matcher);
            let mut queue = FaultQueue::new(None);
            queue.push_fault(fault);
            assert_eq!(
                queue.next_for_request(Service::Atlas, operation, &request).is_some(),
                matches,
                "{described}"
            );
        }
    }
}
