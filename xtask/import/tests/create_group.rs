//! `createGroup` in a copy of the product: from the published document to generated code, by the steps of
//! `spec/README.md`.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::Path;

use atlas_codegen::{Error, LintScope, WrapperMethods, paths};
use atlas_import::{Fragment, Import};
use openapi_fragment::Document;

/// The method in the steps of an import: the lines from its documentation to the end of its body.
fn method(steps: &str) -> String {
    let lines = steps.lines().map(str::trim_start).skip_while(|line| !line.starts_with("///"));
    let mut method: Vec<&str> = lines.take_while(|line| *line != "}").collect();
    method.push("}");
    method.join("\n")
}

#[test]
fn create_group_needs_only_answers_and_a_method() {
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published.yaml");
    let published = Document::load_openapi("published.yaml", &fs::read(published).unwrap()).unwrap();
    let text = fs::read_to_string(paths::root().join(paths::FRAGMENT)).unwrap();
    let fragment = Fragment::load(paths::FRAGMENT, text).unwrap();

    let import = Import::new(&published, &fragment, "createGroup").unwrap();
    let answered = import.insert(&fragment).unwrap().answered();
    let load = |wrapper: &WrapperMethods| {
        atlas_codegen::load(paths::FRAGMENT, answered.as_bytes(), LintScope::Methods(wrapper))
    };

    let mut wrapper = WrapperMethods::read(&paths::root(), paths::SDK_SOURCES).unwrap();
    let Err(Error::Problems(problems)) = load(&wrapper) else { panic!("no method was required") };
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!(problem.violation.rule.id, "operation-not-exposed");

    let document = Document::load_openapi(paths::FRAGMENT, answered.as_bytes()).unwrap();
    let method = method(&import.steps(&document));
    wrapper.add("client/create_group.rs", &format!("impl Client {{\n{method}\n}}\n")).unwrap();
    let document = load(&wrapper).unwrap();
    let generated = atlas_codegen::generate(&document).unwrap();
    assert!(generated.requests.contains("pub fn create_group<'a>("));
    assert!(generated.operations.contains("pub static CREATE_GROUP: Operation"));
    assert!(generated.models.contains("pub struct GroupRequest {"));
    assert!(generated.ids.contains("ProjectOwnerId"));
    assert!(generated.table.contains("| `createGroup` | `POST /api/atlas/v2/groups` |"));
}
