//! The hand-written part of the SDK's public API: the generated types that it re-exports, its public methods, and the
//! generated code that it uses.
//!
//! All of it is read from the sources and not from the compiled crate. So it works for another revision, and for a
//! crate that does not compile. Imported names are not resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use atlas_codegen::wrapper::{self, WrapperError};

mod uses;

use super::text::Text;
pub(crate) use uses::{Use, UseKind};

/// The module of the generated types, from the crate's root.
const TYPES: &[&str] = &["generated", "models"];

/// The hand-written part of the public API.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Surface {
    /// The generated types that the SDK re-exports: the public path of each, without the crate, and the name of the
    /// generated type.
    pub(crate) exported: BTreeMap<String, String>,
    /// Whether the operation table is public.
    pub(crate) operations: bool,
    /// Whether the crate denies the lint `unnameable_types`: it does not compile if a public item has a type that users
    /// cannot name.
    pub(crate) denies_unnameable: bool,
    /// The public methods that send an operation or have a generated type in their signature, by path, such as
    /// `Org::create_link_token`.
    pub(crate) methods: BTreeMap<String, Text>,
    /// Every use that may depend on the generated code.
    pub(crate) uses: Vec<Use>,
}

/// A position in the SDK's sources.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourcePosition {
    /// The path from the folder of the sources.
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
    /// Reads the SDK's sources: the path of each file from their folder, and its text. Files in `generated` are
    /// ignored.
    pub(crate) fn of<'a>(sources: impl Iterator<Item = (&'a Path, &'a str)>) -> Result<Self, WrapperError> {
        let mut files = Vec::new();
        for (path, text) in sources.filter(|(path, text)| may_use_generated_code(path, text)) {
            let parsed = syn::parse_file(text).map_err(|error| WrapperError::syntax(path, &error))?;
            files.push((path.to_string_lossy().replace('\\', "/"), text, parsed));
        }
        let root = files.iter().find(|(path, ..)| path == "lib.rs").map(|(.., file)| file);
        let denies_unnameable = root.is_some_and(|root| root.attrs.iter().any(denies_unnameable));
        let mut surface = Self { denies_unnameable, ..Self::default() };
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
    let denies = attribute.path().is_ident("deny") || attribute.path().is_ident("forbid");
    let lints = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
    denies
        && lints
            .split(|character: char| !(character.is_alphanumeric() || character == '_'))
            .any(|lint| lint == "unnameable_types")
}

/// Whether a file may use the generated code directly: it names one of the modules or an operation. The other files are
/// skipped, because parsing them takes most of the time.
fn may_use_generated_code(path: &Path, text: &str) -> bool {
    let words = ["generated", "operations", "model", "alias"];
    !path.starts_with("generated")
        && (path == Path::new("lib.rs") || words.iter().any(|word| text.contains(word)))
}

/// The path of the module in a file, if the root declares it `pub`; empty for the root itself.
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
            let shows_generated_code = wrapper::has_operation_alias(&function.attrs)
                || signature.names().any(|name| generated.contains(name));
            if shows_generated_code {
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
    fn methods_that_show_generated_code_are_listed() {
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
    fn a_syntax_error_names_the_file() {
        let error = Surface::of([(Path::new("org.rs"), "use generated;\nfn (")].into_iter()).unwrap_err();
        assert!(error.to_string().contains("org.rs:2:"), "{error}");
    }
}
