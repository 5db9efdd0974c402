//! How long generating takes: `cargo bench -p xtask`.
//!
//! Each measure is one run of the command, from the start of the process to the printed client: load, lint, lower,
//! progenitor, patches, print. The fragment of the project comes first, then fragments of 125, 250 and 500
//! operations that repeat its nine under other names. The time per operation must not grow: the last line compares
//! the largest with the smallest. It fails (status 1) beyond the project's limits.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{error, fs};

/// Schemas that the generator knows by name: the copies share them.
const SHARED: [&str; 9] = [
    "OrgId",
    "ProjectId",
    "SourceProjectId",
    "ClusterId",
    "MigrationId",
    "ValidationId",
    "LinkToken",
    "AccessListEntry",
    "ShardKeyOrder",
];

const FRAGMENT_LIMIT: Duration = Duration::from_millis(300);
const LARGE_LIMIT: Duration = Duration::from_secs(10);
/// How much more one of 500 operations may cost than one of 125. Measured noise is about a tenth.
const GROWTH_LIMIT: f64 = 1.25;

type Failed = Box<dyn error::Error>;

fn main() -> Result<ExitCode, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has no parent folder")?;
    let fragment = root.join("spec/atlas-migration.yaml");
    let text = fs::read_to_string(&fragment)?;
    let folder = tempfile::tempdir()?;

    let project = fastest(&fragment)?;
    println!("{:>5} operations {project:>10.1?}", "9");
    let mut times = Vec::new();
    for count in [125, 250, 500] {
        let path = folder.path().join(format!("{count}.yaml"));
        fs::write(&path, repeat(&text, count)?)?;
        let time = fastest(&path)?;
        println!("{count:>5} operations {time:>10.1?} {:>10.2?} each", time / count);
        times.push(time / count);
    }
    let growth = times[2].as_secs_f64() / times[0].as_secs_f64();
    println!("one of 500 costs {growth:.2} of one of 125");
    let kept = project < FRAGMENT_LIMIT && times[2] * 500 < LARGE_LIMIT && growth < GROWTH_LIMIT;
    println!(
        "limits ({FRAGMENT_LIMIT:?}, {LARGE_LIMIT:?}, {GROWTH_LIMIT}): {}",
        if kept { "kept" } else { "BROKEN" }
    );
    Ok(ExitCode::from(u8::from(!kept)))
}

/// The fastest of five runs: the one that was disturbed least.
fn fastest(fragment: &Path) -> Result<Duration, Failed> {
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let status = command
            .args(["codegen", "--print", "client", "--file"])
            .arg(fragment)
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            return Err(format!("codegen ended with {status}").into());
        }
        fastest = fastest.min(start.elapsed());
    }
    Ok(fastest)
}

/// The fragment with its operations repeated until there are `count`, each copy with paths, operations and schemas
/// of its own.
fn repeat(text: &str, count: u32) -> Result<String, Failed> {
    let (head, rest) = text.split_once("\npaths:\n").ok_or("no `paths:`")?;
    let (paths, rest) = rest.split_once("\ncomponents:\n").ok_or("no `components:`")?;
    let (components, schemas) = rest.split_once("\n  schemas:\n").ok_or("no `schemas:`")?;
    let names: Vec<&str> = keys(schemas, 4).filter(|name| !SHARED.contains(name)).collect();
    let operations: Vec<&str> = paths.split("\n  /").collect();
    let methods = |block: &str| keys(block, 4).filter(|key| *key != "parameters").count();

    let mut out = format!("{head}\npaths:");
    let mut made = 0;
    let mut copies = 0;
    'copies: loop {
        // The first block has lost the line feed that the others were split at.
        for block in &operations {
            if made >= count as usize {
                break 'copies;
            }
            made += methods(&format!("/{block}"));
            let block = format!("\n  /{}", block.trim_start().trim_start_matches('/'));
            out.push_str(&rename(&block, &names, copies));
        }
        copies += 1;
    }
    out.push_str(&format!("\ncomponents:\n{components}\n  schemas:\n{schemas}"));
    (1..=copies).for_each(|copy| out.push_str(&rename(&own_schemas(schemas), &names, copy)));
    Ok(out)
}

/// The keys at this indentation.
fn keys(text: &str, indent: usize) -> impl Iterator<Item = &str> {
    text.lines().filter_map(move |line| {
        let key = line.strip_prefix(&*" ".repeat(indent))?.split_once(':')?.0;
        key.starts_with(char::is_alphabetic).then_some(key)
    })
}

/// The schemas without those that the copies share.
fn own_schemas(schemas: &str) -> String {
    let mut shared = false;
    let mut own = String::new();
    for line in schemas.lines() {
        if let Some(name) = keys(line, 4).next() {
            shared = SHARED.contains(&name);
        }
        if !shared {
            own.push_str(line);
            own.push('\n');
        }
    }
    own
}

/// A copy under other names; the copy 0 keeps them.
fn rename(text: &str, names: &[&str], copy: usize) -> String {
    if copy == 0 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut line = line.replace("/api/atlas/v2/", &format!("/api/atlas/v2/copy{copy}/"));
        for key in ["operationId: ", "x-short-name: ", "x-published-name: "] {
            if line.trim_start().starts_with(key) {
                line.push_str(&format!("Copy{copy}"));
            }
        }
        for name in names {
            line = line.replace(&format!("schemas/{name}'"), &format!("schemas/{name}Copy{copy}'"));
            if line.strip_prefix("    ") == Some(&format!("{name}:")) {
                line = format!("    {name}Copy{copy}:");
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}
