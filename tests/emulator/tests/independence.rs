//! The emulator uses only the operation table of the SDK, so that a bug in the SDK is not repeated in the emulator.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const SDK: &str = "atlas_migration_sdk";

/// The operation table and the types of its fields.
const ALLOWED: [&str; 6] =
    ["Date", "ParameterLocation", "Operation", "ParameterKind", "Version", "operations"];

/// The Rust files below this folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The names that this source uses from the root of the SDK, in paths, imports and comments. Anything but a path or a
/// plain list of names, such as a glob or an alias of the crate, is returned unchanged.
fn used_names(source: &str) -> BTreeSet<String> {
    let uses = source.split(SDK).skip(1);
    let names = uses.flat_map(|after| {
        let Some(after) = after.strip_prefix("::") else {
            return vec![format!("{SDK}{}", after.lines().next().unwrap_or_default())];
        };
        match after.strip_prefix('{') {
            Some(list) => {
                let list = list.split_once('}').map_or(list, |(list, _)| list);
                list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
            }
            None => {
                let end = after.find(|char: char| !(char.is_alphanumeric() || char == '_'));
                let name = &after[..end.unwrap_or(after.len())];
                vec![if name.is_empty() { format!("::{after}") } else { name.to_owned() }]
            }
        }
    });
    names.collect()
}

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[test]
fn only_the_operation_table_of_the_sdk_is_used() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = BTreeSet::new();
    for file in sources(&source) {
        let used = used_names(&std::fs::read_to_string(&file).unwrap());
        let others: Vec<_> = used.iter().filter(|name| !ALLOWED.contains(&name.as_str())).collect();
        assert!(others.is_empty(), "{} uses {others:?} of the SDK", file.display());
        all.extend(used);
    }
    assert_eq!(all, names(ALLOWED), "an allowed name is not used");
}

#[test]
fn finds_the_used_names() {
    assert_eq!(used_names("nothing"), names([]));
    assert_eq!(used_names("use atlas_migration_sdk::Client;"), names(["Client"]));
    assert_eq!(used_names("use atlas_migration_sdk::plan::{Source};"), names(["plan"]));
    assert_eq!(used_names("use atlas_migration_sdk::{\n    Date, Secret,\n};"), names(["Date", "Secret"]));
    assert_eq!(
        used_names("let a = atlas_migration_sdk::Date::new(); b(atlas_migration_sdk::c)"),
        names(["Date", "c"])
    );
    assert_eq!(used_names("use atlas_migration_sdk::{plan::Source, Date};"), names(["Date", "plan::Source"]));
    assert_eq!(used_names("use atlas_migration_sdk::*;"), names(["::*;"]));
    assert_eq!(
        used_names("use atlas_migration_sdk as sdk;\nsdk::Client"),
        names(["atlas_migration_sdk as sdk;"])
    );
}
