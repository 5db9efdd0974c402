//! The public types to which a minor version cannot add a field or a variant.

use syn::{Attribute, Fields, Item, ItemStruct, Variant};

use super::sources::{Sources, is_public};

/// The public structs, enums and variants that users can list completely: in a literal, a pattern or a `match`.
///
/// A struct with a private field is not among them. A tuple with one field is a newtype, which gains no fields.
pub(crate) fn closed_types(sources: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for (_, item) in sources.api_items() {
        match item {
            Item::Struct(item) if is_public(&item.vis) && is_literal(item) => {
                found.push(item.ident.to_string())
            }
            Item::Enum(item) if is_public(&item.vis) => {
                if !is_open(&item.attrs) {
                    found.push(item.ident.to_string());
                }
                let closed = item.variants.iter().filter(|variant| is_closed(variant));
                found.extend(closed.map(|variant| format!("{}::{}", item.ident, variant.ident)));
            }
            _ => {}
        }
    }
    found
}

/// Whether users can build this struct with a literal.
fn is_literal(item: &ItemStruct) -> bool {
    !is_open(&item.attrs) && item.fields.iter().all(|field| is_public(&field.vis))
}

/// Whether users can list all fields of this variant, and fields can be added.
fn is_closed(variant: &Variant) -> bool {
    let has_fields = match &variant.fields {
        Fields::Named(_) => true,
        Fields::Unnamed(fields) => fields.unnamed.len() > 1,
        Fields::Unit => false,
    };
    has_fields && !is_open(&variant.attrs)
}

fn is_open(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}
