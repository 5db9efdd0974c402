//! Sending a call: attempts, the delays between them, and the errors that result from them.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::HeaderMap;
use tracing::{Instrument as _, Span};

use super::http_request::Call;
use super::origin;
use super::parts::RequestParts;
use super::response::Response;
use super::retry::{self, RetryState};
use super::throttle::Turn;
use crate::error::{Effect, Error, ErrorResponse, Result};
use crate::http::{Deadline, Received, ResponseMetadata};
use crate::values::TRACING_TARGET;

/// A time, on both clocks.
#[derive(Clone, Copy)]
pub(super) struct Now {
    /// On the system's clock, which limits what happens on the network.
    pub(super) system: tokio::time::Instant,
    /// On the client's clock, which a test may control.
    pub(super) client: Instant,
}

/// The state of a call that has started.
pub(super) struct CallState {
    /// On the client's clock.
    started: Instant,
    pub(super) deadline: Deadline,
    /// When the call started or last waited. The next request is sent almost at that time, which saves another reading
    /// of the clocks.
    pub(super) now: Now,
    pub(super) requests: u32,
    /// The body of the last response in its envelope, if the call keeps that.
    pub(super) enveloped: Option<Bytes>,
}

// A call nests as few asynchronous functions as possible: each costs memory for its state and an unpredictable jump.
// Functions that do not wait are not asynchronous, and functions that rarely wait are boxed.
impl Call<'_> {
    /// Starts the call: its time limit begins.
    pub(super) fn start(&self) -> (CallState, Span) {
        let now = self.now();
        let deadline = Deadline::after(self.operation_timeout(), now.system);
        let span = tracing::info_span!(
            target: TRACING_TARGET,
            "atlas_call",
            operation = self.operation.id,
            status = tracing::field::Empty,
            error = tracing::field::Empty,
            requests = tracing::field::Empty
        );
        (CallState { started: now.client, deadline, now, requests: 0, enveloped: None }, span)
    }

    pub(super) fn now(&self) -> Now {
        Now { system: tokio::time::Instant::now(), client: self.shared.clock.now() }
    }

    /// Completes the call: reads the body of a success, and adds what is known about the call to an error.
    pub(super) fn complete<T>(
        &self,
        result: Result<Received>,
        state: &CallState,
        span: &Span,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Response<T>> {
        let result = match result {
            Ok(received) => self.read(received, state, read),
            Err(error) => Err(error.with_credential(self.shared.authenticator.kind())),
        };
        let result =
            result.map_err(|error| error.with_operation(self.operation).with_names(self.shared.names));
        if !span.is_disabled() {
            record(span, result.as_ref().map(|response| response.metadata.status()));
            span.record("requests", state.requests);
        }
        result
    }

    fn read<T>(
        &self,
        Received { status, headers, body }: Received,
        state: &CallState,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Response<T>> {
        match read(state.enveloped.as_ref().unwrap_or(&body)) {
            Ok(value) => {
                let duration = self.shared.clock.now().saturating_duration_since(state.started);
                Ok(Response::new(value, ResponseMetadata::new(status, headers, duration, state.requests)))
            }
            Err(error) => {
                let response = self.error_response(&Received { status, headers, body });
                Err(origin::unreadable(error, response))
            }
        }
    }

    /// Sends the request, and repeats it while that is safe, the policy allows it and time is left.
    ///
    /// Each attempt has a span inside of the span of the call. The delays are outside of both: a span around everything
    /// would cost every call for something that is rare.
    pub(super) async fn send(
        &self,
        parts: &RequestParts,
        state: &mut CallState,
        call_span: &Span,
    ) -> Result<Received> {
        let mut earlier = Effect::None;
        let mut delayed = Duration::ZERO;
        let mut attempts = 0;
        loop {
            attempts += 1;
            if let Some(delay) = self.throttled(state).map_err(|error| error.with_earlier_effect(earlier))? {
                call_span.in_scope(|| self.log_throttle_delay(delay, attempts));
                self.sleep(delay, state).await.map_err(|error| error.with_earlier_effect(earlier))?;
                delayed += delay;
            }
            let span = call_span.in_scope(|| {
                tracing::debug_span!(
                    target: TRACING_TARGET,
                    "atlas_attempt",
                    attempt = attempts,
                    delay_ms = delayed.as_millis() as u64,
                    status = tracing::field::Empty,
                    error = tracing::field::Empty
                )
            });
            // With only the span of the call enabled, events inside of an attempt belong to that.
            let enclosing = if span.is_disabled() { call_span } else { &span };
            let result = if enclosing.is_disabled() {
                self.send_authenticated(parts, state).await
            } else {
                // Boxed, so that the future of a call needs no space for it while tracing is disabled.
                Box::pin(self.send_authenticated(parts, state)).instrument(enclosing.clone()).await
            };
            let error = match self.outcome(result, &span) {
                Ok(received) => return Ok(received),
                Err(error) => error.with_earlier_effect(earlier),
            };
            // In the span, because a custom policy may log.
            let delay = call_span.in_scope(|| self.next_delay(&error, attempts, state));
            let Some(delay) = delay else { return Err(error) };
            call_span.in_scope(|| self.log_retry(&error, delay, attempts));
            earlier = earlier.max(error.effect());
            delayed = delay;
            self.sleep(delay, state).await.map_err(|error| error.with_earlier_effect(earlier))?;
        }
    }

    /// The outcome of an attempt: a successful response, or an error.
    fn outcome(&self, result: Result<Received>, span: &Span) -> Result<Received> {
        if !span.is_disabled() {
            record(span, result.as_ref().map(|received| received.status.as_u16()));
        }
        let received = result?;
        self.shared.throttle.observe(self.operation, &received.headers, || self.shared.clock.now());
        if origin::is_success(self.operation, &received) {
            Ok(received)
        } else {
            Err(self.response_error(&received))
        }
    }

    /// The delay before the next attempt; `None` if there is none.
    fn next_delay(&self, error: &Error, attempts: u32, state: &CallState) -> Option<Duration> {
        if state.deadline.has_passed() {
            return None;
        }
        let elapsed = self.shared.clock.now().saturating_duration_since(state.started);
        let state = RetryState::new(self.operation, error, attempts, elapsed, fastrand::f64());
        retry::next_delay(self.retry_policy(), &state, self.operation_timeout())
    }

    /// The delay until the throttle lets the next attempt pass, if any. An error if that would be after the deadline.
    fn throttled(&self, state: &CallState) -> Result<Option<Duration>> {
        let limit = self.operation_timeout();
        let time_left = |now: Instant| limit.saturating_sub(now.saturating_duration_since(state.started));
        match self.shared.throttle.queue(self.operation, || self.shared.clock.now(), time_left) {
            Turn::Now => Ok(None),
            Turn::After(delay) => Ok(Some(delay)),
            Turn::TooLate(delay) => Err(state.deadline.would_pass(&format!(
                "the rate limit is almost used up, and the next request can be sent in {} s",
                delay.as_secs_f64()
            ))),
        }
    }

    // What makes a call wait, each before it waits.

    fn log_throttle_delay(&self, delay: Duration, attempt: u32) {
        tracing::info!(
            target: TRACING_TARGET,
            operation = self.operation.id,
            attempt,
            delay_ms = delay.as_millis() as u64,
            "the request is delayed, because the rate limit is almost used up"
        );
    }

    fn log_retry(&self, error: &Error, delay: Duration, attempt: u32) {
        tracing::info!(
            target: TRACING_TARGET,
            operation = self.operation.id,
            attempt,
            delay_ms = delay.as_millis() as u64,
            status = error.status(),
            error = ?error.kind(),
            "the request is sent again"
        );
    }

    async fn sleep(&self, delay: Duration, state: &mut CallState) -> Result<()> {
        Box::pin(state.deadline.wait_for(self.shared.clock.sleep(delay))).await?;
        state.now = self.now();
        Ok(())
    }

    pub(super) fn response_error(&self, received: &Received) -> Error {
        origin::error(self.error_response(received), self.shared.authenticator.kind())
    }

    pub(super) fn error_response(&self, received: &Received) -> ErrorResponse {
        self.shared.authenticator.with_secrets(self.secrets, |secrets| {
            let now = self.shared.clock.system_time();
            let headers = HeaderMap::clone(&received.headers);
            ErrorResponse::read(received.status, headers, &received.body, now, secrets)
        })
    }
}

/// Records the outcome in the span. Only called for an enabled span, because recording a field is a lookup.
fn record(span: &Span, result: std::result::Result<u16, &Error>) {
    match result {
        Ok(status) => span.record("status", status),
        Err(error) => {
            span.record("error", tracing::field::debug(error.kind()));
            span.record("status", error.status())
        }
    };
}
