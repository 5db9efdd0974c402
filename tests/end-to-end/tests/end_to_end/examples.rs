//! Each example runs, as its users run it, against the emulator.

use std::process::Stdio;

use atlas_emulator::{Emulator, Fault, FaultKind, MigrationState, Role};
use atlas_migration_sdk::operations;
use tokio::io::AsyncWriteExt as _;

use crate::common::example;
use crate::operations::plan;

/// Runs an example of the SDK with a service account of the emulator, and returns what it printed.
async fn run(emulator: &Emulator, name: &str, arguments: &[&str], input: &str) -> (bool, String) {
    let (client_id, client_secret) = emulator.service_account();
    let mut child = example(name)
        .args(arguments)
        .env("MONGODB_ATLAS_BASE_URL", emulator.base_url())
        .env("MONGODB_ATLAS_CLIENT_ID", client_id)
        .env("MONGODB_ATLAS_CLIENT_SECRET", client_secret)
        .env("MONGODB_ATLAS_ORG_ID", emulator.org_id())
        .env("MONGODB_ATLAS_PROJECT_ID", emulator.project_id())
        .env("MONGODB_ATLAS_SOURCE_PASSWORD", "source password")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn create_link_token() {
    let emulator = Emulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("link-token");
    let (success, said) =
        run(&emulator, "create_link_token", &[file.to_str().unwrap(), "203.0.113.7"], "").await;
    assert!(success, "{said}");
    assert_eq!(emulator.link_tokens(), [std::fs::read_to_string(&file).unwrap()]);
    assert!(!said.contains(&emulator.link_tokens()[0]));
    // A file that is there is not overwritten, and no token is made for it.
    let (success, said) = run(&emulator, "create_link_token", &[file.to_str().unwrap()], "").await;
    assert!(!success && said.contains("is not overwritten"), "{said}");
    assert_eq!(emulator.link_tokens(), [std::fs::read_to_string(&file).unwrap()]);
    assert_eq!(entries(folder.path()), ["link-token"]);
}

/// What is in a folder; every file of it must be its owner's alone.
#[track_caller]
fn entries(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let names = entries.map(|entry| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        }
        entry.file_name().into_string().unwrap()
    });
    names.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_token_s_file_is_there_with_the_token_or_not_at_all() {
    let emulator = Emulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("link-token");
    let arguments = [file.to_str().unwrap()];
    emulator.set_roles([Role::OrganizationMember]);
    let (success, said) = run(&emulator, "create_link_token", &arguments, "").await;
    assert!(!success && said.contains("needs the role"), "{said}");
    assert_eq!(entries(folder.path()), [""; 0]);
    emulator.set_roles([Role::OrganizationOwner]);

    // In the middle of the call, and somebody else takes the name meanwhile.
    let create = &operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN;
    let held = emulator.inject(Fault::new(FaultKind::SlowHeaders).on(create));
    let running = run(&emulator, "create_link_token", &arguments, "");
    let meanwhile = async {
        held.triggered().await;
        let there = entries(folder.path());
        assert!(there.len() == 1 && there[0].starts_with(".link-token-"), "{there:?}");
        std::fs::write(&file, "another's").unwrap();
        held.release();
    };
    let ((success, said), ()) = tokio::join!(running, meanwhile);
    assert!(!success, "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "another's");
    let (_, kept) = said.split_once("the token is in ").unwrap_or_else(|| panic!("{said}"));
    let kept = kept.split('"').next().unwrap().trim();
    assert_eq!(emulator.link_tokens(), [std::fs::read_to_string(kept).unwrap()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validate_migrate_and_resume() {
    let emulator = Emulator::builder().time_scale(20_000.0).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (file, id_file) = (folder.path().join("plan.json"), folder.path().join("id"));
    std::fs::write(&file, plan().to_json()).unwrap();
    let (file, id_path) = (file.to_str().unwrap(), id_file.to_str().unwrap());
    let (success, said) = run(&emulator, "validate", &[file], "").await;
    assert!(success && said.contains("the migration can run"), "{said}");

    let (success, said) = run(&emulator, "migrate", &[file, id_path], "\n").await;
    assert!(success && said.contains("complete"), "{said}");

    let waiting = emulator.add_migration(MigrationState::ready());
    let (success, said) = run(&emulator, "resume", &[&waiting], "").await;
    assert!(success && said.contains("at most 120 h"), "{said}");
}
