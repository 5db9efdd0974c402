//! Generates open enums, because the enums of progenitor are closed.
//!
//! Each open enum has a variant for each known value, and `Unknown(String)` for all others. Every string can be
//! deserialized, without an allocation for known values. Serialization returns the same string.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, TypePath};

use super::attributes::doc;
use super::{Patched, UnexpectedOutput, type_name, types_of};
use crate::generator::ENUM_PREFIX;
use crate::lower::{KNOWN_VALUES, walk};
use crate::rename::{self, CATCH_ALL};

pub(super) fn patch(file: &mut syn::File, lowered: &Value) -> Patched {
    shorten_paths(file);
    let enums = open_enums(lowered)?;
    let types = types_of(file)?;
    for open in &enums {
        let items: syn::File = syn::parse2(open.items())
            .map_err(|error| UnexpectedOutput(format!("the enum `{}` does not parse: {error}", open.name)))?;
        types.extend(items.items);
    }
    if !enums.is_empty() {
        types.extend(visitor());
    }
    Ok(())
}

struct OpenEnum {
    name: Ident,
    description: String,
    variants: Vec<(Ident, String)>,
}

fn open_enums(lowered: &Value) -> Result<Vec<OpenEnum>, UnexpectedOutput> {
    walk::schemas(lowered)
        .filter(|(_, schema)| schema.get(KNOWN_VALUES).is_some())
        .map(|(name, schema)| open_enum(name, schema))
        .collect()
}

fn open_enum(component: &str, schema: &Value) -> Result<OpenEnum, UnexpectedOutput> {
    let variants = walk::elements(schema, KNOWN_VALUES)
        .filter_map(Value::as_str)
        .map(|value| variant(component, value))
        .collect::<Result<Vec<_>, _>>()?;
    let name = syn::parse_str(&type_name(component)).map_err(|_| {
        UnexpectedOutput(format!("the name of the enum `{component}` is not a valid name for a Rust type"))
    })?;
    let description = walk::text(schema, "description").unwrap_or("An open enum.").to_owned();
    Ok(OpenEnum { name, description, variants })
}

/// Returns an error for values without a valid name. Lint rejects these, and values that share a name.
fn variant(component: &str, value: &str) -> Result<(Ident, String), UnexpectedOutput> {
    let invalid = || {
        UnexpectedOutput(format!("the value `{value}` of the enum `{component}` has no valid variant name"))
    };
    let name = rename::variant(value).ok_or_else(invalid)?;
    Ok((syn::parse_str(&name).map_err(|_| invalid())?, value.to_owned()))
}

impl OpenEnum {
    fn items(&self) -> TokenStream {
        [self.definition(), self.inherent(), self.text_traits(), self.serde_traits(), self.json_schema()]
            .into_iter()
            .collect()
    }

