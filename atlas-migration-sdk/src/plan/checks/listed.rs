//! Whether Atlas lists the names of the plan.

use super::names::{self, MAX_LISTED, list, quoted, suggestion};
use super::{Findings, Rule};
use crate::generated::models::{AvailableDeployment, AvailableProject};
use crate::plan::{MigrationPlan, Source};

/// The deployment of the plan, if Atlas lists it. Adds a finding for each name that Atlas does not list.
pub(super) fn find_source<'a>(
    plan: &MigrationPlan,
    projects: &'a [AvailableProject],
    findings: &mut Findings,
) -> Option<&'a AvailableDeployment> {
    let source = &plan.source;
    if projects.is_empty() {
        findings.add(
            Rule::SourceNotLinked,
            Some("source.project"),
            "Atlas lists no source project for the organization: no source organization is linked.",
            "Create a link-token, and enter it in the source organization.",
        );
        return None;
    }
    let Some(project) = projects.iter().find(|project| project.project_id == source.project) else {
        findings.add(
            Rule::SourceProjectUnknown,
            Some("source.project"),
            format!(
                "Atlas does not list the source project {} for the organization.{}",
                source.project,
                elsewhere(source, projects)
            ),
            unknown_project_advice(source, projects),
        );
        return None;
    };
    if !project.migration_hosts.contains(&plan.migration_host) {
        unknown_host(plan, project, findings);
    }
    let deployment = project.deployments.iter().find(|deployment| deployment.name == source.cluster);
    if deployment.is_none() {
        let known: Vec<_> = project.deployments.iter().map(|deployment| deployment.name.as_str()).collect();
        findings.add(
            Rule::SourceClusterUnknown,
            Some("source.cluster"),
            format!(
                "The source project {} has no deployment {}.{}",
                quoted(&project.name),
                quoted(&source.cluster),
                elsewhere(source, projects)
            ),
            suggestion(&source.cluster, &known)
                .unwrap_or_else(|| "The project has no deployments. Check the project.".to_owned()),
        );
    }
    deployment
}

/// A sentence about another project that has a deployment with the name of the plan's source cluster, if there is one.
fn elsewhere(source: &Source, projects: &[AvailableProject]) -> String {
    let has_it = |project: &&AvailableProject| {
        project.project_id != source.project
            && project.deployments.iter().any(|known| known.name == source.cluster)
    };
    projects.iter().find(has_it).map_or_else(String::new, |project| {
        let (name, id) = (quoted(&project.name), project.project_id);
        format!(" There is a deployment of this name in the project {name} ({id}).")
    })
}

fn unknown_project_advice(source: &Source, projects: &[AvailableProject]) -> String {
    let wanted = source.project.to_string();
    let ids: Vec<String> = projects.iter().map(|project| project.project_id.to_string()).collect();
    let near = names::nearest(&wanted, ids.iter().map(String::as_str));
    // Ids of one organization often begin alike, so that only a typing error is a suggestion.
    match near.first().filter(|near| strsim::osa_distance(near, &wanted) <= 2) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => {
            let known: Vec<_> =
                projects.iter().map(|project| project.name.as_str()).take(MAX_LISTED).collect();
            format!(
                "Use the id of a listed project (the first are {}), or link the organization that has it.",
                list(&known, ", ")
            )
        }
    }
}

fn unknown_host(plan: &MigrationPlan, project: &AvailableProject, findings: &mut Findings) {
    let known: Vec<&str> = project.migration_hosts.iter().map(String::as_str).collect();
    let advice = match suggestion(&plan.migration_host, &known) {
        Some(suggestion) => {
            format!("{suggestion} A new host must be provisioned as a migration host of this project first.")
        }
        None => "The project has no migration host: provision one in Cloud Manager or Ops Manager, on a dedicated \
                 machine."
            .to_owned(),
    };
    findings.add(
        Rule::MigrationHostUnknown,
        Some("migration_host"),
        format!(
            "The source project {} has no migration host {}.",
            quoted(&project.name),
            quoted(&plan.migration_host)
        ),
        advice,
    );
}
