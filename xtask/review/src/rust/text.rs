//! Types and signatures as text: an exact form to compare, and a short form to display.
//!
//! Names are not resolved: two spellings of a type count as two types. That is enough, because the same generator
//! spelled both sides.

use std::collections::BTreeSet;
use std::fmt;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse_quote;
use syn::visit_mut::{self, VisitMut};

/// A type or a signature.
#[derive(Clone, Debug, Eq)]
pub(crate) struct Text {
    /// The form to compare, with complete paths.
    exact: String,
    /// The form to display, with the last name of each path.
    short: String,
    /// Every name in the text, to find the generated types among them.
    names: BTreeSet<String>,
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.exact == other.exact
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short)
    }
}

impl Text {
    /// The text of a type.
    pub(crate) fn of_type(ty: &syn::Type) -> Self {
        let mut exact = ty.clone();
        WithoutLifetimes.visit_type_mut(&mut exact);
        let mut short = exact.clone();
        LastNames.visit_type_mut(&mut short);
        Self::new(exact.to_token_stream(), [exact, short].map(|ty| printed(&parse_quote!(type T = #ty;))))
    }

    /// The text of a path, such as that of a trait.
    pub(crate) fn of_path(path: &syn::Path) -> Self {
        Self::of_type(&parse_quote!(#path))
    }

    /// The text of a function's signature. The names of arguments are only displayed, because callers do not use them.
    pub(crate) fn of_signature(signature: &syn::Signature) -> Self {
        let mut short = signature.clone();
        for input in &mut short.inputs {
            if let syn::FnArg::Receiver(receiver) = input {
                receiver.mutability = None;
            }
        }
        let mut exact = short.clone();
        for input in &mut exact.inputs {
            if let syn::FnArg::Typed(argument) = input {
                *argument.pat = parse_quote!(_);
            }
        }
        LastNames.visit_signature_mut(&mut short);
        Self::new(
            exact.to_token_stream(),
            [exact, short].map(|signature| printed(&parse_quote!(#signature {}))),
        )
    }

    fn new(tokens: TokenStream, [exact, short]: [String; 2]) -> Self {
        let mut names = BTreeSet::new();
        collect_names(tokens, &mut names);
        Self { exact, short, names }
    }

    /// Every name in the text.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The exact form of the type inside `Option<…>`.
    pub(crate) fn inside_option(&self) -> Option<&str> {
        self.exact.strip_prefix("::std::option::Option<")?.strip_suffix('>')
    }

    /// The form to compare.
    pub(crate) fn exact(&self) -> &str {
        &self.exact
    }
}

/// Shortens each path to its last name: `::std::option::Option` becomes `Option`. A path of `serde_json` stays whole,
/// because `Value` alone would be ambiguous.
struct LastNames;

impl VisitMut for LastNames {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let from = match path.segments.first() {
            Some(first) if first.ident == "serde_json" => 0,
            _ => path.segments.len().saturating_sub(1),
        };
        path.leading_colon = None;
        path.segments = std::mem::take(&mut path.segments).into_iter().skip(from).collect();
    }
}

/// Removes lifetimes, whose names do not matter to users.
struct WithoutLifetimes;

impl VisitMut for WithoutLifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_path_arguments_mut(&mut self, arguments: &mut syn::PathArguments) {
        if let syn::PathArguments::AngleBracketed(list) = arguments {
            list.args = std::mem::take(&mut list.args)
                .into_iter()
                .filter(|argument| !matches!(argument, syn::GenericArgument::Lifetime(_)))
                .collect();
            if list.args.is_empty() {
                *arguments = syn::PathArguments::None;
            }
        }
        visit_mut::visit_path_arguments_mut(self, arguments);
    }
}

fn collect_names(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect_names(group.stream(), names),
            TokenTree::Ident(name) => _ = names.insert(name.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// A type alias without its name, or a function without its body, in one line.
fn printed(item: &syn::Item) -> String {
    let file = parse_quote!(#item);
    let lines = prettyplease::unparse(&file);
    let line = lines.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    // The breaks and the trailing comma of a list that does not fit in a line.
    let line = line.replace("( ", "(").replace("< ", "<").replace(", )", ")").replace(", >", ">");
    let text = line.strip_prefix("type T = ").unwrap_or(&line);
    text.trim_end_matches([';', '{', '}', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: &str, exact: &str, short: &str) {
        let text = Text::of_type(&syn::parse_str(ty).unwrap());
        assert_eq!((text.exact.as_str(), text.short.as_str()), (exact, short));
    }

    #[test]
    fn only_the_short_form_drops_paths() {
        check(
            "::std::option::Option<::std::string::String>",
            "::std::option::Option<::std::string::String>",
            "Option<String>",
        );
        check("::std::vec::Vec<crate::OrgId>", "::std::vec::Vec<crate::OrgId>", "Vec<OrgId>");
        check("::serde_json::Value", "::serde_json::Value", "serde_json::Value");
        check("&'a models::Thing<'a>", "&models::Thing", "&Thing");
        check("(u8, [i32; 1])", "(u8, [i32; 1])", "(u8, [i32; 1])");
        check("std::collections::BTreeMap<K, V>", "std::collections::BTreeMap<K, V>", "BTreeMap<K, V>");
    }

    #[test]
    fn types_with_the_same_last_name_differ() {
        let text = |ty: &str| Text::of_type(&syn::parse_str(ty).unwrap());
        assert_ne!(text("crate::LinkToken"), text("LinkToken"));
    }

    #[test]
    fn signatures_have_the_usual_spaces() {
        let signature = "fn get(&self, of: impl IntoIterator<Item = crate::Entry>, n: u8) -> Request<T>";
        let text = Text::of_signature(&syn::parse_str(signature).unwrap());
        assert_eq!(
            text.to_string(),
            "fn get(&self, of: impl IntoIterator<Item = Entry>, n: u8) -> Request<T>"
        );
    }

    #[test]
    fn names_of_arguments_do_not_matter_to_callers() {
        let text = |text: &str| Text::of_signature(&syn::parse_str(text).unwrap());
        assert_eq!(text("fn set(mut self, a: u8) -> Self"), text("fn set(self, b: u8) -> Self"));
        assert_ne!(text("fn set(&mut self, a: u8)"), text("fn set(&self, a: u8)"));
        assert_ne!(text("fn set(&self, a: u8)"), text("fn set(&self, a: u16)"));
    }

    #[test]
    fn the_type_inside_an_option_is_found() {
        let text = Text::of_type(&syn::parse_str("::std::option::Option<i64>").unwrap());
        assert_eq!(text.inside_option(), Some("i64"));
    }
}
