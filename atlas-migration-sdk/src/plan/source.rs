//! The source of a migration: the deployment, and how to connect to it.

use std::fmt;

use crate::generated::ids::SourceProjectId;
use crate::values::secret::Secret;

/// The deployment to migrate from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub(super) project: SourceProjectId,
    pub(super) cluster: String,
    pub(super) authentication: Authentication,
    pub(super) tls: Tls,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Authentication {
    Managed,
    User { name: String, password: Option<Secret> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    On,
    WithAuthority(String),
    Off,
}

impl Source {
    /// A deployment whose users are managed by automation. TLS is on.
    pub fn managed(project: SourceProjectId, cluster: impl Into<String>) -> Self {
        Self { project, cluster: cluster.into(), authentication: Authentication::Managed, tls: Tls::On }
    }

    /// A deployment with a SCRAM user. TLS is on.
    pub fn with_user(
        project: SourceProjectId,
        cluster: impl Into<String>,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        let authentication = Authentication::User { name: username.into(), password: Some(password.into()) };
        Self { project, cluster: cluster.into(), authentication, tls: Tls::On }
    }

    /// A deployment with a SCRAM user whose password is not known yet. TLS is on.
    ///
    /// Set the password before you use the plan: [`MigrationPlan::source_password`](super::MigrationPlan::source_password),
    /// [`MigrationPlan::source_password_from_env`](super::MigrationPlan::source_password_from_env).
    pub fn with_username(
        project: SourceProjectId,
        cluster: impl Into<String>,
        username: impl Into<String>,
    ) -> Self {
        let authentication = Authentication::User { name: username.into(), password: None };
        Self { project, cluster: cluster.into(), authentication, tls: Tls::On }
    }

    /// The project in Cloud Manager or Ops Manager.
    #[must_use]
    pub fn project(&self) -> SourceProjectId {
        self.project
    }

    /// The name of the deployment.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// The name of the SCRAM user; `None` if authentication is managed.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        match &self.authentication {
            Authentication::Managed => None,
            Authentication::User { name, .. } => Some(name),
        }
    }

    /// Trusts this certificate authority: the path of a file on the migration host.
    #[must_use]
    pub fn certificate_authority(mut self, path: impl Into<String>) -> Self {
        self.tls = Tls::WithAuthority(path.into());
        self
    }

    /// Connects to the source without TLS.
    #[must_use]
    pub fn without_tls(mut self) -> Self {
        self.tls = Tls::Off;
        self
    }
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Managed => f.write_str("Managed"),
            Self::User { name, password } => {
                f.debug_struct("User").field("name", name).field("password", password).finish()
            }
        }
    }
}
