//! Colors and the width of `cargo xtask diff`: in a terminal only, unless the user decides otherwise.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::io::Write as _;
use std::process::Command;

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("fragment.yaml");

const VARIABLES: [&str; 6] = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLORTERM", "CI"];

/// A folder with a fragment and a base that differs from it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    let base = FRAGMENT.replacen("paths:\n  /", "paths:\n  /moved/", 1);
    assert_ne!(base, FRAGMENT);
    fs::write(folder.path().join("base.yaml"), base).unwrap();
    folder
}

fn command(folder: &TempDir, program: &str) -> Command {
    let mut command = Command::new(program);
    VARIABLES.iter().for_each(|name| _ = command.env_remove(name));
    command.current_dir(folder);
    command
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

const DIFF: &str = "diff --file fragment.yaml --base-file base.yaml";

#[test]
fn flag_and_variables_select_colors() {
    let folder = folder();
    for (variables, flags, is_colored) in [
        (&[][..], "", false),
        (&[("CLICOLOR_FORCE", "1")], "", true),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], "", false),
        (&[("CLICOLOR_FORCE", "1")], " --color never", false),
        (&[("NO_COLOR", "1")], " --color always", true),
        (&[], " --color always --format markdown", false),
        (&[], " --color always --format json", false),
        (&[], " --color always --format github", false),
    ] {
        let mut command = command(&folder, env!("CARGO_BIN_EXE_xtask"));
        command.args(format!("{DIFF}{flags}").split(' ')).envs(variables.iter().copied());
        let text = stdout(&mut command);
        assert!(text.contains("operation-moved"), "{text}");
        assert_eq!(text.contains('\u{1b}'), is_colored, "{variables:?}{flags}\n{text}");
    }
}

#[test]
fn lines_are_wrapped_in_a_terminal() {
    let folder = folder();
    let run = |columns: usize| {
        let program = env!("CARGO_BIN_EXE_xtask");
        let line = format!("stty rows 24 cols {columns}; '{program}' --color never {DIFF}");
        // Runs the command in a terminal of its own.
        stdout(command(&folder, "script").args(["--quiet", "--return", "--command", &line, "/dev/null"]))
    };
    let has_script = Command::new("script").arg("--version").output();
    if !has_script.is_ok_and(|output| output.stdout.starts_with(b"script from util-linux")) {
        let required = std::env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
        assert!(!required, "`script` of util-linux is not installed, and ATLAS_REQUIRE_PEERS=1 requires it");
        _ = writeln!(std::io::stderr(), "skipped: there is no `script` of util-linux");
        return;
    }
    let [narrow, wide] = [60, 500].map(run);
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(narrow.lines().all(|line| line.trim_end().chars().count() <= 60), "{narrow}");
    assert!(wide.lines().any(|line| line.chars().count() > 80), "{wide}");
    assert_eq!(words(&narrow), words(&wide));
}
