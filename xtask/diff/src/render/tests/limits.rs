//! The size of the output: GitHub's limits, and one that grows with the number of edits and nothing else.

use std::fmt::Write as _;

use super::{Format, document, rendered, report_of};
use crate::{Level, Report};

const FORMATS: [Format; 4] = [Format::Text, Format::Summary, Format::Json, Format::Github];

/// A report with this number of breaking, risky and additive edits each, which several operations reach.
fn report(count: usize) -> Report {
    let text = |fields: &dyn Fn(usize) -> String, values: &str| {
        let mut text = String::from("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n");
        for name in ["a", "b", "c", "d"] {
            _ = writeln!(
                text,
                "  /{name}: {{put: {{operationId: {name}, requestBody: {{content: {{application/json: {{schema: \
                 {{$ref: '#/components/schemas/A'}}}}}}}}, responses: {{'200': {{description: D, content: \
                 {{application/json: {{schema: {{$ref: '#/components/schemas/B'}}}}}}}}}}}}}}"
            );
        }
        let fields: String = (0..count).map(fields).collect();
        text + &format!(
            "components:\n  schemas:\n    A: {{type: object, properties: {{{fields} z: {{type: string}}}}}}\n    B: \
             {{type: object, properties: {{v: {{type: string, enum: [v{values}]}}, {fields}}}}}\n"
        )
    };
    let values: String = (0..count).map(|index| format!(", v{index}")).collect();
    let base = text(&|index| format!("n{index}: {{type: string}}, m{index}: {{type: string}}, "), "");
    let revision = text(&|index| format!("n{index}: {{type: integer}}, m{index}: {{}}, "), &values);
    report_of(&document(&base), &document(&revision))
}

#[test]
fn the_output_is_linear_in_the_number_of_edits() {
    let [small, large] = [50, 100].map(report);
    assert!(large.edits.len() >= 300, "{}", large.edits.len());
    assert!(large.edits.len() <= 2 * small.edits.len());
    for format in FORMATS {
        let [small, large] = [&small, &large].map(|report| rendered(report, format).len());
        assert!(large * 10 < small * 22, "{format:?}: {small} and {large} bytes");
    }
}

#[test]
fn a_comment_and_a_summary_stay_below_the_limits_and_count_what_they_leave_out() {
    let report = report(1_000);
    let mut shown = Vec::new();
    for (format, limit) in [(Format::Markdown, 65_536), (Format::Summary, 1 << 20)] {
        let text = rendered(&report, format);
        assert!(text.len() <= limit && text.len() > limit * 9 / 10, "{format:?}: {}", text.len());
        let (edits, left_out) = text.split_once("**Left out**").unwrap();
        let items = |level: Level| edits.matches(&format!("\n- **{}** ", level.name())).count();
        let left_out = |level: Level| {
            let words: Vec<&str> = left_out.split([' ', ',', '.']).collect();
            let index = words.iter().rposition(|word| *word == level.name());
            index.map_or(0, |index| words[index - 1].parse().unwrap())
        };
        for (level, count) in [
            (Level::Breaking, report.counts.breaking),
            (Level::Risky, report.counts.risky),
            (Level::Additive, report.counts.additive),
        ] {
            assert_eq!(items(level) + left_out(level), count, "{format:?} {level:?}");
        }
        assert_eq!(edits.matches("<details>").count(), edits.matches("</details>").count());
        assert!(!edits.contains("</summary>\n\n\n"), "an empty list");
        shown.push(items(Level::Breaking));
    }
    assert!(shown[0] < shown[1], "{shown:?}");
    assert!(!rendered(&self::report(1), Format::Markdown).contains("Left out"));
}

#[test]
fn ten_annotations_of_each_kind_are_written_and_the_others_follow_as_text() {
    for (count, is_more) in [(2, false), (100, true)] {
        let report = report(count);
        let text = rendered(&report, Format::Github);
        for (kind, edits) in [("error", report.counts.breaking), ("warning", report.counts.risky)] {
            let annotations: Vec<&str> =
                text.lines().filter(|line| line.starts_with(&format!("::{kind} "))).collect();
            let log = text.lines().filter(|line| line.starts_with(&format!("{kind} golden.yaml:"))).count();
            match is_more && edits > 10 {
                true => {
                    assert_eq!((annotations.len(), log), (10, edits - 9), "{kind}");
                    assert!(
                        annotations[9].contains(&format!("::{} more {kind}s: ", edits - 9)),
                        "{annotations:?}"
                    );
                }
                false => assert_eq!((annotations.len(), log), (edits, 0), "{kind}"),
            }
        }
    }
}

/// A changed reference has the differences of its targets within it.
#[test]
fn an_edit_with_many_edits_within_is_cut() {
    let target = |count: usize| {
        let fields = (0..count).map(|index| format!("field{index}: {{type: string}}, ")).collect::<String>();
        format!("{{type: object, properties: {{{fields} z: {{type: string}}}}}}")
    };
    let text = |name: &str| {
        format!(
            "openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {{'200': {{description: A, content: {{application/json: \
             {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}}}}}}}}}\ncomponents: {{schemas: {{A: {}, B: {}}}}}\n",
            target(2_000),
            target(0)
        )
    };
    let report = report_of(&document(&text("A")), &document(&text("B")));
    let [edit] = &report.edits[..] else { panic!("{:?}", report.counts) };
    assert_eq!(edit.within.len(), 2_000);
    let text = rendered(&report, Format::Github);
    assert!(text.len() < 65_536, "{}", text.len());
    assert!(text.ends_with(" more lines; the other formats have them\n"), "{}", &text[text.len() - 200..]);

    // In a comment, the edit is not left out because of its length.
    let text = rendered(&report, Format::Markdown);
    assert!(text.contains("\n- **risky** ") && text.contains("- within: 1990 more\n"), "{text}");
}

#[test]
fn unclassified_differences_are_risky() {
    let base = "openapi: 3.0.3\npaths: {}\ncomponents: {schemas: {A: {type: object}}}\n";
    let revision = base.replace("type: object", "type: object, frobnicate: 1");
    let mut report = report_of(&document(base), &document(&revision));
    assert_eq!((report.edits.len(), report.unclassified.len()), (0, 1));
    assert_eq!((report.http, report.counts.unclassified), (Level::Risky, 1));
    assert!(report.has_unacknowledged(Level::Risky) && !report.has_unacknowledged(Level::Breaking));
    for format in [Format::Text, Format::Markdown, Format::Json, Format::Github] {
        let text = rendered(&report, format);
        assert!(!text.contains("compatible"), "{text}");
        assert!(text.contains("risky") || text.starts_with("::warning"), "{text}");
    }
    report.unclassified.clear();
    assert!(!report.has_unacknowledged(Level::Risky));
}
