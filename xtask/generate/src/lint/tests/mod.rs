//! Each rule, broken by changing one text of a small valid document; and documents of any shape.

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

use crate::generator;

const MINIMAL: &str = include_str!("minimal.yaml");

/// A file, and exactly the problems that it has.
struct Case {
    place: &'static Location<'static>,
    text: Vec<u8>,
    expected: Vec<(Position, Broken)>,
}

/// A broken rule: its id, and the values that are special to the case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Broken {
    rule: String,
    values: Vec<String>,
}

fn rule(rule: &str, values: &[&str]) -> Broken {
    Broken { rule: rule.to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }
}

/// Values that are texts of the rule and follow from the others.
const WORDS: [&str; 2] = ["purpose", "advice"];

impl Broken {
    fn of(violation: Violation) -> Self {
        let values = violation.values.into_iter().filter(|(name, _)| !WORDS.contains(name));
        Self { rule: violation.rule.id.to_owned(), values: values.map(|(_, value)| value).collect() }
    }
}

/// The minimal document with one text replaced by another. In the new text `«` marks where a problem is found;
/// the kinds stand in the order of the marks.
#[track_caller]
fn change<const N: usize>(old: &str, new: &str, kinds: [Broken; N]) -> Case {
    changes([(old, new)], kinds)
}

/// The same with several texts replaced.
#[track_caller]
fn changes<const M: usize, const N: usize>(changes: [(&str, &str); M], kinds: [Broken; N]) -> Case {
    let mut text = MINIMAL.to_owned();
    for (old, new) in changes {
        assert_eq!(text.matches(old).count(), 1, "stands once in the document: {old}");
        text = text.replace(old, new);
    }
    file(&text, kinds)
}

/// A whole file, marked in the same way.
#[track_caller]
fn file<const N: usize>(text: &str, kinds: [Broken; N]) -> Case {
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
    assert_eq!(marks.len(), N, "a mark for each problem");
    Case { place: Location::caller(), text: plain.into(), expected: marks.into_iter().zip(kinds).collect() }
}

impl Case {
    fn problems(&self) -> Vec<Problem> {
        match Document::load("spec.yaml", &self.text) {
            Ok(document) => lint_minimal(&document),
            Err(problems) => problems,
        }
    }

    fn found(&self) -> Vec<(Position, Broken)> {
        let found = self.problems().into_iter();
        found.map(|problem| (problem.position, Broken::of(problem.violation))).collect()
    }

    /// What a user reads.
    fn printed(&self) -> String {
        self.problems().iter().map(|problem| format!("{problem}\n")).collect()
    }
}

/// A wrapper with a method for each operation of the minimal document, under all of its names.
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

fn lint_minimal(document: &Document) -> Vec<Problem> {
    let exposed = Exposed::of_text("src/things.rs", WRAPPER);
    lint(document, &Known { id_types: &["ThingId"], replacements: &["Order"], exposed: Some(&exposed) })
}

#[test]
fn minimal_document_is_clean() {
    let document = Document::load("minimal.yaml", MINIMAL.as_bytes()).unwrap();
    assert_eq!(lint_minimal(&document), []);
}

#[test]
fn each_case_has_exactly_its_problems() {
    let mut failures = String::new();
    for case in cases::all() {
        let found = case.found();
        if found != case.expected {
            failures += &format!("{}:\n  expected {:?}\n  found    {found:?}\n", case.place, case.expected);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// A pointer is of use only where there is something to point at.
#[test]
fn each_pointer_leads_to_a_node() {
    for case in cases::all() {
        let Ok(document) = Document::load("spec.yaml", &case.text) else { continue };
        for problem in lint_minimal(&document) {
            let node = document.value.pointer(&problem.pointer);
            assert!(node.is_some(), "{}: {problem}", case.place);
        }
    }
}

/// What stands in the place of a secret is not in what is said about it.
#[test]
fn no_problem_repeats_a_secret() {
    let mut planted = 0;
    for case in cases::all() {
        let (text, said) = (String::from_utf8_lossy(&case.text), case.printed().to_lowercase());
        for secret in ["hunter2", "9007199254740993123456"].iter().filter(|secret| text.contains(*secret)) {
            planted += 1;
            assert!(!said.contains(secret), "{}: {said}", case.place);
        }
    }
    assert!(planted > 15);
}

/// A new rule needs a case: the rules are read from the sources.
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
        // One that a test makes up.
        (id != "rule").then(|| id.to_owned())
    });
    let all: Vec<String> = ids.collect();
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert!(all.len() > 60);
    assert_eq!(distinct.len(), all.len(), "an id stands twice: {all:?}");
    let covered: BTreeSet<_> =
        cases::all().into_iter().flat_map(|case| case.expected).map(|(_, broken)| broken.rule).collect();
    assert_eq!(
        distinct.into_iter().filter(|id| !covered.contains(*id)).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

#[test]
fn messages_and_help_are_sentences_without_end() {
    for problem in cases::all().iter().flat_map(Case::problems) {
        for text in [problem.violation.message(), problem.violation.help()] {
            assert!(!text.is_empty() && !text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }
}

/// A name in a text that no value belongs to would be shown as it is.
#[test]
fn each_name_in_a_text_has_its_value() {
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

/// A share of the usual number of cases, for what takes long; `PROPTEST_CASES` still changes it.
fn fewer_cases(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases / share, ..usual }
}

/// The fragment itself. What its wrapper lacks is found by `cargo xtask lint`, which a test of the command line runs.
fn fragment() -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/atlas-migration.yaml");
    Document::load("spec/atlas-migration.yaml", &std::fs::read(path).unwrap()).unwrap()
}

fn lint_fragment(document: &Document) -> Vec<Problem> {
    let (id_types, replacements) = (generator::ID_TYPES, generator::HAND_WRITTEN);
    lint(document, &Known { id_types, replacements, exposed: None })
}

#[test]
fn fragment_is_clean() {
    let document = fragment();
    let problems = lint_fragment(&document);
    let text: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    assert!(problems.is_empty(), "\n{text}");
    serde_json::from_value::<openapiv3::OpenAPI>(document.value).unwrap();
}
