//! The command line as a whole: the global options and the list of commands.

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    api, atlas_cli, auth, completions, link_token, migration, orgs, plan, projects, push, report, schema,
    source, validate,
};
use crate::output::Format;

/// Runs MongoDB Atlas push live migrations: plan, link, validate, migrate, cut over.
///
/// A migration needs a link between the Atlas organization and the source organization in Cloud Manager or Ops Manager,
/// a plan, and a migration host.
#[derive(Debug, Parser)]
#[command(
    name = "atlas-migration",
    version,
    disable_help_subcommand = true,
    after_long_help = CREDENTIALS_AND_EXIT_STATUSES,
    after_help = "`--help` shows more than `-h`: the credentials, and the exit statuses."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The form of the output: `table` for people, `json` for programs.
    #[arg(short, long, global = true, value_name = "FORMAT", value_parser = Format::parse)]
    pub(crate) output: Option<Format>,
    /// The profile of the Atlas CLI [default: MONGODB_ATLAS_PROFILE, or the only one, or `default`].
    #[arg(short = 'P', long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Write the calls and their attempts to the standard error, without secrets. Repeat it for more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The commands, in the order in which a migration needs them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the organizations that the credentials can see.
    #[command(subcommand)]
    Orgs(orgs::Command),
    /// Create and delete link-tokens.
    #[command(subcommand)]
    LinkToken(link_token::Command),
    /// Link the source organization in Cloud Manager or Ops Manager.
    #[command(subcommand)]
    Source(source::Command),
    /// List the source projects that a linked organization can migrate.
    #[command(subcommand)]
    Projects(projects::Command),
    /// Write plans, and check them before anything runs.
    #[command(subcommand)]
    Plan(plan::Command),
    /// Start the job in Atlas that checks a plan. It changes neither the source nor the destination.
    ///
    /// Role: Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration validate plan.toml --watch\n  \
        atlas-migration validate plan.toml --watch --password-stdin <password.txt")]
    Validate(validate::Arguments),
    /// Start, read, watch and cut over a migration: the single steps.
    #[command(subcommand)]
    Migration(migration::Command),
    /// Run a whole migration: link, validate, create, copy, verify, cut over. It can be interrupted and resumed.
    ///
    /// Every step is in the journal before it is sent, so that nothing happens twice: `--resume` continues after an
    /// interruption, a crash or a lost response. Before the migration is created, and before the cutover, a typed "yes" is
    /// needed, or --yes. While the migration is ready, the lag and the time that is left of the 120 hours are shown.
    /// Role: Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration push plan.toml --allow 203.0.113.7\n  \
        atlas-migration push plan.toml --resume\n  \
        atlas-migration push plan.toml --yes --cutover never --on-ready 'mail -s ready ops@example.com' --output json\n  \
        atlas-migration push plan.toml --resume --cutover when-ready --verify ./compare-counts.sh")]
    Push(push::Arguments),
    /// Write what happened in a migration, when, and who did it, from its journal.
    #[command(after_help = "Examples:\n  \
        atlas-migration report plan.toml.journal\n  \
        atlas-migration report plan.toml.journal --format html >report.html")]
    Report(report::Arguments),
    /// Call any operation of the API by its name.
    ///
    /// Prints the response as it was received. `api list` lists the operations, and `api OPERATION --help` shows parameters,
    /// versions, and the fields of the body with an example. The Atlas CLI's form with a tag works too: `api
    /// cloudMigrationService createLinkToken --file body.json`.
    #[command(subcommand)]
    Api(api::Command),
    /// The live migrations of the Atlas CLI, with its flags.
    ///
    /// A script runs with this program's name in place of `atlas`.
    #[command(subcommand, name = "liveMigrations", visible_alias = "lm")]
    LiveMigrations(atlas_cli::Command),
    /// Show where the credentials come from, and revoke the stored access token.
    #[command(subcommand)]
    Auth(auth::Command),
    /// Print the JSON Schema of what a command writes with `--output json`.
    #[command(after_help = "Example:\n  atlas-migration schema projects list")]
    Schema(schema::Arguments),
    /// Print the completions for a shell.
    #[command(
        after_help = "Example:\n  atlas-migration completions bash >~/.local/share/bash-completion/completions/atlas-migration"
    )]
    Completions(completions::Completions),
    /// Write a man page for each command.
    #[command(after_help = "Example:\n  atlas-migration man ~/.local/share/man/man1")]
    Man(completions::Man),
}

pub(crate) const CREDENTIALS_AND_EXIT_STATUSES: &str = "\
Credentials never come from an argument, but from the first of these that has them:
  - the environment: MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET for a service account,
    MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY for an API key,
    MONGODB_ATLAS_ACCESS_TOKEN for an access token
  - the profile of the Atlas CLI: its file, or on Linux its entry in the keyring
  - a prompt, on a terminal
The same order applies to the base URL and to the defaults of --org-id and --project-id, which are
MONGODB_ATLAS_ORG_ID and MONGODB_ATLAS_PROJECT_ID in the environment. `auth status` shows which won.

Exit statuses:
    0  the command succeeded
    1  another failure, such as a file that cannot be written
    2  usage: an argument, a file or a request is invalid, also if Atlas rejects it (400)
    3  credentials: missing, invalid or expired
    4  refused: a role or an entry of an access list is missing, or a plan that cannot be migrated
    5  not found
    6  conflict: the state of the resource does not allow the operation
    7  rate limited
    8  network: no connection, no valid certificate, or not a response of Atlas
    9  the migration or the validation failed or expired
   10  timed out
   11  the operation may have taken effect: check the state before you repeat it
   12  a person has to decide or confirm
  130  interrupted";

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use clap::CommandFactory as _;

    use super::*;

    /// Each visible command with its words.
    fn commands() -> Vec<(String, clap::Command)> {
        let mut root = Arguments::command();
        root.build();
        let mut found = vec![];
        let mut pending = vec![("atlas-migration".to_owned(), root)];
        while let Some((words, command)) = pending.pop() {
            let mut below: Vec<_> =
                command.get_subcommands().filter(|below| !below.is_hide_set()).cloned().collect();
            below.reverse();
            pending.extend(below.into_iter().map(|below| (format!("{words} {}", below.get_name()), below)));
            found.push((words, command));
        }
        found
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    /// The whole command line: a change of a name, a flag or a text is a change of this file. `UPDATE_GOLDEN=1` writes it.
    #[test]
    fn the_help_is_the_golden_file() {
        let mut text = String::new();
        for (words, command) in commands() {
            let help = command.term_width(100).render_long_help();
            writeln!(text, "==== {words}\n\n{}\n", help.to_string().trim_end()).unwrap();
        }
        let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/help.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        for (number, (found, expected)) in text.lines().zip(golden.lines()).enumerate() {
            assert_eq!(found, expected, "line {} of tests/golden/help.txt", number + 1);
        }
        assert_eq!(text.len(), golden.len(), "tests/golden/help.txt has more or fewer lines");
    }

    #[test]
    fn each_command_has_an_example() {
        for (words, command) in commands() {
            let leaf = command.get_subcommands().next().is_none();
            let example = command.get_after_help().is_some_and(|text| {
                let text = text.to_string();
                text.contains("Example") && text.contains(&words)
            });
            assert!(!leaf || example, "{words}");
        }
    }
}
