//! The warnings of an error, and when it states that nothing was sent.

use crate::error::{Effect, Error, ErrorKind};
use crate::generated::operations::{self, DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS};
use crate::values::operation::Method;

#[test]
fn nothing_was_sent_only_if_there_was_no_earlier_attempt() {
    for (earlier, nothing_sent, warned) in [(Effect::None, true, false), (Effect::Possible, false, true)] {
        let error = Error::new(ErrorKind::Connect, "could not connect").with_earlier_effect(earlier);
        let text = error.with_operation(&DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS).to_string();
        assert!(text.contains("could not connect. ") && text.contains("Check the base URL"), "{text}");
        assert_eq!(text.contains("Nothing was sent"), nothing_sent, "{text}");
        assert_eq!(
            text.contains("An earlier attempt, whose response was lost, may have taken effect"),
            warned,
            "{text}"
        );
    }
}

#[test]
fn the_advice_after_a_lost_response_is_that_of_the_operation() {
    for operation in operations::ALL {
        let error = Error::new(ErrorKind::Transport, "the response was lost").with_operation(operation);
        let text = error.to_string();
        match operation.after_lost_response {
            Some(advice) => assert!(text.ends_with(advice.trim_end_matches('.')), "{text}"),
            None => {
                assert_eq!((operation.method, text.contains("effect")), (Method::Get, false), "{text}")
            }
        }
    }
}
