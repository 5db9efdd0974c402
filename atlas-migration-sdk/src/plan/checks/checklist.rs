//! The checklist: what a person has to confirm before every migration.

use super::names::quoted;
use super::supported::{required_destination, skips_time_series};
use super::{Findings, Rule};
use crate::generated::models::AvailableDeployment;
use crate::plan::MigrationPlan;

pub(super) fn add(plan: &MigrationPlan, deployment: Option<&AvailableDeployment>, findings: &mut Findings) {
    let destination = quoted(&plan.destination.cluster);
    if plan.drop_destination_data {
        findings.add(
            Rule::DestinationDropped,
            Some("drop_destination_data"),
            format!("Atlas drops the data of the destination cluster {destination} before it copies."),
            "Make sure that nobody needs this data, or set `drop_destination_data` to false.",
        );
    }
    findings.add(
        Rule::DestinationCluster,
        Some("destination.cluster"),
        format!(
            "The destination {destination} must be {}, not of the tiers M0, Flex, shared or serverless. Its properties \
             were not checked.",
            required_destination(plan, deployment)
        ),
        "Check the destination cluster in Atlas.",
    );
    findings.add(
        Rule::MigrationHostDedicated,
        Some("migration_host"),
        format!(
            "The migration host {} must be a dedicated machine and not a member of the source. This was not checked, \
             because Atlas does not list the hosts of the source.",
            quoted(&plan.migration_host)
        ),
        "Compare it with the hosts of the source, especially its primary. A host runs one migration at a time.",
    );
    findings.add(
        Rule::UsersAndRoles,
        None,
        "Users and roles are not migrated.",
        "Create the users that the applications need in Atlas before the cutover.",
    );
    findings.add(
        Rule::SearchIndexes,
        None,
        "Search indexes are not migrated.",
        "Create them on the destination before the cutover.",
    );
    if deployment.is_none_or(skips_time_series) {
        findings.add(
            Rule::TimeSeries,
            None,
            "Time series collections are not migrated: the migration skips them.",
            "Copy them in another way, if the source has any.",
        );
    }
}
