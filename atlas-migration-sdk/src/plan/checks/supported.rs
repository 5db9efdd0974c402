//! What MongoDB supports as the source of a push migration: versions, and where the source is monitored.

use super::names::quoted;
use super::version::{OLDEST_FEATURE_COMPATIBILITY, SUPPORTED, Version};
use super::{Findings, Rule, SourcePlatform};
use crate::generated::models::AvailableDeployment;
use crate::plan::MigrationPlan;

const CLUSTER: Option<&str> = Some("source.cluster");

pub(super) fn check(
    plan: &MigrationPlan,
    deployment: &AvailableDeployment,
    platform: SourcePlatform,
    findings: &mut Findings,
) {
    let version = Version::parse(&deployment.mongo_db_version);
    if version.is_none() {
        not_checked("version", &deployment.mongo_db_version, findings);
    }
    match platform {
        SourcePlatform::CloudManager => {
            if let Some(version) = version {
                cloud_manager(version, findings);
            }
            feature_compatibility(version, deployment, findings);
        }
        SourcePlatform::OpsManager => ops_manager(plan, version, deployment, findings),
    }
}

fn not_checked(what: &str, text: &str, findings: &mut Findings) {
    findings.add(
        Rule::VersionNotChecked,
        CLUSTER,
        format!("The source's {what}, {}, cannot be read, so that it was not checked.", quoted(text)),
        format!("Check that it is supported: {}.", supported_versions()),
    );
}

fn cloud_manager(version: Version, findings: &mut Findings) {
    let runs = format!("The source runs MongoDB {version}");
    if version.is_rapid_release() {
        findings.add(
            Rule::VersionRapidRelease,
            CLUSTER,
            format!("{runs}, a rapid release, which cannot be migrated."),
            format!("Upgrade or downgrade the source to a supported version: {}.", supported_versions()),
        );
        return;
    }
    let Some(supported) = SUPPORTED.iter().find(|supported| supported.series() == version.series()) else {
        findings.add(
            Rule::VersionUnsupported,
            CLUSTER,
            format!("{runs}, which a push migration does not support."),
            format!(
                "Supported are {}. Change the version of the source, or use a pull migration or mongosync, if they \
                 support it.",
                supported_versions()
            ),
        );
        return;
    };
    match version.patch {
        Some(patch) if Some(patch) < supported.patch => findings.add(
            Rule::VersionTooOld,
            CLUSTER,
            format!("{runs}; {}.{} is supported from {supported}.", version.major, version.minor),
            format!("Upgrade the source to {supported} or a later {}.{}.", version.major, version.minor),
        ),
        Some(_) => {}
        None => findings.add(
            Rule::VersionNotChecked,
            CLUSTER,
            format!("Atlas lists the source's version as {version}, without the patch release."),
            format!("Check that it is {supported} or later."),
        ),
    }
}

fn supported_versions() -> String {
    let each = SUPPORTED.map(|version| format!("{version} and later {}.{}", version.major, version.minor));
    each.join(", ")
}

fn feature_compatibility(
    version: Option<Version>,
    deployment: &AvailableDeployment,
    findings: &mut Findings,
) {
    let text = &deployment.feature_compatibility_version;
    let Some(compatibility) = Version::parse(text) else {
        return not_checked("feature compatibility version", text, findings);
    };
    if compatibility.series() < OLDEST_FEATURE_COMPATIBILITY {
        findings.add(
            Rule::FeatureCompatibilityTooOld,
            CLUSTER,
            format!(
                "The feature compatibility version of the source is {compatibility}; it must be at least 6.0."
            ),
            "Set it to that of the source's version with setFeatureCompatibilityVersion.",
        );
    } else if let Some(version) = version
        && version.series() != compatibility.series()
    {
        findings.add(
            Rule::FeatureCompatibilityDiffers,
            CLUSTER,
            format!(
                "The source runs MongoDB {version} with the feature compatibility version {compatibility}. The \
                 destination must have the same one, and new clusters have that of their version."
            ),
            format!(
                "Set the feature compatibility version of the source to {}.{}, or check that the destination has \
                 {compatibility} too.",
                version.major, version.minor
            ),
        );
    }
}

fn ops_manager(
    plan: &MigrationPlan,
    version: Option<Version>,
    deployment: &AvailableDeployment,
    findings: &mut Findings,
) {
    let Some(version) = version else { return };
    if version.major >= 6 {
        findings.add(
            Rule::OpsManagerVersion,
            CLUSTER,
            format!(
                "Ops Manager monitors the source, which runs MongoDB {version}. Push migrations from Ops Manager are \
                 not supported for 6.0 and later."
            ),
            format!(
                "Either monitor the deployment in Cloud Manager and push it from there ({}), or use a pull migration \
                 (live migration in Atlas), or run mongosync.",
                supported_versions()
            ),
        );
        return;
    }
    findings.add(
        Rule::OpsManagerDeprecated,
        CLUSTER,
        format!(
            "Ops Manager monitors the source, which runs MongoDB {version}. This uses the legacy service (mongomirror), \
             which is deprecated."
        ),
        "Upgrade the source and monitor it in Cloud Manager, or start the migration soon.",
    );
    if deployment.sharded || !plan.sharded.is_empty() {
        let why =
            if deployment.sharded { "The source is a sharded cluster" } else { "The plan has shard keys" };
        findings.add(
            Rule::OpsManagerSharded,
            if deployment.sharded { CLUSTER } else { Some("sharding") },
            format!(
                "{why}, and the legacy service for Ops Manager (mongomirror) migrates only replica sets."
            ),
            "Upgrade the source to a supported version and monitor it in Cloud Manager, or use mongosync.",
        );
    }
}

/// The properties that the destination needs, as the rest of a sentence.
pub(super) fn required_destination(plan: &MigrationPlan, deployment: Option<&AvailableDeployment>) -> String {
    let sharded = deployment.is_some_and(|deployment| deployment.sharded) || !plan.sharded.is_empty();
    let form = if sharded { "a sharded cluster" } else { "a dedicated cluster" };
    let version = deployment.and_then(|deployment| Version::parse(&deployment.mongo_db_version));
    let compatibility =
        deployment.and_then(|deployment| Version::parse(&deployment.feature_compatibility_version));
    match (version, compatibility) {
        (Some(version), Some(compatibility)) => format!(
            "{form} with MongoDB {}.{} and the feature compatibility version {compatibility}, as the source",
            version.major, version.minor
        ),
        _ => format!("{form} with the major version and the feature compatibility version of the source"),
    }
}

/// Whether time series collections are skipped: from MongoDB 6.0.
pub(super) fn skips_time_series(deployment: &AvailableDeployment) -> bool {
    Version::parse(&deployment.mongo_db_version).is_none_or(|version| version.major >= 6)
}
