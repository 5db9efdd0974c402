//! Valid and invalid input of the loader. No input makes it panic, hang or overflow the stack.

mod odd_yaml;

use std::time::{Duration, Instant};

use proptest::prelude::ProptestConfig;
use serde_json::json;

use super::*;
use crate::Document;

#[track_caller]
fn assert_loads(text: &str, expected: &Value) {
    let document =
        Document::load("f.yaml", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(document.value, *expected);
}

/// Expects exactly these problems, written `line:column pointer rule`.
#[track_caller]
fn assert_problems(text: impl AsRef<[u8]>, expected: &[&str]) {
    let problems = Document::load("f.yaml", text.as_ref()).expect_err("a problem was expected");
    let found: Vec<_> = problems
        .iter()
        .map(|Problem { position, pointer, violation, .. }| {
            format!("{position} {pointer} {}", violation.rule.id)
        })
        .collect();
    assert_eq!(found, expected, "{problems:#?}");
}

#[test]
fn values() {
    assert_loads(
        "a: no\nb: [1, 'x', ~]\nc: >-\n  d\n  e\n",
        &json!({"a": "no", "b": [1, "x", null], "c": "d e"}),
    );
    assert_loads("'200': &x {a: 1}\n'201': *x\n", &json!({"200": {"a": 1}, "201": {"a": 1}}));
    assert_loads("\u{feff}a: 1\n", &json!({"a": 1}));
    assert_loads("%YAML 1.2\n---\na: 1\n...\n", &json!({"a": 1}));
    assert_loads("a:\r\n  b: 1\r\n", &json!({"a": {"b": 1}}));
    // A quoted `<<` is a key like any other.
    assert_loads("'<<': 1", &json!({"<<": 1}));
}

#[test]
fn json_is_yaml() {
    let value = json!({
        "a": {"b": [1, -2.5, 1e3, true, null, "x\"\\/\u{8}\n\u{1f600}"], "": {}},
        "200": [],
    });
    assert_loads(&value.to_string(), &value);
    assert_loads(&serde_json::to_string_pretty(&value).unwrap(), &value);
    assert_loads("{\n\t\"a\": [\n\t\t1\n\t]\n}\n", &json!({"a": [1]}));
    assert_loads(r#"{"a":"\/\u0041"}"#, &json!({"a": "/A"}));
}

#[test]
fn keeps_the_order_of_keys() {
    let document = Document::load("f.yaml", b"z: 1\na: 2\nm: 3\n").unwrap();
    let keys: Vec<_> = document.value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["z", "a", "m"]);
}

/// Expects these pointers at these lines and columns.
#[track_caller]
fn assert_positions(text: &str, expected: &[(&str, usize, usize)]) {
    let document = Document::load("f.yaml", text.as_bytes()).unwrap();
    for &(pointer, line, column) in expected {
        assert_eq!(document.nearest_position(pointer), Position { line, column }, "{pointer}");
    }
}

#[test]
fn positions() {
    let text = "a:\n  b: &x\n    - c: 1\n    - 2\nd: *x\n'/p': {e: f}\n";
    assert_positions(
        text,
        &[("", 1, 1), ("/a", 1, 1), ("/a/b", 2, 3), ("/a/b/0", 3, 7), ("/a/b/0/c", 3, 7), ("/a/b/1", 4, 7)],
    );
    // Nodes within an alias have the positions of the anchored originals.
    assert_positions(text, &[("/d", 5, 1), ("/d/1", 4, 7), ("/~1p", 6, 1), ("/~1p/e", 6, 8)]);
    // A node that does not exist has the position of its nearest existing ancestor.
    assert_positions(
        text,
        &[("/a/b/7", 2, 3), ("/a/b/0/c/d/e", 3, 7), ("/nowhere", 1, 1), ("no pointer", 1, 1)],
    );
}

#[test]
fn positions_after_aliases() {
    let text = "a: &x {b: [1, 2]}\nc: [*x, &y 3, *y, *x]\nd: &z\n  - *x\n  - 4\ne: *z\nf: 5\n";
    assert_positions(
        text,
        &[("/c/0", 1, 4), ("/c/0/b/1", 1, 15), ("/c/1", 2, 9), ("/c/2", 2, 9), ("/c/3/b", 1, 8)],
    );
    assert_positions(text, &[("/d/0/b/0", 1, 12), ("/d/1", 5, 5), ("/e/1", 5, 5), ("/f", 7, 1)]);
}

#[test]
fn positions_in_json() {
    assert_positions(
        r#"{"a": [1, {"b": 2}], "c": 3}"#,
        &[("", 1, 1), ("/a", 1, 2), ("/a/1/b", 1, 12), ("/c", 1, 22)],
    );
    assert_positions("[\n  {\"a\":\n1}\n, 2]", &[("", 1, 1), ("/0", 2, 3), ("/0/a", 2, 4), ("/1", 4, 3)]);
    assert_problems(
        "{\"a\": !x 1,\n\"b\": !x 2}\n---\nc",
        &["1:7 /a tag", "2:6 /b tag", "3:1  second-document"],
    );
    // The position of the bracket that has no counterpart.
    assert_problems("[1, }", &["1:1 /1 syntax"]);
    assert_problems("{\"a\": 1,\n[2, }", &["2:1  syntax"]);
    assert_problems("{\"a\": 1\n\"b\": 2}", &["2:4  syntax"]);
    // A key is a string, even at the start of the file.
    assert_problems("{a: 1}: 2", &["1:7  syntax"]);
}

#[test]
fn invalid_input() {
    assert_problems("", &["1:1  empty-file"]);
    assert_problems("# only a comment\n", &["1:1  empty-file"]);
    assert_problems("a: 1\n---\nb: 2\n", &["2:1  second-document"]);
    assert_problems(b"a: 1\nb: \xff\n", &["2:4  not-utf-8"]);
    assert_problems("a: [1, 2\nb: 3\n", &["2:2 /a/1 syntax"]);
    assert_problems("a: *x\n", &["1:4 /a syntax"]);
    assert_problems(
        "a: {b: 1, b: 2}\nc: {d: 1, d: 2}\n",
        &["1:11 /a duplicate-key", "2:11 /c duplicate-key"],
    );
    assert_problems(
        "a:\n  200: 1\n  true: 2\n  ~: 3\n",
        &["2:3 /a key-not-a-string", "3:3 /a key-not-a-string", "4:3 /a key-not-a-string"],
    );
    assert_problems("? [1]\n: 2\n", &["1:3  key-not-scalar"]);
    assert_problems("? {a: 1}\n: 2\n", &["1:3  key-not-scalar"]);
    assert_problems("a: &x b\n*x : 2\n", &["2:1  key-not-scalar"]);
    assert_problems("a: &x {b: 1}\nc: {<<: *x, d: 1}\n", &["2:5 /c merge-key"]);
    assert_problems("a: !!str 1\nb: !mine 2\nc: ! 3\n", &["1:4 /a tag", "2:4 /b tag", "3:4 /c tag"]);
    assert_problems("a: &x [*x]\n", &["1:8 /a/0 alias-inside-itself"]);
    assert_problems(
        "a: .nan\nb: [1, -.inf]\nc: 99999999999999999999\n",
        &["1:4 /a number-out-of-range", "2:8 /b/1 number-out-of-range", "3:4 /c number-out-of-range"],
    );
    assert_problems("x".repeat(text::MAX_BYTES + 1), &["1:1  too-large"]);
    assert!(
        Document::load("f", "[".repeat(MAX_DEPTH).as_bytes()).unwrap_err()[0]
            .to_string()
            .contains("not YAML")
    );
    assert_problems(
        "{a: ".repeat(MAX_DEPTH + 1),
        &[&format!("1:{} {} too-deep", MAX_DEPTH * 4 + 1, "/a".repeat(MAX_DEPTH))],
    );
}

#[test]
fn shows_position_message_and_help() {
    let problems = Document::load("spec/f.yaml", b"a:\n  200: 1\n").unwrap_err();
    assert_eq!(
        problems[0].to_string(),
        "spec/f.yaml:2:3: the key `200` is not a string\n    at #/a\n    help: quote it: '200'"
    );
}

/// Loads the text on a small stack and returns the elapsed time. A stack overflow aborts the test process.
fn on_small_stack(text: String) -> Duration {
    let start = Instant::now();
    let run = move || drop(Document::load("f.yaml", text.as_bytes()));
    std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap();
    start.elapsed()
}

#[test]
fn hostile_shapes() {
    let laughs = (0..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        text + &format!("a{next}: &a{next} [*a{level}, *a{level}]\n", next = level + 1)
    });
    let mut shapes = vec![laughs];
    for unit in [
        "[", "{", "{a: ", "[{a: ", "- ", "? ", "a: ", "-\n", "\"", "'", "&a ", "&a\n", "*a ", "!a ", "# ",
        "\t", "\n", "|\n", ">\n ", "a", "a\n", "a:\n", "a: b\n", "- a\n", "[],", "]", "}", ",", "%", "---\n",
        "...\n", "\\", "\"\\", "\u{feff}", "\0",
    ] {
        shapes.push(unit.repeat(100_000 / unit.len()));
    }
    // Nesting by indentation.
    shapes.push((0..400).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect());
    for shape in shapes {
        let start: String = shape.chars().take(12).collect();
        let elapsed = on_small_stack(shape);
        println!("{elapsed:?} {start:?}");
        assert!(elapsed < Duration::from_secs(5), "{elapsed:?} for {start:?}…");
    }
}

