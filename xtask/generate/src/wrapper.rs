//! Reads the methods of the hand-written wrapper, and their aliases in the documentation.
//!
//! By convention, the public method of an operation has the attribute `#[doc(alias = "<operationId>")]`, and an alias
//! for each name of the operation in other tools. This module parses the sources, because the crate may not compile
//! while its generated part is out of date. Lint checks which methods and aliases are required.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

use openapi_fragment::Position;

mod macros;

pub use macros::expansions;

/// The public functions of the wrapper that have aliases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrapperMethods {
    methods: Vec<Method>,
    /// The names of the items that the root of the SDK exports, without globs; `None` if there is no root.
    exports: Option<BTreeSet<String>>,
}

/// A public function of the wrapper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// The name of the function.
    pub name: String,
    /// The name of the file in problems.
    pub file: String,
    /// The position of its name.
    pub position: Position,
    aliases: BTreeSet<String>,
}

impl Method {
    /// Whether a search for this name in the documentation finds the method. rustdoc rejects an alias that equals the
    /// name of the function, which the search finds anyway.
    pub fn is_found_under(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(name)
    }
}

impl WrapperMethods {
    /// Reads each `.rs` file below this folder of the workspace, except those below `generated`.
    pub fn read(root: &Path, folder: &str) -> Result<Self, WrapperError> {
        let mut wrapper = Self::default();
        for (file, text) in sources(&root.join(folder))? {
            // Always with `/` as the separator, like the path of the fragment.
            let components: Vec<_> = file.iter().map(|component| component.to_string_lossy()).collect();
            wrapper.add(&format!("{folder}/{}", components.join("/")), &text)?;
        }
        Ok(wrapper)
    }

    /// The public functions with an alias for this operation.
    pub fn methods_of(&self, operation_id: &str) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(move |method| method.is_found_under(operation_id))
    }

    /// Whether the root of the SDK exports a hand-written item with this name; `None` if there is no root.
    pub fn exports(&self, name: &str) -> Option<bool> {
        self.exports.as_ref().map(|names| names.contains(name))
    }

    /// The methods of one file.
    #[cfg(test)]
    pub fn of_text(file: &str, text: &str) -> Self {
        Self::default().and_text(file, text)
    }

    /// Adds the methods of another file.
    #[cfg(test)]
    pub fn and_text(mut self, file: &str, text: &str) -> Self {
        self.add(file, text).unwrap();
        self
    }

    /// Adds the methods in the text of a file.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), WrapperError> {
        let parsed = syn::parse_file(text).map_err(|error| WrapperError::syntax(Path::new(file), &error))?;
        if file.ends_with("src/lib.rs") {
            self.exports = Some(exported(&parsed));
        }
        let mut reader = Reader { file, methods: &mut self.methods };
        reader.visit_file(&parsed);
        Ok(())
    }
}

/// The names of the public imports of a file.
fn exported(file: &syn::File) -> BTreeSet<String> {
    let public = file.items.iter().filter_map(|item| match item {
        syn::Item::Use(item) if matches!(item.vis, syn::Visibility::Public(_)) => Some(&item.tree),
        _ => None,
    });
    let (mut names, mut pending) = (BTreeSet::new(), public.collect::<Vec<_>>());
    while let Some(tree) = pending.pop() {
        match tree {
            syn::UseTree::Path(path) => pending.push(&path.tree),
            syn::UseTree::Group(group) => pending.extend(&group.items),
            syn::UseTree::Name(name) => _ = names.insert(name.ident.to_string()),
            syn::UseTree::Rename(renamed) => _ = names.insert(renamed.rename.to_string()),
            syn::UseTree::Glob(_) => {}
        }
    }
    names
}

struct Reader<'r> {
    file: &'r str,
    methods: &'r mut Vec<Method>,
}

impl Reader<'_> {
    fn add(
        &mut self,
        visibility: &syn::Visibility,
        attributes: &[syn::Attribute],
        signature: &syn::Signature,
    ) {
        let aliases: BTreeSet<_> = attributes.iter().flat_map(aliases).collect();
        if matches!(visibility, syn::Visibility::Public(_)) && !aliases.is_empty() {
            let start = signature.ident.span().start();
            self.methods.push(Method {
                name: signature.ident.to_string(),
                file: self.file.to_owned(),
                position: Position { line: start.line, column: start.column + 1 },
                aliases,
            });
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.vis, &function.attrs, &function.sig);
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.vis, &function.attrs, &function.sig);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
        });
        if !is_test {
            syn::visit::visit_item_mod(self, module);
        }
    }
}

/// The sources of the wrapper, except those in `generated`: the path of each file relative to this folder, and its
/// text.
pub fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>, WrapperError> {
    let files = rust_files(folder)?.into_iter().map(|file| {
        let text = std::fs::read_to_string(&file).map_err(|error| WrapperError::io(&file, error))?;
        Ok((file.strip_prefix(folder).unwrap_or(&file).to_owned(), text))
    });
    files.collect()
}

