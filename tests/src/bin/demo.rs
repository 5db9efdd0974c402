//! `cargo demo`: a link-token created with each kind of credential, then the whole migration, against an emulator that
//! runs inside and whose time runs faster. With `--live`, after asking, a link-token from the Atlas that the
//! environment names.

use std::error::Error;
use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::time::Duration;

use atlas_emulator::{Emulator, RecordedRequest};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{
    Client, CredentialKind, Credentials, LinkToken, OpsManager, OrgId, Polling, Secret,
};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

/// Creates a link-token with each kind of credential and shows the requests on the wire.
#[derive(Parser)]
#[command(name = "demo")]
struct Options {
    /// Talk to the Atlas that the environment names (MONGODB_ATLAS_CLIENT_ID …, MONGODB_ATLAS_ORG_ID) instead of the
    /// emulator. Asks first.
    #[arg(long)]
    live: bool,
    /// An address or network that may use the link-token; may be repeated.
    #[arg(long, default_value = "203.0.113.7")]
    allow: Vec<String>,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    let result =
        if options.live { live(&options).await } else { emulated(&options, &mut io::stdout()).await };
    if let Err(error) = result {
        eprintln!("demo: {error}");
        std::process::exit(1);
    }
}

type Outcome = Result<(), Box<dyn Error>>;

/// How much faster than the world the emulator's time runs, so that a migration of minutes takes seconds.
const TIME_SCALE: f64 = 60.0;

async fn emulated(options: &Options, out: &mut impl Write) -> Outcome {
    let allowed = parse(&options.allow)?;
    let emulator = Emulator::builder().time_scale(TIME_SCALE).start().await?;
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
        let reply = org.create_link_token(allowed.clone()).reply().await?;
        shown = show_wire(&emulator.requests(), shown, out)?;
        writeln!(out, "  → {:?}, API version {}", reply.value, version(reply.meta.api_version()))?;
        if kind != CredentialKind::ServiceAccount {
            continue;
        }
        migrate(&emulator, &client, &reply.value, out).await?;
        shown = emulator.requests().len();
        writeln!(out, "\nDelete the link and its link-tokens, and revoke the access token:")?;
        org.delete_link_tokens().await?;
        client.revoke().await?;
        shown = show_wire(&emulator.requests(), shown, out)?;
    }
    writeln!(out, "\nDone: three link-tokens, one migration, the link deleted, {shown} requests.")?;
    Ok(())
}

/// Link, validate, migrate, cut over.
async fn migrate(emulator: &Emulator, client: &Client, token: &LinkToken, out: &mut impl Write) -> Outcome {
    let (public_key, private_key) = emulator.ops_manager_api_key();
    let ops_manager =
        OpsManager::builder(emulator.ops_manager_url(), public_key, Secret::new(private_key)).build()?;
    let source = ops_manager.org(emulator.source_org_id().parse()?);
    writeln!(out, "\nEnter it on the source's side: {}", source.link(token).await?)?;

    let projects = client.org(emulator.org_id().parse()?).available_projects().await?;
    let project = projects.first().ok_or("the source has no projects")?;
    let deployment = project.deployments.first().ok_or("the source's project has no deployments")?;
    let host = project.migration_hosts.first().ok_or("the source's project has no migration host")?;
    writeln!(out, "Atlas now sees {} in {}, to be migrated by {host}.", deployment.name, project.name)?;
    let source = Source::managed(project.project_id, &deployment.name);
    let plan = MigrationPlan::new(source, Destination::public("destination"), host);

    let polling = Polling::default().first(Duration::from_millis(100)).ceiling(Duration::from_millis(200));
    let destination = client.project(emulator.project_id().parse()?);
    destination.validate(&plan).await?.polling(polling).wait().await?;
    writeln!(out, "The plan is valid.")?;
    let migration = destination.migrate(&plan).await?.polling(polling);
    writeln!(out, "The migration {} has begun.", migration.id())?;
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template("  {bar:40} {msg}")?);
    let mut told = u64::MAX;
    migration
        .wait_until_ready(|progress| {
            let Some(lag) = progress.lag().map(|lag| lag.as_secs()) else { return };
            let left = progress
                .estimate
                .map_or_else(String::new, |left| format!(", about {} s left", left.as_secs()));
            let text = format!("{lag} s behind{left}");
            let length = bar.length().unwrap_or(0).max(lag);
            bar.set_length(length);
            bar.set_position(length - lag);
            bar.set_message(text.clone());
            // Not a terminal: a line now and then instead of a bar.
            if bar.is_hidden() && told.saturating_sub(lag) >= 100 {
                told = lag;
                println!("  {text}");
            }
        })
        .await?;
    bar.finish_and_clear();
    writeln!(out, "It has caught up: this is when the writes to the source stop. Cutting over.")?;
    migration.cut_over().await?.wait().await?;
    writeln!(out, "Complete: the applications can be pointed at Atlas.")?;
    Ok(())
}

async fn live(options: &Options) -> Outcome {
    let allowed = parse(&options.allow)?;
    let client = Client::from_env()?;
    let org: OrgId = std::env::var("MONGODB_ATLAS_ORG_ID")
        .map_err(
            |_| "MONGODB_ATLAS_ORG_ID is not set: it says in which organization to create the link-token",
        )?
        .parse()
        .map_err(|error| format!("MONGODB_ATLAS_ORG_ID is {error}"))?;
    let org = client.org(org);
    println!(
        "This creates a link-token in the organization {} of the Atlas that the environment names.",
        org.id()
    );
    // Where that is depends on three variables; the client's own description has the outcome and no secret.
    println!("  {client:?}");
    if !confirmed("Create it?")? {
        println!("Nothing was sent.");
        return Ok(());
    }
    let reply = org.create_link_token(allowed).reply().await?;
    println!("  → {:?}, {:?}", reply.value, reply.meta);
    println!("Deleting removes every link of the organization and all its link-tokens, not only this one.");
    if confirmed("Delete them?")? {
        org.delete_link_tokens().await?;
        println!("Deleted.");
    } else {
        println!("The link-token stays.");
    }
    Ok(())
}

fn parse(entries: &[String]) -> Result<Vec<atlas_migration_sdk::AccessListEntry>, Box<dyn Error>> {
    let parse = |entry: &String| entry.parse().map_err(|error| format!("--allow {entry}: {error}"));
    Ok(entries.iter().map(parse).collect::<Result<_, String>>()?)
}

fn version(version: Option<atlas_migration_sdk::Date>) -> String {
    version.map_or_else(|| "not named".to_owned(), |version| version.to_string())
}

/// Asks, and takes only "yes" from a person for an answer.
fn confirmed(question: &str) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        println!("{question} There is nobody to ask: the input is not a terminal.");
        return Ok(false);
    }
    print!("{question} Type yes to go on: ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

/// The headers that are worth showing; all others are left out, and credentials show only their scheme.
const SHOWN: [&str; 4] = ["accept", "content-type", "content-length", "authorization"];

/// Shows the requests from this one on, and returns how many there are now.
fn show_wire(requests: &[RecordedRequest], from: usize, out: &mut impl Write) -> io::Result<usize> {
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
            // The form that revokes a token holds it.
            let secret = request.target.starts_with("/api/oauth/revoke");
            let body = if secret { "[redacted]".into() } else { String::from_utf8_lossy(&request.body) };
            writeln!(out, "    {body}")?;
        }
        writeln!(out, "    → {}", request.status)?;
    }
    Ok(requests.len())
}
