//! Questions and progress on a terminal.

use atlas_emulator::{Emulator, MigrationState};
use atlas_migration_sdk::MigrationPlan;
use tokio::task::block_in_place;

use crate::atlas_cli::flags;
use crate::migrations::state;
use crate::plans::{Folder, linked_emulator, text_of, two_projects};
use crate::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_asked_for() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    emulator.set_available_projects(two_projects(&emulator));
    let file = folder.path("plan.toml");
    let program = Program::with(&emulator, &["plan", "init", &text_of(&file)]);
    let (status, shown) = block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("Which source project?");
        terminal.expect("Stock (5f9ad6b7e1c2a3041d0eaaaa)");
        terminal.select(1);
        // The project has one deployment and one migration host; automation does not manage the deployment.
        terminal.expect("Which user of the source, with SCRAM?");
        terminal.answer("migrator");
        terminal.expect("Which destination cluster in Atlas?");
        terminal.answer("");
        terminal.expect("a name is needed");
        terminal.answer("stock");
        terminal.expect("Over which network is the destination reached?");
        terminal.expect("private-link");
        terminal.select(2);
        terminal.expect("Which private endpoint, by its id?");
        terminal.answer("vpce-1");
        terminal.expect("Drop the data of the destination before the copying starts?");
        terminal.answer("y");
        terminal.expect("Wrote ");
        terminal.end()
    });
    assert_eq!(status, 0, "{shown}");
    let plan = MigrationPlan::from_toml(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(plan.source().project().to_string(), "5f9ad6b7e1c2a3041d0eaaaa");
    assert_eq!((plan.source().cluster(), plan.source().username()), ("inventory", Some("migrator")));
    assert_eq!((plan.migration_host(), plan.destination().cluster()), ("host-3", "stock"));
    assert!(plan.drops_destination_data());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_names_what_happens_and_only_yes_continues() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("drop_destination_data = true\n{text}")).unwrap();
    let question = format!(
        "Start the migration of orders (source project {}) to the cluster destination in the project Project-0 ({}) of \
         the organization Emulated-Organization ({}). THE DATA OF destination IS DROPPED FIRST. Type \"yes\" to continue:",
        emulator.source_project_id(),
        emulator.project_id(),
        emulator.org_id()
    );
    for (answer, status) in [("y", 12), ("", 12), ("yes", 0)] {
        let program = Program::with(&emulator, &["migration", "create", &file]);
        let (found, shown) = block_in_place(|| {
            let mut terminal = program.on_terminal();
            terminal.expect(&question);
            terminal.answer(answer);
            terminal.end()
        });
        assert_eq!(found, status, "{shown}");
        let created =
            emulator.requests().iter().any(|request| request.operation == Some("createGroupLiveMigration"));
        assert_eq!(created, status == 0, "{answer}");
    }
    let id = emulator.add_migration(MigrationState::ready());
    let program = Program::with(&emulator, &["migration", "cutover", &id, "--plan", &file]);
    let (status, shown) = block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("of orders to the cluster destination in the project Project-0 (");
        terminal.expect("The writes to the source must have stopped. Type \"yes\" to continue:");
        terminal.interrupt();
        terminal.end()
    });
    assert_eq!(status, 130, "{shown}");
    assert!(emulator.requests().iter().all(|request| !request.target.ends_with("/cutover")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_for_and_not_shown() {
    let (emulator, folder) = (linked_emulator().await, Folder::new());
    let file = folder.plan(&emulator, "username = \"migrator\"");
    let program = Program::with(&emulator, &["validate", &file]);
    let (status, shown) = block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("Password of the source's user \"migrator\":");
        terminal.answer("planted");
        terminal.expect("VALIDATION");
        terminal.end()
    });
    assert_eq!(status, 0, "{shown}");
    assert!(!shown.contains("planted"), "{shown}");
    let requests = emulator.requests();
    let sent =
        requests.iter().find(|request| request.operation == Some("validateGroupLiveMigrations")).unwrap();
    assert!(String::from_utf8_lossy(&sent.body).contains("planted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_shows_a_bar_and_a_curve() {
    let emulator = Emulator::start().await.unwrap();
    let id = emulator.add_migration(MigrationState::new("COMPLETE"));
    for response in [
        state("WORKING", Some(600), false),
        state("WORKING", Some(300), false),
        state("WORKING", Some(0), true),
    ] {
        emulator.override_next(response);
    }
    let program = Program::with(&emulator, &["migration", "watch", &id, "--interval", "500ms"]);
    let program = program.without_service_account(&emulator);
    let (status, shown) = block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect(&format!("migration {id}"));
        terminal.expect("WORKING, lag 5 min 0 s, about ");
        terminal.expect("█▅");
        terminal.expect("ready: cut over within 120 h 0 min at most");
        terminal.expect("█▅▁");
        terminal.expect("COMPLETE");
        terminal.end()
    });
    assert_eq!(status, 0, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interruption_says_how_to_resume() {
    let emulator = Emulator::start().await.unwrap();
    let id = emulator.add_migration(MigrationState::working(60));
    let program = Program::with(&emulator, &["migration", "watch", &id]);
    let (status, shown) = block_in_place(|| {
        let mut terminal = program.on_terminal();
        terminal.expect("lag 1 min 0 s");
        terminal.interrupt();
        terminal.end()
    });
    assert_eq!(status, 130, "{shown}");
    assert!(shown.contains(&format!("Resume with: atlas-migration migration watch {id}")), "{shown}");
}

/// The Atlas CLI asks with an empty name.
#[tokio::test(flavor = "multi_thread")]
async fn deleting_names_the_organization_in_each_spelling() {
    let emulator = linked_emulator().await;
    let organization = format!("the organization Emulated-Organization ({})", emulator.org_id());
    for words in [
        &["link-token", "delete"][..],
        &["liveMigrations", "link", "delete"],
        &["api", "deleteOrgLiveMigrationLinkTokens"],
        &["api", "cloudMigrationService", "deleteLinkTokens"],
    ] {
        let program = Program::with(&emulator, words);
        let (status, shown) = block_in_place(|| {
            let mut terminal = program.on_terminal();
            terminal.expect(&organization);
            terminal.expect("Type \"yes\" to continue:");
            terminal.answer("no");
            terminal.end()
        });
        assert_eq!(status, 12, "{words:?}: {shown}");
        assert!(emulator.is_linked());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_atlas_cli_ask_on_a_terminal() {
    let emulator = linked_emulator().await;
    let create =
        [&["lm", "create"][..], &flags(&emulator, &["--sourceUsername", "migrator", "--force"])].concat();
    let create = Program::with(&emulator, &create);
    let (created, shown) = block_in_place(|| {
        let mut terminal = create.on_terminal();
        terminal.expect("Password of the source's user \"migrator\":");
        terminal.answer("planted");
        terminal.end()
    });
    assert_eq!(created, 0, "{shown}");
    assert!(shown.contains("READY FOR CUTOVER") && !shown.contains("planted"), "{shown}");

    let id = emulator.add_migration(MigrationState::ready());
    let cutover = Program::with(&emulator, &["lm", "cutover", "--liveMigrationId", &id]);
    let (refused, shown) = block_in_place(|| {
        let mut terminal = cutover.on_terminal();
        terminal.expect(&format!("Cut over the migration {id} in the project Project-0"));
        terminal.expect("Type \"yes\" to continue:");
        terminal.answer("no");
        terminal.end()
    });
    assert_eq!(refused, 12, "{shown}");
}
