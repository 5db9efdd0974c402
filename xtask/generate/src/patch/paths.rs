//! Writes the values of path variables without the encoding of progenitor.
//!
//! progenitor allocates a string for each path variable, and a second one for its percent-encoded form. Ids of 24 hex
//! digits and integers need no encoding, so they can be formatted directly into the path. Other ids have a method that
//! encodes more than progenitor does: a colon, which separates a verb.

use std::collections::BTreeMap;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, ImplItem, ImplItemFn, Item, Macro, Pat, Type};

use super::{Patched, expect};
use crate::ids::Form;
use crate::lower::walk;
use crate::rust_type::RustType;

pub(super) fn patch(file: &mut syn::File, lowered: &Value) -> Patched {
    let id_types = id_types(lowered);
    let mut replaced = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            let ImplItem::Fn(method) = item else { continue };
            let mut paths = Paths { variables: variables(method, &id_types), replaced: 0 };
            paths.visit_block_mut(&mut method.block);
            replaced += paths.replaced;
        }
    }
    expect("variables in paths", path_variables(lowered), replaced)
}

/// The paths of the types of ids, and their forms.
fn id_types(lowered: &Value) -> BTreeMap<String, Form> {
    let ids = walk::schemas(lowered).filter(|(_, schema)| RustType::of(schema) == Some(RustType::Id));
    ids.map(|(name, schema)| (RustType::Id.path(name), Form::of(schema))).collect()
}

/// The number of path variables of the document.
fn path_variables(lowered: &Value) -> usize {
    let of_operation = |node: walk::OperationNode<'_>| {
        let parameters =
            walk::elements(node.item, "parameters").chain(walk::elements(node.operation, "parameters"));
        let in_path =
            |parameter: &&Value| walk::text(walk::resolve(lowered, parameter), "in") == Some("path");
        parameters.filter(in_path).count()
    };
    walk::operations(lowered).map(of_operation).sum()
}

/// The parameters of the method that are ids or integers. An integer is written like an id that needs no encoding.
fn variables(method: &ImplItemFn, id_types: &BTreeMap<String, Form>) -> BTreeMap<String, Form> {
    let form = |of: &Type| match of {
        Type::Reference(reference) => {
            let Type::Path(path) = &*reference.elem else { return None };
            id_types.get(&path.path.to_token_stream().to_string().replace(' ', "")).copied()
        }
        Type::Path(path) => {
            let integers = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
            integers.iter().any(|name| path.path.is_ident(name)).then_some(Form::Hex)
        }
        _ => None,
    };
    let inputs = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) => Some((name.ident.to_string(), form(&typed.ty)?)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    inputs.collect()
}

/// Replaces `encode_path(&id.to_string())` by `id` or `id.in_path()` in the arguments of `format!`.
struct Paths {
    variables: BTreeMap<String, Form>,
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
            let value = match (&token, tokens.peek()) {
                (TokenTree::Ident(name), Some(TokenTree::Group(group))) if name == "encode_path" => {
                    self.value_of(group)
                }
                _ => None,
            };
            match value {
                Some(value) => {
                    tokens.next();
                    self.replaced += 1;
                    rewritten.extend(value);
                }
                None => token.to_tokens(&mut rewritten),
            }
        }
        rewritten
    }

    /// The value to write in place of `(&id.to_string())`.
    fn value_of(&self, argument: &Group) -> Option<TokenStream> {
        let (id, form) = argument.stream().into_iter().find_map(|token| match token {
            TokenTree::Ident(name) => Some((name.clone(), *self.variables.get(&name.to_string())?)),
            _ => None,
        })?;
        let expected = quote!(&#id.to_string()).to_string();
        let value = match form {
            Form::Hex => quote!(#id),
            Form::Text => quote!(#id.in_path()),
        };
        (argument.stream().to_string() == expected).then_some(value)
    }
}
