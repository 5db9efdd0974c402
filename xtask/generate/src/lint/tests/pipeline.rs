//! What lint lets pass, the rest of the pipeline takes: a changed fragment has problems or makes good code, and nothing
//! gets through to a panic.

mod change;
mod random_schemas;

use std::path::Path;

use openapi_fragment::openapi;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{Error, LintAgainst};
use change::{any_change, extend};
use random_schemas::{MADE_UP, any_body, any_component};

fn read(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Document::load(file, &std::fs::read(path).unwrap()).unwrap().value
}

/// Problems, or code that parses and has no name twice.
fn problems_or_code(value: &Value) -> Result<(), TestCaseError> {
    let document = match crate::load("changed.yaml", value.to_string().as_bytes(), LintAgainst::Nothing) {
        Ok(document) => document,
        Err(Error::Problems(problems)) => {
            prop_assert!(!problems.is_empty());
            return Ok(());
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    };
    prop_assert!(serde_json::from_value::<openapiv3::OpenAPI>(document.value.clone()).is_ok());
    let generated = crate::generate(&document).map_err(|failure| TestCaseError::fail(failure.to_string()))?;
    for text in [&generated.models, &generated.requests, &generated.operations] {
        let file = syn::parse_file(text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(duplicates::names_twice(&file), Vec::<String>::new());
    }
    Ok(())
}

proptest! {
    #![proptest_config(fewer_cases(8))]

    /// Schemas of every form that refer to each other as they like, in a request and in a reply.
    #[test]
    fn made_up_schemas_have_problems_or_make_good_code(
        components in prop::collection::vec(any_component(), MADE_UP.len()),
        body in any_body(),
        reply in any_body(),
    ) {
        let mut value = read("../tests/fragment.yaml");
        for (name, schema) in MADE_UP.iter().zip(components) {
            value["components"]["schemas"][name] = schema;
        }
        let operation = &mut value["paths"]["/api/atlas/v2/orgs/{orgId}/things"]["post"];
        let version = "application/vnd.atlas.2023-01-01+json";
        operation["requestBody"]["content"][version]["schema"] = body;
        operation["responses"]["201"]["content"][version]["schema"] = reply;
        // What nothing refers to would be a problem, and hide the others.
        let kept = openapi::closure(&value, vec!["#/paths".to_owned()]);
        value["components"]["schemas"].as_object_mut().unwrap().retain(|name, _| {
            kept.contains(&openapi::reference_to("schemas", name))
        });
        problems_or_code(&value)?;
    }

    #[test]
    fn a_changed_fragment_has_problems_or_makes_good_code(changes in prop::collection::vec(any_change(), 1..4)) {
        let mut value = fragment().value;
        changes.iter().for_each(|change| change.apply(&mut value));
        problems_or_code(&value)?;
    }

    /// The same with a small fragment, whose every node is met many times.
    #[test]
    fn a_changed_small_fragment_has_problems_or_makes_good_code(
        changes in prop::collection::vec(any_change(), 0..3),
        additions in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..3),
    ) {
        let mut value = read("../tests/fragment.yaml");
        additions.iter().for_each(|(place, addition)| extend(&mut value, place, addition));
        changes.iter().for_each(|change| change.apply(&mut value));
        problems_or_code(&value)?;
    }
}
