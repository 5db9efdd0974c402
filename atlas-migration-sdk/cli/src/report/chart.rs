//! The drawings of the page: the stages on a time line, and the lag as a curve over the same time.

use std::fmt::Write as _;
use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{LagPoint, Summary};
use maud::{Markup, html};

use super::{result, time};
use crate::output::progress::duration;

/// The width of a drawing, of which the labels on the left take a part.
const WIDTH: f64 = 900.0;
const LEFT: f64 = 96.0;
const RIGHT: f64 = 16.0;
/// The height of a row of the time line.
const ROW: f64 = 24.0;
/// The height of the curve.
const CURVE: f64 = 200.0;
/// The height of the times below a drawing.
const AXIS: f64 = 22.0;
/// A curve has at most this many points: each is the highest of those that it stands for.
const MAX_POINTS: usize = 800;

/// The time of the migration, as positions in a drawing.
struct Axis {
    from: Timestamp,
    length: Duration,
}

impl Axis {
    fn of(summary: &Summary) -> Self {
        let length = summary.last_event_at.saturating_duration_since(summary.started_at);
        Self { from: summary.started_at, length: length.max(Duration::from_secs(1)) }
    }

    fn x(&self, at: Timestamp) -> f64 {
        let part = at.saturating_duration_since(self.from).as_secs_f64() / self.length.as_secs_f64();
        LEFT + part.min(1.0) * (WIDTH - LEFT - RIGHT)
    }

    /// The grid, with the times below it.
    fn draw(&self, height: f64) -> Markup {
        let ticks = (0..=4_u32).map(|tick| self.from + self.length * tick / 4);
        html! {
            @for (number, at) in ticks.enumerate() {
                line.grid x1=(round(self.x(at))) y1="0" x2=(round(self.x(at))) y2=(round(height)) {}
                text.tick x=(round(self.x(at))) y=(round(height + 15.0))
                    text-anchor=(match number { 0 => "start", 4 => "end", _ => "middle" }) { (time(at)) }
            }
        }
    }
}

/// The stages on a time line, one row each.
pub(super) fn stages(summary: &Summary) -> Markup {
    let axis = Axis::of(summary);
    let height = ROW * summary.stages.len() as f64;
    let label =
        format!("The stages between {} and {}", time(summary.started_at), time(summary.last_event_at));
    let bars = summary.stages.iter().enumerate().map(|(row, stage)| {
        let end = stage.ended.unwrap_or(summary.last_event_at);
        let (x, y) = (axis.x(stage.began), ROW * row as f64);
        // A short stage is visible too.
        let width = (axis.x(end) - x).max(3.0);
        (stage, x.min(WIDTH - RIGHT - width), y, width, duration(end.saturating_duration_since(stage.began)))
    });
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (height + AXIS) } role="img" aria-label=(label) {
            (axis.draw(height))
            @for (stage, x, y, width, took) in bars {
                text.label x="0" y=(round(y + 16.0)) { (stage.name) }
                rect class={ "bar " (result(stage.result).replace(' ', "-")) } x=(round(x)) y=(round(y + 4.0))
                    width=(round(width)) height="16" rx="2" { title { (stage.name) ": " (took) } }
                @if width > 60.0 { text.inside x=(round(x + 6.0)) y=(round(y + 16.0)) { (took) } }
            }
        }
    }
}

/// The lag as a curve.
pub(super) fn lag(summary: &Summary) -> Markup {
    let axis = Axis::of(summary);
    let highest = summary.lag.iter().map(|point| point.lag).max().unwrap_or_default();
    let scale = rounded_up(highest);
    let y = |lag: Duration| CURVE - lag.as_secs_f64() / scale.as_secs_f64() * (CURVE - 8.0);
    let points = reduced(&summary.lag);
    let line = points.iter().fold(String::new(), |mut line, point| {
        // Writing to a string cannot fail.
        let _ = write!(line, "{},{} ", round(axis.x(point.at)), round(y(point.lag)));
        line
    });
    let ends = points.first().zip(points.last()).map(|(first, last)| (axis.x(first.at), axis.x(last.at)));
    let (first, last) = ends.unwrap_or((LEFT, LEFT));
    let area = format!("{},{} {line}{},{}", round(first), CURVE, round(last), CURVE);
    let label = format!("The lag over time, at most {}", duration(highest));
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (CURVE + AXIS) } role="img" aria-label=(label) {
            (axis.draw(CURVE))
            @for tick in 0..=4_u32 {
                line.grid x1=(LEFT) y1=(round(y(scale * tick / 4))) x2=(WIDTH - RIGHT) y2=(round(y(scale * tick / 4))) {}
                text.tick x=(LEFT - 8.0) y=(round(y(scale * tick / 4) + 4.0)) text-anchor="end" {
                    (duration(scale * tick / 4))
                }
            }
            polygon.area points=(area) {}
            polyline.curve points=(line.trim_end()) {}
            @if let Some(ready) = summary.ready_since {
                line.ready x1=(round(axis.x(ready))) y1="0" x2=(round(axis.x(ready))) y2=(CURVE) {}
                text.label x=(round(axis.x(ready) - 6.0)) y="14" text-anchor="end" { "ready" }
            }
        }
    }
}

/// A position with one digit after the point.
fn round(position: f64) -> f64 {
    (position * 10.0).round() / 10.0
}

/// The next duration whose quarters are round: 4, 20, 40 s; 2, 4, 20, 40 min; 1, 2, 4, 8 … h.
fn rounded_up(lag: Duration) -> Duration {
    const STEPS: [u64; 10] = [4, 20, 40, 120, 240, 1200, 2400, 3600, 7200, 14_400];
    let seconds = lag.as_secs();
    let step = STEPS.iter().copied().find(|step| *step >= seconds);
    Duration::from_secs(step.unwrap_or_else(|| seconds.div_ceil(14_400).saturating_mul(14_400)))
}

/// The points of a curve that has at most [`MAX_POINTS`].
fn reduced(points: &[LagPoint]) -> Vec<LagPoint> {
    let size = points.len().div_ceil(MAX_POINTS).max(1);
    points.chunks(size).filter_map(|chunk| chunk.iter().max_by_key(|point| point.lag).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_covers_the_lag() {
        for (lag, scale) in
            [(0, 4), (4, 4), (5, 20), (600, 1200), (3100, 3600), (14_401, 28_800), (u64::MAX, u64::MAX)]
        {
            let rounded = rounded_up(Duration::from_secs(lag));
            assert_eq!(rounded.as_secs(), scale);
            assert!(rounded.as_secs() >= lag);
        }
    }
}
