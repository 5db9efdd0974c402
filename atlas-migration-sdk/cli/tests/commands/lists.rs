//! `orgs list` and `projects list`.

use atlas_emulator::Emulator;

use crate::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn organizations_are_a_table_or_json() {
    let emulator = Emulator::start().await.unwrap();
    let table = Program::with(&emulator, &["orgs", "list"]).run().await.succeeded();
    assert!(table.starts_with("ID "), "{table}");
    assert!(table.contains(emulator.org_id()), "{table}");
    let json = Program::with(&emulator, &["orgs", "list", "-o", "json"]).run().await.json();
    assert_eq!(json[0]["id"], emulator.org_id());
    let none = Program::with(&emulator, &["orgs", "list", "--name", "no such"]).run().await.succeeded();
    assert_eq!(none, "No organizations.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn source_projects_are_listed_with_their_hosts() {
    let emulator = Emulator::start().await.unwrap();
    let none = Program::with(&emulator, &["projects", "list"]).run().await.succeeded();
    assert!(none.contains("source status"), "{none}");
    emulator.set_linked(true);
    let table = Program::with(&emulator, &["projects", "list"]).run().await.succeeded();
    for part in [emulator.source_project_id(), emulator.source_cluster(), emulator.migration_host()] {
        assert!(table.contains(part), "{table}");
    }
    let json = Program::with(&emulator, &["projects", "list", "--output", "json"]).run().await.json();
    assert_eq!(json[0]["projectId"], emulator.source_project_id());
}
