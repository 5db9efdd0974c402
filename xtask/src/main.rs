//! Turns the OpenAPI fragment into the client and the operation table.
//!
//! The command line and nothing else: flags, exit statuses and what is printed. The work is done by the libraries beside
//! it: `atlas_codegen` generates, `atlas_review` compares.

mod commands;
mod failure;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::{panic, thread};

use atlas_codegen::emit::IoError;
use atlas_review::diff::{FailOn, Options};
use atlas_review::{Base, diff, upstream};
use clap::{Args, Parser, Subcommand, ValueEnum};

use commands::{Files, Part};
use failure::{Failure, STATUSES, Status};

/// Turns the OpenAPI fragment into the client and the operation table.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = STATUSES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the generated files from the fragment
    #[command(after_help = STATUSES)]
    Codegen {
        /// Write nothing; print how the files differ from what the fragment makes of them
        #[arg(long)]
        check: bool,
        /// Write nothing; print one stage of the way
        #[arg(long, value_name = "PART", conflicts_with = "check")]
        print: Option<Part>,
        #[command(flatten)]
        fragment: Fragment,
        /// Write the generated files into this folder [default: the SDK's]
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// Keep the list of operations in this file [default: README.md, unless --file or --out is given]
        #[arg(long, value_name = "FILE")]
        readme: Option<PathBuf>,
    },
    /// Find everything that is wrong with the fragment
    #[command(after_help = STATUSES)]
    Lint(Fragment),
    /// Show what a change of the fragment means over HTTP and to the Rust users
    #[command(after_help = STATUSES)]
    Diff(Diff),
    /// Compare our operations with the published document
    #[command(after_help = STATUSES)]
    Upstream {
        /// The published document: OpenAPI 3.0 of Atlas, JSON or YAML, whole or in part
        #[arg(value_name = "FILE")]
        published: PathBuf,
        /// Also list what changed there since this one, as far as it concerns us
        #[arg(long, value_name = "FILE")]
        former: Option<PathBuf>,
        #[command(flatten)]
        fragment: Fragment,
    },
    /// Print the list of operations for the README
    #[command(after_help = STATUSES)]
    OperationsTable(Fragment),
}

#[derive(Args, Debug)]
struct Fragment {
    /// Take this fragment, and do not hold it to the wrapper's methods and types [default:
    /// spec/atlas-migration.yaml]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct Diff {
    /// Compare with the fragment of this git revision [default: where this branch left the default branch]
    #[arg(long, value_name = "REV", conflicts_with = "base_file")]
    base: Option<String>,
    /// Compare with this file
    #[arg(long, value_name = "FILE")]
    base_file: Option<PathBuf>,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    format: FormatArgument,
    /// End with status 4 if there is any of these, unless it is acknowledged
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    fail_on: Vec<FailOnArgument>,
    /// Say what a rule is about, and compare nothing
    #[arg(long, value_name = "RULE")]
    explain: Option<String>,
    /// Take this fragment of the working tree [default: spec/atlas-migration.yaml]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// How to show a comparison.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum FormatArgument {
    /// For a terminal
    #[default]
    Text,
    /// For a comment on a pull request
    Markdown,
    /// For programs; the schema is xtask/review/report.schema.json
    Json,
    /// For annotations beside the lines of a pull request on GitHub
    Github,
}

impl From<FormatArgument> for openapi_diff::Format {
    fn from(format: FormatArgument) -> Self {
        match format {
            FormatArgument::Text => Self::Text,
            FormatArgument::Markdown => Self::Markdown,
            FormatArgument::Json => Self::Json,
            FormatArgument::Github => Self::Github,
        }
    }
}

/// What makes the command fail although it did its work.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOnArgument {
    /// An edit breaks clients over HTTP
    Breaking,
    /// An edit may break clients over HTTP, or does
    Risky,
    /// The Rust API breaks
    Major,
    /// The Rust API grows, or breaks
    Minor,
    /// `Cargo.toml` or `CHANGELOG.md` do not say what the Rust API asks for
    Version,
    /// A difference has no rule
    Unclassified,
}

impl From<FailOnArgument> for FailOn {
    fn from(what: FailOnArgument) -> Self {
        match what {
            FailOnArgument::Breaking => Self::Breaking,
            FailOnArgument::Risky => Self::Risky,
            FailOnArgument::Major => Self::Major,
            FailOnArgument::Minor => Self::Minor,
            FailOnArgument::Version => Self::Version,
            FailOnArgument::Unclassified => Self::Unclassified,
        }
    }
}

impl Diff {
    fn run(self, out: &mut dyn io::Write) -> Result<Status, Failure> {
        if let Some(rule) = &self.explain {
            return Ok(diff::explain(rule, out)?.into());
        }
        let base = match (self.base, self.base_file) {
            (Some(revision), _) => Base::Revision(revision),
            (None, Some(file)) => Base::File(file),
            (None, None) => Base::BranchPoint,
        };
        let fail_on = self.fail_on.into_iter().map(FailOn::from).collect();
        let options = Options { file: self.file, base, format: self.format.into(), fail_on };
        Ok(diff::diff(&options, out)?.into())
    }
}

impl Command {
    fn run(self) -> Result<Status, Failure> {
        let out = &mut io::stdout().lock();
        match self {
            Self::Codegen { check, print, fragment, out: folder, readme } => {
                let files = Files { fragment: fragment.file, out: folder, readme, ..Files::default() };
                match print {
                    Some(part) => commands::print(&files, part, out),
                    None => commands::codegen(&files, check, out),
                }
            }
            Self::Lint(Fragment { file }) => {
                commands::lint(&Files { fragment: file, ..Files::default() }, out)
            }
            Self::Diff(diff) => diff.run(out),
            Self::Upstream { published, former, fragment } => {
                let file = fragment.file.as_deref();
                Ok(upstream::upstream(&published, former.as_deref(), file, out)?.into())
            }
            Self::OperationsTable(Fragment { file }) => {
                commands::operations_table(&Files { fragment: file, ..Files::default() }, out)
            }
        }
    }
}

/// Where the last panic was: progenitor panics on some documents, and that is reported, not printed raw.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => {
            // `--help` comes this way too. Where not even that can be printed, the status has to do.
            _ = error.print();
            return if error.use_stderr() { Status::Usage } else { Status::Ok }.into();
        }
    };
    panic::set_hook(Box::new(|info| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
    }));
    let outcome = thread::Builder::new().stack_size(atlas_codegen::STACK).spawn(|| command.run());
    let outcome = match outcome.map(thread::JoinHandle::join) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(panicked()),
        Err(error) => Err(IoError::new("could not start a thread", error).into()),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(failure) => {
            _ = writeln!(io::stderr(), "{failure}");
            failure.status().into()
        }
    }
}

fn panicked() -> Failure {
    let last = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    Failure::Generator { message: last.unwrap_or_else(|| "a panic".to_owned()), positions: Vec::new() }
}
