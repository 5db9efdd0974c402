//! The pipeline: converts the bytes of a fragment to the texts of the generated files.
//!
//! This module does no I/O.

use std::fmt;

use openapi_fragment::{Document, Problem};
use serde_json::Value;

use crate::bodies;
use crate::generator::{self, GeneratorFailure};
use crate::ids;
use crate::lint::{Requirements, affects_code, lint};
use crate::lower;
use crate::operations::{self, Missing, OperationRow};
use crate::patch::{self, Trees, UnexpectedOutput};
use crate::print;
use crate::wrapper::WrapperMethods;

/// The reason why no code was generated.
#[derive(Debug)]
pub enum Error {
    /// The document has problems.
    Problems(Vec<Problem>),
    /// The generator failed for a document that lint accepted, which is a bug in this crate.
    Generator {
        /// The error message.
        message: String,
        /// The likely positions of the cause, formatted for messages.
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

/// The generated texts.
#[derive(Debug, PartialEq, Eq)]
pub struct Generated {
    /// `models.rs`
    pub models: String,
    /// `requests.rs`
    pub requests: String,
    /// `ids.rs`
    pub ids: String,
    /// `operations.rs`
    pub operations: String,
    /// `bodies.rs`
    pub bodies: String,
    /// The list of operations in the README.
    pub table: String,
}

/// What a document must satisfy.
#[derive(Clone, Copy, Debug)]
pub enum LintScope<'a> {
    /// Only the rules on which generated code depends. The base of a comparison may be older than the other rules.
    Generation,
    /// All rules, except for those about the wrapper: the fragment belongs to another project, or the wrapper does not
    /// have a method for each operation yet.
    Document,
    /// All rules, with those about the methods of the wrapper: each operation needs a method, with an alias for each of its names.
    Methods(&'a WrapperMethods),
}

/// Loads and lints a document. Documents with problems are not processed further.
pub fn load(name: &str, bytes: &[u8], scope: LintScope<'_>) -> Result<Document, Error> {
    let document = Document::load_openapi(name, bytes).map_err(Error::Problems)?;
    check(&document, scope)?;
    Ok(document)
}

/// Lints a document.
pub fn check(document: &Document, scope: LintScope<'_>) -> Result<(), Error> {
    let wrapper = match scope {
        LintScope::Generation | LintScope::Document => None,
        LintScope::Methods(wrapper) => Some(wrapper),
    };
    let mut problems = lint(document, &Requirements { wrapper });
    if matches!(scope, LintScope::Generation) {
        problems.retain(|problem| affects_code(&problem.violation));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Problems(problems)) }
}

/// Generates code from a document that passed lint.
pub fn generate(document: &Document) -> Result<Generated, Error> {
    let fragment = document.path();
    let operations = operations(document)?;
    let Trees { models, requests } = trees(document)?;
    Ok(Generated {
        models: print::print(&models, "The models: the data types of requests and responses.", fragment),
        requests: print::print(
            &requests,
            "The requests: one function per operation, which prepares its request.",
            fragment,
        ),
        ids: print::with_banner(
            &ids::text(&ids::read(&document.value)),
            "The ids: one validated type for each kind.",
            fragment,
        ),
        operations: table(document, &operations)?,
        bodies: bodies(document)?,
        table: operations::markdown::table(&operations),
    })
}

/// The models and the requests as syntax trees, for code that analyzes them. The document must have passed lint.
pub fn trees(document: &Document) -> Result<Trees, Error> {
    let lowered = lower::lower(&document.value);
    let tokens = generator::tokens(&lowered).map_err(|failure| with_positions(document, failure))?;
    patch::patch(tokens, &lowered).map_err(unexpected)
}

/// The operations of the document, which is not lowered.
pub fn operations(document: &Document) -> Result<Vec<OperationRow>, Error> {
    operations::read(&document.value).map_err(|Missing { pointer, what }| Error::Generator {
        message: format!("an operation lacks {what}, which the operation table needs"),
        positions: vec![at(document, &pointer)],
    })
}

fn table(document: &Document, operations: &[OperationRow]) -> Result<String, Error> {
    let secret_names = operations::secret_names(&document.value);
    let file = syn::parse2(operations::rust::file(operations, &secret_names)).map_err(|error| {
        unexpected(UnexpectedOutput(format!("the operation table does not parse: {error}")))
    })?;
    Ok(print::print(&file, "The operations of the fragment, as data.", document.path()))
}

fn bodies(document: &Document) -> Result<String, Error> {
    let file = syn::parse2(bodies::file(&bodies::read(&document.value)))
        .map_err(|error| unexpected(UnexpectedOutput(format!("the request bodies do not parse: {error}"))))?;
    Ok(print::print(&file, "The bodies of requests: JSON Schemas and examples.", document.path()))
}

fn with_positions(document: &Document, GeneratorFailure { message, pointers }: GeneratorFailure) -> Error {
    let positions = pointers.iter().map(|pointer| at(document, pointer)).collect();
    Error::Generator { message, positions }
}

/// `file:line:column (pointer)`, with the nearest existing position.
fn at(document: &Document, pointer: &str) -> String {
    let position = document.nearest_position(pointer);
    format!("{}:{}:{} (#{pointer})", document.path(), position.line, position.column)
}

fn unexpected(UnexpectedOutput(what): UnexpectedOutput) -> Error {
    Error::Generator {
        message: format!("the output of progenitor differs from what the patches expect: {what}"),
        positions: vec!["xtask/generate/src/patch".to_owned()],
    }
}

/// The lowered document, which is the input of progenitor, as JSON.
pub fn lowered_json(document: &Document) -> Result<String, Error> {
    let lowered: Value = lower::lower(&document.value);
    serde_json::to_string_pretty(&lowered).map(|text| text + "\n").map_err(|error| Error::Generator {
        message: format!("the lowered document cannot be serialized: {error}"),
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
    fn an_operation_without_a_method_is_a_problem() {
        // The fragment lacks the wrapper's types, so there are other problems too.
        let lacks_a_method = |wrapper: &str| {
            let wrapper = WrapperMethods::of_text("org.rs", wrapper);
            let scope = LintScope::Methods(&wrapper);
            let Err(Error::Problems(problems)) = load("fragment.yaml", FRAGMENT.as_bytes(), scope) else {
                panic!("the missing types were not reported")
            };
            problems.iter().any(|problem| problem.violation.rule.id == "operation-not-exposed")
        };
        assert!(lacks_a_method(""));
        assert!(!lacks_a_method(r#"impl Org { #[doc(alias = "deleteThings")] pub fn delete(&self) {} }"#));
    }

    /// An additional operation for the project's fragment.
    const ADDITIONAL: &str = "
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
      x-after-lost-response: List the rehearsals.
      summary: End all rehearsals
      description: Ends each of them.
      responses:
        '204':
          description: They have ended.
          x-empty-versions: ['2023-01-01']
        '400': {$ref: '#/components/responses/BadRequest'}
        '401': {$ref: '#/components/responses/Unauthorized'}
        '403': {$ref: '#/components/responses/Forbidden'}
        '404': {$ref: '#/components/responses/NotFound'}
        '406': {$ref: '#/components/responses/NotAcceptable'}
        '410': {$ref: '#/components/responses/Gone'}
        '429': {$ref: '#/components/responses/TooManyRequests'}
        '500': {$ref: '#/components/responses/InternalServerError'}
        '503': {$ref: '#/components/responses/ServiceUnavailable'}
";

    #[test]
    fn an_additional_operation_needs_only_a_method() {
        let fragment = std::fs::read_to_string(paths::root().join(paths::FRAGMENT)).unwrap();
        assert_eq!(fragment.matches("\npaths:\n").count(), 1);
        let fragment = fragment.replace("\npaths:\n", &format!("\npaths:{ADDITIONAL}"));
        let load = |wrapper: &WrapperMethods| {
            load(paths::FRAGMENT, fragment.as_bytes(), LintScope::Methods(wrapper))
        };

        let wrapper = WrapperMethods::read(&paths::root(), paths::SDK_SOURCES).unwrap();
        let Err(Error::Problems(problems)) = load(&wrapper) else {
            panic!("the missing method was not reported")
        };
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!(problem.violation.rule.id, "operation-not-exposed");
        assert_eq!(problem.violation.values, [("operation", "endGroupRehearsals".to_owned())]);

        let method = r#"impl Project {
            #[doc(alias("endGroupRehearsals", "endRehearsals", "EndRehearsals"))]
            pub async fn end_rehearsals(&self) {}
        }"#;
        let document = load(&wrapper.and_text("rehearsal.rs", method)).unwrap();
        let generated = generate(&document).unwrap();
        assert!(generated.requests.contains("pub fn end_group_rehearsals<'a>("));
        assert!(generated.operations.contains("\"endGroupRehearsals\""));
        assert!(generated.table.contains("`endGroupRehearsals`"));
    }
}
