//! Small documents that stand for very large ones end each command within little memory.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::Path;
use std::process::Command;

const FRAGMENT: &str = include_str!("fragment.yaml");

/// Runs a command with a limit on its memory: its status, and its output with its messages.
fn limited(folder: &Path, arguments: &str) -> (Option<i32>, String) {
    // The limit on the address space of a process, in KiB. Most of it is reserved and not used.
    const LIMIT: usize = 1_500_000;
    let line = format!("ulimit -v {LIMIT} && exec \"$0\" {arguments}");
    let mut shell = Command::new("sh");
    let output = shell.current_dir(folder).args(["-c", &line, env!("CARGO_BIN_EXE_xtask")]).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn aliases() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("fragment.yaml"), FRAGMENT).unwrap();
    let wide = format!("  - &a {}\n  - [{}]\n", "x".repeat(300_000), "*a, ".repeat(24_000));
    let deep = (0..40).fold("  - &a0 [x, x]\n".to_owned(), |text, level| {
        text + &format!("  - &a{next} [*a{level}, *a{level}]\n", next = level + 1)
    });
    for bomb in [wide, deep] {
        let bomb = FRAGMENT.replacen("components:\n", &format!("x-bomb:\n{bomb}components:\n"), 1);
        assert!(bomb.len() < 420_000);
        fs::write(at.join("bomb.yaml"), bomb).unwrap();
        for command in [
            "lint --file bomb.yaml",
            "codegen --file bomb.yaml --out generated",
            "operations-table --file bomb.yaml",
            "diff --file bomb.yaml --base-file fragment.yaml",
            "diff --file fragment.yaml --base-file bomb.yaml",
            "upstream bomb.yaml --file fragment.yaml",
            "upstream fragment.yaml --file bomb.yaml",
        ] {
            let (status, output) = limited(at, command);
            assert_eq!(status, Some(2), "{command}: {output}");
            assert!(output.contains("after aliases are replaced"), "{command}: {output}");
        }
    }
}

/// Files without an end are not read to their end.
#[test]
fn devices() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    for command in [
        "lint --file /dev/zero",
        "codegen --file /dev/zero --out generated",
        "diff --file fragment.yaml --base-file /dev/zero",
        "diff --file /dev/zero --base-file fragment.yaml",
        "upstream /dev/zero --file fragment.yaml",
        "upstream - --file fragment.yaml < /dev/zero",
    ] {
        let (status, output) = limited(folder.path(), command);
        assert_eq!(status, Some(2), "{command}: {output}");
        assert!(output.contains("more than 16777216 bytes"), "{command}: {output}");
    }
}

/// Schemas that refer to the next one twice: as many paths as a tree of forty levels has.
#[test]
fn paths_to_one_schema() {
    const STATE: &str = "        state: {$ref: '#/components/schemas/ThingState'}\n";
    let document = |keywords: &str, kind: &str| {
        let schemas = (0..40).map(|level| {
            let next = format!("{{$ref: '#/components/schemas/S{}'}}", level + 1);
            format!("    S{level}: {{description: D., {}}}\n", keywords.replace("NEXT", &next))
        });
        let last =
            format!("    S40: {{description: D., type: object, properties: {{x: {{type: {kind}}}}}}}\n");
        let schemas = schemas.collect::<String>() + &last;
        assert!(FRAGMENT.contains(STATE));
        let text = FRAGMENT.replacen(STATE, &STATE.replace("ThingState", "S0"), 1);
        text.replacen("    OrgId:", &format!("{schemas}    OrgId:"), 1)
    };
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for keywords in
        ["allOf: [NEXT, NEXT]", "oneOf: [NEXT, NEXT]", "type: object, properties: {a: NEXT, b: NEXT}"]
    {
        fs::write(at.join("old.yaml"), document(keywords, "string")).unwrap();
        fs::write(at.join("new.yaml"), document(keywords, "integer")).unwrap();
        for command in ["diff --file new.yaml --base-file old.yaml", "upstream old.yaml --file new.yaml"] {
            let (status, output) = limited(at, command);
            assert!(status == Some(0) || status == Some(4), "{keywords}: {command}: {output}");
            assert!(output.contains("string → integer"), "{keywords}: {command}: {output}");
        }
        assert_eq!(limited(at, "lint --file new.yaml").0, Some(2), "{keywords}");
    }
}
