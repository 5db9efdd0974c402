use std::path::Path;
use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{Action, Actor, Event, EventKind, Started};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use serde_json::{Value, json};

use super::*;
use crate::journal::{HookName, Journal};

/// A text of a server that would be markup in both forms.
const HOSTILE: &str =
    "</td><script>alert(1)</script> | **bold** [link](http://x) <img src=x onerror=\"alert(1)\">";

/// A migration with a validation that failed, a lag that goes up and down, and a hook that failed.
fn contents(hostile: &str) -> Contents {
    let source = Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "orders");
    let plan = MigrationPlan::new(source, Destination::public("orders-atlas"), "vm001.example.com")
        .drop_destination_data(true);
    let started = Started::new(
        &plan,
        "4888442a3354817a7320eb61".parse().unwrap(),
        "32b6e34b3d91647abb20e7b8".parse().unwrap(),
    )
    .validate(true);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let start: Timestamp = "2026-11-28T08:00:00Z".parse().unwrap();
    let at = |minutes: u64| start + Duration::from_secs(minutes * 60);
    let run = Run {
        pid: 4711,
        host: "vm".to_owned(),
        user: "ada".to_owned(),
        since: start,
        program: "atlas-migration 0.1.0".to_owned(),
    };
    let (process, person) = (run.process(), run.person());
    let mut journal = Journal::create(&path, plan.hash(), &run).unwrap();
    let mut record = |minute, by: &Actor, kind: Value| {
        let kind: EventKind = serde_json::from_value(kind).unwrap();
        journal.record(&Event::new(at(minute), by.clone(), kind)).unwrap();
    };
    let (validation, migration) = ("6296fb4c7c7aa997cf94e900", "6296fb4c7c7aa997cf94e9a8");
    record(0, &person, json!(EventKind::start(started)));
    record(0, &process, json!({"source_observed": {"project_available": true}}));
    for (minute, status, message) in [(1, "FAILED", Some(hostile)), (9, "SUCCESS", None)] {
        record(minute, &process, json!({"intended": {"step": "validate"}}));
        record(minute, &process, json!({"validation_started": {"validation": validation}}));
        let observed = json!({"validation": validation, "status": status, "message": message});
        record(minute + 2, &process, json!({"validation_observed": observed}));
        if status == "FAILED" {
            record(8, &person, json!(EventKind::retry()));
        }
    }
    record(14, &person, json!(EventKind::approve(Action::DropDestinationData, plan.hash(), None)));
    record(14, &process, json!({"intended": {"step": "migrate"}}));
    record(14, &process, json!({"migration_created": {"migration": migration}}));
    let observed = |status: &str, lag: Option<u64>, ready: bool| {
        let state = json!({"migration": migration, "status": status, "lag_seconds": lag, "ready": ready});
        json!({"migration_observed": state})
    };
    for (minute, lag) in (15..).step_by(5).zip([20, 900, 2400, 3100, 2700, 2900, 1800, 900, 400, 120, 30, 4])
    {
        record(minute, &process, observed("WORKING", Some(lag), false));
    }
    record(75, &process, observed("WORKING", Some(1), true));
    record(100, &person, json!(EventKind::approve(Action::CutOver, plan.hash(), None)));
    record(100, &process, json!({"intended": {"step": "cut_over"}}));
    record(100, &process, json!({"cutover_accepted": {}}));
    record(102, &process, observed("COMPLETE", None, false));
    let hook =
        Note::Hook { at: at(75), hook: HookName::OnReady, outcome: HookOutcome::Failed(hostile.to_owned()) };
    journal.note(&hook).unwrap();
    drop(journal);
    Contents::read(&path).unwrap()
}

fn report(hostile: &str) -> Report {
    Report::new(&contents(hostile)).unwrap()
}

#[test]
fn the_markdown_is_the_golden_file() {
    let text = markdown(&report(HOSTILE));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{text}\n")).unwrap();
        std::fs::write(path.with_extension("html"), format!("{}\n", html(&report(HOSTILE)))).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert_eq!(format!("{text}\n"), golden);
    let page = std::fs::read_to_string(path.with_extension("html")).unwrap().replace("\r\n", "\n");
    assert_eq!(format!("{}\n", html(&report(HOSTILE))), page);
}

#[test]
fn a_text_of_a_server_is_no_markup() {
    let page = html(&report(HOSTILE));
    assert!(!page.contains("<script") && !page.contains("<img") && page.contains("&lt;script&gt;"), "{page}");
    // The texts add no element: with a harmless text there are as many.
    let count = |page: &str| page.matches('<').count();
    assert_eq!(count(&page), count(&html(&report("harmless"))));
    let text = markdown(&report(HOSTILE));
    assert!(text.contains("\\<script\\>") && text.contains("\\*\\*bold\\*\\* \\[link\\]"), "{text}");
    let cells = |text: &str| text.replace("\\|", "").matches('|').count();
    assert_eq!(cells(&text), cells(&markdown(&report("harmless"))));
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let page = html(&report("harmless"));
    for part in ["<script", "http:", "https:", "@import", "url("] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_migration_that_has_just_started_has_a_report() {
    let mut contents = contents("harmless");
    contents.events.truncate(1);
    let report = Report::new(&contents).unwrap();
    assert_eq!(report.outcome().0, "not ended");
    assert!(markdown(&report).contains("| Outcome | not ended |"));
    assert!(html(&report).contains("<svg"));
}
