//! The names of task queues and workflows.
//!
//! The server keeps the ids of running workflows unique. The id of a lane is its host, without the fleet: a host has one
//! lane in a namespace.

/// The task queue of the calls to Atlas and to the source.
pub(crate) const ATLAS_QUEUE: &str = "atlas-api";
/// The task queue of the workflows, and of what they need beside Atlas.
pub(crate) const FLEET_QUEUE: &str = "atlas-fleet";

/// The id of the workflow of a fleet.
pub(crate) fn fleet_id(fleet: &str) -> String {
    format!("atlas-fleet/{fleet}")
}

/// The id of the workflow of a lane.
pub(crate) fn lane_id(host: &str) -> String {
    format!("atlas-lane/{host}")
}

/// The id of the workflow of a migration.
pub(crate) fn migration_id(fleet: &str, name: &str) -> String {
    format!("atlas-migration/{fleet}/{name}")
}
