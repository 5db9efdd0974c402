//! What happened: each request with its answer, each side effect, and each fault. Tests count here.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use hyper::HeaderMap;
use hyper::body::Bytes;

use crate::faults::FaultKind;

/// How many entries of each kind are kept; older ones are dropped, so that a long run stays bounded.
const KEPT: usize = 100_000;

/// The kind of credential that a request came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// No `Authorization` header.
    None,
    /// HTTP Basic, as the token endpoint takes it.
    Basic,
    /// HTTP Digest, with an API key.
    Digest,
    /// An access token.
    Bearer,
    /// Anything else.
    Other,
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Basic => "basic",
            Self::Digest => "digest",
            Self::Bearer => "bearer",
            Self::Other => "other",
        })
    }
}

/// A request and how it was answered. `Debug` shows neither header values nor the body, which hold secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The number of the request, from 1, in the order in which they came.
    pub number: u64,
    /// When it was answered, in the emulator's time since its start.
    pub at: Duration,
    /// The number of the connection that it came by, from 1.
    pub connection: u64,
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The published id of the operation, where the path and method are of one.
    pub operation: Option<&'static str>,
    /// The kind of credential that it came with, right or wrong.
    pub credential: CredentialKind,
    /// The request's headers, as they came.
    pub headers: HeaderMap,
    /// The request's body, as it came; empty where it was too large to read.
    pub body: Bytes,
    /// The status of the reply that was made, sent or not; 0 where a fault came before one was made.
    pub status: u16,
    /// The fault that hit it.
    pub fault: Option<FaultKind>,
    /// How long the answer took, in real time, the reading of the body not counted.
    pub took: Duration,
}

impl RecordedRequest {
    /// The value of the header, where it is there and text.
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

/// Something that a request changed. A lost reply does not undo it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// The token endpoint handed out an access token.
    AccessTokenIssued,
    /// A link-token was made for this organization.
    LinkTokenCreated(String),
    /// The link of this organization was removed.
    LinkDeleted(String),
    /// This validation was started.
    ValidationStarted(String),
    /// This migration was started.
    MigrationStarted(String),
    /// The cutover of this migration began.
    CutoverBegun(String),
    /// This organization of Ops Manager was linked to Atlas.
    SourceLinked(String),
    /// This organization of Ops Manager removed its link to Atlas.
    SourceUnlinked(String),
}

/// An effect, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedEffect {
    /// What changed.
    pub effect: Effect,
    /// The number of the request that changed it.
    pub request: u64,
    /// When, in the emulator's time since its start.
    pub at: Duration,
}

/// A fault, and what it hit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedFault {
    /// What went wrong.
    pub kind: FaultKind,
    /// The number of the connection.
    pub connection: u64,
    /// The number of the request; none where the connection was refused.
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
    /// How many requests there have been; not reset, so that a number stays one request's.
    count: u64,
    /// The number of the request that is being carried out. They are carried out one after the other, because all
    /// of the emulator's state is behind one lock.
    current: u64,
}

impl Journal {
    /// Gives a request its number.
    pub(crate) fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// Says which request the effects that follow belong to.
    pub(crate) fn carry_out(&mut self, request: u64) {
        self.current = request;
    }

    pub(crate) fn request(&mut self, request: RecordedRequest) {
        push(&mut self.requests, request);
    }

    pub(crate) fn effect(&mut self, effect: Effect, at: Duration) {
        push(&mut self.effects, RecordedEffect { effect, request: self.current, at });
    }

    pub(crate) fn fault(&mut self, fault: RecordedFault) {
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
    if entries.len() == KEPT {
        entries.pop_front();
    }
    entries.push_back(entry);
}
