//! Repositories of unusual kinds, the environment of hooks, and what git reports.

use super::*;

/// A repository with the fragment in the folder `spec`.
fn with_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("spec")).unwrap();
    fs::write(folder.path().join("spec/fragment.yaml"), FRAGMENT).unwrap();
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "base"]);
    folder
}

/// Runs xtask with variables of its environment set.
fn xtask_with(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let mut command = program(env!("CARGO_BIN_EXE_xtask"), folder);
    let Output { status, stdout, stderr } =
        command.envs(variables.iter().copied()).args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// git runs hooks with variables that name its repository, in a linked working tree too.
#[cfg(unix)]
#[test]
fn hooks_of_linked_working_trees() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = with_folder();
    let hooks = folder.path().join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    let hook = format!(
        "#!/bin/sh\nenv > \"$OUT.environment\"\nexec '{}' diff --file spec/fragment.yaml --fail-on breaking > \"$OUT\" 2>&1\n",
        env!("CARGO_BIN_EXE_xtask")
    );
    fs::write(hooks.join("pre-commit"), hook).unwrap();
    fs::set_permissions(hooks.join("pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();

    let trees = tempfile::tempdir().unwrap();
    let tree = trees.path().join("tree");
    git(folder.path(), &["worktree", "add", "--quiet", "-b", "work", tree.to_str().unwrap()]);
    let commit = |out: &Path, text: &str| {
        fs::write(tree.join("spec/fragment.yaml"), text).unwrap();
        let mut command = program("git", &tree);
        command.env("OUT", out).args(["-c", "user.name=t", "-c", "user.email=t@example.org"]);
        let output = command.args(["commit", "--all", "-m", "work"]).output().unwrap();
        (output.status.success(), fs::read_to_string(out).unwrap())
    };
    let out = trees.path().join("out");
    let described = FRAGMENT.replacen("description: Makes one.", "description: Makes a thing.", 1);
    let (committed, report) = commit(&out, &described);
    assert!(committed && report.contains("1 edit, 1 pointer changed"), "{report}");
    let environment = fs::read_to_string(trees.path().join("out.environment")).unwrap();
    assert!(environment.contains("GIT_DIR="), "the hook had no variable to clear: {environment}");
    // The hook's status prevents the next commit.
    let (committed, report) = commit(&out, &FRAGMENT.replacen("paths:\n  /", "paths:\n  /moved/", 1));
    assert!(!committed && report.contains("BREAKING"), "{report}");
}

#[test]
fn variables_of_another_repository_are_ignored() {
    let (folder, other) = (with_folder(), tempfile::tempdir().unwrap());
    git(other.path(), &["init", "--quiet"]);
    let other = other.path().join(".git").display().to_string();
    let names = git(folder.path(), &["rev-parse", "--local-env-vars"]);
    assert!(names.contains("GIT_DIR\n") && names.contains("GIT_INDEX_FILE\n"), "{names}");
    let variables: Vec<(&str, &str)> =
        names.lines().filter(|name| !name.starts_with("GIT_CONFIG")).map(|name| (name, &*other)).collect();
    for base in [&[][..], &["--base", "HEAD"]] {
        let arguments = [&["diff", "--file", "spec/fragment.yaml"], base].concat();
        let (status, output) = xtask_with(folder.path(), &variables, &arguments);
        assert_eq!(status, 0, "{output}");
        assert!(output.contains("0 edits, 0 pointers changed"), "{output}");
    }
}

/// git reads no repository of another user, unless it is told to.
#[test]
fn a_repository_of_another_user() {
    let folder = with_folder();
    let arguments = ["diff", "--file", "spec/fragment.yaml"];
    let other_owner = ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "true");
    let (status, output) = xtask_with(folder.path(), &[other_owner], &arguments);
    assert_eq!(status, 3, "{output}");
    assert!(output.contains("another user owns the repository of spec"), "{output}");
    assert!(output.contains("git: fatal: detected dubious ownership"), "{output}");
    assert!(
        output.contains("help: if you trust its owner, run: git config --global --add safe.directory /"),
        "{output}"
    );
    // The remedy, with settings that a workflow or `git -c` passes on.
    let settings = [
        other_owner,
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
    ];
    let (status, output) = xtask_with(folder.path(), &settings, &arguments);
    assert_eq!(status, 0, "{output}");
}

/// What git reports is shown, and not replaced by a guess.
#[test]
fn failures_of_git_are_shown() {
    let folder = repository();
    let git_folder = folder.path().join(".git");
    let config = fs::read(git_folder.join("config")).unwrap();
    fs::write(git_folder.join("config"), "[core\n").unwrap();
    fails(
        folder.path(),
        &[],
        "git cannot read the repository of .\n  git: fatal: bad config line",
        "--base-file",
    );
    fs::write(git_folder.join("config"), config).unwrap();

    // The commit of HEAD is there, but not the file in it.
    let object = git(folder.path(), &["rev-parse", "HEAD:fragment.yaml"]).trim().to_owned();
    let object = git_folder.join("objects").join(&object[..2]).join(&object[2..]);
    fs::rename(&object, git_folder.join("object")).unwrap();
    let (status, _, stderr) = xtask(folder.path(), DIFF);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("git cannot read fragment.yaml of main@"), "{stderr}");
    assert!(stderr.contains("\n  git: "), "{stderr}");

    fails(folder.path(), &["--base", "nowhere"], "\n  git: fatal: Needed a single revision", "git fetch");
    // Inside of the repository's own folder there is no working tree.
    fs::write(git_folder.join("fragment.yaml"), FRAGMENT).unwrap();
    let (status, _, stderr) = xtask(folder.path(), &["diff", "--file", ".git/fragment.yaml"]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains(".git is not in the working tree of its repository"), "{stderr}");
}

