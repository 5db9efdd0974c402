//! Parses a crate's sources into modules, with their imports, aliases and items. Code for tests is ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use quote::ToTokens as _;
use syn::{Item, UseTree, Visibility};

/// One module.
#[derive(Default)]
pub(crate) struct Module {
    /// The paths that are imported, by the name that the `use` binds; a glob binds `*`.
    pub(crate) imports: BTreeMap<String, Vec<String>>,
    pub(crate) aliases: BTreeMap<String, syn::Type>,
    pub(crate) items: Vec<Item>,
    /// The names of the `pub` items.
    pub(crate) public: BTreeSet<String>,
    /// The names of all items.
    pub(crate) defined: BTreeSet<String>,
}

/// All modules of a crate, by their paths.
pub(crate) struct Sources {
    pub(crate) modules: BTreeMap<Vec<String>, Module>,
    /// The crates that paths can begin with.
    pub(crate) crates: BTreeSet<String>,
}

impl Sources {
    /// Reads every Rust file in the folder and its subfolders.
    pub(crate) fn read(folder: &Path, crates: impl IntoIterator<Item = String>) -> Self {
        let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                    files.push((name, std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        Self::of(files, crates)
    }

    /// Parses the files of a crate, each with its path from the folder of `lib.rs`.
    pub(crate) fn of(
        files: impl IntoIterator<Item = (String, String)>,
        crates: impl IntoIterator<Item = String>,
    ) -> Self {
        let standard = ["std", "core", "alloc"].map(str::to_owned);
        let crates = crates.into_iter().chain(standard).collect();
        let files: Vec<(String, syn::File)> = files
            .into_iter()
            .map(|(name, text)| {
                let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
                (name, file)
            })
            .collect();
        let is_macro = |item: &&Item| matches!(item, Item::Macro(item) if item.ident.is_some());
        let macros: Vec<Item> =
            files.iter().flat_map(|(_, file)| &file.items).filter(is_macro).cloned().collect();
        let mut sources = Self { modules: BTreeMap::new(), crates };
        for (name, file) in files {
            let steps = name.trim_end_matches(".rs").split('/').map(str::to_owned);
            let path: Vec<String> = steps.filter(|step| step != "mod" && step != "lib").collect();
            sources.add(path, file.items, &macros);
        }
        sources
    }

    /// Whether there is a public item with this name: `Type`, or `Type::function`.
    pub(crate) fn has_public_item(&self, name: &str) -> bool {
        self.modules.values().any(|module| match name.split_once("::") {
            None => module.public.contains(name),
            Some((owner, function)) => module.items.iter().any(|item| match item {
                Item::Impl(block) => {
                    block.self_ty.to_token_stream().to_string() == owner
                        && block.items.iter().any(|item| {
                            matches!(item, syn::ImplItem::Fn(item) if item.sig.ident == function && is_public(&item.vis))
                        })
                }
                _ => false,
            }),
        })
    }

    /// The items that can be part of the public API, with their modules.
    ///
    /// Every `pub` item counts as public, which the lint `unreachable_pub` ensures. Of the generated code, only the
    /// operation table and the re-exported types count.
    pub(crate) fn api_items(&self) -> impl Iterator<Item = (&[String], &Item)> {
        let items =
            self.modules.iter().flat_map(|(path, module)| module.items.iter().map(|item| (&path[..], item)));
        items.filter(|(path, item)| {
            let is_generated = path.first().is_some_and(|first| first == "generated");
            !is_generated || path.ends_with(&["operations".to_owned()]) || self.is_exported(path, item)
        })
    }

    /// Whether an item of this module is a type that is re-exported, by name or by a glob, or an `impl` of one.
    fn is_exported(&self, module: &[String], item: &Item) -> bool {
        let name = match item {
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            Item::Impl(item) => item.self_ty.to_token_stream().to_string(),
            _ => return false,
        };
        let [path, glob] = [name, "*".to_owned()].map(|last| [module, &[last]].concat());
        let uses = self.modules.values().flat_map(|module| &module.items);
        uses.filter_map(|item| match item {
            Item::Use(item) if is_public(&item.vis) => Some(imports(&item.tree)),
            _ => None,
        })
        .flatten()
        .any(|(_, target)| {
            let target = || target.iter().filter(|step| *step != "crate");
            target().eq(&path) || target().eq(&glob)
        })
    }

    fn add(&mut self, path: Vec<String>, items: Vec<Item>, macros: &[Item]) {
        let mut module = Module::default();
        let with_macros: Vec<Item> = macros.iter().chain(&items).cloned().collect();
        let expansions = atlas_codegen::wrapper::expansions(&with_macros);
        for item in items.into_iter().chain(expansions) {
            if is_for_tests(&item) {
                continue;
            }
            if let Some((name, visibility)) = definition(&item) {
                if is_public(visibility) {
                    module.public.insert(name.clone());
                }
                module.defined.insert(name);
            }
            match &item {
                Item::Use(item) => module.imports.extend(imports(&item.tree)),
                Item::Type(item) => _ = module.aliases.insert(item.ident.to_string(), (*item.ty).clone()),
                Item::Mod(inner) => {
                    if let Some((_, items)) = inner.content.clone() {
                        self.add([path.clone(), vec![inner.ident.to_string()]].concat(), items, macros);
                    }
                }
                _ => {}
            }
            module.items.push(item);
        }
        self.modules.insert(path, module);
    }
}

pub(crate) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The imports of a `use`: the name that each binds, and the path.
pub(crate) fn imports(tree: &UseTree) -> Vec<(String, Vec<String>)> {
    let (mut found, mut pending) = (Vec::new(), vec![(Vec::new(), tree)]);
    while let Some((mut path, tree)) = pending.pop() {
        let (name, step) = match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                pending.push((path, &step.tree));
                continue;
            }
            UseTree::Group(group) => {
                pending.extend(group.items.iter().map(|tree| (path.clone(), tree)));
                continue;
            }
            UseTree::Name(item) => (item.ident.to_string(), item.ident.to_string()),
            UseTree::Rename(item) => (item.rename.to_string(), item.ident.to_string()),
            UseTree::Glob(_) => ("*".to_owned(), "*".to_owned()),
        };
        if step == "self" {
            // `use a::{self}` is `use a`.
            found.push((path.last().cloned().unwrap_or_default(), path));
        } else {
            path.push(step);
            found.push((name, path));
        }
    }
    found
}

fn is_for_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

fn definition(item: &Item) -> Option<(String, &Visibility)> {
    let (name, visibility) = match item {
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Union(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::Type(item) => (&item.ident, &item.vis),
        Item::Fn(item) => (&item.sig.ident, &item.vis),
        Item::Const(item) => (&item.ident, &item.vis),
        Item::Static(item) => (&item.ident, &item.vis),
        Item::Mod(item) => (&item.ident, &item.vis),
        _ => return None,
    };
    Some((name.to_string(), visibility))
}
