//! `plan init` and `plan check`.

use std::path::{Path, PathBuf};

use atlas_emulator::Emulator;
use atlas_migration_sdk::MigrationPlan;
use serde_json::json;

use crate::program::Program;

/// A folder with the files of a test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A plan for the source of the emulator. `more` is added to the table of the source.
    pub(crate) fn plan(&self, emulator: &Emulator, more: &str) -> String {
        let path = self.path("plan.toml");
        let text = format!(
            "migration_host = \"{}\"\n[source]\nproject = \"{}\"\ncluster = \"{}\"\n{more}\n\
             [destination]\ncluster = \"destination\"\nreach = \"public\"\n",
            emulator.migration_host(),
            emulator.source_project_id(),
            emulator.source_cluster()
        );
        std::fs::write(&path, text).unwrap();
        text_of(&path)
    }
}

pub(crate) fn text_of(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

pub(crate) async fn linked_emulator() -> Emulator {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    emulator
}

/// The source projects of the emulator, and a second one.
pub(crate) fn two_projects(emulator: &Emulator) -> Vec<serde_json::Value> {
    let deployment = |name: &str, managed: bool| {
        json!({"name": name, "mongoDBVersion": "6.0.18", "featureCompatibilityVersion": "6.0", "managed": managed,
            "sharded": false, "tlsEnabled": managed, "dbSizeBytes": 1, "oplogSizeMB": 990})
    };
    vec![
        json!({"name": "Shop", "projectId": emulator.source_project_id(), "migrationHosts": ["host-1", "host-2"],
            "deployments": [deployment("orders", true), deployment("customers", true)]}),
        json!({"name": "Stock", "projectId": "5f9ad6b7e1c2a3041d0eaaaa", "migrationHosts": ["host-3"],
            "deployments": [deployment("inventory", false)]}),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ambiguous_is_filled_in() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = text_of(&folder.path("plan.toml"));
    let arguments = ["plan", "init", &file, "--destination-cluster", "orders", "--reach", "public"];
    let written = Program::with(&emulator, &arguments).run().await.succeeded();
    assert!(written.contains(&format!("atlas-migration plan check {file}")), "{written}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("# The dedicated host that runs the migration."), "{text}");
    let plan = MigrationPlan::from_toml(&text).unwrap();
    assert_eq!(plan.source().project().to_string(), emulator.source_project_id());
    assert_eq!(plan.source().cluster(), emulator.source_cluster());
    assert_eq!(plan.migration_host(), emulator.migration_host());
    assert_eq!((plan.source().username(), plan.drops_destination_data()), (None, false));

    // An existing file is kept, unless it may be replaced.
    let refused = Program::with(&emulator, &arguments).run().await.failed(6);
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    let arguments = [&arguments[..], &["--force", "--drop-destination-data", "--output", "json"]].concat();
    let written = Program::with(&emulator, &arguments).run().await.json();
    assert_eq!(written["plan"]["drop_destination_data"], true);
    assert_eq!(written["file"], file.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_needs_a_flag_for_what_is_ambiguous() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    emulator.set_available_projects(two_projects(&emulator));
    let file = text_of(&folder.path("plan.json"));
    for (flags, status, part) in [
        (
            &[][..],
            2,
            "Which source project? There are 2: Shop (5f9ad6b7e1c2a3041d0e9b11), Stock (5f9ad6b7e1c2a3041d0eaaaa). Choose one with --source-project",
        ),
        (
            &["--source-project", "Shop"],
            2,
            "Which deployment? There are 2: orders, customers. Choose one with --source-cluster",
        ),
        (
            &["--source-cluster", "orders"],
            2,
            "Which migration host? There are 2: host-1, host-2. Choose one with --migration-host",
        ),
        (&["--source-cluster", "order"], 5, "no source project has the cluster `order`; there are: Shop"),
        (&["--source-project", "Sop"], 5, "there is no source project `Sop`; there are: Shop"),
        (
            &["--source-project", "Shop", "--source-cluster", "inventory"],
            5,
            "has no deployment `inventory`; there are: orders, customers",
        ),
        (
            &["--source-cluster", "orders", "--migration-host", "host-3"],
            5,
            "no migration host `host-3`; there are: host-1, host-2",
        ),
        (
            &["--source-cluster", "inventory"],
            2,
            "Which user of the source, with SCRAM? Set it with --source-username",
        ),
        (
            &["--source-cluster", "orders", "--migration-host", "host-1"],
            2,
            "Set it with --destination-cluster",
        ),
        (
            &["--source-cluster", "orders", "--migration-host", "host-1", "--destination-cluster", "d"],
            2,
            "There are 3: public, vpc-peering, private-link. Choose one with --reach",
        ),
        (
            &[
                "--source-cluster",
                "orders",
                "--migration-host",
                "host-1",
                "--destination-cluster",
                "d",
                "--reach",
                "private-link",
            ],
            2,
            "Set it with --private-link-id",
        ),
        (&["--reach", "public", "--private-link-id", "x"], 2, "only for --reach private-link"),
        (
            &["--source-cluster", "inventory", "--source-username", "u", "--certificate-authority", "/ca"],
            2,
            "only for a source with TLS",
        ),
    ] {
        let arguments = [&["plan", "init", &file], flags].concat();
        let run = Program::with(&emulator, &arguments).without_service_account(&emulator).run().await;
        let refused = run.failed(status);
        assert!(refused.contains(part), "`{part}` is not in: {refused}");
        assert!(!Path::new(&file).exists());
    }
    let arguments = [
        "plan",
        "init",
        &file,
        "--source-cluster",
        "inventory",
        "--source-username",
        "migrator",
        "--destination-cluster",
        "d",
        "--private-link-id",
        "vpce-1",
    ];
    Program::with(&emulator, &arguments).run().await.succeeded();
    let plan: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let expected = json!({
        "migration_host": "host-3",
        "source": {"project": "5f9ad6b7e1c2a3041d0eaaaa", "cluster": "inventory", "username": "migrator", "tls": false},
        "destination": {"cluster": "d", "reach": "private-link", "private_link_id": "vpce-1"},
    });
    assert_eq!(plan, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_new_plan_tells_its_format() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    for name in ["plan.yaml", "plan", "toml"] {
        let file = text_of(&folder.path(name));
        let arguments = ["plan", "init", &file, "--destination-cluster", "orders", "--reach", "public"];
        let refused = Program::with(&emulator, &arguments).run().await.failed(2);
        assert!(refused.contains("must end in `.toml` or `.json`"), "{refused}");
        assert!(!Path::new(&file).exists());
    }
    let file = text_of(&folder.path("plan.JSON"));
    let arguments = ["plan", "init", &file, "--destination-cluster", "orders", "--reach", "public"];
    Program::with(&emulator, &arguments).run().await.succeeded();
    assert!(MigrationPlan::from_json(&std::fs::read_to_string(&file).unwrap()).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_link_there_is_nothing_to_plan() {
    let (emulator, folder) = (Emulator::start().await.unwrap(), Folder::new());
    let file = text_of(&folder.path("plan.toml"));
    let refused = Program::with(&emulator, &["plan", "init", &file]).run().await.failed(5);
    assert!(refused.contains("source link"), "{refused}");
    let file = folder.plan(&emulator, "");
    let run = Program::with(&emulator, &["plan", "check", &file]).run().await;
    assert_eq!(run.status, 5, "{}", run.stderr);
    for part in ["the plan cannot be migrated: source-not-linked", "`atlas-migration source link`"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_passes_once_everything_is_acknowledged() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    let run = Program::with(&emulator, &["plan", "check", &file]).run().await;
    assert_eq!(run.status, 12, "{}", run.stderr);
    let open = "destination-cluster,migration-host-dedicated,users-and-roles,search-indexes,time-series";
    assert!(run.stderr.contains(&format!("--acknowledge {open}")), "{}", run.stderr);
    assert!(run.stdout.starts_with("LEVEL"), "{}", run.stdout);
    for part in [
        "acknowledge  users-and-roles\n",
        "acknowledge  migration-host-dedicated (migration_host)\n",
        "Checked as a source in Cloud Manager;",
    ] {
        assert!(run.stdout.contains(part), "{part} is not in: {}", run.stdout);
    }

    for acknowledged in [open, "all"] {
        let arguments = ["plan", "check", &file, "--acknowledge", acknowledged, "-o", "json"];
        let report = Program::with(&emulator, &arguments).run().await.json();
        assert_eq!(report["passed"], true);
        assert_eq!(report["findings"][0]["id"], "destination-cluster");
        assert_eq!(report["findings"][0]["acknowledged"], true);
    }
    let arguments = ["plan", "check", &file, "--acknowledge", "user-and-roles"];
    let refused = Program::with(&emulator, &arguments).run().await.failed(2);
    assert!(refused.contains("did you mean users-and-roles?"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_names_what_blocks() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    let arguments =
        ["plan", "check", &file, "--source-platform", "ops-manager", "--acknowledge", "all", "-o", "json"];
    let run = Program::with(&emulator, &arguments).run().await;
    assert_eq!(run.status, 4, "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&report["passed"], &report["findings"][0]["id"]),
        (&json!(false), &json!("ops-manager-version"))
    );
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(error["error"]["class"], "refused");

    // The assumed rates: at 1 MB/s, 3.2 GB take longer than 990 MB of oplog at 0.5 MB/s.
    let arguments = ["plan", "check", &file, "--copy-rate", "1", "--acknowledge", "all"];
    let table = Program::with(&emulator, &arguments).run().await.succeeded();
    assert!(table.contains("oplog-too-short"), "{table}");
    for (flag, value, part) in [("--copy-rate", "0", "above 0"), ("--oplog-rate", "fast", "MB")] {
        let refused = Program::with(&emulator, &["plan", "check", &file, flag, value]).run().await.failed(2);
        assert!(refused.contains(part), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_cannot_be_read() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let missing = text_of(&folder.path("missing.toml"));
    let error = Program::with(&emulator, &["plan", "check", &missing]).run().await.failed(2);
    assert!(error.contains(&missing) && error.contains("plan init"), "{error}");
    let file = folder.plan(&emulator, "password = \"planted\"");
    let error = Program::with(&emulator, &["plan", "check", &file]).run().await.failed(2);
    assert!(error.contains("must not contain a password") && !error.contains("planted"), "{error}");
    assert!(emulator.requests().is_empty());
}
