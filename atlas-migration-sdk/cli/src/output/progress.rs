//! The display of a wait: a bar on a terminal, lines elsewhere, and for programs one JSON object a line.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use atlas_migration_sdk::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use schemars::JsonSchema;
use serde::Serialize;

use super::curve::Curve;
use super::{Format, json_line, printable};
use crate::failure::Failure;

/// The time in which a migration can be cut over once it is ready.
const CUTOVER_WINDOW: Duration = Duration::from_secs(120 * 3600);
/// How many columns of a terminal the curve of the lag takes.
const CURVE_WIDTH: usize = 24;

/// The progress of a migration, in the output for programs and on the standard input of hooks.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProgressReport {
    /// The state: NEW, WORKING, FAILED, COMPLETE, EXPIRED, or one that this version does not know.
    pub(crate) status: Option<String>,
    /// How far the destination is behind the source.
    pub(crate) lag_seconds: Option<u64>,
    /// Whether the migration can be cut over.
    pub(crate) ready_for_cutover: bool,
    /// The estimated time until the destination has caught up.
    pub(crate) estimated_remaining_seconds: Option<u64>,
    /// The time that is left to cut over, at most: it is counted from the first poll with a ready migration.
    pub(crate) cutover_seconds_left: Option<u64>,
    /// Whether the migration was ready already at the first poll of this run, so that less than `cutoverSecondsLeft` is
    /// left.
    pub(crate) ready_since_unknown: bool,
    /// The time since the first poll.
    pub(crate) elapsed_seconds: u64,
}

impl From<&Progress> for ProgressReport {
    fn from(progress: &Progress) -> Self {
        let seconds = |duration: Duration| duration.as_secs();
        Self {
            status: progress.status().map(|status| status.as_str().to_owned()),
            lag_seconds: progress.lag().map(seconds),
            ready_for_cutover: progress.is_ready(),
            estimated_remaining_seconds: progress.estimated_remaining.map(seconds),
            cutover_seconds_left: progress.cutover_time_left.map(seconds),
            ready_since_unknown: progress.ready_since_unknown,
            elapsed_seconds: progress.elapsed.as_secs(),
        }
    }
}

/// One line of the output for programs while a command waits.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum WatchLine<T> {
    /// The progress at one poll.
    Progress(ProgressReport),
    /// The last line: the result.
    Result(T),
}

/// The output of a command with `--watch`, for its schema: with the flag the lines of the wait, or else one object.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "only the schema is used")]
pub(crate) enum WatchedOrNot<W, T> {
    Watched(WatchLine<W>),
    NotWatched(T),
}

/// The display of one wait. Dropping it removes the bar.
pub(crate) struct Waiting {
    what: String,
    mode: Mode,
    curve: Curve,
}

enum Mode {
    Bar(ProgressBar),
    /// Lines on the standard error, each only if it differs from the last one.
    Lines {
        last: String,
    },
    Json,
}

impl Waiting {
    /// `what` is waited for, such as "migration 6a…".
    pub(crate) fn new(format: Format, what: impl Into<String>) -> Self {
        let what = printable(&what.into());
        let can_draw =
            io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let mode = match format {
            Format::Json => Mode::Json,
            Format::Table if can_draw => Mode::Bar(bar(&what)),
            Format::Table => Mode::Lines { last: String::new() },
        };
        Self { what, mode, curve: Curve::new(CURVE_WIDTH) }
    }

    /// Shows a poll of a migration.
    pub(crate) fn observe(&mut self, progress: &Progress) -> Result<(), Failure> {
        if let Some(lag) = progress.lag() {
            self.curve.push(lag.as_secs());
        }
        match &self.mode {
            Mode::Json => {
                json_line(&WatchLine::<()>::Progress(ProgressReport::from(progress)))?;
            }
            Mode::Bar(bar) => {
                let position = position(progress, self.curve.highest());
                bar.set_style(style(position.is_some(), &self.curve.draw()));
                bar.set_position(position.unwrap_or_default());
                bar.set_message(progress_text(progress));
            }
            Mode::Lines { .. } => self.message(&progress_text(progress)),
        }
        Ok(())
    }

    /// Shows what is going on in a wait that has no numbers. Nothing in the output for programs.
    pub(crate) fn message(&mut self, text: &str) {
        match &mut self.mode {
            Mode::Json => {}
            Mode::Bar(bar) => bar.set_message(printable(text)),
            Mode::Lines { last } => {
                if last != text {
                    crate::output::note!("{}: {}", self.what, printable(text));
                    text.clone_into(last);
                }
            }
        }
    }

