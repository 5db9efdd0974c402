//! How long the request of a step may be on its way, from which follows when its outcome is certain.

use std::time::Duration;

/// The time limit of one call of a worker's clients, with the repeated attempts to connect. The fleet file can set another
/// one.
pub(crate) const CALL_LIMIT: Duration = Duration::from_secs(60);
/// The most calls of a step: linking creates a link-token, and enters it at the source.
const MAX_CALLS: u32 = 2;
/// How long a server may take for a request after the client has given it up.
const AFTER_CALLS: Duration = Duration::from_secs(30);
/// How long after its intent a step may begin. The intent is recorded before a worker gets the step, and the time until the
/// step has settled is counted from there. A worker that comes to the step later sends nothing.
pub(crate) const BEGIN_LIMIT: Duration = Duration::from_secs(20);
/// How long after its intent a step may still take effect, with this limit of a call: by default, the 20 s until it begins,
/// and 150 s for its requests. Until then, nothing that is read from Atlas shows that it had no effect.
pub(crate) fn settling_time(call_limit: Duration) -> Duration {
    BEGIN_LIMIT + call_limit * MAX_CALLS + AFTER_CALLS
}
