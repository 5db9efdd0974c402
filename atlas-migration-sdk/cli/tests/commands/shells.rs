//! The completions, evaluated by the shells themselves, and the man pages.

use std::path::Path;
use std::process::Command;

use crate::program::Program;

/// The shell's output for a script that has the path of the completions as its first argument.
fn evaluated(shell: &str, script: &str, completions: &Path) -> Option<String> {
    let arguments: &[&str] = match shell {
        "zsh" => &["-f", "-c", script, "zsh"],
        "fish" => &["--no-config", "-c", script],
        _ => &["--norc", "-c", script, "bash"],
    };
    // A shell that waits for a completion that does not come is ended.
    match Command::new("timeout").args(["30", shell]).args(arguments).arg(completions).output() {
        Ok(output) if output.status.code() == Some(127) => absent(shell, "not found"),
        Ok(output) => {
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => absent(shell, &error.to_string()),
    }
}

/// Reports that a program is missing, or fails if none may be.
pub(crate) fn absent(shell: &str, reason: &str) -> Option<String> {
    assert!(std::env::var_os("ATLAS_REQUIRE_PEERS").is_none(), "{shell}: {reason}");
    // Not `println!`, which the test runner captures.
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "skipped: {shell} cannot run: {reason}");
    None
}

async fn completed(shell: &str, script: &str) -> Option<String> {
    let text = Program::new(&["completions", shell]).run().await.succeeded();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("_atlas-migration");
    std::fs::write(&path, text).unwrap();
    evaluated(shell, script, &path)
}

#[tokio::test(flavor = "multi_thread")]
async fn bash_completes_commands_and_flags() {
    let script = r#"
        . "$1"
        function=$(complete -p atlas-migration | grep -o -e '-F [^ ]*' | cut -d ' ' -f 2)
        COMP_WORDS=(atlas-migration link-token c) COMP_CWORD=2
        "$function" atlas-migration c link-token
        echo "${COMPREPLY[@]}"
        COMP_WORDS=(atlas-migration link-token create --al) COMP_CWORD=3
        "$function" atlas-migration --al create
        echo "${COMPREPLY[@]}"
    "#;
    if let Some(found) = completed("bash", script).await {
        assert_eq!(found, "create\n--allow\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fish_completes_commands_and_flags() {
    let script = "source $argv[1]; complete -C 'atlas-migration link-token c'; \
        complete -C 'atlas-migration link-token create --al'";
    if let Some(found) = completed("fish", script).await {
        assert!(found.lines().any(|line| line.starts_with("create\t")), "{found}");
        assert!(found.lines().any(|line| line.starts_with("--allow\t")), "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn zsh_completes_commands_and_flags() {
    // The completions of zsh only work in its line editor, so that a second zsh runs on a pseudo-terminal.
    let script = r#"
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1=; fpath=(${1:h} \$fpath); autoload -Uz compinit && compinit -D -u; print ready-\$((1+1))"
        zpty -r shell text '*ready-2*'
        zpty -w -n shell $'atlas-migration link-token cr\t'
        zpty -r shell text '*create*' && print create
        zpty -w -n shell $'--al\t'
        zpty -r shell text '*--allow*' && print -- --allow
    "#;
    if let Some(found) = completed("zsh", script).await {
        assert_eq!(found, "create\n--allow\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_has_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    Program::new(&["man", folder.path().to_str().unwrap()]).run().await.succeeded();
    let page = std::fs::read_to_string(folder.path().join("atlas-migration-link-token-create.1")).unwrap();
    assert!(page.contains(".TH") && page.contains("allow"), "{page}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = Program::new(&["man", file.to_str().unwrap()]).run().await.failed(1);
    assert!(refused.contains("cannot be written"), "{refused}");
}
