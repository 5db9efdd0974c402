//! The plan from what Atlas lists, flags and answers.

use atlas_migration_sdk::MigrationPlan;
use atlas_migration_sdk::model::{AvailableDeployment, AvailableProject};
use atlas_migration_sdk::plan::{Destination, Source};

use super::ask::Questions;
use super::{Choices, Reach};
use crate::failure::{Class, Failure};
use crate::output::printable;

pub(super) fn plan(
    choices: &Choices,
    projects: &[AvailableProject],
    questions: &Questions<'_>,
) -> Result<MigrationPlan, Failure> {
    if choices.private_link_id.is_some() && choices.reach.is_some_and(|reach| reach != Reach::PrivateLink) {
        return Err(Failure::usage("--private-link-id is only for --reach private-link"));
    }
    let project = project(choices, projects, questions)?;
    let deployment = deployment(choices, project, questions)?;
    let host = migration_host(choices, project, questions)?;
    let source = source(choices, project, deployment, questions)?;
    let destination = destination(choices, questions)?;
    let drop = choices.drop_destination_data
        || questions.yes_or_no("Drop the data of the destination before the copying starts?", false)?;
    Ok(MigrationPlan::new(source, destination, host).drop_destination_data(drop))
}

fn project<'a>(
    choices: &Choices,
    projects: &'a [AvailableProject],
    questions: &Questions<'_>,
) -> Result<&'a AvailableProject, Failure> {
    // A cluster that only one project has determines the project.
    let has_cluster = |project: &&AvailableProject| {
        let names = project.deployments.iter().map(|deployment| &deployment.name);
        choices.source_cluster.as_ref().is_none_or(|wanted| names.into_iter().any(|name| name == wanted))
    };
    let candidates: Vec<_> = match &choices.source_project {
        Some(wanted) => projects
            .iter()
            .filter(|project| project.name == *wanted || project.project_id.to_string() == *wanted)
            .collect(),
        None => projects.iter().filter(has_cluster).collect(),
    };
    let label = |project: &AvailableProject| format!("{} ({})", project.name, project.project_id);
    if candidates.is_empty() {
        let known = projects.iter().map(label).collect();
        return Err(match (&choices.source_project, &choices.source_cluster) {
            (None, Some(cluster)) => not_listed("no source project has the cluster", cluster, known),
            (wanted, _) => not_listed("there is no source project", wanted.as_deref().unwrap_or(""), known),
        });
    }
    let labels: Vec<_> = candidates.iter().map(|project| label(project)).collect();
    let index = questions.select("Which source project?", "--source-project", &labels)?;
    Ok(candidates[index])
}

fn deployment<'a>(
    choices: &Choices,
    project: &'a AvailableProject,
    questions: &Questions<'_>,
) -> Result<&'a AvailableDeployment, Failure> {
    let names = project.deployments.iter().map(|deployment| deployment.name.clone()).collect();
    let index = listed(choices.source_cluster.as_deref(), names, &project.name, "deployment", |names| {
        questions.select("Which deployment?", "--source-cluster", names)
    })?;
    Ok(&project.deployments[index])
}

fn migration_host(
    choices: &Choices,
    project: &AvailableProject,
    questions: &Questions<'_>,
) -> Result<String, Failure> {
    let hosts = project.migration_hosts.clone();
    let index = listed(choices.migration_host.as_deref(), hosts, &project.name, "migration host", |hosts| {
        questions.select("Which migration host?", "--migration-host", hosts)
    })?;
    Ok(project.migration_hosts[index].clone())
}

/// The index of the wanted name, or of the selected one.
fn listed(
    wanted: Option<&str>,
    names: Vec<String>,
    project: &str,
    what: &str,
    select: impl FnOnce(&[String]) -> Result<usize, Failure>,
) -> Result<usize, Failure> {
    if names.is_empty() {
        let message = format!("the source project {} has no {what}", printable(project));
        return Err(Failure::new(Class::NotFound, message));
    }
    match wanted {
        Some(wanted) => names.iter().position(|name| name == wanted).ok_or_else(|| {
            let what = format!("the source project {} has no {what}", printable(project));
            not_listed(&what, wanted, names)
        }),
        None => select(&names),
    }
}

fn not_listed(what: &str, wanted: &str, known: Vec<String>) -> Failure {
    let text = format!("{what} `{wanted}`; there are: {}", known.join(", "));
    Failure::new(Class::NotFound, printable(&text))
}

fn source(
    choices: &Choices,
    project: &AvailableProject,
    deployment: &AvailableDeployment,
    questions: &Questions<'_>,
) -> Result<Source, Failure> {
    let username = match &choices.source_username {
        Some(username) => Some(username.clone()),
        None if deployment.managed
            && questions.yes_or_no("Does automation manage the users of the source?", true)? =>
        {
            None
        }
        None => Some(questions.text("Which user of the source, with SCRAM?", "--source-username")?),
    };
    let (id, name) = (project.project_id, deployment.name.as_str());
    let source = match username {
        Some(username) => Source::with_username(id, name, username),
        None => Source::managed(id, name),
    };
    match (&choices.certificate_authority, deployment.tls_enabled) {
        (Some(path), true) => Ok(source.certificate_authority(path)),
        (None, true) => Ok(source),
        (None, false) => Ok(source.without_tls()),
        (Some(_), false) => Err(Failure::usage(format!(
            "--certificate-authority is only for a source with TLS, which {} does not accept",
            printable(name)
        ))),
    }
}

fn destination(choices: &Choices, questions: &Questions<'_>) -> Result<Destination, Failure> {
    let cluster = match &choices.destination_cluster {
        Some(cluster) => cluster.clone(),
        None => questions.text("Which destination cluster in Atlas?", "--destination-cluster")?,
    };
    let reach = match (choices.reach, &choices.private_link_id) {
        (Some(reach), _) => reach,
        (None, Some(_)) => Reach::PrivateLink,
        (None, None) => {
            let networks = [Reach::Public, Reach::VpcPeering, Reach::PrivateLink];
            let names = ["public", "vpc-peering", "private-link"].map(str::to_owned);
            networks[questions.select("Over which network is the destination reached?", "--reach", &names)?]
        }
    };
    Ok(match reach {
        Reach::Public => Destination::public(cluster),
        Reach::VpcPeering => Destination::vpc_peering(cluster),
        Reach::PrivateLink => {
            let id = match &choices.private_link_id {
                Some(id) => id.clone(),
                None => questions.text("Which private endpoint, by its id?", "--private-link-id")?,
            };
            Destination::private_link(cluster, id)
        }
    })
}
