//! Building a client from its settings, which are validated here.

use std::sync::Arc;

use super::ClientBuilder;
use crate::auth::{Authenticator, TokenEndpoint};
use crate::call::{DatedMediaType, MediaTypes, Shared, Throttle};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{self, BaseUrl, Http};

impl ClientBuilder {
    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with what is missing, contradictory or invalid.
    /// Also if a variable of the environment that sets a proxy (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, in either case) is
    /// not the URL of an http proxy, unless the base URL is loopback or the HTTP client is a custom one.
    /// Also where the base URL is https and no TLS back end is compiled: without the features `rustls`, `ring` and
    /// `native-tls`, only [`http_client`](Self::http_client) and http to loopback are possible.
    pub fn build(self) -> Result<Client> {
        let Some(credentials) = &self.credentials else {
            return Err(Error::configuration(
                "no credentials: call `ClientBuilder::credentials`, or use `Client::from_env`",
            ));
        };
        let base_url = BaseUrl::parse(&self.base_url, self.names.url, self.plain_http)?;
        let http = match &self.http_client {
            Some(_) if !self.root_certificates.is_empty() => {
                return Err(Error::configuration(
                    "root certificates cannot be added to a custom HTTP client; configure them there",
                ));
            }
            Some(client) => Http::custom(client.clone(), self.max_concurrent_requests),
            None => Http::new(self.new_http_client(&base_url)?, self.max_concurrent_requests),
        };
        let endpoint = TokenEndpoint {
            http: http.clone(),
            base_url: base_url.clone(),
            attempt_timeout: self.attempt_timeout,
            max_response_size: self.max_response_size,
            clock: Arc::clone(&self.clock),
        };
        let shared = Shared {
            http,
            base_url,
            names: self.names,
            authenticator: Authenticator::new(credentials.clone(), endpoint, self.token_store)?,
            media_types: MediaTypes::of_operations(),
            version: self.api_version.map(DatedMediaType::new).transpose()?,
            envelope: self.envelope,
            pretty: self.pretty,
            attempt_timeout: self.attempt_timeout,
            operation_timeout: self.operation_timeout,
            max_response_size: self.max_response_size,
            retry: self.retry,
            throttle: Throttle::new(),
            clock: self.clock,
        };
        Ok(Client::new(shared, self.polling))
    }

    fn new_http_client(&self, base_url: &BaseUrl) -> Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .https_only(base_url.is_https())
            .connect_timeout(self.connect_timeout)
            // Only this crate repeats requests, and counts them. Without retries, reqwest keeps no copy of a request
            // either. (A request that was not sent because a kept connection had died is still sent on another
            // connection.)
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .user_agent(&self.user_agent);
        if base_url.is_loopback() {
            // For a proxy, a loopback address is its own machine.
            builder = builder.no_proxy();
        } else {
            http::check_proxies(base_url, |name| std::env::var_os(name))?;
        }
        let builder = http::with_tls(builder, base_url, &self.root_certificates)?;
        builder.build().map_err(|error| {
            let message = "the HTTP client cannot be built: check the user agent, the proxy, and that the system has \
                           certificate authorities (on Debian and Alpine the package ca-certificates)";
            Error::configuration(message)
                .with_source(error.without_url())
        })
    }
}
