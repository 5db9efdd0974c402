//! Each example of the SDK, run as a program against the emulator.

use std::process::Stdio;

use atlas_emulator::{Emulator, Fault, FaultKind, MigrationState, Role};
use atlas_migration_sdk::operations;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::common::example;
use crate::operations::plan;

/// Runs an example of the SDK with a service account of the emulator, and returns what it printed.
async fn run(emulator: &Emulator, name: &str, arguments: &[&str], input: &str) -> (bool, String) {
    run_with(emulator, name, arguments, input, |command| command).await
}

/// The same, after a change of the command.
async fn run_with(
    emulator: &Emulator,
    name: &str,
    arguments: &[&str],
    input: &str,
    change: impl FnOnce(&mut Command) -> &mut Command,
) -> (bool, String) {
    let (client_id, client_secret) = emulator.service_account();
    let (source_public_key, source_private_key) = emulator.source_manager_api_key();
    let mut command = example(name);
    command
        .args(arguments)
        .env("SOURCE_MANAGER_URL", emulator.source_manager_url())
        .env("SOURCE_MANAGER_PUBLIC_API_KEY", source_public_key)
        .env("SOURCE_MANAGER_PRIVATE_API_KEY", source_private_key)
        .env("SOURCE_MANAGER_ORG_ID", emulator.source_org_id())
        .env("MONGODB_ATLAS_BASE_URL", emulator.base_url())
        .env("MONGODB_ATLAS_CLIENT_ID", client_id)
        .env("MONGODB_ATLAS_CLIENT_SECRET", client_secret)
        .env("MONGODB_ATLAS_ORG_ID", emulator.org_id())
        .env("MONGODB_ATLAS_PROJECT_ID", emulator.project_id())
        .env("MONGODB_ATLAS_SOURCE_PASSWORD", "source password")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = change(&mut command).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn create_link_token() {
    let emulator = Emulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("link-token");
    let (success, output) =
        run(&emulator, "create_link_token", &[file.to_str().unwrap(), "203.0.113.7"], "").await;
    assert!(success, "{output}");
    assert_eq!(emulator.link_tokens(), [std::fs::read_to_string(&file).unwrap()]);
    assert!(!output.contains(&emulator.link_tokens()[0]));
    let (success, output) = run(&emulator, "link", &[file.to_str().unwrap()], "").await;
    assert_eq!((success, output.as_str()), (true, "SYNCED\n"));
    // An existing file is not overwritten, and no token is created.
    let (success, output) = run(&emulator, "create_link_token", &[file.to_str().unwrap()], "").await;
    assert!(!success && output.contains("is not overwritten"), "{output}");
    assert_eq!(emulator.link_tokens(), [std::fs::read_to_string(&file).unwrap()]);
    assert_eq!(entries(folder.path()), ["link-token"]);
}

/// The names in a folder. Every file must be accessible to its owner only.
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
async fn link_token_file_is_complete_or_absent() {
    let emulator = Emulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("link-token");
    let arguments = [file.to_str().unwrap()];
    emulator.set_roles([Role::OrganizationMember]);
    let (success, output) = run(&emulator, "create_link_token", &arguments, "").await;
    assert!(!success && output.contains("needs the role"), "{output}");
    assert_eq!(entries(folder.path()), [""; 0]);
    emulator.set_roles([Role::OrganizationOwner]);

    // Another program creates the file during the call.
    let create = &operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN;
    let fault = emulator.inject(Fault::new(FaultKind::SlowHeaders).on(create));
    let running = run(&emulator, "create_link_token", &arguments, "");
    let meanwhile = async {
        fault.triggered().await;
        let names = entries(folder.path());
        assert!(names.len() == 1 && names[0].starts_with(".link-token-"), "{names:?}");
        std::fs::write(&file, "another's").unwrap();
        fault.release();
    };
    let ((success, output), ()) = tokio::join!(running, meanwhile);
    assert!(!success, "{output}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "another's");
    let (_, kept) = output.split_once("the token is in ").unwrap_or_else(|| panic!("{output}"));
    let kept = kept.split('"').next().unwrap().trim();
    assert_eq!(emulator.link_tokens(), [std::fs::read_to_string(kept).unwrap()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validate_migrate_and_resume() {
    let emulator = Emulator::builder().time_scale(2_000.0).start().await.unwrap();
    emulator.set_linked(true);
    let folder = tempfile::tempdir().unwrap();
    let (file, id_file) = (folder.path().join("plan.json"), folder.path().join("id"));
    std::fs::write(&file, plan().to_json()).unwrap();
    let (file, id_path) = (file.to_str().unwrap(), id_file.to_str().unwrap());
    let (success, output) = run(&emulator, "validate", &[file], "").await;
    assert!(success && output.contains("the migration can run"), "{output}");

    // Only the word confirms, and not the end of the input.
    for input in ["", "\n", "y\n"] {
        let (success, output) = run(&emulator, "migrate", &[file, id_path], input).await;
        assert!(!success && output.contains("not cut over"), "{output}");
        let id = std::fs::read_to_string(&id_file).unwrap();
        assert!(emulator.migration(&id).unwrap().ready_for_cutover, "{input:?}");
        // The migration host is free for the next one.
        emulator.set_migration(&id, MigrationState::new("FAILED"));
    }
    let (success, output) = run(&emulator, "migrate", &[file, id_path], "yes\n").await;
    assert!(success && output.contains("complete"), "{output}");

    let ready = emulator.add_migration(MigrationState::ready());
    for (answer, confirmed) in
        [("", false), ("\n", false), ("y\n", false), ("no\nyes\n", false), ("yes\n", true)]
    {
        let (success, output) = run(&emulator, "resume", &[&ready], answer).await;
        assert!(output.contains("ready for cutover, at most 120 h"), "{output}");
        assert_eq!(success, confirmed, "{answer:?}: {output}");
        assert_eq!(
            output.contains(&format!("not cut over; continue with `resume {ready}`")),
            !confirmed,
            "{output}"
        );
    }
    let (success, output) = run(&emulator, "resume", &[&ready], "").await;
    assert!(success && output.contains("another process has cut over"), "{output}");
}

const README: &str = include_str!("../../../../README.md");

#[test]
fn readme_shows_the_quick_start() {
    let example = include_str!("../../../../atlas-migration-sdk/examples/quick_start.rs");
    let (_, program) = example.split_once("\n\n").unwrap();
    assert!(README.contains(program), "copy the example quick_start.rs into the README");
}

/// The aliases of cargo end with `--`. Programs reject another one.
#[test]
fn readme_passes_arguments_to_the_aliases() {
    for alias in ["demo", "emulator", "xtask"] {
        assert!(!README.contains(&format!("cargo {alias} -- ")), "cargo {alias}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quick_start_with_the_plan_of_the_readme() {
    let (_, plan) = README.split_once("```json\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plan.json"), plan.split("```").next().unwrap()).unwrap();
    // Without a plan, no link-token is created.
    let emulator = Emulator::start().await.unwrap();
    let empty = tempfile::tempdir().unwrap();
    let (success, output) =
        run_with(&emulator, "quick_start", &[], "", |command| command.current_dir(empty.path())).await;
    assert!(!success && output.contains("plan.json: No such file"), "{output}");
    assert_eq!(emulator.requests().len(), 0);
    for (input, cutovers) in [("", 0), ("\n", 0), ("yes\n", 1)] {
        let emulator = Emulator::builder().time_scale(2_000.0).start().await.unwrap();
        let (success, output) =
            run_with(&emulator, "quick_start", &[], input, |command| command.current_dir(folder.path()))
                .await;
        assert!(output.contains("type yes to cut over"), "{output}");
        assert_eq!((success, output.contains("not cut over")), (cutovers == 1, cutovers == 0), "{output}");
        let requests = emulator.requests();
        assert_eq!(requests.iter().filter(|request| request.method == "PUT").count(), cutovers, "{input:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn error_that_main_returns_is_printed_as_its_text() {
    let emulator = Emulator::start().await.unwrap();
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let unused = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let id = "6296fb4c7c7aa997cf94e9a8";
    for (name, arguments, variable, expected) in [
        (
            "resume",
            ["6296FB4C7C7AA997CF94E9A8"],
            ("MONGODB_ATLAS_SERVICE", ""),
            "Error: not a valid migration id: it has upper-case digits; write 6296fb4c7c7aa997cf94e9a8\n",
        ),
        (
            "resume",
            [id],
            ("MONGODB_ATLAS_PROJECT_ID", ""),
            "Error: MONGODB_ATLAS_PROJECT_ID is not set: set it to the id of the project (kind Configuration)\n",
        ),
        (
            "resume",
            [id],
            ("MONGODB_ATLAS_CLIENT_SECRET", "mdb_sa_sk_wrong"),
            "Error: getGroupLiveMigration failed: the token endpoint rejected the service account: 401 ",
        ),
        (
            "resume",
            [id],
            ("MONGODB_ATLAS_PROJECT_ID", "32b6e34b3d91647abb20e7b8"),
            "Error: getGroupLiveMigration failed: 404 ",
        ),
        (
            "link",
            ["Cargo.toml"],
            ("SOURCE_MANAGER_URL", "http://ops.internal:8080"),
            "Error: SOURCE_MANAGER_URL is invalid: http would send the link-token in the clear",
        ),
        (
            "link",
            ["Cargo.toml"],
            ("SOURCE_MANAGER_URL", &unused),
            "Error: createMigrationLink failed: could not connect",
        ),
    ] {
        let (success, output) =
            run_with(&emulator, name, &arguments, "", |command| command.env(variable.0, variable.1)).await;
        assert!(!success && output.starts_with(expected), "{output}");
        assert_eq!(output.lines().count(), 1, "{output}");
        if variable.1 == unused {
            assert!(output.contains("(kind Connect; caused by: ") && output.contains("refused"), "{output}");
        }
    }
}
