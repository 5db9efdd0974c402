//! Compares each format with a committed file, and the schema of the JSON format with the committed one.
//!
//! `UPDATE_GOLDEN=1 cargo test -p atlas-review golden` updates the files. Review their diff before the commit.

use std::path::Path;
use std::{env, fs};

use semver::Version;
use serde_json::{Value, json};

use openapi_diff::{Acknowledgements, Diff, Format, Names, compare, render};
use openapi_fragment::Document;

use crate::rust::{Bump, Gate, Notice, RustApi, RustReport, RustVerdict, Signature};

type Report = openapi_diff::Report<RustApi>;

const BASE: &str = include_str!("golden/base.yaml");
const REVISION: &str = include_str!("golden/revision.yaml");

/// A possible result for the Rust API: the first edit has an effect, the others have none.
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
        runtime: vec![Notice {
            rule: "run-response-field-required",
            text: "a field is newly required".to_owned(),
        }],
        wrapper: vec![Notice {
            rule: "wrapper-uses-changed-code",
            text: "wrapper: get_b() → read_b()  (in b.rs:7)".to_owned(),
        }],
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
        base: Version::new(0, 3, 1),
        needed: Version::new(0, 4, 0),
        found: Version::new(0, 3, 2),
        changelog: false,
    };
    RustReport { bump: Bump::Major, gate: Some(gate), unattributed: vec![unexplained], verdicts }
}

fn report(with_rust: bool) -> Report {
    let load =
        |text: &str| Document::load("spec/golden.yaml", text.as_bytes()).expect("the document is valid");
    let (base, revision) = (load(BASE), load(REVISION));
    let diff = compare(&base, &revision);
    let acknowledged = json!({"acknowledged": [
        {"fingerprint": "0123456789ab", "rule": "request-a", "node": "schema Gone", "reason": "Agreed."}
    ]});
    let acknowledged: Acknowledgements = serde_json::from_value(acknowledged).expect("one acknowledgement");
    let names = Names::new("spec/golden.yaml", "main@1a2b3c4", "worktree");
    let report = Report::new(names, &diff, &revision, &acknowledged);
    if !with_rust {
        return report;
    }
    let (of_report, of_edits) = RustApi::extensions(Ok(rust(&diff)));
    report.with(of_report, of_edits)
}

fn rendered(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    render(report, format, &mut out).expect("writing to memory cannot fail");
    String::from_utf8(out).expect("the output is text")
}

#[track_caller]
fn check_golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, found).expect("the file is writable");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{name} differs; run with UPDATE_GOLDEN=1\n{found}");
}

#[test]
fn formats_match_golden_files() {
    for (name, format) in [
        ("text.txt", Format::Text),
        ("comment.md", Format::Markdown),
        ("annotations.txt", Format::Github),
        ("report.json", Format::Json),
    ] {
        check_golden(&format!("src/tests/golden/{name}"), &rendered(&report(true), format));
    }
    let schema = schemars::schema_for!(Report);
    check_golden("report.schema.json", &format!("{:#}\n", schema.as_value()));
}

/// The old target of the reference still exists, but the edit is not there.
#[test]
fn a_removal_within_a_changed_reference_is_shown_at_the_reference() {
    const BOTH: &str = "
components:
  schemas:
    Old: {type: object, properties: {a: {type: string}, b: {type: string}}}
    New: {type: object, properties: {a: {type: string}}}
    User: {type: array, items: {$ref: '#/components/schemas/Old'}}
";
    let load = |text: &str| Document::load("a.yaml", text.as_bytes()).expect("the document is valid");
    let (base, revision) = (load(BOTH), load(&BOTH.replace("schemas/Old'", "schemas/New'")));
    let names = Names::new("", "", "");
    let diff = compare(&base, &revision);
    let report = Report::new(names, &diff, &revision, &Acknowledgements::default());
    let [edit] = &report.edits[..] else { panic!("{:#?}", report.edits) };
    assert_eq!((edit.line, edit.within[0].line), (6, 6), "{:#?}", edit.within[0]);
    assert_eq!(edit.within[0].base.as_ref().map(|location| location.line), Some(4));
}

