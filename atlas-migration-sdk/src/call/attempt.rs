//! One attempt of a call: the request with a credential, and again after a 401 for which the credential could be renewed.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::Either;
use reqwest::{Request, StatusCode};

use super::envelope;
use super::http_request::{Call, remove_body};
use super::origin;
use super::parts::RequestParts;
use super::send::CallState;
use crate::auth::{Authorization, NextCredential, Unauthorized};
use crate::error::{Error, Result};
use crate::http::{Deadline, Queued, Received, SendLimits};
use crate::values::content_type::ContentType;

impl Call<'_> {
    /// Sends the request, and again after a 401 for which the credential could be renewed. A request with a 401 of the
    /// API had no effect.
    pub(super) async fn send_authenticated(
        &self,
        parts: &RequestParts,
        state: &mut CallState,
    ) -> Result<Received> {
        let mut sent = 0;
        let mut credential = NextCredential::Common;
        loop {
            sent += 1;
            let is_final = matches!(credential, NextCredential::Nothing);
            // In a variable: awaited in the same expression, the future would be stored twice.
            let exchange = self.exchange(parts, credential, state)?;
            let (result, authorization) = exchange.await?;
            state.requests += 1;
            // Without its body, the request only requests a challenge and cannot have an effect.
            let is_probe = authorization.is_unauthenticated() && !is_final && parts.has_body();
            let explain = |error: Error| if is_probe { error.without_effect() } else { error };
            let received = result.map_err(|error| explain(state.deadline.attribute(error)))?;
            let received = if self.uses_envelope() { self.open(received, state) } else { received };
            if received.status != StatusCode::UNAUTHORIZED {
                self.shared.authenticator.accepted(authorization);
                if !is_probe {
                    return Ok(received);
                }
                if !may_be_about_body(&received) {
                    return Err(self.response_error(&received).without_effect());
                }
                credential = NextCredential::Nothing;
            } else {
                // The loop ends, because the authenticator limits the number of requests.
                let handled = self.handle_unauthorized(received, authorization, sent, &state.deadline);
                credential = match Box::pin(handled).await.map_err(explain)? {
                    ControlFlow::Continue(credential) => credential,
                    ControlFlow::Break(unauthorized) => return Ok(unauthorized),
                };
            }
            state.now = self.now();
        }
    }

    /// Removes the envelope of a response.
    fn open(&self, received: Received, state: &mut CallState) -> Received {
        state.enveloped = self.options.keeps_envelope.then(|| Bytes::clone(&received.body));
        envelope::open(received)
    }

    /// Builds a request and sends it, after waiting for a credential if there is none. The outer errors are those
    /// before sending, the inner result is that of sending.
    fn exchange(
        &self,
        parts: &RequestParts,
        credential: NextCredential,
        state: &CallState,
    ) -> Result<impl Future<Output = Result<(Result<Received>, Authorization<'_>)>> + use<'_>> {
        let mut request = self.http_request(parts)?;
        if matches!(credential, NextCredential::Challenge) {
            remove_body(&mut request);
        }
        let Some(slot) = self.shared.http.try_take_slot() else {
            return Ok(Either::Right(self.queue(request, credential, state.deadline).boxed()));
        };
        let authorization =
            self.shared.authenticator.try_authorize(credential, &mut request, state.now.client)?;
        let Some(authorization) = authorization else {
            return Ok(Either::Right(self.authorize_and_send(request, state.deadline).boxed()));
        };
        let response = slot.send(request, self.send_limits(state.deadline), state.now.system)?;
        Ok(Either::Left(response.map(|result| Ok((result, authorization)))))
    }

    /// Sends a request for which there is no slot. It is authenticated when it has one: the credential that is known now
    /// may be outdated by then.
    async fn queue(
        &self,
        request: Request,
        credential: NextCredential,
        deadline: Deadline,
    ) -> Result<(Result<Received>, Authorization<'_>)> {
        let shared = Arc::clone(self.shared);
        let authorize = move |request: &mut Request| {
            let now = shared.clock.now();
            shared
                .authenticator
                .try_authorize(credential, request, now)
                .map(|authorization| authorization.ok_or(()))
        };
        match self.shared.http.queue(request, self.send_limits(deadline), authorize).await? {
            Queued::Sent(result, authorization) => Ok((result, authorization)),
            Queued::NotSent(request, ()) => Box::pin(self.authorize_and_send(*request, deadline)).await,
        }
    }

    async fn authorize_and_send(
        &self,
        mut request: Request,
        deadline: Deadline,
    ) -> Result<(Result<Received>, Authorization<'_>)> {
        let authorization = deadline.wait_for(self.shared.authenticator.authorize(&mut request)).await?;
        let authorization = authorization.map_err(Error::without_effect)?;
        if authorization.is_unauthenticated() {
            remove_body(&mut request);
        }
        let limits = self.send_limits(deadline);
        if let Some(slot) = self.shared.http.try_take_slot() {
            return Ok((slot.send(request, limits, self.now().system)?.await, authorization));
        }
        let authorized = |_: &mut Request| Ok(Ok::<_, Infallible>(()));
        let Queued::Sent(result, ()) = self.shared.http.queue(request, limits, authorized).await?;
        Ok((result, authorization))
    }

    fn send_limits(&self, deadline: Deadline) -> SendLimits {
        let attempt_timeout = self.attempt_timeout();
        SendLimits { deadline, attempt_timeout, max_response_size: self.shared.max_response_size }
    }

    /// Handles a 401: returns the response if it is final, or the credential to send the request again with.
    async fn handle_unauthorized(
        &self,
        unauthorized: Received,
        authorization: Authorization<'_>,
        sent: u32,
        deadline: &Deadline,
    ) -> Result<ControlFlow<Received, NextCredential>> {
        let response = self.error_response(&unauthorized);
        let authenticator = &self.shared.authenticator;
        let is_safe = self.operation.idempotent || authorization.is_unauthenticated();
        if !is_safe && !origin::is_api_error(&response, authenticator.kind()) {
            return Ok(ControlFlow::Break(unauthorized));
        }
        let handled =
            authenticator.handle_unauthorized(authorization, &response.headers, response.code.as_ref(), sent);
        match deadline.wait_for(handled).await?.map_err(Error::without_effect)? {
            Unauthorized::SendAgain(credential) => Ok(ControlFlow::Continue(credential)),
            Unauthorized::Final(None) => Ok(ControlFlow::Break(unauthorized)),
            Unauthorized::Final(Some(reason)) => Err(self.response_error(&unauthorized).with_message(reason)),
        }
    }
}

/// Whether a response to a request without its body may be a different one with the body: a success, unless it is a page
/// of another server, or a complaint about the body.
fn may_be_about_body(received: &Received) -> bool {
    match received.status.as_u16() {
        200..=299 => ContentType::of(&received.headers) != ContentType::Other,
        status => matches!(status, 400 | 411 | 415 | 422),
    }
}
