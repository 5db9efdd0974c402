//! Resolves paths through imports, re-exports and aliases to the crate that defines the item.

use syn::visit::Visit;

use super::sources::Sources;

/// The target of a path.
#[derive(Debug)]
pub(crate) enum Resolution {
    /// An item of another crate, except std.
    Foreign(String),
    /// An item of this crate: its module and its name.
    Local(Vec<String>, String),
    /// An item without a module: a type of the prelude, a parameter, `Self`.
    Other,
}

/// A path that takes more steps than this is in a cycle.
const MAX_STEPS: usize = 32;

impl Sources {
    /// The target of a path in this module.
    pub(crate) fn resolve(&self, module: &[String], path: &[String]) -> Resolution {
        let (mut module, mut path) = (module.to_vec(), path.to_vec());
        for _ in 0..MAX_STEPS {
            let Some(first) = path.first().cloned() else { return Resolution::Other };
            match first.as_str() {
                "crate" => {
                    module.clear();
                    path.remove(0);
                }
                "self" => _ = path.remove(0),
                "super" => {
                    module.pop();
                    path.remove(0);
                }
                _ => match self.step(&mut module, &mut path) {
                    Some(resolution) => return resolution,
                    None => continue,
                },
            }
        }
        panic!("{path:?} in {module:?} is in a cycle");
    }

    /// Takes one step; returns the target if it is reached.
    fn step(&self, module: &mut Vec<String>, path: &mut Vec<String>) -> Option<Resolution> {
        let here = self.modules.get(module)?;
        let first = path.first()?.clone();
        let child = [module.clone(), vec![first.clone()]].concat();
        if let Some(target) = here.imports.get(&first).filter(|target| **target != *path) {
            let rest = path.split_off(1);
            *path = [target.clone(), rest].concat();
            // `use a::a`: the first step is the crate or the module, not the import itself.
            if path.first() == Some(&first) && self.crates.contains(&first) {
                return Some(foreign(path));
            }
            None
        } else if path.len() > 1 && self.modules.contains_key(&child) {
            *module = child;
            path.remove(0);
            None
        } else if here.defined.contains(&first) {
            Some(Resolution::Local(module.clone(), first))
        } else if self.crates.contains(&first) {
            Some(foreign(path))
        } else {
            Some(Resolution::Other)
        }
    }

    /// Every path to another crate in a piece of syntax of this module, through aliases too.
    pub(crate) fn foreign_in(&self, module: &[String], visit: impl FnOnce(&mut Paths)) -> Vec<String> {
        let mut paths = Paths::default();
        visit(&mut paths);
        self.foreign_among(module, paths)
    }

    fn foreign_among(&self, module: &[String], paths: Paths) -> Vec<String> {
        let mut found = Vec::new();
        for path in paths.0 {
            match self.resolve(module, &path) {
                Resolution::Foreign(path) => found.push(path),
                Resolution::Local(module, name) => {
                    if let Some(ty) = self.modules[&module].aliases.get(&name) {
                        let mut inner = Paths::default();
                        inner.visit_type(ty);
                        found.extend(self.foreign_among(&module, inner));
                    }
                }
                Resolution::Other => {}
            }
        }
        found
    }

    /// Whether the type or trait of this path is declared `pub`.
    pub(crate) fn is_visible(&self, module: &[String], path: &syn::Path) -> bool {
        match self.resolve(module, &steps(path)) {
            Resolution::Local(module, name) => self.modules[&module].public.contains(&name),
            Resolution::Foreign(_) | Resolution::Other => true,
        }
    }
}

fn foreign(path: &[String]) -> Resolution {
    match path[0].as_str() {
        "std" | "core" | "alloc" => Resolution::Other,
        _ => Resolution::Foreign(path.join("::")),
    }
}

/// The names of a path.
pub(crate) fn steps(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// Collects paths, but not those in attributes, blocks and expressions.
#[derive(Default)]
pub(crate) struct Paths(pub(crate) Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(steps(path));
        syn::visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_block(&mut self, _: &'ast syn::Block) {}

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}
}
