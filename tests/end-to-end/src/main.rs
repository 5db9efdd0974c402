//! `cargo demo`: creates a link-token with each kind of credential, then runs a whole migration, against an embedded
//! emulator with a fast clock. With `--live` it creates one link-token in the Atlas that the environment variables
//! configure, after a confirmation. It starts no migration there, and deletes nothing without another confirmation.

use std::error::Error;
use std::io::{self, BufRead, IsTerminal as _, Write};
use std::time::Duration;

use atlas_emulator::{Emulator, RecordedRequest};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{
    AccessListEntry, Client, CredentialKind, Credentials, Date, LinkToken, Operation, OrgId, Polling,
    Readiness, Secret, SourceManager, operations,
};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

/// Creates a link-token with each kind of credential, runs a migration, and shows the requests.
#[derive(Parser)]
#[command(name = "demo")]
struct Options {
    /// Create a link-token in the Atlas that the environment variables configure (MONGODB_ATLAS_CLIENT_ID …,
    /// MONGODB_ATLAS_ORG_ID) instead of the emulator. Asks for confirmation.
    #[arg(long)]
    live: bool,
    /// An address or network that may use the link-token. Repeat the flag for several.
    #[arg(long, default_value = "203.0.113.7")]
    allow: Vec<String>,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    let out = &mut io::stdout();
    let result = if options.live {
        let mut stdin = io::stdin().lock();
        // Only a person can confirm: a yes from a pipe may be an accident.
        let answers: Option<&mut dyn BufRead> = if stdin.is_terminal() { Some(&mut stdin) } else { None };
        run_live(&options, answers, out).await
    } else {
        run_emulated(&options, out).await
    };
    if let Err(error) = result {
        eprintln!("demo: {error}");
        std::process::exit(1);
    }
}

type Outcome = Result<(), Box<dyn Error>>;

/// How much faster than real time the emulator's clock runs, so that a migration of minutes takes seconds.
const TIME_SCALE: f64 = 60.0;

async fn run_emulated(options: &Options, out: &mut impl Write) -> Outcome {
    let allowed = parse(&options.allow)?;
    let emulator = Emulator::builder().time_scale(TIME_SCALE).start().await?;
    run(&emulator, &allowed, out).await
}

/// Runs the whole demo against this emulator.
async fn run(emulator: &Emulator, allowed: &[AccessListEntry], out: &mut impl Write) -> Outcome {
    writeln!(out, "An emulator of Atlas runs at {}.", emulator.base_url())?;
    let (client_id, client_secret) = emulator.service_account();
    let (public_key, private_key) = emulator.api_key();
    let credentials = [
        ("an access token", Credentials::access_token(Secret::new(emulator.access_token()))),
        ("an API key", Credentials::api_key(public_key, Secret::new(private_key))),
        ("a service account", Credentials::service_account(client_id, Secret::new(client_secret))),
    ];
    let mut shown = 0;
    for (name, credentials) in credentials {
        let kind = credentials.kind();
        let client = Client::builder().base_url(emulator.base_url()).credentials(credentials).build()?;
        let org = client.org(emulator.org_id().parse()?);
        writeln!(out, "\nCreate a link-token with {name}:")?;
        let response = org.create_link_token(allowed.to_vec()).send().await?;
        shown = show_requests(&emulator.requests(), shown, out)?;
        writeln!(out, "  → {:?}, API version {}", response.value, version(response.metadata.api_version()))?;
        if kind != CredentialKind::ServiceAccount {
            continue;
        }
        migrate(emulator, &client, &response.value, out).await?;
        shown = emulator.requests().len();
        writeln!(out, "\nDelete the link and its link-tokens, and revoke the access token:")?;
        org.delete_link_tokens().await?;
        client.revoke().await?;
        shown = show_requests(&emulator.requests(), shown, out)?;
    }
    writeln!(out, "\nDone: three link-tokens, one migration, the link deleted, {shown} requests.")?;
    Ok(())
}

/// Links the source, validates, migrates and cuts over.
async fn migrate(emulator: &Emulator, client: &Client, token: &LinkToken, out: &mut impl Write) -> Outcome {
    let (public_key, private_key) = emulator.source_manager_api_key();
    let source_manager =
        SourceManager::ops_manager(emulator.source_manager_url(), public_key, Secret::new(private_key))
            .build()?;
    let source = source_manager.org(emulator.source_org_id().parse()?);
    writeln!(out, "\nLink the source with it: {}", source.link(token).await?)?;

    let projects = client.org(emulator.org_id().parse()?).available_projects().await?;
    let project = projects.first().ok_or("the source has no projects")?;
    let deployment = project.deployments.first().ok_or("the source's project has no deployments")?;
    let host = project.migration_hosts.first().ok_or("the source's project has no migration host")?;
    writeln!(out, "Atlas lists {} in {}, with the migration host {host}.", deployment.name, project.name)?;
    let source = Source::managed(project.project_id, &deployment.name);
    let plan = MigrationPlan::new(source, Destination::public("destination"), host);

    let polling = Polling::default()
        .initial_interval(Duration::from_millis(100))
        .max_interval(Duration::from_millis(200));
    let destination = client.project(emulator.project_id().parse()?);
    destination.validate(&plan).await?.polling(polling).wait().await?;
    writeln!(out, "The plan is valid.")?;
    let migration = destination.migrate(&plan).await?.polling(polling);
    writeln!(out, "The migration {} has started.", migration.id())?;
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template("  {bar:40} {msg}")?);
    let (mut written_lag, mut written) = (u64::MAX, Ok(()));
    let readiness = migration
        .wait_until_ready(|progress| {
            let Some(lag) = progress.lag().map(|lag| lag.as_secs()) else {
                bar.set_message("lag unknown");
                return;
            };
            let left = progress
                .estimated_remaining
                .map_or_else(String::new, |left| format!(", about {} s left", left.as_secs()));
            let text = format!("{lag} s behind{left}");
            let length = bar.length().unwrap_or(0).max(lag);
            bar.set_length(length);
            bar.set_position(length - lag);
            bar.set_message(text.clone());
            // The bar is drawn on a terminal only, and not to `out`, which gets a line from time to time.
            if written.is_ok() && written_lag.saturating_sub(lag) >= 100 {
                written_lag = lag;
                written = bar.suspend(|| writeln!(out, "  {text}"));
            }
        })
        .await?;
    bar.finish_and_clear();
    written?;
    if let Readiness::AlreadyComplete(_) = readiness {
        writeln!(out, "It is complete already: another process has cut over.")?;
        return Ok(());
    }
    writeln!(out, "It has caught up: now the writes to the source have to stop. Cutting over.")?;
    migration.cut_over().await?.wait().await?;
    writeln!(out, "Complete: the applications can use Atlas.")?;
    Ok(())
}

