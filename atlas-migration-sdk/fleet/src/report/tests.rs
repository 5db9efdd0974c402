//! The report of made-up journals, without a server.

use atlas_migration_sdk::flow::{Action, Actor, EventKind, Started};

use super::*;
use crate::commands::fixtures::{at, entry, spec};

/// The journal of a migration that dropped data and was cut over.
fn journal(name: &str) -> Vec<Event> {
    let started = spec(name, "host1").started;
    let plan = started.plan.clone().drop_destination_data(true);
    let started = Started::new(&plan, started.org, started.project);
    let hash = started.plan_hash;
    let id = "6a90be4d3f3a0c7a43d3a001";
    let observed = |status: &str, lag: u64, ready: bool| {
        serde_json::json!({ "migration_observed": {
            "migration": id, "status": status, "lag_seconds": lag, "ready": ready,
        }})
    };
    let kind = |json: serde_json::Value| serde_json::from_value::<EventKind>(json).unwrap();
    let worker = || Actor::process(format!("atlas-migration/f/{name}"));
    let events = [
        (0, worker(), EventKind::start(started)),
        (0, worker(), kind(serde_json::json!({ "source_observed": { "project_available": true } }))),
        (1, Actor::person("bob"), EventKind::approve(Action::DropDestinationData, hash, None)),
        (1, worker(), kind(serde_json::json!({ "intended": { "step": "migrate" } }))),
        (2, worker(), kind(serde_json::json!({ "migration_created": { "migration": id } }))),
        (60, worker(), kind(observed("WORKING", 1000, false))),
        (3600, worker(), kind(observed("WORKING", 3, true))),
        (3700, Actor::person("ada"), EventKind::approve(Action::CutOver, hash, None)),
        (3701, worker(), kind(serde_json::json!({ "intended": { "step": "cut_over" } }))),
        (3702, worker(), kind(serde_json::json!({ "cutover_accepted": {} }))),
        (3800, worker(), kind(observed("COMPLETE", 0, false))),
    ];
    events.map(|(seconds, by, kind)| Event::new(at(seconds), by, kind)).into()
}

fn report() -> FleetReport {
    let of = |name: &str, state| MigrationReport::from_ledger(name, &entry(&spec(name, "host1"), state));
    let mut done = of("done|\\x", LedgerState::Ended(End::Complete));
    done.add_journal(&journal("done")).unwrap();
    let mut old = of("old", LedgerState::Ended(End::Expired));
    old.missing = Some("The server does not have its journal any more.".to_owned());
    let mut open = of("open", LedgerState::Running);
    open.add_journal(&journal("open")[..6]).unwrap();
    let migrations = vec![done, old, open, of("queued", LedgerState::Queued)];
    FleetReport { fleet: "f".to_owned(), at: at(4000), pause: None, migrations }
}

#[test]
fn the_report_as_markdown() {
    let text = markdown(&report());
    for expected in [
        "# Fleet f\n\nAll times are in UTC. Read at 2026-11-28 09:06:40.\n",
        "| done\\|\\\\x | host1 | done\\|\\\\x-source | done\\|\\\\x-destination | complete | 2026-11-28 08:00:00 | 2026-11-28 09:03:20 | ada |\n",
        "## done\\|\\\\x\n",
        "| Lag | at most 16 min 40 s, last 0 s |\n",
        "| 2026-11-28 09:01:40 | Approved: cut over. | ada |\n",
        "| open | host1 | open-source | open-destination | not ended | 2026-11-28 08:00:00 |  |  |\n",
        "expired: It was not cut over within 120 hours., since 2026-11-28 08:00:00. The server does not have its journal any more.\n",
        "queued, since 2026-11-28 08:00:00. It has not started.",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("The migration is WORKING"), "polls are not part of it\n{text}");
}

#[test]
fn the_json_has_its_schema() {
    let (_, schema) = crate::commands::schema::ALL.iter().find(|(name, _)| *name == "report").unwrap();
    let validator = jsonschema::validator_for(schema().as_value()).unwrap();
    let json = serde_json::to_value(report()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(json["migrations"][0]["summary"]["end"], "complete");
    assert_eq!(json["migrations"][1]["summary"], serde_json::Value::Null);
}
