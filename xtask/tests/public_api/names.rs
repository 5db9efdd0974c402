//! What a path means: through imports, re-exports and aliases to the crate that it leads to.

use syn::visit::Visit;

use super::sources::Sources;

/// Where a path leads.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// To another crate, std not counted.
    Foreign(String),
    /// To an item of this crate: its module and its name.
    Local(Vec<String>, String),
    /// To something without a module: a type of the prelude, a parameter, `Self`.
    Other,
}

/// More steps than this lead in a circle.
const LONGEST_WAY: usize = 32;

impl Sources {
    /// What a path in this module means.
    pub(crate) fn meaning(&self, module: &[String], path: &[String]) -> Meaning {
        let (mut module, mut path) = (module.to_vec(), path.to_vec());
        for _ in 0..LONGEST_WAY {
            let Some(first) = path.first().cloned() else { return Meaning::Other };
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
                    Some(meaning) => return meaning,
                    None => continue,
                },
            }
        }
        panic!("{path:?} in {module:?} leads in a circle");
    }

    /// One step of the way; a meaning at its end.
    fn step(&self, module: &mut Vec<String>, path: &mut Vec<String>) -> Option<Meaning> {
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
            Some(Meaning::Local(module.clone(), first))
        } else if self.crates.contains(&first) {
            Some(foreign(path))
        } else {
            Some(Meaning::Other)
        }
    }

    /// Every path to another crate in a piece of syntax of this module, aliases followed.
    pub(crate) fn foreign_in(&self, module: &[String], visit: impl FnOnce(&mut Paths)) -> Vec<String> {
        let mut paths = Paths::default();
        visit(&mut paths);
        self.foreign_among(module, paths)
    }

    fn foreign_among(&self, module: &[String], paths: Paths) -> Vec<String> {
        let mut found = Vec::new();
        for path in paths.0 {
            match self.meaning(module, &path) {
                Meaning::Foreign(path) => found.push(path),
                Meaning::Local(module, name) => {
                    if let Some(ty) = self.modules[&module].aliases.get(&name) {
                        let mut inner = Paths::default();
                        inner.visit_type(ty);
                        found.extend(self.foreign_among(&module, inner));
                    }
                }
                Meaning::Other => {}
            }
        }
        found
    }

    /// Whether the type or trait of this path can be seen from outside, as far as its own `pub` says.
    pub(crate) fn is_visible(&self, module: &[String], path: &syn::Path) -> bool {
        match self.meaning(module, &steps(path)) {
            Meaning::Local(module, name) => self.modules[&module].public.contains(&name),
            Meaning::Foreign(_) | Meaning::Other => true,
        }
    }
}

fn foreign(path: &[String]) -> Meaning {
    match path[0].as_str() {
        "std" | "core" | "alloc" => Meaning::Other,
        _ => Meaning::Foreign(path.join("::")),
    }
}

/// The names of a path.
pub(crate) fn steps(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// Collects paths; attributes are passed over, and bodies of functions are not given to it.
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
