//! The command line as a whole: the global options and the list of commands.

use clap::{Args, Parser, Subcommand};

use crate::commands::{check, decide, init, key, pause, report, schema, start, status, worker};
use crate::output::Format;
use crate::temporal::ConnectionArguments;

/// Runs many MongoDB Atlas push live migrations, on Temporal.
///
/// The migrations of a migration host run one after the other, in its lane. Workers run them: they may be stopped and
/// replaced at any time, and nothing irreversible happens twice. What only a person can decide waits for a person.
#[derive(Debug, Parser)]
#[command(
    name = "atlas-migration-fleet",
    version,
    disable_help_subcommand = true,
    after_long_help = EXIT_STATUSES,
    after_help = "`--help` shows more than `-h`: the connection to Temporal, the credentials, and the exit statuses."
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
    /// The form of the output: `table` for people, `json` for programs [default: table].
    #[arg(short, long, global = true, value_name = "FORMAT", value_parser = Format::parse)]
    pub(crate) output: Option<Format>,
    /// Write the calls to Atlas and their attempts to the standard error, without secrets. Repeat it for more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
}

/// The commands, in the order in which a fleet needs them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Draft a fleet file from what Atlas lists. An existing file is never replaced.
    ///
    /// Each deployment becomes a migration, and the deployments of a source project are distributed over its migration hosts.
    /// The comments in the file show what a person fills in. Role: Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration-fleet init\n  \
        atlas-migration-fleet init shop.toml --name shop --project-id 4888442a3354817a7320eb61")]
    Init(init::Arguments),
    /// Check every plan of a fleet, and forecast how long it takes. Starts nothing.
    ///
    /// The findings and exit statuses are those of `atlas-migration plan check`: 4 for a plan that cannot be migrated, 12 for
    /// items that nobody has acknowledged. The forecast adds up the copy and the approval of each migration, with the wait
    /// for the next window, and names the critical lane. Role: Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration-fleet check fleet.toml --copy-rate 40\n  \
        atlas-migration-fleet check --acknowledge users-and-roles,search-indexes --approval 12h\n  \
        atlas-migration-fleet check --output json | jq -r .forecast.criticalLane")]
    Check(check::Arguments),
    /// Create a key that encrypts what the server of Temporal stores.
    #[command(after_help = "Example:\n  atlas-migration-fleet key fleet.key")]
    Key(key::Arguments),
    /// Run the migrations of all fleets, with other workers or alone.
    #[command(after_help = "Example:\n  atlas-migration-fleet worker fleet.toml")]
    Worker(worker::Arguments),
    /// Add the migrations of a fleet file to its fleet, and start the fleet if it does not run.
    ///
    /// Run it again after migrations were added to the file: those that the fleet has already are left as they are. A plan
    /// that was added cannot be changed. The migrations begin as soon as a worker runs.
    #[command(after_help = "Examples:\n  \
        atlas-migration-fleet start\n  \
        atlas-migration-fleet start fleet.toml --yes --output json")]
    Start(start::Arguments),
    /// Show where each migration is, who must act, and what goes wrong.
    ///
    /// The lag is that of the last poll. The estimate assumes that it continues to shrink as since the last recorded state.
    #[command(after_help = "Examples:\n  \
        atlas-migration-fleet status --watch\n  \
        atlas-migration-fleet status --fleet orders --only waiting\n  \
        atlas-migration-fleet status --output json | jq -r '.migrations[] | select(.state == \"waiting\").name'")]
    Status(status::Arguments),
    /// Approve what migrations ask for: to drop data, to replace a link, or to cut over.
    ///
    /// Reads the state of each migration in Atlas first, and shows it. The approval is for what was shown: for this plan and
    /// this step. It is refused if the migration asks for something else, if the state is older than 5 minutes, and for a
    /// cutover outside of the windows or with a larger lag than the fleet file permits.
    #[command(after_help = "Examples:\n  \
        atlas-migration-fleet approve orders-eu\n  \
        atlas-migration-fleet approve orders-eu orders-us --yes --expires 2h --as ada")]
    Approve(decide::Approve),
    /// Let no step of migrations begin until they are resumed. A copy that runs in Atlas continues.
    #[command(
        after_help = "Example:\n  atlas-migration-fleet hold orders-eu --reason 'the release is tonight'"
    )]
    Hold(decide::Hold),
    /// Continue after a hold.
    #[command(after_help = "Example:\n  atlas-migration-fleet resume orders-eu")]
    Resume(decide::Resume),
    /// Try again what failed: a step, the verification, or the search for a migration.
    #[command(after_help = "Example:\n  atlas-migration-fleet retry orders-eu")]
    Retry(decide::Retry),
    /// Give the id of a migration whose id was lost. Atlas shows it on the page "Live Migration to Atlas".
    #[command(after_help = "Example:\n  atlas-migration-fleet give-id orders-eu 6a90be4d3f3a0c7a43d3a001")]
    GiveId(decide::GiveId),
    /// State that no migration was created, although its request may have been sent. Another one is created then.
    #[command(after_help = "Example:\n  atlas-migration-fleet not-created orders-eu")]
    NotCreated(decide::NotCreated),
    /// State how a migration ended that Atlas no longer shows.
    #[command(after_help = "Example:\n  \
        atlas-migration-fleet conclude orders-eu --ended complete --reason 'cut over on the card of the cluster'")]
    Conclude(decide::Conclude),
    /// Give migrations up. It cancels nothing in Atlas: that is done on the card of the cluster.
    #[command(after_help = "Examples:\n  \
        atlas-migration-fleet abandon orders-eu --reason 'the deployment was deleted'\n  \
        atlas-migration-fleet abandon orders-eu --reason 'cancelled in Atlas' --host-is-free")]
    Abandon(decide::Abandon),
    /// Let no new step begin anywhere in a fleet. What runs in Atlas continues, and requests that are being sent too.
    #[command(after_help = "Example:\n  atlas-migration-fleet pause --reason 'incident 4711'")]
    Pause(pause::Pause),
    /// End the pause of a fleet.
    #[command(after_help = "Example:\n  atlas-migration-fleet unpause")]
    Unpause(pause::Unpause),
    /// Write what happened in a fleet, when, and who did it, for a change record.
    ///
    /// The journals are those of the workflows. The server keeps a workflow that has ended for the retention period of the
    /// namespace (`temporal operator namespace describe`): write the report before that.
    #[command(after_help = "Examples:\n  \
        atlas-migration-fleet report >report.md\n  \
        atlas-migration-fleet report --fleet orders --migrations orders-eu --format json")]
    Report(report::Arguments),
    /// Print the JSON Schema of what a command writes with `--output json`.
    #[command(after_help = "Example:\n  atlas-migration-fleet schema status")]
    Schema(schema::Arguments),
}

