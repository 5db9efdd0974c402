//! What the loader refuses; more of it stands beside the loader.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let text = |text: &str| text.to_owned();
    vec![
        file(
            &format!("«{}", "x".repeat((16 << 20) + 1)),
            [ProblemKind::TooLarge { bytes: (16 << 20) + 1, limit: 16 << 20 }],
        ),
        not_utf8(),
        file(
            "a: [1, 2\nb«: 3\n",
            [ProblemKind::Syntax { message: text("illegal placement of ':' indicator") }],
        ),
        file("«# nothing\n", [ProblemKind::EmptyFile]),
        file("a: 1\n«---\nb: 2\n", [ProblemKind::SecondDocument]),
        file(&format!("{}«[", "[".repeat(64)), [ProblemKind::TooDeep { limit: 64 }]),
        laughs(),
        change(
            "x-idempotent: false",
            "x-idempotent: false\n      «x-idempotent: true",
            [ProblemKind::DuplicateKey { key: text("x-idempotent") }],
        ),
        change("'204'", "«204", [ProblemKind::KeyNotText { key: text("204") }]),
        change("info: {", "info: {«[a]: 1, ", [ProblemKind::KeyNotScalar]),
        change("info: {", "info: {«<<: {a: 1}, ", [ProblemKind::MergeKey]),
        change("scopes: {}", "scopes: «!!map {}", [ProblemKind::Tag { tag: text("!!map") }]),
        change("scopes: {}", "scopes: &scopes {a: «*scopes}", [ProblemKind::AliasInsideItself]),
        change("maximum: 9", "maximum: «.inf", [ProblemKind::NumberOutOfRange { text: text(".inf") }]),
    ]
}

fn not_utf8() -> Case {
    let mut case = file("a: 1\nb: «", [ProblemKind::NotUtf8]);
    case.text.push(0xff);
    case
}

/// A billion nodes in thirty lines.
fn laughs() -> Case {
    let mut text = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..30 {
        // Each has twice the nodes of the one before. With their copies, sixteen hold half a million, and the
        // sixteenth's own parts and copy are too many.
        let mark = if level == 16 { "«" } else { "" };
        text += &format!("a{level}: {mark}&a{level} [*a{below}, *a{below}]\n", below = level - 1);
    }
    file(&text, [ProblemKind::TooManyNodes { limit: 1_000_000 }])
}
