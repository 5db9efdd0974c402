//! Text for a terminal: the same words as without one, within its width, and with colors if they are wanted.

use textwrap::core::display_width;

use super::{Format, rendered, report};
use crate::Terminal;

fn terminal(width: Option<usize>, color: bool) -> String {
    rendered(&report(), Format::Terminal(Terminal { width, color }))
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn lines_are_wrapped_without_a_change_of_the_words() {
    let text = rendered(&report(), Format::Text);
    assert!(text.lines().any(|line| line.len() > 100), "{text}");
    for width in [1, 20, 40, 80, 100, 500] {
        let wrapped = terminal(Some(width), false);
        assert_eq!(words(&wrapped), words(&text), "{wrapped}");
        for line in wrapped.lines() {
            // A word that is longer than the rest of the line is not broken.
            let last = line.rsplit(' ').next().map_or(0, display_width);
            assert!(display_width(line) <= width || last + 24 > width, "{width}: {line}");
        }
    }
    assert_eq!(terminal(Some(500), false), text);
}

#[test]
fn continued_lines_are_below_the_start_of_the_text() {
    let text = terminal(Some(66), false);
    let expected = "
     http  risky      response of getA, getB, getC and 1 more
                      [response-property-removed 8ca37e8d835a]
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn colors_only_add_escape_sequences() {
    let plain = rendered(&report(), Format::Text);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let colored = terminal(None, true);
    assert!(colored.contains("\u{1b}[1m\u{1b}[31mbreaking \u{1b}[0m"), "{colored}");
    let mut pieces = colored.split('\u{1b}');
    let mut stripped = pieces.next().unwrap().to_owned();
    for piece in pieces {
        stripped.push_str(piece.split_once('m').unwrap().1);
    }
    assert_eq!(stripped, plain);
    let wrapped = terminal(Some(60), true);
    assert_eq!(wrapped.lines().count(), terminal(Some(60), false).lines().count(), "{wrapped}");
}
