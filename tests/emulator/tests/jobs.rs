//! Validations and migrations over time.

use std::time::Duration;

use atlas_emulator::{
    CUTOVER_WINDOW, Effect, Emulator, MigrationState, MigrationTimeline, ValidationTimeline,
};
use serde_json::{Value, json};

use crate::Client;

const MIGRATIONS: &str = "/groups/{project}/liveMigrations";
const VALIDATIONS: &str = "/groups/{project}/liveMigrations/validate";

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn plan(host: &str) -> String {
    let plan = json!({
        "source": {
            "clusterName": "orders", "groupId": "5f9ad6b7e1c2a3041d0e9b11", "managedAuthentication": true, "ssl": true,
        },
        "destination": {
            "clusterName": "c", "groupId": "64b1f0a2c3d4e5f60718293b", "hostnameSchemaType": "PUBLIC",
        },
        "migrationHosts": [host],
    });
    plan.to_string()
}

/// An emulator with a stopped clock, and tokens that are valid longer than any migration.
async fn with_stopped_clock() -> Client {
    let migrations =
        MigrationTimeline::new().start_delay(seconds(10)).initial_lag(seconds(60)).catch_up_rate(3);
    let builder = Emulator::builder()
        .time_scale(0.0)
        .require_available_source(false)
        .token_lifetime(CUTOVER_WINDOW * 10)
        .validation_timeline(ValidationTimeline::new().duration(seconds(5)))
        .migration_timeline(migrations.cutover_duration(seconds(5)));
    Client::of(builder.start().await.unwrap())
}

/// Starts a job and returns its id.
async fn start(client: &Client, path: &str, host: &str) -> String {
    let started = client.call_with("POST", path, &plan(host)).await;
    assert!(started.status < 300, "{}", started.text);
    started.json()["_id"].as_str().unwrap().to_owned()
}

/// Moves the clock by this many seconds. Returns status, lag and readiness.
async fn after(client: &Client, id: &str, more_seconds: u64) -> (String, Value, bool) {
    client.emulator.advance(seconds(more_seconds));
    let read = client.call("GET", &format!("{MIGRATIONS}/{id}")).await.json();
    let status = read["status"].as_str().unwrap().to_owned();
    (status, read["lagTimeSeconds"].clone(), read["readyForCutover"].as_bool().unwrap())
}

fn state(status: &str, lag: Value, ready: bool) -> (String, Value, bool) {
    (status.to_owned(), lag, ready)
}

#[tokio::test]
async fn migration_follows_its_timeline() {
    let client = with_stopped_clock().await;
    let id = start(&client, MIGRATIONS, "a").await;
    assert_eq!(after(&client, &id, 9).await, state("NEW", json!(null), false));
    assert_eq!(after(&client, &id, 1).await, state("WORKING", json!(60), false));
    assert_eq!(after(&client, &id, 10).await, state("WORKING", json!(30), false));
    let cutover = format!("{MIGRATIONS}/{id}/cutover");
    client.call("PUT", &cutover).await.assert_error(400, "MIGRATION_NOT_READY_FOR_CUTOVER");
    assert_eq!(after(&client, &id, 10).await, state("WORKING", json!(0), true));
    assert_eq!(client.call("PUT", &cutover).await.status, 202);
    assert_eq!(after(&client, &id, 4).await, state("WORKING", json!(null), false));
    assert_eq!(after(&client, &id, 1).await, state("COMPLETE", json!(null), false));
    let recorded = client.emulator.recorded_effects();
    let effects: Vec<_> = recorded.iter().map(|one| (&one.effect, one.request, one.at)).collect();
    let (start, cutover) = (Effect::MigrationStarted(id.clone()), Effect::CutoverStarted(id));
    assert_eq!(effects, [(&start, 1, seconds(0)), (&cutover, 7, seconds(30))]);
    assert_eq!(client.emulator.requests()[6].number, 7);
}

#[tokio::test]
async fn migration_expires_after_the_cutover_window() {
    let client = with_stopped_clock().await;
    let id = start(&client, MIGRATIONS, "a").await;
    let window = CUTOVER_WINDOW.as_secs();
    assert_eq!(after(&client, &id, 30 + window - 1).await, state("WORKING", json!(0), true));
    assert_eq!(after(&client, &id, 1).await, state("EXPIRED", json!(null), false));
    let cutover = format!("{MIGRATIONS}/{id}/cutover");
    client.call("PUT", &cutover).await.assert_error(400, "MIGRATION_NOT_READY_FOR_CUTOVER");
    assert_eq!(client.emulator.effects().len(), 1);
}

#[tokio::test]
async fn migration_can_fail_and_its_state_be_set() {
    let client = with_stopped_clock().await;
    client.emulator.set_migration_timeline(MigrationTimeline::new().fails_after(seconds(3)));
    let id = start(&client, MIGRATIONS, "a").await;
    assert_eq!(after(&client, &id, 2).await, state("NEW", json!(null), false));
    assert_eq!(after(&client, &id, 1).await, state("FAILED", json!(null), false));
    assert!(client.emulator.set_migration(&id, MigrationState::working(7)));
    assert_eq!(after(&client, &id, 1000).await, state("WORKING", json!(7), false));
    assert_eq!(client.emulator.migration(&id), Some(MigrationState::working(7)));
    assert!(!client.emulator.set_migration("none", MigrationState::ready()));
}

