//! Formats the bodies as Rust: the generated `bodies.rs`.

use heck::ToShoutySnakeCase as _;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Bodies, Body};
use crate::operations::rust::date;

/// The tokens of the whole file.
pub fn file(bodies: &Bodies) -> TokenStream {
    let versions = bodies.versions.iter().map(|(operation, version, body)| {
        let (version, body) = (date(*version), format_ident!("{body}"));
        quote!((#operation, #version, &#body))
    });
    let statics = bodies.bodies.iter().map(|(name, Body { schema, example })| {
        let (name, schema, example) = (format_ident!("{name}"), raw(schema), raw(example));
        quote! {
            static #name: RequestBody = RequestBody { schema: #schema, example: #example };
        }
    });
    quote! {
        use crate::values::date::Date;
        use crate::values::operation::RequestBody;

        #[doc = " The body of each version of each operation that has one, oldest version first."]
        pub(crate) static ALL: &[(&str, Date, &RequestBody)] = &[#(#versions),*];

        #(#statics)*
    }
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
