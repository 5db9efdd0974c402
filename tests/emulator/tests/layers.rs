//! The modules of the emulator are layers: a module uses only the layers below it.
//!
//! The test reads every path in the source that starts with `crate::`, except in comments and test modules.

use std::path::Path;

use crate::independence::sources;

/// From the top to the bottom.
const LAYERS: [&str; 9] =
    ["emulator", "server", "faults", "handlers", "auth", "http", "state", "assumptions", "values"];

/// The modules at the root of the crate that this source names, without those in comments and in the module of its
/// tests.
fn used_modules(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    code.split("crate::").skip(1).flat_map(first_segments).collect()
}

/// The first segments of the path, or of the paths in the group, that the text starts with.
fn first_segments(text: &str) -> Vec<String> {
    let name = |path: &str| -> String {
        path.trim().chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect()
    };
    let Some(group) = text.strip_prefix('{') else { return vec![name(text)] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (index, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name(&group[start..index]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name(&group[start..index]));
                start = index + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The modules that this source uses and that are not below its own.
fn upward_dependencies(module: &str, source: &str) -> Vec<String> {
    let height = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let used = used_modules(source).into_iter();
    used.filter(|used| used != module && height(used) <= height(module)).collect()
}

#[test]
fn modules_use_only_the_layers_below() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = std::collections::BTreeSet::new();
    for file in sources(&folder) {
        let relative = file.strip_prefix(&folder).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        // The root only re-exports, and the binary is another crate.
        if module == "lib" || module == "main" {
            continue;
        }
        assert!(LAYERS.contains(&module.as_str()), "{module} is not among the layers");
        let upward = upward_dependencies(&module, &std::fs::read_to_string(&file).unwrap());
        assert!(upward.is_empty(), "{} uses {upward:?}, which are not below {module}", relative.display());
        modules.insert(module);
    }
    assert_eq!(modules.len(), LAYERS.len(), "a layer without a module");
}

#[test]
fn finds_upward_dependencies() {
    let up = |source| upward_dependencies("http", source);
    assert_eq!(up("use crate::auth::authenticate;"), ["auth"]);
    assert_eq!(up("use crate::{server, values};"), ["server"]);
    assert_eq!(up("use crate::{\n    faults::{Fault, Action},\n    state::State,\n};"), ["faults"]);
    assert_eq!(up("fn f() -> crate::emulator::Emulator {}"), ["emulator"]);
    assert_eq!(up("use crate::other::Name;"), ["other"], "a module that is not among the layers");
    assert_eq!(up("use crate::http::Request;\nuse crate::state::State;"), [""; 0]);
    assert_eq!(up("//! See [`crate::server`].\n/// [`crate::Fault`](crate::Fault)"), [""; 0]);
    assert_eq!(up("#[cfg(test)]\nmod tests {\n    use crate::server::Server;\n}"), [""; 0]);
}
