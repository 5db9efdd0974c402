//! Where credentials come from, and the access token that is kept between runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atlas_emulator::Emulator;
use serde_json::Value;

use crate::program::Program;

/// A home with a configuration file of the Atlas CLI.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with_profiles(text: &str) -> Self {
        let home = Self::new();
        fs::create_dir_all(home.config().parent().unwrap()).unwrap();
        fs::write(home.config(), text).unwrap();
        set_mode(&home.config(), 0o600);
        home
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn config(&self) -> PathBuf {
        self.path().join(".config/atlascli/config.toml")
    }

    /// The files of stored access tokens.
    fn tokens(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.path().join(".local/state/atlas-migration/tokens")) else {
            return Vec::new();
        };
        let files = entries.map(|entry| entry.unwrap().path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "json")).collect()
    }

    /// A run without credentials in the environment.
    fn run(&self, arguments: &[&str]) -> Program {
        Program::new(arguments).home(self.path())
    }
}

fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

fn requests_to(emulator: &Emulator, target: &str) -> usize {
    emulator.requests().iter().filter(|request| request.target == target).count()
}

/// An emulator without rate limits.
async fn emulator() -> Emulator {
    let builder = Emulator::builder().token_requests_per_minute(1_000_000);
    builder.rate_limit(1_000_000, Duration::from_secs(60)).start().await.unwrap()
}

