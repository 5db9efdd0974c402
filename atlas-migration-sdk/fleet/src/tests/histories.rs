//! The stored histories of each released version are replayed: a migration that began with an earlier version goes on
//! with this one.
//!
//! `UPDATE_HISTORIES=1 cargo test -p atlas-migration-fleet histories` records those of the current version, which must be
//! done for a release and never after it.

use std::path::{Path, PathBuf};

use temporalio_client::WorkflowHistory;
use temporalio_sdk::workflow_replayer::{WorkflowReplayer, WorkflowReplayerOptions};

use super::support::{Setting, World};
use crate::workflows::{fleet::Fleet, lane::Lane, migration::Migration};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories")
}

pub(super) async fn replay(history: WorkflowHistory) -> Result<(), String> {
    let options = WorkflowReplayerOptions::new()
        .register_workflow::<Fleet>()
        .unwrap()
        .register_workflow::<Lane>()
        .unwrap()
        .register_workflow::<Migration>()
        .unwrap()
        .build();
    let replayer = WorkflowReplayer::new(options).unwrap();
    replayer.replay_workflow(history).await.map(|_| ()).map_err(|error| format!("{error:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stored_histories_replay() {
    let mut count = 0;
    for version in std::fs::read_dir(folder()).unwrap() {
        for file in std::fs::read_dir(version.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let history = WorkflowHistory::from_json(&std::fs::read(&path).unwrap()).unwrap();
            replay(history).await.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            count += 1;
        }
    }
    assert!(count >= 5, "{count} histories");
}

/// A history that the workflow could not have made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_of_other_steps_does_not_replay() {
    let path = folder().join(env!("CARGO_PKG_VERSION")).join("migration-m0.json");
    let text = std::fs::read_to_string(path).unwrap();
    let changed = text.replacen("\"FleetPermission\"", "\"AtlasPerform\"", 1);
    assert_ne!(text, changed);
    let history = WorkflowHistory::from_json(changed.as_bytes()).unwrap();
    let error = replay(history).await.unwrap_err();
    assert!(error.contains("ondeterminis"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_histories_are_recorded() {
    if std::env::var_os("UPDATE_HISTORIES").is_none() {
        return;
    }
    let setting = Setting { hosts: 2, migrations: 3, faults: 20, drop_data: true, ..Setting::default() };
    let Some(world) = World::start(setting).await else { return };
    world.add_all().await;
    world.answer_until_end().await;
    let folder = folder().join(env!("CARGO_PKG_VERSION"));
    for (id, history) in world.histories().await {
        let name = id.trim_start_matches("atlas-").replace("/move", "").replace('/', "-");
        std::fs::write(folder.join(name + ".json"), history.to_json().await.unwrap()).unwrap();
    }
}