/// A long text with many aliases, which has few nodes.
#[test]
fn aliases_are_limited_by_bytes() {
    let with_aliases = |bytes: usize, aliases: usize| {
        format!("a: &a {}\nb: [{}]\n", "x".repeat(bytes), "*a, ".repeat(aliases))
    };
    // The text itself, the copy for the aliases, and the aliases.
    let bytes = size::MAX_BYTES / 16;
    assert!(Document::load("f.yaml", with_aliases(bytes - 1, 14).as_bytes()).is_ok());
    assert_problems(with_aliases(bytes, 20), &[&format!("2:{} /b/13 too-many-bytes", 5 + 13 * 4)]);

    // Long keys, and lists of lists.
    let text = format!("a: &a {{? {} : 1}}\nb: [{}]\n", "x".repeat(bytes), "*a, ".repeat(20));
    assert_problems(text, &[&format!("2:{} /b/13 too-many-bytes", 5 + 13 * 4)]);
    let levels = (0..30).fold(format!("a0: &a0 {}\n", "x".repeat(1000)), |text, level| {
        text + &format!("a{next}: &a{next} [*a{level}, *a{level}]\n", next = level + 1)
    });
    let problems = Document::load("f.yaml", levels.as_bytes()).unwrap_err();
    assert_eq!(problems[0].violation.rule.id, "too-many-bytes");
}

/// Each problem below a long key repeats the key in its pointer.
#[test]
fn problems_are_limited_by_bytes() {
    let text = format!("? {}\n: [{}]\n", "x".repeat(100_000), "! 1, ".repeat(1000));
    let problems = Document::load("f.yaml", text.as_bytes()).unwrap_err();
    let bytes: usize = problems.iter().map(|problem| problem.to_string().len()).sum();
    assert!(problems.len() > 1 && bytes < 2 << 20, "{} problems with {bytes} bytes", problems.len());
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes: Vec<u8>) {
        let _ = Document::load_openapi("f.yaml", &bytes);
    }

    /// Uses characters with a meaning in YAML, so that the parser gets past the first line.
    #[test]
    fn any_yaml_like_text(text in r#"[\[\]{}:,&*!?|><'"%@`#\-\n\t a1~.\\xé]{0,200}"#) {
        let _ = Document::load_openapi("f.yaml", text.as_bytes());
    }
}
