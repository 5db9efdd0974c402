//! The public items of a crate, and the items of other crates that each of them uses.

use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Fields, ImplItem, Item, Meta, TraitItem};

use super::names::{Paths, steps};
use super::sources::{Sources, imports, is_public};

/// A use of another crate in the public API.
#[derive(Debug)]
pub(crate) struct ForeignUse {
    /// The public item: `Type::function`, `Type.field`, `Trait for Type`.
    pub(crate) item: String,
    /// The path of the item of the other crate.
    pub(crate) path: String,
}

/// Every use of another crate in the public API.
pub(crate) fn foreign_uses(sources: &Sources) -> Vec<ForeignUse> {
    let mut api = Api { sources, module: Vec::new(), found: Vec::new() };
    for (module, item) in sources.api_items() {
        api.module = module.to_vec();
        api.item(item);
    }
    api.found
}

struct Api<'a> {
    sources: &'a Sources,
    module: Vec<String>,
    found: Vec<ForeignUse>,
}

impl Api<'_> {
    /// Adds the foreign paths that `visit` collects, as uses by this item.
    fn add(&mut self, item: &str, visit: impl FnOnce(&mut Paths)) {
        let paths = self.sources.foreign_in(&self.module, visit).into_iter();
        self.found.extend(paths.map(|path| ForeignUse { item: item.to_owned(), path }));
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Use(item) if is_public(&item.vis) => {
                for (_, path) in imports(&item.tree) {
                    self.add("pub use", |paths| paths.0.push(path));
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let name = item.ident.to_string();
                self.derives(&name, &item.attrs);
                self.add(&name, |paths| paths.visit_generics(&item.generics));
                self.fields(&format!("{name}."), &item.fields, is_public);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let name = item.ident.to_string();
                self.derives(&name, &item.attrs);
                self.add(&name, |paths| paths.visit_generics(&item.generics));
                for variant in &item.variants {
                    let name = format!("{name}::{}", variant.ident);
                    self.add(&name, |paths| paths.visit_fields(&variant.fields));
                }
            }
            Item::Trait(item) if is_public(&item.vis) => self.item_trait(item),
            Item::Fn(item) if is_public(&item.vis) => {
                self.add(&item.sig.ident.to_string(), |paths| paths.visit_signature(&item.sig));
            }
            Item::Type(item) if is_public(&item.vis) => {
                self.add(&item.ident.to_string(), |paths| {
                    paths.visit_generics(&item.generics);
                    paths.visit_type(&item.ty);
                });
            }
            Item::Const(item) if is_public(&item.vis) => {
                self.add(&item.ident.to_string(), |paths| paths.visit_type(&item.ty));
            }
            Item::Static(item) if is_public(&item.vis) => {
                self.add(&item.ident.to_string(), |paths| paths.visit_type(&item.ty));
            }
            Item::Impl(block) => self.item_impl(block),
            _ => {}
        }
    }

    fn fields(&mut self, owner: &str, fields: &Fields, counts: fn(&syn::Visibility) -> bool) {
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| counts(&field.vis)) {
            let name = field.ident.as_ref().map_or(index.to_string(), ToString::to_string);
            self.add(&format!("{owner}{name}"), |paths| paths.visit_type(&field.ty));
        }
    }

    fn item_trait(&mut self, item: &syn::ItemTrait) {
        let name = item.ident.to_string();
        self.add(&name, |paths| {
            paths.visit_generics(&item.generics);
            item.supertraits.iter().for_each(|bound| paths.visit_type_param_bound(bound));
        });
        for item in &item.items {
            match item {
                TraitItem::Fn(item) => {
                    let name = format!("{name}::{}", item.sig.ident);
                    self.add(&name, |paths| paths.visit_signature(&item.sig));
                }
                other => self.add(&name, |paths| paths.visit_trait_item(other)),
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
            self.add(&own, |paths| paths.visit_generics(&block.generics));
            for item in &block.items {
                match item {
                    ImplItem::Fn(item) if is_public(&item.vis) => {
                        let name = format!("{own}::{}", item.sig.ident);
                        self.add(&name, |paths| paths.visit_signature(&item.sig));
                    }
                    ImplItem::Const(item) if is_public(&item.vis) => {
                        let name = format!("{own}::{}", item.ident);
                        self.add(&name, |paths| paths.visit_type(&item.ty));
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
        self.add(&format!("{of} for {own}"), |paths| {
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

    /// Adds the traits of `#[derive(…)]` and of `#[cfg_attr(…, derive(…))]`.
    fn derives(&mut self, owner: &str, attributes: &[syn::Attribute]) {
        type Metas = syn::punctuated::Punctuated<Meta, syn::Token![,]>;
        let mut pending: Vec<Meta> = attributes.iter().map(|attribute| attribute.meta.clone()).collect();
        while let Some(meta) = pending.pop() {
            let Meta::List(list) = meta else { continue };
            let inner = list.parse_args_with(Metas::parse_terminated).into_iter().flatten();
            if list.path.is_ident("cfg_attr") {
                pending.extend(inner.filter(|meta| meta.path().is_ident("derive")));
            } else if list.path.is_ident("derive") {
                inner.for_each(|meta| self.add(owner, |paths| paths.visit_path(meta.path())));
            }
        }
    }
}
