//! The commands `codegen`, `lint` and `operations-table`, without their flags.
//!
//! Each command writes to a stream and returns a status, so tests need no process.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Status};
use atlas_codegen::emit::{self, IoError, OutdatedFile, Target};
use atlas_codegen::lower::walk;
use atlas_codegen::operations::markdown;
use atlas_codegen::paths;
use atlas_codegen::wrapper::WrapperMethods;
use atlas_codegen::{Generated, LintScope};
use openapi_fragment::Document;

/// The files that a command works on. `None` is the project's own file.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// The fragment. One that is not the project's is not checked against the wrapper.
    pub(crate) fragment: Option<PathBuf>,
    /// The folder for the generated files.
    pub(crate) out: Option<PathBuf>,
    /// The README with the list of operations.
    pub(crate) readme: Option<PathBuf>,
    /// The workspace with the wrapper's sources. No flag sets it: a test uses it to remove a method.
    pub(crate) wrapper: Option<PathBuf>,
}

/// What `--print` prints instead of writing files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// The input of progenitor, as JSON.
    Lowered,
    /// `models.rs`
    Models,
    /// `requests.rs`
    Requests,
    /// `ids.rs`
    Ids,
    /// `operations.rs`
    Operations,
    /// `bodies.rs`
    Bodies,
}

/// `cargo xtask lint`
pub(crate) fn lint(files: &Files, out: &mut dyn Write) -> Result<Status, Failure> {
    let document = load(files)?;
    let operations = walk::operations(&document.value).count();
    let schemas = document.value.pointer("/components/schemas").and_then(|schemas| schemas.as_object());
    let schemas = schemas.map_or(0, serde_json::Map::len);
    write(out, format_args!("lint: {operations} operations, {schemas} schemas, no problems\n"))?;
    Ok(Status::Ok)
}

/// `cargo xtask codegen --print`
pub(crate) fn print(files: &Files, part: Part, out: &mut dyn Write) -> Result<Status, Failure> {
    let document = load_for_print(files)?;
    let text = match part {
        Part::Lowered => atlas_codegen::lowered_json(&document)?,
        Part::Models => atlas_codegen::generate(&document)?.models,
        Part::Requests => atlas_codegen::generate(&document)?.requests,
        Part::Ids => atlas_codegen::generate(&document)?.ids,
        Part::Operations => atlas_codegen::generate(&document)?.operations,
        Part::Bodies => atlas_codegen::generate(&document)?.bodies,
    };
    write(out, format_args!("{text}"))?;
    Ok(Status::Ok)
}

/// `cargo xtask operations-table`
pub(crate) fn operations_table(files: &Files, out: &mut dyn Write) -> Result<Status, Failure> {
    let operations = atlas_codegen::read_operations(&load_for_print(files)?)?;
    write(out, format_args!("{}", markdown::table(&operations)))?;
    Ok(Status::Ok)
}

/// `cargo xtask codegen`; with `check`, the same without writing files.
pub(crate) fn codegen(files: &Files, check: bool, out: &mut dyn Write) -> Result<Status, Failure> {
    let document = load(files)?;
    let generated = atlas_codegen::generate(&document)?;
    let targets = targets(files, generated)?;
    let outdated = emit::outdated_files(&targets)?;
    if outdated.is_empty() {
        write(out, format_args!("codegen: up to date\n"))?;
        return Ok(Status::Ok);
    }
    if check {
        print_differences(&outdated, out)?;
        return Ok(Status::OutOfDate);
    }
    emit::write(&outdated)?;
    for file in &outdated {
        write(out, format_args!("codegen: wrote {}\n", file.name()))?;
    }
    Ok(Status::Ok)
}

