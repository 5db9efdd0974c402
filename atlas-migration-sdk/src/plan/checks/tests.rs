//! Which plans have which findings.

mod versions;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::generated::models::AvailableProject;
use crate::plan::{Destination, ShardedCollection, Source};
use crate::values::shard_key::ShardKeyOrder::Hashed;

const PROJECT: &str = "5f9ad6b7e1c2a3041d0e9b11";

fn deployment() -> Value {
    json!({
        "name": "orders", "mongoDBVersion": "7.0.14", "featureCompatibilityVersion": "7.0", "managed": true,
        "sharded": false, "tlsEnabled": true, "dbSizeBytes": 3_221_225_472_u64, "oplogSizeMB": 990,
    })
}

fn projects(changes: Value) -> Vec<AvailableProject> {
    let mut deployment = deployment();
    for (name, value) in changes.as_object().unwrap() {
        deployment[name] = value.clone();
    }
    let projects = json!([
        {"name": "Shop", "projectId": PROJECT, "migrationHosts": ["vm001.example.com"], "deployments": [deployment]},
        {"name": "Other", "projectId": "5f9ad6b7e1c2a3041d0eaaaa", "migrationHosts": [], "deployments": [
            {"name": "inventory", "mongoDBVersion": "7.0.14", "featureCompatibilityVersion": "7.0", "managed": true,
             "sharded": false, "tlsEnabled": true}
        ]},
    ]);
    serde_json::from_value(projects).unwrap()
}

fn source() -> Source {
    Source::managed(PROJECT.parse().unwrap(), "orders")
}

fn plan_of(source: Source) -> MigrationPlan {
    MigrationPlan::new(source, Destination::public("destination"), "vm001.example.com")
}

fn with_shard_key(plan: MigrationPlan) -> MigrationPlan {
    plan.shard(ShardedCollection::new("shop", "orders", [("customer", Hashed)]))
}

/// The findings that are not about every migration.
fn specific(findings: &[Finding]) -> Vec<&Finding> {
    let general = [
        Rule::DestinationCluster,
        Rule::MigrationHostDedicated,
        Rule::UsersAndRoles,
        Rule::SearchIndexes,
        Rule::TimeSeries,
    ];
    findings.iter().filter(|finding| !general.contains(&finding.rule)).collect()
}

