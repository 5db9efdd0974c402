//! Implements the SDK's `Page` for the pages of lists, so that the SDK can stream the items of any list.
//!
//! A page is an object with an array `results`. The number of items on all pages (`totalCount`) and the links to other
//! pages (`links`) are optional.

use std::collections::BTreeSet;

use quote::quote;
use serde_json::Value;
use syn::{GenericArgument, Item, ItemStruct, Type, parse_quote};

use super::{Patched, arguments, expect, type_name};
use crate::lower::walk;

/// The types of integers that convert to `u64` with `TryFrom`.
const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];

pub(super) fn patch(types: &mut Vec<Item>, lowered: &Value) -> Patched {
    let pages: BTreeSet<String> = walk::schemas(lowered)
        .filter(|(_, schema)| is_page(schema))
        .map(|(name, _)| type_name(name))
        .collect();
    let structs = || types.iter().filter_map(as_struct);
    let implementations: Vec<[Item; 2]> = structs()
        .filter(|page| pages.contains(&page.ident.to_string()))
        .filter_map(|page| implementation(page, |name| structs().find(|one| one.ident == *name)))
        .collect();
    expect("pages of lists", pages.len(), implementations.len())?;
    types.extend(implementations.into_iter().flatten());
    Ok(())
}

fn is_page(schema: &Value) -> bool {
    walk::entries(schema, "properties").any(|(name, property)| {
        name == "results"
            && walk::text(property, "type") == Some("array")
            && !walk::flag(property, "nullable")
    })
}

fn as_struct(item: &Item) -> Option<&ItemStruct> {
    match item {
        Item::Struct(item) => Some(item),
        _ => None,
    }
}

fn implementation<'a>(
    page: &ItemStruct,
    find: impl Fn(&syn::Ident) -> Option<&'a ItemStruct>,
) -> Option<[Item; 2]> {
    let name = &page.ident;
    let item = argument(field(page, "results")?, "Vec")?;
    let links = field(page, "links").and_then(|links| argument(links, "Vec"));
    let link = links.as_ref().and_then(type_ident).and_then(find);
    let has_relations = link.and_then(|link| argument(field(link, "rel")?, "Option")).is_some();
    let has_next = if has_relations {
        quote! {
            (!self.links.is_empty())
                .then(|| self.links.iter().any(|link| link.rel.as_deref() == Some("next")))
        }
    } else {
        quote!(None)
    };
    let total = match field(page, "total_count") {
        Some(count) if argument(count, "Option").is_some_and(|count| is_integer(&count)) => {
            quote!(self.total_count.and_then(|count| u64::try_from(count).ok()))
        }
        Some(count) if is_integer(count) => quote!(u64::try_from(self.total_count).ok()),
        _ => quote!(None),
    };
    Some([
        parse_quote!(impl crate::values::page::Sealed for #name {}),
        parse_quote! {
            impl crate::values::page::Page for #name {
                type Item = #item;

                fn items(&self) -> &[#item] {
                    &self.results
                }

                fn into_items(self) -> ::std::vec::Vec<#item> {
                    self.results
                }

                fn total(&self) -> ::std::option::Option<u64> {
                    #total
                }

                fn has_next(&self) -> ::std::option::Option<bool> {
                    #has_next
                }
            }
        },
    ])
}

/// The type of a field.
fn field<'a>(of: &'a ItemStruct, name: &str) -> Option<&'a Type> {
    of.fields
        .iter()
        .find(|field| field.ident.as_ref().is_some_and(|ident| ident == name))
        .map(|field| &field.ty)
}

/// The `T` in `name<T>`.
fn argument(of: &Type, name: &str) -> Option<Type> {
    match &arguments(of, name)?[..] {
        [GenericArgument::Type(inner)] => Some(inner.clone()),
        _ => None,
    }
}

fn type_ident(of: &Type) -> Option<&syn::Ident> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

fn is_integer(of: &Type) -> bool {
    type_ident(of).is_some_and(|ident| INTEGERS.iter().any(|name| ident == name))
}
