//! The pipeline: a fragment's bytes in, the texts of the generated files out.
//!
//! Reads nothing and writes nothing but what it is given.

use serde_json::Value;

use crate::codegen::{self, GaveUp};
use crate::failure::Failure;
use crate::finish::{self, Finished, Moved};
use crate::lower::{self, walk};
use crate::operations::{self, Missing, Operation};
use crate::print::{self, Origin};
use crate::spec::{Document, Exposed, Known, Problem, lint};

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Generated {
    /// `models.rs`
    pub(crate) models: String,
    /// `requests.rs`
    pub(crate) requests: String,
    /// `operations.rs`
    pub(crate) operations: String,
    /// The list of operations in the README.
    pub(crate) table: String,
}

/// How far a fragment is held to the wrapper.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HeldTo<'a> {
    /// Not at all: it is not this project's.
    Nothing,
    /// To its types, so that the generated code can be looked at before a method calls it.
    Types,
    /// Also to its methods: each operation has one, under each of its names.
    Methods(&'a Exposed),
}

/// Loads and lints. Nothing that this refuses goes any further.
pub(crate) fn load(name: &str, bytes: &[u8], held_to: HeldTo<'_>) -> Result<Document, Failure> {
    let document = Document::load(name, bytes).map_err(Failure::Problems)?;
    check(&document, held_to)?;
    Ok(document)
}

/// Lints.
pub(crate) fn check(document: &Document, held_to: HeldTo<'_>) -> Result<(), Failure> {
    let (id_types, replacements) = (codegen::ID_TYPES, codegen::HAND_WRITTEN);
    let problems = match held_to {
        HeldTo::Nothing => lint_alone(document),
        HeldTo::Types => lint(document, &Known { id_types, replacements, exposed: None }),
        HeldTo::Methods(exposed) => lint(document, &Known { id_types, replacements, exposed: Some(exposed) }),
    };
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}

fn lint_alone(document: &Document) -> Vec<Problem> {
    let there = |names: &[&'static str]| -> Vec<&'static str> {
        let names = names.iter().copied();
        names.filter(|name| walk::schemas(&document.value).any(|(schema, _)| schema == name)).collect()
    };
    let (id_types, replacements) = (there(codegen::ID_TYPES), there(codegen::HAND_WRITTEN));
    lint(document, &Known { id_types: &id_types, replacements: &replacements, exposed: None })
}

/// Generates from a document that passed lint.
pub(crate) fn generate(document: &Document) -> Result<Generated, Failure> {
    let origin = Origin { path: document.path(), sha256: document.sha256() };
    let operations = operations(document)?;
    let Finished { models, requests } = trees(document)?;
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
pub(crate) fn trees(document: &Document) -> Result<Finished, Failure> {
    let lowered = lower::lower(&document.value);
    let tokens = codegen::tokens(&lowered).map_err(|gave_up| place(document, gave_up))?;
    finish::finish(tokens, &lowered).map_err(moved)
}

/// The operations of the document, as written.
pub(crate) fn operations(document: &Document) -> Result<Vec<Operation>, Failure> {
    operations::read(&document.value).map_err(|Missing { pointer, what }| Failure::Generator {
        message: format!("the operation table needs {what}, which an operation does not have"),
        places: vec![at(document, &pointer)],
    })
}

fn table(document: &Document, operations: &[Operation], origin: &Origin<'_>) -> Result<String, Failure> {
    let secret_names = operations::secret_names(&document.value);
    let file = syn::parse2(operations::rust::file(operations, &secret_names))
        .map_err(|error| moved(Moved(format!("the operation table does not parse: {error}"))))?;
    Ok(print::print(&file, "The operations of the fragment, as data.", origin))
}

fn place(document: &Document, GaveUp { message, places }: GaveUp) -> Failure {
    let places = places.iter().map(|pointer| at(document, pointer)).collect();
    Failure::Generator { message, places }
}

/// `file:line:column (pointer)`, as far as the document has such a place.
fn at(document: &Document, pointer: &str) -> String {
    let position = document.nearest_position(pointer);
    format!("{}:{}:{} (#{pointer})", document.path(), position.line, position.column)
}

fn moved(Moved(what): Moved) -> Failure {
    Failure::Generator {
        message: format!("progenitor's output is not what xtask's patches expect: {what}"),
        places: vec!["xtask/src/finish".to_owned()],
    }
}

/// What progenitor sees, as JSON.
pub(crate) fn lowered_json(document: &Document) -> Result<String, Failure> {
    let lowered: Value = lower::lower(&document.value);
    serde_json::to_string_pretty(&lowered).map(|text| text + "\n").map_err(|error| Failure::Generator {
        message: format!("the lowered document does not print: {error}"),
        places: Vec::new(),
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
            let held_to = HeldTo::Methods(&exposed);
            let Err(Failure::Problems(problems)) = load("fragment.yaml", FRAGMENT.as_bytes(), held_to) else {
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
        let load = |exposed: &Exposed| load(paths::FRAGMENT, fragment.as_bytes(), HeldTo::Methods(exposed));

        let exposed = Exposed::read(&paths::root(), paths::SDK_SOURCES).unwrap();
        let Err(Failure::Problems(problems)) = load(&exposed) else { panic!("nobody missed the method") };
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
