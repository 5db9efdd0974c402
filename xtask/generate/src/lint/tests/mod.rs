//! Violates each rule by changing one text of a small valid document, and lints arbitrary documents.

mod all_checks;
mod cases;
mod duplicates;
mod hostile;
mod messages;
mod pipeline;

use std::collections::BTreeSet;
use std::panic::Location;
use std::path::Path;

use proptest::test_runner::Config as ProptestConfig;

use super::*;
use openapi_fragment::lint::{Role, keys_of};
use openapi_fragment::{Position, Violation};

const MINIMAL: &str = include_str!("minimal.yaml");

/// A file with exactly these problems.
struct Case {
    location: &'static Location<'static>,
    text: Vec<u8>,
    expected: Vec<(Position, Violated)>,
}

/// A violated rule: its id, and the values that are specific to the case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Violated {
    rule: String,
    values: Vec<String>,
}

fn rule(rule: &str, values: &[&str]) -> Violated {
    Violated { rule: rule.to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }
}

/// Names of values that are texts of the rule and depend only on the other values.
const TEXT_VALUES: [&str; 2] = ["purpose", "advice"];

impl Violated {
    fn of(violation: Violation) -> Self {
        let values = violation.values.into_iter().filter(|(name, _)| !TEXT_VALUES.contains(name));
        Self { rule: violation.rule.id.to_owned(), values: values.map(|(_, value)| value).collect() }
    }
}

/// The minimal document with one text replaced by another. `«` in the new text marks the position of a problem; the
/// violations are in the order of the marks.
#[track_caller]
fn change<const N: usize>(old: &str, new: &str, violations: [Violated; N]) -> Case {
    changes([(old, new)], violations)
}

/// Like [`change`], with several texts.
#[track_caller]
fn changes<const M: usize, const N: usize>(changes: [(&str, &str); M], violations: [Violated; N]) -> Case {
    let mut text = MINIMAL.to_owned();
    for (old, new) in changes {
        assert_eq!(text.matches(old).count(), 1, "must occur once in the document: {old}");
        text = text.replace(old, new);
    }
    file(&text, violations)
}

