//! `source`: the link of the source organization, in Cloud Manager or Ops Manager.

use std::io::{self, IsTerminal as _, Read as _};

use atlas_migration_sdk::{AccessListEntry, LinkStatus, LinkToken, OrgId, SourceOrg, SourceOrgId};
use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;

/// The longest link-token that is read, in bytes. Its real length is not known; this is far above it.
const MAX_TOKEN_LENGTH: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Link the source organization to the Atlas organization.
    ///
    /// Creates a link-token and enters it in one step, so that it is never shown or stored. With `--token-stdin`, the
    /// link-token is read from the standard input.
    #[command(after_help = "Examples:\n  \
        atlas-migration source link --allow 203.0.113.7\n  \
        atlas-migration source link --token-stdin <token.txt")]
    Link(Link),
    /// Show whether the source organization is linked.
    #[command(after_help = "Example:\n  atlas-migration source status --output json")]
    Status(SourceArguments),
    /// Remove the link of the source organization.
    ///
    /// The link-tokens in Atlas stay valid: `link-token delete` deletes them.
    #[command(after_help = "Example:\n  atlas-migration source unlink --yes")]
    Unlink(Unlink),
}

#[derive(Args, Debug)]
pub(crate) struct SourceArguments {
    /// The source organization in Cloud Manager or Ops Manager [default: SOURCE_MANAGER_ORG_ID].
    #[arg(long, value_name = "ID")]
    source_org_id: Option<SourceOrgId>,
}

#[derive(Args, Debug)]
pub(crate) struct Link {
    #[command(flatten)]
    source: SourceArguments,
    /// Read the link-token from the standard input instead of creating one.
    #[arg(long, conflicts_with_all = ["org_id", "allow"])]
    token_stdin: bool,
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID")]
    org_id: Option<OrgId>,
    /// An address or network from which the link-token can be used. Repeat the flag for several.
    #[arg(long, value_name = "IP|CIDR")]
    allow: Vec<AccessListEntry>,
}

#[derive(Args, Debug)]
pub(crate) struct Unlink {
    #[command(flatten)]
    source: SourceArguments,
    /// Remove the link without a question.
    #[arg(long)]
    yes: bool,
}

/// The link of a source organization.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SourceLink {
    source_org_id: String,
    /// `SYNCED`, `NOT_SYNCED`, or a state that this version does not know.
    status: String,
}

impl SourceLink {
    fn new(source: &SourceOrg, status: &LinkStatus) -> Self {
        Self { source_org_id: source.id().to_string(), status: status.as_str().to_owned() }
    }

    fn for_people(&self) -> String {
        format!(
            "The source organization {} is {}.",
            self.source_org_id,
            match self.status.as_str() {
                "SYNCED" => "linked (SYNCED)".to_owned(),
                "NOT_SYNCED" => "not linked (NOT_SYNCED)".to_owned(),
                other => format!("in the state {}", crate::output::printable(other)),
            }
        )
    }
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let link = match self {
            Self::Link(arguments) => link(arguments, context).await?,
            Self::Status(arguments) => {
                let source = context.settings.source(arguments.source_org_id)?;
                SourceLink::new(&source, &source.status().await?)
            }
            Self::Unlink(arguments) => {
                let source = context.settings.source(arguments.source.source_org_id)?;
                let step = format!("Remove the link of the source organization {}", source.id());
                context.confirm(&step, arguments.yes)?;
                source.unlink().await?;
                SourceLink::new(&source, &LinkStatus::NotSynced)
            }
        };
        context.output.show(&link, SourceLink::for_people)
    }
}

async fn link(arguments: Link, context: &Context) -> Result<SourceLink, Failure> {
    let source = context.settings.source(arguments.source.source_org_id)?;
    let token = if arguments.token_stdin {
        read_token(context)?
    } else {
        context.settings.org(arguments.org_id)?.create_link_token(arguments.allow).await?
    };
    Ok(SourceLink::new(&source, &source.link(&token).await?))
}

/// The link-token on the standard input.
fn read_token(context: &Context) -> Result<LinkToken, Failure> {
    if io::stdin().is_terminal() {
        let prompt = inquire::Password::new("Link-token:").without_confirmation();
        return parse_token(&prompt.prompt().map_err(|error| context.unanswered(error))?);
    }
    let mut text = String::new();
    io::stdin().lock().take(MAX_TOKEN_LENGTH).read_to_string(&mut text).map_err(|error| {
        // The error of the standard library does not contain what was read.
        Failure::usage(format!("the link-token cannot be read from the standard input: {error}"))
    })?;
    parse_token(&text)
}

fn parse_token(text: &str) -> Result<LinkToken, Failure> {
    match text.trim() {
        "" => Err(Failure::usage("the standard input has no link-token")),
        token if token.contains(char::is_whitespace) => Err(Failure::usage(
            "the standard input has more than one word; a link-token is one word. `link-token create` prints it alone",
        )),
        token => Ok(LinkToken::new(token)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Class;

    #[test]
    fn a_link_token_is_one_word() {
        assert_eq!(parse_token(" planted\r\n").unwrap().expose_secret(), "planted");
        for text in ["", "\n", "{\"linkToken\": \"planted\"}", "planted token"] {
            let failure = parse_token(text).unwrap_err();
            assert_eq!(failure.class(), Class::Usage);
            assert!(!failure.to_string().contains("planted"), "{failure}");
        }
    }
}
