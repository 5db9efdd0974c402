//! The pipeline: a fragment's bytes in, the texts of the generated files out.
//!
//! Reads nothing and writes nothing but what it is given.

use std::fmt;

use openapi_fragment::{Document, Problem};
use serde_json::Value;

use crate::generator::{self, GeneratorFailure};
use crate::lint::{Known, lint};
use crate::lower::{self, walk};
use crate::operations::{self, Missing, Operation};
use crate::patch::{self, Trees, UnexpectedOutput};
use crate::print::{self, Origin};
use crate::wrapper::Exposed;

/// Why nothing could be generated.
#[derive(Debug)]
pub enum Error {
    /// What lint found.
    Problems(Vec<Problem>),
    /// The generator gave up on a document that lint accepted: a gap in this crate.
    Generator {
        /// What happened.
        message: String,
        /// Where the cause likely is, each as people write a position.
        positions: Vec<String>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problems(problems) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
            Self::Generator { message, positions } => {
                f.write_str(message)?;
                positions.iter().try_for_each(|position| write!(f, "\n  likely at {position}"))
            }
        }
    }
}

impl std::error::Error for Error {}

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub struct Generated {
    /// `models.rs`
    pub models: String,
    /// `requests.rs`
    pub requests: String,
    /// `operations.rs`
    pub operations: String,
    /// The list of operations in the README.
    pub table: String,
}

/// How far a fragment is held to the wrapper.
#[derive(Clone, Copy, Debug)]
pub enum LintAgainst<'a> {
    /// Not at all: it is not this project's.
    Nothing,
    /// To its types, so that the generated code can be looked at before a method calls it.
    Types,
    /// Also to its methods: each operation has one, under each of its names.
    Methods(&'a Exposed),
}

/// Loads and lints. Nothing that this refuses goes any further.
pub fn load(name: &str, bytes: &[u8], against: LintAgainst<'_>) -> Result<Document, Error> {
    let document = Document::load(name, bytes).map_err(Error::Problems)?;
    check(&document, against)?;
    Ok(document)
}

/// Lints.
pub fn check(document: &Document, against: LintAgainst<'_>) -> Result<(), Error> {
    let (id_types, replacements) = (generator::ID_TYPES, generator::HAND_WRITTEN);
    let problems = match against {
        LintAgainst::Nothing => lint_alone(document),
        LintAgainst::Types => lint(document, &Known { id_types, replacements, exposed: None }),
        LintAgainst::Methods(exposed) => {
            lint(document, &Known { id_types, replacements, exposed: Some(exposed) })
        }
    };
    if problems.is_empty() { Ok(()) } else { Err(Error::Problems(problems)) }
}