/// The base is what its commit has, whatever the working tree has.
#[test]
fn entries_that_are_no_regular_files() {
    let folder = repository();
    let at = folder.path();
    let commit_entry = |mode: &str, object: &str| {
        git(at, &["update-index", "--add", "--cacheinfo", &format!("{mode},{object},fragment.yaml")]);
        git(at, &["commit", "--quiet", "-m", "entry"]);
    };
    let objects = git(at, &["rev-parse", "HEAD", "HEAD:fragment.yaml"]);
    let (commit, blob) = objects.trim().split_once('\n').unwrap();
    commit_entry("120000", blob);
    let help = "give the file that it points to with --file FILE";
    fails(at, &["--base", "HEAD"], "fragment.yaml of HEAD@", help);
    fails(at, &["--base", "HEAD"], "is a symbolic link, of which git has only the path", help);
    commit_entry("160000", commit);
    fails(at, &["--base", "HEAD"], "is a submodule, not a file", "--base REV");
    git(at, &["rm", "--quiet", "--cached", "fragment.yaml"]);
    commit_entry("100755", blob);
    ends(at, &["--base", "HEAD"], 0, "0 edits");
    git(at, &["rm", "--quiet", "--cached", "fragment.yaml"]);
    git(at, &["update-index", "--add", "--cacheinfo", &format!("100644,{blob},fragment.yaml/a")]);
    git(at, &["commit", "--quiet", "-m", "folder"]);
    fails(at, &["--base", "HEAD"], "is a folder, not a file", "--base REV");
}

/// A pointer of Git LFS is replaced by its file as in the working tree, and refused if git has no filter for it.
#[test]
fn pointers_of_git_lfs() {
    let folder = folder();
    let at = folder.path();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
    fs::write(at.join("fragment.yaml"), pointer).unwrap();
    fs::write(at.join(".gitattributes"), "fragment.yaml filter=lfs\n").unwrap();
    git(at, &["init", "--quiet"]);
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "base"]);
    fs::write(at.join("fragment.yaml"), FRAGMENT).unwrap();
    let report = ends(at, &[], 2, "pointer of Git LFS");
    assert_eq!(report, "");
    fs::write(at.join("stored"), FRAGMENT).unwrap();
    git(at, &["config", "filter.lfs.smudge", &format!("cat '{}'", at.join("stored").display())]);
    ends(at, &[], 0, "0 edits");
}
