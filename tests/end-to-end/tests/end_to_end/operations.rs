//! Each operation with each kind of credential: the value, and the request that was sent.

use atlas_emulator::{Emulator, MigrationState};
use atlas_migration_sdk::model::ValidationStatus;
use atlas_migration_sdk::plan::{Destination, MigrationPlan, ShardedCollection, Source};
use atlas_migration_sdk::{Client, ErrorKind, Operation, RawRequest, Secret, ShardKeyOrder, operations};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};

use crate::common::{EACH_CREDENTIAL, client, org, project};

/// A plan for the source that the emulator makes available once it is linked.
pub(crate) fn plan() -> MigrationPlan {
    let source = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    let source = Source::with_user(source, "orders", "migrator", Secret::new("source password"));
    let key = [("a", ShardKeyOrder::Ascending), ("b", ShardKeyOrder::Hashed)];
    MigrationPlan::new(
        source.certificate_authority("/etc/ca.pem"),
        Destination::public("destination"),
        "migration-host.example.com",
    )
    .drop_destination_data(true)
    .create_supporting_indexes(true)
    .shard(ShardedCollection::new("db", "c", key))
}

/// A request of this operation that the emulator answers with success, and the state that it needs.
pub(crate) fn raw_request(emulator: &Emulator, client: &Client, operation: &'static Operation) -> RawRequest {
    emulator.set_linked(true);
    let mut request = client.request(operation);
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        let value = match parameter.name {
            "orgId" => emulator.org_id().to_owned(),
            "groupId" => emulator.project_id().to_owned(),
            "liveMigrationId" => emulator.add_migration(MigrationState::ready()),
            "validationId" => emulator.add_validation(),
            other => panic!("{} needs `{other}`: add a value to {}", operation.id, file!()),
        };
        request = request.parameter(parameter.name, value);
    }
    match operation.id {
        "createOrgLiveMigrationLinkToken" => request.json(&json!({})),
        "createGroupLiveMigration" | "validateGroupLiveMigrations" => request.json(&json!({
            "source": {"clusterName": emulator.source_cluster(), "groupId": emulator.source_project_id(), "managedAuthentication": true, "ssl": true},
            "destination": {"clusterName": "d", "groupId": emulator.project_id(), "hostnameSchemaType": "PUBLIC"},
            "migrationHosts": [emulator.migration_host()],
        })),
        other => {
            assert!(operation.request_versions.is_empty(), "{other} needs a body: add one to {}", file!());
            request
        }
    }
}

#[tokio::test]
async fn every_operation_can_be_requested() {
    for kind in EACH_CREDENTIAL {
        for operation in operations::ALL {
            let emulator = Emulator::start().await.unwrap();
            let request = raw_request(&emulator, &client(&emulator, kind), operation);
            let response = request.send().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
            assert!(operation.success.contains(&response.metadata.status()), "{}", operation.id);
            assert_eq!(response.value == Value::Null, !operation.has_response_body, "{}", operation.id);
        }
    }
}

/// Checks the last request: its line, `Accept`, `Content-Type` and `Content-Length`.
#[track_caller]
fn last_request(emulator: &Emulator, line: &str, accept: &str, content: (Option<&str>, Option<&str>)) {
    let requests = emulator.requests();
    let last = requests.last().unwrap();
    assert_eq!(format!("{} {}", last.method, last.target), line);
    assert_eq!(last.header("accept"), Some(accept));
    assert_eq!(
        (last.header("content-type"), last.header("content-length").filter(|_| last.body.is_empty())),
        content
    );
    assert_eq!(last.header("api-version"), None);
    assert!(last.header("user-agent").unwrap().starts_with("atlas-migration-sdk/"));
}

const OLD: &str = "application/vnd.atlas.2023-01-01+json";
const NEW: &str = "application/vnd.atlas.2024-05-30+json";

#[tokio::test]
async fn organization() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::builder().organizations(2).start().await.unwrap();
        let client = client(&emulator, kind);
        let organization = org(&emulator, &client).get().await.unwrap();
        assert_eq!(organization.id.unwrap().to_string(), emulator.org_id(), "{kind:?}");
        let page = client.organizations().page(1).await.unwrap();
        assert!(page.results.contains(&organization), "{kind:?}: {organization:?}");
        let unknown = client.org("000000000000000000000000".parse().unwrap()).get().await.unwrap_err();
        assert!(unknown.is_not_found(), "{unknown}");
        let line = "GET /api/atlas/v2/orgs/000000000000000000000000";
        last_request(&emulator, line, OLD, (None, None));
    }
}

#[tokio::test]
async fn projects() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        let stream = client(&emulator, kind).projects().page_size(3).stream();
        let projects: Vec<_> = stream.try_collect().await.unwrap();
        assert_eq!(projects.len(), 1, "{kind:?}");
        assert_eq!(projects[0].id.unwrap().to_string(), emulator.project_id());
        assert_eq!(projects[0].org_id.to_string(), emulator.org_id());
        assert_eq!(projects[0].name, "Project-0");
        last_request(&emulator, "GET /api/atlas/v2/groups?itemsPerPage=3&pageNum=1", OLD, (None, None));
    }
}

