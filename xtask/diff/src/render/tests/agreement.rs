//! The formats of one report state the same: each is parsed into the edits and findings that it shows.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use openapi_fragment::{Document, printable};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::{BASE, Format, REVISION, document, rendered, report_of};
use crate::Report;

/// An edit: its title and its position.
type Edit = (String, String);

/// A finding: its edit, its rule and its level.
type Statement = (Edit, String, String);

/// From the JSON format, with the statements that the format to compare shows.
fn of_json(json: &str, has_effect_only: bool) -> BTreeSet<Statement> {
    fn edit(value: &Value, has_effect_only: bool, found: &mut BTreeSet<Statement>) {
        let text = |key: &str| value[key].as_str().unwrap();
        let node = if text("name").is_empty() {
            text("kind").to_owned()
        } else {
            format!("{} {}", text("kind"), text("name"))
        };
        let gap = if text("detail").starts_with(['+', '−']) { "  " } else { ": " };
        let title = printable(&format!("{node}{gap}{}", text("detail"))).into_owned();
        let mut position = format!("{}:{}", value["line"], value["column"]);
        if value["revision"].is_null() && value["base"].is_object() {
            position += &format!(" ({}:{} of main@1a2b3c4)", value["base"]["line"], value["base"]["column"]);
        }
        let within = value["within"].as_array().unwrap();
        for finding in value["findings"].as_array().unwrap() {
            let level = finding["level"].as_str().unwrap().replace("none", "no effect");
            // The edits within a changed reference tell more than a finding without effect.
            if level == "no effect" && (has_effect_only || !within.is_empty()) {
                continue;
            }
            let rule = finding["rule"].as_str().unwrap().to_owned();
            found.insert(((title.clone(), position.clone()), rule, level));
        }
        within.iter().for_each(|inner| edit(inner, has_effect_only, found));
    }
    let mut found = BTreeSet::new();
    let report: Value = serde_json::from_str(json).unwrap();
    report["edits"].as_array().unwrap().iter().for_each(|value| edit(value, has_effect_only, &mut found));
    found
}

/// `5:3` of `golden.yaml:5:3`
fn position(text: &str) -> String {
    text.split_once("golden.yaml:").map_or(text, |(_, position)| position).to_owned()
}

/// `rule` of `[rule fingerprint]`
fn rule(text: &str) -> String {
    text.trim_matches(['[', ']']).split(' ').next().unwrap().to_owned()
}

fn of_text(text: &str) -> BTreeSet<Statement> {
    let mut found = BTreeSet::new();
    let mut edit = None;
    for line in text.lines().skip(2) {
        let content = line.trim_start();
        let is_title = line.starts_with(|first: char| first.is_ascii_digit()) || content.starts_with('·');
        if is_title {
            let (_, title) = content.split_once(' ').unwrap();
            let (title, at) = title.trim_start().rsplit_once("  ").unwrap();
            edit = Some((title.to_owned(), position(at)));
        } else if let Some(finding) = content.strip_prefix("http  ")
            && finding.ends_with(']')
        {
            let (level, rest) = finding.split_at(9);
            let (_, in_brackets) = rest.rsplit_once('[').unwrap();
            found.insert((edit.clone().unwrap(), rule(in_brackets), level.trim_end().to_owned()));
        }
    }
    found
}

/// An item of a list: its text without code, its code, and its edit.
#[derive(Default)]
struct Item {
    text: String,
    code: Vec<String>,
    edit: Option<Edit>,
}

impl Item {
    /// Called where the first line of the item ends.
    fn finish(&mut self, outer: Option<Edit>, found: &mut BTreeSet<Statement>) {
        if self.edit.is_some() {
            return;
        }
        let [first, second] = [0, 1].map(|index| self.code.get(index).cloned().unwrap_or_default());
        let text = std::mem::take(&mut self.text);
        match text.split_once(": ") {
            Some((level, _)) if level != "within" && first.starts_with('[') => {
                found.insert((outer.clone().unwrap(), rule(&first), level.to_owned()));
                self.edit = outer;
            }
            _ => self.edit = Some((first, position(&second))),
        }
    }
}