/// Every rule in a report can be passed to `--explain`.
#[test]
fn every_rule_in_a_report_can_be_explained() {
    let report = report(true);
    for format in [Format::Text, Format::Markdown, Format::Github] {
        let text = rendered(&report, format);
        let shown: Vec<&str> =
            text.split('[').skip(1).filter_map(|rest| rest.split([']', ' ']).next()).collect();
        for rule in &shown {
            let explanation = openapi_diff::rules::explain(rule).or_else(|| crate::rust::explain(rule));
            assert!(explanation.is_some(), "{rule} of\n{text}");
        }
        for kind in ["rust-", "run-", "request-", "response-"] {
            assert!(shown.iter().any(|rule| rule.starts_with(kind)), "no {kind} in\n{text}");
        }
    }
}

/// The rules of the Rust API in a text, each as often as it is there.
fn rust_rules(text: &str) -> Vec<&str> {
    let rules = text.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    let is_rust = |rule: &&str| ["rust-", "run-", "wrapper-"].iter().any(|kind| rule.starts_with(kind));
    let mut rules: Vec<&str> = rules.filter(is_rust).collect();
    rules.sort_unstable();
    rules
}

#[test]
fn formats_agree_about_the_rust_api() {
    let report = report(true);
    let summary = report.extension.rust.as_ref().expect("it was reviewed");
    let verdicts = || report.edits.iter().filter_map(|edit| edit.extension.rust.as_ref());
    let signatures = verdicts().flat_map(|verdict| &verdict.signatures).chain(&summary.unattributed);
    let notices = verdicts().flat_map(|verdict| verdict.runtime.iter().chain(&verdict.wrapper));
    let mut expected: Vec<&str> =
        signatures.map(|signature| signature.rule).chain(notices.map(|notice| notice.rule)).collect();
    expected.sort_unstable();
    assert!(expected.len() > 2, "{expected:?}");
    for format in [Format::Text, Format::Markdown, Format::Github] {
        let text = rendered(&report, format);
        assert_eq!(rust_rules(&text), expected, "{text}");
    }
}

/// An edit without effect over HTTP and on signatures is annotated if behavior changes at run time.
#[test]
fn changes_at_run_time_are_annotated() {
    let load = |text: &str| Document::load("spec/golden.yaml", text.as_bytes()).expect("it is valid");
    let (base, revision) = (load(BASE), load(&BASE.replace("operationId: getB", "operationId: readB")));
    let diff = compare(&base, &revision);
    let annotations = |runtime: Vec<Notice>| {
        let verdicts = vec![RustVerdict { runtime, ..RustVerdict::default() }];
        let (of_report, of_edits) = RustApi::extensions(Ok(RustReport { verdicts, ..RustReport::default() }));
        let names = Names::new("spec/golden.yaml", "", "");
        let report = Report::new(names, &diff, &revision, &Acknowledgements::default());
        rendered(&report.with(of_report, of_edits), Format::Github)
    };
    assert_eq!(annotations(Vec::new()), "");
    let notice = Notice { rule: "run-path-changed", text: "the path is another".to_owned() };
    assert!(annotations(vec![notice]).starts_with("::notice file=spec/golden.yaml,line=14"));
}

/// A report without the Rust API does not mention it, because "none" would be a verdict.
#[test]
fn a_report_without_the_rust_api_does_not_mention_it() {
    let report = report(false);
    for format in [Format::Text, Format::Markdown, Format::Json, Format::Github] {
        let text = rendered(&report, format);
        assert!(!text.contains("Rust") && !text.contains("rust"), "{text}");
    }
}

/// Every key of the JSON report is in the schema, at every depth.
#[test]
fn json_fits_its_schema() {
    let schema = schemars::schema_for!(Report).as_value().clone();
    let json: Value =
        serde_json::from_str(&rendered(&report(true), Format::Json)).expect("the report is JSON");
    check_schema(&schema, &schema, &json, "");
}

/// Checks a value against a JSON Schema, as far as schemars uses JSON Schema for these types.
#[track_caller]
fn check_schema(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(target.trim_start_matches('#')).expect("a definition");
        return check_schema(root, target, value, at);
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
                check_schema(root, inner, value, &format!("{at}/{key}"));
            }
        }
        Value::Array(items) => {
            let inner = schema.get("items").unwrap_or(&Value::Bool(true));
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| check_schema(root, inner, item, &format!("{at}/{index}")));
        }
        _ => {}
    }
}
