//! The command line, run as a process: exit statuses, output, and changed files.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("fragment.yaml");

/// A folder with a fragment, a README, and room for the generated files.
struct Project {
    folder: TempDir,
}

/// The result of a run.
struct Run {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Project {
    fn new(fragment: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(project.path("fragment.yaml"), fragment).unwrap();
        fs::write(project.path("README.md"), "# T\n<!-- operations:begin -->\n<!-- operations:end -->\n")
            .unwrap();
        project
    }

    fn generated() -> Self {
        let project = Self::new(FRAGMENT);
        project.codegen(&[]).ends(0);
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Every file in the folder, with its contents.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => files.push((path.clone(), fs::read(path).unwrap())),
                }
            }
        }
        files.sort();
        files
    }

    fn codegen(&self, flags: &[&str]) -> Run {
        run(self.codegen_command().args(flags))
    }

    fn codegen_command(&self) -> Command {
        let mut command = xtask(&["codegen"]);
        command.arg("--file").arg(self.path("fragment.yaml")).arg("--out").arg(self.path("generated"));
        command.arg("--readme").arg(self.path("README.md"));
        command
    }

    fn lint(&self) -> Run {
        run(xtask(&["lint", "--file"]).arg(self.path("fragment.yaml")))
    }
}

fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments);
    command
}

fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Run {
    #[track_caller]
    fn ends(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn prints(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text) || self.stderr.contains(text),
            "no `{text}` in stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

#[test]
fn codegen_writes_and_lists_the_files_that_changed() {
    let project = Project::new(FRAGMENT);
    project
        .codegen(&[])
        .ends(0)
        .prints("models.rs")
        .prints("requests.rs")
        .prints("operations.rs")
        .prints("README.md");
    assert!(project.read("README.md").contains("| `createOrgThing` (`createThing`) |"));
    project.codegen(&[]).ends(0).prints("up to date");

    // The summary is in the requests and in the table, not in the README.
    let edited = FRAGMENT.replace("summary: Create a thing", "summary: Make a thing");
    fs::write(project.path("fragment.yaml"), edited).unwrap();
    let run = project.codegen(&[]).ends(0).prints("wrote");
    assert!(!run.stdout.contains("README.md"), "{}", run.stdout);
}

#[test]
fn the_same_fragment_gives_the_same_bytes() {
    let [one, other] = [Project::generated(), Project::generated()];
    for file in ["generated/models.rs", "generated/requests.rs", "generated/operations.rs", "README.md"] {
        // The files may differ only in the path of the fragment, which is in another folder.
        let [one, other] = [&one, &other].map(|project| {
            project.read(file).replace(&*project.path("fragment.yaml").to_string_lossy(), "fragment.yaml")
        });
        assert_eq!(one, other, "{file}");
    }
}

#[test]
fn check_finds_one_byte_and_changes_nothing() {
    for file in ["generated/models.rs", "generated/requests.rs", "generated/operations.rs", "README.md"] {
        let project = Project::generated();
        project.codegen(&["--check"]).ends(0).prints("up to date");
        let text = project.read(file).replacen("OrgThing", "OrgThinG", 1);
        let text = if text == project.read(file) { text.replacen("Thing", "ThinG", 1) } else { text };
        fs::write(project.path(file), &text).unwrap();

        let before = project.files();
        let run = project
            .codegen(&["--check"])
            .ends(1)
            .prints("run `cargo xtask codegen`")
            .prints("@@")
            .prints(file);
        assert!(
            run.stdout.lines().any(|line| line.starts_with('-') && line.contains("ThinG")),
            "{}",
            run.stdout
        );
        assert_eq!(project.files(), before, "{file}");
    }
}

#[test]
fn check_finds_a_missing_file() {
    let project = Project::generated();
    fs::remove_file(project.path("generated/requests.rs")).unwrap();
    project.codegen(&["--check"]).ends(1).prints("--- /dev/null");
    assert!(!project.path("generated/requests.rs").exists());
}

#[test]
fn check_finds_a_file_that_is_not_text() {
    let project = Project::generated();
    fs::write(project.path("generated/requests.rs"), b"\xff\xfe").unwrap();
    project.codegen(&["--check"]).ends(1).prints("+//! The requests");
}

/// Expects that lint rejects the edited fragment with status 2 and this message, before the generator runs, and that no
/// file changes.
#[track_caller]
fn rejected(from: &str, to: &str, message: &str) {
    assert!(FRAGMENT.contains(from));
    let project = Project::generated();
    fs::write(project.path("fragment.yaml"), FRAGMENT.replacen(from, to, 1)).unwrap();
    let before = project.files();
    for flags in [&[][..], &["--check"], &["--print", "lowered"]] {
        let run = project.codegen(flags).ends(2).prints(message).prints("help:");
        assert!(!run.stderr.contains("progenitor"), "{}", run.stderr);
    }
    project.lint().ends(2).prints(message).prints("fragment.yaml:");
    assert_eq!(project.files(), before);
}

#[test]
fn an_invalid_fragment_stops_before_the_generator() {
    rejected("openapi: 3.0.3", "openapi: [", "not YAML");
    rejected("openapi: 3.0.3", "openapi: 3.1.0", "3.1.0");
    rejected("operationId: createOrgThing\n", "x-no: 1\n", "operationId");
    rejected("schemas/ThingRequest'", "schemas/Nothing'", "Nothing");
    // progenitor panics on this one.
    rejected("              schema: {$ref: '#/components/schemas/Thing'}", "              x-no: 1", "schema");
}

#[test]
fn files_that_cannot_be_read_or_written_have_their_own_status() {
    let project = Project::generated();
    fs::remove_file(project.path("fragment.yaml")).unwrap();
    project.lint().ends(3).prints("could not read").prints("help: restore the file");

    let project = Project::generated();
    fs::write(project.path("README.md"), "<!-- operations:begin -->").unwrap();
    project.codegen(&[]).ends(3).prints("README.md");

    // A file in place of the output folder.
    let project = Project::new(FRAGMENT);
    fs::write(project.path("generated"), "").unwrap();
    project.codegen(&[]).ends(3).prints("could not");
    assert!(!project.read("README.md").contains("createOrgThing"));
}

#[test]
fn an_invalid_command_line_has_its_own_status() {
    run(&mut xtask(&["codegen", "--nonsense"])).ends(64).prints("--nonsense");
    run(&mut xtask(&["nonsense"])).ends(64);
    run(&mut xtask(&["codegen", "--check", "--print", "requests"])).ends(64);
    run(&mut xtask(&[])).ends(64);
    for command in [&["--help"][..], &["codegen", "--help"], &["lint", "--help"]] {
        run(&mut xtask(command)).ends(0).prints("Exit status:");
    }
}

#[test]
fn lint_counts_operations_and_schemas() {
    Project::new(FRAGMENT).lint().ends(0).prints("lint: 1 operations, 5 schemas, no problems");
}

#[test]
fn each_stage_can_be_printed() {
    let project = Project::generated();
    project.codegen(&["--print", "lowered"]).ends(0).prints("\"2XX\"").prints("\"x-known-values\"");
    for part in ["models", "requests", "operations"] {
        let printed = project.codegen(&["--print", part]).ends(0).stdout;
        assert_eq!(printed, project.read(&format!("generated/{part}.rs")));
    }
}

/// Lint rejects a secret anywhere in the fragment, and neither the output nor a file repeats it.
#[test]
fn a_secret_in_the_fragment_is_rejected_and_never_shown() {
    let format = "format: password}";
    let in_schema = |key: &str| FRAGMENT.replacen(format, &format!("format: password, {key}}}"), 1);
    let inserted = |before: &str, example: &str| FRAGMENT.replacen(before, &format!("{example}{before}"), 1);
    for planted in [
        in_schema("example: hunter2"),
        in_schema("default: hunter2"),
        in_schema("enum: [hunter2, HUNTER2]"),
        in_schema("const: hunter2"),
        in_schema("examples: [hunter2]"),
        in_schema("example: {a: [hunter2]}"),
        inserted("      required: [name]", "      example: {name: a, password: hunter2}\n"),
        inserted(
            "            schema: {$ref: '#/components/schemas/ThingRequest",
            "            example: {name: a, password: hunter2}\n",
        ),
        inserted(
            "            schema: {$ref: '#/components/schemas/ThingRequest",
            "            example: {name: a, token: hunter2}\n",
        ),
        inserted(
            "            schema: {$ref: '#/components/schemas/ThingRequest",
            "            example: '{password: hunter2}'\n",
        ),
        inserted(
            "            schema: {$ref: '#/components/schemas/ThingRequest",
            "            examples: {one: {value: {password: hunter2}}}\n",
        ),
    ] {
        let project = Project::new(&planted);
        assert!(planted.contains("hunter2"));
        let flags: [&[&str]; 6] = [
            &[],
            &["--check"],
            &["--print", "lowered"],
            &["--print", "models"],
            &["--print", "requests"],
            &["--print", "operations"],
        ];
        for run in flags.iter().map(|flags| project.codegen(flags)).chain([project.lint()]) {
            let run = run.ends(2).prints("fragment.yaml:");
            let output = (run.stdout + &run.stderr).to_lowercase();
            assert!(!output.contains("hunter2"), "{planted}\n{output}");
        }
        assert!(!project.path("generated").exists());
    }
}

#[test]
fn a_new_file_is_readable_by_all_users() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let project = Project::generated();
        assert_eq!(mode(&project.path("generated/requests.rs")), 0o644);
    }
}

