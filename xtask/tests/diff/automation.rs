//! The commands of the workflow and of the hooks for commits, as they are written there.

use super::*;

use openapi_fragment::Document;
use serde_json::Value;

/// A YAML file of the project.
fn project_file(path: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    Document::load(path, &fs::read(root.join(path)).unwrap()).unwrap().value
}

/// Runs a command line of the project for the fragment of this folder.
fn run(folder: &Path, line: &str) -> (i32, String, String) {
    assert!(line.starts_with("cargo xtask "), "{line}");
    let script = format!("cargo() {{ shift; \"$0\" \"$@\" --file fragment.yaml; }}\n{line}");
    let mut shell = program("sh", folder);
    shell.env("GITHUB_BASE_REF", "main").env("GITHUB_STEP_SUMMARY", "summary.md");
    let output = shell.args(["-c", &script, env!("CARGO_BIN_EXE_xtask")]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The steps of the job that reviews a pull request: the summary, and the annotations that fail.
#[cfg(unix)]
#[test]
fn the_workflow_reviews_a_pull_request() {
    let workflow = project_file(".github/workflows/check.yml");
    let steps = workflow["jobs"]["review-diff"]["steps"].as_array().unwrap();
    let lines: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    let [summarize, annotate] = lines[..] else { panic!("{lines:?}") };

    let work = branch();
    let clone = clone(work.path(), &["--branch", "work"]);
    let summary = || fs::read_to_string(clone.path().join("summary.md")).unwrap();
    assert_eq!(run(clone.path(), summarize), (0, String::new(), String::new()));
    assert!(summary().contains("**BREAKING**"), "{}", summary());
    let (status, stdout, stderr) = run(clone.path(), annotate);
    assert_eq!((status, stderr.as_str()), (4, ""), "{stdout}");
    assert!(stdout.starts_with("::error file=fragment.yaml,line="), "{stdout}");

    // A stale acknowledgement fails both, and the second says which.
    let stale = "[[acknowledged]]\nfingerprint = 'a'\nrule = 'r'\nnode = 'n'\nreason = 'It was.'\n";
    fs::write(clone.path().join("fragment.yaml"), FRAGMENT).unwrap();
    fs::write(clone.path().join("acknowledged.toml"), stale).unwrap();
    assert_eq!(run(clone.path(), summarize).0, 4);
    assert!(summary().contains("stale"), "{}", summary());
    let (status, stdout, _) = run(clone.path(), annotate);
    assert!(status == 4 && stdout.contains("::error") && stdout.contains("stale"), "{stdout}");
    let runs_always = "${{ !cancelled() }}";
    assert_eq!(steps.last().unwrap()["if"], runs_always);
}

#[cfg(unix)]
#[test]
fn the_hooks_pass_harmless_changes_and_refuse_others() {
    let config = project_file(".pre-commit-config.yaml");
    let hooks = config["repos"][0]["hooks"].as_array().unwrap();
    let entry = |id: &str| hooks.iter().find(|hook| hook["id"] == id).unwrap()["entry"].as_str().unwrap();
    let folder = repository();
    let (status, stdout, stderr) = run(folder.path(), entry("fragment"));
    assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
    let described = FRAGMENT.replacen("description: Makes one.", "description: Makes a thing.", 1);
    fs::write(folder.path().join("fragment.yaml"), described).unwrap();
    let (status, stdout, stderr) = run(folder.path(), entry("review-diff"));
    assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains("1 edit, 1 pointer changed"), "{stdout}");
    move_paths(folder.path());
    assert_eq!(run(folder.path(), entry("review-diff")).0, 4);
}
