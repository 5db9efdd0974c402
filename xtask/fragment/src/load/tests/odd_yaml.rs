//! Unusual YAML: what YAML 1.2 allows is loaded, and what only looks like it has an error.

use serde_json::{Value, json};

use super::assert_loads;
use crate::Document;

#[track_caller]
fn assert_all_load(expected: &Value, texts: &[&str]) {
    for text in texts {
        assert_loads(text, expected);
    }
}

/// Sections 6.2 and 6.7: outside of indentation, any mix of spaces and tabs separates tokens.
#[test]
fn tabs_separate() {
    assert_all_load(
        &json!({"a": "x"}),
        &[
            "a:\tx\n",
            "a:\t\tx\n",
            "a: \tx\n",
            "a:\t x\n",
            "a\t: x\n",
            "a\t:\tx\n",
            "a: x\t\n",
            "a: x \t # comment\n",
            "a:\t# comment\n  x\n",
            "a:\t'x'\n",
            "a:\t\"x\"\t# comment\n",
            "'a'\t:\tx\n",
            "a:\t>-\n  x\n",
            "a: |-\t# comment\n  x\n",
            "?\ta\n:\tx\n",
            "? a\n:\tx\n",
            "a:\n  x\n\t\n",
            "a: x\n\t# comment\n",
            "\t\na: x\n",
            "--- # comment\na:\tx\n",
            "a: x\n...\t\n",
            "{a:\tx}",
            "{\ta\t:\tx\t}\t",
            "\t{\"a\":\t\"x\"}",
            "{\n\t\"a\":\t\"x\"\n}\n",
            "{\r\n\t\"a\":\t\"x\"\r\n}\r\n",
        ],
    );
    assert_all_load(
        &json!({"a": ["x", "y"]}),
        &[
            "a:\n-\tx\n- \ty\n",
            "a:\t[x,\ty]\n",
            "a:\t[\tx\t,\ty\t]\n",
            "a:\t\n  - x\n  -\ty\n",
            "a: [\n  \tx,\n  \ty\n  ]\n",
            "{\"a\":[\n\t\"x\",\n\t\"y\"\n]}",
        ],
    );
    assert_all_load(
        &json!({"a": {"b": 1, "c": 1}}),
        &["a:\t&x\n  b: 1\n  c: 1\n", "a:\t{b:\t&x\t1, c:\t*x\t}\n", "a:\n  b: 1\n \t# comment\n  c: 1\n"],
    );
    // Content, not separation.
    assert_all_load(
        &json!({"a": "x\ty\n"}),
        &["a: |\n  x\ty\n", "a:\t|\n x\ty", "a: \"x\\ty\\n\"", "a: \"x\ty\\n\""],
    );
    assert_all_load(&json!({"a": "x y"}), &["a: x\n  \ty\n", "a: \"x\n  \ty\"\n", "a: 'x \t\n \ty'\n"]);
}

/// Section 6.1: a tab does not indent.
#[test]
fn tabs_do_not_indent() {
    for text in ["a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 1\n", "- a\n\t- b\n", "a:\t- x\n", "a:\tb: x\n"] {
        let problems = Document::load("f.yaml", text.as_bytes()).expect_err(text);
        assert_eq!(problems[0].violation.rule.id, "syntax", "{text:?}");
    }
}

#[test]
fn marks_around_the_document() {
    assert_all_load(
        &json!({"a": 1}),
        &[
            "---\na: 1\n",
            "--- # comment\na: 1\n",
            "---\n# comment\n\na: 1\n",
            "---\n{a: 1}\n",
            "--- {a: 1}\n",
            "---\t{a: 1}\n",
            "a: 1\n...\n",
            "a: 1\n... # comment\n",
            "%YAML 1.2\n---\na: 1\n",
            "%YAML 1.2 # comment\n--- # comment\na: 1\n",
            "%YAML 1.1\n---\na: 1\n",
            "%TAG ! tag:example.com,2000:\n---\na: 1\n",
            "# comment\n%YAML 1.2\n---\na: 1\n...\n# comment\n",
            "\u{feff}a: 1\n",
            "\u{feff}---\na: 1\n",
            "\u{feff}# comment\na: 1\n",
            "\u{feff}{\"a\": 1}",
            "\n\n  \n{a: 1}",
            "a: 1",
            "a: 1\r\n",
            "a: 1\r",
            "a: 1 # no line break",
        ],
    );
}

