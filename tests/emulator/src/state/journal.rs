//! The journal: each request with the status of its response, each effect and each fault. Tests read it.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use hyper::HeaderMap;
use hyper::body::Bytes;

use crate::values::{CredentialKind, FaultKind};

/// How many entries of each kind are kept. Older ones are dropped, so that the memory of a long run is bounded.
const MAX_ENTRIES: usize = 100_000;

/// A request and the status of its response. `Debug` shows neither header values nor the body, which contain secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The number of the request, from 1, in the order of arrival.
    pub number: u64,
    /// When the response was made, in the emulator's time since its start.
    pub at: Duration,
    /// The number of its connection, from 1.
    pub connection: u64,
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The published id of the operation, if the path and method belong to one.
    pub operation: Option<&'static str>,
    /// The kind of its credential, valid or not.
    pub credential: CredentialKind,
    /// The request's headers, unchanged.
    pub headers: HeaderMap,
    /// The request's body, unchanged; empty if it was too large to read.
    pub body: Bytes,
    /// The status of the response, sent or not; 0 if a fault prevented one.
    pub status: u16,
    /// The fault that was applied to it.
    pub fault: Option<FaultKind>,
    /// How long processing took, in real time, without reading the body.
    pub duration: Duration,
}

impl RecordedRequest {
    /// The value of the header, if it is present and text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("number", &self.number)
            .field("at", &self.at)
            .field("connection", &self.connection)
            .field("method", &self.method)
            .field("target", &self.target)
            .field("operation", &self.operation)
            .field("credential", &self.credential)
            .field("headers", &self.headers.keys().map(|name| name.as_str()).collect::<Vec<_>>())
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .field("status", &self.status)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// A change made by a request. A lost response does not undo it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// The token endpoint issued an access token.
    AccessTokenIssued,
    /// A link-token was created for this organization.
    LinkTokenCreated(String),
    /// The link of this organization was deleted.
    LinkDeleted(String),
    /// This validation was started.
    ValidationStarted(String),
    /// This migration was started.
    MigrationStarted(String),
    /// The cutover of this migration was started.
    CutoverStarted(String),
    /// This organization of Cloud Manager was linked to Atlas.
    SourceLinked(String),
    /// This organization of Cloud Manager removed its link to Atlas.
    SourceUnlinked(String),
}

/// An effect and the request that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedEffect {
    /// What changed.
    pub effect: Effect,
    /// The number of the request that caused it.
    pub request: u64,
    /// When, in the emulator's time since its start.
    pub at: Duration,
}

/// A fault and where it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedFault {
    /// What went wrong.
    pub kind: FaultKind,
    /// The number of the connection.
    pub connection: u64,
    /// The number of the request; `None` if the connection was reset before one.
    pub request: Option<u64>,
    /// When, in the emulator's time since its start.
    pub at: Duration,
}

/// The entries, oldest first.
#[derive(Default)]
pub(crate) struct Journal {
    requests: VecDeque<RecordedRequest>,
    effects: VecDeque<RecordedEffect>,
    faults: VecDeque<RecordedFault>,
    /// The number of the last request. It is not reset, so that a number always means the same request.
    last_number: u64,
    /// The number of the request that is being executed. Requests are executed one at a time, because the whole state
    /// of the emulator is behind one lock.
    current: u64,
}

impl Journal {
    /// Returns the number of a new request.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Sets the request that the following effects belong to.
    pub(crate) fn set_current(&mut self, request: u64) {
        self.current = request;
    }

    pub(crate) fn record_request(&mut self, request: RecordedRequest) {
        push(&mut self.requests, request);
    }

    pub(crate) fn record_effect(&mut self, effect: Effect, at: Duration) {
        push(&mut self.effects, RecordedEffect { effect, request: self.current, at });
    }

    pub(crate) fn record_fault(&mut self, fault: RecordedFault) {
        push(&mut self.faults, fault);
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn effects(&self) -> Vec<RecordedEffect> {
        self.effects.iter().cloned().collect()
    }

    pub(crate) fn faults(&self) -> Vec<RecordedFault> {
        self.faults.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.effects.clear();
        self.faults.clear();
    }
}

fn push<T>(entries: &mut VecDeque<T>, entry: T) {
    if entries.len() == MAX_ENTRIES {
        entries.pop_front();
    }
    entries.push_back(entry);
}
