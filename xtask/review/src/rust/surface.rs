//! The hand-written part of the SDK's public API: the generated types that it re-exports, and its own public items.
//!
//! All of it is read from the sources and not from the compiled crate. So it works for another revision, and for a
//! crate that does not compile. An item counts as declared once in the crate: names are not resolved through modules.

use std::collections::BTreeMap;
use std::path::Path;

use atlas_codegen::wrapper::{WrapperError, expansions};

use super::items::{self, Type, elements, is_for_tests, is_public};
use super::text::Text;

/// The module of the generated types, from the crate's root.
const TYPES: &[&str] = &["generated", "models"];

/// The hand-written part of the public API.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Surface {
    /// The generated types that the SDK re-exports: the public path of each, without the crate, and the name of the
    /// generated type.
    pub(crate) exported: BTreeMap<String, String>,
    /// Whether the types of the ids are re-exported at the root.
    pub(crate) exports_ids: bool,
    /// Whether the operation table is public.
    pub(crate) operations: bool,
    /// Whether the crate denies the lint `unnameable_types`: it does not compile if a public item has a type that users
    /// cannot name.
    pub(crate) denies_unnameable: bool,
    /// The public paths of the wrapper's own items, and the name with which each is declared.
    pub(crate) paths: BTreeMap<String, String>,
    /// The wrapper's own public types and traits, by the name with which they are declared. Empty if not read.
    pub(crate) types: BTreeMap<String, Type>,
    /// The wrapper's own public functions outside of types, by name.
    pub(crate) functions: BTreeMap<String, Text>,
    /// The names of the operations that a method has as an alias in its documentation, by `Type::method`.
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// The text of each file, by its path from the folder of the sources.
    pub(crate) sources: BTreeMap<String, String>,
}

impl Surface {
    /// Reads which items of the SDK's sources are public: the path of each file from their folder, and its text. Files
    /// in `generated` are ignored.
    pub(crate) fn of<'a>(sources: impl Iterator<Item = (&'a Path, &'a str)>) -> Result<Self, WrapperError> {
        let sources = sources.filter(|(path, _)| !path.starts_with("generated"));
        let sources =
            sources.map(|(path, text)| (path.to_string_lossy().replace('\\', "/"), text.to_owned()));
        let mut surface = Self { sources: sources.collect(), ..Self::default() };
        let Some(root) = surface.sources.get("lib.rs").map(|text| parsed("lib.rs", text)).transpose()? else {
            return Ok(surface);
        };
        surface.denies_unnameable = root.attrs.iter().any(denies_unnameable);
        for (path, text) in surface.sources.clone() {
            if let Some(module) = public_module(&path, &root) {
                surface.add_paths(&module, &parsed(&path, &text)?);
            }
        }
        Ok(surface)
    }

    /// Reads how the public items are declared too. Not done if both sides have the same sources, because parsing takes
    /// most of the time of a review.
    pub(crate) fn with_declarations(mut self) -> Result<Self, WrapperError> {
        let mut items = Vec::new();
        for (path, text) in &self.sources {
            items.extend(parsed(path, text)?.items);
        }
        items.extend(expansions(&items));
        let all = items.iter().filter(|item| !is_for_tests(attributes(item)));
        self.types = items::types(all.clone());
        self.functions = items::functions(all.clone());
        let is_reachable = |name: &String| self.paths.values().any(|declared| declared == name);
        self.types.retain(|name, _| is_reachable(name));
        self.functions.retain(|name, _| is_reachable(name));
        all.for_each(|item| self.add_aliases(item));
        Ok(self)
    }

    /// The macros that the sources declare. Generated code calls some of them.
    pub(crate) fn macros(&self) -> Result<Vec<syn::Item>, WrapperError> {
        let mut macros = Vec::new();
        for (path, text) in self.sources.iter().filter(|(_, text)| text.contains("macro_rules!")) {
            macros.extend(parsed(path, text)?.items.into_iter().filter(is_macro));
        }
        Ok(macros)
    }

    /// Adds the public paths of what a public module declares and re-exports.
    fn add_paths(&mut self, module: &str, file: &syn::File) {
        let public = |name: String| if module.is_empty() { name } else { format!("{module}::{name}") };
        for item in &file.items {
            match item {
                syn::Item::Use(item) if is_public(&item.vis) => {
                    for (path, name) in imports(&item.tree) {
                        let path: Vec<&str> =
                            path.iter().map(String::as_str).filter(|step| *step != "crate").collect();
                        match path.split_last() {
                            Some((generated, module_path)) if module_path == TYPES => {
                                self.exported.insert(public(name), (*generated).to_owned());
                            }
                            Some((&"operations", ["generated"])) => self.operations = true,
                            Some((&"*", ["generated", "ids"])) => self.exports_ids = module.is_empty(),
                            Some((declared, _)) => {
                                _ = self.paths.insert(public(name), (*declared).to_owned());
                            }
                            None => {}
                        }
                    }
                }
                item => {
                    if let Some(name) = declared(item) {
                        self.paths.insert(public(name.clone()), name);
                    }
                }
            }
        }
    }

    fn add_aliases(&mut self, item: &syn::Item) {
        let syn::Item::Impl(block) = item else { return };
        let owner = Text::of_type(&block.self_ty);
        for item in &block.items {
            if let syn::ImplItem::Fn(function) = item {
                let aliases: Vec<String> =
                    function.attrs.iter().flat_map(atlas_codegen::wrapper::aliases).collect();
                if !aliases.is_empty() {
                    self.aliases.insert(format!("{owner}::{}", function.sig.ident), aliases);
                }
            }
        }
    }

    /// The public path of an item of the wrapper.
    pub(crate) fn path<'a>(&'a self, declared: &'a str) -> &'a str {
        self.paths.iter().find(|(_, name)| *name == declared).map_or(declared, |(path, _)| path)
    }
}

