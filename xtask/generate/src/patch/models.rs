//! The model structs: attributes that decide how they may grow and what they accept.
//!
//! - A struct that the server sends and no caller builds is `non_exhaustive`, so that it can gain fields.
//! - `null` for an optional array or map reads as empty.
//! - An optional part of the same type is an `Option<Box<…>>`, and left out where it is none.
//! - Each has a `JsonSchema` under the feature `schemars`.
//! - Each struct and field has documentation.
//! - There is no closed enum.

use std::collections::{BTreeMap, BTreeSet};

use openapi_fragment::openapi;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;
use syn::{Attribute, Field, Fields, GenericArgument, Item, ItemStruct, Meta, Type, parse_quote};

use super::attributes::doc;
use super::{Patched, UnexpectedOutput, arguments, expect, type_name};
use crate::lower::walk;

pub(super) fn patch(types: &mut [Item], lowered: &Value) -> Patched {
    let schemas = schemas_by_type(lowered);
    let requested = requested(lowered);
    let mut optional_containers = 0;
    let mut expected = 0;
    for item in types {
        if let Item::Enum(item) = item {
            return Err(UnexpectedOutput(format!(
                "the schema `{}` became a closed enum, which fails on a value that the server adds: give it a \
                 hand-written type, in generator.rs and in the SDK",
                item.ident
            )));
        }
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let Some((component, schema)) = schemas.get(&name) else {
            return Err(UnexpectedOutput(format!("`struct {name}` is not the type of any schema")));
        };
        patch_struct(item, requested.contains(&openapi::reference_to("schemas", component)));
        optional_containers += item.fields.iter_mut().map(|field| patch_field(field, &name)).sum::<usize>();
        expected += count_optional_containers(schema);
    }
    expect("optional arrays and maps", expected, optional_containers)
}

fn schemas_by_type(lowered: &Value) -> BTreeMap<String, (&str, &Value)> {
    walk::schemas(lowered).map(|(name, schema)| (type_name(name), (name.as_str(), schema))).collect()
}

/// The schemas that a request body reaches: a caller must be able to build these.
fn requested(lowered: &Value) -> BTreeSet<String> {
    let mut bodies = Vec::new();
    for place in walk::operations(lowered) {
        if let Some(body) = place.operation.get("requestBody") {
            bodies.extend(walk::targets_in(body));
        }
    }
    openapi::closure(lowered, bodies)
}

/// The properties that progenitor makes a bare `Vec` or map of, empty where it is absent.
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

fn patch_struct(item: &mut ItemStruct, requested: bool) {
    if !is_documented(&item.attrs) {
        item.attrs.splice(0..0, doc(&format!("The schema `{}`.", item.ident)));
    }
    item.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
    // A newtype is a value, not a record: there is nothing that it could gain.
    if !requested && matches!(item.fields, Fields::Named(_)) {
        item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
}

/// Returns how many optional containers the field is: none or one.
fn patch_field(field: &mut Field, owner: &str) -> usize {
    if let Some(name) = field.ident.as_ref().filter(|_| !is_documented(&field.attrs)) {
        let text = format!("The property `{}` of `{owner}`.", wire_name(&field.attrs, name));
        field.attrs.splice(0..0, doc(&text));
    }
    let defaulted = field.attrs.iter_mut().find(|attribute| has_word(attribute, "serde", "default"));
    let Some(Meta::List(list)) = defaulted.map(|attribute| &mut attribute.meta) else { return 0 };
    if let Some(inner) = boxed_option(&field.ty) {
        field.ty = parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
        list.tokens = without_default(&list.tokens);
        return 0;
    }
    let words = &list.tokens;
    list.tokens = quote!(#words, deserialize_with = "crate::values::serde_null::null_as_default");
    1
}

/// `T` of `Box<Option<T>>`, which progenitor makes where an optional part leads back to the whole. It would be written
/// as `null`, which the server may refuse.
fn boxed_option(of: &Type) -> Option<Type> {
    let only = |of: &Type, name| match &arguments(of, name)?[..] {
        [GenericArgument::Type(inner)] => Some(inner.clone()),
        _ => None,
    };
    only(&only(of, "Box")?, "Option")
}

/// The words of `serde(…)` with what leaves a `None` out in place of `default`, which an `Option` does not need.
fn without_default(words: &TokenStream) -> TokenStream {
    let words = words.clone().into_iter().map(|word| match &word {
        TokenTree::Ident(ident) if ident == "default" => {
            quote!(skip_serializing_if = "::std::option::Option::is_none")
        }
        _ => word.into(),
    });
    words.collect()
}

fn is_documented(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("doc"))
}

/// The name that serde writes for a field.
fn wire_name(attributes: &[Attribute], field: &syn::Ident) -> String {
    let mut wire = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Other words than `rename` end the parsing; progenitor writes `rename` first.
        _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                wire = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            }
            Ok(())
        });
    }
    wire.unwrap_or_else(|| field.to_string())
}

/// Whether the attribute is `#[name(…, word, …)]`.
fn has_word(attribute: &Attribute, name: &str, word: &str) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident(name)
        && list
            .tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
}
