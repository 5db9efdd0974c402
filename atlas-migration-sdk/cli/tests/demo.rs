//! `cargo demo`: the main job with the commands of the program, against an embedded emulator with a fast clock.
//!
//! It is a test target without a test harness, because cargo builds the program for those: `cargo test` runs it too, and it
//! fails if a command fails.

#![allow(clippy::unwrap_used, reason = "a failed expectation ends the demo")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use atlas_emulator::{Emulator, RecordedRequest};

/// How much faster than real time the emulator's clock runs, so that a migration of minutes takes seconds.
const TIME_SCALE: f64 = 60.0;
const ALLOW: [&str; 2] = ["--allow", "203.0.113.7"];
/// Short intervals, for the fast clock of the emulator.
const POLLING: [&str; 2] = ["--poll-interval", "500ms"];

fn main() -> ExitCode {
    // How a test runner asks for the names of the tests.
    if std::env::args().any(|argument| argument == "--list") {
        println!("demo: test");
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let emulator = runtime.block_on(Emulator::builder().time_scale(TIME_SCALE).start()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo { emulator: &emulator, folder: folder.path(), shown: 0 };
    demo.run();
    ExitCode::SUCCESS
}

/// The demo, and how many requests it has shown.
struct Demo<'a> {
    emulator: &'a Emulator,
    folder: &'a Path,
    shown: usize,
}

impl Demo<'_> {
    fn run(&mut self) {
        println!(
            "An emulator of Atlas runs at {}, and one of Cloud Manager beside it.",
            self.emulator.base_url()
        );
        let token = self.emulator.access_token();
        let (public_key, private_key) = self.emulator.api_key();
        let (public_key, private_key) = (public_key.to_owned(), private_key.to_owned());
        println!("\nCreate a link-token with each kind of credential:");
        let create = [&["link-token", "create"][..], &ALLOW].concat();
        self.create_link_token(&create, &[("MONGODB_ATLAS_ACCESS_TOKEN", &token)]);
        let api_key = [
            ("MONGODB_ATLAS_PUBLIC_API_KEY", public_key.as_str()),
            ("MONGODB_ATLAS_PRIVATE_API_KEY", private_key.as_str()),
        ];
        self.create_link_token(&create, &api_key);
        let (client_id, client_secret) = self.emulator.service_account();
        let (client_id, client_secret) = (client_id.to_owned(), client_secret.to_owned());
        let account = [
            ("MONGODB_ATLAS_CLIENT_ID", client_id.as_str()),
            ("MONGODB_ATLAS_CLIENT_SECRET", client_secret.as_str()),
        ];
        self.create_link_token(&create, &account);

        println!("\nLink the source with another one, which is entered in the same step and never shown:");
        self.command(&[&["source", "link"][..], &ALLOW].concat(), &account);
        println!("\nPlan, check, and migrate, to the cutover:");
        self.command(&["projects", "list"], &account);
        self.command(
            &["plan", "init", "--destination-cluster", "destination", "--reach", "public"],
            &account,
        );
        self.command(&["plan", "check", "plan.toml", "--acknowledge", "all"], &account);
        let push = ["push", "plan.toml", "--yes", "--acknowledge", "all"];
        self.command(&[&push[..], &POLLING].concat(), &account);
        println!("\nReport what happened, delete the link and its link-tokens, and revoke the access token:");
        self.command(&["report", "plan.toml.journal"], &account);
        self.command(&["link-token", "delete", "--yes"], &account);
        self.command(&["auth", "logout"], &account);
        let requests = self.emulator.requests().len();
        println!("\nDone: four link-tokens, one migration, the link deleted, {requests} requests.");
    }

    /// Runs the program and shows its output.
    fn command(&mut self, arguments: &[&str], credentials: &[(&str, &str)]) {
        let output = self.output_of(arguments, credentials);
        output.lines().for_each(|line| println!("  {line}"));
        self.show_requests();
    }

    /// Creates a link-token, which is not shown.
    fn create_link_token(&mut self, arguments: &[&str], credentials: &[(&str, &str)]) {
        let token = self.output_of(arguments, credentials);
        println!("  a link-token of {} characters, which the demo does not show", token.trim_end().len());
        self.show_requests();
    }

    fn output_of(&self, arguments: &[&str], credentials: &[(&str, &str)]) -> String {
        println!("\n$ atlas-migration {}", arguments.join(" "));
        let (public_key, private_key) = self.emulator.source_manager_api_key();
        // Nothing of the caller's configuration, so that nothing is sent to a real server.
        let output = Command::new(env!("CARGO_BIN_EXE_atlas-migration"))
            .args(arguments)
            .current_dir(self.folder)
            .env_clear()
            .envs(
                std::env::vars_os()
                    .filter(|(name, _)| name == "PATH" || name == "TERM" || name == "NO_COLOR"),
            )
            .envs(
                ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"]
                    .map(|name| (name, self.folder)),
            )
            .env("MONGODB_ATLAS_BASE_URL", self.emulator.base_url())
            .env("MONGODB_ATLAS_ORG_ID", self.emulator.org_id())
            .env("MONGODB_ATLAS_PROJECT_ID", self.emulator.project_id())
            .env("SOURCE_MANAGER_URL", self.emulator.source_manager_url())
            .env("SOURCE_MANAGER_PUBLIC_API_KEY", public_key)
            .env("SOURCE_MANAGER_PRIVATE_API_KEY", private_key)
            .env("SOURCE_MANAGER_ORG_ID", self.emulator.source_org_id())
            .envs(credentials.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "the command failed: {}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Shows the requests since the last time. Those that were repeated while waiting are one line.
    fn show_requests(&mut self) {
        let requests = self.emulator.requests();
        let mut counts = BTreeMap::<String, usize>::new();
        let new: Vec<String> = requests[self.shown..].iter().map(line).collect();
        new.iter().for_each(|line| *counts.entry(line.clone()).or_default() += 1);
        for line in &new {
            match counts.remove(line) {
                Some(1) => println!("  {line}"),
                Some(count) => println!("  {line}, {count} times"),
                None => {}
            }
        }
        self.shown = requests.len();
    }
}

/// A request in one line: of its credential only the scheme.
fn line(request: &RecordedRequest) -> String {
    let scheme =
        request.header("authorization").and_then(|value| value.split(' ').next()).unwrap_or("no credential");
    format!("← {} {} ({scheme}) → {}", request.method, request.target, request.status)
}
