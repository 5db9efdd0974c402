//! The layers of the library and of the emulator: a module uses only what is below it.
//!
//! The sources are read as text: the `use` declarations and every path that starts with `crate`, `super` or `self`, in
//! tests and in the arguments of macros too. Re-exports are followed to the module that defines the item.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is the failure of the test"
)]

mod modules;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use modules::{Dependency, Modules};

/// The layers of a crate from the bottom to the top, each with its modules. A module belongs to the longest path that it
/// starts with; the empty path is the root of the crate, which only re-exports.
type Layers = [(&'static str, &'static [&'static str])];

const LIBRARY: &Layers = &[
    ("values", &["values"]),
    ("generated", &["generated"]),
    ("error", &["error"]),
    ("plan", &["plan"]),
    ("http", &["http"]),
    ("auth", &["auth"]),
    ("call", &["call", "generated::requests"]),
    ("flow", &["flow"]),
    ("api", &["api"]),
    ("client", &["client"]),
    ("source_manager", &["source_manager"]),
    ("flow_executor", &["flow_executor"]),
    ("root", &["", "model", "guide"]),
];

const EMULATOR: &Layers = &[
    ("values", &["values"]),
    ("assumptions", &["assumptions"]),
    ("state", &["state"]),
    ("http", &["http"]),
    ("auth", &["auth"]),
    ("handlers", &["handlers"]),
    ("faults", &["faults"]),
    ("server", &["server"]),
    ("emulator", &["emulator"]),
    ("root", &["", "program::main", "program::arguments", "program::ready"]),
];

/// The layer of a module, counted from the bottom.
fn layer_of(layers: &Layers, module: &str) -> Option<usize> {
    let matches = |prefix: &str| {
        let rest = module.strip_prefix(prefix)?;
        (rest.is_empty() || (!prefix.is_empty() && rest.starts_with("::"))).then_some(prefix.len())
    };
    let longest = |modules: &[&str]| modules.iter().filter_map(|prefix| matches(prefix)).max();
    let layers = layers.iter().enumerate();
    let found = layers.filter_map(|(layer, (_, modules))| Some((longest(modules)?, layer))).max();
    found.map(|(_, layer)| layer)
}

/// The dependencies that run from a layer to one above it, and the modules that no layer contains.
fn upward(layers: &Layers, modules: &Modules) -> Vec<String> {
    let without_layer = modules.names().filter(|module| layer_of(layers, module).is_none());
    let mut found: Vec<String> =
        without_layer.map(|module| format!("the module `{module}` belongs to no layer")).collect();
    for Dependency { file, line, path, from, to } in modules.dependencies() {
        if let (Some(lower), Some(upper)) = (layer_of(layers, &from), layer_of(layers, &to))
            && lower < upper
        {
            let [lower, upper] = [lower, upper].map(|layer| layers[layer].0);
            found.push(format!(
                "{file}:{line}: the layer `{lower}` uses `{path}` of the layer `{upper}` above it"
            ));
        }
    }
    found
}

/// The submodules of one layer that depend on each other in a circle. The module that declares them may use them and be
/// used by them.
fn circles(layers: &Layers, modules: &Modules) -> Vec<String> {
    let mut uses: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for Dependency { file, line, from, to, .. } in modules.dependencies() {
        let submodule = |module: &str| -> Option<String> {
            let (layer, rest) = module.split_once("::")?;
            Some(format!("{layer}::{}", rest.split("::").next()?))
        };
        if let (Some(from), Some(to)) = (submodule(&from), submodule(&to))
            && from != to
            && layer_of(layers, &from) == layer_of(layers, &to)
        {
            uses.entry(from).or_default().entry(to).or_insert_with(|| format!("{file}:{line}"));
        }
    }
    let mut found = Vec::new();
    for (start, direct) in &uses {
        for (next, place) in direct {
            if reaches(&uses, next, start) {
                found.push(format!("{place}: `{start}` uses `{next}`, which leads back to it"));
            }
        }
    }
    found
}

fn reaches(uses: &BTreeMap<String, BTreeMap<String, String>>, from: &str, to: &str) -> bool {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![from]);
    while let Some(module) = waiting.pop() {
        if module == to {
            return true;
        }
        if seen.insert(module) {
            waiting.extend(uses.get(module).into_iter().flat_map(BTreeMap::keys).map(String::as_str));
        }
    }
    false
}

/// Reads the crate in this folder of the workspace.
fn read(folder: &str) -> Modules {
    Modules::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder).join("src"))
}

