//! What the version of a source and its platform mean.

use super::*;

#[test]
fn versions_in_cloud_manager() {
    use Rule::{
        FeatureCompatibilityDiffers, FeatureCompatibilityTooOld, VersionNotChecked, VersionRapidRelease,
        VersionTooOld, VersionUnsupported,
    };
    for (version, compatibility, expected) in [
        ("6.0.17", "6.0", &[][..]),
        ("6.0.17-ent", "6.0", &[]),
        ("7.0.13", "7.0", &[]),
        ("7.0.31", "7.0", &[]),
        ("6.0.16", "6.0", &[(VersionTooOld, "Upgrade the source to 6.0.17 or a later 6.0.")]),
        ("7.0.12", "7.0", &[(VersionTooOld, "7.0.12; 7.0 is supported from 7.0.13.")]),
        ("6.1.0", "6.1", &[(VersionRapidRelease, "6.1.0, a rapid release")]),
        ("7.3.4", "7.3", &[(VersionRapidRelease, "6.0.17 and later 6.0, 7.0.13 and later 7.0")]),
        ("8.0.5", "8.0", &[(VersionUnsupported, "8.0.5, which a push migration does not support")]),
        ("4.4.29", "4.4", &[(VersionUnsupported, "mongosync"), (FeatureCompatibilityTooOld, "at least 6.0")]),
        ("7.0", "7.0", &[(VersionNotChecked, "Check that it is 7.0.13 or later.")]),
        (
            "7.0.14",
            "6.0",
            &[(FeatureCompatibilityDiffers, "of the source to 7.0, or check that the destination")],
        ),
        ("6.0.20", "5.0", &[(FeatureCompatibilityTooOld, "is 5.0; it must be at least 6.0")]),
        ("unknown", "7.0", &[(VersionNotChecked, "version, `unknown`, cannot be read")]),
        ("7.0.14", "\u{1b}[2J", &[(VersionNotChecked, "feature compatibility version, ` [2J`,")]),
        ("", "", &[(VersionNotChecked, "version, ``"), (VersionNotChecked, "compatibility version, ``")]),
    ] {
        let changes = json!({"mongoDBVersion": version, "featureCompatibilityVersion": compatibility});
        finds(&plan_of(source()), changes, &CheckOptions::default(), expected);
    }
}

#[test]
fn versions_in_ops_manager() {
    use Rule::{OpsManagerDeprecated, OpsManagerSharded, OpsManagerVersion, VersionNotChecked};
    let options = CheckOptions::default().platform(SourcePlatform::OpsManager);
    let alternatives = "Either monitor the deployment in Cloud Manager and push it from there (6.0.17 and later 6.0, \
                        7.0.13 and later 7.0), or use a pull migration (live migration in Atlas), or run mongosync.";
    let replica_sets = "migrates only replica sets";
    for (plan, version, sharded, expected) in [
        (plan_of(source()), "7.0.14", false, &[(OpsManagerVersion, alternatives)][..]),
        (plan_of(source()), "6.0.0", true, &[(OpsManagerVersion, "6.0.0")]),
        (plan_of(source()), "5.0.31", false, &[(OpsManagerDeprecated, "5.0.31")]),
        (
            plan_of(source()),
            "4.4.29",
            true,
            &[(OpsManagerSharded, replica_sets), (OpsManagerDeprecated, "soon")],
        ),
        (
            with_shard_key(plan_of(source())),
            "5.0.31",
            false,
            &[(OpsManagerSharded, "The plan has shard keys"), (OpsManagerDeprecated, "")],
        ),
        (plan_of(source()), "?", false, &[(VersionNotChecked, "`?`")]),
    ] {
        let changes = json!({"mongoDBVersion": version, "sharded": sharded});
        finds(&plan, changes, &options, expected);
    }
    let old = projects(json!({"mongoDBVersion": "5.0.31"}));
    let findings = check(&plan_of(source()), &old, &options);
    assert!(!findings.iter().any(|finding| finding.rule == Rule::TimeSeries));
}