/// A whole file with the same marks.
#[track_caller]
fn file<const N: usize>(text: &str, violations: [Violated; N]) -> Case {
    let mut plain = String::new();
    let mut marks = Vec::new();
    let (mut line, mut column) = (1, 1);
    for character in text.chars() {
        match character {
            '«' => marks.push(Position { line, column }),
            other => {
                plain.push(other);
                (line, column) = if other == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
        }
    }
    assert_eq!(marks.len(), N, "one mark per problem");
    Case {
        location: Location::caller(),
        text: plain.into(),
        expected: marks.into_iter().zip(violations).collect(),
    }
}

impl Case {
    fn problems(&self) -> Vec<Problem> {
        match Document::load_openapi("spec.yaml", &self.text) {
            Ok(document) => lint_minimal(&document),
            Err(problems) => problems,
        }
    }

    fn found(&self) -> Vec<(Position, Violated)> {
        let found = self.problems().into_iter();
        found.map(|problem| (problem.position, Violated::of(problem.violation))).collect()
    }

    /// The problems as the command prints them.
    fn printed(&self) -> String {
        self.problems().iter().map(|problem| format!("{problem}\n")).collect()
    }
}

/// A wrapper with a method for each operation of the minimal document, with all aliases.
const WRAPPER: &str = r#"
impl Things {
    #[doc(alias = "listThings", alias = "ListThings")]
    pub fn list(&self) {}
    #[doc(alias("putThing", "PutThing"))]
    pub async fn put(&self) {}
    #[doc(alias = "deleteThing")]
    pub fn PutThing() {}
    #[doc(alias = "deleteThing")]
    #[doc(alias = "DeleteThing")]
    pub async fn delete(&self) {}
}
"#;

/// The root of the wrapper's crate.
const ROOT: &str =
    "pub use things::{Order, Thing as Taken}; pub(crate) use things::Hidden; use things::Used;";

fn lint_minimal(document: &Document) -> Vec<Problem> {
    let wrapper = WrapperMethods::of_text("src/things.rs", WRAPPER).and_text("src/lib.rs", ROOT);
    lint(document, &Requirements { wrapper: Some(&wrapper) })
}

#[test]
fn the_minimal_document_has_no_problems() {
    let document = Document::load("minimal.yaml", MINIMAL.as_bytes()).unwrap();
    assert_eq!(lint_minimal(&document), []);
}

#[test]
fn each_case_has_exactly_its_problems() {
    let mut failures = String::new();
    for case in cases::all() {
        let found = case.found();
        if found != case.expected {
            failures +=
                &format!("{}:\n  expected {:?}\n  found    {found:?}\n", case.location, case.expected);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn each_pointer_refers_to_an_existing_node() {
    for case in cases::all() {
        let Ok(document) = Document::load_openapi("spec.yaml", &case.text) else { continue };
        for problem in lint_minimal(&document) {
            let node = document.value.pointer(&problem.pointer);
            assert!(node.is_some(), "{}: {problem}", case.location);
        }
    }
}

/// Messages must not contain the values of secrets.
#[test]
fn no_problem_repeats_a_secret() {
    let mut secrets = 0;
    for case in cases::all() {
        let (text, output) = (String::from_utf8_lossy(&case.text), case.printed().to_lowercase());
        for secret in ["hunter2", "9007199254740993123456"].iter().filter(|secret| text.contains(*secret)) {
            secrets += 1;
            assert!(!output.contains(secret), "{}: {output}", case.location);
        }
    }
    assert!(secrets > 15);
}

/// Reads the rules from the sources, so that a new rule without a case fails.
#[test]
fn each_rule_has_a_case() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["src/lint", "../fragment/src", "../fragment/src/load", "../fragment/src/lint"] {
        for entry in std::fs::read_dir(package.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let ids = sources.iter().flat_map(|text| text.split(" Rule {").skip(1)).filter_map(|rest| {
        let (id, _) = rest.trim_start().strip_prefix("id: \"")?.split_once('"')?;
        // Ignores the rule of a unit test.
        (id != "rule").then(|| id.to_owned())
    });
    let all: Vec<String> = ids.collect();
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert!(all.len() > 60);
    assert_eq!(distinct.len(), all.len(), "duplicate id: {all:?}");
    let covered: BTreeSet<_> =
        cases::all().into_iter().flat_map(|case| case.expected).map(|(_, violated)| violated.rule).collect();
    assert_eq!(
        distinct.into_iter().filter(|id| !covered.contains(*id)).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

#[test]
fn messages_and_help_have_no_final_period() {
    for problem in cases::all().iter().flat_map(Case::problems) {
        for text in [problem.violation.message(), problem.violation.help()] {
            assert!(!text.is_empty() && !text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }
}

/// A placeholder without a value would be printed unchanged.
#[test]
fn each_placeholder_has_a_value() {
    for problem in cases::all().iter().flat_map(Case::problems) {
        let rule = problem.violation.rule;
        for name in [rule.message, rule.help].iter().flat_map(|text| text.split('{').skip(1)) {
            let name = name.split('}').next().unwrap_or_default();
            let is_name =
                !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
            let has_value = problem.violation.values.iter().any(|(value, _)| *value == name);
            assert!(!is_name || has_value, "{}: {name}", rule.id);
        }
    }
}

/// A fraction of the default number of cases, for slow tests. `PROPTEST_CASES` changes the default.
fn fewer_cases(divisor: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases / divisor, failure_persistence: None, ..default }
}

/// The fragment of the project, without its wrapper. A test of the command line runs `cargo xtask lint` on both.
fn fragment() -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/atlas-migration.yaml");
    Document::load("spec/atlas-migration.yaml", &std::fs::read(path).unwrap()).unwrap()
}

fn lint_fragment(document: &Document) -> Vec<Problem> {
    lint(document, &Requirements { wrapper: None })
}

#[test]
fn the_fragment_has_no_problems() {
    let document = fragment();
    let problems = lint_fragment(&document);
    let text: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    assert!(problems.is_empty(), "\n{text}");
    serde_json::from_value::<openapiv3::OpenAPI>(document.value).unwrap();
}
