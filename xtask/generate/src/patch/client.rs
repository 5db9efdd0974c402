//! Removes the parts of the generated `Client` that the SDK does not use, and rewrites its imports.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{ImplItem, Item, ItemUse, UseTree, parse_quote};

use super::{Patched, UnexpectedOutput, expect};

/// Removes the items that create a client without the wrapper, and those that are only needed for sending.
pub(super) fn patch(file: &mut syn::File) -> Patched {
    remove_constructors(file)?;
    remove_prelude(file)?;
    remove_trait(file, "ClientInfo")?;
    remove_trait(file, "ClientHooks")?;
    remove_unused_error(file)
}

/// `Client::new` builds a reqwest client that follows redirects and has other timeouts; `Client::new_with_client`
/// accepts one. The remaining functions need no client; see [`super::parts`].
fn remove_constructors(file: &mut syn::File) -> Patched {
    let is_constructor = |item: &ImplItem| match item {
        ImplItem::Fn(method) => ["new", "new_with_client"].iter().any(|name| method.sig.ident == name),
        _ => false,
    };
    let mut removed = 0;
    file.items.retain_mut(|item| {
        let Item::Impl(block) = item else { return true };
        let before = block.items.len();
        block.items.retain(|item| !is_constructor(item));
        removed += before - block.items.len();
        // Removes blocks that are empty now, but keeps empty implementations of traits.
        block.trait_.is_some() || !block.items.is_empty() || before == 0
    });
    expect("constructors `Client::new` and `Client::new_with_client`", 2, removed)
}

/// `mod prelude` re-exports the client for glob imports.
fn remove_prelude(file: &mut syn::File) -> Patched {
    let before = file.items.len();
    file.items.retain(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"));
    expect("modules `prelude`", 1, before - file.items.len())
}

/// Removes the traits for sending, which the SDK does not use; see [`super::prepared`].
fn remove_trait(file: &mut syn::File, name: &str) -> Patched {
    let implements_trait = |item: &Item| match item {
        Item::Impl(block) => {
            let implemented = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
            implemented.is_some_and(|segment| segment.ident == name)
        }
        _ => false,
    };
    let before = file.items.len();
    file.items.retain(|item| !implements_trait(item));
    expect(&format!("implementations of `{name}`"), 1, before - file.items.len())
}

/// Removes `types::error::ConversionError` if it is unused. Replaced types do not need it.
fn remove_unused_error(file: &mut syn::File) -> Patched {
    let types = super::types_of(file)?;
    let used = types
        .iter()
        .filter(|item| !matches!(item, Item::Mod(module) if module.ident == "error"))
        .any(|item| names_in(item.to_token_stream()).contains("ConversionError"));
    let before = types.len();
    types.retain(|item| used || !matches!(item, Item::Mod(module) if module.ident == "error"));
    expect("unused modules `types::error`", usize::from(!used), before - types.len())
}

/// Replaces the public import of all names that a client might need by a private import of the used ones.
pub(super) fn import(file: &mut syn::File) -> Patched {
    let (imports, rest): (Vec<Item>, Vec<Item>) =
        std::mem::take(&mut file.items).into_iter().partition(|item| matches!(item, Item::Use(_)));
    expect("imports", 2, imports.len())?;
    // Nested modules do not see these imports.
    let importing = rest.iter().filter(|item| !matches!(item, Item::Mod(_)));
    let used: BTreeSet<String> = importing.flat_map(|item| names_in(item.to_token_stream())).collect();
    let mut names = BTreeSet::new();
    for import in &imports {
        let imported = imported(import)
            .ok_or_else(|| UnexpectedOutput(format!("unexpected import: {}", import.to_token_stream())))?;
        names.extend(imported.filter(|name| used.contains(&name.to_string())));
    }
    if !names.is_empty() {
        file.items.push(parse_quote!(use progenitor_client::{#(#names),*};));
    }
    file.items.extend(rest);
    Ok(())
}

/// The names that a `use progenitor_client::{…}` imports.
fn imported(item: &Item) -> Option<impl Iterator<Item = Ident>> {
    let Item::Use(ItemUse { tree: UseTree::Path(path), .. }) = item else { return None };
    let UseTree::Group(group) = &*path.tree else { return None };
    let names = group.items.iter().map(|tree| match tree {
        UseTree::Name(name) => Some(name.ident.clone()),
        _ => None,
    });
    let names: Vec<Ident> = names.collect::<Option<_>>()?;
    (path.ident == "progenitor_client").then(|| names.into_iter())
}

/// Every identifier in the tokens.
fn names_in(tokens: TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut pending = vec![tokens];
    while let Some(tokens) = pending.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Ident(name) => _ = names.insert(name.to_string()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    names
}
