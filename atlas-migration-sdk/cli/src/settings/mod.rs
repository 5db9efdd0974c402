//! Where credentials, ids and the base URL come from: the environment.

use atlas_migration_sdk::{Client, Org, OrgId, Project, ProjectId, SourceManager, SourceOrg, SourceOrgId};

use crate::failure::Failure;

/// The settings of the program.
pub(crate) struct Settings {}

impl Settings {
    pub(crate) fn new() -> Self {
        Self {}
    }

    /// The client of Atlas.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(Client::from_env()?)
    }

    /// The organization: that of the argument, or the configured one.
    pub(crate) fn org(&self, argument: Option<OrgId>) -> Result<Org, Failure> {
        let client = self.client()?;
        Ok(match argument {
            Some(id) => client.org(id),
            None => client.org_from_env()?,
        })
    }

    /// The client of Atlas, and the project: that of the argument, or the configured one.
    pub(crate) fn project(&self, argument: Option<ProjectId>) -> Result<(Client, Project), Failure> {
        let client = self.client()?;
        let project = match argument {
            Some(id) => client.project(id),
            None => client.project_from_env()?,
        };
        Ok((client, project))
    }

    /// The id of the organization: that of the argument, or the configured one.
    pub(crate) fn org_id(&self, argument: Option<OrgId>) -> Result<OrgId, Failure> {
        Ok(self.org(argument)?.id())
    }

    /// The id of the project: that of the argument, or the configured one.
    pub(crate) fn project_id(&self, argument: Option<ProjectId>) -> Result<ProjectId, Failure> {
        Ok(self.project(argument)?.1.id())
    }

    /// The source organization: that of the argument, or the configured one.
    pub(crate) fn source(&self, argument: Option<SourceOrgId>) -> Result<SourceOrg, Failure> {
        let manager = SourceManager::from_env()?;
        Ok(match argument {
            Some(id) => manager.org(id),
            None => manager.org_from_env()?,
        })
    }
}
