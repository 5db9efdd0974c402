//! Formats the operation table as Rust: the generated `operations.rs`.

use std::collections::BTreeSet;

use heck::{ToPascalCase as _, ToShoutySnakeCase as _};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Date, Kind, OperationRow, Parameter, Version};
use crate::lower::safe_rustdoc;
use crate::patch::doc;

/// The tokens of the whole file.
pub fn file(operations: &[OperationRow], secret_names: &BTreeSet<String>) -> TokenStream {
    let statics = operations.iter().map(operation);
    let secret_names = secret_names.iter();
    let names = operations.iter().map(|operation| name(&operation.id));
    quote! {
        use crate::values::date::Date;
        use crate::values::operation::{ParameterLocation, Method, Operation, Parameter, ParameterKind, Version};

        #[doc = " Every operation, in the order of the fragment."]
        pub static ALL: &[&Operation] = &[#(&#names),*];

        #[doc = " The names of the properties that contain secrets. Errors omit their values."]
        pub(crate) static SECRET_NAMES: &[&str] = &[#(#secret_names),*];

        #(#statics)*
    }
}

/// The name of the static for an operation.
pub fn static_name(id: &str) -> String {
    id.to_shouty_snake_case()
}

fn name(id: &str) -> Ident {
    format_ident!("{}", static_name(id))
}

fn operation(operation: &OperationRow) -> TokenStream {
    let OperationRow { id, go_sdk_name, atlas_cli, summary, description, path, .. } = operation;
    let OperationRow { success, errors, has_response_body, idempotent, .. } = operation;
    let docs = docs(operation);
    let name = name(id);
    let short_name = option(operation.short_name.as_ref());
    let tag = option(operation.tag.as_ref());
    let method = format_ident!("{}", operation.method.to_pascal_case());
    let parameters = operation.parameters.iter().map(parameter);
    let request_versions = operation.request_versions.iter().map(version);
    let response_versions = operation.response_versions.iter().map(version);
    let required_role = option(operation.required_role.as_ref());
    let after_lost_response = option(operation.after_lost_response.as_ref());
    let success = success.iter().map(|code| proc_macro2::Literal::u16_unsuffixed(*code));
    let errors = errors.iter().map(|code| proc_macro2::Literal::u16_unsuffixed(*code));
    quote! {
        #(#docs)*
        pub static #name: Operation = Operation {
            id: #id,
            short_name: #short_name,
            go_sdk_name: #go_sdk_name,
            atlas_cli: #atlas_cli,
            tag: #tag,
            summary: #summary,
            description: #description,
            method: Method::#method,
            path: #path,
            parameters: &[#(#parameters),*],
            request_versions: &[#(#request_versions),*],
            response_versions: &[#(#response_versions),*],
            has_response_body: #has_response_body,
            success: &[#(#success),*],
            errors: &[#(#errors),*],
            required_role: #required_role,
            idempotent: #idempotent,
            after_lost_response: #after_lost_response,
        };
    }
}

fn docs(operation: &OperationRow) -> Vec<syn::Attribute> {
    let OperationRow { id, go_sdk_name, atlas_cli, method, path, summary, .. } = operation;
    let mut text = format!(
        "{}.\n\n- Request: `{} {path}`\n- Published as: `{id}`{}\n- Go SDK: `{go_sdk_name}`\n- Atlas CLI: `{atlas_cli}`",
        safe_rustdoc(summary).trim_end_matches('.'),
        method.to_uppercase(),
        operation.short_name.as_ref().map(|name| format!(" (short name `{name}`)")).unwrap_or_default(),
    );
    if let Some(advice) = &operation.after_lost_response {
        text += &format!("\n- After a lost response: {}", safe_rustdoc(advice));
    }
    doc(&text)
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let Parameter { name, in_path, required, kind, description } = parameter;
    let location = if *in_path { quote!(Path) } else { quote!(Query) };
    let kind = self::kind(kind);
    quote! {
        Parameter {
            name: #name,
            location: ParameterLocation::#location,
            required: #required,
            kind: #kind,
            description: #description,
        }
    }
}

fn kind(of: &Kind) -> TokenStream {
    let kind = match of {
        Kind::Id(name) => quote!(Id(#name)),
        Kind::Text(name) => quote!(Text(#name)),
        Kind::Enum(values) => quote!(Enum { values: &[#(#values),*] }),
        Kind::Array(items) => {
            let items = self::kind(items);
            quote!(Array { items: &#items })
        }
        Kind::Number => quote!(Number),
        Kind::Boolean { default } => {
            let default = option(default.as_ref());
            quote!(Boolean { default: #default })
        }
        Kind::Integer { minimum, maximum, default } => {
            let [minimum, maximum, default] = [minimum, maximum, default]
                .map(|number| option(number.map(proc_macro2::Literal::i64_unsuffixed).as_ref()));
            quote!(Integer { minimum: #minimum, maximum: #maximum, default: #default })
        }
        Kind::String => quote!(String),
    };
    quote!(ParameterKind::#kind)
}

fn version(version: &Version) -> TokenStream {
    let date = date(version.date);
    let sunset = option(version.sunset.map(self::date).as_ref());
    let media_type = &version.media_type;
    quote!(Version { date: #date, sunset: #sunset, media_type: #media_type })
}

/// A date as an expression.
pub(crate) fn date(Date(year, month, day): Date) -> TokenStream {
    let year = proc_macro2::Literal::u16_unsuffixed(year);
    let [month, day] = [month, day].map(proc_macro2::Literal::u8_unsuffixed);
    quote!(Date::literal(#year, #month, #day))
}

/// An `Option` as an expression. `quote` does not support `Option`.
fn option(value: Option<&impl quote::ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}