#[track_caller]
fn finds(plan: &MigrationPlan, changes: Value, options: &CheckOptions, expected: &[(Rule, &str)]) {
    let findings = check(plan, &projects(changes.clone()), options);
    let found: Vec<_> = specific(&findings).iter().map(|finding| finding.rule).collect();
    let rules: Vec<_> = expected.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(found, rules, "{changes} {findings:#?}");
    for (finding, (_, part)) in specific(&findings).iter().zip(expected) {
        let text = format!("{} {}", finding.message, finding.advice);
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_plan_without_problems_has_only_the_checklist() {
    let findings = check(&plan_of(source()), &projects(json!({})), &CheckOptions::default());
    let rules: Vec<_> = findings.iter().map(|finding| (finding.rule.id(), finding.level)).collect();
    let expected = [
        "destination-cluster",
        "migration-host-dedicated",
        "users-and-roles",
        "search-indexes",
        "time-series",
    ];
    assert_eq!(rules, expected.map(|id| (id, Level::Acknowledge)));
    assert_eq!(
        findings[0].message,
        "The destination `destination` must be a dedicated cluster with MongoDB 7.0 and the feature compatibility \
         version 7.0, as the source, not of the tiers M0, Flex, shared or serverless. Its properties were not \
         checked."
    );
}

#[test]
fn names_that_atlas_does_not_list() {
    let options = &CheckOptions::default();
    let plan = |project: &str, cluster: &str, host: &str| {
        let source = Source::managed(project.parse().unwrap(), cluster);
        MigrationPlan::new(source, Destination::public("destination"), host)
    };
    let host = "vm001.example.com";
    for (plan, expected) in [
        (plan(PROJECT, "order", host), &[(Rule::SourceClusterUnknown, "Did you mean `orders`?")][..]),
        (
            plan(PROJECT, "inventory", host),
            &[(
                Rule::SourceClusterUnknown,
                "There is a deployment of this name in the project `Other` (5f9ad6b7e1c2a3041d0eaaaa).",
            )],
        ),
        (
            plan(PROJECT, "orders", "vm010.example.com"),
            &[(Rule::MigrationHostUnknown, "Did you mean `vm001.example.com`?")],
        ),
        (
            plan(PROJECT, "orders", "x"),
            &[(Rule::MigrationHostUnknown, "There is only: `vm001.example.com`.")],
        ),
        (
            plan("5f9ad6b7e1c2a3041d0eaaaa", "inventory", host),
            &[
                (Rule::MigrationHostUnknown, "The project has no migration host"),
                (Rule::MaybeStandalone, "Atlas lists no oplog for `inventory`"),
                (Rule::OplogNotChecked, "neither the size of the data nor that of the oplog"),
            ],
        ),
        (
            plan("5f9ad6b7e1c2a3041d0e9b12", "orders", host),
            &[(Rule::SourceProjectUnknown, "Did you mean `5f9ad6b7e1c2a3041d0e9b11`?")],
        ),
        // Ids of one organization resemble each other.
        (
            plan("5f9ad6b7e1c2a3041d0e9000", "orders", host),
            &[(Rule::SourceProjectUnknown, "Use the id of a listed project")],
        ),
        (
            plan("64b1f0a2c3d4e5f60718293a", "orders", host),
            &[(Rule::SourceProjectUnknown, "in the project `Shop` (5f9ad6b7e1c2a3041d0e9b11).")],
        ),
    ] {
        finds(&plan, json!({}), options, expected);
    }
    let findings = check(&plan_of(source()), &[], options);
    assert_eq!(findings[0].rule, Rule::SourceNotLinked);
    assert_eq!(specific(&findings).len(), 1);
}

#[test]
fn what_contradicts_the_deployment() {
    use Rule::{
        AuthenticationManaged, AuthenticationNotManaged, DestinationDropped, PlanInvalid,
        ShardKeysOnShardedSource, ShardingWithoutKeys, TlsNotEnabled, TlsNotUsed,
    };
    let user = || Source::with_username(PROJECT.parse().unwrap(), "orders", "migrator");
    let managed = || plan_of(source());
    for (plan, changes, expected) in [
        (managed(), json!({"tlsEnabled": false}), &[(TlsNotEnabled, "`orders` does not accept")][..]),
        (
            plan_of(source().certificate_authority("/ca")),
            json!({"tlsEnabled": false}),
            &[(TlsNotEnabled, "")],
        ),
        (plan_of(source().without_tls()), json!({}), &[(TlsNotUsed, "in the clear")]),
        (plan_of(source().without_tls()), json!({"tlsEnabled": false}), &[]),
        (managed(), json!({"managed": false}), &[(AuthenticationNotManaged, "SCRAM")]),
        (plan_of(user()), json!({}), &[(AuthenticationManaged, "Remove `username`")]),
        (plan_of(user()), json!({"managed": false}), &[]),
        (with_shard_key(managed()), json!({}), &[]),
        (with_shard_key(managed()), json!({"sharded": true}), &[(ShardKeysOnShardedSource, "already")]),
        (managed(), json!({"sharded": true}), &[]),
        (managed().create_supporting_indexes(true), json!({}), &[(ShardingWithoutKeys, "no shard keys")]),
        (managed().drop_destination_data(true), json!({}), &[(DestinationDropped, "`destination`")]),
        (
            managed().shard(ShardedCollection::new("shop", "orders", [("", Hashed)])),
            json!({}),
            &[(PlanInvalid, "shop.orders has a shard key with a field that has no name")],
        ),
        (
            managed().shard(ShardedCollection::new("\u{1b}[2J", "orders", [("", Hashed)])),
            json!({}),
            &[(PlanInvalid, "the collection  [2J.orders has a shard key")],
        ),
    ] {
        finds(&plan, changes, &CheckOptions::default(), expected);
    }
}

#[test]
fn a_sharded_source_needs_a_sharded_destination() {
    for (plan, sharded) in [(plan_of(source()), true), (with_shard_key(plan_of(source())), false)] {
        let findings = check(&plan, &projects(json!({"sharded": sharded})), &CheckOptions::default());
        let finding = findings.iter().find(|finding| finding.rule == Rule::DestinationCluster).unwrap();
        assert!(
            finding.message.contains("must be a sharded cluster with MongoDB 7.0"),
            "{}",
            finding.message
        );
    }
}

#[test]
fn the_oplog_is_compared_with_the_time_of_the_copy() {
    use Rule::{MaybeStandalone, OplogNotChecked, OplogTooShort};
    let rates = |copy: f64, oplog: f64| {
        CheckOptions::default().copy_rate(DataRate::constant(copy)).oplog_rate(DataRate::constant(oplog))
    };
    let terabyte = 1_000_000_000_000_u64;
    for (changes, options, expected) in [
        (json!({}), CheckOptions::default(), &[][..]),
        (
            json!({"dbSizeBytes": terabyte}),
            CheckOptions::default(),
            &[(
                OplogTooShort,
                "The initial copy of 1000.0 GB takes about 13 h at 20 MB/s, and the oplog of 990 MB covers about \
                 33 min at 0.5 MB/s of changes. Both rates are assumptions.",
            )],
        ),
        (json!({"dbSizeBytes": terabyte}), rates(1000.0, 0.5), &[]),
        (json!({"dbSizeBytes": terabyte}), rates(20.0, 0.01), &[]),
        (json!({"dbSizeBytes": 990_000_000_u64}), rates(1.0, 1.0), &[(OplogTooShort, "16 min")]),
        (json!({"dbSizeBytes": null}), CheckOptions::default(), &[(OplogNotChecked, "no size of the data")]),
        (json!({"dbSizeBytes": -1}), CheckOptions::default(), &[(OplogNotChecked, "no size of the data")]),
        (
            json!({"oplogSizeMB": 0}),
            CheckOptions::default(),
            &[(MaybeStandalone, "convert it to a replica set"), (OplogNotChecked, "no size of the oplog")],
        ),
        (
            json!({"oplogSizeMB": null, "sharded": true}),
            CheckOptions::default(),
            &[(OplogNotChecked, "no size of the oplog")],
        ),
    ] {
        finds(&plan_of(source()), changes, &options, expected);
    }
}

#[test]
fn the_most_serious_findings_come_first() {
    let changes =
        json!({"mongoDBVersion": "6.0.1", "featureCompatibilityVersion": "6.0", "oplogSizeMB": null});
    let findings = check(&plan_of(source()), &projects(changes), &CheckOptions::default());
    let levels: Vec<_> = findings.iter().map(|finding| finding.level).collect();
    assert!(levels.is_sorted_by(|a, b| a >= b), "{levels:?}");
    assert_eq!(levels[0], Level::Blocks);
}

#[test]
fn a_finding_as_json() {
    let findings = check(&plan_of(source()), &[], &CheckOptions::default());
    let json = serde_json::to_value(&findings).unwrap();
    assert_eq!(json[0]["id"], "source-not-linked");
    assert_eq!(json[0]["level"], "blocks");
    assert_eq!(json[0]["field"], "source.project");
    assert_eq!(serde_json::from_value::<Vec<Finding>>(json).unwrap(), findings);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever Atlas lists and the plan contains, the check ends and its texts have no control characters.
    #[test]
    fn no_input_panics(
        names in proptest::collection::vec("\\PC{0,20}|(.|\n){0,300}|[0-9.\\-]{0,12}", 8),
        numbers in (proptest::option::of(any::<i64>()), proptest::option::of(any::<i32>())),
        flags in any::<[bool; 8]>(),
        rates in (any::<f64>(), any::<f64>()),
    ) {
        let changes = json!({
            "name": names[0], "mongoDBVersion": names[1], "featureCompatibilityVersion": names[2],
            "managed": flags[0], "sharded": flags[1], "tlsEnabled": flags[2],
            "dbSizeBytes": numbers.0, "oplogSizeMB": numbers.1,
        });
        let mut projects = projects(changes);
        projects[0].migration_hosts = vec![names[3].clone()];
        projects[0].name.clone_from(&names[4]);
        let cluster = if flags[3] { &names[0] } else { &names[5] };
        let project = if flags[4] { PROJECT } else { "64b1f0a2c3d4e5f60718293a" };
        let source = Source::managed(project.parse().unwrap(), cluster);
        let mut plan = MigrationPlan::new(source, Destination::public(&names[6]), &names[7]);
        if flags[5] {
            plan = plan.shard(ShardedCollection::new(&names[6], &names[7], [(&names[1], Hashed)]));
        }
        let mut options = CheckOptions::default();
        if let (Ok(copy), Ok(oplog)) =
            (DataRate::megabytes_per_second(rates.0), DataRate::megabytes_per_second(rates.1))
        {
            options = options.copy_rate(copy).oplog_rate(oplog);
        }
        if flags[6] {
            options = options.platform(SourcePlatform::OpsManager);
        }
        for finding in check(&plan, &projects, &options) {
            prop_assert_eq!(finding.level, finding.rule.level());
            prop_assert!(!finding.message.is_empty() && !finding.advice.is_empty());
            let text = [finding.message, finding.advice].concat();
            prop_assert!(!text.contains(char::is_control), "{:?}", text);
        }
    }
}