pub(crate) const EXIT_STATUSES: &str = "\
The server of Temporal comes from Temporal's own environment variables and configuration file:
  - TEMPORAL_ADDRESS (default: localhost:7233) and TEMPORAL_NAMESPACE (default: default)
  - TEMPORAL_TLS and TEMPORAL_TLS_*_PATH for TLS and client certificates, TEMPORAL_API_KEY for Temporal Cloud
  - TEMPORAL_CONFIG_FILE and TEMPORAL_PROFILE for a profile with all of these

Credentials of Atlas never come from an argument, but from the environment of the worker: MONGODB_ATLAS_CLIENT_ID and
MONGODB_ATLAS_CLIENT_SECRET for a service account, MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY for an
API key.

Exit statuses, as those of atlas-migration:
    0  the command succeeded
    1  another failure, such as a file that cannot be written
    2  usage: an argument or a file is invalid
    3  credentials: missing, invalid or expired
    4  refused: a permission is missing, or a plan that cannot be migrated
    5  not found: no such fleet or migration
    6  conflict: the state of the migration does not allow the decision
    7  rate limited
    8  network: no connection to Temporal or Atlas
    9  a migration failed or expired
   10  timed out, such as a query that no worker serves
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
        let mut pending = vec![("atlas-migration-fleet".to_owned(), root)];
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
