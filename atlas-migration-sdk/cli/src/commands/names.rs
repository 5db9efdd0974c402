//! The names of organizations and projects, for questions.

use atlas_migration_sdk::{Client, OrgId, ProjectId};

/// The organization by its id, with its name if there is a client that can read it.
pub(crate) async fn org(client: Option<&Client>, id: OrgId) -> String {
    if let Some(client) = client
        && let Ok(org) = client.org(id).get().await
    {
        return format!("the organization {} ({id})", org.name);
    }
    format!("the organization {id}")
}

/// The project by its id, with its name and its organization if there is a client that can read them.
pub(crate) async fn project(client: Option<&Client>, id: ProjectId) -> String {
    if let Some(client) = client
        && let Ok(projects) = client.projects().all().await
        && let Some(project) = projects.into_iter().find(|project| project.id == Some(id))
    {
        let of = org(Some(client), project.org_id).await;
        return format!("the project {} ({id}) of {of}", project.name);
    }
    format!("the project {id}")
}
