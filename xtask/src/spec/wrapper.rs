//! Which operations the hand-written wrapper exposes, read from its source.
//!
//! The convention: the public method of an operation carries `#[doc(alias = "<operationId>")]`, which also lets
//! people find it in the documentation under its published name. Reads the source rather than the crate, because
//! the crate may not compile while its generated part is out of date. Does not judge what the method does.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// The operation ids that public functions of the wrapper carry as an alias.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exposed {
    operations: BTreeSet<String>,
}

impl Exposed {
    /// Reads each `.rs` file below this folder of sources, except those below `generated`.
    pub(crate) fn read(sources: &Path) -> Result<Self, WrapperError> {
        let mut exposed = Self::default();
        for file in rust_files(sources)? {
            let text = std::fs::read_to_string(&file).map_err(|error| WrapperError::io(&file, error))?;
            exposed.add(&file, &text)?;
        }
        Ok(exposed)
    }

    /// Whether some public function exposes this operation.
    pub(crate) fn contains(&self, operation_id: &str) -> bool {
        self.operations.contains(operation_id)
    }

    fn add(&mut self, file: &Path, text: &str) -> Result<(), WrapperError> {
        let parsed = syn::parse_file(text).map_err(|error| WrapperError::syntax(file, &error))?;
        self.visit_file(&parsed);
        Ok(())
    }

    fn add_function(&mut self, visibility: &syn::Visibility, attributes: &[syn::Attribute]) {
        if matches!(visibility, syn::Visibility::Public(_)) {
            self.operations.extend(attributes.iter().flat_map(aliases));
        }
    }
}

impl<S: Into<String>> FromIterator<S> for Exposed {
    fn from_iter<I: IntoIterator<Item = S>>(operations: I) -> Self {
        Self { operations: operations.into_iter().map(Into::into).collect() }
    }
}

impl<'ast> Visit<'ast> for Exposed {
    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add_function(&function.vis, &function.attrs);
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add_function(&function.vis, &function.attrs);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
        });
        if !test {
            syn::visit::visit_item_mod(self, module);
        }
    }
}

/// The sources of the wrapper: each file's path from this folder, and its text; none below `generated`.
pub(crate) fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>, WrapperError> {
    let files = rust_files(folder)?.into_iter().map(|file| {
        let text = std::fs::read_to_string(&file).map_err(|error| WrapperError::io(&file, error))?;
        Ok((file.strip_prefix(folder).unwrap_or(&file).to_owned(), text))
    });
    files.collect()
}

/// Whether a function with these attributes says which operation it is the method of.
pub(crate) fn exposes_operation(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| !aliases(attribute).is_empty())
}

/// The texts of `#[doc(alias = "…")]` and `#[doc(alias("…", "…"))]`.
fn aliases(attribute: &syn::Attribute) -> Vec<String> {
    let mut aliases = Vec::new();
    if attribute.path().is_ident("doc") && matches!(attribute.meta, syn::Meta::List(_)) {
        // What does not parse here is another form of `doc`, which rustdoc checks.
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

/// In the order of their names, so that errors come in the same order on every machine.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, WrapperError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| WrapperError::io(&folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| WrapperError::io(&folder, error))?;
            let path = entry.path();
            // Not followed through symbolic links, which could lead in a circle.
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
pub(crate) struct WrapperError {
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

    pub(crate) fn syntax(file: &Path, error: &syn::Error) -> Self {
        let start = error.span().start();
        let cause = Cause::Syntax { line: start.line, column: start.column + 1, message: error.to_string() };
        Self { file: file.to_owned(), cause }
    }
}

impl fmt::Display for WrapperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.cause {
            Cause::Io(error) => write!(f, "{file}: cannot be read: {error}"),
            Cause::Syntax { line, column, message } => {
                write!(
                    f,
                    "{file}:{line}:{column}: not Rust: {message}\n    mend: correct it; lint looks here for the methods of the operations"
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
    fn exposes(text: &str, expected: &[&str]) {
        let mut exposed = Exposed::default();
        exposed.add(Path::new("a.rs"), text).unwrap();
        assert_eq!(exposed, expected.iter().copied().collect());
    }

    #[test]
    fn finds_aliases_of_public_functions() {
        exposes(r#"impl Org { #[doc(alias = "a")] pub async fn f(&self) {} }"#, &["a"]);
        exposes(r#"impl Org { #[doc(alias("a", "b"))] pub fn f() {} }"#, &["a", "b"]);
        exposes(r#"impl Org { #[doc(alias = "a")] #[doc(alias = "b")] pub fn f() {} }"#, &["a", "b"]);
        exposes(r#"#[doc(alias = "a", alias = "b")] pub fn f() {}"#, &["a", "b"]);
        exposes(r#"mod inner { impl X { #[doc(alias = "a")] pub fn f() {} } }"#, &["a"]);
        exposes(r#"impl Org { #[doc(alias = "a")] fn private() {} }"#, &[]);
        exposes(r#"impl Org { #[doc(alias = "a")] pub(crate) fn inner() {} }"#, &[]);
        exposes(r#"#[cfg(test)] mod tests { #[doc(alias = "a")] pub fn f() {} }"#, &[]);
        exposes(r#"#[cfg(feature = "x")] mod x { #[doc(alias = "a")] pub fn f() {} }"#, &["a"]);
        exposes(r#"#[doc(alias = "a")] pub struct NotAFunction;"#, &[]);
        exposes("/// alias = \"a\"\n#[doc(hidden)] #[doc = \"a\"] pub fn f() {}", &[]);
    }

    #[test]
    fn names_the_place_of_a_syntax_error() {
        let error = Exposed::default().add(Path::new("src/a.rs"), "\nfn f( {}").unwrap_err();
        assert!(error.to_string().starts_with("src/a.rs:2:"), "{error}");
    }

    #[test]
    fn skips_the_generated_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, alias: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("#[doc(alias = \"{alias}\")] pub fn f() {{}}")).unwrap();
        };
        write("lib.rs", "a");
        write("deep/er/mod.rs", "b");
        write("generated/client.rs", "c");
        write("notes.txt", "d");
        assert_eq!(Exposed::read(folder.path()).unwrap(), ["a", "b"].into_iter().collect());
        assert!(Exposed::read(&folder.path().join("missing")).unwrap_err().to_string().contains("missing"));
    }
}
