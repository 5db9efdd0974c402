//! `cargo xtask upstream` as a process, and the commands of the scheduled workflow.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("fragment.yaml");

/// A folder with a fragment, `fragment.yaml`, and a published document, `document.yaml`.
fn folder(published: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    fs::write(folder.path().join("document.yaml"), published).unwrap();
    folder
}

/// The exit status and the output of `xtask upstream` with this standard input.
fn upstream(folder: &Path, arguments: &[&str], input: &[u8]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(folder).args(["upstream", "--file", "fragment.yaml"]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The command may end without reading it.
    _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn either_document_may_be_standard_input() {
    let folder = folder(FRAGMENT);
    let (status, from_file) = upstream(folder.path(), &["document.yaml"], b"");
    assert_eq!(status, 0, "{from_file}");
    let (status, text) = upstream(folder.path(), &["-"], FRAGMENT.as_bytes());
    assert_eq!((status, text), (0, from_file.replace("document.yaml", "standard input")));
    let (status, text) = upstream(folder.path(), &["document.yaml", "--former", "-"], FRAGMENT.as_bytes());
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("changed in the published document since standard input: 0 relevant"), "{text}");

    let (status, text) = upstream(folder.path(), &["-", "--former", "-"], FRAGMENT.as_bytes());
    assert_eq!(status, 3, "{text}");
    assert!(text.contains("standard input cannot be both documents"), "{text}");
    for (input, message) in [
        (&b"{"[..], "standard input:1:1: not YAML"),
        (b"", "standard input:1:1: the file contains no document"),
        (b"swagger: '2.0'\npaths: {}\n", "standard input:1:1: "),
    ] {
        let (status, text) = upstream(folder.path(), &["-"], input);
        assert_eq!(status, 2, "{text}");
        assert!(text.starts_with(message), "{text}");
    }
}

/// The workflow with programs in place of those that need the network.
#[cfg(unix)]
struct Workflow {
    folder: TempDir,
    programs: PathBuf,
}

#[cfg(unix)]
impl Workflow {
    const PROGRAMS: &[(&str, &str)] = &[
        ("cargo", "shift\nexec \"$XTASK\" \"$@\" --file fragment.yaml"),
        (
            "curl",
            "echo \"$@\" >> calls\nwhile [ \"$1\" != --output ]; do shift; done\ncp document.yaml \"$2\"",
        ),
        ("gh", "echo gh \"$@\" >> calls\n[ \"$2\" != list ] || cat issue"),
    ];

    /// `issue` is the number of the open issue, or empty.
    fn new(published: &str, issue: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder(published);
        fs::write(folder.path().join("issue"), issue).unwrap();
        let programs = folder.path().join("programs");
        fs::create_dir(&programs).unwrap();
        for (name, script) in Self::PROGRAMS {
            let path = programs.join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder, programs }
    }

    /// Runs the commands of each step as GitHub does, until one fails. Returns whether all succeeded.
    fn run(&self) -> bool {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = fs::read(root.join(".github/workflows/upstream.yml")).unwrap();
        let workflow = openapi_fragment::Document::load("upstream.yml", &text).unwrap().value;
        let steps = workflow["jobs"]["compare"]["steps"].as_array().unwrap();
        let steps: Vec<_> = steps.iter().filter(|step| step.get("run").is_some()).collect();
        assert_eq!(steps.len(), 3);
        steps.into_iter().all(|step| {
            let mut command = Command::new("bash");
            command.args(["-e", "-c", step["run"].as_str().unwrap()]).current_dir(&self.folder);
            let path = std::env::var("PATH").unwrap();
            command.env("PATH", format!("{}:{path}", self.programs.display()));
            command.env("XTASK", env!("CARGO_BIN_EXE_xtask"));
            command.env("GITHUB_OUTPUT", self.folder.path().join("output"));
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                command.env(name, self.evaluated(value.as_str().unwrap()));
            }
            command.stdout(Stdio::null()).status().unwrap().success()
        })
    }

    /// A text of the workflow with the values of its expressions.
    fn evaluated(&self, text: &str) -> String {
        let output = self.read("output");
        let status = output.lines().filter_map(|line| line.strip_prefix("status=")).next_back();
        [
            ("${{ vars.PUBLISHED_DOCUMENT }}", "https://example.org/document"),
            ("${{ steps.compare.outputs.status }}", status.unwrap_or_default()),
            ("${{ github.token }}", "token"),
            ("${{ github.server_url }}", "https://example.org"),
            ("${{ github.repository }}", "owner/name"),
            ("${{ github.run_id }}", "1"),
        ]
        .iter()
        .fold(text.to_owned(), |text, (expression, value)| text.replace(expression, value))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

#[cfg(unix)]
#[test]
fn the_workflow_keeps_one_issue_as_long_as_there_is_a_difference() {
    let changed = FRAGMENT.replacen("type: string", "type: integer", 1);
    assert_ne!(changed, FRAGMENT);
    for (published, issue, expected) in [
        (FRAGMENT, "", None),
        (FRAGMENT, "7\n", Some("gh issue close 7 --comment Every difference has a reason again")),
        (
            &changed,
            "",
            Some("gh issue create --title The published document differs from the fragment --body-file body"),
        ),
        (&changed, "7\n", Some("gh issue edit 7 --body-file body")),
    ] {
        let workflow = Workflow::new(published, issue);
        assert!(workflow.run());
        let calls = workflow.read("calls");
        assert!(
            calls.contains("--proto =https") && calls.contains("https://example.org/document"),
            "{calls}"
        );
        let last = calls.lines().rfind(|call| call.starts_with("gh issue") && !call.contains(" list "));
        assert_eq!(last.and_then(|call| call.split(": http").next()), expected);
        let body = workflow.read("body");
        assert!(body.contains("https://example.org/owner/name/actions/runs/1"), "{body}");
        assert!(body.lines().skip(3).all(|line| line.starts_with("    ")), "{body}");
        assert_eq!(body.contains("WITHOUT A REASON"), published != FRAGMENT, "{body}");
    }
    let workflow = Workflow::new("{", "");
    assert!(!workflow.run(), "a document that cannot be read fails the job");
    assert!(!workflow.read("calls").contains("gh"), "and changes no issue");
}
