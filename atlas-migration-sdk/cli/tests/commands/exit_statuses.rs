//! The exit status of each class of failure, and its text in both forms.

use std::time::Duration;

use atlas_emulator::{Emulator, Role};

use crate::plans::Folder;
use crate::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn usage() {
    let unknown = Program::new(&["org", "list"]).run().await.failed(2);
    assert!(unknown.contains("'orgs'"), "{unknown}");
    let address = Program::new(&["link-token", "create", "--allow", "planted"]).run().await.failed(2);
    assert!(address.contains("--allow"), "{address}");
    let json = Program::new(&["orgs", "list", "--nmae", "x", "-o", "json"]).run().await.failed_json(2);
    assert_eq!(json["error"]["class"], "usage");
    let template = Program::new(&["orgs", "list", "-o", "go-template={{.Id}}"]).run().await.failed(2);
    assert!(template.contains("jq"), "{template}");
    for arguments in [
        &["migration", "watch", "6a0000000000000000000001", "--timeout", "planted"][..],
        &["push", "plan.toml", "--hook-timeout", "5"],
    ] {
        let duration = Program::new(arguments).run().await.failed(2);
        assert!(duration.contains("a number with a unit, such as `90s`"), "{duration}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials() {
    let emulator = Emulator::start().await.unwrap();
    let wrong =
        Program::with(&emulator, &["orgs", "list"]).env("MONGODB_ATLAS_CLIENT_SECRET", "mdb_sa_sk_planted");
    let wrong = wrong.run().await.failed(3);
    assert!(!wrong.contains("planted"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_found_and_refused() {
    let emulator = Emulator::start().await.unwrap();
    let missing = ["projects", "list", "--org-id", "000000000000000000000000", "-o", "json"];
    let missing = Program::with(&emulator, &missing).run().await.failed_json(5);
    assert_eq!((&missing["error"]["status"], &missing["error"]["class"]), (&404.into(), &"not-found".into()));

    emulator.set_roles([Role::OrganizationMember]);
    let refused = Program::with(&emulator, &["projects", "list"]).run().await.failed(4);
    assert!(refused.contains("Organization Owner"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn conflict() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let folder = Folder::new();
    let create = ["migration", "create", &folder.plan(&emulator, ""), "--yes"];
    Program::with(&emulator, &create).run().await.succeeded();
    let running = Program::with(&emulator, &["link-token", "delete", "--yes", "-o", "json"]);
    let running = running.run().await.failed_json(6);
    assert_eq!((&running["error"]["status"], &running["error"]["class"]), (&409.into(), &"conflict".into()));
    assert!(emulator.is_linked());
}

#[tokio::test(flavor = "multi_thread")]
async fn rate_limited() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_rate_limit(0, Duration::from_secs(3600));
    let limited = Program::with(&emulator, &["link-token", "create", "-o", "json"]);
    let limited = limited.run().await.failed_json(7);
    let delay = limited["error"]["retryAfterSeconds"].as_u64().unwrap();
    assert!((120..=3600).contains(&delay), "{delay}");
    assert_eq!(emulator.link_tokens().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn network() {
    let emulator = Emulator::start().await.unwrap();
    let closed =
        Program::with(&emulator, &["orgs", "list"]).env("MONGODB_ATLAS_BASE_URL", "http://127.0.0.1:9");
    let closed = closed.run().await.failed(8);
    assert!(closed.contains("could not connect"), "{closed}");
}

/// As in a container without the package ca-certificates.
#[tokio::test(flavor = "multi_thread")]
async fn authorities_are_needed_for_https_only() {
    let emulator = Emulator::start().await.unwrap();
    let without_authorities = |program: Program| {
        program.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent").run()
    };
    without_authorities(Program::with(&emulator, &["source", "status"])).await.succeeded();
    let https =
        Program::with(&emulator, &["orgs", "list"]).env("MONGODB_ATLAS_BASE_URL", "https://127.0.0.1:9");
    let https = without_authorities(https).await.failed(2);
    assert!(https.contains("ca-certificates"), "{https}");
}
