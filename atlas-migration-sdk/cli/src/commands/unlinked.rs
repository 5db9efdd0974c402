//! A source that is not linked, which is one failure whichever command finds it.

use atlas_migration_sdk::{Client, Error, ErrorKind, ProjectId};

use super::names;
use crate::failure::{Class, Failure};

/// The failure in its class, with what to do about it.
pub(crate) fn failure(cause: Failure) -> Failure {
    cause
        .with_class(Class::NotFound)
        .with_advice("Link the source organization first: `atlas-migration source link`.")
}

/// The failure to start a validation or a migration. Which error Atlas sends if the source is not linked is not publicly
/// known: without a link, it lists no source projects.
pub(crate) async fn failure_to_start(error: Error, client: &Client, project: ProjectId) -> Failure {
    let is_rejected = error.kind() == ErrorKind::Api && matches!(error.status(), Some(400 | 404 | 409));
    let is_unlinked = is_rejected && has_no_source(client, project).await;
    let cause = Failure::from(error);
    if is_unlinked { failure(cause) } else { cause }
}

/// Whether Atlas lists no source project for the organization of this project.
async fn has_no_source(client: &Client, project: ProjectId) -> bool {
    let Some(project) = names::find_project(client, project).await else { return false };
    client.org(project.org_id).available_projects().await.is_ok_and(|projects| projects.is_empty())
}
