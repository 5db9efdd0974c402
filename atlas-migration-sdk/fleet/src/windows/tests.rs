//! Windows within a week, over midnight, and when the clocks change.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A window such as `sat,sun 02:00-06:00 Europe/Berlin`.
fn window(text: &str) -> Window {
    let parts: Vec<&str> = text.split(' ').collect();
    let [days, times, time_zone] = parts[..] else { panic!("{text}") };
    let day = |name: &str| Day::ALL.into_iter().find(|(known, _)| *known == name).unwrap().1;
    let (from, to) = times.split_once('-').unwrap();
    Window {
        days: days.split(',').map(day).collect(),
        from: from.to_owned(),
        to: to.to_owned(),
        time_zone: time_zone.to_owned(),
    }
}

#[test]
fn without_windows_a_cutover_may_begin_at_any_time() {
    assert_eq!(check(&[], at("2026-11-28T12:00:00Z")), Ok(()));
}

/// In the winter, Berlin is one hour ahead of UTC, and New York five hours behind. 2026-11-28 is a Saturday.
#[test]
fn when_a_window_is_open() {
    for (text, now, next) in [
        ("sat 02:00-06:00 Europe/Berlin", "2026-11-28T00:59:59.999Z", Some("2026-11-28T01:00:00.000Z")),
        ("sat 02:00-06:00 Europe/Berlin", "2026-11-28T01:00:00Z", None),
        ("sat 02:00-06:00 Europe/Berlin", "2026-11-28T04:59:59.999Z", None),
        ("sat 02:00-06:00 Europe/Berlin", "2026-11-28T05:00:00Z", Some("2026-12-05T01:00:00.000Z")),
        // The day is that of the time zone.
        ("fri 20:00-23:00 America/New_York", "2026-11-28T01:30:00Z", None),
        ("sat 08:00-09:00 Pacific/Auckland", "2026-11-27T19:30:00Z", None),
        // Over midnight, it belongs to the day on which it begins.
        ("sat 22:00-02:00 UTC", "2026-11-28T21:59:00Z", Some("2026-11-28T22:00:00.000Z")),
        ("sat 22:00-02:00 UTC", "2026-11-29T01:59:00Z", None),
        ("sat 22:00-02:00 UTC", "2026-11-29T02:00:00Z", Some("2026-12-05T22:00:00.000Z")),
        ("sat 22:00-02:00 UTC", "2026-11-28T01:00:00Z", Some("2026-11-28T22:00:00.000Z")),
        ("sun 22:00-02:00 UTC", "2026-11-30T01:00:00Z", None),
        // A whole day.
        ("sat 00:00-24:00 UTC", "2026-11-28T23:59:59Z", None),
        ("sat 00:00-24:00 UTC", "2026-11-29T00:00:00Z", Some("2026-12-05T00:00:00.000Z")),
        ("sat 06:00-06:00 UTC", "2026-11-29T05:59:00Z", None),
        ("sat 06:00-06:00 UTC", "2026-11-29T06:00:00Z", Some("2026-12-05T06:00:00.000Z")),
        ("sat 22:00-24:00 UTC", "2026-11-29T00:00:00Z", Some("2026-12-05T22:00:00.000Z")),
    ] {
        let schedule = Schedule::new(&[window(text)]).unwrap();
        assert_eq!(schedule.is_open(at(now)), next.is_none(), "{text} at {now}");
        let opening = schedule.next_opening(at(now)).unwrap().at;
        assert_eq!(opening, next.map_or(at(now), at), "{text} at {now}");
    }
}

/// In 2026, the clocks of Berlin skip 02:00 to 03:00 on March 29 at 01:00 UTC, and repeat it on October 25 at 01:00 UTC.
/// Both are Sundays.
#[test]
fn when_the_clocks_change() {
    for (text, now, next) in [
        // The beginning is skipped: it opens with the first minute after.
        ("sun 02:30-05:00 Europe/Berlin", "2026-03-29T00:59:59Z", Some("2026-03-29T01:00:00.000Z")),
        ("sun 02:30-05:00 Europe/Berlin", "2026-03-29T01:00:00Z", None),
        ("sun 02:30-05:00 Europe/Berlin", "2026-03-29T03:00:00Z", Some("2026-04-05T00:30:00.000Z")),
        // The end is skipped.
        ("sun 01:00-02:30 Europe/Berlin", "2026-03-29T00:59:59Z", None),
        ("sun 01:00-02:30 Europe/Berlin", "2026-03-29T01:00:00Z", Some("2026-04-04T23:00:00.000Z")),
        // All of it is skipped: not on this day.
        ("sun 02:00-03:00 Europe/Berlin", "2026-03-28T12:00:00Z", Some("2026-04-05T00:00:00.000Z")),
        // All of it is repeated: it lasts for two hours, or opens twice.
        ("sun 02:00-03:00 Europe/Berlin", "2026-10-24T23:59:00Z", Some("2026-10-25T00:00:00.000Z")),
        ("sun 02:00-03:00 Europe/Berlin", "2026-10-25T01:59:00Z", None),
        ("sun 02:00-03:00 Europe/Berlin", "2026-10-25T02:00:00Z", Some("2026-11-01T01:00:00.000Z")),
        ("sun 02:15-02:45 Europe/Berlin", "2026-10-25T00:30:00Z", None),
        ("sun 02:15-02:45 Europe/Berlin", "2026-10-25T00:50:00Z", Some("2026-10-25T01:15:00.000Z")),
        // The end is repeated: the clocks show a time within it again.
        ("sun 01:00-02:30 Europe/Berlin", "2026-10-25T00:45:00Z", Some("2026-10-25T01:00:00.000Z")),
        // The clocks change in the middle.
        ("sat 23:00-05:00 Europe/Berlin", "2026-03-29T02:59:00Z", None),
        ("sat 23:00-05:00 Europe/Berlin", "2026-03-29T03:00:00Z", Some("2026-04-04T21:00:00.000Z")),
    ] {
        let schedule = Schedule::new(&[window(text)]).unwrap();
        assert_eq!(schedule.is_open(at(now)), next.is_none(), "{text} at {now}");
        let opening = schedule.next_opening(at(now)).unwrap().at;
        assert_eq!(opening, next.map_or(at(now), at), "{text} at {now}");
    }
}

