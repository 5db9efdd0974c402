//! Reads a journal with 1,000 events and resumes the flow: at most 5 ms, in a release build.
//!
//! `cargo bench -p atlas-migration-cli --bench journal`

#[allow(dead_code, unused_imports, reason = "the bench reads journals and does nothing else with them")]
#[path = "../src/journal/mod.rs"]
mod journal;

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use atlas_migration_sdk::flow::{Event, EventKind, Flow, Started};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use journal::{Contents, Journal, Run};
use serde_json::json;

const EVENTS: usize = 1000;
const ROUNDS: u32 = 200;
const LIMIT: Duration = Duration::from_millis(5);

fn main() -> Result<(), Box<dyn Error>> {
    let source = Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse()?, "orders");
    let plan = MigrationPlan::new(source, Destination::public("orders"), "vm001.example.com");
    let (project, org) = ("4888442a3354817a7320eb61".parse()?, "32b6e34b3d91647abb20e7b8".parse()?);
    let run = Run::of_this_process();
    let event = |kind| Event::new(run.since, run.process(), kind);
    let mut events = vec![event(EventKind::start(Started::new(&plan, project, org)))];
    let migration = "6296fb4c7c7aa997cf94e9a8";
    for kind in [
        json!({"source_observed": {"project_available": true}}),
        json!({"intended": {"step": "migrate"}}),
        json!({"migration_created": {"migration": migration}}),
    ] {
        events.push(event(serde_json::from_value(kind)?));
    }
    while events.len() < EVENTS {
        let state = json!({"migration": migration, "status": "WORKING", "lag_seconds": events.len()});
        events.push(event(serde_json::from_value(json!({"migration_observed": state}))?));
    }

    let path = std::env::temp_dir().join(format!("atlas-migration-bench-{}.journal", run.pid));
    let mut journal = Journal::create(&path, plan.hash(), &run)?;
    events.iter().try_for_each(|event| journal.record(event))?;
    drop(journal);

    let mut shortest = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let contents = Contents::read(&path)?;
        black_box(Flow::resume(&contents.events)?);
        shortest = shortest.min(start.elapsed());
        assert_eq!(contents.events.len(), EVENTS);
    }
    std::fs::remove_file(&path)?;
    println!("{EVENTS} events read and applied in {shortest:?}; the limit is {LIMIT:?}");
    assert!(cfg!(debug_assertions) || shortest < LIMIT, "{shortest:?}");
    Ok(())
}
