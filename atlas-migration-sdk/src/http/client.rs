//! The HTTP client under everything, with an eye on redirects.
//!
//! A client of our own follows none. Of one that was handed in nobody can ask whether it does; only its replies show it.

use reqwest::{Client, Request, RequestBuilder, Response, Url};

#[derive(Clone)]
pub(crate) struct Http {
    client: Client,
    /// Whether it was handed in.
    foreign: bool,
}

/// A request that is being sent.
pub(crate) struct Sending<F> {
    pub(super) reply: F,
    /// The URL that must answer, where another one could.
    pub(super) asked: Option<Box<Url>>,
}

impl Http {
    /// A client that is known to follow no redirect.
    pub(crate) fn own(client: Client) -> Self {
        Self { client, foreign: false }
    }

    /// A client that was handed in.
    pub(crate) fn foreign(client: Client) -> Self {
        Self { client, foreign: true }
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    pub(crate) fn execute(
        &self,
        request: Request,
    ) -> Sending<impl Future<Output = reqwest::Result<Response>> + use<>> {
        let asked = self.foreign.then(|| Box::new(request.url().clone()));
        Sending { reply: self.client.execute(request), asked }
    }
}