    fn definition(&self) -> TokenStream {
        let Self { name, description, variants } = self;
        let docs = doc(&format!(
            "{description}\n\nValues that are unknown to this version of the crate become \
             [`{CATCH_ALL}`](Self::{CATCH_ALL})."
        ));
        let variants = variants.iter().map(|(variant, value)| {
            let docs = doc(&format!("The value `{value}`."));
            quote!(#(#docs)* #variant,)
        });
        quote! {
            #(#docs)*
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants)*
                /// A value that is unknown to this version of the crate, unchanged.
                Unknown(::std::string::String),
            }
        }
    }

    fn inherent(&self) -> TokenStream {
        let Self { name, variants, .. } = self;
        let (idents, values): (Vec<_>, Vec<_>) = variants.iter().map(|(i, v)| (i, v)).unzip();
        quote! {
            impl #name {
                /// The value as the API writes it.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    match self {
                        #(Self::#idents => #values,)*
                        Self::Unknown(value) => value,
                    }
                }
                /// Whether the value is known to this version of the crate.
                #[must_use]
                pub fn is_known(&self) -> bool {
                    !matches!(self, Self::Unknown(_))
                }
                /// The variant of a known value.
                fn known(value: &str) -> ::std::option::Option<Self> {
                    match value {
                        #(#values => Some(Self::#idents),)*
                        _ => None,
                    }
                }
            }
        }
    }

    fn text_traits(&self) -> TokenStream {
        let name = &self.name;
        quote! {
            impl ::std::fmt::Display for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.pad(self.as_str())
                }
            }
            impl ::std::convert::AsRef<str> for #name {
                fn as_ref(&self) -> &str {
                    self.as_str()
                }
            }
            impl ::std::convert::From<&str> for #name {
                fn from(value: &str) -> Self {
                    Self::known(value).unwrap_or_else(|| Self::Unknown(value.to_owned()))
                }
            }
            impl ::std::convert::From<::std::string::String> for #name {
                fn from(value: ::std::string::String) -> Self {
                    Self::known(&value).unwrap_or(Self::Unknown(value))
                }
            }
            impl ::std::str::FromStr for #name {
                type Err = ::std::convert::Infallible;
                fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                    Ok(Self::from(value))
                }
            }
        }
    }

    fn serde_traits(&self) -> TokenStream {
        let name = &self.name;
        quote! {
            impl ::serde::Serialize for #name {
                fn serialize<S: ::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }
            impl<'de> ::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    deserializer.deserialize_str(OpenEnum(::std::marker::PhantomData))
                }
            }
        }
    }

    /// The known values are examples rather than an `enum`, because the server may return others.
    fn json_schema(&self) -> TokenStream {
        let Self { name, description, variants } = self;
        let text = name.to_string();
        let values = variants.iter().map(|(_, value)| value);
        quote! {
            #[cfg(feature = "schemars")]
            impl ::schemars::JsonSchema for #name {
                fn schema_name() -> ::std::borrow::Cow<'static, str> {
                    #text.into()
                }
                fn schema_id() -> ::std::borrow::Cow<'static, str> {
                    concat!(module_path!(), "::", #text).into()
                }
                fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                    let mut schema = ::schemars::Schema::default();
                    schema.insert("description".to_owned(), #description.into());
                    schema.insert("type".to_owned(), "string".into());
                    schema.insert("examples".to_owned(), [#(#values),*].as_slice().into());
                    schema
                }
            }
        }
    }
}

/// The visitor for the `Deserialize` implementations of all open enums.
fn visitor() -> [Item; 2] {
    [
        syn::parse_quote! {
            /// Deserializes an open enum from a string, which it copies only if the value is unknown.
            struct OpenEnum<T>(::std::marker::PhantomData<T>);
        },
        syn::parse_quote! {
            impl<T> ::serde::de::Visitor<'_> for OpenEnum<T>
            where
                T: for<'a> ::std::convert::From<&'a str> + ::std::convert::From<::std::string::String>,
            {
                type Value = T;
                fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.write_str("a string")
                }
                fn visit_str<E: ::serde::de::Error>(self, value: &str) -> ::std::result::Result<T, E> {
                    Ok(T::from(value))
                }
                fn visit_string<E: ::serde::de::Error>(
                    self,
                    value: ::std::string::String,
                ) -> ::std::result::Result<T, E> {
                    Ok(T::from(value))
                }
            }
        },
    ]
}

/// Shortens the absolute paths of the enums to the name inside of `types`, and to `types::<name>` outside, as for all
/// other types.
fn shorten_paths(file: &mut syn::File) {
    for item in &mut file.items {
        let in_types = matches!(item, Item::Mod(module) if module.ident == "types");
        Shorten { in_types }.visit_item_mut(item);
    }
}

struct Shorten {
    in_types: bool,
}

impl VisitMut for Shorten {
    fn visit_type_path_mut(&mut self, path: &mut TypePath) {
        let segments = path.path.segments.iter().map(|segment| segment.ident.to_string());
        let full_path = segments.collect::<Vec<_>>().join("::");
        if let Some(name) = full_path.strip_prefix(ENUM_PREFIX) {
            let name = format_ident!("{name}");
            *path = if self.in_types { syn::parse_quote!(#name) } else { syn::parse_quote!(types::#name) };
        }
        visit_mut::visit_type_path_mut(self, path);
    }
}
