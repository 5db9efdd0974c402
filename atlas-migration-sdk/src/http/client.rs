//! The HTTP client.
//!
//! A client that this crate builds follows no redirects. A custom client may be configured to follow them; only its
//! responses show it, by their URL.

use std::time::Duration;

use futures_util::FutureExt as _;
use reqwest::{Client, Request, RequestBuilder, Response, Url};
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::body::BodyRecord;
use super::deadline::{Deadline, RequestLimit};
use super::receive::{PendingResponse, Received, receive};
use super::slots::{Place, Slots, in_task};
use crate::error::Result;
use crate::values::TRACING_TARGET;

#[derive(Clone)]
pub(crate) struct Http {
    client: Client,
    /// Whether the caller supplied the client.
    custom: bool,
    slots: Slots,
}

/// The limits of a request that belongs to a call.
#[derive(Clone, Copy)]
pub(crate) struct SendLimits {
    pub(crate) deadline: Deadline,
    /// From the time at which the request is sent.
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_response_size: usize,
}

/// A slot for one request, held by a future that the caller polls.
pub(crate) struct Slot<'a> {
    http: &'a Http,
    permit: SemaphorePermit<'a>,
}

/// What happened to a request in the queue.
pub(crate) enum Queued<A, N> {
    Sent(Result<Received>, A),
    NotSent(Box<Request>, N),
}

impl<'a> Slot<'a> {
    /// Sends a request and receives the response. The outer error is that of a deadline that has passed.
    pub(crate) fn send(
        self,
        request: Request,
        limits: SendLimits,
        now: Instant,
    ) -> Result<impl Future<Output = Result<Received>> + use<'a>> {
        let limit = limits.deadline.limit_request(limits.attempt_timeout, now)?;
        let response = self.http.exchange(request, limit, limits.max_response_size);
        Ok(response.map(|result| {
            drop(self.permit);
            result
        }))
    }
}

impl Http {
    /// A client that follows no redirects.
    pub(crate) fn new(client: Client, max_concurrent_requests: usize) -> Self {
        Self { client, custom: false, slots: Slots::new(max_concurrent_requests) }
    }

    /// A client that the caller supplied.
    pub(crate) fn custom(client: Client, max_concurrent_requests: usize) -> Self {
        Self { client, custom: true, slots: Slots::new(max_concurrent_requests) }
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// A slot for a request of a call; `None` if too many requests are in progress.
    pub(crate) fn try_take_slot(&self) -> Option<Slot<'_>> {
        self.slots.try_take().map(|permit| Slot { http: self, permit })
    }

    /// Waits until other requests have completed, calls `authorize`, and sends the request unless that returns an `N`.
    pub(crate) async fn queue<A: Send + 'static, N: Send + 'static>(
        &self,
        request: Request,
        limits: SendLimits,
        authorize: impl FnOnce(&mut Request) -> Result<std::result::Result<A, N>> + Send + 'static,
    ) -> Result<Queued<A, N>> {
        let place = self.slots.queue().await;
        if place.is_waiting() {
            tracing::debug!(
                target: TRACING_TARGET,
                limit = self.slots.limit(),
                "the request waits, because the limit of concurrent requests is reached"
            );
        }
        in_task(self.clone().send_from_queue(place, request, limits, authorize)).await
    }

    async fn send_from_queue<A, N>(
        self,
        place: Place,
        mut request: Request,
        limits: SendLimits,
        authorize: impl FnOnce(&mut Request) -> Result<std::result::Result<A, N>>,
    ) -> Result<Queued<A, N>> {
        let SendLimits { deadline, attempt_timeout, max_response_size } = limits;
        let slot = deadline.wait_for(place.slot()).await.map_err(|_| {
            let limit = self.slots.limit();
            deadline.passed_before_sending(&format!(
                "the limit of {limit} concurrent requests was reached. Raise either limit: \
                 `ClientBuilder::max_concurrent_requests`, `ClientBuilder::operation_timeout`"
            ))
        })?;
        let authorization = match authorize(&mut request)? {
            Ok(authorization) => authorization,
            Err(reason) => return Ok(Queued::NotSent(Box::new(request), reason)),
        };
        let limit = deadline.limit_request(attempt_timeout, Instant::now())?;
        // Boxed, because it is much larger than what waits in the queue.
        let result = Box::pin(self.exchange(request, limit, max_response_size)).await;
        drop(slot);
        Ok(Queued::Sent(result, authorization))
    }

    fn exchange(
        &self,
        mut request: Request,
        limit: RequestLimit,
        max_response_size: usize,
    ) -> impl Future<Output = Result<Received>> + use<> {
        // A custom client may have to send the body again to follow a redirect, which a recorded body does not allow.
        let body = if self.custom { BodyRecord::unknown() } else { BodyRecord::of(&mut request) };
        receive(self.execute(request), limit, max_response_size)
            .map(|result| result.map_err(|error| body.explain(error)))
    }

    pub(crate) fn execute(
        &self,
        request: Request,
    ) -> PendingResponse<impl Future<Output = reqwest::Result<Response>> + use<>> {
        let expected_url = self.custom.then(|| Box::new(request.url().clone()));
        PendingResponse { response: self.client.execute(request), expected_url }
    }
}
