//! Measures how long generating takes: `cargo bench -p xtask --bench codegen`.
//!
//! Each measurement is one run of the command, from the start of the process to the printed models: load, lint, lower,
//! progenitor, patches, print. The project's fragment is measured, and fragments that repeat its operations with other
//! names, up to 504 operations and more. The time per operation must not grow: the largest fragment is compared
//! with the smallest copy. The exit status is 1 if a limit is exceeded.
//!
//! All times are processor times, so the time in which other processes run does not count. The fragments are measured in
//! turns, so that a slow phase of the machine affects all of them, and the fastest run of each counts.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{error, fs};

use wait4::Wait4 as _;

/// The schemas that the copies share, because the generator treats them by name, or the shared error responses refer to
/// them.
const SHARED: [&str; 12] = [
    "OrgId",
    "ProjectId",
    "SourceProjectId",
    "ClusterId",
    "MigrationId",
    "ValidationId",
    "LinkToken",
    "AccessListEntry",
    "ShardKeyOrder",
    "ApiError",
    "BadRequestDetail",
    "FieldViolation",
];

/// How often the operations are repeated.
const COPIES: [u32; 3] = [14, 28, 56];

/// How often each fragment is measured.
const ROUNDS: usize = 7;

const FRAGMENT_LIMIT: Duration = Duration::from_millis(300);
const LARGE_LIMIT: Duration = Duration::from_secs(10);
/// The maximum ratio between the time per operation with 504 operations and with 126. In instructions (valgrind) both
/// take 10.3 million; the measured difference is due to memory and caches.
const GROWTH_LIMIT: f64 = 1.25;

type Failed = Box<dyn error::Error>;

fn main() -> Result<ExitCode, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has no parent folder")?;
    let fragment = root.join("spec/atlas-migration.yaml");
    let text = fs::read_to_string(&fragment)?;
    let operations = u32::try_from(text.matches("\n      operationId: ").count())?;
    let folder = tempfile::tempdir()?;
    let mut fragments = vec![(operations, fragment, Duration::MAX)];
    for copies in COPIES {
        let path = folder.path().join(format!("{copies}.yaml"));
        fs::write(&path, repeat(&text, copies)?)?;
        fragments.push((copies * operations, path, Duration::MAX));
    }
    for _ in 0..ROUNDS {
        for (_, path, fastest) in &mut fragments {
            *fastest = (*fastest).min(generate(path)?);
        }
    }

    for (count, _, time) in &fragments {
        println!("{count:>5} operations {time:>10.1?} {:>10.2?} each", *time / *count);
    }
    let [(_, _, project), (few, _, small), _, (many, _, large)] = &fragments[..] else {
        return Err("not four fragments".into());
    };
    let each = |time: &Duration, operations: &u32| time.as_secs_f64() / f64::from(*operations);
    let growth = each(large, many) / each(small, few);
    println!("time per operation, {many} against {few} operations: {growth:.2}");
    let within_limits = *project < FRAGMENT_LIMIT && *large < LARGE_LIMIT && growth < GROWTH_LIMIT;
    println!(
        "limits ({FRAGMENT_LIMIT:?}, {LARGE_LIMIT:?}, {GROWTH_LIMIT}): {}",
        if within_limits { "kept" } else { "EXCEEDED" }
    );
    Ok(ExitCode::from(u8::from(!within_limits)))
}

/// The processor time in which the command generates the models of this fragment, in user and kernel mode.
fn generate(fragment: &Path) -> Result<Duration, Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["codegen", "--print", "models", "--file"]).arg(fragment);
    let run = command.stdout(Stdio::null()).spawn()?.wait4()?;
    if !run.status.success() {
        return Err(format!("codegen ended with {}", run.status).into());
    }
    Ok(run.rusage.utime + run.rusage.stime)
}

/// The fragment with this number of copies of its operations. Each copy has its own paths, operations and schemas.
fn repeat(text: &str, copies: u32) -> Result<String, Failed> {
    let (head, rest) = text.split_once("\npaths:\n").ok_or("no `paths:`")?;
    let (paths, rest) = rest.split_once("\ncomponents:\n").ok_or("no `components:`")?;
    let (components, schemas) = rest.split_once("\n  schemas:\n").ok_or("no `schemas:`")?;
    let names: Vec<&str> = keys(schemas, 4).filter(|name| !SHARED.contains(name)).collect();
    let (own, shared) = split_schemas(schemas);

    let mut out = format!("{head}\npaths:\n");
    (0..copies).for_each(|copy| out.push_str(&rename(paths, &names, copy)));
    out.push_str(&format!("components:\n{components}\n  schemas:\n{shared}"));
    (0..copies).for_each(|copy| out.push_str(&rename(&own, &names, copy)));
    Ok(out)
}

/// The keys with this indentation.
fn keys(text: &str, indent: usize) -> impl Iterator<Item = &str> {
    text.lines().filter_map(move |line| {
        let key = line.strip_prefix(&*" ".repeat(indent))?.split_once(':')?.0;
        key.starts_with(char::is_alphabetic).then_some(key)
    })
}

/// The schemas that each copy repeats, and those that all copies share.
fn split_schemas(schemas: &str) -> (String, String) {
    let (mut own, mut shared) = (String::new(), String::new());
    let mut is_shared = false;
    for line in schemas.lines() {
        if let Some(name) = keys(line, 4).next() {
            is_shared = SHARED.contains(&name);
        }
        let part = if is_shared { &mut shared } else { &mut own };
        part.push_str(line);
        part.push('\n');
    }
    (own, shared)
}

/// A copy with other names. Copy 0 keeps the original names.
fn rename(text: &str, names: &[&str], copy: u32) -> String {
    let suffix = if copy == 0 { String::new() } else { format!("Copy{copy}") };
    let path = if copy == 0 { String::new() } else { format!("copy{copy}/") };
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut line = line.replace("/api/atlas/v2/", &format!("/api/atlas/v2/{path}"));
        for key in ["operationId: ", "x-short-name: ", "x-published-name: "] {
            if line.trim_start().starts_with(key) {
                line.push_str(&suffix);
            }
        }
        for name in names {
            line = line.replace(&format!("schemas/{name}'"), &format!("schemas/{name}{suffix}'"));
            if line.strip_prefix("    ") == Some(&format!("{name}:")) {
                line = format!("    {name}{suffix}:");
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}
