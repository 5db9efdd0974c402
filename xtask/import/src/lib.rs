//! Adds an operation of the published document to the fragment.
//!
//! [`Import::new`] converts the operation: names, parameters, bodies, responses and schemas in the form that the
//! fragment has, with `TODO` for what only a person can write. No prose of the published document is used.
//! [`Import::yaml`] is the text to print, [`Import::insert`] adds it to the text of the fragment, and [`Import::steps`]
//! lists what is left to do.
//!
//! The crate reads and writes no file.

mod compose;
mod draft;
mod fragment;
mod ids;
mod insert;
mod names;
mod operation;
mod published;
mod schemas;
mod statuses;
mod steps;
mod yaml;

use std::fmt;

use atlas_codegen::lower::walk::{self, OperationNode};
use openapi_fragment::openapi::without_variables;
use openapi_fragment::{Document, Position, Problem, printable};

use fragment::Existing;
use insert::Additions;
use operation::{Addition, Converter};
use published::Published;
use schemas::Schemas;
use yaml::Mapping;

pub use fragment::Fragment;

/// Why an operation was not imported.
#[derive(Debug)]
pub enum Error {
    /// The published document has no such operation.
    UnknownOperation {
        /// The name that was not found.
        name: String,
        /// The ids of operations with similar names.
        similar: Vec<String>,
    },
    /// The fragment has the operation already.
    AlreadyThere {
        /// The id of the operation.
        operation: String,
        /// The name of the fragment's file.
        file: String,
        /// The position in the file.
        position: Position,
    },
    /// The fragment lacks a section, or writes it in another layout.
    Layout {
        /// What could not be found.
        section: String,
    },
    /// The fragment with the operation has problems.
    Problems(Vec<Problem>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation { name, similar } => {
                write!(f, "the published document has no operation `{}`", printable(name))?;
                let similar: Vec<String> =
                    similar.iter().map(|name| format!("`{}`", printable(name))).collect();
                if similar.is_empty() { Ok(()) } else { write!(f, "; similar names: {}", similar.join(", ")) }
            }
            Self::AlreadyThere { operation, file, position } => {
                write!(f, "`{operation}` is already in the fragment, at {file}:{position}")
            }
            Self::Layout { section } => {
                write!(
                    f,
                    "could not find where to insert: {section} of the fragment is missing or in another layout"
                )
            }
            Self::Problems(problems) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

impl std::error::Error for Error {}

/// A converted operation.
pub struct Import {
    id: String,
    /// The name of the fragment's file.
    file: String,
    addition: Addition,
    ids: Vec<(String, Mapping)>,
    schemas: Vec<(String, Mapping)>,
    notes: Vec<String>,
}

impl Import {
    /// Converts an operation of the published document, which is found by its id, its short name, or its name in the Go
    /// SDK.
    ///
    /// # Errors
    ///
    /// If the published document has no such operation, or the fragment has it already.
    pub fn new(published: &Document, fragment: &Fragment, operation: &str) -> Result<Self, Error> {
        let published = Published::find(published, operation).map_err(|similar| Error::UnknownOperation {
            name: operation.to_owned(),
            similar: similar.into_iter().map(str::to_owned).collect(),
        })?;
        check_new(fragment, &published)?;
        let existing = Existing::of(fragment);
        let (addition, Schemas { ids, components, mut notes, .. }) =
            Converter::new(published, &existing).convert();
        notes.sort();
        notes.dedup();
        Ok(Self {
            id: published.id().to_owned(),
            file: fragment.document().path().to_owned(),
            addition,
            ids: ids.components,
            schemas: components,
            notes,
        })
    }

    /// The id of the operation.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Decisions that need a look.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The new nodes as a part of a document.
    #[must_use]
    pub fn yaml(&self) -> String {
        let mut lines = Vec::new();
        if !self.addition.tags.is_empty() {
            lines.push("tags:".to_owned());
            lines.extend(self.addition.tags.iter().flat_map(|name| insert::item(&insert::tag(name), 2)));
            lines.push(String::new());
        }
        lines.push("paths:".to_owned());
        lines.extend(insert::path_lines(&self.addition, 2));
        let schemas: Vec<(String, Mapping)> = self.ids.iter().chain(&self.schemas).cloned().collect();
        let sections = [
            ("parameters", &self.addition.parameters),
            ("responses", &self.addition.responses),
            ("schemas", &schemas),
        ];
        for (index, (section, new)) in sections.into_iter().filter(|(_, new)| !new.is_empty()).enumerate() {
            lines.push(String::new());
            if index == 0 {
                lines.push("components:".to_owned());
            }
            lines.push(format!("  {section}:"));
            lines.extend(insert::component_lines(new, 4));
        }
        lines.join("\n") + "\n"
    }

    /// Adds the operation to the text of the fragment. Every line of it stays as it is.
    ///
    /// # Errors
    ///
    /// If the layout of the fragment is another one than the project's.
    pub fn insert(&self, fragment: &Fragment) -> Result<Fragment, Error> {
        let additions = Additions { addition: &self.addition, ids: &self.ids, schemas: &self.schemas };
        insert::insert(fragment, &additions).map_err(|failure| match failure {
            insert::Failure::Layout(section) => Error::Layout { section },
            insert::Failure::Invalid(problems) => Error::Problems(problems),
        })
    }
}

/// Checks that the fragment has neither the operation nor another one of its path and method.
fn check_new(fragment: &Fragment, published: &Published<'_>) -> Result<(), Error> {
    let same = |node: &OperationNode<'_>| {
        walk::text(node.operation, "operationId") == Some(published.id())
            || (node.method == published.method
                && without_variables(node.path) == without_variables(published.path))
    };
    match fragment.operations().find(same) {
        None => Ok(()),
        Some(existing) => {
            let position = fragment.document.nearest_position(&existing.pointer());
            let file = fragment.document().path().to_owned();
            Err(Error::AlreadyThere { operation: published.id().to_owned(), file, position })
        }
    }
}