fn of_markdown(text: &str) -> BTreeSet<Statement> {
    let mut found = BTreeSet::new();
    let mut items: Vec<Item> = Vec::new();
    let finish = |items: &mut Vec<Item>, found: &mut BTreeSet<Statement>| {
        let outer = items.len().checked_sub(2).and_then(|index| items[index].edit.clone());
        if let Some(item) = items.last_mut() {
            item.finish(outer, found);
        }
    };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Item) => items.push(Item::default()),
            Event::Start(Tag::List(_)) | Event::SoftBreak => finish(&mut items, &mut found),
            Event::End(TagEnd::Item) => {
                finish(&mut items, &mut found);
                items.pop();
            }
            Event::Text(text) => {
                items.iter_mut().last().into_iter().for_each(|item| item.text.push_str(&text))
            }
            Event::Code(code) => {
                items.iter_mut().last().into_iter().for_each(|item| item.code.push(code.to_string()))
            }
            _ => {}
        }
    }
    found
}

fn of_annotations(text: &str) -> BTreeSet<Statement> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines() {
        let unescape = |text: &str| {
            text.replace("%0A", "\n").replace("%2C", ",").replace("%3A", ":").replace("%25", "%")
        };
        if let Some(command) = line.strip_prefix("::") {
            let (properties, message) = command.split_once("::").unwrap();
            let property = |key: &str| {
                properties.split([',', ' ']).find_map(|property| property.strip_prefix(key)).unwrap()
            };
            let at = format!("{}:{}", property("line="), property("col="));
            blocks.push((at, unescape(message).lines().map(str::to_owned).collect()));
        } else if let Some(inner) = line.strip_prefix("    ") {
            blocks.last_mut().unwrap().1.push(inner.to_owned());
        } else {
            blocks.push((position(line.rsplit_once(' ').unwrap().0), Vec::new()));
        }
    }
    let mut found = BTreeSet::new();
    for (at, lines) in blocks {
        let removed_from = lines.get(1).and_then(|line| line.strip_prefix("removed from "));
        let at = removed_from.map_or_else(|| at.clone(), |base| format!("{at} ({base})"));
        let mut edit = (lines[0].clone(), at);
        for line in &lines[1..] {
            if let Some((at, title)) = line.strip_prefix("within, at ").and_then(|rest| rest.split_once(": "))
            {
                edit = (title.to_owned(), position(at));
            } else if let (Some((level, _)), true) = (line.split_once(": "), line.ends_with(']')) {
                let (_, in_brackets) = line.rsplit_once('[').unwrap();
                found.insert((edit.clone(), rule(in_brackets), level.to_owned()));
            }
        }
    }
    found
}

#[track_caller]
fn check(name: &str, report: &Report) -> usize {
    let json = rendered(report, Format::Json);
    let all = of_json(&json, false);
    let equal = |format: &str, found: &BTreeSet<Statement>, expected: &BTreeSet<Statement>| {
        let missing: Vec<_> = expected.difference(found).collect();
        let extra: Vec<_> = found.difference(expected).collect();
        assert!(found == expected, "{name}, {format}: missing {missing:#?}, extra {extra:#?}");
    };
    equal("text", &of_text(&rendered(report, Format::Text)), &all);
    equal("markdown", &of_markdown(&rendered(report, Format::Summary)), &all);
    equal("github", &of_annotations(&rendered(report, Format::Github)), &of_json(&json, true));
    all.len()
}

#[test]
fn formats_agree_about_a_made_up_document() {
    let (base, revision) = (document(BASE), document(REVISION));
    assert_eq!(check("golden", &report_of(&base, &revision)), 9);
    check("reversed", &report_of(&revision, &base));
    let service = document(include_str!("../../tests/service.yaml"));
    assert!(check("added", &report_of(&base, &service)) > 20);
    assert!(check("removed", &report_of(&service, &base)) > 20);
}

/// The cases are not part of the project: if they are absent, the test prints a message and passes.
#[test]
fn formats_agree_about_the_cases_of_another_tool() {
    let shared =
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/review-diff-cases.jsonl");
    let path = env::var_os("REVIEW_DIFF_CASES").map_or_else(shared, PathBuf::from);
    let Ok(text) = fs::read_to_string(&path) else {
        _ = writeln!(std::io::stderr(), "skipped: no cases at {}", path.display());
        return;
    };
    let mut count = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let load = |key: &str| Document::load(key, case[key].to_string().as_bytes()).unwrap();
        count += check(&case["id"].to_string(), &report_of(&load("base"), &load("revision")));
    }
    assert!(count > 300, "{count}");
}
