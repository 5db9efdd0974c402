//! `link-token`: creates link-tokens, and deletes them with the link.

use std::io::{self, IsTerminal as _};

use atlas_migration_sdk::{AccessListEntry, OrgId};
use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;

use super::names;
use crate::context::{Context, can_ask};
use crate::failure::Failure;
use crate::output::printable;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a link-token, and print it to the standard output.
    ///
    /// Enter it in the source organization, in Cloud Manager or Ops Manager. `source link` does both in one step, so that
    /// the token is never shown. Atlas shows a link-token only once. Role: Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration link-token create --allow 203.0.113.7\n  \
        atlas-migration link-token create --allow 203.0.113.0/24 | atlas-migration source link --token-stdin")]
    Create(Create),
    /// Delete the link to the source and all link-tokens of the organization.
    ///
    /// Not possible while a migration is running. Role: Organization Owner.
    #[command(after_help = "Example:\n  atlas-migration link-token delete --yes")]
    Delete(Delete),
}

/// The note beside a link-token on a terminal.
pub(crate) const CAUTION: &str = "Atlas shows this link-token only once. It permits to migrate to the organization: do not \
    store it, and enter it in the source organization.";

#[derive(Args, Debug)]
pub(crate) struct Create {
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID")]
    org_id: Option<OrgId>,
    /// An address or network from which the link-token can be used. Repeat the flag for several.
    #[arg(long, value_name = "IP|CIDR")]
    allow: Vec<AccessListEntry>,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID")]
    org_id: Option<OrgId>,
    /// Delete without a question.
    #[arg(long)]
    yes: bool,
}

/// A link-token that was just created. This is the only output that contains one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedLinkToken {
    link_token: String,
}

/// A link that was deleted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedLink {
    org_id: OrgId,
    deleted: bool,
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Create(Create { org_id, allow }) => create(org_id, allow, context).await,
            Self::Delete(Delete { org_id, yes }) => delete(org_id, "--yes", yes, context).await,
        }
    }
}

pub(super) async fn create(
    org_id: Option<OrgId>,
    allow: Vec<AccessListEntry>,
    context: &Context,
) -> Result<(), Failure> {
    let token = context.settings.org(org_id)?.create_link_token(allow).await?;
    if io::stdout().is_terminal() {
        crate::output::note!("{CAUTION}");
    }
    let created = CreatedLinkToken { link_token: token.expose_secret().to_owned() };
    context.output.show(&created, |created| created.link_token.clone())
}

/// Deletes the link, without a question if the flag of this name is given.
pub(super) async fn delete(
    org_id: Option<OrgId>,
    flag: &str,
    is_given: bool,
    context: &Context,
) -> Result<(), Failure> {
    let org = context.settings.org(org_id)?;
    let client = context.settings.client()?;
    let place = names::org((can_ask() && !is_given).then_some(&client), org.id()).await;
    let step = printable(&format!("Delete the link and every link-token of {place}"));
    context.confirm_or(&step, flag, is_given)?;
    org.delete_link_tokens().await?;
    context.output.show(&DeletedLink { org_id: org.id(), deleted: true }, |deleted| {
        format!("Deleted the link and the link-tokens of the organization {}.", deleted.org_id)
    })
}
