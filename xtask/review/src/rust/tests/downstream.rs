//! Compares the verdicts with the compiler: a user's program that is generated for the current fragment, compiled
//! against the SDK with each of some edits.
//!
//! The verdict predicts whether the user's program compiles. It does not predict whether the wrapper does; but if it
//! does not, the report must name a place in the wrapper.
//!
//! The test is slow. It runs `cargo check` once, for a workspace with a copy of the SDK and of the program for each
//! edit, and later runs reuse its target folder. `ATLAS_ALL_EDITS=1` compiles every edit of the table.

use std::collections::BTreeSet;
use std::path::Path;

use super::workspace::Workspace;
use super::*;
use atlas_codegen::Generated;

/// One edit for each kind of effect on users or on the wrapper.
const COMPILED: &[&str] = &[
    "operation id renamed",
    "path renamed",
    "operation added",
    "query parameter added",
    "optional response field added",
    "response field removed",
    "response field narrower",
    "response list newly required",
    "response type loses its default",
    "required field nullable",
    "optional request field added",
    "request that the wrapper builds gains a field",
    "enum value of a request added",
    "enum value added that the wrapper matches",
    "enum value removed",
    "hidden component renamed",
];

/// One edit with the expected results.
struct Compiled {
    name: &'static str,
    generated: Generated,
    /// Whether the user's program compiles.
    user: bool,
    /// The files of the wrapper that the report names.
    files: String,
}

impl Compiled {
    /// Whether the report names this file, or leaves files out.
    fn names(&self, file: &str) -> bool {
        self.files.contains(&format!("{file}:")) || self.files.contains(" more files")
    }
}

#[test]
fn the_compiler_agrees() {
    let all = std::env::var_os("ATLAS_ALL_EDITS").is_some();
    let mut compiled = vec![Compiled {
        name: "nothing",
        generated: generated(&CURRENT.base),
        user: true,
        files: String::new(),
    }];
    for SingleEdit { case, after, report, .. } in &*SINGLE_EDITS {
        if all || COMPILED.contains(&case.name) {
            compiled.push(Compiled {
                name: case.name,
                generated: generated(after.document),
                user: report.bump != Bump::Major,
                files: report
                    .verdicts
                    .iter()
                    .flat_map(|verdict| &verdict.wrapper)
                    .map(|notice| notice.text.as_str())
                    .collect(),
            });
        }
    }
    assert!(all || compiled.len() == COMPILED.len() + 1, "an edit of the list is not in the table");
    let checked = check(&compiled, &super::user_program::program(&BEFORE));
    let wrong: Vec<String> =
        compiled.iter().enumerate().filter_map(|(n, case)| checked.disagreement(n, case)).collect();
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), checked.errors);
}

/// Checks every package. The user's program is a package for each version of the SDK.
fn check(compiled: &[Compiled], program: &str) -> Checked {
    let workspace = Workspace::write(compiled.iter().map(|case| &case.generated));
    for n in 0..compiled.len() {
        let manifest = format!(
            "[package]\nname = \"user-{n}\"\nedition = \"2024\"\n[dependencies]\nserde = \"1\"\n\
             sdk-{n} = {{ path = \"../sdk-{n}\" }}\n"
        );
        workspace.add(&format!("user-{n}/Cargo.toml"), &manifest);
        workspace.add(&format!("user-{n}/src/lib.rs"), program);
    }
    let mut command = workspace.cargo("check");
    let output = command.args(["--workspace", "--keep-going", "--message-format", "json"]).output().unwrap();
    let mut checked = Checked { packages: BTreeSet::new(), failed: BTreeSet::new(), errors: String::new() };
    let messages = String::from_utf8(output.stdout).unwrap();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
        let manifest = message["manifest_path"].as_str().unwrap_or_default();
        let package = Path::new(manifest).parent().and_then(Path::file_name).unwrap_or_default();
        if message["reason"] == "compiler-artifact" {
            checked.packages.insert(package.to_string_lossy().into_owned());
        } else if message["message"]["level"] == "error" {
            let spans = message["message"]["spans"].as_array().into_iter().flatten();
            let files = spans.filter_map(|span| span["file_name"].as_str());
            let failed = files.map(|file| (package.to_string_lossy().into_owned(), file.to_owned()));
            checked.failed.extend(failed);
            checked.errors += message["message"]["rendered"].as_str().unwrap_or_default();
        }
    }
    if checked.packages.is_empty() {
        checked.errors += &String::from_utf8_lossy(&output.stderr);
    }
    checked
}

/// The packages that compiled, and the errors of the others.
struct Checked {
    packages: BTreeSet<String>,
    /// The packages and files with errors.
    failed: BTreeSet<(String, String)>,
    errors: String,
}

impl Checked {
    /// How the compiler's result differs from the verdict, if it does.
    fn disagreement(&self, n: usize, case: &Compiled) -> Option<String> {
        let sdk = format!("sdk-{n}");
        if !self.packages.contains(&sdk) {
            let failed = self.failed.iter().filter(|(package, _)| *package == sdk);
            let mut sources = failed.filter_map(|(_, file)| Some(file.split_once("/src/")?.1));
            let unnamed = sources.find(|file| !file.starts_with("generated") && !case.names(file));
            return unnamed.map(|file| format!("{}: {file} does not compile, but is not named", case.name));
        }
        let user = self.packages.contains(&format!("user-{n}"));
        let text = |compiles: bool| if compiles { "compiles" } else { "does not compile" };
        (user != case.user).then(|| {
            let (found, verdict) = (text(user), text(case.user));
            format!("{}: the user's program {found}; the verdict was that it {verdict}", case.name)
        })
    }
}