#[test]
fn a_refusal_names_the_next_window_in_its_zone_and_in_utc() {
    let windows = [window("sat 22:00-02:00 America/New_York"), window("sun 02:00-06:00 Europe/Berlin")];
    let refused = check(&windows, at("2026-11-28T12:00:00Z")).unwrap_err();
    assert!(refused.contains("on Sun 2026-11-29 02:00 Europe/Berlin (2026-11-29 01:00 UTC)"), "{refused}");
    assert_eq!(check(&windows, at("2026-11-29T05:30:00Z")), Ok(()), "the second window of two");
    let refused = check(&windows[..1], at("2026-11-29T07:00:00Z")).unwrap_err();
    assert!(refused.contains("on Sat 2026-12-05 22:00 America/New_York (2026-12-06 03:00 UTC)"), "{refused}");
}

#[test]
fn a_window_that_cannot_be_read_permits_nothing() {
    for (text, part) in [
        ("sat 2:00-06:00 UTC", "HH:MM"),
        ("sat 02:00-24:01 UTC", "HH:MM"),
        ("sat 02:60-03:00 UTC", "HH:MM"),
        ("sat 02:00-+3:00 UTC", "HH:MM"),
        ("sat 02:00-03:00 Europe/Berln", "Did you mean Europe/Berlin?"),
        ("sat 02:00-03:00 Nowhere/Nothing", "an IANA name"),
    ] {
        let refused = check(&[window(text)], at("2026-11-28T02:30:00Z")).unwrap_err();
        assert!(refused.contains(part), "{text}: {refused}");
    }
}

#[test]
fn the_longest_time_between_two_windows() {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    for (windows, expected) in [
        (&[][..], hours(0)),
        (&["sat 02:00-06:00 UTC"], hours(7 * 24 - 4)),
        (&["mon,tue,wed,thu,fri 20:00-24:00 UTC"], hours(2 * 24 + 20)),
        (&["sat 00:00-12:00 UTC", "sat 12:00-24:00 UTC"], hours(6 * 24)),
        (&["mon,tue,wed,thu,fri,sat,sun 00:00-24:00 UTC"], hours(0)),
    ] {
        let windows: Vec<Window> = windows.iter().map(|text| window(text)).collect();
        let schedule = Schedule::new(&windows).unwrap();
        for now in ["2026-11-28T03:00:00Z", "2026-11-30T12:00:00Z"] {
            assert_eq!(schedule.longest_closure(at(now)), expected, "{windows:?} at {now}");
        }
    }
}

#[test]
fn the_days_before_the_end_of_the_calendar() {
    let schedule = Schedule::new(&[window("sat 02:00-06:00 Europe/Berlin")]).unwrap();
    assert!(schedule.next_opening(at("9999-12-31T23:59:59Z")).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The next opening is the first minute at which the window is open.
    #[test]
    fn nothing_is_open_before_the_next_opening(
        minute in 0u64..60 * 24 * 365,
        days in proptest::collection::vec(0usize..7, 1..4),
        (from, to) in (0u32..1440, 0u32..1440),
        zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    ) {
        let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let window = Window {
            days: days.iter().map(|day| Day::ALL[*day].1).collect(),
            from: time(from),
            to: time(to),
            time_zone: zone.to_owned(),
        };
        let schedule = Schedule::new(&[window]).unwrap();
        let now = at("2026-01-01T00:00:00Z") + Duration::from_secs(minute * 60);
        let opening = schedule.next_opening(now).unwrap().at;
        prop_assert!(schedule.is_open(opening));
        let mut before = now;
        while before < opening {
            prop_assert!(!schedule.is_open(before), "open at {before}, before {opening}");
            before = before + Duration::from_secs(60);
        }
    }
}