fn lint_alone(document: &Document) -> Vec<Problem> {
    let there = |names: &[&'static str]| -> Vec<&'static str> {
        let names = names.iter().copied();
        names.filter(|name| walk::schemas(&document.value).any(|(schema, _)| schema == name)).collect()
    };
    let (id_types, replacements) = (there(generator::ID_TYPES), there(generator::HAND_WRITTEN));
    lint(document, &Known { id_types: &id_types, replacements: &replacements, exposed: None })
}

/// Generates from a document that passed lint.
pub fn generate(document: &Document) -> Result<Generated, Error> {
    let origin = Origin { path: document.path(), sha256: document.sha256() };
    let operations = operations(document)?;
    let Trees { models, requests } = trees(document)?;
    Ok(Generated {
        models: print::print(&models, "The models: the values that requests and responses hold.", &origin),
        requests: print::print(
            &requests,
            "The requests: for each operation, a function that makes its request.",
            &origin,
        ),
        operations: table(document, &operations, &origin)?,
        table: operations::markdown::table(&operations),
    })
}

/// The models and the requests as syntax trees, for code that reads them rather than prints them. The document passed
/// lint.
pub fn trees(document: &Document) -> Result<Trees, Error> {
    let lowered = lower::lower(&document.value);
    let tokens = generator::tokens(&lowered).map_err(|failure| place(document, failure))?;
    patch::patch(tokens, &lowered).map_err(unexpected)
}

/// The operations of the document, as written.
pub fn operations(document: &Document) -> Result<Vec<Operation>, Error> {
    operations::read(&document.value).map_err(|Missing { pointer, what }| Error::Generator {
        message: format!("the operation table needs {what}, which an operation does not have"),
        positions: vec![at(document, &pointer)],
    })
}

fn table(document: &Document, operations: &[Operation], origin: &Origin<'_>) -> Result<String, Error> {
    let secret_names = operations::secret_names(&document.value);
    let file = syn::parse2(operations::rust::file(operations, &secret_names)).map_err(|error| {
        unexpected(UnexpectedOutput(format!("the operation table does not parse: {error}")))
    })?;
    Ok(print::print(&file, "The operations of the fragment, as data.", origin))
}

fn place(document: &Document, GeneratorFailure { message, places: pointers }: GeneratorFailure) -> Error {
    let positions = pointers.iter().map(|pointer| at(document, pointer)).collect();
    Error::Generator { message, positions }
}

/// `file:line:column (pointer)`, as far as the document has such a place.
fn at(document: &Document, pointer: &str) -> String {
    let position = document.nearest_position(pointer);
    format!("{}:{}:{} (#{pointer})", document.path(), position.line, position.column)
}

fn unexpected(UnexpectedOutput(what): UnexpectedOutput) -> Error {
    Error::Generator {
        message: format!("progenitor's output is not what xtask's patches expect: {what}"),
        positions: vec!["xtask/generate/src/patch".to_owned()],
    }
}

/// What progenitor sees, as JSON.
pub fn lowered_json(document: &Document) -> Result<String, Error> {
    let lowered: Value = lower::lower(&document.value);
    serde_json::to_string_pretty(&lowered).map(|text| text + "\n").map_err(|error| Error::Generator {
        message: format!("the lowered document does not print: {error}"),
        positions: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;

    const FRAGMENT: &str = "
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things:
    delete:
      operationId: deleteThings
      responses:
        '204': {description: Gone.}
";

    #[test]
    fn an_operation_without_a_method_is_refused() {
        // The fragment lacks the wrapper's types, so that there are other problems, too.
        let lacks_a_method = |wrapper: &str| {
            let exposed = Exposed::of_text("org.rs", wrapper);
            let against = LintAgainst::Methods(&exposed);
            let Err(Error::Problems(problems)) = load("fragment.yaml", FRAGMENT.as_bytes(), against) else {
                panic!("nobody missed the types")
            };
            problems.iter().any(|problem| problem.violation.rule.id == "operation-not-exposed")
        };
        assert!(lacks_a_method(""));
        assert!(!lacks_a_method(r#"impl Org { #[doc(alias = "deleteThings")] pub fn delete(&self) {} }"#));
    }

    /// One operation more than the project has.
    const TENTH: &str = "
  /api/atlas/v2/groups/{groupId}/rehearsals:
    parameters:
      - $ref: '#/components/parameters/GroupId'
    delete:
      operationId: endGroupRehearsals
      x-short-name: endRehearsals
      x-go-sdk-name: EndRehearsals
      x-atlas-cli: atlas rehearsals end
      x-required-role: Project Owner
      x-idempotent: true
      summary: End all rehearsals
      description: Ends each of them.
      responses:
        '204':
          description: They have ended.
          x-empty-versions: ['2023-01-01']
";

    #[test]
    fn a_tenth_operation_waits_for_its_method_and_nothing_else() {
        let fragment = std::fs::read_to_string(paths::root().join(paths::FRAGMENT)).unwrap();
        assert_eq!(fragment.matches("\npaths:\n").count(), 1);
        let fragment = fragment.replace("\npaths:\n", &format!("\npaths:{TENTH}"));
        let load =
            |exposed: &Exposed| load(paths::FRAGMENT, fragment.as_bytes(), LintAgainst::Methods(exposed));

        let exposed = Exposed::read(&paths::root(), paths::SDK_SOURCES).unwrap();
        let Err(Error::Problems(problems)) = load(&exposed) else { panic!("nobody missed the method") };
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!(problem.violation.rule.id, "operation-not-exposed");
        assert_eq!(problem.violation.values, [("operation", "endGroupRehearsals".to_owned())]);

        let method = r#"impl Project {
            #[doc(alias("endGroupRehearsals", "endRehearsals", "EndRehearsals"))]
            pub async fn end_rehearsals(&self) {}
        }"#;
        let document = load(&exposed.and_text("rehearsal.rs", method)).unwrap();
        let generated = generate(&document).unwrap();
        assert!(generated.requests.contains("pub fn end_group_rehearsals<'a>("));
        assert!(generated.operations.contains("\"endGroupRehearsals\""));
        assert!(generated.table.contains("`endGroupRehearsals`"));
    }
}
