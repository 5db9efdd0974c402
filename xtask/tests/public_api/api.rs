//! The public items of a crate, and what each of them names of other crates.

use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Fields, ImplItem, Item, Meta, TraitItem};

use super::names::{Paths, steps};
use super::sources::{Sources, imports, is_public};

/// A path to another crate in the public API.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The item: `Type::function`, `Type.field`, `Trait for Type`.
    pub(crate) place: String,
    pub(crate) names: String,
}

/// Everything foreign that the public API names.
///
/// Whatever is `pub` counts as public: the lint `unreachable_pub` sees to it that it is. Of what is generated, the
/// operation table counts, and the types that are re-exported.
pub(crate) fn foreign(sources: &Sources) -> Vec<Finding> {
    let mut api = Api { sources, module: Vec::new(), found: Vec::new() };
    for (path, module) in &sources.modules {
        api.module.clone_from(path);
        for item in &module.items {
            let is_generated = path.first().is_some_and(|first| first == "generated");
            if !is_generated || path.ends_with(&["operations".to_owned()]) || api.is_exported(item) {
                api.item(item);
            }
        }
    }
    api.found
}

struct Api<'a> {
    sources: &'a Sources,
    module: Vec<String>,
    found: Vec<Finding>,
}

impl Api<'_> {
    fn say(&mut self, place: &str, visit: impl FnOnce(&mut Paths)) {
        let names = self.sources.foreign_in(&self.module, visit).into_iter();
        self.found.extend(names.map(|names| Finding { place: place.to_owned(), names }));
    }

    /// Whether a generated item is a type that is re-exported by name, or an `impl` of one.
    fn is_exported(&self, item: &Item) -> bool {
        let name = match item {
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            Item::Impl(item) => item.self_ty.to_token_stream().to_string(),
            _ => return false,
        };
        let path = [self.module.clone(), vec![name]].concat();
        let uses = self.sources.modules.values().flat_map(|module| &module.items);
        uses.filter_map(|item| match item {
            Item::Use(item) if is_public(&item.vis) => Some(imports(&item.tree)),
            _ => None,
        })
        .flatten()
        .any(|(_, target)| target.iter().filter(|step| *step != "crate").eq(&path))
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Use(item) if is_public(&item.vis) => {
                for (_, path) in imports(&item.tree) {
                    self.say("pub use", |paths| paths.0.push(path));
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let name = item.ident.to_string();
                self.derives(&name, &item.attrs);
                self.say(&name, |paths| paths.visit_generics(&item.generics));
                self.fields(&format!("{name}."), &item.fields, is_public);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let name = item.ident.to_string();
                self.derives(&name, &item.attrs);
                self.say(&name, |paths| paths.visit_generics(&item.generics));
                for variant in &item.variants {
                    let place = format!("{name}::{}", variant.ident);
                    self.say(&place, |paths| paths.visit_fields(&variant.fields));
                }
            }
            Item::Trait(item) if is_public(&item.vis) => self.item_trait(item),
            Item::Fn(item) if is_public(&item.vis) => {
                self.say(&item.sig.ident.to_string(), |paths| paths.visit_signature(&item.sig));
            }
            Item::Type(item) if is_public(&item.vis) => {
                self.say(&item.ident.to_string(), |paths| {
                    paths.visit_generics(&item.generics);
                    paths.visit_type(&item.ty);
                });
            }
            Item::Const(item) if is_public(&item.vis) => {
                self.say(&item.ident.to_string(), |paths| paths.visit_type(&item.ty));
            }
            Item::Static(item) if is_public(&item.vis) => {
                self.say(&item.ident.to_string(), |paths| paths.visit_type(&item.ty));
            }
            Item::Impl(block) => self.item_impl(block),
            _ => {}
        }
    }

    fn fields(&mut self, owner: &str, fields: &Fields, counts: fn(&syn::Visibility) -> bool) {
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| counts(&field.vis)) {
            let name = field.ident.as_ref().map_or(index.to_string(), ToString::to_string);
            self.say(&format!("{owner}{name}"), |paths| paths.visit_type(&field.ty));
        }
    }

    fn item_trait(&mut self, item: &syn::ItemTrait) {
        let name = item.ident.to_string();
        self.say(&name, |paths| {
            paths.visit_generics(&item.generics);
            item.supertraits.iter().for_each(|bound| paths.visit_type_param_bound(bound));
        });
        for item in &item.items {
            match item {
                TraitItem::Fn(item) => {
                    let place = format!("{name}::{}", item.sig.ident);
                    self.say(&place, |paths| paths.visit_signature(&item.sig));
                }
                other => self.say(&name, |paths| paths.visit_trait_item(other)),
            }
        }
    }

    fn item_impl(&mut self, block: &syn::ItemImpl) {
        if let syn::Type::Path(own) = &*block.self_ty
            && !self.sources.is_visible(&self.module, &own.path)
        {
            return;
        }
        let own = block.self_ty.to_token_stream().to_string().replace(' ', "");
        let Some((implemented, _)) = &block.trait_ else {
            self.say(&own, |paths| paths.visit_generics(&block.generics));
            for item in &block.items {
                match item {
                    ImplItem::Fn(item) if is_public(&item.vis) => {
                        let place = format!("{own}::{}", item.sig.ident);
                        self.say(&place, |paths| paths.visit_signature(&item.sig));
                    }
                    ImplItem::Const(item) if is_public(&item.vis) => {
                        let place = format!("{own}::{}", item.ident);
                        self.say(&place, |paths| paths.visit_type(&item.ty));
                    }
                    _ => {}
                }
            }
            return;
        };
        if !self.sources.is_visible(&self.module, implemented) {
            return;
        }
        let of = steps(implemented).pop().unwrap_or_default();
        self.say(&format!("{of} for {own}"), |paths| {
            paths.visit_generics(&block.generics);
            paths.visit_path(implemented);
            paths.visit_type(&block.self_ty);
            for item in &block.items {
                if let ImplItem::Type(item) = item {
                    paths.visit_type(&item.ty);
                }
            }
        });
    }

    /// The traits of `#[derive(…)]`, also within `#[cfg_attr(…, derive(…))]`.
    fn derives(&mut self, owner: &str, attributes: &[syn::Attribute]) {
        type Metas = syn::punctuated::Punctuated<Meta, syn::Token![,]>;
        let mut waiting: Vec<Meta> = attributes.iter().map(|attribute| attribute.meta.clone()).collect();
        while let Some(meta) = waiting.pop() {
            let Meta::List(list) = meta else { continue };
            let inner = list.parse_args_with(Metas::parse_terminated).into_iter().flatten();
            if list.path.is_ident("cfg_attr") {
                waiting.extend(inner.filter(|meta| meta.path().is_ident("derive")));
            } else if list.path.is_ident("derive") {
                inner.for_each(|meta| self.say(owner, |paths| paths.visit_path(meta.path())));
            }
        }
    }
}
