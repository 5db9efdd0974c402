//! Made-up migrations for tests.

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::Started;
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};

use crate::messages::{LedgerEntry, LedgerState, MigrationSpec, MigrationView};

/// The time of the tests, in seconds after a fixed one.
pub(crate) fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = "2026-11-28T08:00:00Z".parse().unwrap();
    start + std::time::Duration::from_secs(seconds)
}

pub(crate) fn spec(name: &str, host: &str) -> MigrationSpec {
    let source = Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), format!("{name}-source"));
    let plan = MigrationPlan::new(source, Destination::public(format!("{name}-destination")), host);
    let org = "4888442a3354817a7320eb61".parse().unwrap();
    MigrationSpec {
        fleet: "f".to_owned(),
        name: name.to_owned(),
        started: Started::new(&plan, org, "32b6e34b3d91647abb20e7b8".parse().unwrap()),
        source: None,
        password: None,
        approvers: vec!["ada".to_owned()],
        windows: Vec::new(),
        max_lag_seconds: None,
        begin_seconds: 20,
        poll_seconds: 60,
        sample_seconds: 3600,
    }
}

pub(crate) fn entry(spec: &MigrationSpec, state: LedgerState) -> LedgerEntry {
    LedgerEntry {
        host: spec.host().to_owned(),
        plan_hash: spec.started.plan_hash,
        source_cluster: spec.started.plan.source().cluster().to_owned(),
        destination_cluster: spec.started.plan.destination().cluster().to_owned(),
        state,
        since: at(0),
    }
}

/// The state of a migration from JSON: its types cannot be built outside of the library.
pub(crate) fn view(name: &str, fields: serde_json::Value) -> MigrationView {
    let mut json = serde_json::json!({
        "fleet": "f", "name": name, "host": "host1", "sourceCluster": format!("{name}-source"),
        "destinationCluster": format!("{name}-destination"), "stage": "copy", "question": null, "observed": null,
        "cutoverPossibleUntil": null, "migrationId": null, "performing": false, "problem": null, "end": null, "approvers": ["ada"],
    });
    for (key, value) in fields.as_object().unwrap() {
        json[key] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

/// The question whether to cut over.
pub(crate) fn approval() -> serde_json::Value {
    serde_json::json!({ "approve": {
        "action": "cut_over", "plan_hash": spec("a", "host1").started.plan_hash, "org": "4888442a3354817a7320eb61",
        "project": "32b6e34b3d91647abb20e7b8", "source_cluster": "a-source", "destination_cluster": "a-destination",
        "migration": "6a90be4d3f3a0c7a43d3a001",
    }})
}