/// A profile of this name with the service account of the emulator.
fn profile(name: &str, emulator: &Emulator) -> String {
    let (id, secret) = emulator.service_account();
    format!(
        "[{name}]\nbase_url = '{}/'\norg_id = '{}'\nproject_id = '{}'\nclient_id = '{id}'\nclient_secret = '{secret}'\n",
        emulator.base_url(),
        emulator.org_id(),
        emulator.project_id()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_runs_fetch_one_token() {
    let (emulator, home) = (emulator().await, Home::new());
    // The first ones at the same time.
    for at_once in [40, 40, 40, 40, 40] {
        let runs = (0..at_once).map(|_| Program::with(&emulator, &["orgs", "list"]).home(home.path()).run());
        for run in futures_util::future::join_all(runs).await {
            run.succeeded();
        }
    }
    assert_eq!(requests_to(&emulator, "/api/oauth/token"), 1);
    assert_eq!(home.tokens().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_revokes_the_stored_token() {
    let (emulator, home) = (emulator().await, Home::new());
    let run = |arguments: &[&str]| Program::with(&emulator, arguments).home(home.path()).run();
    assert_eq!(run(&["auth", "logout"]).await.succeeded(), "No access token is stored.\n");
    assert!(emulator.requests().is_empty());

    run(&["orgs", "list"]).await.succeeded();
    let status = run(&["auth", "status", "-o", "json"]).await.json();
    assert_eq!(status["token"]["stored"], true, "{status}");
    assert!(status["token"]["expiresAt"].as_str().unwrap().ends_with('Z'), "{status}");
    assert_eq!(run(&["auth", "logout", "-o", "json"]).await.json()["revoked"], true);
    // The stored token was revoked, and none was fetched for that.
    assert_eq!(requests_to(&emulator, "/api/oauth/token"), 1);
    assert_eq!(requests_to(&emulator, "/api/oauth/revoke"), 1);
    assert_eq!(home.tokens(), [""; 0].map(PathBuf::from));

    run(&["orgs", "list"]).await.succeeded();
    assert_eq!(requests_to(&emulator, "/api/oauth/token"), 2);
    let text = run(&["auth", "logout"]).await.succeeded();
    assert_eq!(text, "Revoked the stored access token, and removed it.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_service_account_has_a_token_to_revoke() {
    let (emulator, home) = (emulator().await, Home::new());
    let (public, private) = emulator.api_key();
    let run = |arguments: &[&str]| {
        home.run(arguments)
            .env("MONGODB_ATLAS_BASE_URL", emulator.base_url())
            .env("MONGODB_ATLAS_PUBLIC_KEY", public)
            .env("MONGODB_ATLAS_PRIVATE_API_KEY", private)
            .run()
    };
    let refused = run(&["auth", "logout"]).await.failed(2);
    assert!(refused.contains("only a service account"), "{refused}");
    let status = run(&["auth", "status", "-o", "json"]).await.json();
    assert_eq!((&status["credentials"], &status["token"]), (&"api-key".into(), &Value::Null));
    assert_eq!(
        setting(&status, "credentials")["from"],
        "MONGODB_ATLAS_PUBLIC_KEY, MONGODB_ATLAS_PRIVATE_API_KEY"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_file_that_is_not_valid_is_reported_and_replaced() {
    let (emulator, home) = (emulator().await, Home::new());
    let run = |arguments: &[&str]| Program::with(&emulator, arguments).home(home.path()).run();
    run(&["orgs", "list"]).await.succeeded();
    let [file] = &home.tokens()[..] else { panic!("not one token") };
    for (what, part) in
        [("cut off", "is not a complete token file"), ("open", "other users have access to it")]
    {
        if what == "open" {
            set_mode(file, 0o644);
        } else {
            fs::write(file, "{\"version\":1").unwrap();
        }
        let status = run(&["auth", "status"]).await.succeeded();
        assert!(status.contains("not used, because") && status.contains(part), "{status}");
        let refused = run(&["auth", "logout"]).await.failed(1);
        assert!(refused.contains(part), "{refused}");
        let used = run(&["orgs", "list"]).await;
        assert_eq!((used.status, used.stderr.lines().count()), (0, 1), "{}", used.stderr);
        let expected = format!("warning: access token store: {}", file.display());
        assert!(used.stderr.starts_with(&expected) && used.stderr.contains(part), "{}", used.stderr);
        run(&["orgs", "list"]).await.succeeded();
    }
    assert_eq!(requests_to(&emulator, "/api/oauth/token"), 3);
}

/// A setting in the output of `auth status`.
fn setting<'a>(status: &'a Value, name: &str) -> &'a Value {
    let settings = status["settings"].as_array().unwrap();
    settings.iter().find(|setting| setting["setting"] == name).unwrap_or_else(|| panic!("{status}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn which_source_wins() {
    let (emulator, other) = (emulator().await, emulator().await);
    let both = Home::with_profiles(&[profile("default", &other), profile("work", &emulator)].concat());
    let only = Home::with_profiles(&profile("work", &emulator));
    let base_url = emulator.base_url();
    let (id, secret) = other.service_account();
    let service_account = [("MONGODB_ATLAS_CLIENT_ID", id), ("MONGODB_ATLAS_CLIENT_SECRET", secret)];
    type Case<'a> = (&'a Home, Option<&'a str>, Vec<(&'a str, &'a str)>, (&'a str, &'a str), [&'a str; 2]);
    let cases: [Case<'_>; 6] = [
        (&both, Some("work"), vec![], ("work", "given by --profile"), ["profile", "profile"]),
        (
            &both,
            Some("Work"),
            vec![("MONGODB_ATLAS_PROFILE", "default")],
            ("work", "given by --profile"),
            ["profile", "profile"],
        ),
        (
            &both,
            None,
            vec![("MONGODB_ATLAS_PROFILE", "work")],
            ("work", "given by MONGODB_ATLAS_PROFILE"),
            ["profile", "profile"],
        ),
        (&only, None, vec![], ("work", "the only one"), ["profile", "profile"]),
        (
            &both,
            None,
            vec![("MONGODB_ATLAS_BASE_URL", base_url)],
            ("default", "the default"),
            ["profile", "environment"],
        ),
        (&only, None, service_account.to_vec(), ("work", "the only one"), ["environment", "profile"]),
    ];
    for (home, argument, variables, (name, reason), [credentials, server]) in cases {
        let case = format!("{argument:?} {variables:?}");
        let run = |arguments: &[&str]| {
            let arguments = [arguments, &argument.map(|name| ["-P", name]).unwrap_or_default()[..]].concat();
            let arguments: Vec<_> = arguments.into_iter().filter(|argument| !argument.is_empty()).collect();
            variables.iter().fold(home.run(&arguments), |run, (name, value)| run.env(name, value)).run()
        };
        let status = run(&["auth", "status", "-o", "json"]).await.json();
        assert_eq!(
            (&status["profile"]["name"], &status["profile"]["reason"]),
            (&name.into(), &reason.into()),
            "{case}"
        );
        assert_eq!(setting(&status, "credentials")["source"], credentials, "{case}");
        assert_eq!(setting(&status, "base URL")["source"], server, "{case}");
        // The command uses what the status shows.
        emulator.clear_journal();
        run(&["projects", "list"]).await.succeeded();
        assert!(!emulator.requests().is_empty() && other.requests().is_empty(), "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_contains_no_value() {
    let planted = "planted0000000000000000000000";
    let text = format!(
        "[default]\nclient_id = 'mdb_sa_id_{planted}'\nclient_secret = 'mdb_sa_sk_{planted}'\norg_id = '{planted}'\n\
         base_url = 'https://{planted}.example.com'\nproject_id = '{planted}'\n"
    );
    let home = Home::with_profiles(&text);
    for format in ["table", "json"] {
        let run = home
            .run(&["auth", "status", "-vvv", "-o", format])
            .env("SOURCE_MANAGER_PUBLIC_API_KEY", planted)
            .env("SOURCE_MANAGER_PRIVATE_API_KEY", planted);
        let status = run.run().await.succeeded();
        assert!(status.contains("client_secret") && !status.contains("planted"), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_others_can_read_gives_a_warning() {
    let emulator = emulator().await;
    let home = Home::with_profiles(&profile("default", &emulator));
    home.run(&["orgs", "list"]).run().await.succeeded();
    for mode in [0o644, 0o640, 0o604] {
        set_mode(&home.config(), mode);
        for arguments in [&["orgs", "list"][..], &["auth", "status"]] {
            let run = home.run(arguments).run().await;
            let file = home.config().display().to_string();
            let expected = format!(
                "warning: other users can read {file}, which may contain credentials: run chmod 600 {file}\n"
            );
            assert_eq!((run.status, run.stderr), (0, expected), "{mode:o}");
        }
    }
    // A command without credentials does not read it.
    home.run(&["schema"]).run().await.succeeded();
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_credentials_are_explained() {
    let home = Home::new();
    for arguments in [&["orgs", "list"][..], &["auth", "logout"]] {
        let missing = home.run(arguments).run().await.failed(3);
        assert!(missing.contains("no credentials: set MONGODB_ATLAS_CLIENT_ID"), "{missing}");
        assert!(missing.contains("The Atlas CLI has no profile `default`"), "{missing}");
    }
    let status = home.run(&["auth", "status", "-o", "json"]).run().await;
    assert_eq!(status.status, 3);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(setting(&status, "credentials")["source"], "not-set");

    let half = home.run(&["orgs", "list"]).env("MONGODB_ATLAS_CLIENT_ID", "planted").run().await.failed(3);
    assert!(half.contains("MONGODB_ATLAS_CLIENT_SECRET is not") && !half.contains("planted"), "{half}");
    let half = Home::with_profiles("[work]\nclient_id = 'planted'\n");
    let half = half.run(&["orgs", "list"]).run().await.failed(3);
    assert!(half.contains("The profile `work` in") && half.contains("lacks client_secret"), "{half}");
    assert!(!half.contains("planted"), "{half}");

    let unknown = home.run(&["orgs", "list", "-P", "work"]).run().await.failed(2);
    assert!(unknown.contains("no profile `work`"), "{unknown}");
    let source = home.run(&["source", "status"]).run().await.failed(3);
    assert!(source.contains("SOURCE_MANAGER_PUBLIC_API_KEY"), "{source}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_and_the_base_url_name_their_source_if_they_are_invalid() {
    let emulator = emulator().await;
    let text = profile("default", &emulator).replace(emulator.org_id(), "planted");
    let home = Home::with_profiles(&text);
    let invalid = home.run(&["projects", "list"]).run().await.failed(2);
    assert!(
        invalid.contains("org_id of the profile `default` in") && !invalid.contains("planted"),
        "{invalid}"
    );
    let invalid =
        home.run(&["projects", "list"]).env("MONGODB_ATLAS_ORG_ID", "planted").run().await.failed(2);
    assert!(
        invalid.contains("in MONGODB_ATLAS_ORG_ID is not a valid") && !invalid.contains("planted"),
        "{invalid}"
    );

    let home = Home::with_profiles(&text.replace("http://127", "http://user:planted@127"));
    let invalid = home.run(&["orgs", "list"]).run().await.failed(2);
    assert!(invalid.contains("user information") && invalid.contains("base_url of the profile"), "{invalid}");
    assert!(!invalid.contains("planted"), "{invalid}");

    let home = Home::with_profiles("[default]\nclient_secret = planted\n");
    let invalid = home.run(&["orgs", "list"]).run().await.failed(2);
    assert!(
        invalid.contains("config.toml, line 2, is not valid TOML") && !invalid.contains("planted"),
        "{invalid}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_sets_the_output_format() {
    let emulator = emulator().await;
    let home = Home::with_profiles(&format!("{}output = 'json'\n", profile("default", &emulator)));
    let json = home.run(&["orgs", "list"]).run().await.succeeded();
    assert!(json.starts_with('['), "{json}");
    let table = home.run(&["orgs", "list"]).env("MONGODB_ATLAS_OUTPUT", "plaintext").run().await.succeeded();
    assert!(table.starts_with("ID"), "{table}");
    let table = home.run(&["orgs", "list", "-o", "table"]).run().await.succeeded();
    assert!(table.starts_with("ID"), "{table}");
    // A template is refused, as in an argument.
    let template = "go-template={{.planted}}";
    let refused = home.run(&["orgs", "list"]).env("MONGODB_ATLAS_OUTPUT", template).run().await.failed(2);
    assert!(
        refused.contains("in MONGODB_ATLAS_OUTPUT is not supported") && refused.contains("jq"),
        "{refused}"
    );
    let home = Home::with_profiles(&format!("{}output = '{template}'\n", profile("default", &emulator)));
    let refused = home.run(&["orgs", "list"]).run().await.failed(2);
    assert!(
        refused.contains("output of the profile `default` in") && refused.contains("--output"),
        "{refused}"
    );
    home.run(&["orgs", "list", "-o", "json"]).run().await.json();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_a_keyring_delays_nothing() {
    let emulator = emulator().await;
    // The profile has the secret, so that the keyring is not read.
    let home = Home::with_profiles(&profile("default", &emulator));
    let broken = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    home.run(&["orgs", "list"]).env(broken.0, broken.1).run().await.succeeded();

    let home = Home::with_profiles("[default]\nauth_type = 'service_account'\n");
    let missing = home.run(&["orgs", "list"]).run().await.failed(3);
    assert!(missing.contains("The keyring was not read: there is no D-Bus session"), "{missing}");
    let missing = home.run(&["orgs", "list"]).env(broken.0, broken.1).run().await.failed(3);
    assert!(missing.contains("The keyring was not read:"), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_argument_that_the_environment_overrides_gives_a_warning() {
    let emulator = emulator().await;
    let home = Home::with_profiles(&profile("work", &emulator));
    let run = |arguments: &[&str]| Program::with(&emulator, arguments).home(home.path()).run();
    let overridden = run(&["orgs", "list", "-P", "work"]).await;
    assert_eq!(overridden.status, 0);
    let expected = "warning: the credentials are not those of the profile `work`, because MONGODB_ATLAS_CLIENT_ID, \
                    MONGODB_ATLAS_CLIENT_SECRET is set\n";
    assert_eq!(overridden.stderr, expected);
    run(&["orgs", "list"]).await.succeeded();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_where_the_atlas_cli_has_it() {
    let emulator = emulator().await;
    let home = Home::with_profiles(&profile("work", &emulator));
    let elsewhere = Home::new();
    let config = |folder: &Path| folder.to_str().unwrap().to_owned();
    for (folder, finds) in [
        (String::new(), true),
        (config(&home.path().join(".config")), true),
        (config(elsewhere.path()), false),
    ] {
        let run = home.run(&["orgs", "list"]).env("XDG_CONFIG_HOME", &folder).run().await;
        assert_eq!(run.status, if finds { 0 } else { 3 }, "{folder}: {}", run.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_asked_for_credentials() {
    let emulator = emulator().await;
    let (id, secret) = emulator.service_account();
    let (public, private) = emulator.api_key();
    for (index, [first, second], [name, password]) in [
        (0, ["Client id:", "Client secret:"], [id, secret]),
        (1, ["Public key:", "Private key:"], [public, private]),
    ] {
        let program = Program::new(&["orgs", "list"]).env("MONGODB_ATLAS_BASE_URL", emulator.base_url());
        let (status, shown) = tokio::task::block_in_place(|| {
            let mut terminal = program.on_terminal();
            terminal.expect("No credentials are configured");
            terminal.expect("API key");
            terminal.select(index);
            terminal.expect(first);
            terminal.answer(name);
            terminal.expect(second);
            terminal.answer(password);
            terminal.expect(emulator.org_id());
            terminal.end()
        });
        assert_eq!(status, 0, "{shown}");
        assert!(!shown.contains(password), "{shown}");
    }
    let program = Program::new(&["orgs", "list"]);
    let (status, shown) = tokio::task::block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("No credentials are configured");
        terminal.interrupt();
        terminal.end()
    });
    assert_eq!(status, 130, "{shown}");
    // `auth status` asks nothing.
    let program = Program::new(&["auth", "status"]);
    let (status, shown) = tokio::task::block_in_place(|| program.on_terminal().end());
    assert_eq!(status, 3, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_asked_for_the_key_of_the_source() {
    let emulator = emulator().await;
    let (public, private) = emulator.source_manager_api_key();
    let program = Program::new(&["source", "status"])
        .env("SOURCE_MANAGER_URL", emulator.source_manager_url())
        .env("SOURCE_MANAGER_ORG_ID", emulator.source_org_id());
    let (status, shown) = tokio::task::block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("Public key of the source:");
        terminal.answer(public);
        terminal.expect("Private key of the source:");
        terminal.answer(private);
        terminal.expect("NOT_SYNCED");
        terminal.end()
    });
    assert_eq!(status, 0, "{shown}");
    assert!(!shown.contains(private), "{shown}");
}
