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

/// The id of the workflow of a lane. The name of a host has one spelling there: two fleets that spell it in different ways
/// would otherwise have two lanes.
pub(crate) fn lane_id(host: &str) -> String {
    format!("atlas-lane/{}", host.trim_end_matches('.').to_lowercase())
}

/// The id of the workflow of a migration.
pub(crate) fn migration_id(fleet: &str, name: &str) -> String {
    format!("atlas-migration/{fleet}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_lane() {
        for host in ["vm001.example.com", "VM001.Example.com", "vm001.example.com."] {
            assert_eq!(lane_id(host), "atlas-lane/vm001.example.com");
        }
    }
}
