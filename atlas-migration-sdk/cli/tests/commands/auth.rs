//! `auth`, the access token that is kept between runs, and the prompts for credentials.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tokio::task::block_in_place;

use crate::home::{Home, emulator, requests_to, set_mode, setting};
use crate::program::Program;

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
async fn a_token_that_atlas_rejects_is_replaced_for_all_runs() {
    let (emulator, home) = (emulator().await, Home::new());
    let run = || Program::with(&emulator, &["orgs", "list"]).home(home.path()).run();
    run().await.succeeded();
    emulator.revoke_all_tokens();
    for _ in 0..3 {
        run().await.succeeded();
    }
    assert_eq!(requests_to(&emulator, "/api/oauth/token"), 2);
    let rejected = emulator.requests().iter().filter(|request| request.status == 401).count();
    assert_eq!(rejected, 1);
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
    let names = serde_json::json!(["MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_API_KEY"]);
    assert_eq!(setting(&status, "credentials")["names"], names);
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
            .env("SOURCE_MANAGER_PRIVATE_API_KEY", planted)
            .env("SOURCE_MANAGER_URL", planted)
            .env("SOURCE_MANAGER_ORG_ID", planted)
            .env("SOURCE_MANAGER_CA_CERTIFICATE", planted);
        let status = run.run().await.succeeded();
        assert!(status.contains("client_secret") && !status.contains("planted"), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_names_the_source_of_every_setting() {
    let home = Home::with_profiles("[work]\noutput = 'json'\naccess_token = 'planted'\n");
    let status = async |run: Program| run.run().await.json();
    let unset = status(home.run(&["auth", "status"])).await;
    let rest = [
        ("SOURCE_MANAGER_URL", "https://ops.example.com"),
        ("SOURCE_MANAGER_PUBLIC_API_KEY", "public"),
        ("SOURCE_MANAGER_PRIVATE_API_KEY", "private"),
        ("SOURCE_MANAGER_ORG_ID", "5f9ad6b7e1c2a3041d0e9b10"),
        ("SOURCE_MANAGER_CA_CERTIFICATE", "/dev/null"),
    ];
    let set = home.run(&["auth", "status"]).env("MONGODB_ATLAS_OUTPUT", "json");
    let set = status(rest.iter().fold(set, |run, (name, value)| run.env(name, value))).await;
    let mongocli = home.run(&["auth", "status", "-o", "json"]).env("MCLI_SERVICE", "ops-manager");
    let names =
        ["OPS_MANAGER_URL", "PUBLIC_API_KEY", "PRIVATE_API_KEY", "ORG_ID", "OPS_MANAGER_CA_CERTIFICATE"];
    let mongocli = names.iter().fold(mongocli, |run, name| run.env(&format!("MCLI_{name}"), "/dev/null"));
    let mongocli = status(mongocli).await;
    for (name, expected) in [
        (
            "output format",
            [("profile", "output"), ("environment", "MONGODB_ATLAS_OUTPUT"), ("argument", "--output")],
        ),
        (
            "source URL",
            [("default", ""), ("environment", "SOURCE_MANAGER_URL"), ("environment", "MCLI_OPS_MANAGER_URL")],
        ),
        (
            "source organization",
            [("not-set", ""), ("environment", "SOURCE_MANAGER_ORG_ID"), ("environment", "MCLI_ORG_ID")],
        ),
        (
            "source CA file",
            [
                ("not-set", ""),
                ("environment", "SOURCE_MANAGER_CA_CERTIFICATE"),
                ("environment", "MCLI_OPS_MANAGER_CA_CERTIFICATE"),
            ],
        ),
        (
            "source API key",
            [
                ("not-set", ""),
                ("environment", "SOURCE_MANAGER_PUBLIC_API_KEY SOURCE_MANAGER_PRIVATE_API_KEY"),
                ("environment", "MCLI_PUBLIC_API_KEY MCLI_PRIVATE_API_KEY"),
            ],
        ),
    ] {
        for (status, (source, names)) in [&unset, &set, &mongocli].into_iter().zip(expected) {
            let found = setting(status, name);
            let names: Vec<_> = names.split_whitespace().collect();
            assert_eq!(
                (&found["source"], &found["names"]),
                (&source.into(), &serde_json::json!(names)),
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_the_source_name_its_variables() {
    let emulator = emulator().await;
    let run =
        |name: &str, value: &str| Program::with(&emulator, &["source", "status"]).env(name, value).run();
    for (name, value, exit, part) in [
        (
            "SOURCE_MANAGER_URL",
            "http://127.0.0.1:1",
            8,
            "Check SOURCE_MANAGER_URL, the network and the proxy",
        ),
        ("SOURCE_MANAGER_URL", "planted", 2, "SOURCE_MANAGER_URL is invalid: it is not a URL"),
        (
            "SOURCE_MANAGER_PRIVATE_API_KEY",
            "planted",
            3,
            "Check SOURCE_MANAGER_PUBLIC_API_KEY and SOURCE_MANAGER_PRIVATE_API_KEY, and that the key still exists (Cloud \
             Manager or Ops Manager, not Atlas)",
        ),
        (
            "SOURCE_MANAGER_CA_CERTIFICATE",
            "/planted",
            3,
            "the file of SOURCE_MANAGER_CA_CERTIFICATE cannot be read",
        ),
    ] {
        let failed = run(name, value).await.failed(exit);
        assert!(failed.contains(part) && !failed.contains("planted"), "{failed}");
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
        let (status, shown) = block_in_place(|| {
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
    let (status, shown) = block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("No credentials are configured");
        terminal.interrupt();
        terminal.end()
    });
    assert_eq!(status, 130, "{shown}");
    // `auth status` asks nothing.
    let program = Program::new(&["auth", "status"]);
    let (status, shown) = block_in_place(|| program.on_terminal().end());
    assert_eq!(status, 3, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_asked_for_the_key_of_the_source() {
    let emulator = emulator().await;
    let (public, private) = emulator.source_manager_api_key();
    let program = Program::new(&["source", "status"])
        .env("SOURCE_MANAGER_URL", emulator.source_manager_url())
        .env("SOURCE_MANAGER_ORG_ID", emulator.source_org_id());
    let (status, shown) = block_in_place(|| {
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
    // The other settings of the source are those of the environment.
    let program = Program::new(&["source", "status"]).env("SOURCE_MANAGER_CA_CERTIFICATE", "/nonexistent");
    let (status, shown) = block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("Public key of the source:");
        terminal.answer(public);
        terminal.expect("Private key of the source:");
        terminal.answer(private);
        terminal.expect("the file of SOURCE_MANAGER_CA_CERTIFICATE cannot be read");
        terminal.end()
    });
    assert_eq!(status, 3, "{shown}");
}
