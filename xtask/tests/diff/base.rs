//! How the base is found, and what is reported if there is none.

use super::*;

#[test]
fn finds_where_the_branch_left_the_default_branch() {
    let folder = branch();
    let at = folder.path();
    ends(at, &[], 0, "main@");
    ends(at, &[], 0, "1 edit, 1 pointer changed");
    git(at, &["checkout", "--quiet", "--detach"]);
    ends(at, &[], 0, "1 edit, 1 pointer changed");

    // The HEAD of the remote is the default branch, whatever its name.
    git(at, &["branch", "--quiet", "--move", "main", "trunk"]);
    git(at, &["checkout", "--quiet", "trunk"]);
    let remote = clone(at, &[]);
    git(remote.path(), &["checkout", "--quiet", "work"]);
    ends(remote.path(), &[], 0, "trunk@");
    git(remote.path(), &["remote", "rename", "origin", "upstream"]);
    ends(remote.path(), &[], 0, "trunk@");

    // Without a remote, only the usual names and git's settings are left.
    git(at, &["checkout", "--quiet", "work"]);
    ends(at, &[], 3, "no default branch was found; tried main, master");
    git(at, &["config", "init.defaultBranch", "trunk"]);
    ends(at, &[], 0, "trunk@");
}

#[test]
fn a_missing_base_is_explained() {
    let outside = folder();
    fails(outside.path(), &[], "is not in a git repository", "--base-file FILE, or work in a clone");
    fails(outside.path(), &["--base", "main"], "is not in a git repository", "--base-file FILE");

    let empty = folder();
    git(empty.path(), &["init", "--quiet"]);
    fails(empty.path(), &[], "has no commit yet", "--base-file FILE");

    let folder = branch();
    fails(folder.path(), &["--base", "nowhere"], "there is no commit \"nowhere\"", "git fetch");
    fails(folder.path(), &["--base", "HEAD:fragment.yaml"], "there is no commit", "--base REV");

    git(folder.path(), &["checkout", "--quiet", "--orphan", "apart"]);
    git(folder.path(), &["commit", "--quiet", "-m", "apart"]);
    fails(folder.path(), &[], "HEAD and main have no commit in common", "--base REV");
}

#[test]
fn a_shallow_clone_is_recognized() {
    let folder = branch();
    // Like the checkout of a pull request: one branch with one commit.
    let alone = clone(folder.path(), &["--depth", "1", "--branch", "work"]);
    git(alone.path(), &["remote", "set-head", "origin", "--delete"]);
    fails(alone.path(), &[], "no default branch was found", "git fetch --unshallow");
    fails(alone.path(), &["--base", "main"], "there is no commit \"main\"", "git fetch --unshallow");
    // Both branches, with one commit each.
    let both = clone(folder.path(), &["--depth", "1", "--no-single-branch", "--branch", "work"]);
    git(both.path(), &["remote", "set-head", "origin", "main"]);
    fails(
        both.path(),
        &[],
        "this clone is shallow and lacks the commit at which HEAD left origin/main",
        "fetch-depth: 0",
    );
    ends(both.path(), &["--base", "origin/main"], 0, "1 edit, 1 pointer changed");
}

#[test]
fn a_new_or_missing_fragment_is_explained() {
    let folder = repository();
    fs::copy(folder.path().join("fragment.yaml"), folder.path().join("new.yaml")).unwrap();
    let (status, _, stderr) = xtask(folder.path(), &["diff", "--file", "new.yaml"]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("has no file new.yaml: the file is new, or had another name"), "{stderr}");
    fs::remove_file(folder.path().join("fragment.yaml")).unwrap();
    fails(
        folder.path(),
        &[],
        "there is no fragment.yaml in the working tree",
        "git restore -- fragment.yaml",
    );
    // An absolute path may be outside of the repository, so the help does not suggest `git restore`.
    let elsewhere = folder.path().join("fragment.yaml").display().to_string();
    let (status, _, stderr) = xtask(folder.path(), &["diff", "--file", &elsewhere]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("there is no file") && !stderr.contains("restore"), "{stderr}");
    // A folder in place of the file.
    fs::create_dir(folder.path().join("fragment.yaml")).unwrap();
    fails(folder.path(), &[], "fragment.yaml is a folder", "--file FILE");
}

#[test]
fn an_unreadable_file_is_explained() {
    let folder = folder();
    let at = folder.path();
    fails(at, &["--base-file", "none.yaml"], "there is no file none.yaml", "--base-file FILE");
    fails(at, &["--base-file", "."], ". is a folder", "--base-file FILE");
    fs::write(at.join("broken.yaml"), "paths: [").unwrap();
    ends(at, &["--base-file", "broken.yaml"], 2, "broken.yaml");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::write(at.join("secret.yaml"), FRAGMENT).unwrap();
        fs::set_permissions(at.join("secret.yaml"), fs::Permissions::from_mode(0o000)).unwrap();
        match fs::read(at.join("secret.yaml")) {
            Ok(_) => _ = writeln!(std::io::stderr(), "skipped: this user can read every file"),
            Err(_) => fails(
                at,
                &["--base-file", "secret.yaml"],
                "permission to read secret.yaml was denied",
                "chmod",
            ),
        }
    }
}
