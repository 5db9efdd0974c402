//! Files that cannot be loaded. The loader has more tests of its own.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        file(&format!("«{}", "x".repeat((16 << 20) + 1)), [rule("too-large", &["16777216"])]),
        not_utf8(),
        file("a: [1, 2\nb«: 3\n", [rule("syntax", &["illegal placement of ':' indicator"])]),
        file("«# nothing\n", [rule("empty-file", &[])]),
        file("a: 1\n«---\nb: 2\n", [rule("second-document", &[])]),
        file(&format!("{}«[{}", "[".repeat(64), "]".repeat(65)), [rule("too-deep", &["64"])]),
        laughs(),
        long_laughs(),
        change(
            "x-idempotent: false",
            "x-idempotent: false\n      «x-idempotent: true",
            [rule("duplicate-key", &["x-idempotent"])],
        ),
        change("'204'", "«204", [rule("key-not-a-string", &["204"])]),
        change("info: {", "info: {«[a]: 1, ", [rule("key-not-scalar", &[])]),
        change("info: {", "info: {«<<: {a: 1}, ", [rule("merge-key", &[])]),
        change("scopes: {}", "scopes: «!!map {}", [rule("tag", &["!!map"])]),
        change("scopes: {}", "scopes: &scopes {a: «*scopes}", [rule("alias-inside-itself", &[])]),
        change("maximum: 9", "maximum: «.inf", [rule("number-out-of-range", &[])]),
    ]
}

fn not_utf8() -> Case {
    let mut case = file("a: 1\nb: «", [rule("not-utf-8", &[])]);
    case.text.push(0xff);
    case
}

/// A billion nodes in thirty lines.
fn laughs() -> Case {
    let mut text = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..30 {
        // Each level has twice the nodes of the previous one. With their copies, 16 levels have half a million
        // nodes; the nodes and the copy of level 16 exceed the limit.
        let mark = if level == 16 { "«" } else { "" };
        text += &format!("a{level}: {mark}&a{level} [*a{below}, *a{below}]\n", below = level - 1);
    }
    file(&text, [rule("too-many-nodes", &["1000000"])])
}

/// Few nodes, but one of them is a text of four megabytes.
fn long_laughs() -> Case {
    // The text and its copy for the aliases have a quarter of the limit.
    let text = format!("a: &a {}\nb: [*a, *a, *a, *a, *a, «*a]\n", "x".repeat(4 << 20));
    file(&text, [rule("too-many-bytes", &["33554432"])])
}
