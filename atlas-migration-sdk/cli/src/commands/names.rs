//! Organizations and projects by their ids: their names, for questions.

use atlas_migration_sdk::model::ProjectDetails;
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
        && let Some(project) = find_project(client, id).await
    {
        let of = org(Some(client), project.org_id).await;
        return format!("the project {} ({id}) of {of}", project.name);
    }
    format!("the project {id}")
}

/// The project, if the credentials can see it.
pub(crate) async fn find_project(client: &Client, id: ProjectId) -> Option<ProjectDetails> {
    client.projects().all().await.ok()?.into_iter().find(|project| project.id == Some(id))
}
