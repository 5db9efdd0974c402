//! Each format against a committed file, and the JSON format against its committed schema.
//!
//! `UPDATE_GOLDEN=1 cargo test -p atlas-review golden` writes them anew; the diff of the commit is the review.

use std::path::Path;
use std::{env, fs};

use serde_json::Value;

use openapi_diff::{Acknowledgement, Acknowledgements, Diff, Format, Names, compare, render};
use openapi_fragment::Document;

use crate::rust::{Bump, Gate, Notice, RustApi, RustReport, RustVerdict, Signature};

type Report = openapi_diff::Report<RustApi>;

const BASE: &str = include_str!("golden/base.yaml");
const REVISION: &str = include_str!("golden/revision.yaml");

/// What a judge of the Rust API might say: something of the first edit, nothing of the others.
fn rust(diff: &Diff) -> RustReport {
    let signature = Signature {
        rule: "rust-function-changed",
        item: "Client::read_b".to_owned(),
        bump: Bump::Major,
        before: Some("fn get_b(&self)".to_owned()),
        after: Some("fn read_b(&self)".to_owned()),
        note: Some("renamed".to_owned()),
    };
    let mut verdicts = vec![RustVerdict::default(); diff.edits.len()];
    verdicts[0] = RustVerdict {
        bump: Bump::Major,
        signatures: vec![signature],
        runtime: vec![Notice { rule: "run-field-must-come", text: "a field is newly required".to_owned() }],
    };
    let unexplained = Signature {
        rule: "rust-type-added",
        item: "model::B".to_owned(),
        bump: Bump::Minor,
        before: None,
        after: Some("pub struct B".to_owned()),
        note: None,
    };
    let gate = Gate {
        base: "0.3.1".to_owned(),
        needed: "0.4.0".to_owned(),
        found: "0.3.2".to_owned(),
        changelog: false,
    };
    RustReport { verdicts, unattributed: vec![unexplained], gate: Some(gate) }
}

fn report(judged: bool) -> Report {
    let load = |text: &str| Document::load("spec/golden.yaml", text.as_bytes()).expect("it loads");
    let (base, revision) = (load(BASE), load(REVISION));
    let diff = compare(&base, &revision);
    let text = |text: &str| text.to_owned();
    let acknowledged = Acknowledgements {
        acknowledged: vec![Acknowledgement {
            fingerprint: text("0123456789ab"),
            rule: text("request-a"),
            node: text("schema Gone"),
            reason: text("Agreed."),
        }],
    };
    let names = Names {
        file: "spec/golden.yaml".to_owned(),
        base: "main@1a2b3c4".to_owned(),
        revision: "worktree".to_owned(),
    };
    let report = Report::new(names, &diff, &revision, &acknowledged);
    if !judged {
        return report;
    }
    let (of_report, of_edits) = RustApi::extensions(Ok(rust(&diff)));
    report.with(of_report, of_edits)
}

fn rendered(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    render(report, format, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("it is text")
}

#[track_caller]
fn is(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, found).expect("it can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{name} differs; run with UPDATE_GOLDEN=1\n{found}");
}

#[test]
fn golden_text() {
    is("src/tests/golden/text.txt", &rendered(&report(true), Format::Text));
}

#[test]
fn golden_markdown() {
    is("src/tests/golden/comment.md", &rendered(&report(true), Format::Markdown));
}

#[test]
fn golden_github() {
    is("src/tests/golden/annotations.txt", &rendered(&report(true), Format::Github));
}

#[test]
fn golden_json() {
    is("src/tests/golden/report.json", &rendered(&report(true), Format::Json));
}

#[test]
fn golden_schema() {
    let schema = schemars::schema_for!(Report);
    is("report.schema.json", &format!("{:#}\n", schema.as_value()));
}

/// The target is still there, somewhere else in the file: that is not where anything was edited.
#[test]
fn what_is_gone_within_a_reference_is_shown_at_the_reference() {
    const BOTH: &str = "
components:
  schemas:
    Old: {type: object, properties: {a: {type: string}, b: {type: string}}}
    New: {type: object, properties: {a: {type: string}}}
    User: {type: array, items: {$ref: '#/components/schemas/Old'}}
";
    let load = |text: &str| Document::load("a.yaml", text.as_bytes()).expect("it loads");
    let (base, revision) = (load(BOTH), load(&BOTH.replace("schemas/Old'", "schemas/New'")));
    let names = Names { file: String::new(), base: String::new(), revision: String::new() };
    let diff = compare(&base, &revision);
    let report = Report::new(names, &diff, &revision, &Acknowledgements::default());
    let [edit] = &report.edits[..] else { panic!("{:#?}", report.edits) };
    assert_eq!((edit.line, edit.within[0].line), (6, 6), "{:#?}", edit.within[0]);
    assert_eq!(edit.within[0].base.as_ref().map(|location| location.line), Some(4));
}

/// A reader gets from each line to the rule that stands behind it.
#[test]
fn every_rule_that_is_shown_can_be_explained() {
    let report = report(true);
    for format in [Format::Text, Format::Markdown, Format::Github] {
        let text = rendered(&report, format);
        let shown: Vec<&str> =
            text.split('[').skip(1).filter_map(|rest| rest.split([']', ' ']).next()).collect();
        for rule in &shown {
            let known = openapi_diff::rules::explain(rule).or_else(|| crate::rust::explain(rule));
            assert!(known.is_some(), "{rule} of\n{text}");
        }
        for kind in ["rust-", "run-", "request-", "response-"] {
            assert!(shown.iter().any(|rule| rule.starts_with(kind)), "no {kind} in\n{text}");
        }
    }
}

/// Nobody has judged, which is not the same as "none".
#[test]
fn no_word_of_rust_without_a_judge() {
    let report = report(false);
    for format in [Format::Text, Format::Markdown, Format::Json, Format::Github] {
        let text = rendered(&report, format);
        assert!(!text.contains("Rust") && !text.contains("rust"), "{text}");
    }
}

/// Every key that is written is in the schema, at every depth that both know.
#[test]
fn json_fits_its_schema() {
    let schema = schemars::schema_for!(Report).as_value().clone();
    let json: Value = serde_json::from_str(&rendered(&report(true), Format::Json)).expect("it is JSON");
    fits(&schema, &schema, &json, "");
}

/// As much of JSON Schema as schemars writes for these types.
#[track_caller]
fn fits(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(target.trim_start_matches('#')).expect("a definition");
        return fits(root, target, value, at);
    }
    match value {
        Value::Object(members) if schema.get("properties").is_some() => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                assert!(members.contains_key(name), "{at} has no {name}");
            }
            for (key, value) in members {
                let inner = schema["properties"]
                    .get(key)
                    .unwrap_or_else(|| panic!("{at}/{key} is not in the schema"));
                fits(root, inner, value, &format!("{at}/{key}"));
            }
        }
        Value::Array(items) => {
            let inner = schema.get("items").unwrap_or(&Value::Bool(true));
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| fits(root, inner, item, &format!("{at}/{index}")));
        }
        _ => {}
    }
}
