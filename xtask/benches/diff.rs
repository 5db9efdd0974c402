//! How long the review diff takes and how much memory: `cargo bench -p xtask --bench diff`.
//!
//! Each measure is one run of the command, from the start of the process to the printed report. The fragment of the
//! project comes first, against a copy with one edit. Then a document of the size of the published one (540
//! operations, about as many schemas and bytes), made of copies of the fragment under other names, against itself
//! with ten edits that a seed scatters. It fails (status 1) beyond the project's limits: those of the best peer for the
//! whole document, and a blink for the fragment.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{error, fs};

use nix::sys::resource::{UsageWho, getrusage};

/// How many operations the fragment of the project has.
const OPERATIONS: usize = 9;
const COPIES: usize = 60;

const FRAGMENT_LIMIT: Duration = Duration::from_millis(200);
const WHOLE_LIMIT: Duration = Duration::from_millis(800);
const MEMORY_LIMIT: i64 = 110;

/// The seed of where the edits are.
const SEED: u64 = 0x5eed_0004;

/// What is edited: text of the fragment, each in one copy.
const EDITS: [(&str, &str); 10] = [
    ("          maxLength: 64\n", "          maxLength: 63\n"),
    ("          nullable: true\n", ""),
    ("      required: [error]\n", "      required: [error, errorCode]\n"),
    ("        lagTimeSeconds:\n", "        lagSeconds:\n"),
    ("      operationId: listOrgs", "      operationId: readOrgs"),
    ("      x-idempotent: true\n", "      x-idempotent: false\n"),
    ("    FieldViolation:\n      description: ", "    FieldViolation:\n      description: Also: "),
    ("enum: [PENDING, SUCCESS, FAILED]", "enum: [PENDING, SUCCESS, FAILED, UNKNOWN]"),
    ("            x-sunset: '2027-07-01'\n", "            x-sunset: '2027-06-01'\n"),
    ("          uniqueItems: true\n", ""),
];

type Failed = Box<dyn error::Error>;

fn main() -> Result<ExitCode, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has no parent folder")?;
    let text = fs::read_to_string(root.join("spec/atlas-migration.yaml"))?;
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| -> Result<_, Failed> {
        let path = folder.path().join(name);
        fs::write(&path, text)?;
        Ok(path)
    };
    let base = write("base.yaml", &text)?;
    let revision = write("revision.yaml", &text.replacen(EDITS[0].0, EDITS[0].1, 1))?;
    let fragment = fastest(&base, &revision)?;
    println!("{OPERATIONS:>5} operations {fragment:>10.1?}");

    let (old, new) = whole(&text)?;
    let (base, revision) = (write("whole-base.yaml", &old)?, write("whole-revision.yaml", &new)?);
    let whole = fastest(&base, &revision)?;
    // The largest child until now, in KiB.
    let memory = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() / 1024;
    let (operations, bytes) = (OPERATIONS * COPIES, old.len());
    println!("{operations:>5} operations {whole:>10.1?} {memory:>6} MiB for {bytes} bytes on each side");
    let kept = fragment < FRAGMENT_LIMIT && whole < WHOLE_LIMIT && memory < MEMORY_LIMIT;
    println!(
        "limits ({FRAGMENT_LIMIT:?}, {WHOLE_LIMIT:?}, {MEMORY_LIMIT} MiB): {}",
        if kept { "kept" } else { "BROKEN" }
    );
    Ok(ExitCode::from(u8::from(!kept)))
}

/// The fastest of five runs: the one that was disturbed least.
fn fastest(base: &Path, revision: &Path) -> Result<Duration, Failed> {
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["diff", "--file"]).arg(revision).arg("--base-file").arg(base);
        let status = command.stdout(Stdio::null()).status()?;
        if !status.success() {
            return Err(format!("diff ended with {status}").into());
        }
        fastest = fastest.min(start.elapsed());
    }
    Ok(fastest)
}

/// The fragment many times, and the same with the edits.
fn whole(text: &str) -> Result<(String, String), Failed> {
    let (head, rest) = text.split_once("\npaths:\n").ok_or("no `paths:`")?;
    let (paths, rest) = rest.split_once("\ncomponents:\n").ok_or("no `components:`")?;
    let (components, schemas) = rest.split_once("\n  schemas:\n").ok_or("no `schemas:`")?;
    let mut random = SEED;
    let chosen = EDITS.map(|_| {
        // The multiplier and increment of Knuth's MMIX generator; the high bits are the good ones.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap_or_default() % (COPIES - 1) + 1
    });
    let part = |text: &str, edited: bool| -> String {
        (0..COPIES)
            .map(|copy| {
                let edits = EDITS.iter().zip(chosen).filter(|(_, at)| edited && *at == copy);
                let text = edits.fold(text.to_owned(), |text, ((from, to), _)| text.replacen(from, to, 1));
                rename(&text, copy)
            })
            .collect()
    };
    let document = |edited| {
        let (paths, schemas) = (part(paths, edited), part(schemas, edited));
        format!("{head}\npaths:\n{paths}components:\n{components}\n  schemas:\n{schemas}")
    };
    Ok((document(false), document(true)))
}

/// A copy with paths, operations and schemas of its own; the copy 0 keeps the names. Anchors are each copy's own too.
fn rename(text: &str, copy: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.lines() {
        let mut line = line.to_owned();
        if copy > 0 {
            line = line.replace("/api/atlas/v2/", &format!("/api/atlas/v2/copy{copy}/"));
            if let Some((start, _)) = line.split_once("#/components/schemas/")
                && let Some(end) = line[start.len() + 1..].find('\'')
            {
                line.insert_str(start.len() + 1 + end, &format!("Copy{copy}"));
            }
            let is_schema =
                line.strip_prefix("    ").is_some_and(|rest| rest.starts_with(char::is_uppercase));
            if is_schema && line.ends_with(':') {
                line.insert_str(line.len() - 1, &format!("Copy{copy}"));
            } else if line.trim_start().starts_with("operationId: ") {
                line.push_str(&format!("Copy{copy}"));
            }
            for mark in ['&', '*'] {
                if let Some((start, name)) = line.rsplit_once(&format!(": {mark}")) {
                    line = format!("{start}: {mark}{name}{copy}");
                }
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}
