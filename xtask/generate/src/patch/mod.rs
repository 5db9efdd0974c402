//! Patches the syntax tree that progenitor returns.
//!
//! Each patch expects an exact number of matches, derived from the lowered document if possible, and fails otherwise. A
//! mismatch means that progenitor's output has changed. A patch that silently did nothing would leave a closed enum or
//! a public constructor in the generated code.

mod attributes;
mod client;
mod headers;
mod models;
mod open_enums;
mod pages;
mod parts;
mod paths;
mod prepared;
mod split;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use serde_json::Value;
use syn::{GenericArgument, Item, PathArguments, Type};

pub use crate::rename::type_name;
pub use attributes::{doc, doc_lines};

/// The output of progenitor differs from what a patch expects.
#[derive(Debug)]
pub struct UnexpectedOutput(pub String);

type Patched = Result<(), UnexpectedOutput>;

/// The syntax trees of the files that are generated with progenitor.
pub struct Trees {
    /// `models.rs`
    pub models: syn::File,
    /// `requests.rs`
    pub requests: syn::File,
}

/// Patches the client that progenitor generates, and splits it into files.
pub fn patch(tokens: TokenStream, lowered: &Value) -> Result<Trees, UnexpectedOutput> {
    let mut file: syn::File =
        syn::parse2(tokens).map_err(|error| UnexpectedOutput(format!("invalid syntax: {error}")))?;
    client::patch(&mut file)?;
    headers::patch(&mut file, lowered)?;
    paths::patch(&mut file, lowered)?;
    prepared::patch(&mut file, lowered)?;
    parts::patch(&mut file, lowered)?;
    models::patch(types_of(&mut file)?, lowered)?;
    pages::patch(types_of(&mut file)?, lowered)?;
    open_enums::patch(&mut file, lowered)?;
    client::import(&mut file)?;
    attributes::patch(&mut file);
    split::split(file)
}

/// The items of `pub mod types`.
fn types_of(file: &mut syn::File) -> Result<&mut Vec<Item>, UnexpectedOutput> {
    module_of(&mut file.items, "types").ok_or_else(|| UnexpectedOutput("`mod types` is missing".to_owned()))
}

fn module_of<'a>(items: &'a mut [Item], name: &str) -> Option<&'a mut Vec<Item>> {
    items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => Some(&mut module.content.as_mut()?.1),
        _ => None,
    })
}

/// Returns an error if the number of matches is not the expected one.
fn expect(what: &str, expected: usize, found: usize) -> Patched {
    if found == expected {
        return Ok(());
    }
    Err(UnexpectedOutput(format!("{what}: expected {expected}, found {found}")))
}

/// The generic arguments of a type, if the type has this name.
fn arguments(of: &Type, name: &str) -> Option<Vec<GenericArgument>> {
    let Type::Path(path) = of else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter().cloned().collect()),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    }
}
