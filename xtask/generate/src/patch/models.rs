//! Patches the model structs.
//!
//! - Structs are `non_exhaustive`, so that fields can be added.
//! - A newtype does not convert into its content with `From`. This `impl` of a type of std would make a private newtype
//!   part of the public API.
//! - `null` for an optional array or map deserializes as empty.
//! - Optional recursive fields are `Option<Box<…>>`, and `None` is not serialized.
//! - Each model implements `JsonSchema` with the feature `schemars`.
//! - Each struct and each field has documentation.
//! - Closed enums are an error.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;
use syn::{Attribute, Field, Fields, GenericArgument, Item, ItemImpl, ItemStruct, Meta, Type, parse_quote};

use super::attributes::doc;
use super::{Patched, UnexpectedOutput, arguments, expect, type_name};
use crate::lower::walk;

pub(super) fn patch(types: &mut Vec<Item>, lowered: &Value) -> Patched {
    remove_conversions(types)?;
    let schemas = schemas_by_type(lowered);
    let mut optional_containers = 0;
    let mut expected = 0;
    for item in types {
        if let Item::Enum(item) = item {
            return Err(UnexpectedOutput(format!(
                "the schema `{}` became a closed enum, which rejects values that the server adds: write a type for it by \
                 hand, in generator.rs and in the SDK",
                item.ident
            )));
        }
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let Some(schema) = schemas.get(&name) else {
            return Err(UnexpectedOutput(format!("`struct {name}` belongs to no schema")));
        };
        patch_struct(item);
        optional_containers += item.fields.iter_mut().map(|field| patch_field(field, &name)).sum::<usize>();
        expected += count_optional_containers(schema);
    }
    expect("optional arrays and maps", expected, optional_containers)
}

/// Removes `impl From<Newtype> for Content`, of which each newtype has one.
pub(super) fn remove_conversions(types: &mut Vec<Item>) -> Patched {
    let newtypes: BTreeMap<String, String> = types.iter().filter_map(newtype).collect();
    let before = types.len();
    // The content can be another newtype, which has a conversion from its own content.
    types.retain(|item| converted(item).is_none_or(|(name, target)| newtypes.get(&name) != Some(&target)));
    expect("conversions of newtypes into their contents", newtypes.len(), before - types.len())
}

/// The name of a newtype and the type of its content.
fn newtype(item: &Item) -> Option<(String, String)> {
    match item {
        Item::Struct(ItemStruct { ident, fields: Fields::Unnamed(fields), .. }) => {
            let content = &fields.unnamed.first()?.ty;
            Some((ident.to_string(), quote!(#content).to_string()))
        }
        _ => None,
    }
}

/// The `T` and the `U` in `impl From<T> for U`.
fn converted(item: &Item) -> Option<(String, String)> {
    let Item::Impl(ItemImpl { trait_: Some((implemented, _)), self_ty, .. }) = item else { return None };
    let implemented: Type = parse_quote!(#implemented);
    match &arguments(&implemented, "From")?[..] {
        [GenericArgument::Type(Type::Path(of))] => {
            Some((of.path.get_ident()?.to_string(), quote!(#self_ty).to_string()))
        }
        _ => None,
    }
}

fn schemas_by_type(lowered: &Value) -> BTreeMap<String, &Value> {
    walk::schemas(lowered).map(|(name, schema)| (type_name(name), schema)).collect()
}

/// The number of optional properties that progenitor converts to a `Vec` or map, which is empty if the property is
/// absent.
fn count_optional_containers(schema: &Value) -> usize {
    let required: BTreeSet<&str> = walk::elements(schema, "required").filter_map(Value::as_str).collect();
    walk::entries(schema, "properties")
        .filter(|(name, property)| !required.contains(name.as_str()) && !walk::flag(property, "nullable"))
        .filter(|(_, property)| {
            walk::text(property, "type") == Some("array")
                || (property.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false))
                    && property.get("properties").is_none())
        })
        .count()
}

fn patch_struct(item: &mut ItemStruct) {
    if !is_documented(&item.attrs) {
        item.attrs.splice(0..0, doc(&format!("The schema `{}`.", item.ident)));
    }
    item.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
    item.attrs.push(parse_quote!(#[non_exhaustive]));
}

/// Returns 1 if the field is an optional array or map, otherwise 0.
fn patch_field(field: &mut Field, owner: &str) -> usize {
    if let Some(name) = field.ident.as_ref().filter(|_| !is_documented(&field.attrs)) {
        let text = format!("The property `{}` of `{owner}`.", serialized_name(&field.attrs, name));
        field.attrs.splice(0..0, doc(&text));
    }
    let serde_default = field.attrs.iter_mut().find(|attribute| has_argument(attribute, "serde", "default"));
    let Some(Meta::List(list)) = serde_default.map(|attribute| &mut attribute.meta) else { return 0 };
    if let Some(inner) = boxed_option(&field.ty) {
        field.ty = parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
        list.tokens = without_default(&list.tokens);
        return 0;
    }
    let arguments = &list.tokens;
    list.tokens = quote!(#arguments, deserialize_with = "crate::values::serde_null::null_as_default");
    1
}

/// The `T` in `Box<Option<T>>`, which progenitor generates for optional recursive fields. `None` would be serialized as
/// `null`, which the server may reject.
fn boxed_option(of: &Type) -> Option<Type> {
    let only = |of: &Type, name| match &arguments(of, name)?[..] {
        [GenericArgument::Type(inner)] => Some(inner.clone()),
        _ => None,
    };
    only(&only(of, "Box")?, "Option")
}

/// Replaces `default`, which an `Option` does not need, in `serde(…)` by an argument that omits `None`.
fn without_default(arguments: &TokenStream) -> TokenStream {
    let tokens = arguments.clone().into_iter().map(|token| match &token {
        TokenTree::Ident(ident) if ident == "default" => {
            quote!(skip_serializing_if = "::std::option::Option::is_none")
        }
        _ => token.into(),
    });
    tokens.collect()
}

fn is_documented(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("doc"))
}

/// The serialized name of a field.
fn serialized_name(attributes: &[Attribute], field: &syn::Ident) -> String {
    let mut renamed = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Parsing stops at other arguments; progenitor writes `rename` first.
        _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                renamed = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            }
            Ok(())
        });
    }
    renamed.unwrap_or_else(|| field.to_string())
}

/// Whether the attribute is `#[name(…, argument, …)]`.
fn has_argument(attribute: &Attribute, name: &str, argument: &str) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident(name)
        && list
            .tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(ident) if ident == argument))
}
