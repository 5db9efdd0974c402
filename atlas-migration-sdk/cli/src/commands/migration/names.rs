//! The names of projects and organizations, for questions.

use atlas_migration_sdk::{Client, ProjectId};

use crate::output::printable;

/// The project and its organization with their names, as far as the credentials can see them.
pub(super) async fn of_project(client: &Client, id: ProjectId) -> String {
    let projects = client.projects().all().await.unwrap_or_default();
    let Some(project) = projects.into_iter().find(|project| project.id == Some(id)) else {
        return without_names(id);
    };
    let org = match client.org(project.org_id).get().await {
        Ok(org) => format!("{} ({})", org.name, project.org_id),
        Err(_) => project.org_id.to_string(),
    };
    printable(&format!("the project {} ({id}) of the organization {org}", project.name))
}

/// The project by its id.
pub(super) fn without_names(id: ProjectId) -> String {
    format!("the project {id}")
}
