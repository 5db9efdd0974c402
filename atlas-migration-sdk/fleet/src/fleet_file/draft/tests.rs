//! Drafts of fleet files from what Atlas could list.

use std::path::Path;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::fleet_file::FleetFile;

fn deployment(name: &str, gigabytes: Option<u64>, managed: bool) -> serde_json::Value {
    let mut deployment = json!({"name": name, "mongoDBVersion": "7.0.14", "featureCompatibilityVersion": "7.0",
        "managed": managed, "sharded": false, "tlsEnabled": managed});
    if let Some(size) = gigabytes {
        deployment["dbSizeBytes"] = (size * 1_000_000_000).into();
    }
    deployment
}

fn projects(list: serde_json::Value) -> Vec<AvailableProject> {
    serde_json::from_value(list).unwrap()
}

fn choices(project: bool) -> Choices {
    Choices {
        name: "shop".to_owned(),
        org: "32b6e34b3d91647abb20e7b8".parse().unwrap(),
        project: project.then(|| "4888442a3354817a7320eb61".parse().unwrap()),
    }
}

fn read(text: &str) -> FleetFile {
    FleetFile::parse(text, Path::new("")).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

#[test]
fn the_largest_deployments_are_distributed_first() {
    let list = json!([{"name": "Shop", "projectId": "5f9ad6b7e1c2a3041d0e9b11", "migrationHosts": ["b", "a"],
        "deployments": [deployment("log", Some(10), true), deployment("orders", Some(100), true),
            deployment("stock", Some(60), true), deployment("customers", Some(50), true),
            deployment("new", None, true)]}]);
    let file = read(&draft(&choices(true), &projects(list)).text);
    let found: Vec<_> = file
        .migrations
        .iter()
        .map(|migration| (migration.name.as_str(), migration.plan.migration_host()))
        .collect();
    // b: 100 + 10, a: 60 + 50. The order is that of Atlas.
    assert_eq!(found, [("log", "b"), ("orders", "b"), ("stock", "a"), ("customers", "a"), ("new", "b")]);
}

#[test]
fn what_is_ambiguous_gets_another_name() {
    let project = |name: &str, id: &str, deployments: serde_json::Value| json!({"name": name, "projectId": id, "migrationHosts": ["host"], "deployments": deployments});
    let list = json!([
        project(
            "Shop EU",
            "5f9ad6b7e1c2a3041d0e9b11",
            json!([deployment("orders", None, true), deployment("my db", None, true)])
        ),
        project(
            "Shop",
            "5f9ad6b7e1c2a3041d0e9b12",
            json!([deployment("Orders", None, true), deployment("my-db", None, true)])
        ),
        project("Shop", "5f9ad6b7e1c2a3041d0e9b13", json!([deployment("orders", None, true)])),
        json!({"name": "Empty\nhost = 1", "projectId": "5f9ad6b7e1c2a3041d0e9b14", "migrationHosts": [],
            "deployments": [deployment("lost", None, true)]}),
    ]);
    let draft = draft(&choices(true), &projects(list));
    assert_eq!(draft.migrations, ["orders", "my-db", "Shop-Orders", "Shop-my-db", "Shop-orders-2"]);
    assert_eq!(draft.without_host, ["Empty\nhost = 1"]);
    assert!(
        draft.text.contains("# The source project Empty host = 1 has no migration host"),
        "{}",
        draft.text
    );
    let file = read(&draft.text);
    let destinations: Vec<_> =
        file.migrations.iter().map(|migration| migration.plan.destination().cluster()).collect();
    assert_eq!(destinations, ["orders", "my db", "Orders", "my-db", "Shop-orders-2"]);
}

#[test]
fn a_person_has_to_fill_in_the_project() {
    let list = json!([{"name": "Shop", "projectId": "5f9ad6b7e1c2a3041d0e9b11", "migrationHosts": ["host"],
        "deployments": [deployment("orders", None, false), deployment("stock", None, true)]}]);
    let list = projects(list);
    let text = draft(&choices(false), &list).text;
    let problems = FleetFile::parse(&text, Path::new("")).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].message.starts_with("`project` is missing"), "{problems:?}");
    let file = read(&draft(&choices(true), &list).text);
    let source = file.migrations[0].plan.source();
    assert_eq!(
        (source.username(), file.migrations[0].password.as_deref()),
        (Some("migrator"), Some("source-user"))
    );
    assert_eq!((file.migrations[1].plan.source().username(), &file.migrations[1].password), (None, &None));
}

