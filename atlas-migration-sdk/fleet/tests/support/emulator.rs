//! The emulator of Atlas with fast migrations, and the variables with which the program finds it.

use std::time::Duration;

use atlas_emulator::{Emulator, EmulatorBuilder, MigrationTimeline, ValidationTimeline};

/// An emulator whose validations and migrations take no time, and which accepts every source.
pub(crate) fn fast() -> EmulatorBuilder {
    Emulator::builder()
        .require_available_source(false)
        .validation_timeline(ValidationTimeline::new().duration(Duration::ZERO))
        .migration_timeline(timeline(60))
}

/// A migration that starts at once with this lag in seconds, which ten minutes of copying per second reduce.
pub(crate) fn timeline(lag: u64) -> MigrationTimeline {
    MigrationTimeline::new()
        .start_delay(Duration::ZERO)
        .initial_lag(Duration::from_secs(lag))
        .catch_up_rate(600)
        .cutover_duration(Duration::ZERO)
}

/// The variables with the credentials of both sides.
pub(crate) fn variables(emulator: &Emulator) -> Vec<(&'static str, String)> {
    let (public_key, private_key) = emulator.source_manager_api_key();
    let (client_id, client_secret) = emulator.service_account();
    vec![
        ("MONGODB_ATLAS_BASE_URL", emulator.base_url().to_owned()),
        ("MONGODB_ATLAS_CLIENT_ID", client_id.to_owned()),
        ("MONGODB_ATLAS_CLIENT_SECRET", client_secret.to_owned()),
        ("MONGODB_ATLAS_ORG_ID", emulator.org_id().to_owned()),
        ("SOURCE_MANAGER_URL", emulator.source_manager_url().to_owned()),
        ("SOURCE_MANAGER_PUBLIC_API_KEY", public_key.to_owned()),
        ("SOURCE_MANAGER_PRIVATE_API_KEY", private_key.to_owned()),
    ]
}

/// A fleet file for a worker of this organization, with more sections. Its migration is not started.
pub(crate) fn fleet_file(org: &str, more: &str) -> String {
    format!(
        "name = \"autumn\"\norg = \"{org}\"\nproject = \"4888442a3354817a7320eb61\"\n\
         [atlas]\nrequests_per_second = 100\n{more}\n\
         [[migrations]]\nname = \"unused\"\nplan.migration_host = \"unused.example\"\n\
         plan.source = {{ project = \"5f9ad6b7e1c2a3041d0e9b11\", cluster = \"unused\" }}\n\
         plan.destination = {{ cluster = \"unused\", reach = \"public\" }}\n"
    )
}
