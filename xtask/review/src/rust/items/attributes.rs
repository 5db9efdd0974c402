//! The attributes of items: those of serde, derived traits, and the condition for tests.

use syn::parse::Parse;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta};

use crate::rust::text::Text;

/// The arguments of `#[serde(…)]` on a field or a type that the generator writes.
#[derive(Default)]
pub(super) struct Serde {
    pub(super) rename: Option<String>,
    pub(super) default: bool,
    /// Whether there is a `skip_serializing_if`.
    pub(super) skip: bool,
}

impl Serde {
    pub(super) fn read(attributes: &[Attribute]) -> Self {
        let mut serde = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            // An attribute that cannot be parsed here would not compile either, so the error can be ignored.
            _ = attribute.parse_nested_meta(|meta| {
                let value = meta.input.peek(syn::Token![=]).then(|| meta.value()?.parse::<syn::LitStr>());
                let value = value.transpose()?;
                if meta.path.is_ident("rename") {
                    serde.rename = value.map(|value| value.value());
                } else if meta.path.is_ident("default") {
                    serde.default = true;
                } else if meta.path.is_ident("skip_serializing_if") {
                    serde.skip = true;
                }
                Ok(())
            });
        }
        serde
    }
}

/// The traits of `derive(…)` and of `cfg_attr(feature = "…", derive(…))`.
pub(super) fn derived(meta: &Meta) -> Vec<String> {
    match meta {
        Meta::List(list) if list.path.is_ident("derive") => {
            elements::<syn::Path>(list).iter().map(|path| Text::of_path(path).to_string()).collect()
        }
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            elements::<Meta>(list).iter().flat_map(derived).collect()
        }
        _ => Vec::new(),
    }
}

/// The elements of a list in parentheses; none if they are something else.
pub(crate) fn elements<T: Parse>(list: &syn::MetaList) -> Vec<T> {
    let elements = list.parse_args_with(Punctuated::<T, syn::Token![,]>::parse_terminated);
    elements.into_iter().flatten().collect()
}

/// Whether there is a `#[cfg(test)]`.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}
