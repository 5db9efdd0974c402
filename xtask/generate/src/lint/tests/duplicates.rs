//! Duplicate names in Rust files, which the compiler would reject, as far as the syntax tree shows them.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::visit::{self, Visit};

/// The duplicate names, each with its scope.
pub(super) fn duplicate_names(file: &syn::File) -> Vec<String> {
    let mut search = Search::default();
    search.items("the file", &file.items);
    search.visit_file(file);
    search.found
}

#[derive(Default)]
struct Search {
    found: Vec<String>,
}

impl Search {
    fn check(&mut self, scope: &str, names: impl Iterator<Item = String>) {
        let mut seen = BTreeSet::new();
        self.found
            .extend(names.filter(|name| !seen.insert(name.clone())).map(|name| format!("{name} in {scope}")));
    }

    fn items(&mut self, scope: &str, items: &[syn::Item]) {
        let types = items.iter().filter_map(|item| match item {
            syn::Item::Struct(item) => Some(&item.ident),
            syn::Item::Enum(item) => Some(&item.ident),
            syn::Item::Type(item) => Some(&item.ident),
            _ => None,
        });
        self.check(scope, types.map(ToString::to_string));
        let statics = items.iter().filter_map(|item| match item {
            syn::Item::Static(item) => Some(item.ident.to_string()),
            _ => None,
        });
        self.check(scope, statics);
        // All `impl` blocks of a type share one scope.
        let methods = items.iter().filter_map(|item| match item {
            syn::Item::Impl(block) if block.trait_.is_none() => Some(block),
            _ => None,
        });
        let methods = methods.flat_map(|block| {
            let type_name = block.self_ty.to_token_stream().to_string();
            block.items.iter().filter_map(move |item| match item {
                syn::ImplItem::Fn(method) => Some(format!("{type_name}::{}", method.sig.ident)),
                _ => None,
            })
        });
        self.check(scope, methods);
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if let Some((_, items)) = &module.content {
            self.items(&module.ident.to_string(), items);
        }
        visit::visit_item_mod(self, module);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let fields = item.fields.iter().filter_map(|field| Some(field.ident.as_ref()?.to_string()));
        self.check(&item.ident.to_string(), fields);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.check(&item.ident.to_string(), item.variants.iter().map(|variant| variant.ident.to_string()));
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        let arguments = signature.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(input) => Some(input.pat.to_token_stream().to_string()),
            syn::FnArg::Receiver(_) => None,
        });
        // Several arguments may be `_`.
        self.check(&signature.ident.to_string(), arguments.filter(|name| name != "_"));
    }
}

#[test]
fn finds_duplicate_names() {
    for (text, expected) in [
        ("struct A; enum A {}", "A in the file"),
        ("mod m { struct A; type A = u8; }", "A in m"),
        ("struct A { b: u8, b: u8 }", "b in A"),
        ("enum A { B, B }", "B in A"),
        ("impl A { fn b() {} } impl A { fn b() {} }", "A::b in the file"),
        ("fn f(a: u8, a: u8) {}", "a in f"),
        ("static A: u8 = 1; static A: u8 = 2;", "A in the file"),
    ] {
        assert_eq!(duplicate_names(&syn::parse_file(text).unwrap()), [expected], "{text}");
    }
    let valid = "struct A(u8, u8); mod m { struct A; } impl A { fn b() {} } impl B for A { fn b() {} } fn f(_: u8, _: u8) {}";
    assert!(duplicate_names(&syn::parse_file(valid).unwrap()).is_empty());
}
