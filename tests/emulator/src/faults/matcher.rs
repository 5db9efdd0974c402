//! The requests that a fault or a canned response is for.

use hyper::header::AUTHORIZATION;

use crate::http::Request;

/// The service that a connection was made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Atlas,
    SourceManager,
}

/// A group of endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// Atlas without the OAuth endpoints.
    Api,
    OAuth,
    SourceManager,
    /// The operation with this id.
    Operation(&'static str),
    /// This path, of either service.
    Path(String),
}

/// Selects requests.
#[derive(Clone, Debug)]
pub(crate) struct RequestMatcher {
    pub(crate) endpoint: Endpoint,
    pub(crate) method: Option<String>,
    pub(crate) with_credentials: bool,
}

impl RequestMatcher {
    /// Every request to the API.
    pub(crate) fn api() -> Self {
        Self { endpoint: Endpoint::Api, method: None, with_credentials: false }
    }

    pub(crate) fn matches(&self, service: Service, operation: Option<&str>, request: &Request) -> bool {
        let endpoint = match &self.endpoint {
            Endpoint::Api => service == Service::Atlas && !request.is_oauth(),
            Endpoint::OAuth => service == Service::Atlas && request.is_oauth(),
            Endpoint::SourceManager => service == Service::SourceManager,
            Endpoint::Operation(id) => operation == Some(id),
            Endpoint::Path(path) => path == request.path(),
        };
        let method = self.method.as_ref().is_none_or(|method| method == request.method.as_str());
        let credentials = !self.with_credentials || request.headers.contains_key(AUTHORIZATION);
        endpoint && method && credentials
    }

    /// Whether a connection to this service could have such a request, as far as the service determines it.
    pub(crate) fn matches_connection(&self, service: Service) -> bool {
        (self.endpoint == Endpoint::SourceManager) == (service == Service::SourceManager)
    }
}
