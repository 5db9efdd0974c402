//! The command line of the OpenAPI fragment, run as `cargo xtask`.
//!
//! This crate has only flags, exit statuses and output. The libraries do the work: `atlas_codegen` lints and generates,
//! `atlas_import` adds operations, `atlas_review` compares.

mod commands;
mod failure;
mod import;
mod output;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::{panic, thread};

use atlas_codegen::emit::IoError;
use atlas_review::diff::{FailOn, Options};
use atlas_review::{Base, diff, upstream};
use clap::{Args, Parser, Subcommand, ValueEnum};
use openapi_diff::Terminal;
use openapi_fragment::printable_lines;

use commands::{Files, Part};
use failure::{Failure, STATUSES, Status};
use output::UntilClosed;

/// Checks the OpenAPI fragment, generates code from it, and compares it with other versions
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = STATUSES)]
struct Cli {
    #[command(flatten)]
    color: colorchoice_clap::Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the generated files from the fragment
    #[command(after_help = STATUSES)]
    Codegen {
        /// Write nothing; print how the files differ from what the fragment generates
        #[arg(long)]
        check: bool,
        /// Write nothing; print the output of one stage
        #[arg(long, value_name = "PART", conflicts_with = "check")]
        print: Option<Part>,
        #[command(flatten)]
        fragment: Fragment,
        /// Write the generated files to this folder [default: the SDK's]
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// Update the list of operations in this file [default: README.md, unless --file or --out is given]
        #[arg(long, value_name = "FILE")]
        readme: Option<PathBuf>,
    },
    /// List the problems of the fragment
    #[command(after_help = STATUSES)]
    Lint(Fragment),
    /// Show the effect of a change of the fragment over HTTP and on the Rust API
    #[command(after_help = STATUSES)]
    Diff(Diff),
    /// Compare the fragment with the document that MongoDB publishes
    #[command(after_help = STATUSES)]
    Upstream {
        /// The published document: the OpenAPI 3.0 document of Atlas or a part of it, as JSON or YAML; `-` is standard
        /// input
        #[arg(value_name = "FILE")]
        published: PathBuf,
        /// Also list what changed since this earlier published document, if it concerns the fragment
        #[arg(long, value_name = "FILE")]
        former: Option<PathBuf>,
        #[command(flatten)]
        fragment: Fragment,
    },
    /// Add an operation of the document that MongoDB publishes to the fragment
    #[command(after_help = STATUSES)]
    Import {
        /// The operation: its operationId, its short name, or its name in the Go SDK
        operation: String,
        /// The published document: the OpenAPI 3.0 document of Atlas, as JSON or YAML; `-` is standard input
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// Insert the operation into the fragment, instead of printing it
        #[arg(long)]
        write: bool,
        #[command(flatten)]
        fragment: Fragment,
    },
    /// Print the list of operations for the README
    #[command(after_help = STATUSES)]
    OperationsTable(Fragment),
}

#[derive(Args, Debug)]
struct Fragment {
    /// Use this fragment, without checking it against the wrapper's methods and types [default:
    /// spec/atlas-migration.yaml]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct Diff {
    /// Compare with the fragment in this git revision [default: where this branch left the default branch]
    #[arg(long, value_name = "REV", conflicts_with = "base_file")]
    base: Option<String>,
    /// Compare with this file
    #[arg(long, value_name = "FILE")]
    base_file: Option<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    format: FormatArgument,
    /// Exit with status 4 if there is any of these, unless it is acknowledged
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    fail_on: Vec<FailOnArgument>,
    /// Explain a rule, and compare nothing
    #[arg(long, value_name = "RULE")]
    explain: Option<String>,
    /// Use this fragment of the working tree [default: spec/atlas-migration.yaml]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum FormatArgument {
    /// For a terminal, with its width and colors, or for a log
    #[default]
    Text,
    /// For a comment on a pull request, at most 65,536 characters
    Markdown,
    /// For the summary of a job of GitHub Actions: Markdown of at most 1 MiB
    Summary,
    /// For programs; the schema is xtask/review/report.schema.json. With exit status 2 or 3, an object with the reasons
    /// in `failures`
    Json,
    /// For annotations on the lines of a pull request on GitHub
    Github,
}

impl From<FormatArgument> for openapi_diff::Format {
    fn from(format: FormatArgument) -> Self {
        match format {
            FormatArgument::Text => Self::Terminal(terminal()),
            FormatArgument::Markdown => Self::Markdown,
            FormatArgument::Summary => Self::Summary,
            FormatArgument::Json => Self::Json,
            FormatArgument::Github => Self::Github,
        }
    }
}

/// The width of the terminal, if the output is one, and whether to use colors: `--color` decides, or else `NO_COLOR`,
/// `CLICOLOR_FORCE`, `CLICOLOR` and the kind of the output.
fn terminal() -> Terminal {
    let stdout = io::stdout();
    let width = terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0.into());
    Terminal::new(width, anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never)
}

/// A class of findings that makes the command fail.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOnArgument {
    /// An edit breaks clients over HTTP
    Breaking,
    /// An edit may break clients over HTTP, or does, or no rule explains a difference
    Risky,
    /// The Rust API breaks, or could not be reviewed
    Major,
    /// The Rust API grows or breaks, or could not be reviewed
    Minor,
    /// `Cargo.toml` or `CHANGELOG.md` lack what the change of the Rust API requires, or it could not be reviewed
    Version,
    /// No rule explains a difference
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
        let out = &mut UntilClosed::new(io::stdout().lock());
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
            Self::Import { operation, from, write, fragment } => {
                let arguments =
                    import::Arguments { operation, published: from, write, fragment: fragment.file };
                import::import(&arguments, out, &mut io::stderr().lock())
            }
            Self::OperationsTable(Fragment { file }) => {
                commands::operations_table(&Files { fragment: file, ..Files::default() }, out)
            }
        }
    }
}

/// The message of the last panic: progenitor panics on some documents, and the command reports that as a failure.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => {
            cli.color.write_global();
            cli.command
        }
        Err(error) => {
            // `--help` is an error here too. If the output fails, only the status is left to report it.
            _ = error.print();
            return if error.use_stderr() { Status::Usage } else { Status::Ok }.into();
        }
    };
    panic::set_hook(Box::new(|info| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
    }));
    let outcome = thread::Builder::new().stack_size(atlas_codegen::STACK_SIZE).spawn(|| command.run());
    let outcome = match outcome.map(thread::JoinHandle::join) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(panicked()),
        Err(error) => Err(IoError::new("could not start a thread", error).into()),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(failure) => {
            // It may quote names of files, branches and documents.
            _ = writeln!(io::stderr(), "{}", printable_lines(&failure.to_string()));
            failure.status().into()
        }
    }
}

fn panicked() -> Failure {
    let last = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    Failure::Generator { message: last.unwrap_or_else(|| "a panic".to_owned()), positions: Vec::new() }
}
