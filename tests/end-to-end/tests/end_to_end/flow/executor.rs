//! The events that an executor makes of responses and failures.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind};
use atlas_migration_sdk::flow::{EventKind, Once, Read, Watch};
use atlas_migration_sdk::{CredentialKind, FlowExecutor, Polling};
use futures_util::TryStreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{PASSWORD, emulator, executor, faults};
use crate::common::{Eager, ManualClock, api_error, bearer, builder};
use crate::operations::plan;

/// A command that another process sent.
fn command<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn ready(emulator: &Emulator, migration: &str) -> Watch {
    command(json!({"ready": {"project": emulator.project_id(), "migration": migration}}))
}

/// The client repeats a cutover after a lost response. A rejection of the second request does not show that the first had
/// no effect.
#[tokio::test]
async fn a_cutover_that_is_rejected_after_a_lost_response_may_have_taken_effect() {
    let emulator = emulator().await;
    let client = builder(&emulator, CredentialKind::AccessToken).retry(Eager).build().unwrap();
    let migration = emulator.add_migration(atlas_emulator::MigrationState::ready());
    let cut_over: Once =
        command(json!({"cut_over": {"project": emulator.project_id(), "migration": migration}}));
    for status in [404, 409] {
        emulator.inject(faults(FaultKind::ResetAfterEffect)[4].1.clone());
        emulator.override_next(api_error(status));
        let outcome = FlowExecutor::new(client.clone()).perform(&cut_over).await;
        let EventKind::OutcomeUnknown { failure, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(failure.status, Some(status), "{failure}");
    }
    // Without a lost response, the same rejection shows that there was no effect.
    emulator.override_next(api_error(409));
    let outcome = FlowExecutor::new(bearer(&emulator)).perform(&cut_over).await;
    assert!(matches!(outcome, EventKind::Rejected { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_missing_setting_is_a_rejection() {
    let emulator = emulator().await;
    let client = builder(&emulator, CredentialKind::ServiceAccount).build().unwrap();
    let link: Once = command(json!({"link": {
        "org": emulator.org_id(), "source_org": emulator.source_org_id(), "access_list": [],
    }}));
    let outcome = FlowExecutor::new(client.clone()).perform(&link).await;
    let EventKind::Rejected { failure, .. } = outcome else { panic!("{outcome:?}") };
    assert!(failure.message.contains("FlowExecutor::source"), "{failure}");
    let migrate: Once = command(json!({"migrate": {"project": emulator.project_id(), "plan": plan()}}));
    let outcome = FlowExecutor::new(client).perform(&migrate).await;
    let EventKind::Rejected { failure, .. } = outcome else { panic!("{outcome:?}") };
    assert!(failure.message.contains("no password"), "{failure}");
    assert!(emulator.effects().is_empty());
}

#[tokio::test]
async fn what_the_server_repeats_of_the_password_is_not_recorded() {
    let emulator = emulator().await;
    let validation = emulator.add_validation();
    let text = format!("cannot log in with {PASSWORD}");
    assert!(emulator.set_validation(&validation, Some(PASSWORD), Some(&text)));
    let watch: Watch =
        command(json!({"validated": {"project": emulator.project_id(), "validation": validation}}));
    let found = executor(&emulator).poll(&watch).await.unwrap();
    let EventKind::ValidationObserved { message: Some(message), .. } = &found else { panic!("{found:?}") };
    assert!(message.contains("cannot log in with") && !format!("{found:?}").contains(PASSWORD), "{found:?}");
    let migration = emulator.add_migration(atlas_emulator::MigrationState::new(PASSWORD));
    let watch = ready(&emulator, &migration);
    let found = executor(&emulator).poll(&watch).await.unwrap();
    assert!(!format!("{found:?}").contains(PASSWORD), "{found:?}");
    // The hosts are recorded only for a migration whose id was lost.
    let read: Read =
        command(json!({"migration": {"project": emulator.project_id(), "migration": migration}}));
    let state = json!({"migrationHosts": [format!("host of {PASSWORD}")]}).to_string();
    emulator.override_next(CannedResponse::new(200).body(state));
    let found = executor(&emulator).read(&read).await.unwrap();
    let found = format!("{found:?}");
    assert!(found.contains("host of ") && !found.contains(PASSWORD), "{found}");
}

#[tokio::test]
async fn a_watch_polls_with_increasing_intervals_and_tolerates_failures() {
    let emulator = emulator().await;
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::AccessToken).clock(clock.clone()).build().unwrap();
    let migration = emulator.add_migration(atlas_emulator::MigrationState::working(60));
    let watch = ready(&emulator, &migration);
    let polling = Polling::default().initial_interval(Duration::from_secs(10));
    let polls = FlowExecutor::new(client).polling(polling).watch(watch);
    let mut polls = std::pin::pin!(polls);
    let first = polls.try_next().await.unwrap().unwrap();
    assert_eq!(first.progress.unwrap().lag(), Some(Duration::from_secs(60)));
    emulator.inject(Fault::new(FaultKind::ServiceUnavailable));
    emulator.set_migration(&migration, atlas_emulator::MigrationState::working(40));
    let second = polls.try_next().await.unwrap().unwrap();
    assert!(second.progress.unwrap().estimated_remaining.is_some());
    let EventKind::MigrationObserved { lag_seconds: Some(40), ready: false, .. } = second.event else {
        panic!("{:?}", second.event)
    };
    assert_eq!(clock.delays(), [Duration::from_secs(10), Duration::from_secs(15)]);
}