async fn run_live(options: &Options, answers: Option<&mut dyn BufRead>, out: &mut impl Write) -> Outcome {
    let allowed = parse(&options.allow)?;
    let client = Client::from_env()?;
    let org = client.org_from_env()?.id();
    create_after_confirmation(&client, org, &allowed, answers, out).await
}

/// Creates one link-token and, after another confirmation, deletes all of them. Sends nothing without a confirmation.
/// `answers` is the input of the user, or `None` if there is no terminal.
async fn create_after_confirmation(
    client: &Client,
    org: OrgId,
    allowed: &[AccessListEntry],
    mut answers: Option<&mut dyn BufRead>,
    out: &mut impl Write,
) -> Outcome {
    let org = client.org(org);
    writeln!(
        out,
        "This creates a link-token in the organization {} of the Atlas that the environment variables configure.",
        org.id()
    )?;
    // Several variables determine the base URL. The `Debug` output of the client contains it, and no secrets.
    writeln!(out, "  {client:?}")?;
    if !confirmed("Create it?", &mut answers, out)? {
        writeln!(out, "Nothing was sent.")?;
        return Ok(());
    }
    show_operation(&operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN, org.id(), out)?;
    let response = org.create_link_token(allowed.to_vec()).send().await?;
    writeln!(out, "  → {:?}, {:?}", response.value, response.metadata)?;
    let warning =
        "Deleting removes every link of the organization and all its link-tokens, not only this one.";
    writeln!(out, "{warning}")?;
    if confirmed("Delete them?", &mut answers, out)? {
        show_operation(&operations::DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS, org.id(), out)?;
        org.delete_link_tokens().await?;
        writeln!(out, "Deleted.")?;
    } else {
        writeln!(out, "The link-token stays.")?;
    }
    Ok(())
}

/// Shows the next request. Without an emulator its headers are not known.
fn show_operation(operation: &Operation, org: OrgId, out: &mut impl Write) -> io::Result<()> {
    let path = operation.path.replace("{orgId}", &org.to_string());
    writeln!(out, "  {} {path}", operation.method)
}

fn parse(entries: &[String]) -> Result<Vec<AccessListEntry>, Box<dyn Error>> {
    let parse = |entry: &String| entry.parse().map_err(|error| format!("--allow {entry}: {error}"));
    Ok(entries.iter().map(parse).collect::<Result<_, String>>()?)
}

fn version(version: Option<Date>) -> String {
    version.map_or_else(|| "unknown".to_owned(), |version| version.to_string())
}

/// Asks for a confirmation. Accepts only "yes".
fn confirmed(
    question: &str,
    answers: &mut Option<&mut dyn BufRead>,
    out: &mut impl Write,
) -> io::Result<bool> {
    let Some(answers) = answers else {
        writeln!(out, "{question} No confirmation is possible: the input is not a terminal.")?;
        return Ok(false);
    };
    write!(out, "{question} Type yes to continue: ")?;
    out.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

/// The headers that are shown. Of credentials only the scheme is shown.
const SHOWN: [&str; 4] = ["accept", "content-type", "content-length", "authorization"];

/// Shows the requests from this index on. Returns the number of requests.
fn show_requests(requests: &[RecordedRequest], from: usize, out: &mut impl Write) -> io::Result<usize> {
    for request in requests.iter().skip(from) {
        writeln!(out, "  {} {}", request.method, request.target)?;
        for name in SHOWN {
            let Some(value) = request.header(name) else { continue };
            match value.split_once(' ') {
                Some((scheme, _)) if name == "authorization" => {
                    writeln!(out, "    {name}: {scheme} [redacted]")?
                }
                _ => writeln!(out, "    {name}: {value}")?,
            }
        }
        if !request.body.is_empty() {
            // The form that revokes a token contains it.
            let secret = request.target.starts_with("/api/oauth/revoke");
            let body = if secret { "[redacted]".into() } else { String::from_utf8_lossy(&request.body) };
            writeln!(out, "    {body}")?;
        }
        writeln!(out, "    → {}", request.status)?;
    }
    Ok(requests.len())
}

#[cfg(test)]
mod tests;
