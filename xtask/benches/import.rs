//! Measures the import of operations of the whole published document: `cargo bench -p xtask --bench import`.
//!
//! Two runs of the command are measured as processes, in processor time, so the time in which other processes run does
//! not count: the import of one operation, and the generation of code for a fragment with every operation that passes
//! lint. The exit status is 1 if a limit is exceeded. `ATLAS_PUBLISHED` is the published document; without a document,
//! nothing is measured.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, error, fs, thread};

use atlas_codegen::{LintScope, STACK_SIZE};
use atlas_import::{Fragment, Import};
use openapi_fragment::Document;
use wait4::Wait4 as _;

/// The published document, from the root of the workspace.
const PUBLISHED: &str = "../shared/corpus/atlas-2026-08-21.json";

/// An operation whose schemas are large.
const OPERATION: &str = "createGroupCluster";

/// How often each command is measured. The fastest run counts.
const ROUNDS: usize = 5;

const IMPORT_LIMIT: Duration = Duration::from_secs(2);
const CODEGEN_LIMIT: Duration = Duration::from_secs(10);

type Failed = Box<dyn error::Error + Send + Sync>;

fn main() -> Result<ExitCode, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has no parent folder")?;
    let published = env::var_os("ATLAS_PUBLISHED").map_or_else(|| root.join(PUBLISHED), PathBuf::from);
    if !published.exists() {
        println!("skipped: there is no {}", published.display());
        return Ok(ExitCode::SUCCESS);
    }
    let one = fastest(&["import", OPERATION, "--from"].map(OsStr::new), &published)?;
    println!("import of one operation                  {one:>10.1?}");

    let folder = tempfile::tempdir()?;
    let whole = folder.path().join("fragment.yaml");
    let fragment = root.join("spec/atlas-migration.yaml");
    let (operations, text) = on_large_stack(move || every_operation(&fragment, &published))?;
    fs::write(&whole, text)?;
    let all = fastest(&["codegen", "--print", "models", "--file"].map(OsStr::new), &whole)?;
    println!("code of {operations} operations in one fragment {all:>10.1?} {:>10.2?} each", all / operations);

    let within_limits = one < IMPORT_LIMIT && all < CODEGEN_LIMIT;
    println!(
        "limits ({IMPORT_LIMIT:?}, {CODEGEN_LIMIT:?}): {}",
        if within_limits { "kept" } else { "EXCEEDED" }
    );
    Ok(ExitCode::from(u8::from(!within_limits)))
}

fn on_large_stack<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failed> + Send + 'static,
) -> Result<T, Failed> {
    let thread = thread::Builder::new().stack_size(STACK_SIZE).spawn(work)?;
    thread.join().map_err(|_| "the import panicked")?
}

/// The shortest processor time of the command with this file as its last argument.
fn fastest(arguments: &[&OsStr], file: &Path) -> Result<Duration, Failed> {
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
        let run = command.spawn()?.wait4()?;
        if !run.status.success() {
            return Err(format!("{arguments:?} ended with {}", run.status).into());
        }
        fastest = fastest.min(run.rusage.utime + run.rusage.stime);
    }
    Ok(fastest)
}

/// The fragment with every published operation that passes lint, each imported after the others, and their number.
fn every_operation(fragment: &Path, published: &Path) -> Result<(u32, String), Failed> {
    let published = Document::load_openapi("published", &fs::read(published)?).map_err(text)?;
    let base = Fragment::load("fragment", fs::read_to_string(fragment)?).map_err(text)?;
    let mut whole = Fragment::load("fragment", base.text().to_owned()).map_err(text)?;
    let mut count = 0;
    for id in ids(&published) {
        let alone = Import::new(&published, &base, &id).and_then(|import| import.insert(&base));
        let passes = alone.is_ok_and(|alone| passes(&alone));
        let inserted = Import::new(&published, &whole, &id).and_then(|import| import.insert(&whole));
        if let Some(inserted) = inserted.ok().filter(|_| passes) {
            whole = inserted;
            count += 1;
        }
    }
    Ok((count, whole.answered()))
}

fn passes(fragment: &Fragment) -> bool {
    let document = Document::load_openapi("fragment", fragment.answered().as_bytes());
    document.is_ok_and(|document| atlas_codegen::check(&document, LintScope::Document).is_ok())
}

fn ids(document: &Document) -> Vec<String> {
    let paths = document.value.get("paths").and_then(|paths| paths.as_object()).into_iter().flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    operations.filter_map(|(_, operation)| Some(operation.get("operationId")?.as_str()?.to_owned())).collect()
}

fn text(problems: Vec<openapi_fragment::Problem>) -> Failed {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into()
}
