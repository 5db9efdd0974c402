//! Formats the bodies as Rust: the generated `bodies.rs`.
//!
//! The versions of a body usually differ in a few fields, and refer to the same schemas. A `$defs` that several schemas have is
//! written once, as a macro, because `concat!` joins only literals.

use std::collections::BTreeMap;

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Bodies, Body};
use crate::operations::rust::date;

/// The tokens of the whole file.
pub fn file(bodies: &Bodies) -> TokenStream {
    let versions = bodies.versions.iter().map(|(operation, version, body)| {
        let (version, body) = (date(*version), format_ident!("{body}"));
        quote!((#operation, #version, &#body))
    });
    let definitions = common_definitions(bodies);
    let macros = definitions.iter().map(|(text, name)| {
        let text = raw(text);
        quote! {
            macro_rules! #name {
                () => { #text };
            }
        }
    });
    let statics = bodies.bodies.iter().map(|(name, Body { schema, example })| {
        let (name, example) = (format_ident!("{name}"), raw(example));
        let (own, rest) = split(schema);
        let schema = match definitions.get(rest) {
            Some(common) => {
                let own = raw(own);
                quote!(concat!(#own, #common!()))
            }
            None => raw(schema),
        };
        quote! {
            static #name: RequestBody = RequestBody { schema: #schema, example: #example };
        }
    });
    quote! {
        use crate::values::date::Date;
        use crate::values::operation::RequestBody;

        #[doc = " The body of each version of each operation that has one, oldest version first."]
        pub(crate) static ALL: &[(&str, Date, &RequestBody)] = &[#(#versions),*];

        #(#macros)*

        #(#statics)*
    }
}

/// The ends of schemas that more than one schema has, with the names of their macros.
fn common_definitions(bodies: &Bodies) -> BTreeMap<&str, Ident> {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, body) in &bodies.bodies {
        names.entry(split(&body.schema).1).or_default().push(name);
    }
    names.retain(|definitions, names| !definitions.is_empty() && names.len() > 1);
    let name = |of: &str| format_ident!("{}_definitions", of.to_snake_case());
    names.into_iter().map(|(definitions, names)| (definitions, name(names[0]))).collect()
}

/// The schema before its `$defs`, and the rest. No text contains this line, because JSON escapes line breaks.
fn split(schema: &str) -> (&str, &str) {
    schema.split_at(schema.find("\n  \"$defs\": ").unwrap_or(schema.len()))
}

/// The name of the static for a body. The suffix keeps it different from the name of the list.
pub(super) fn static_name(of: &str) -> String {
    format!("{}_BODY", of.to_shouty_snake_case())
}

/// The text as a raw literal, which reads as the JSON that it is. With an escape in it if it cannot be written raw.
fn raw(text: &str) -> TokenStream {
    let hashes = (1..).map(|count| "#".repeat(count)).find(|hashes| !text.contains(&format!("\"{hashes}")));
    let literal = hashes.and_then(|hashes| format!("r{hashes}\"{text}\"{hashes}").parse::<Literal>().ok());
    let literal = literal.unwrap_or_else(|| Literal::string(text));
    quote!(#literal)
}