#[tokio::test]
async fn create_link_token() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        let org = org(&emulator, &client(&emulator, kind));
        let list = ["203.0.113.7".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
        let response = org.create_link_token(list).send().await.unwrap();
        assert_eq!(emulator.link_tokens(), [response.value.expose_secret()], "{kind:?}");
        assert_eq!(response.metadata.status(), 201);
        let line = format!("POST /api/atlas/v2/orgs/{}/liveMigrations/linkTokens", emulator.org_id());
        last_request(&emulator, &line, OLD, (Some(OLD), None));
        let body = emulator.requests().last().unwrap().body.clone();
        assert_eq!(body, r#"{"accessListIps":["203.0.113.7","2001:db8::/32"]}"#);
    }
}

#[tokio::test]
async fn delete_link_tokens() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        emulator.set_linked(true);
        let response = org(&emulator, &client(&emulator, kind)).delete_link_tokens().send().await.unwrap();
        assert_eq!(response.metadata.status(), 204, "{kind:?}");
        assert!(emulator.link_tokens().is_empty());
        let line = format!("DELETE /api/atlas/v2/orgs/{}/liveMigrations/linkTokens", emulator.org_id());
        last_request(&emulator, &line, OLD, (None, None));
    }
}

#[tokio::test]
async fn available_projects() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        emulator.set_linked(true);
        let projects = org(&emulator, &client(&emulator, kind)).available_projects().await.unwrap();
        assert!(!projects.is_empty() && !projects[0].deployments.is_empty(), "{kind:?}");
        let line = format!("GET /api/atlas/v2/orgs/{}/liveMigrations/availableProjects", emulator.org_id());
        last_request(&emulator, &line, OLD, (None, None));
    }
}

#[tokio::test]
async fn validate_and_read_the_validation() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        emulator.set_linked(true);
        let project = project(&emulator, &client(&emulator, kind));
        let job = project.validate(&plan()).await.unwrap();
        let path = format!("/api/atlas/v2/groups/{}/liveMigrations/validate", emulator.project_id());
        last_request(&emulator, &format!("POST {path}"), NEW, (Some(NEW), None));

        let id = job.id();
        emulator.set_validation(&id.to_string(), Some("FAILED"), Some("the source cannot be reached"));
        let read = project.validation(id).get().await.unwrap();
        assert_eq!(read.status, Some(ValidationStatus::Failed), "{kind:?}");
        assert_eq!(read.error_message.as_deref(), Some("the source cannot be reached"));
        last_request(&emulator, &format!("GET {path}/{id}"), OLD, (None, None));
    }
}

#[tokio::test]
async fn migrate_read_and_cut_over() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        emulator.set_linked(true);
        let project = project(&emulator, &client(&emulator, kind));
        let started = project.migrate(&plan()).send().await.unwrap();
        assert_eq!(started.metadata.status(), 201, "{kind:?}");
        let path = format!("/api/atlas/v2/groups/{}/liveMigrations", emulator.project_id());
        last_request(&emulator, &format!("POST {path}"), NEW, (Some(NEW), None));
        let requests = emulator.requests();
        let body: Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
        assert_eq!(body["source"]["password"], "source password");
        assert_eq!(body["sharding"]["shardingEntries"][0]["shardCollection"]["key"][1]["b"], "hashed");
        assert_eq!(body["dropDestinationData"], true);
        assert_eq!(body["destination"]["groupId"], emulator.project_id());
        assert_eq!(body["destination"].get("privateLinkId"), None);

        let migration = started.value;
        let id = migration.id();
        emulator.set_migration(&id.to_string(), MigrationState::ready());
        assert_eq!(project.migration(id).get().await.unwrap().ready_for_cutover, Some(true));
        last_request(&emulator, &format!("GET {path}/{id}"), OLD, (None, None));

        let cut = migration.cut_over().send().await.unwrap();
        assert_eq!(cut.metadata.status(), 202);
        last_request(&emulator, &format!("PUT {path}/{id}/cutover"), OLD, (None, Some("0")));
    }
}

#[tokio::test]
async fn incomplete_plan_is_rejected_before_sending() {
    let emulator = Emulator::start().await.unwrap();
    let project = project(&emulator, &client(&emulator, EACH_CREDENTIAL[0]));
    let without_password = MigrationPlan::from_json(&plan().to_json()).unwrap();
    for result in [
        project.migrate(&without_password).await.map(drop),
        project.validate(&without_password).await.map(drop),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.was_not_processed() && error.operation().is_some());
        assert!(error.to_string().contains("MONGODB_ATLAS_SOURCE_PASSWORD"), "{error}");
    }
    assert!(emulator.requests().is_empty());
}
