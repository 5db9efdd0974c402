//! Measures the time and the memory of the review diff: `cargo bench -p xtask --bench diff`.
//!
//! Each measurement is one run of the command, from the start of the process to the printed report. The project's
//! fragment is compared with a copy that has one edit, and both sides are generated. Then a document of the size of the
//! published one ([`document`]) is compared with a copy that has ten edits, as YAML and as JSON. The exit status is 1
//! if an edit is not found or a limit is exceeded. The limits for the large document are the time and half the memory
//! of the best comparable tool.

mod document;
mod edits;
mod yaml;

use std::error;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use wait4::Wait4 as _;

const FRAGMENT_LIMIT: Duration = Duration::from_millis(200);
const LARGE_LIMIT: Duration = Duration::from_millis(800);
/// Half of the memory of the best comparable tool.
const MEMORY_LIMIT: u64 = 55 << 20;

/// The edit of the fragment.
const EDIT: (&str, &str) = ("          maxLength: 64\n", "          maxLength: 63\n");

/// The minimum size of the large document, in bytes.
const MIN_SIZE: u64 = 3_000_000;

/// The argument with which this program writes the large documents to a folder.
const WRITE: &str = "write";

type Failed = Box<dyn error::Error>;

fn main() -> Result<ExitCode, Failed> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|argument| argument == WRITE) {
        write_large(Path::new(&arguments.next().unwrap_or_default()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = tempfile::tempdir()?;
    // On Linux the peak memory of a process starts at that of its parent, so another process generates the documents.
    let written = Command::new(std::env::current_exe()?).arg(WRITE).arg(folder.path()).status()?;
    if !written.success() {
        return Err(format!("the documents could not be written: {written}").into());
    }
    let fragment = fragment(folder.path())?;
    let mut within_limits = fragment.time < FRAGMENT_LIMIT;
    println!("fragment    {fragment}");
    for form in ["yaml", "json"] {
        let [base, revision] = ["base", "revision"].map(|side| folder.path().join(format!("{side}.{form}")));
        let bytes = fs::metadata(&base)?.len();
        if bytes < MIN_SIZE {
            return Err(format!("the {form} document has only {bytes} bytes").into());
        }
        check_edits(&base, &revision)?;
        let large = Measure::best(&base, &revision)?;
        println!("large {form}  {large}  {} operations, {bytes} bytes a side", document::OPERATIONS);
        within_limits &= large.time < LARGE_LIMIT && large.memory < MEMORY_LIMIT;
    }
    let verdict = if within_limits { "kept" } else { "EXCEEDED" };
    println!("limits ({FRAGMENT_LIMIT:?}, {LARGE_LIMIT:?}, {} MiB): {verdict}", MEMORY_LIMIT >> 20);
    Ok(ExitCode::from(u8::from(!within_limits)))
}

/// Writes both sides in both formats.
fn write_large(folder: &Path) -> Result<(), Failed> {
    let base = document::document();
    let mut revision = base.clone();
    edits::apply(&mut revision)?;
    for (side, document) in [("base", &base), ("revision", &revision)] {
        fs::write(folder.join(format!("{side}.yaml")), yaml::text(document))?;
        fs::write(folder.join(format!("{side}.json")), serde_json::to_string_pretty(document)?)?;
    }
    Ok(())
}

/// Measures the project's own fragment.
fn fragment(folder: &Path) -> Result<Measure, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has no parent folder")?;
    let base = root.join("spec/atlas-migration.yaml");
    let text = fs::read_to_string(&base)?;
    let revision = folder.join("fragment.yaml");
    fs::write(&revision, text.replacen(EDIT.0, EDIT.1, 1))?;
    let report = report(&base, &revision)?;
    if !report["rust"].is_object() || report["pointers"] != 1 {
        return Err(format!("not the expected report: {report}").into());
    }
    Measure::best(&base, &revision)
}

/// Checks that the report has one entry for each edit, and no other difference.
fn check_edits(base: &Path, revision: &Path) -> Result<(), Failed> {
    let report = report(base, revision)?;
    let count = |key: &str| report[key].as_array().map(Vec::len);
    let found = (count("edits"), count("unclassified"));
    if found != (Some(edits::EDITS.len()), Some(0)) {
        return Err(format!("of {} edits found (edits, unclassified): {found:?}", edits::EDITS.len()).into());
    }
    Ok(())
}

/// The report of a run that is not measured, to check that the measured runs do the expected work.
fn report(base: &Path, revision: &Path) -> Result<Value, Failed> {
    let output = diff(base, revision).args(["--format", "json"]).output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn diff(base: &Path, revision: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let [file, base_file] = ["--file", "--base-file"].map(OsString::from);
    command.args([OsString::from("diff"), file, revision.into(), base_file, base.into()]);
    command
}

/// The time and the memory of a run.
struct Measure {
    time: Duration,
    /// The peak, in bytes.
    memory: u64,
}

impl Measure {
    /// The shortest time and the highest peak of five runs. Other processes make a run slower, but not smaller.
    fn best(base: &Path, revision: &Path) -> Result<Self, Failed> {
        let mut best = Self { time: Duration::MAX, memory: 0 };
        for _ in 0..5 {
            let mut command = diff(base, revision);
            let start = Instant::now();
            let run = command.stdout(Stdio::null()).spawn()?.wait4()?;
            if !run.status.success() {
                return Err(format!("diff ended with {}", run.status).into());
            }
            best.time = best.time.min(start.elapsed());
            best.memory = best.memory.max(run.rusage.maxrss);
        }
        Ok(best)
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>6.3} s {:>4} MiB", self.time.as_secs_f64(), self.memory >> 20)
    }
}
