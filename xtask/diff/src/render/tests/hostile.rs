//! Texts of the documents and of the caller are data in every format: they end no line, start no command, are no markup
//! and reach no terminal as control characters.

mod input;

use std::collections::BTreeSet;

use openapi_fragment::is_printable;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use super::{Format, rendered};
use crate::{Report, Terminal};
use input::{Echo, report};

/// Part of every hostile text, so that its place in the output is known.
const MARK: &str = "Qz";

const FRAGMENTS: &[&str] = &[
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "\u{1b}[2J",
    "\u{1b}]8;;http://a.b\u{7}",
    "\u{9b}31m",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{2066}",
    "\u{2028}",
    "\u{feff}",
    "\u{200b}",
    "e\u{301}",
    "漢字",
    " ",
    "  ",
    "`",
    "``",
    "```\n",
    "|",
    "\\",
    "\\|",
    "<b>",
    "</code>",
    "</details>",
    "<!--",
    "<img src=a onerror=b>",
    "&lt;",
    "@octocat",
    "#1",
    "a/b#1",
    "https://a.b/c",
    "[a](http://b.c)",
    "![a](b)",
    "[^1]",
    "**",
    "__",
    "~~",
    "$a$",
    ":x:",
    "\n- ",
    "\n# ",
    "\n> ",
    "\n---\n",
    "\n1. ",
    "    ",
    "::error file=a,line=1::b",
    "\n::error::a",
    "::",
    "##[error]",
    "##[",
    "%0A",
    "%",
    ",",
    ":",
    ";",
    "'",
    "\"",
    "$(id)",
    "{",
    "}",
    "[",
    "]",
    "/",
    "~",
    "→",
    "−",
    "  [a b]",
];

/// A text of fragments between two marks.
fn hostile() -> impl Strategy<Value = String> {
    let fragments = prop::collection::vec(select(FRAGMENTS), 0..6);
    let long = prop_oneof![9 => Just(1usize), 1 => Just(400)];
    (fragments, long).prop_map(|(parts, repeat)| format!("{MARK}{}{MARK}", parts.concat().repeat(repeat)))
}

/// What holds for every format: no control character but line breaks, and no workflow command of a document.
fn check_lines(output: &str) -> Result<(), TestCaseError> {
    for line in output.lines() {
        prop_assert!(line.chars().all(is_printable), "{line:?}");
        prop_assert!(!line.contains("##["), "{line:?}");
    }
    Ok(())
}

fn check_text(output: &str) -> Result<(), TestCaseError> {
    check_lines(output)?;
    for (number, line) in output.lines().enumerate().skip(1) {
        let start = line.trim_start().split([' ', ':']).next().unwrap_or_default();
        let is_known = ["http", "echo", "run", "·", "acknowledged", "unexplained", "unclassified", "stale"]
            .contains(&start)
            || start.parse::<usize>().is_ok()
            || (number < 3 && ["over", "Echo"].contains(&start));
        prop_assert!(is_known, "{line:?}");
    }
    Ok(())
}

/// Whether a list in HTML has nothing but the tags of this crate outside of its code.
fn is_plain_html(html: &str) -> bool {
    let mut rest = String::new();
    let mut parts = html.split("<code>");
    rest.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let Some((code, after)) = part.split_once("</code>") else { return false };
        if code.contains(['<', '>']) {
            return false;
        }
        rest.push_str(after);
    }
    for tag in ["<details><summary>", "</summary>", "</details>", "<br>"] {
        rest = rest.replace(tag, "");
    }
    !rest.contains(['<', '>', '@', '`']) && !rest.contains(MARK)
}

fn check_markdown(output: &str) -> Result<(), TestCaseError> {
    check_lines(output)?;
    for event in Parser::new_ext(output, Options::all()) {
        match event {
            Event::Text(text) => prop_assert!(!text.contains(MARK), "{text:?} is not code"),
            Event::Html(html) => prop_assert!(is_plain_html(&html), "{html:?}"),
            Event::Start(tag) => {
                let is_known = matches!(
                    tag,
                    Tag::Paragraph
                        | Tag::Heading { .. }
                        | Tag::List(None)
                        | Tag::Item
                        | Tag::Strong
                        | Tag::HtmlBlock
                        | Tag::Table(_)
                        | Tag::TableHead
                        | Tag::TableRow
                        | Tag::TableCell
                );
                prop_assert!(is_known, "{tag:?}");
            }
            Event::Code(_) | Event::SoftBreak | Event::End(_) => {}
            other => prop_assert!(false, "{other:?}"),
        }
    }
    Ok(())
}

fn check_annotations(output: &str) -> Result<(), TestCaseError> {
    check_lines(output)?;
    for line in output.lines() {
        let command = ["::error file=", "::warning file=", "::notice file="];
        let Some(rest) = command.iter().find_map(|command| line.strip_prefix(command)) else {
            let is_log =
                ["error ", "warning ", "notice ", "    "].iter().any(|start| line.starts_with(start));
            prop_assert!(is_log && !line.trim_start().starts_with("::"), "{line:?}");
            continue;
        };
        let (properties, message) = rest.split_once("::").expect("a command has a message");
        prop_assert!(message.len() < 65_536, "{} bytes", message.len());
        let names: Vec<_> =
            properties.split(',').skip(1).map(|property| property.split('=').next()).collect();
        prop_assert_eq!(names, [Some("line"), Some("col"), Some("title")], "{}", line);
    }
    Ok(())
}

fn check(report: &Report<Echo>) -> Result<(), TestCaseError> {
    let text = rendered(report, Format::Text);
    check_text(&text)?;
    let colored = rendered(report, Format::Terminal(Terminal { width: None, color: true }));
    let plain = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m"]
        .iter()
        .fold(colored, |text, code| text.replace(code, ""));
    prop_assert_eq!(plain, text);
    check_lines(&rendered(report, Format::Markdown))?;
    check_markdown(&rendered(report, Format::Markdown))?;
    check_markdown(&rendered(report, Format::Summary))?;
    check_annotations(&rendered(report, Format::Github))?;
    let json = rendered(report, Format::Json);
    check_lines(&json)?;
    let expected = serde_json::to_value(report).expect("it is JSON");
    prop_assert_eq!(serde_json::from_str::<Value>(&json).expect("it is JSON"), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24),
        rng_seed: RngSeed::Fixed(10),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_leaves_its_place(text in hostile(), start in 0usize..21) {
        check(&report(&text, start))?;
    }
}

/// Each fragment alone, which random texts may miss.
#[test]
fn no_fragment_leaves_its_place() {
    let mut changes = BTreeSet::new();
    for (index, fragment) in FRAGMENTS.iter().enumerate() {
        let text = match index % 3 {
            0 => format!("{MARK}{fragment}{MARK}"),
            1 => format!("{fragment}{MARK}"),
            _ => format!("{MARK}{fragment}"),
        };
        let report = report(&text, index % 21);
        changes.extend(report.edits.iter().map(|edit| edit.change));
        if let Err(error) = check(&report) {
            panic!("{text:?}: {error}");
        }
    }
    assert!(changes.len() > 30, "{changes:?}");
}
