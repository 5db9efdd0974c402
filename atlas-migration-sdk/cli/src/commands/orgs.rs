//! `orgs`: the organizations that the credentials can see.

use clap::{Args, Subcommand};
use futures_util::TryStreamExt as _;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the organizations, with their ids.
    #[command(after_help = "Example:\n  atlas-migration orgs list --name Shop")]
    List(List),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only organizations whose name starts with this text, ignoring case.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let Self::List(list) = self;
        let mut organizations = context.settings.client()?.organizations();
        if let Some(name) = list.name {
            organizations = organizations.name_starts_with(name);
        }
        let organizations: Vec<_> = organizations.stream().try_collect().await?;
        context.output.show(&organizations, |organizations| {
            let rows = organizations.iter().map(|organization| {
                let id = organization.id.map(|id| id.to_string());
                [id.unwrap_or_default(), organization.name.clone()]
            });
            table(&["ID", "NAME"], rows, "No organizations.")
        })
    }
}
