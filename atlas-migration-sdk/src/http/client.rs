//! The HTTP client.
//!
//! A client that this crate builds follows no redirects. A custom client may be configured to follow them; only its
//! responses show it, by their URL.

use reqwest::{Client, Request, RequestBuilder, Response, Url};

#[derive(Clone)]
pub(crate) struct Http {
    client: Client,
    /// Whether the caller supplied the client.
    custom: bool,
}

/// A request that is being sent.
pub(crate) struct PendingResponse<F> {
    pub(super) response: F,
    /// The URL that the response must have; only with a custom client, which may follow redirects.
    pub(super) expected_url: Option<Box<Url>>,
}

impl Http {
    /// A client that follows no redirects.
    pub(crate) fn new(client: Client) -> Self {
        Self { client, custom: false }
    }

    /// A client that the caller supplied.
    pub(crate) fn custom(client: Client) -> Self {
        Self { client, custom: true }
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    pub(crate) fn execute(
        &self,
        request: Request,
    ) -> PendingResponse<impl Future<Output = reqwest::Result<Response>> + use<>> {
        let expected_url = self.custom.then(|| Box::new(request.url().clone()));
        PendingResponse { response: self.client.execute(request), expected_url }
    }
}