    /// Writes a line that stays, above the bar.
    pub(crate) fn note(&self, text: &str) {
        match &self.mode {
            Mode::Bar(bar) => bar.suspend(|| crate::output::note!("{}", printable(text))),
            Mode::Lines { .. } | Mode::Json => crate::output::note!("{}", printable(text)),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Mode::Bar(bar) = &self.mode {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: &str) -> ProgressBar {
    let bar = ProgressBar::new(1000).with_prefix(what.to_owned()).with_style(style(false, ""));
    bar.enable_steady_tick(Duration::from_millis(150));
    bar
}

/// Lines for the job, for the text, and for the bar with the curve, so that each fits into a narrow terminal.
fn style(has_bar: bool, curve: &str) -> ProgressStyle {
    let bar = if has_bar { format!("\n  [{{bar:30}}] {curve}") } else { String::new() };
    // The only variable part is the curve, which has no placeholders; a test parses the rest.
    ProgressStyle::with_template(&format!("{{spinner}} {{prefix}}\n  {{wide_msg}}{bar}"))
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The position of the bar, of 1000, if there is something to show: while copying, the part of the highest lag that is
/// caught up; once ready, what is left of the 120 hours.
fn position(progress: &Progress, highest_lag: Option<u64>) -> Option<u64> {
    let part = match (progress.cutover_time_left, progress.lag(), highest_lag) {
        (Some(left), _, _) => left.as_secs_f64() / CUTOVER_WINDOW.as_secs_f64(),
        (None, Some(lag), Some(highest)) if highest > 0 => 1.0 - lag.as_secs_f64() / highest as f64,
        _ => return None,
    };
    Some((part.clamp(0.0, 1.0) * 1000.0) as u64)
}

/// The progress for people, in one line.
pub(crate) fn progress_text(progress: &Progress) -> String {
    let status = progress.status().map_or("state unknown".to_owned(), |status| printable(status.as_str()));
    if progress.has_ended() {
        return status;
    }
    let lag = progress.lag().map_or("lag unknown".to_owned(), |lag| format!("lag {}", duration(lag)));
    match (progress.cutover_time_left, progress.estimated_remaining) {
        (Some(left), _) if progress.ready_since_unknown => format!(
            "{status}, {lag}, ready since before this run: cut over within less than {}, counted from its first poll",
            duration(left)
        ),
        (Some(left), _) => format!("{status}, {lag}, ready: cut over within {} at most", duration(left)),
        (None, Some(remaining)) => format!("{status}, {lag}, about {} remaining", duration(remaining)),
        (None, None) => format!("{status}, {lag}"),
    }
}

/// A duration for people in at most two units, such as `119 h 59 min`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min {} s", seconds % 60),
        _ => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (61, "1 min 1 s"),
            (3600, "1 h 0 min"),
            (431_999, "119 h 59 min"),
            (u64::MAX, "5124095576030431 h 0 min"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn the_bar_has_a_line_of_its_own() {
        for (has_bar, curve, expected) in [
            (false, "", "migration 6a\n  WORKING"),
            (true, "█▅▁", "migration 6a\n  WORKING\n  [███████████████░░░░░░░░░░░░░░░] █▅▁"),
        ] {
            let terminal = indicatif::InMemoryTerm::new(10, 80);
            let target = indicatif::ProgressDrawTarget::term_like(Box::new(terminal.clone()));
            let bar = ProgressBar::with_draw_target(Some(1000), target).with_prefix("migration 6a");
            bar.set_style(style(has_bar, curve));
            bar.set_message("WORKING");
            bar.set_position(500);
            bar.tick();
            // Without the spinner.
            assert_eq!(terminal.contents().split_once(' ').unwrap().1, expected);
        }
    }

    #[test]
    fn a_line_for_programs() {
        let report = ProgressReport {
            status: Some("WORKING".to_owned()),
            lag_seconds: Some(60),
            ready_for_cutover: false,
            estimated_remaining_seconds: None,
            cutover_seconds_left: None,
            ready_since_unknown: false,
            elapsed_seconds: 4,
        };
        let line = serde_json::to_value(WatchLine::<()>::Progress(report)).unwrap();
        let expected = serde_json::json!({
            "type": "progress", "status": "WORKING", "lagSeconds": 60, "readyForCutover": false,
            "estimatedRemainingSeconds": null, "cutoverSecondsLeft": null, "readySinceUnknown": false,
            "elapsedSeconds": 4,
        });
        assert_eq!(line, expected);
    }
}
