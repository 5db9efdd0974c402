//! The generated functions that prepare requests. Only the wrapper calls them.

use std::collections::BTreeMap;

use syn::{FnArg, GenericArgument, Item, PathArguments, ReturnType};

use crate::rust::text::Text;

/// A function that prepares the request of one operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RequestFunction {
    /// The names and types, in order.
    pub(crate) parameters: Vec<(String, Text)>,
    pub(crate) response: Option<Text>,
}

impl RequestFunction {
    /// Whether arguments of one compile as those of the other. Arguments are positional.
    pub(crate) fn takes_the_types_of(&self, other: &Self) -> bool {
        self.parameters.iter().map(|(_, ty)| ty).eq(other.parameters.iter().map(|(_, ty)| ty))
    }
}

impl std::fmt::Display for RequestFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parameters: Vec<String> =
            self.parameters.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        write!(f, "({})", parameters.join(", "))?;
        self.response.iter().try_for_each(|response| write!(f, " -> {response}"))
    }
}

/// The functions of `requests.rs`, one for each operation, by name.
pub(crate) fn request_functions(requests: &syn::File) -> BTreeMap<String, RequestFunction> {
    let functions = requests.items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some((function.sig.ident.to_string(), request_function(&function.sig))),
        _ => None,
    });
    functions.collect()
}

fn request_function(signature: &syn::Signature) -> RequestFunction {
    let parameters = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => {
            let syn::Pat::Ident(name) = &*typed.pat else { return None };
            Some((name.ident.to_string(), Text::of_type(&typed.ty)))
        }
        FnArg::Receiver(_) => None,
    });
    RequestFunction { parameters: parameters.collect(), response: response(&signature.output) }
}

/// The `T` of `PreparedRequest<T>`.
fn response(output: &ReturnType) -> Option<Text> {
    let ReturnType::Type(_, ty) = output else { return None };
    let syn::Type::Path(path) = &**ty else { return None };
    let PathArguments::AngleBracketed(list) = &path.path.segments.last()?.arguments else { return None };
    list.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(Text::of_type(ty)),
        _ => None,
    })
}
