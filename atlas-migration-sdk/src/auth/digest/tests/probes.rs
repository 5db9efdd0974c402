//! Calls that wait for the challenge to another call.

use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use super::*;
use crate::values::clock::BoxFuture;

#[tokio::test]
async fn one_call_requests_a_challenge_and_the_others_wait() {
    let auth = auth();
    let mut first = request("GET", "https://x/");
    let probing = auth.authorize(&mut first).await.unwrap();
    assert!(matches!(probing, Authorization::Unauthenticated(Some(_))));
    assert!(!first.headers().contains_key(AUTHORIZATION));

    let mut second = request("GET", "https://x/");
    let mut waiting = std::pin::pin!(auth.authorize(&mut second));
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());
    challenge(&auth, probing, ATLAS);
    assert!(matches!(waiting.await.unwrap(), Authorization::Nonce { .. }));
}

#[tokio::test]
async fn a_call_that_waited_without_success_does_not_delay_others() {
    let auth = auth();
    let mut bare = request("GET", "https://x/");
    let probing = auth.authorize(&mut bare).await.unwrap();
    let mut second = request("GET", "https://x/");
    let mut waiting = std::pin::pin!(auth.authorize(&mut second));
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());
    drop(probing);
    assert!(matches!(waiting.await.unwrap(), Authorization::Unauthenticated(None)));
}

/// A clock whose delays end at once, except that other tasks run before.
#[derive(Debug)]
struct NoDelay;

impl Clock for NoDelay {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<()> {
        Box::pin(tokio::task::yield_now())
    }
}

#[tokio::test]
async fn a_call_that_is_no_longer_polled_delays_others_for_a_limited_time() {
    let auth = DigestAuth { clock: Arc::new(NoDelay), ..auth() };
    let [mut first, mut second, mut third] = std::array::from_fn(|_| request("GET", "https://x/"));
    let abandoned = auth.authorize(&mut first).await.unwrap();
    // Both wait at the same time, and neither for the other.
    let (second, third) = tokio::join!(auth.authorize(&mut second), auth.authorize(&mut third));
    assert!(matches!(second.unwrap(), Authorization::Unauthenticated(None)));
    assert!(matches!(third.unwrap(), Authorization::Unauthenticated(None)));
    // A later call does not wait, and others wait for it.
    let mut fourth = request("GET", "https://x/");
    let mut fourth = std::pin::pin!(auth.authorize(&mut fourth));
    let Poll::Ready(Ok(fourth)) = futures_util::poll!(fourth.as_mut()) else { panic!("it waits") };
    assert!(matches!(fourth, Authorization::Unauthenticated(Some(_))));
    drop(abandoned);
    assert!(auth.probes.start().is_none(), "the first call has ended, but the fourth one has not");
}
