//! The hand-written half of the public API, read from the SDK's sources: which generated types it re-exports,
//! its methods that a user calls, and what of the generated code it uses.
//!
//! Reads sources, not the crate, so that it can read those of another revision, and those of a crate that does
//! not compile. Names are taken as they are written: what is imported is not resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use atlas_codegen::wrapper::{self, WrapperError};

mod uses;

use super::text::Text;
pub(crate) use uses::{Use, What};

/// The module of the generated types, from the crate's root.
const TYPES: &[&str] = &["generated", "models"];

/// What the sources say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Surface {
    /// The generated types that can be named from outside: the path of each, without the crate, and the
    /// generated type that it stands for.
    pub(crate) exported: BTreeMap<String, String>,
    /// Whether the operation table is public.
    pub(crate) operations: bool,
    /// Whether the crate refuses to compile where a user meets a type that he cannot name.
    pub(crate) names_all: bool,
    /// The public methods that send an operation, or that name a generated type: `Org::create_link_token`.
    pub(crate) methods: BTreeMap<String, Text>,
    /// Everything that may depend on the generated code.
    pub(crate) uses: Vec<Use>,
}

/// Where something stands in the SDK's sources.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourcePosition {
    /// From the folder of sources.
    pub(crate) file: Arc<str>,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl std::fmt::Display for SourcePosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Surface {
    /// Reads the SDK's sources: each file's path from their folder, and its text. Those below `generated` are passed
    /// over.
    pub(crate) fn of<'a>(sources: impl Iterator<Item = (&'a Path, &'a str)>) -> Result<Self, WrapperError> {
        let mut files = Vec::new();
        for (path, text) in sources.filter(|(path, text)| concerns(path, text)) {
            let parsed = syn::parse_file(text).map_err(|error| WrapperError::syntax(path, &error))?;
            files.push((path.to_string_lossy().replace('\\', "/"), text, parsed));
        }
        let root = files.iter().find(|(path, ..)| path == "lib.rs").map(|(.., file)| file);
        let names_all = root.is_some_and(|root| root.attrs.iter().any(denies_unnameable));
        let mut surface = Self { names_all, ..Self::default() };
        for (path, _, file) in &files {
            if let Some(module) = public_module(path, root) {
                surface.add_exports(&module, file);
            }
        }
        let generated: BTreeSet<&str> = surface.exported.values().map(String::as_str).collect();
        let mut methods = BTreeMap::new();
        files.iter().for_each(|(.., file)| add_methods(file, &generated, &mut methods));
        surface.methods = methods;
        surface.uses = files.iter().flat_map(|(path, text, file)| uses::of(path, text, file)).collect();
        Ok(surface)
    }

    fn add_exports(&mut self, module: &str, file: &syn::File) {
        for item in &file.items {
            let syn::Item::Use(item) = item else { continue };
            if !matches!(item.vis, syn::Visibility::Public(_)) {
                continue;
            }
            for (path, name) in imports(&item.tree) {
                let path: Vec<&str> =
                    path.iter().map(String::as_str).filter(|step| *step != "crate").collect();
                match path.split_last() {
                    Some((generated, module_path)) if module_path == TYPES => {
                        let public = if module.is_empty() { name } else { format!("{module}::{name}") };
                        self.exported.insert(public, (*generated).to_owned());
                    }
                    Some((&"operations", ["generated"])) => self.operations = true,
                    _ => {}
                }
            }
        }
    }
}

/// `#![deny(unnameable_types)]`, or `forbid`.
fn denies_unnameable(attribute: &syn::Attribute) -> bool {
    let refuses = attribute.path().is_ident("deny") || attribute.path().is_ident("forbid");
    let lints = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
    refuses
        && lints
            .split(|character: char| !(character.is_alphanumeric() || character == '_'))
            .any(|lint| lint == "unnameable_types")
}

/// Whether a file may have to do with the generated code. What does neither name its modules nor an operation has it
/// only through those that do. Parsing is what takes the time here.
fn concerns(path: &Path, text: &str) -> bool {
    let words = ["generated", "operations", "model", "alias"];
    !path.starts_with("generated")
        && (path == Path::new("lib.rs") || words.iter().any(|word| text.contains(word)))
}

