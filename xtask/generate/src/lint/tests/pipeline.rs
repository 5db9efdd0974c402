//! The pipeline generates valid code for every document that lint accepts, and never panics.

mod change;
mod random_schemas;

use std::path::Path;

use openapi_fragment::openapi;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{Error, LintScope};
use change::{any_change, extend};
use random_schemas::{RANDOM_SCHEMAS, any_body, any_component};

fn read(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Document::load(file, &std::fs::read(path).unwrap()).unwrap().value
}

/// Succeeds if the document has problems, or if the generated code parses and has no duplicate names.
fn problems_or_code(value: &Value) -> Result<(), TestCaseError> {
    let document = match crate::load("changed.yaml", value.to_string().as_bytes(), LintScope::Document) {
        Ok(document) => document,
        Err(Error::Problems(problems)) => {
            prop_assert!(!problems.is_empty());
            return Ok(());
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    };
    // Lint accepts bounds of integers such as `2.0`, which this type does not. Lowering removes them.
    let lowered = crate::lower::lower(&document.value);
    prop_assert!(serde_json::from_value::<openapiv3::OpenAPI>(lowered).is_ok());
    let generated = crate::generate(&document).map_err(|failure| TestCaseError::fail(failure.to_string()))?;
    for text in [&generated.models, &generated.requests, &generated.operations] {
        let file = syn::parse_file(text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(duplicates::duplicate_names(&file), Vec::<String>::new());
    }
    Ok(())
}

proptest! {
    #![proptest_config(fewer_cases(8))]

    /// Random schemas that refer to each other, in a request and in a response.
    #[test]
    fn random_schemas_have_problems_or_valid_code(
        components in prop::collection::vec(any_component(), RANDOM_SCHEMAS.len()),
        body in any_body(),
        response in any_body(),
    ) {
        let mut value = read("../tests/fragment.yaml");
        for (name, schema) in RANDOM_SCHEMAS.iter().zip(components) {
            value["components"]["schemas"][name] = schema;
        }
        let operation = &mut value["paths"]["/api/atlas/v2/orgs/{orgId}/things"]["post"];
        let version = "application/vnd.atlas.2023-01-01+json";
        operation["requestBody"]["content"][version]["schema"] = body;
        operation["responses"]["201"]["content"][version]["schema"] = response;
        // Unused schemas would be reported, and the pipeline would not run.
        let kept = openapi::closure(&value, vec!["#/paths".to_owned()]);
        value["components"]["schemas"].as_object_mut().unwrap().retain(|name, _| {
            kept.contains(&openapi::reference_to("schemas", name))
        });
        problems_or_code(&value)?;
    }

    #[test]
    fn changed_fragments_have_problems_or_valid_code(changes in prop::collection::vec(any_change(), 1..4)) {
        let mut value = fragment().value;
        changes.iter().for_each(|change| change.apply(&mut value));
        problems_or_code(&value)?;
    }

    /// Uses a small fragment, so that each node is changed many times.
    #[test]
    fn changed_small_fragments_have_problems_or_valid_code(
        changes in prop::collection::vec(any_change(), 0..3),
        additions in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..3),
    ) {
        let mut value = read("../tests/fragment.yaml");
        additions.iter().for_each(|(schema, addition)| extend(&mut value, schema, addition));
        changes.iter().for_each(|change| change.apply(&mut value));
        problems_or_code(&value)?;
    }
}
