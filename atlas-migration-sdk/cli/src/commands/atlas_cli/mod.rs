//! `liveMigrations`: the commands of the Atlas CLI with its flags, so that a script runs with this program's name in place
//! of `atlas`.
//!
//! What differs on purpose: `--sourcePassword` is refused, the link-token is printed alone, and the request has the
//! `hostnameSchemaType` that Atlas requires.

mod flags;
mod jobs;

use atlas_migration_sdk::{AccessListEntry, OrgId};
use clap::{Args, Subcommand};

use super::link_token;
use crate::context::Context;
use crate::failure::Failure;
use flags::MigrationFlags;
pub(crate) use jobs::StartedCutover;
use jobs::{MigrationFlag, ValidationFlag};

/// The flag of the Atlas CLI that stands for a typed "yes".
const FORCE: &str = "--force";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create and delete link-tokens.
    #[command(subcommand)]
    Link(Link),
    /// Validate a migration before it starts.
    #[command(subcommand, visible_alias = "validations")]
    Validation(Validation),
    /// Start a migration.
    ///
    /// A password is read from MONGODB_ATLAS_SOURCE_PASSWORD, from the standard input, or asked for on a terminal.
    /// With --drop, asks first unless --force is given.
    #[command(
        after_help = "Example:\n  atlas-migration liveMigrations create --clusterName destination --migrationHost \
        migration-host.example.com --sourceClusterName orders --sourceProjectId 5f9ad6b7e1c2a3041d0e9b11 --sourceSsl \
        --sourceUsername migrator --projectId 32b6e34b3d91647abb20e7b8 -o json"
    )]
    Create(MigrationFlags),
    /// Read a migration.
    #[command(
        visible_alias = "get",
        after_help = "Example:\n  atlas-migration liveMigrations describe --liveMigrationId 6a0000000000000000000001"
    )]
    Describe(MigrationFlag),
    /// Cut over a migration.
    ///
    /// Asks first on a terminal, unless --force is given. A script needs no flag, as with the Atlas CLI.
    #[command(
        after_help = "Example:\n  atlas-migration liveMigrations cutover --liveMigrationId 6a0000000000000000000001"
    )]
    Cutover(jobs::Cutover),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Link {
    /// Create a link-token, and print it to the standard output.
    #[command(
        after_help = "Example:\n  atlas-migration liveMigrations link create --accessListIp 203.0.113.7,203.0.113.8"
    )]
    Create(CreateLink),
    /// Delete the link to the source and all link-tokens of the organization.
    #[command(
        visible_alias = "rm",
        after_help = "Example:\n  atlas-migration liveMigrations link delete --force"
    )]
    Delete(DeleteLink),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Validation {
    /// Start a validation.
    #[command(
        after_help = "Example:\n  atlas-migration liveMigrations validation create --clusterName destination \
        --migrationHost migration-host.example.com --sourceClusterName orders --sourceProjectId \
        5f9ad6b7e1c2a3041d0e9b11 --sourceSsl --sourceManagedAuthentication"
    )]
    Create(MigrationFlags),
    /// Read a validation.
    #[command(
        visible_alias = "get",
        after_help = "Example:\n  atlas-migration liveMigrations validation describe --validationId \
        6a0000000000000000000001"
    )]
    Describe(ValidationFlag),
}

#[derive(Args, Debug)]
pub(crate) struct CreateLink {
    /// The Atlas organization [default: the configured one].
    #[arg(long = "orgId", alias = "org-id", value_name = "ID")]
    org_id: Option<OrgId>,
    /// The addresses and networks from which the link-token can be used, separated by commas.
    #[arg(long = "accessListIp", value_name = "IP|CIDR", value_delimiter = ',')]
    access_list_ip: Vec<AccessListEntry>,
}

#[derive(Args, Debug)]
pub(crate) struct DeleteLink {
    /// The Atlas organization [default: the configured one].
    #[arg(long = "orgId", alias = "org-id", value_name = "ID")]
    org_id: Option<OrgId>,
    /// Delete without a question.
    #[arg(long, alias = "yes")]
    force: bool,
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Link(Link::Create(CreateLink { org_id, access_list_ip })) => {
                link_token::create(org_id, access_list_ip, context).await
            }
            Self::Link(Link::Delete(DeleteLink { org_id, force })) => {
                link_token::delete(org_id, FORCE, force, context).await
            }
            Self::Validation(Validation::Create(flags)) => jobs::validate(flags, context).await,
            Self::Validation(Validation::Describe(flag)) => flag.describe(context).await,
            Self::Create(flags) => jobs::migrate(flags, context).await,
            Self::Describe(flag) => flag.describe(context).await,
            Self::Cutover(arguments) => arguments.run(context).await,
        }
    }
}
