//! Compares each format of a report without an extension with a committed file.
//!
//! `UPDATE_GOLDEN=1 cargo test -p openapi-diff golden` rewrites the files; review their diff before committing it.

use std::path::Path;
use std::{env, fs};

use openapi_fragment::Document;

use super::{Format, render};
use crate::{Acknowledgements, Names, Report, compare};

const BASE: &str = include_str!("tests/base.yaml");
const REVISION: &str = include_str!("tests/revision.yaml");

fn report() -> Report {
    let load = |text: &str| Document::load("golden.yaml", text.as_bytes()).unwrap();
    let (base, revision) = (load(BASE), load(REVISION));
    let text = |text: &str| text.to_owned();
    let names = Names {
        file: text("golden.yaml"),
        base: text("main@1a2b3c4"),
        base_file: None,
        revision: text("worktree"),
    };
    Report::new(names, &compare(&base, &revision), &revision, &Acknowledgements::default())
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
        let mut out = Vec::new();
        render(&report(), format, &mut out).unwrap();
        check_golden(name, &String::from_utf8(out).unwrap());
    }
}
