//! The command `import`, without its flags.
//!
//! The new nodes go to standard output, so that they can be piped. Notes and what is left to do go to standard error.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Status};
use atlas_codegen::emit::{self, IoError, Target};
use atlas_codegen::{LintScope, paths};
use atlas_import::{Error, Fragment, Import};
use atlas_review::upstream;
use openapi_fragment::{Document, printable_lines};

/// The arguments of the command.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// The operation: its id, its short name, or its name in the Go SDK.
    pub(crate) operation: String,
    /// The published document; `-` is standard input.
    pub(crate) published: PathBuf,
    /// Insert the operation into the fragment instead of printing it.
    pub(crate) write: bool,
    /// The fragment; `None` is the project's own.
    pub(crate) fragment: Option<PathBuf>,
}

/// The path that stands for standard input.
const STDIN: &str = "-";

/// `cargo xtask import`
pub(crate) fn import(
    arguments: &Arguments,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<Status, Failure> {
    let (path, name) = paths::fragment(arguments.fragment.as_deref());
    let fragment = read_fragment(&path, &name)?;
    let mut published = read_published(&arguments.published)?;
    let import = match Import::new(&published, &fragment, &arguments.operation) {
        Err(error @ Error::AlreadyThere { .. }) => {
            write(notes, &format!("import: {error}; nothing to do\n"))?;
            return Ok(Status::Ok);
        }
        import => import.map_err(failure)?,
    };
    // Printed first, because the fragment may have no place for it, or lint may refuse it.
    if !arguments.write {
        write(out, &import.yaml())?;
    }
    let inserted = import.insert(&fragment).map_err(failure)?;
    // Nothing is written if the operation cannot pass lint whatever the answers are. Its positions are not those of the file,
    // which does not have the operation.
    let with_operation = format!("{name} with {}", import.id());
    let mut answered =
        Document::load_openapi(&with_operation, inserted.answered().as_bytes()).map_err(Failure::Problems)?;
    atlas_codegen::check(&answered, LintScope::Document)?;
    if arguments.write {
        let targets =
            [Target { path: path.clone(), name: name.clone(), contents: inserted.text().to_owned() }];
        emit::write(&emit::outdated_files(&targets)?)?;
        write(notes, &format!("import: wrote `{}` to {name}\n", import.id()))?;
    }
    write(notes, &format!("{}\n", printable_lines(&import.steps(&answered))))?;
    let deviations = path.with_file_name(paths::DEVIATIONS);
    let entries = upstream::proposals(&mut published, &mut answered, import.id(), &deviations)?;
    if !entries.is_empty() {
        let title = "entries for deviations.toml beside the fragment: give the reason of each, or change the fragment";
        write(notes, &format!("{title}\n\n{}\n", printable_lines(&entries.join("\n"))))?;
    }
    Ok(Status::Ok)
}

fn read_fragment(path: &Path, name: &str) -> Result<Fragment, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::Input {
        what: format!("could not read {name}: {error}"),
        help: "restore the file, or give another fragment with --file FILE".to_owned(),
    })?;
    Fragment::load(name, text).map_err(Failure::Problems)
}

fn read_published(path: &Path) -> Result<Document, Failure> {
    let name =
        if path.as_os_str() == STDIN { "standard input".to_owned() } else { path.display().to_string() };
    let bytes = match path.as_os_str() == STDIN {
        true => Document::read(io::stdin().lock()),
        false => File::open(path).and_then(Document::read),
    };
    let bytes = bytes.map_err(|error| Failure::Input {
        what: format!("could not read {name}: {error}"),
        help: "give the published document with --from FILE, as JSON or YAML; - is standard input".to_owned(),
    })?;
    Document::load_openapi(&name, &bytes).map_err(Failure::Problems)
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Problems(problems) => Failure::Problems(problems),
        Error::UnknownOperation { .. } => Failure::Input {
            what: error.to_string(),
            help: "give the operationId, the short name, or the name in the Go SDK".to_owned(),
        },
        Error::Layout { .. } | Error::AlreadyThere { .. } => Failure::Input {
            what: error.to_string(),
            help: "print the operation without --write, and insert it by hand".to_owned(),
        },
    }
}

fn write(out: &mut dyn Write, text: &str) -> Result<(), Failure> {
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| IoError::new("could not write to the output", error).into())
}
