//! How long a fleet takes: each migration host copies and waits for one migration after the other.
//!
//! An estimate from assumptions, for a plan of weeks: which lane ends last, and whether people and windows are fast enough
//! for the 120 hours within which a migration that is ready must be cut over.

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::plan::DataRate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::output::table;
use crate::windows::Schedule;

/// How long Atlas leaves for the cutover of a migration that is ready.
pub(crate) const CUTOVER_LIMIT: Duration = Duration::from_secs(120 * 3600);

/// A migration whose duration is estimated.
pub(crate) struct Item<'a> {
    pub(crate) name: &'a str,
    pub(crate) host: &'a str,
    /// The size of the data, if Atlas lists it.
    pub(crate) bytes: Option<u64>,
}

/// What nobody knows before.
pub(crate) struct Assumptions {
    pub(crate) copy_rate: DataRate,
    /// From the end of a copy until the cutover is approved.
    pub(crate) approval: Duration,
    /// When every lane begins.
    pub(crate) begins: Timestamp,
}

/// How long a fleet takes.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Forecast {
    /// The assumed rate of the copies, such as `20 MB/s`.
    copy_rate: String,
    /// The assumed time from the end of a copy until the approval.
    approval_seconds: u64,
    #[schemars(with = "String")]
    begins: Timestamp,
    /// When the last lane ends.
    #[schemars(with = "String")]
    ends: Timestamp,
    total_seconds: u64,
    /// The migration host whose lane ends last.
    critical_lane: Option<String>,
    /// The lanes, the longest first.
    lanes: Vec<Lane>,
    /// What makes the forecast uncertain, and where the 120 hours could be exceeded.
    warnings: Vec<String>,
}

/// The migrations of a host, one after the other.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Lane {
    host: String,
    total_seconds: u64,
    #[schemars(with = "String")]
    ends: Timestamp,
    migrations: Vec<Leg>,
}

/// A migration in its lane.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Leg {
    name: String,
    /// The size of the data; null if Atlas does not list it, and the copy counts as nothing.
    size_bytes: Option<u64>,
    copy_seconds: u64,
    /// The time until the next window opens, after the approval.
    window_seconds: u64,
    /// When it is cut over.
    #[schemars(with = "String")]
    ends: Timestamp,
}

impl Forecast {
    /// Estimates the lanes. The windows decide when a cutover begins that was approved.
    pub(crate) fn new(items: &[Item<'_>], assumptions: &Assumptions, windows: &Schedule) -> Self {
        let mut lanes: Vec<Lane> = Vec::new();
        for item in items {
            let position = lanes.iter().position(|lane| lane.host == item.host).unwrap_or_else(|| {
                lanes.push(Lane::new(item.host, assumptions.begins));
                lanes.len() - 1
            });
            lanes[position].add(item, assumptions, windows);
        }
        for lane in &mut lanes {
            lane.total_seconds = lane.ends.saturating_duration_since(assumptions.begins).as_secs();
        }
        lanes.sort_by(|a, b| b.ends.cmp(&a.ends).then_with(|| a.host.cmp(&b.host)));
        let ends = lanes.first().map_or(assumptions.begins, |lane| lane.ends);
        let warnings = warnings(&lanes, assumptions, windows);
        Self {
            copy_rate: assumptions.copy_rate.to_string(),
            approval_seconds: assumptions.approval.as_secs(),
            begins: assumptions.begins,
            ends,
            total_seconds: ends.saturating_duration_since(assumptions.begins).as_secs(),
            critical_lane: lanes.first().map(|lane| lane.host.clone()),
            lanes,
            warnings,
        }
    }

    pub(crate) fn for_people(&self) -> String {
        let rows = self.lanes.iter().map(|lane| {
            let sum =
                |seconds: fn(&Leg) -> u64| lane.migrations.iter().map(seconds).fold(0, u64::saturating_add);
            let approvals = self.approval_seconds.saturating_mul(lane.migrations.len() as u64);
            [
                lane.host.clone(),
                lane.migrations.len().to_string(),
                rounded(sum(|leg| leg.copy_seconds)),
                rounded(approvals),
                rounded(sum(|leg| leg.window_seconds)),
                rounded(lane.total_seconds),
                minute(lane.ends),
            ]
        });
        let header = ["LANE", "MIGRATIONS", "COPY", "APPROVAL", "WINDOWS", "TOTAL", "ENDS (UTC)"];
        let mut text = table(&header, rows, "No migrations.");
        if let Some(critical) = &self.critical_lane {
            text += &format!(
                "\n\nThe fleet takes {}, until {} UTC. The critical lane is {critical}.",
                rounded(self.total_seconds),
                minute(self.ends)
            );
        }
        text += &format!(
            "\nAssumed: each copy proceeds at {} (--copy-rate), and each approval takes {} (--approval).",
            self.copy_rate,
            rounded(self.approval_seconds)
        );
        self.warnings.iter().for_each(|warning| text += &format!("\nwarning: {warning}"));
        text
    }
}

impl Lane {
    fn new(host: &str, begins: Timestamp) -> Self {
        Self { host: host.to_owned(), total_seconds: 0, ends: begins, migrations: Vec::new() }
    }