#[test]
fn the_committed_files_are_up_to_date() {
    run(&mut xtask(&["lint"])).ends(0);
    run(&mut xtask(&["codegen", "--check"])).ends(0).prints("up to date");
}

/// Generating starts no rustfmt and no toolchain, so the output does not depend on their versions.
#[test]
fn generating_needs_no_other_program() {
    let nothing = tempfile::tempdir().unwrap();
    let alone = |mut command: Command| {
        command.env("PATH", nothing.path());
        for variable in ["RUSTFMT", "CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME"] {
            command.env_remove(variable);
        }
        run(&mut command)
    };
    alone(xtask(&["codegen", "--check"])).ends(0).prints("up to date");
    let project = Project::new(FRAGMENT);
    alone(project.codegen_command()).ends(0).prints("wrote");
    let files = project.files();
    project.codegen(&["--check"]).ends(0).prints("up to date");
    assert_eq!(project.files(), files);
}

#[test]
fn the_generated_files_depend_only_on_what_the_fragment_describes() {
    let project = Project::new(FRAGMENT);
    project.codegen(&[]).ends(0);
    for same in [format!("# A comment.\n{FRAGMENT}"), FRAGMENT.replace('\n', "\r\n")] {
        fs::write(project.path("fragment.yaml"), same).unwrap();
        project.codegen(&["--check"]).ends(0).prints("up to date");
    }
    let banner = "//! @generated by `cargo xtask codegen` from `";
    for file in ["models.rs", "requests.rs", "operations.rs", "ids.rs"] {
        let text = project.read(&format!("generated/{file}"));
        assert!(text.contains(banner), "{file}: {text}");
    }
}
