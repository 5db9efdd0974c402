//! Golden pairs: each pass converts `<case>.in.yaml` to `<case>.out.yaml`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p atlas-codegen golden` updates the output files; review the diff in the commit.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use proptest::prelude::*;
use serde_json::Value;

use super::{PASSES, Pass, lower};
use openapi_fragment::Document;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lower/golden")
}

/// The names of the files or folders in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn load(path: &Path) -> Value {
    let name = path.display().to_string();
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}; run with UPDATE_GOLDEN=1"));
    Document::load(&name, &bytes).unwrap_or_else(|problems| panic!("{}", problems[0])).value
}

/// Formats the value as YAML, with quotes only where necessary. `verify` parses the result.
fn yaml(value: &Value) -> String {
    let mut text = String::new();
    write_yaml(value, 0, &mut text);
    text.trim_start().to_owned()
}

fn write_yaml(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                out.push_str(&format!("\n{:indent$}{}:", "", scalar(key)));
                write_yaml(value, indent + 2, out);
            }
        }
        Value::Array(array) if !array.is_empty() => {
            for value in array {
                let mut inner = String::new();
                write_yaml(value, indent + 2, &mut inner);
                out.push_str(&format!("\n{:indent$}- {}", "", inner.trim_start()));
            }
        }
        Value::String(text) => out.push_str(&format!(" {}", scalar(text))),
        other => out.push_str(&format!(" {other}")),
    }
    if indent == 0 {
        out.push('\n');
    }
}

/// Quotes a string unless it is clearly a string without quotes. JSON strings are valid YAML.
fn scalar(text: &str) -> String {
    let bare = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_ ./+".contains(c))
        && !text.ends_with(' ')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&&*text.to_lowercase());
    if bare { text.to_owned() } else { Value::from(text).to_string() }
}

#[track_caller]
fn verify(pass: &Pass, folder: &Path, case: &str) {
    let mut value = load(&folder.join(format!("{case}.in.yaml")));
    (pass.run)(&mut value);
    let out = folder.join(format!("{case}.out.yaml"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&out, yaml(&value)).unwrap();
    }
    // Compares texts, so that the order of keys matters and a failure shows a diff.
    let [actual, expected] = [value, load(&out)].map(|value| serde_json::to_string_pretty(&value).unwrap());
    let diff = similar::TextDiff::from_lines(&expected, &actual).unified_diff().to_string();
    assert_eq!(diff, "", "{}/{case}: unexpected output of the pass:\n{diff}", pass.name);
}

#[test]
fn each_pass_matches_its_golden_pairs() {
    for pass in PASSES {
        let folder = folder().join(pass.name);
        let names = names(&folder);
        let cases: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".in.yaml")).collect();
        assert!(!cases.is_empty(), "{} has no golden pairs", pass.name);
        for case in &cases {
            verify(pass, &folder, case);
        }
        for name in &names {
            let case = name.strip_suffix(".out.yaml").or_else(|| name.strip_suffix(".in.yaml"));
            assert!(
                case.is_some_and(|case| cases.contains(&case)),
                "{}/{name} belongs to no case",
                pass.name
            );
        }
    }
}

#[test]
fn each_folder_belongs_to_a_pass() {
    let passes: BTreeSet<String> = PASSES.iter().map(|pass| pass.name.to_owned()).collect();
    assert_eq!(names(&folder()), passes);
}

/// Arbitrary JSON with keys that the passes read.
fn documents() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "paths",
        "/p",
        "get",
        "parameters",
        "responses",
        "requestBody",
        "content",
        "schema",
        "components",
        "schemas",
        "200",
        "401",
        "A",
        "$ref",
        "allOf",
        "properties",
        "items",
        "nullable",
        "description",
        "enum",
        "type",
        "format",
        "info",
        "application/vnd.atlas.2023-01-01+json",
    ]);
    let texts =
        prop::sample::select(vec!["#/components/schemas/A", "string", "password", "[x] ``` <b", "", "#/"]);
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), texts.prop_map(Value::from)];
    leaf.prop_recursive(12, 64, 4, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            4 => prop::collection::vec((keys.clone(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Lint rejects invalid documents. Lowering must not panic for any document, and must be deterministic.
    #[test]
    fn lowering_accepts_any_document(document in documents()) {
        prop_assert_eq!(lower(&document), lower(&document));
    }
}