fn print_differences(outdated: &[OutdatedFile<'_>], out: &mut dyn Write) -> Result<(), Failure> {
    for file in outdated {
        file.print(out).map_err(output)?;
    }
    let names: Vec<&str> = outdated.iter().map(OutdatedFile::name).collect();
    write(out, format_args!("codegen: out of date: {}; run `cargo xtask codegen`\n", names.join(", ")))
}

/// Loads the fragment for a command that writes or checks. The project's own fragment is checked against the methods
/// and the types of the wrapper.
fn load(files: &Files) -> Result<Document, Failure> {
    match files.fragment {
        None => {
            let root = files.wrapper.clone().unwrap_or_else(paths::root);
            let wrapper = WrapperMethods::read(&root, paths::SDK_SOURCES).map_err(Failure::Wrapper)?;
            load_and_lint(files, LintScope::Methods(&wrapper))
        }
        Some(_) => load_and_lint(files, LintScope::Document),
    }
}

/// Loads the fragment for a command that only prints. The wrapper may lack a method, because it is written from this
/// output.
fn load_for_print(files: &Files) -> Result<Document, Failure> {
    load_and_lint(files, LintScope::Document)
}

fn load_and_lint(files: &Files, scope: LintScope<'_>) -> Result<Document, Failure> {
    let (path, name) = paths::fragment(files.fragment.as_deref());
    let bytes = fs::File::open(path).and_then(Document::read).map_err(|error| Failure::Input {
        what: format!("could not read {name}: {error}"),
        help: "restore the file, or give another fragment with --file FILE".to_owned(),
    })?;
    Ok(atlas_codegen::load(&name, &bytes, scope)?)
}

fn targets(files: &Files, generated: Generated) -> Result<Vec<Target>, Failure> {
    let root = paths::root();
    let (folder, name) = match &files.out {
        None => (root.join(paths::GENERATED), paths::GENERATED.to_owned()),
        Some(path) => (path.clone(), path.display().to_string()),
    };
    let target = |file: &str, contents: String| Target {
        path: folder.join(file),
        name: format!("{name}/{file}"),
        contents,
    };
    let mut targets = vec![
        target("bodies.rs", generated.bodies),
        target("ids.rs", generated.ids),
        target("models.rs", generated.models),
        target("operations.rs", generated.operations),
        target("requests.rs", generated.requests),
    ];
    targets.extend(readme(files, &root, &generated.table)?);
    Ok(targets)
}

/// The README with the current list of operations, if it has such a list. The project's own README is left out if the
/// fragment or the output folder is not the project's.
fn readme(files: &Files, root: &Path, table: &str) -> Result<Option<Target>, Failure> {
    let (path, name) = match &files.readme {
        Some(path) => (path.clone(), path.display().to_string()),
        None if files.fragment.is_none() && files.out.is_none() => {
            (root.join(paths::README), paths::README.to_owned())
        }
        None => return Ok(None),
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && files.readme.is_none() => return Ok(None),
        Err(error) => return Err(IoError::new(format!("could not read {name}"), error).into()),
    };
    let contents = markdown::replace(&text, table).map_err(|what| {
        let error = io::Error::new(io::ErrorKind::InvalidData, what);
        IoError::new(format!("could not find the list of operations in {name}"), error)
    })?;
    Ok(contents.map(|contents| Target { path, name, contents }))
}

fn write(out: &mut dyn Write, text: std::fmt::Arguments<'_>) -> Result<(), Failure> {
    out.write_fmt(text).and_then(|()| out.flush()).map_err(output)
}

fn output(error: io::Error) -> Failure {
    IoError::new("could not write to the output", error).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_codegen::wrapper::sources;

    /// The operation whose method is removed.
    const OPERATION: &str = "getGroupLiveMigration";

    /// A workspace with the SDK's sources, without this text.
    fn workspace_without(removed: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (file, source) in sources(&paths::root().join(paths::SDK_SOURCES)).unwrap() {
            let path = folder.path().join(paths::SDK_SOURCES).join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, source.replace(removed, "")).unwrap();
        }
        folder
    }

    type Command = fn(&Files) -> Result<Status, Failure>;

    /// The commands that write or check the generated files.
    const LINT_METHODS: [(&str, Command); 3] = [
        ("lint", |files| lint(files, &mut io::sink())),
        ("codegen", |files| codegen(files, false, &mut io::sink())),
        ("codegen --check", |files| codegen(files, true, &mut io::sink())),
    ];

    /// The commands whose output a developer needs to write the method.
    const LINT_TYPES: [(&str, Command); 6] = [
        ("codegen --print lowered", |files| print(files, Part::Lowered, &mut io::sink())),
        ("codegen --print models", |files| print(files, Part::Models, &mut io::sink())),
        ("codegen --print requests", |files| print(files, Part::Requests, &mut io::sink())),
        ("codegen --print ids", |files| print(files, Part::Ids, &mut io::sink())),
        ("codegen --print operations", |files| print(files, Part::Operations, &mut io::sink())),
        ("operations-table", |files| operations_table(files, &mut io::sink())),
    ];

    #[test]
    fn commands_that_write_or_check_require_the_method() {
        let out = tempfile::tempdir().unwrap();
        let files = |workspace: &tempfile::TempDir| Files {
            out: Some(out.path().join("generated")),
            wrapper: Some(workspace.path().to_owned()),
            ..Files::default()
        };
        let incomplete = workspace_without(&format!("#[doc(alias = \"{OPERATION}\")]"));
        for (name, command) in LINT_METHODS {
            let Err(Failure::Problems(problems)) = command(&files(&incomplete)) else {
                panic!("{name} accepts it")
            };
            let [problem] = &problems[..] else { panic!("{name}: {problems:?}") };
            assert_eq!(problem.violation.rule.id, "operation-not-exposed", "{name}");
            assert_eq!(problem.violation.values, [("operation", OPERATION.to_owned())], "{name}");
        }
        assert!(!out.path().join("generated").exists());

        for (name, command) in LINT_TYPES {
            assert_eq!(command(&files(&incomplete)).unwrap(), Status::Ok, "{name}");
        }
        // With the method they succeed, so the failure above is caused by the method alone.
        let complete = workspace_without("");
        for (name, command) in LINT_METHODS {
            assert_eq!(command(&files(&complete)).unwrap(), Status::Ok, "{name}");
        }
    }
}
