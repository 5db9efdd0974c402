//! `plan init`: writes a plan from what Atlas lists.

mod ask;
mod choose;
mod write;

use std::path::PathBuf;

use atlas_migration_sdk::OrgId;
use clap::builder::{PathBufValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::plan::file::path_to_write;
use crate::commands::unlinked;
use crate::context::{Context, can_ask};
use crate::failure::{Class, Failure};
use ask::Questions;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The file to write: TOML with comments if its name ends in `.toml`, JSON if it ends in `.json`.
    #[arg(
        default_value = "plan.toml", value_name = "FILE",
        value_parser = PathBufValueParser::new().try_map(path_to_write)
    )]
    file: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID")]
    org_id: Option<OrgId>,
    #[command(flatten)]
    choices: Choices,
}

/// What a person chooses. What is not given is asked for on a terminal, unless there is only one choice.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "The plan")]
struct Choices {
    /// The source project, by its id or name.
    #[arg(long, value_name = "ID|NAME")]
    source_project: Option<String>,
    /// The deployment to migrate, by its name.
    #[arg(long, value_name = "NAME")]
    source_cluster: Option<String>,
    /// The host that runs the migration.
    #[arg(long, value_name = "HOST")]
    migration_host: Option<String>,
    /// A user of the source who authenticates with SCRAM [default: managed authentication, if automation manages the
    /// deployment].
    #[arg(long, value_name = "NAME")]
    source_username: Option<String>,
    /// The certificate authority of the source: a path on the migration host.
    #[arg(long, value_name = "PATH")]
    certificate_authority: Option<String>,
    /// The cluster to migrate to, by its name. It must exist.
    #[arg(long, value_name = "NAME")]
    destination_cluster: Option<String>,
    /// The network over which the migration host connects to the destination.
    #[arg(long, value_enum, value_name = "NETWORK")]
    reach: Option<Reach>,
    /// The id of the private endpoint, with `--reach private-link`.
    #[arg(long, value_name = "ID")]
    private_link_id: Option<String>,
    /// Drop the data of the destination before the copying starts.
    #[arg(long)]
    drop_destination_data: bool,
}

/// The networks of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Reach {
    /// The public network.
    Public,
    /// A peered VPC.
    VpcPeering,
    /// A private endpoint.
    PrivateLink,
}

/// A plan that was written.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedPlan {
    /// The file of the plan.
    file: String,
    /// The plan, as `plan init plan.json` writes it.
    plan: serde_json::Value,
}

impl Arguments {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        // Before the questions, so that no answer is lost.
        if !self.force && self.file.exists() {
            let message =
                format!("{} exists: choose another name, or replace it with --force", self.file.display());
            return Err(Failure::new(Class::Conflict, message));
        }
        let projects = context.settings.org(self.org_id)?.available_projects().await?;
        if projects.is_empty() {
            return Err(unlinked::failure(Failure::other("Atlas lists no source project")));
        }
        let questions = Questions::new(context, can_ask());
        let plan = choose::plan(&self.choices, &projects, &questions)?;
        write::write(&self.file, &plan, self.force)?;
        let created = CreatedPlan {
            file: self.file.display().to_string(),
            // A plan was just serialized to be written.
            plan: serde_json::to_value(&plan).unwrap_or_default(),
        };
        context.output.show(&created, |created| {
            format!(
                "Wrote {0}. Next: read it, then\n  atlas-migration plan check {0}\n  atlas-migration validate {0} --watch",
                created.file
            )
        })
    }
}