fn is_macro(item: &syn::Item) -> bool {
    matches!(item, syn::Item::Macro(item) if item.ident.is_some())
}

fn parsed(path: &str, text: &str) -> Result<syn::File, WrapperError> {
    syn::parse_file(text).map_err(|error| WrapperError::syntax(Path::new(path), &error))
}

/// `#![deny(unnameable_types)]`, or `forbid`.
fn denies_unnameable(attribute: &syn::Attribute) -> bool {
    let denies = attribute.path().is_ident("deny") || attribute.path().is_ident("forbid");
    let lints = attribute.meta.require_list().map(elements::<syn::Meta>).unwrap_or_default();
    denies && lints.iter().any(|lint| lint.path().is_ident("unnameable_types"))
}

/// The path of the module in a file, if the root declares it `pub`; empty for the root itself.
fn public_module(path: &str, root: &syn::File) -> Option<String> {
    let name = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs"))?;
    if name == "lib" {
        return Some(String::new());
    }
    let public = root
        .items
        .iter()
        .any(|item| matches!(item, syn::Item::Mod(module) if module.ident == name && is_public(&module.vis)));
    public.then(|| name.to_owned())
}

/// The name of a public item other than a module.
fn declared(item: &syn::Item) -> Option<String> {
    let (visibility, name) = match item {
        syn::Item::Struct(item) => (&item.vis, &item.ident),
        syn::Item::Enum(item) => (&item.vis, &item.ident),
        syn::Item::Trait(item) => (&item.vis, &item.ident),
        syn::Item::Type(item) => (&item.vis, &item.ident),
        syn::Item::Fn(item) => (&item.vis, &item.sig.ident),
        syn::Item::Const(item) => (&item.vis, &item.ident),
        syn::Item::Static(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    is_public(visibility).then(|| name.to_string())
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        _ => &[],
    }
}

/// The imports of a `use`: each path, and the name that it binds. A glob binds the name `*`.
fn imports(tree: &syn::UseTree) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut pending = vec![(Vec::new(), tree)];
    while let Some((mut path, tree)) = pending.pop() {
        match tree {
            syn::UseTree::Path(step) => {
                path.push(step.ident.to_string());
                pending.push((path, &step.tree));
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
                pending.extend(group.items.iter().map(|tree| (path.clone(), tree)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(sources: &[(&str, &str)]) -> Surface {
        Surface::of(sources.iter().map(|(path, text)| (Path::new(*path), *text)))
            .and_then(Surface::with_declarations)
            .unwrap()
    }

    #[test]
    fn a_re_exported_type_is_public() {
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
    fn a_re_exported_operation_table_is_public() {
        assert!(surface(&[("lib.rs", "pub use generated::operations;")]).operations);
        assert!(!surface(&[("lib.rs", "use generated::operations;")]).operations);
    }

    #[test]
    fn a_crate_may_deny_unnameable_types() {
        assert!(surface(&[("lib.rs", "#![deny(missing_docs, unnameable_types)]")]).denies_unnameable);
        assert!(
            !surface(&[("lib.rs", "#![warn(unnameable_types)] #![deny(missing_docs)]")]).denies_unnameable
        );
    }

    #[test]
    fn items_are_public_under_the_path_of_their_export() {
        let org = "pub struct Org { id: u8, pub name: String }
            impl Org {
                #[doc(alias = \"getThing\")] pub fn thing(&self) -> u8 {}
                fn private(&self) {}
            }
            impl Clone for Org {}
            pub struct Hidden;
            pub fn free(a: u8) {}
            #[cfg(test)] mod tests { pub struct Org; }";
        let plan = "pub trait Plan { fn a(&self); fn b(&self) {} }";
        let lib = "mod org; pub mod plan; pub use org::{Org as Organization, free};";
        let surface = surface(&[("lib.rs", lib), ("org.rs", org), ("plan/mod.rs", plan)]);
        let paths: Vec<&str> = surface.paths.keys().map(String::as_str).collect();
        assert_eq!(paths, ["Organization", "free", "plan::Plan"]);
        assert_eq!(surface.types.keys().collect::<Vec<_>>(), ["Org", "Plan"]);
        let org = &surface.types["Org"];
        assert_eq!(org.functions["thing"].to_string(), "fn thing(&self) -> u8");
        assert_eq!((org.functions.len(), org.traits.contains("Clone"), org.is_literal()), (1, true, false));
        assert_eq!(surface.aliases["Org::thing"], ["getThing"]);
        assert_eq!(surface.functions["free"].to_string(), "fn free(a: u8)");
    }

    #[test]
    fn a_syntax_error_names_the_file() {
        let surface = Surface::of([(Path::new("org.rs"), "use generated;\nfn (")].into_iter()).unwrap();
        let error = surface.with_declarations().unwrap_err();
        assert!(error.to_string().contains("org.rs:2:"), "{error}");
    }
}