/// The path of the module that a file holds, where the root says `pub mod`; empty for the root itself.
fn public_module(path: &str, root: Option<&syn::File>) -> Option<String> {
    let name = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs"))?;
    if name == "lib" {
        return Some(String::new());
    }
    let public = root?.items.iter().any(|item| {
        matches!(item, syn::Item::Mod(module)
            if module.ident == name && matches!(module.vis, syn::Visibility::Public(_)))
    });
    public.then(|| name.to_owned())
}

/// What a `use` imports: each path, and the name that it gets. A glob has the name `*`.
fn imports(tree: &syn::UseTree) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![(Vec::new(), tree)];
    while let Some((mut path, tree)) = waiting.pop() {
        match tree {
            syn::UseTree::Path(step) => {
                path.push(step.ident.to_string());
                waiting.push((path, &step.tree));
            }
            syn::UseTree::Name(name) => {
                path.push(name.ident.to_string());
                found.push((path, name.ident.to_string()));
            }
            syn::UseTree::Rename(renamed) => {
                path.push(renamed.ident.to_string());
                found.push((path, renamed.rename.to_string()));
            }
            syn::UseTree::Glob(_) => {
                path.push("*".to_owned());
                found.push((path, "*".to_owned()));
            }
            syn::UseTree::Group(group) => {
                waiting.extend(group.items.iter().map(|tree| (path.clone(), tree)));
            }
        }
    }
    found
}

fn add_methods(file: &syn::File, generated: &BTreeSet<&str>, methods: &mut BTreeMap<String, Text>) {
    for item in &file.items {
        let syn::Item::Impl(block) = item else { continue };
        if block.trait_.is_some() {
            continue;
        }
        let owner = Text::of_type(&block.self_ty);
        for item in &block.items {
            let syn::ImplItem::Fn(function) = item else { continue };
            if !matches!(function.vis, syn::Visibility::Public(_)) {
                continue;
            }
            let signature = Text::of_signature(&function.sig);
            let concerned = wrapper::exposes_operation(&function.attrs)
                || signature.names().any(|name| generated.contains(name));
            if concerned {
                methods.insert(format!("{owner}::{}", function.sig.ident), signature);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(sources: &[(&str, &str)]) -> Surface {
        Surface::of(sources.iter().map(|(path, text)| (Path::new(*path), *text))).unwrap()
    }

    #[test]
    fn a_type_is_visible_where_it_is_re_exported() {
        let exports = |lib: &str, model: &str| -> Vec<String> {
            surface(&[("lib.rs", lib), ("model.rs", model)])
                .exported
                .iter()
                .map(|(path, generated)| format!("{path} = {generated}"))
                .collect()
        };
        let model = "pub use crate::generated::models::{A, B as C}; use crate::generated::models::D;";
        assert_eq!(exports("pub mod model;", model), ["model::A = A", "model::C = B"]);
        assert_eq!(exports("mod model;", model), [""; 0]);
        assert_eq!(exports("pub use generated::models::A;", ""), ["A = A"]);
        assert_eq!(exports("pub use other::models::A; pub(crate) use generated::models::A;", ""), [""; 0]);
    }

    #[test]
    fn the_operation_table_is_public_where_it_is_re_exported() {
        assert!(surface(&[("lib.rs", "pub use generated::operations;")]).operations);
        assert!(!surface(&[("lib.rs", "use generated::operations;")]).operations);
    }

    #[test]
    fn a_crate_may_refuse_types_without_a_name() {
        assert!(surface(&[("lib.rs", "#![deny(missing_docs, unnameable_types)]")]).names_all);
        assert!(!surface(&[("lib.rs", "#![warn(unnameable_types)] #![deny(missing_docs)]")]).names_all);
    }

    #[test]
    fn methods_count_where_they_show_what_is_generated() {
        let lib = "pub use generated::models::Thing;
            impl Org {
                #[doc(alias = \"getThing\")] pub fn thing(&self) -> u8 {}
                pub fn keep(&self, thing: &Thing) {}
                pub fn other(&self) {}
                fn private(&self, thing: &Thing) {}
            }";
        let methods = surface(&[("lib.rs", lib)]).methods;
        assert_eq!(methods.keys().collect::<Vec<_>>(), ["Org::keep", "Org::thing"]);
        assert_eq!(methods["Org::keep"].to_string(), "fn keep(&self, thing: &Thing)");
    }

    #[test]
    fn a_file_that_is_not_rust_is_named() {
        let error = Surface::of([(Path::new("org.rs"), "use generated;\nfn (")].into_iter()).unwrap_err();
        assert!(error.to_string().contains("org.rs:2:"), "{error}");
    }
}
