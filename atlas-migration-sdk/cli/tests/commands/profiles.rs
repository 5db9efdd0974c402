//! Where the settings come from: the environment and the profiles of the Atlas CLI.

use std::path::Path;

use serde_json::Value;

use crate::home::{Home, emulator, profile, set_mode, setting};
use crate::program::Program;

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
async fn a_home_that_is_no_folder_does_not_prevent_a_run() {
    let emulator = emulator().await;
    let no_folder = |run: Program| run.env("HOME", "/dev/null").env("XDG_CONFIG_HOME", "").run();
    let run = no_folder(Program::with(&emulator, &["orgs", "list", "-o", "json"])).await;
    assert_eq!((run.status, run.stderr.lines().count()), (0, 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("warning: access token store: /dev/null/"), "{}", run.stderr);
    let missing = no_folder(Program::new(&["orgs", "list"])).await.failed(3);
    assert!(missing.contains("config.toml cannot be read: Not a directory"), "{missing}");
    let missing = no_folder(Program::new(&["orgs", "list", "-P", "work"])).await.failed(2);
    assert!(missing.contains("config.toml cannot be read: Not a directory"), "{missing}");
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
async fn missing_credentials_are_explained() {
    let home = Home::new();
    for arguments in [&["orgs", "list"][..], &["auth", "logout"]] {
        let missing = home.run(arguments).run().await.failed(3);
        assert!(missing.contains("no credentials: set MONGODB_ATLAS_CLIENT_ID"), "{missing}");
        assert!(missing.contains("or MONGODB_ATLAS_ACCESS_TOKEN for an access token. "), "{missing}");
        assert!(missing.contains("The Atlas CLI has no profile `default`"), "{missing}");
    }
    let status = home.run(&["auth", "status", "-o", "json"]).run().await;
    assert_eq!(status.status, 3);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(setting(&status, "credentials")["source"], "not-set");

    let source = setting(&status, "source API key");
    assert_eq!((&source["source"], &source["names"]), (&"not-set".into(), &serde_json::json!([])));
    let half = home.run(&["auth", "status", "-o", "json"]).env("SOURCE_MANAGER_PUBLIC_API_KEY", "planted");
    let half: Value = serde_json::from_str(&half.run().await.stdout).unwrap();
    let source = setting(&half, "source API key");
    assert_eq!(
        (&source["source"], &source["names"][0]),
        (&"not-set".into(), &"SOURCE_MANAGER_PUBLIC_API_KEY".into())
    );
    assert!(source["reason"].as_str().unwrap().contains("SOURCE_MANAGER_PRIVATE_API_KEY is not"), "{source}");

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
