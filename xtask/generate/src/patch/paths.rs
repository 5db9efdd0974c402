//! Writes ids into paths without encoding.
//!
//! progenitor allocates a string for each path parameter, and a second one for its percent-encoded form. Ids of 24 hex
//! digits need no encoding, so they can be formatted directly into the path.

use std::collections::BTreeSet;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, Ident, ImplItem, ImplItemFn, Item, Macro, Pat, Type};

use super::{Patched, expect};
use crate::lower::walk;
use crate::rust_type::RustType;

pub(super) fn patch(file: &mut syn::File, lowered: &Value) -> Patched {
    let id_types = id_types(lowered);
    let mut replaced = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            let ImplItem::Fn(method) = item else { continue };
            let mut paths = Paths { ids: ids(method, &id_types), replaced: 0 };
            paths.visit_block_mut(&mut method.block);
            replaced += paths.replaced;
        }
    }
    expect("ids in paths", ids_in_paths(lowered, &id_types), replaced)
}

/// The paths of the types of ids.
fn id_types(lowered: &Value) -> BTreeSet<String> {
    let ids = walk::schemas(lowered).filter(|(_, schema)| RustType::of(schema) == Some(RustType::Id));
    ids.map(|(name, _)| RustType::Id.path(name)).collect()
}

/// The number of path variables of the document that are ids.
fn ids_in_paths(lowered: &Value, id_types: &BTreeSet<String>) -> usize {
    let is_id = |parameter: &Value| {
        let schema = parameter.get("schema").and_then(walk::wrapped_reference);
        walk::text(parameter, "in") == Some("path")
            && schema.is_some_and(|name| id_types.contains(&RustType::Id.path(name)))
    };
    let of_operation = |node: walk::OperationNode<'_>| {
        let parameters =
            walk::elements(node.item, "parameters").chain(walk::elements(node.operation, "parameters"));
        parameters.filter(|parameter| is_id(walk::resolve(lowered, parameter))).count()
    };
    walk::operations(lowered).map(of_operation).sum()
}

/// The parameters of the method whose type is an id.
fn ids(method: &ImplItemFn, id_types: &BTreeSet<String>) -> BTreeSet<String> {
    let is_id = |of: &Type| {
        let Type::Reference(reference) = of else { return false };
        let Type::Path(path) = &*reference.elem else { return false };
        id_types.contains(&path.path.to_token_stream().to_string().replace(' ', ""))
    };
    let inputs = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) if is_id(&typed.ty) => match &*typed.pat {
            Pat::Ident(name) => Some(name.ident.to_string()),
            _ => None,
        },
        _ => None,
    });
    inputs.collect()
}

/// Replaces `encode_path(&id.to_string())` by `id` in the arguments of `format!`.
struct Paths {
    ids: BTreeSet<String>,
    replaced: usize,
}

impl VisitMut for Paths {
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        if call.path.is_ident("format") {
            call.tokens = self.rewrite(std::mem::take(&mut call.tokens));
        }
        visit_mut::visit_macro_mut(self, call);
    }
}

impl Paths {
    fn rewrite(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter().peekable();
        let mut rewritten = TokenStream::new();
        while let Some(token) = tokens.next() {
            let id = match (&token, tokens.peek()) {
                (TokenTree::Ident(name), Some(TokenTree::Group(group))) if name == "encode_path" => {
                    self.id_of(group)
                }
                _ => None,
            };
            match id {
                Some(id) => {
                    tokens.next();
                    self.replaced += 1;
                    id.to_tokens(&mut rewritten);
                }
                None => token.to_tokens(&mut rewritten),
            }
        }
        rewritten
    }

    /// The `id` in `(&id.to_string())`.
    fn id_of(&self, argument: &Group) -> Option<Ident> {
        let id = argument.stream().into_iter().find_map(|token| match token {
            TokenTree::Ident(name) if self.ids.contains(&name.to_string()) => Some(name),
            _ => None,
        })?;
        let expected = quote!(&#id.to_string()).to_string();
        (argument.stream().to_string() == expected).then_some(id)
    }
}
