//! The flags of the Atlas CLI that describe a migration.

use atlas_migration_sdk::plan::{Destination, Source};
use atlas_migration_sdk::{MigrationPlan, ProjectId, SourceProjectId};
use clap::{Args, ValueEnum};

use crate::commands::plan::SOURCE_PASSWORD;
use crate::failure::Failure;

#[derive(Args, Debug)]
pub(crate) struct MigrationFlags {
    /// The destination cluster in Atlas.
    #[arg(long = "clusterName", value_name = "NAME")]
    cluster_name: String,
    /// The host that runs the migration.
    #[arg(long = "migrationHost", value_name = "HOST")]
    migration_host: String,
    /// The deployment to migrate from.
    #[arg(long = "sourceClusterName", value_name = "NAME")]
    source_cluster_name: String,
    /// The project of the deployment, in Cloud Manager or Ops Manager.
    #[arg(long = "sourceProjectId", value_name = "ID")]
    source_project_id: SourceProjectId,
    /// Connect to the source with TLS. `--sourceCACertificatePath` implies it.
    #[arg(long = "sourceSsl", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    source_ssl: Option<bool>,
    /// The path of the certificate authority's file on the migration host.
    #[arg(long = "sourceCACertificatePath", value_name = "PATH")]
    source_ca_certificate_path: Option<String>,
    /// Automation manages the users of the source, so that no user name and password are needed.
    #[arg(
        long = "sourceManagedAuthentication", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true"
    )]
    source_managed_authentication: Option<bool>,
    /// The name of the source's user.
    #[arg(
        long = "sourceUsername",
        short = 'u',
        value_name = "NAME",
        conflicts_with = "source_managed_authentication"
    )]
    source_username: Option<String>,
    /// Refused: the arguments of a program are visible to other users.
    #[arg(long = "sourcePassword", short = 'p', value_name = "PASSWORD", hide = true)]
    source_password: Option<Refused>,
    /// Drop the data of the destination before the copying starts.
    #[arg(long)]
    drop: bool,
    /// Drop the data without a question.
    #[arg(long, alias = "yes")]
    pub(super) force: bool,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long = "projectId", aliases = ["groupId", "project-id"], value_name = "ID")]
    pub(super) project_id: Option<ProjectId>,
    /// How the migration host reaches the destination. The Atlas CLI lacks this flag, and Atlas requires the value.
    #[arg(long = "hostnameSchemaType", value_enum, default_value = "PUBLIC", value_name = "TYPE")]
    hostname_schema_type: HostnameSchemaType,
    /// The id of the private endpoint, with `--hostnameSchemaType PRIVATE_LINK`.
    #[arg(long = "privateLinkId", value_name = "ID", required_if_eq("hostname_schema_type", "PRIVATE_LINK"))]
    private_link_id: Option<String>,
}

/// A value that is not kept.
#[derive(Clone, Debug)]
struct Refused;

impl From<String> for Refused {
    fn from(_: String) -> Self {
        Self
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
enum HostnameSchemaType {
    /// The public network.
    Public,
    /// A private endpoint.
    PrivateLink,
    /// A peered VPC.
    VpcPeering,
}

impl MigrationFlags {
    /// The plan, without the password.
    pub(super) fn plan(&self) -> Result<MigrationPlan, Failure> {
        if self.source_password.is_some() {
            return Err(Failure::usage(format!(
                "--sourcePassword is refused, because other users of this machine can see the arguments of a program: \
                 set {SOURCE_PASSWORD}, or write the password to the standard input"
            )));
        }
        let (project, cluster) = (self.source_project_id, self.source_cluster_name.as_str());
        let managed = self.source_managed_authentication.unwrap_or_default();
        let source = match (&self.source_username, managed) {
            (Some(username), false) => Source::with_username(project, cluster, username),
            (None, true) => Source::managed(project, cluster),
            _ => {
                return Err(Failure::usage(
                    "give --sourceUsername, or --sourceManagedAuthentication if automation manages the users of the source",
                ));
            }
        };
        let source = match (&self.source_ca_certificate_path, self.source_ssl) {
            (Some(path), _) => source.certificate_authority(path),
            (None, Some(true)) => source,
            (None, _) => source.without_tls(),
        };
        let name = self.cluster_name.as_str();
        let destination = match (self.hostname_schema_type, &self.private_link_id) {
            (HostnameSchemaType::Public, _) => Destination::public(name),
            (HostnameSchemaType::VpcPeering, _) => Destination::vpc_peering(name),
            (HostnameSchemaType::PrivateLink, id) => {
                Destination::private_link(name, id.as_deref().unwrap_or_default())
            }
        };
        let plan = MigrationPlan::new(source, destination, self.migration_host.as_str());
        Ok(plan.drop_destination_data(self.drop))
    }
}
