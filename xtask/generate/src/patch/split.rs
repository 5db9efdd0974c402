//! Splits the client into `models.rs` with the types, and `requests.rs` with one function per operation.
//!
//! The models are plain data and do not depend on code that sends requests, so the lower layers of the SDK can use
//! them. The functions belong to a higher layer. The client has no fields any more (see [`super::parts`]), so its
//! methods become free functions.

use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};
use syn::{ImplItem, Item, ItemFn, Path, parse_quote};

use super::{Trees, UnexpectedOutput};

/// The names of the module of the types: in the output of progenitor, and in `requests.rs`.
const TYPES: &str = "types";
const MODELS: &str = "models";

pub(super) fn split(file: syn::File) -> Result<Trees, UnexpectedOutput> {
    let mut models = None;
    let mut requests: Vec<Item> = vec![parse_quote!(
        use super::models;
    )];
    for item in file.items {
        match item {
            Item::Use(_) => requests.push(item),
            Item::Mod(module) if module.ident == TYPES && models.is_none() => {
                models = module.content.map(|(_, items)| items);
            }
            Item::Struct(item) if item.ident == "Client" => {}
            Item::Impl(block) if block.trait_.is_none() => {
                for item in block.items {
                    requests.push(free_function(item)?);
                }
            }
            other => {
                return Err(UnexpectedOutput(format!("unexpected item: {}", other.to_token_stream())));
            }
        }
    }
    let models = models.ok_or_else(|| UnexpectedOutput("`mod types` is missing".to_owned()))?;
    requests.iter_mut().for_each(|item| RenameModule.visit_item_mut(item));
    Ok(Trees { models: file_of(models), requests: file_of(requests) })
}

fn free_function(item: ImplItem) -> Result<Item, UnexpectedOutput> {
    let ImplItem::Fn(method) = item else {
        return Err(UnexpectedOutput(format!("unexpected item of the client: {}", item.to_token_stream())));
    };
    Ok(Item::Fn(ItemFn {
        attrs: method.attrs,
        vis: method.vis,
        modifiers: method.modifiers,
        sig: method.sig,
        block: Box::new(method.block),
    }))
}

/// `types::Thing` becomes `models::Thing`.
struct RenameModule;

impl VisitMut for RenameModule {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.leading_colon.is_none()
            && path.segments.len() > 1
            && let Some(first) = path.segments.first_mut()
            && first.ident == TYPES
        {
            first.ident = syn::Ident::new(MODELS, first.ident.span());
        }
        visit_mut::visit_path_mut(self, path);
    }
}

fn file_of(items: Vec<Item>) -> syn::File {
    syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items }
}