#[tokio::test]
async fn validation_follows_its_timeline() {
    let client = with_stopped_clock().await;
    for (timeline, status, error_message) in [
        (ValidationTimeline::new().duration(seconds(5)), "SUCCESS", json!(null)),
        (ValidationTimeline::new().duration(seconds(5)).fails_with("no route"), "FAILED", json!("no route")),
    ] {
        client.emulator.set_validation_timeline(timeline);
        let path = format!("{VALIDATIONS}/{}", start(&client, VALIDATIONS, "a").await);
        for (more, status, error_message) in [(4, "PENDING", json!(null)), (1, status, error_message)] {
            client.emulator.advance(seconds(more));
            let read = client.call("GET", &path).await.json();
            assert_eq!((&read["status"], &read["errorMessage"]), (&json!(status), &error_message));
        }
    }
}

#[tokio::test]
async fn host_runs_one_job_at_a_time() {
    let client = with_stopped_clock().await;
    start(&client, VALIDATIONS, "a").await;
    for path in [VALIDATIONS, MIGRATIONS] {
        client.call_with("POST", path, &plan("a")).await.assert_error(409, "MIGRATION_HOST_BUSY");
    }
    client.emulator.advance(seconds(5));
    let id = start(&client, MIGRATIONS, "a").await;
    for path in [VALIDATIONS, MIGRATIONS] {
        client.call_with("POST", path, &plan("a")).await.assert_error(409, "MIGRATION_HOST_BUSY");
    }
    start(&client, MIGRATIONS, "b").await;
    assert_eq!(client.emulator.effects().len(), 3, "rejected requests have no effect");
    client.emulator.set_migration(&id, MigrationState::new("FAILED"));
    start(&client, MIGRATIONS, "a").await;
}

#[tokio::test]
async fn link_cannot_be_deleted_until_every_migration_has_ended() {
    let client = with_stopped_clock().await;
    client.emulator.set_linked(true);
    let link = "/orgs/{org}/liveMigrations/linkTokens";
    let id = start(&client, MIGRATIONS, "a").await;
    for more in [0, 10, 20] {
        client.emulator.advance(seconds(more));
        let rejected = client.call("DELETE", link).await;
        rejected.assert_error(409, "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK");
    }
    assert_eq!(client.call("PUT", &format!("{MIGRATIONS}/{id}/cutover")).await.status, 202);
    assert_eq!(client.call("DELETE", link).await.status, 409, "the cutover is in progress");
    client.emulator.advance(seconds(5));
    assert_eq!(client.call("DELETE", link).await.status, 204);
}

#[tokio::test]
async fn migration_takes_165_seconds_by_default() {
    let builder = Emulator::builder().time_scale(0.0).require_available_source(false);
    let client = Client::of(builder.start().await.unwrap());
    let id = start(&client, MIGRATIONS, "a").await;
    assert_eq!(after(&client, &id, 134).await, state("WORKING", json!(5), false));
    assert_eq!(after(&client, &id, 1).await, state("WORKING", json!(0), true));
    assert_eq!(client.call("PUT", &format!("{MIGRATIONS}/{id}/cutover")).await.status, 202);
    assert_eq!(after(&client, &id, 29).await, state("WORKING", json!(null), false));
    assert_eq!(after(&client, &id, 1).await, state("COMPLETE", json!(null), false));
}

#[tokio::test]
async fn source_must_be_linked_and_available() {
    let client = Client::of(Emulator::builder().one_job_per_host(false).start().await.unwrap());
    let (cluster, host) = (client.emulator.source_cluster(), client.emulator.migration_host());
    let source_project = client.emulator.source_project_id();
    let request = |project: &str, cluster: &str, host: &str| {
        let mut plan: Value = serde_json::from_str(&plan(host)).unwrap();
        plan["source"]["groupId"] = json!(project);
        plan["source"]["clusterName"] = json!(cluster);
        plan.to_string()
    };
    for path in [MIGRATIONS, VALIDATIONS] {
        client.emulator.set_linked(false);
        // A link-token that no source has used is not a link.
        assert_eq!(client.call_with("POST", "/orgs/{org}/liveMigrations/linkTokens", "{}").await.status, 201);
        let available = request(source_project, cluster, host);
        let unlinked = client.call_with("POST", path, &available).await;
        unlinked.assert_error(400, "SOURCE_NOT_LINKED");
        assert_eq!(unlinked.json()["parameters"], json!([client.emulator.org_id()]));
        client.emulator.set_linked(true);
        for (plan, code, parameter) in [
            (
                request(client.emulator.project_id(), cluster, host),
                "SOURCE_PROJECT_NOT_FOUND",
                client.emulator.project_id(),
            ),
            (request(source_project, "other", host), "SOURCE_CLUSTER_NOT_FOUND", "other"),
            (request(source_project, cluster, "other"), "MIGRATION_HOST_NOT_FOUND", "other"),
        ] {
            let rejected = client.call_with("POST", path, &plan).await;
            rejected.assert_error(400, code);
            assert_eq!(rejected.json()["parameters"], json!([parameter]));
        }
        let effects = client.emulator.effects().len();
        assert!(client.call_with("POST", path, &available).await.status < 300);
        assert_eq!(client.emulator.effects().len(), effects + 1);
        client.emulator.set_require_available_source(false);
        client.emulator.set_linked(false);
        let any = request(client.emulator.project_id(), "any", "any");
        assert!(client.call_with("POST", path, &any).await.status < 300);
        client.emulator.set_require_available_source(true);
    }
}
