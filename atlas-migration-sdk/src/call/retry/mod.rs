//! Whether a failed request is sent again, and when: safety first, then the policy, then the wait.
//!
//! Safety is not the policy's business. A request is only repeated where that cannot make anything happen twice
//! ([`is_safe`]); a policy is asked about nothing else, so that one that a user writes cannot break it.

mod policy;

use std::time::Duration;

pub use policy::{Backoff, NoRetry, RetryPolicy, RetryState};

use crate::error::{Effect, Error};
use crate::values::operation::Operation;

/// Whether the request can be sent again without making anything happen twice.
///
/// - Where nothing happened (it never left, or the server said so), every operation can.
/// - Where something may have happened, only what the table calls idempotent can: reading; deleting the links, which
///   a repeat finds gone; cutting over, which one migration does once.
/// - Where it happened and only the reply is unreadable, nothing is gained by asking again.
pub(crate) fn is_safe(operation: &Operation, error: &Error) -> bool {
    match error.effect() {
        Effect::None => true,
        Effect::Unknown => operation.idempotent,
        Effect::Happened => false,
    }
}

/// How long to wait before the next try, or `None` to give up: the policy's wait, or the server's where it is longer.
pub(crate) fn next_delay(
    policy: &dyn RetryPolicy,
    state: &RetryState<'_>,
    operation_timeout: Duration,
) -> Option<Duration> {
    if !is_safe(state.operation, state.error) {
        return None;
    }
    let wait = policy.next_delay(state)?.max(state.error.retry_after().unwrap_or_default());
    // A wait that ends after the deadline only delays the bad news.
    let ends = state.elapsed.checked_add(wait)?;
    (ends < operation_timeout).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::generated::operations;

    #[test]
    fn what_is_safe_to_repeat() {
        let read = &operations::GET_GROUP_LIVE_MIGRATION;
        let create = &operations::CREATE_GROUP_LIVE_MIGRATION;
        let token = &operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN;
        let delete = &operations::DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS;
        let cut_over = &operations::CUTOVER_GROUP_LIVE_MIGRATION;
        let status = |status| Error::with_status(status);
        let kind = |kind| Error::new(kind, "");
        for (error, everywhere) in [
            (kind(ErrorKind::Connect), true),
            (kind(ErrorKind::TokenRateLimited), true),
            (status(429), true),
            (status(400), true),
            (status(404), true),
            (kind(ErrorKind::Timeout), false),
            (kind(ErrorKind::Transport), false),
            (status(408), false),
            (status(500), false),
            (status(502), false),
            (status(503), false),
        ] {
            for operation in [create, token] {
                assert_eq!(is_safe(operation, &error), everywhere, "{} {error}", operation.id);
            }
            for operation in [read, delete, cut_over] {
                assert!(is_safe(operation, &error), "{} {error}", operation.id);
            }
        }
        for error in [kind(ErrorKind::InvalidResponse), kind(ErrorKind::ResponseTooLarge)] {
            assert!(!is_safe(create, &error) && !is_safe(delete, &error));
        }
    }

    #[test]
    fn no_post_and_no_patch_is_idempotent() {
        for operation in operations::ALL {
            use crate::Method;
            match operation.method {
                Method::Post | Method::Patch => assert!(!operation.idempotent, "{}", operation.id),
                Method::Get => assert!(operation.idempotent, "{}", operation.id),
                Method::Put | Method::Delete => {}
            }
        }
    }

    #[derive(Debug)]
    struct Always(Duration);

    impl RetryPolicy for Always {
        fn next_delay(&self, _: &RetryState<'_>) -> Option<Duration> {
            Some(self.0)
        }
    }

    #[test]
    fn a_policy_cannot_make_something_happen_twice_nor_pass_the_deadline() {
        let policy = Always(Duration::from_secs(5));
        let total = Duration::from_secs(60);
        let wait = |operation, error: &Error, elapsed| {
            let state = RetryState::new(operation, error, 1, Duration::from_secs(elapsed), 0.5);
            next_delay(&policy, &state, total).map(|wait| wait.as_secs())
        };
        let lost = Error::new(ErrorKind::Transport, "");
        assert_eq!(wait(&operations::CREATE_GROUP_LIVE_MIGRATION, &lost, 0), None);
        assert_eq!(wait(&operations::GET_GROUP_LIVE_MIGRATION, &lost, 0), Some(5));
        assert_eq!(wait(&operations::GET_GROUP_LIVE_MIGRATION, &lost, 54), Some(5));
        assert_eq!(wait(&operations::GET_GROUP_LIVE_MIGRATION, &lost, 55), None);
        let refused = Error::with_status_and_retry_after(429, Duration::from_secs(17));
        assert_eq!(wait(&operations::CREATE_GROUP_LIVE_MIGRATION, &refused, 0), Some(17));
        assert_eq!(wait(&operations::CREATE_GROUP_LIVE_MIGRATION, &refused, 43), None);
        let forever = Error::with_status_and_retry_after(429, Duration::MAX);
        assert_eq!(wait(&operations::CREATE_GROUP_LIVE_MIGRATION, &forever, 1), None);
    }
}