#[test]
fn block_scalars() {
    assert_all_load(
        &json!({"a": "x\n"}),
        &[
            "a: |\n  x\n",
            "a: |\n         x\n\n\n",
            "a: |2\n  x\n",
            "a: >\n  x\n",
            "a: |\r\n  x\r\n",
            "a: | # c\n x",
        ],
    );
    assert_all_load(&json!({"a": "x"}), &["a: |-\n  x\n\n", "a: >-\n  x", "a: |1-\n x\n", "a: |-1\n x\n"]);
    assert_all_load(&json!({"a": "x\n\n"}), &["a: |+\n  x\n\n", "a: |+1\n x\n\n", "a: >+\n x\n \n"]);
    assert_all_load(&json!({"a": "  x\ny\n"}), &["a: |2\n    x\n  y\n", "a: |1\n   x\n y\n"]);
    assert_all_load(&json!({"a": "x y\nz\n"}), &["a: >\n  x\n  y\n\n  z\n", "a: >\n  x\n  y\n\n  z\n\n"]);
    assert_all_load(&json!({"a": "# x\n--- y\n"}), &["a: |\n  # x\n  --- y\n"]);
    assert_all_load(&json!({"a": "", "b": 1}), &["a: |\nb: 1\n", "a: >-\n\nb: 1\n"]);
}

#[test]
fn quotes_and_plain_scalars() {
    assert_all_load(
        &json!({"a": "it's \"x\""}),
        &["a: 'it''s \"x\"'\n", "a: \"it's \\\"x\\\"\"\n", "a: it's \"x\"\n", "'a': it's\n  \"x\"\n"],
    );
    assert_all_load(&json!({"a": "xy"}), &["a: \"x\\\n  y\"\n", "\"\\x61\": \"x\\u0079\"\n", "a: 'xy'\n"]);
    assert_all_load(&json!({"a": "http://x/y#z:?-"}), &["a: http://x/y#z:?-\n", "{a: http://x/y#z:?-}"]);
    assert_all_load(&json!({"a": "-x ?y :z"}), &["a: -x ?y :z\n", "a: -x\n ?y\n :z\n"]);
    assert_all_load(&json!({"a b": "@c"}), &["a b: '@c'\n", "\"a b\" : \"@c\"", "? a\n  b\n: '@c'"]);
    assert_all_load(
        &json!({"x": "a\u{a0}b\u{2028}c\u{85}"}),
        &["x: 'a\u{a0}b\u{2028}c\u{85}'", "x: \"a\\_b\\Lc\\N\""],
    );
    assert_all_load(&json!({"/a/{b}": {"~1": "y", "no": "off"}}), &["/a/{b}: {~1: y, no: off}\n"]);
    assert_all_load(
        &json!({"a": null, "b": null}),
        &["a:\nb: ~\n", "{a: , b}", "{a, b: null}", "? a\n? b\n"],
    );
}

#[test]
fn flow_collections_over_several_lines() {
    assert_all_load(
        &json!({"a": [1, {"b": "x y", "c": []}]}),
        &[
            "a: [1, {b: x y, c: []}]\n",
            "a: [\n  1, # comment\n  # comment\n  {\n    b: x\n      y,\n    c: [],\n  },\n]\n",
            "a:\n  - 1\n  -\n    b: x y\n    c: [\n    ]\n",
            "a: [\n1, {\nb: x y, c: []\n}\n]\n",
            "{a: [1,{'b':x y,\"c\":[]}]}",
            "{\"a\":[1,{\"b\":\"x y\",\"c\":[]}]}",
            "? a\n: - 1\n  - ? b\n    : x y\n    c: []\n",
        ],
    );
    assert_all_load(&json!({"a": [{"b": 1}, {"c": 2}]}), &["a: [b: 1, c: 2]\n", "a: [? b : 1, {c: 2}]\n"]);
}
