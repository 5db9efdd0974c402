//! The sessions of the README, replayed against an emulator: each command, and what it prints.

use atlas_emulator::Emulator;

use crate::program::Program;

/// A command of a session, and its output on both streams.
struct Step {
    command: String,
    output: String,
}

/// The commands in the blocks of the language `console`, in their order.
fn steps(readme: &str) -> Vec<Step> {
    let mut steps = Vec::<Step>::new();
    let mut inside = false;
    for line in readme.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, _) => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => {
                    steps.push(Step { command: command.to_owned(), output: String::new() });
                }
                (None, Some(step)) => step.output.extend([line, "\n"]),
                (None, None) => panic!("a session begins with a command, and not with {line}"),
            },
            (false, _) => {}
        }
    }
    steps
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sessions_of_the_readme_are_true() {
    let emulator = Emulator::builder().time_scale(60.0).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let steps = steps(include_str!("../../README.md"));
    assert!(steps.len() > 4, "{}", steps.len());
    for Step { command, output } in steps {
        // The clock of the emulator is fast.
        let command = command.replace("push ", "push --poll-interval 500ms ");
        let run = Program::script(&emulator, &format!("{command} 2>&1"), folder.path()).run().await;
        snapbox::Assert::new().action(snapbox::assert::Action::Verify).eq(run.stdout, output);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_statuses_are_those_of_the_help() {
    let help = Program::new(&["--help"]).run().await.succeeded();
    let (_, statuses) = help.split_once("Exit statuses:\n").unwrap();
    let rows = statuses.trim_end().lines().map(|line| {
        let (status, meaning) = line.trim().split_once("  ").unwrap();
        format!("| {status} | {meaning} |")
    });
    let table: Vec<_> = rows.collect();
    assert!(table.len() > 10 && include_str!("../../README.md").contains(&table.join("\n")), "{table:#?}");
}