#[track_caller]
fn holds(layers: &Layers, modules: &Modules, dependencies: &[(&str, &str)]) {
    let found = [upward(layers, modules), circles(layers, modules)].concat();
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The reader found what is there.
    for (from, to) in dependencies {
        let used = modules.dependencies().any(|one| one.from == *from && one.to == *to);
        assert!(used, "{from} uses {to}, which was not found");
    }
    for (layer, names) in layers {
        for name in *names {
            assert!(
                modules.names().any(|module| module == *name),
                "the layer `{layer}` has no module `{name}`"
            );
        }
    }
}

#[test]
fn modules_of_the_library_use_only_the_layers_below() {
    let dependencies = [
        ("api::org", "generated::ids"),
        ("generated::ids", "values::ids"),
        ("generated::requests", "call::parts"),
        ("auth", "values::credentials"),
        ("error", "values::operation"),
    ];
    holds(LIBRARY, &read("atlas-migration-sdk"), &dependencies);
}

#[test]
fn modules_of_the_emulator_use_only_the_layers_below() {
    holds(EMULATOR, &read("tests/emulator"), &[("handlers::atlas", "assumptions")]);
}

fn modules(files: &[(&str, &str)]) -> Modules {
    Modules::of(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
}

#[test]
fn every_way_to_use_an_upper_layer_is_found() {
    let others = [
        (
            "lib.rs",
            "mod auth; mod values; pub use auth::Authenticator; pub(crate) use auth::digest as renamed;",
        ),
        ("auth/mod.rs", "mod digest; pub(crate) use digest::Digest; pub(crate) struct Authenticator;"),
        ("auth/digest.rs", "pub(crate) struct Digest;"),
        ("values/mod.rs", "mod date; mod ids;"),
        ("values/ids.rs", ""),
    ];
    for (text, line) in [
        ("use crate::auth::Authenticator;", 1),
        ("\nuse crate::{values, auth::{Authenticator as A, Digest}};", 2),
        ("use super::super::auth;", 1),
        ("use crate::Authenticator;", 1),
        ("use crate::renamed::Digest;", 1),
        ("fn f() {\n    crate::auth::f()\n}", 2),
        ("type A = super::super::auth::Digest;", 1),
        ("/* a\nb */ #[cfg(test)] mod tests { use super::*; use crate::auth::Digest; }", 2),
        ("mod inner { use super::super::super::auth::Digest; }", 1),
        ("const C: char = '\"'; use crate::auth; const D: char = '\"';", 1),
    ] {
        let files: Vec<_> = others.iter().copied().chain([("values/date.rs", text)]).collect();
        let found = upward(LIBRARY, &modules(&files));
        let expected = format!("values/date.rs:{line}: the layer `values` uses `");
        assert!(!found.is_empty() && found.iter().all(|one| one.starts_with(&expected)), "{text}: {found:?}");
        assert!(found.iter().all(|one| one.ends_with("of the layer `auth` above it")), "{found:?}");
    }
    for text in [
        "use super::ids::OrgId; use std::fmt; use crate::values::ids;",
        "// use crate::auth::Digest;\n//! crate::auth\n/* crate::auth /* */ crate::auth */",
        "const A: &str = \"crate::auth\"; const B: &str = r#\"\"crate::auth\"#; const C: &[u8] = b\"\\\"crate::auth\";",
        "pub(crate) fn f<'a>(self_: &'a str) {} fn g() -> char { 'c' }",
        "mod inner { use super::super::ids; } use super::ids as auth;",
    ] {
        let files: Vec<_> = others.iter().copied().chain([("values/date.rs", text)]).collect();
        assert_eq!(upward(LIBRARY, &modules(&files)), [""; 0], "{text}");
    }
}

#[test]
fn a_circle_is_found() {
    let files = |b: &'static str| {
        let a = ("call/a.rs", "use super::b::B;");
        modules(&[
            ("lib.rs", ""),
            ("call/mod.rs", "mod a; mod b; mod c;"),
            a,
            ("call/b.rs", b),
            ("call/c.rs", "use super::a::A;"),
        ])
    };
    assert_eq!(circles(LIBRARY, &files("use super::D;")), [""; 0]);
    assert_eq!(circles(LIBRARY, &files("use super::c::C;")).len(), 3);
}

#[test]
fn a_module_without_a_layer_is_found() {
    assert_eq!(
        upward(LIBRARY, &modules(&[("lib.rs", ""), ("new.rs", "")])),
        ["the module `new` belongs to no layer"]
    );
}
