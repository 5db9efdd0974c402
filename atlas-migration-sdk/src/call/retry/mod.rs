//! Whether a failed request is repeated, and after which delay.
//!
//! A request is only repeated if that cannot have an effect twice ([`is_safe`]). The policy is only called for such
//! requests, so that a custom policy cannot violate this.

mod policy;

use std::time::Duration;

pub use policy::{Backoff, NoRetry, RetryPolicy, RetryState};

use crate::error::{Effect, Error};
use crate::values::operation::Operation;

/// Whether the request can be repeated without having an effect twice.
///
/// - If it had no effect (it was not sent, or the API rejected it), every operation can be repeated.
/// - If it may have had an effect, only idempotent operations can be repeated: reading; deleting the links, which are
///   gone then; cutting over, which a migration does only once.
/// - If it took effect and only the response is unreadable, a repeat is of no use.
fn is_safe(operation: &Operation, error: &Error) -> bool {
    match error.effect() {
        Effect::None => true,
        Effect::Possible => operation.idempotent,
        Effect::Certain => false,
    }
}

/// The delay before the next attempt: that of the policy, or that of the server if it is longer. `None` if there is no
/// next attempt.
pub(crate) fn next_delay(
    policy: &dyn RetryPolicy,
    state: &RetryState<'_>,
    operation_timeout: Duration,
) -> Option<Duration> {
    if !is_safe(state.operation, state.error) {
        return None;
    }
    let delay = policy.next_delay(state)?.max(state.error.retry_after().unwrap_or_default());
    // A delay beyond the deadline would only delay the error.
    let end = state.elapsed.checked_add(delay)?;
    (end < operation_timeout).then_some(delay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::generated::operations;

    #[test]
    fn which_requests_are_safe_to_repeat() {
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
            (kind(ErrorKind::TokenEndpoint), true),
            (status(429), true),
            (status(400), true),
            (status(404), true),
            (kind(ErrorKind::Timeout), false),
            (kind(ErrorKind::Transport), false),
            (kind(ErrorKind::RuntimeStopped), false),
            (kind(ErrorKind::ForeignResponse), false),
            (status(101), false),
            (status(304), false),
            (status(307), false),
            (status(408), false),
            (status(499), false),
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
    fn a_policy_cannot_repeat_an_effect_or_exceed_the_deadline() {
        let policy = Always(Duration::from_secs(5));
        let total = Duration::from_secs(60);
        let delay = |operation, error: &Error, elapsed| {
            let state = RetryState::new(operation, error, 1, Duration::from_secs(elapsed), 0.5);
            next_delay(&policy, &state, total).map(|delay| delay.as_secs())
        };
        let lost = Error::new(ErrorKind::Transport, "");
        assert_eq!(delay(&operations::CREATE_GROUP_LIVE_MIGRATION, &lost, 0), None);
        assert_eq!(delay(&operations::GET_GROUP_LIVE_MIGRATION, &lost, 0), Some(5));
        assert_eq!(delay(&operations::GET_GROUP_LIVE_MIGRATION, &lost, 54), Some(5));
        assert_eq!(delay(&operations::GET_GROUP_LIVE_MIGRATION, &lost, 55), None);
        let limited = Error::with_status_and_retry_after(429, Duration::from_secs(17));
        assert_eq!(delay(&operations::CREATE_GROUP_LIVE_MIGRATION, &limited, 0), Some(17));
        assert_eq!(delay(&operations::CREATE_GROUP_LIVE_MIGRATION, &limited, 43), None);
        let forever = Error::with_status_and_retry_after(429, Duration::MAX);
        assert_eq!(delay(&operations::CREATE_GROUP_LIVE_MIGRATION, &forever, 1), None);
    }
}
