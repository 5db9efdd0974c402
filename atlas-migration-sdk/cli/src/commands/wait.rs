//! The options of commands that wait for a job.

use std::time::Duration;

use atlas_migration_sdk::Polling;
use clap::Args;

use crate::failure::{Class, Failure};
use crate::output::progress::duration;

/// How to wait.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct WaitOptions {
    /// Give up waiting after this time, such as `90s` or `12h`, with the exit status 10. The job continues [default: no
    /// limit].
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    timeout: Option<Duration>,
    /// The time between two polls, such as `30s` [default: from 2 s, growing to 30 s].
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    interval: Option<Duration>,
}

/// The duration in an argument. The errors of the parser contain only positions.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text)
        .map_err(|_| "a duration is a number with a unit, such as `90s`, `15min` or `12h`")
}

impl WaitOptions {
    /// How often to poll.
    pub(crate) fn polling(self) -> Polling {
        let polling = Polling::default();
        self.interval.map_or(polling, |interval| polling.initial_interval(interval).max_interval(interval))
    }

    /// Waits within the time limit. `unfinished` is what continues after it.
    pub(crate) async fn limit<T>(
        self,
        unfinished: &str,
        wait: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Some(limit) = self.timeout else { return wait.await };
        tokio::time::timeout(limit, wait).await.unwrap_or_else(|_| {
            Err(Failure::new(Class::TimedOut, format!("timed out after {}. {unfinished}", duration(limit))))
        })
    }
}
