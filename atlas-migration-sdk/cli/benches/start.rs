//! How long a run of the program takes, beside curl and a program that uses reqwest directly.
//!
//! `cargo bench -p atlas-migration-cli --bench start` prints the median time of whole processes, taken in turns, and the
//! ratios. The limit of creating a link-token is 1.5 of reqwest. The server is the emulator, in this process.

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use atlas_emulator::Emulator;

const ROUNDS: usize = 41;
const LIMIT: f64 = 1.5;
/// With this argument, the program is the one to compare with.
const BARE: &str = "--bare";
const MEDIA_TYPE: &str = "application/vnd.atlas.2023-01-01+json";

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some(position) = arguments.iter().position(|argument| argument == BARE) {
        let [url, token] = &arguments[position + 1..] else { return Err("--bare URL TOKEN".into()) };
        // As the program: one thread.
        drop(runtime);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(create_link_token(url, token))?;
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("skipped: run it with `cargo bench`");
        return Ok(ExitCode::SUCCESS);
    }
    let emulator =
        runtime.block_on(Emulator::builder().rate_limit(u32::MAX, Duration::from_secs(1)).start())?;
    measure(&emulator)
}

/// What a program would do with reqwest alone.
async fn create_link_token(url: &str, token: &str) -> Result<(), Box<dyn std::error::Error>> {
    let client = reqwest::Client::builder().build()?;
    let request = client.post(url).bearer_auth(token).header("Accept", MEDIA_TYPE);
    let response = request.header("Content-Type", MEDIA_TYPE).body("{}").send().await?.error_for_status()?;
    let body: serde_json::Value = serde_json::from_slice(&response.bytes().await?)?;
    println!("{}", body["linkToken"].as_str().ok_or("no link-token")?);
    Ok(())
}

fn measure(emulator: &Emulator) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let token = emulator.access_token();
    let url =
        format!("{}/api/atlas/v2/orgs/{}/liveMigrations/linkTokens", emulator.base_url(), emulator.org_id());
    let program = env!("CARGO_BIN_EXE_atlas-migration");
    let mut version = Command::new(program);
    version.arg("--version");
    let mut create = Command::new(program);
    create.args(["link-token", "create"]);
    create.env("MONGODB_ATLAS_BASE_URL", emulator.base_url()).env("MONGODB_ATLAS_ORG_ID", emulator.org_id());
    create.env("MONGODB_ATLAS_ACCESS_TOKEN", &token);
    let mut bare = Command::new(std::env::current_exe()?);
    bare.args([BARE, &url, &token]);
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--request", "POST", "--data", "{}", "--header"]);
    curl.arg(format!("Authorization: Bearer {token}"));
    curl.args(["--header", &format!("Accept: {MEDIA_TYPE}")]);
    curl.args(["--header", &format!("Content-Type: {MEDIA_TYPE}"), &url]);

    let mut commands =
        [("--version", version), ("link-token create", create), ("reqwest", bare), ("curl", curl)];
    let mut times = [const { Vec::new() }; 4];
    for round in 0..=ROUNDS {
        for ((name, command), times) in commands.iter_mut().zip(&mut times) {
            command.stdin(Stdio::null()).stdout(Stdio::null());
            let start = Instant::now();
            if !command.status()?.success() {
                return Err(format!("{name} failed").into());
            }
            // The first round fills the caches of the system.
            if round > 0 {
                times.push(start.elapsed());
            }
        }
    }
    let medians = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    let bare = medians[2];
    println!("{:20} {:>9} {:>10}", "", "median ms", "of reqwest");
    for ((name, _), median) in commands.iter().zip(medians) {
        let milliseconds = median.as_secs_f64() * 1e3;
        println!("{name:20} {milliseconds:9.2} {:10.2}", median.as_secs_f64() / bare.as_secs_f64());
    }
    let ratio = medians[1].as_secs_f64() / bare.as_secs_f64();
    if ratio > LIMIT {
        println!("link-token create takes {ratio:.2} of reqwest; the limit is {LIMIT}");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
