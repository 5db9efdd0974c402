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

/// Whether the calls of a worker end before the outcome of a step counts as certain. The worker's limit of a call is from its
/// own fleet file, and the settling time is from the one with which the migration was started.
pub(crate) fn check(
    call_limit: Duration,
    begin_limit: Duration,
    settling_time: Option<Duration>,
) -> Result<(), String> {
    let longest = begin_limit + call_limit * MAX_CALLS;
    match settling_time {
        Some(settling_time) if longest > settling_time => Err(format!(
            "the requests of this worker may take {}, and the migration was started to wait {} for their outcome: set a \
             shorter `call_limit` in the section `atlas` of the worker's fleet file, and restart the worker",
            humantime::format_duration(longest),
            humantime::format_duration(settling_time)
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_end_before_the_outcome_counts_as_certain() {
        let seconds = Duration::from_secs;
        for (call_limit, settling_time, is_valid) in [
            (CALL_LIMIT, Some(settling_time(CALL_LIMIT)), true),
            (seconds(75), Some(seconds(170)), true),
            (seconds(76), Some(seconds(170)), false),
            (CALL_LIMIT, Some(settling_time(seconds(10))), false),
            (CALL_LIMIT, None, true),
        ] {
            let checked = check(call_limit, BEGIN_LIMIT, settling_time);
            assert_eq!(checked.is_ok(), is_valid, "{call_limit:?} {settling_time:?}: {checked:?}");
        }
        assert_eq!(settling_time(CALL_LIMIT), seconds(170));
    }
}
