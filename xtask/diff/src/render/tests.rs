//! Tests of the formats. One compares each format of a report without an extension with a committed file.
//!
//! `UPDATE_GOLDEN=1 cargo test -p openapi-diff golden` rewrites the files; review their diff before committing it.

mod agreement;
mod hostile;
mod limits;
mod terminal;

use std::path::Path;
use std::{env, fs};

use openapi_fragment::Document;

use super::{Format, render};
use crate::{Acknowledgements, Extension, Names, Report, compare};

const BASE: &str = include_str!("tests/base.yaml");
const REVISION: &str = include_str!("tests/revision.yaml");

fn document(text: &str) -> Document {
    Document::load("golden.yaml", text.as_bytes()).unwrap()
}

fn names() -> Names {
    let text = |text: &str| text.to_owned();
    Names {
        file: text("golden.yaml"),
        base: text("main@1a2b3c4"),
        base_file: None,
        revision: text("worktree"),
    }
}

fn report_of(base: &Document, revision: &Document) -> Report {
    Report::new(names(), &compare(base, revision), revision, &Acknowledgements::default())
}

fn report() -> Report {
    report_of(&document(BASE), &document(REVISION))
}

fn rendered<E: Extension>(report: &Report<E>, format: Format) -> String {
    let mut out = Vec::new();
    render(report, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn check_golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/tests").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, found).unwrap();
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
        check_golden(name, &rendered(&report(), format));
    }
}
