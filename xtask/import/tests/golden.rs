//! The output for operations of a small published document, and what holds for every output.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use atlas_import::{Error, Fragment, Import};
use openapi_fragment::Document;

/// The path of the last one is that of the operation before it, with another name of a variable.
const OPERATIONS: [&str; 5] = ["getOrg", "listGroups", "createGroup", "runGroupJob", "getGroupJobRun"];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn published() -> Document {
    Document::load_openapi("published.yaml", &fs::read(path("published.yaml")).unwrap()).unwrap()
}

fn fragment() -> Fragment {
    Fragment::load("fragment.yaml", fs::read_to_string(path("fragment.yaml")).unwrap()).unwrap()
}

fn output(import: &Import, fragment: &Fragment) -> String {
    let inserted = import.insert(fragment).unwrap();
    let answered = Document::load_openapi("fragment.yaml", inserted.answered().as_bytes()).unwrap();
    format!("{}\n---\n{}", import.yaml(), import.steps(&answered))
}

/// `UPDATE_GOLDEN=1` writes the files.
#[test]
fn outputs_are_as_expected() {
    let (published, fragment) = (published(), fragment());
    for operation in OPERATIONS {
        let import = Import::new(&published, &fragment, operation).unwrap();
        let actual = output(&import, &fragment);
        let file = path(&format!("golden/{operation}.txt"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&file, &actual).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap();
        assert_eq!(actual, expected, "{}", file.display());
    }
}

/// Descriptions, summaries, titles, examples and links of the published document are MARKER, and so are texts that are
/// neither the name of a role nor a format.
#[test]
fn no_prose_of_the_published_document_gets_through() {
    let (published, fragment) = (published(), fragment());
    for operation in OPERATIONS {
        let import = Import::new(&published, &fragment, operation).unwrap();
        let text = output(&import, &fragment);
        assert!(!text.contains("MARKER"), "{text}");
        assert!(!import.insert(&fragment).unwrap().text().contains("MARKER"));
    }
}

#[test]
fn an_insertion_keeps_every_line_and_all_operations_fit_together() {
    let (published, mut fragment) = (published(), fragment());
    for operation in OPERATIONS {
        let inserted = Import::new(&published, &fragment, operation).unwrap().insert(&fragment).unwrap();
        let mut lines = inserted.text().lines();
        for line in fragment.text().lines() {
            assert!(lines.any(|other| other == line), "{operation}: `{line}` is lost");
        }
        let again = Import::new(&published, &inserted, operation).err();
        assert!(matches!(again, Some(Error::AlreadyThere { .. })), "{again:?}");
        fragment = inserted;
    }
    let file = path("golden/inserted.yaml");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, fragment.text()).unwrap();
    }
    assert_eq!(fragment.text(), fs::read_to_string(&file).unwrap());
}

#[test]
fn an_operation_is_found_by_each_of_its_names() {
    let (published, fragment) = (published(), fragment());
    for name in ["runGroupJob", "runJob", "RunJob"] {
        assert_eq!(Import::new(&published, &fragment, name).unwrap().id(), "runGroupJob");
    }
    let Err(error) = Import::new(&published, &fragment, "getOrgs") else {
        panic!("there is no such operation")
    };
    assert_eq!(
        error.to_string(),
        "the published document has no operation `getOrgs`; similar names: `getOrg`"
    );
    let Err(error) = Import::new(&published, &fragment, "") else { panic!("there is no such operation") };
    assert_eq!(error.to_string(), "the published document has no operation ``");
}
