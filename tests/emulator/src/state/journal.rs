//! The journal: each request with the status of its response, each effect and each fault. Tests read it.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};

use crate::values::{CredentialKind, FaultKind};

/// How many effects are kept, and how many faults: about 10 MB of each. Older ones are dropped.
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

    /// How many bytes of memory it takes, about.
    fn size(&self) -> usize {
        // A header in a map: its name and value without their text, a hash, and links.
        const HEADER: usize = 112;
        let texts: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let fixed = size_of::<Self>() + self.method.len() + self.target.len();
        fixed + self.headers.capacity() * HEADER + texts + self.body.len()
    }

    /// Copies headers and body, which are parts of the connection's buffers and would keep these in memory as a whole.
    fn detach(&mut self) {
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let copy = HeaderName::from_bytes(name.as_str().as_bytes()).ok();
            let copy = copy.zip(HeaderValue::from_bytes(value.as_bytes()).ok());
            // The copy of a valid header is valid.
            let (name, value) = copy.unwrap_or_else(|| (name.clone(), value.clone()));
            headers.append(name, value);
        }
        self.headers = headers;
        self.body = Bytes::copy_from_slice(&self.body);
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

/// The entries, oldest first. The memory that they take is bounded, also in a long run.
pub(crate) struct Journal {
    requests: VecDeque<RecordedRequest>,
    /// How many bytes the requests take.
    size: usize,
    /// How many bytes they may take.
    capacity: usize,
    /// How many entries of any kind were dropped.
    dropped: u64,
    effects: VecDeque<RecordedEffect>,
    faults: VecDeque<RecordedFault>,
    /// The number of the last request. It is not reset, so that a number always means the same request.
    last_number: u64,
    /// The number of the request that is being executed. Requests are executed one at a time, because the whole state
    /// of the emulator is behind one lock.
    current: u64,
}

impl Journal {
    /// A journal whose requests take at most this many bytes.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            requests: VecDeque::new(),
            size: 0,
            capacity,
            dropped: 0,
            effects: VecDeque::new(),
            faults: VecDeque::new(),
            last_number: 0,
            current: 0,
        }
    }

    /// Returns the number of a new request.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Sets the request that the following effects belong to.
    pub(crate) fn set_current(&mut self, request: u64) {
        self.current = request;
    }

    /// Records the request, and drops the oldest ones if they take too many bytes together.
    pub(crate) fn record_request(&mut self, request: &RecordedRequest) {
        if request.size() > self.capacity {
            self.dropped += 1;
            return;
        }
        let mut request = request.clone();
        request.detach();
        self.size += request.size();
        self.requests.push_back(request);
        while self.size > self.capacity
            && let Some(oldest) = self.requests.pop_front()
        {
            self.size -= oldest.size();
            self.dropped += 1;
        }
    }

    pub(crate) fn record_effect(&mut self, effect: Effect, at: Duration) {
        self.dropped += push(&mut self.effects, RecordedEffect { effect, request: self.current, at });
    }

    pub(crate) fn record_fault(&mut self, fault: RecordedFault) {
        self.dropped += push(&mut self.faults, fault);
    }

    /// How many entries were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
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
        (self.size, self.dropped) = (0, 0);
    }
}

/// Adds the entry. Returns how many were dropped for it.
fn push<T>(entries: &mut VecDeque<T>, entry: T) -> u64 {
    let is_full = entries.len() == MAX_ENTRIES;
    if is_full {
        entries.pop_front();
    }
    entries.push_back(entry);
    is_full.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_effects_are_dropped_and_counted() {
        let mut journal = Journal::new(0);
        for second in 0..MAX_ENTRIES as u64 + 2 {
            journal.record_effect(Effect::AccessTokenIssued, Duration::from_secs(second));
        }
        assert_eq!((journal.effects().len(), journal.dropped()), (MAX_ENTRIES, 2));
        assert_eq!(journal.effects()[0].at, Duration::from_secs(2));
    }
}