/// The texts of `#[doc(alias = "…")]` and `#[doc(alias("…", "…"))]`.
pub fn aliases(attribute: &syn::Attribute) -> Vec<String> {
    let mut aliases = Vec::new();
    if attribute.path().is_ident("doc") && matches!(attribute.meta, syn::Meta::List(_)) {
        // Ignores other forms of `doc`, which rustdoc checks.
        let _ = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("alias") {
                return Err(meta.error("not an alias"));
            }
            if let Ok(value) = meta.value() {
                aliases.push(value.parse::<syn::LitStr>()?.value());
            } else {
                let list;
                syn::parenthesized!(list in meta.input);
                let list =
                    list.parse_terminated(<syn::LitStr as syn::parse::Parse>::parse, syn::Token![,])?;
                aliases.extend(list.iter().map(syn::LitStr::value));
            }
            Ok(())
        });
    }
    aliases
}

/// Sorted by path, so that the order of errors is the same on every machine.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, WrapperError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| WrapperError::io(&folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| WrapperError::io(&folder, error))?;
            let path = entry.path();
            // Symbolic links are not followed, because they may form a cycle.
            let kind = entry.file_type().map_err(|error| WrapperError::io(&path, error))?;
            if kind.is_dir() && entry.file_name() != "generated" {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The wrapper's source could not be read.
#[derive(Debug)]
pub struct WrapperError {
    file: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Io(io::Error),
    Syntax { line: usize, column: usize, message: String },
}

impl WrapperError {
    fn io(file: &Path, error: io::Error) -> Self {
        Self { file: file.to_owned(), cause: Cause::Io(error) }
    }

    /// The file is not valid Rust.
    pub fn syntax(file: &Path, error: &syn::Error) -> Self {
        let start = error.span().start();
        let cause = Cause::Syntax { line: start.line, column: start.column + 1, message: error.to_string() };
        Self { file: file.to_owned(), cause }
    }
}

impl fmt::Display for WrapperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.cause {
            Cause::Io(error) => write!(f, "could not read {file}: {error}"),
            Cause::Syntax { line, column, message } => {
                write!(
                    f,
                    "{file}:{line}:{column}: invalid Rust: {message}\n    help: correct the syntax; lint reads the methods of the operations from this file"
                )
            }
        }
    }
}

impl std::error::Error for WrapperError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Io(error) => Some(error),
            Cause::Syntax { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_aliases(text: &str, expected: &[&str]) {
        let wrapper = WrapperMethods::of_text("src/a.rs", text);
        let aliases = wrapper.methods.iter().flat_map(|method| &method.aliases);
        assert_eq!(aliases.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn finds_aliases_of_public_functions() {
        assert_aliases(r#"impl Org { #[doc(alias = "a")] pub async fn f(&self) {} }"#, &["a"]);
        assert_aliases(r#"impl Org { #[doc(alias("a", "b"))] pub fn f() {} }"#, &["a", "b"]);
        assert_aliases(r#"impl Org { #[doc(alias = "a")] #[doc(alias = "b")] pub fn f() {} }"#, &["a", "b"]);
        assert_aliases(r#"#[doc(alias = "a", alias = "b")] pub fn f() {}"#, &["a", "b"]);
        assert_aliases(r#"mod inner { impl X { #[doc(alias = "a")] pub fn f() {} } }"#, &["a"]);
        assert_aliases(r#"impl Org { #[doc(alias = "a")] fn private() {} }"#, &[]);
        assert_aliases(r#"impl Org { #[doc(alias = "a")] pub(crate) fn inner() {} }"#, &[]);
        assert_aliases(r#"#[cfg(test)] mod tests { #[doc(alias = "a")] pub fn f() {} }"#, &[]);
        assert_aliases(r#"#[cfg(feature = "x")] mod x { #[doc(alias = "a")] pub fn f() {} }"#, &["a"]);
        assert_aliases(r#"#[doc(alias = "a")] pub struct NotAFunction;"#, &[]);
        assert_aliases("/// alias = \"a\"\n#[doc(hidden)] #[doc = \"a\"] pub fn f() {}", &[]);
    }

    #[test]
    fn records_the_position_of_a_method() {
        let wrapper = WrapperMethods::of_text(
            "src/a.rs",
            "impl Org {\n    #[doc(alias = \"a\")]\n    pub async fn ping(&self) {}\n}",
        );
        let [method] = &wrapper.methods_of("a").collect::<Vec<_>>()[..] else { panic!("one method") };
        assert_eq!((&*method.name, &*method.file), ("ping", "src/a.rs"));
        assert_eq!(method.position, Position { line: 3, column: 18 });
        assert!(method.is_found_under("a") && method.is_found_under("ping") && !method.is_found_under("b"));
        assert_eq!(wrapper.methods_of("b").count(), 0);
    }

    #[test]
    fn reports_the_position_of_a_syntax_error() {
        let error = WrapperMethods::default().add("src/a.rs", "\nfn f( {}").unwrap_err();
        assert!(error.to_string().starts_with("src/a.rs:2:"), "{error}");
    }

    #[test]
    fn skips_the_generated_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, alias: &str| {
            let path = folder.path().join("src").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("#[doc(alias = \"{alias}\")] pub fn f() {{}}")).unwrap();
        };
        write("lib.rs", "a");
        write("deep/er/mod.rs", "b");
        write("generated/models.rs", "c");
        write("notes.txt", "d");
        let wrapper = WrapperMethods::read(folder.path(), "src").unwrap();
        let files: Vec<_> = wrapper.methods.iter().map(|method| &*method.file).collect();
        assert_eq!(files, ["src/deep/er/mod.rs", "src/lib.rs"]);
        assert!(WrapperMethods::read(folder.path(), "missing").unwrap_err().to_string().contains("missing"));
    }
}