/// Each sample in a comment can be used by removing the comment signs.
#[test]
fn the_samples_are_valid() {
    let list = json!([{"name": "Shop", "projectId": "5f9ad6b7e1c2a3041d0e9b11", "migrationHosts": ["host"],
        "deployments": [deployment("orders", None, true)]}]);
    let text = draft(&choices(false), &projects(list)).text;
    let is_sample = |line: &str| line.starts_with('[') || line.contains(" = ");
    let used: Vec<_> = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|sample| is_sample(sample)).unwrap_or(line))
        .collect();
    let used = used.join("\n").replace("project = \"\"", "project = \"4888442a3354817a7320eb61\"");
    let file = read(&used.replace("org = \"\"", "org = \"5f9ad6b7e1c2a3041d0e9b10\""));
    assert_eq!((file.windows.len(), file.approvals.by.len(), file.sources.len()), (1, 2, 1));
    assert_eq!((file.atlas.requests_per_second, file.atlas.poll_interval.as_secs()), (4.0, 60));
    assert!(file.hooks.notify.is_some() && file.hooks.verify.is_some());
}

#[test]
fn many_lanes_are_polled_less_often() {
    let list: Vec<_> = (0..500)
        .map(|index| {
            json!({"name": "P", "projectId": format!("5f9ad6b7e1c2a3041d0{index:05x}"),
                "migrationHosts": [format!("host-{index}")], "deployments": [deployment("db", None, true)]})
        })
        .collect();
    let draft = draft(&choices(true), &projects(list.into()));
    assert_eq!(draft.lanes.len(), 500);
    assert_eq!(read(&draft.text).atlas.poll_interval.as_secs(), 250);
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9 ./_-]{0,12}", "\\PC{0,8}", any::<String>(), Just("\"\"\"\n'''#\\".to_owned())]
}

prop_compose! {
    fn any_project()(
        id in 0u8..4,
        name in any_text(),
        hosts in proptest::collection::vec(any_text(), 0..4),
        deployments in proptest::collection::vec((any_text(), any::<Option<i64>>(), any::<[bool; 3]>(), any_text()), 0..5),
    ) -> serde_json::Value {
        let deployments: Vec<_> = deployments.into_iter().map(|(name, size, [managed, sharded, tls], version)| {
            let mut deployment = json!({"name": name, "mongoDBVersion": version, "featureCompatibilityVersion": "7.0",
                "managed": managed, "sharded": sharded, "tlsEnabled": tls});
            if let Some(size) = size {
                deployment["dbSizeBytes"] = size.into();
            }
            deployment
        }).collect();
        json!({"name": name, "projectId": format!("5f9ad6b7e1c2a3041d0e9b1{id}"), "migrationHosts": hosts,
            "deployments": deployments})
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a server lists, the draft is a fleet file with all deployments that have a host.
    #[test]
    fn a_draft_is_a_fleet_file(list in proptest::collection::vec(any_project(), 1..4)) {
        let projects = projects(list.into());
        let draft = draft(&choices(true), &projects);
        match FleetFile::parse(&draft.text, Path::new("")) {
            Ok(file) => {
                let names: Vec<_> = file.migrations.iter().map(|migration| migration.name.clone()).collect();
                prop_assert_eq!(&names, &draft.migrations);
                for migration in &file.migrations {
                    let source = migration.plan.source();
                    let of_plan = projects.iter().filter(|project| project.project_id == source.project());
                    let mut deployments = of_plan.flat_map(|project| &project.deployments);
                    prop_assert!(deployments.any(|deployment| deployment.name == source.cluster()));
                }
            }
            Err(problems) => {
                prop_assert!(draft.migrations.is_empty(), "{:?}\n{}", problems, draft.text);
                prop_assert!(problems.iter().all(|problem| problem.message.contains("`migrations` is missing")), "{:?}", problems);
            }
        }
    }
}