    fn add(&mut self, item: &Item<'_>, assumptions: &Assumptions, windows: &Schedule) {
        let copy = assumptions.copy_rate.duration_of(item.bytes.unwrap_or_default());
        let approved = self.ends + copy + assumptions.approval;
        let cut_over = windows.next_opening(approved).map_or(approved, |opening| opening.at);
        self.ends = cut_over;
        self.migrations.push(Leg {
            name: item.name.to_owned(),
            size_bytes: item.bytes,
            copy_seconds: copy.as_secs(),
            window_seconds: cut_over.saturating_duration_since(approved).as_secs(),
            ends: cut_over,
        });
    }
}

fn warnings(lanes: &[Lane], assumptions: &Assumptions, windows: &Schedule) -> Vec<String> {
    let mut warnings = Vec::new();
    let legs = || lanes.iter().flat_map(|lane| &lane.migrations);
    let unknown: Vec<&str> =
        legs().filter(|leg| leg.size_bytes.is_none()).map(|leg| leg.name.as_str()).collect();
    if !unknown.is_empty() {
        warnings.push(format!(
            "Atlas does not list the size of {}: the copy counts as nothing",
            some_of(&unknown)
        ));
    }
    let (approval, limit) = (assumptions.approval.as_secs(), CUTOVER_LIMIT.as_secs());
    let late = legs().filter(|leg| approval.saturating_add(leg.window_seconds) >= limit);
    let late: Vec<&str> = late.map(|leg| leg.name.as_str()).collect();
    let closed = windows.longest_closure(assumptions.begins).as_secs();
    if !late.is_empty() {
        warnings.push(format!(
            "{} would expire: approval and windows take 120 hours or more after the copy. Approve faster, or add windows",
            some_of(&late)
        ));
    } else if approval.saturating_add(closed) >= limit {
        warnings.push(format!(
            "the 120 hours could be exceeded: no window is open for up to {}, and an approval that misses a window takes \
             that longer. Add windows",
            rounded(closed)
        ));
    }
    warnings
}

/// The first names of a list.
pub(crate) fn some_of(names: &[&str]) -> String {
    const LISTED: usize = 10;
    let more = names.len().saturating_sub(LISTED);
    let listed = names.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    if more == 0 { listed } else { format!("{listed} and {more} more") }
}

/// A duration for people.
fn rounded(seconds: u64) -> String {
    match seconds {
        0 => "-".to_owned(),
        1..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{:.1} h", seconds as f64 / 3600.0),
        _ => format!("{:.1} days", seconds as f64 / 86_400.0),
    }
}

/// The time without seconds.
fn minute(at: Timestamp) -> String {
    at.to_string().chars().take(16).collect::<String>().replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::{Day, Window};

    const GB: u64 = 1_000_000_000;

    fn forecast(items: &[(&str, &str, Option<u64>)], approval_hours: u64, windows: &[Window]) -> Forecast {
        let items: Vec<Item<'_>> =
            items.iter().map(|(name, host, bytes)| Item { name, host, bytes: *bytes }).collect();
        let assumptions = Assumptions {
            copy_rate: "20".parse().unwrap(),
            approval: Duration::from_secs(approval_hours * 3600),
            // A Saturday.
            begins: "2026-11-28T12:00:00Z".parse().unwrap(),
        };
        Forecast::new(&items, &assumptions, &Schedule::new(windows).unwrap())
    }

    fn window(days: &[Day]) -> Window {
        Window {
            days: days.to_vec(),
            from: "02:00".to_owned(),
            to: "06:00".to_owned(),
            time_zone: "UTC".to_owned(),
        }
    }

    #[test]
    fn the_lane_that_ends_last_is_critical() {
        let items = [
            ("orders", "a", Some(720 * GB)), // 10 h
            ("stock", "b", Some(360 * GB)),
            ("customers", "a", Some(72 * GB)), // 1 h
            ("log", "c", Some(0)),
        ];
        let forecast = forecast(&items, 4, &[]);
        let lanes: Vec<_> =
            forecast.lanes.iter().map(|lane| (lane.host.as_str(), lane.total_seconds / 3600)).collect();
        assert_eq!(lanes, [("a", 19), ("b", 9), ("c", 4)]);
        assert_eq!(forecast.critical_lane.as_deref(), Some("a"));
        assert_eq!(forecast.total_seconds, 19 * 3600);
        assert_eq!(forecast.ends.to_string(), "2026-11-29T07:00:00.000Z");
        assert_eq!(forecast.lanes[0].migrations[1].copy_seconds, 3600);
        assert!(forecast.warnings.is_empty());
        let text = forecast.for_people();
        assert!(
            text.contains("The fleet takes 19.0 h, until 2026-11-29 07:00 UTC. The critical lane is a."),
            "{text}"
        );
        assert!(
            text.contains("at 20 MB/s (--copy-rate), and each approval takes 4.0 h (--approval)"),
            "{text}"
        );
    }

    #[test]
    fn a_cutover_waits_for_its_window() {
        let every_night = window(&Day::ALL.map(|(_, day)| day));
        let forecast = forecast(&[("orders", "a", Some(0)), ("stock", "a", Some(0))], 4, &[every_night]);
        let legs: Vec<_> = forecast.lanes[0].migrations.iter().map(|leg| leg.window_seconds / 3600).collect();
        // Approved on Saturday at 16:00, and on Sunday at 06:00, when the window has just closed.
        assert_eq!(legs, [10, 20]);
        assert_eq!(forecast.ends.to_string(), "2026-11-30T02:00:00.000Z");
        assert!(forecast.warnings.is_empty(), "{:?}", forecast.warnings);
    }

    #[test]
    fn when_the_120_hours_could_be_exceeded() {
        for (approval, windows, expected) in [
            (119, &[][..], None),
            (120, &[], Some("orders would expire: approval and windows take 120 hours or more")),
            // The next window is 130 hours after the approval.
            (4, &[window(&[Day::Fri])], Some("orders would expire")),
            // This one meets a window, and a later one could miss it.
            (4, &[window(&[Day::Sun])], Some("no window is open for up to 6.8 days")),
            (4, &[window(&[Day::Sun, Day::Wed])], None),
            (30, &[window(&[Day::Sun, Day::Wed])], Some("no window is open for up to 3.8 days")),
        ] {
            let forecast = forecast(&[("orders", "a", Some(0))], approval, windows);
            assert_eq!(forecast.warnings.len(), usize::from(expected.is_some()), "{:?}", forecast.warnings);
            if let Some(expected) = expected {
                assert!(forecast.warnings[0].contains(expected), "{:?}", forecast.warnings);
            }
        }
    }

    #[test]
    fn unknown_and_enormous_sizes() {
        let items = [("orders", "a", None), ("stock", "b", Some(u64::MAX)), ("log", "b", Some(u64::MAX))];
        let unknown = forecast(&items, 4, &[]);
        assert!(
            unknown.warnings[0].contains("Atlas does not list the size of orders"),
            "{:?}",
            unknown.warnings
        );
        assert!(unknown.for_people().contains("The critical lane is b."));
        let none = forecast(&[], 4, &[]);
        assert_eq!((none.total_seconds, none.critical_lane.as_ref()), (0, None));
        assert!(none.for_people().starts_with("No migrations."));
        let names: Vec<String> = (0..12).map(|index| format!("m{index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(some_of(&names).ends_with("m9 and 2 more"));
    }
}
