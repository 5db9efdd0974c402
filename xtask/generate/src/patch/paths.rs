//! Writes ids into paths without encoding.
//!
//! progenitor allocates a string for each path parameter, and a second one for its percent-encoded form. The
//! hand-written ids consist of 24 hex digits, which need no encoding, so they can be formatted directly into the path.

use std::collections::BTreeSet;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, Ident, ImplItem, ImplItemFn, Item, Macro, Pat, Type};

use super::{Patched, expect};
use crate::generator::ID_TYPES;
use crate::lower::walk;

pub(super) fn patch(file: &mut syn::File, lowered: &Value) -> Patched {
    let mut replaced = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            let ImplItem::Fn(method) = item else { continue };
            let mut paths = Paths { ids: ids(method), replaced: 0 };
            paths.visit_block_mut(&mut method.block);
            replaced += paths.replaced;
        }
    }
    expect("ids in paths", ids_in_paths(lowered), replaced)
}

/// The number of path variables of the document that are ids.
fn ids_in_paths(lowered: &Value) -> usize {
    let is_id = |parameter: &Value| {
        let schema = parameter.get("schema").and_then(walk::wrapped_reference);
        walk::text(parameter, "in") == Some("path") && schema.is_some_and(|name| ID_TYPES.contains(&name))
    };
    let of_operation = |node: walk::OperationNode<'_>| {
        let parameters =
            walk::elements(node.item, "parameters").chain(walk::elements(node.operation, "parameters"));
        parameters.filter(|parameter| is_id(walk::resolve(lowered, parameter))).count()
    };
    walk::operations(lowered).map(of_operation).sum()
}

/// The parameters of the method whose type is a hand-written id.
fn ids(method: &ImplItemFn) -> BTreeSet<String> {
    let is_id = |of: &Type| {
        let Type::Reference(reference) = of else { return false };
        let Type::Path(path) = &*reference.elem else { return false };
        let segments: Vec<String> =
            path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        matches!(&segments[..], [root, name] if root == "crate" && ID_TYPES.contains(&name.as_str()))
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
