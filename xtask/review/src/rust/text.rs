//! Types and signatures as text: exact for comparing, short for reading.
//!
//! Two spellings of a type are two types here. That is enough, because both sides were spelled by the same
//! generator; nothing is resolved.

use std::collections::BTreeSet;
use std::fmt;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};

/// A type or a signature.
#[derive(Clone, Debug, Eq)]
pub(crate) struct Text {
    /// With every path whole: what is compared.
    exact: String,
    /// With the last name of each path: what a reader sees.
    short: String,
    /// Every name in it, to find the generated types among them.
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
        let mut bare = ty.clone();
        WithoutLifetimes.visit_type_mut(&mut bare);
        let mut short = bare.clone();
        LastNames.visit_type_mut(&mut short);
        Self::new(bare.to_token_stream(), short.to_token_stream())
    }

    /// The text of a path, such as that of a trait.
    pub(crate) fn of_path(path: &syn::Path) -> Self {
        let mut bare = path.clone();
        WithoutLifetimes.visit_path_mut(&mut bare);
        let mut short = bare.clone();
        LastNames.visit_path_mut(&mut short);
        Self::new(bare.to_token_stream(), short.to_token_stream())
    }

    /// The text of a function's signature.
    pub(crate) fn of_signature(signature: &syn::Signature) -> Self {
        let mut short = signature.clone();
        LastNames.visit_signature_mut(&mut short);
        Self::new(signature.to_token_stream(), short.to_token_stream())
    }

    fn new(exact: TokenStream, short: TokenStream) -> Self {
        let mut names = BTreeSet::new();
        collect_names(exact.clone(), &mut names);
        Self { exact: compact(exact), short: compact(short), names }
    }

    /// Every name in it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The type inside `Option<…>`, as it is compared.
    pub(crate) fn inside_option(&self) -> Option<&str> {
        self.exact.strip_prefix("::std::option::Option<")?.strip_suffix('>')
    }

    /// The type without its arguments: `::std::vec::Vec` of a list. All plain types are one.
    pub(crate) fn outer(&self) -> &str {
        self.exact.split_once('<').map_or("", |(outer, _)| outer)
    }

    /// As it is compared.
    pub(crate) fn exact(&self) -> &str {
        &self.exact
    }
}

/// `::std::option::Option` becomes `Option`. A path of two names keeps both: `serde_json::Value` alone would
/// say too little.
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

/// A lifetime is a name that nobody outside sees.
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

/// Tokens with the spaces that a reader expects, and no others.
pub(crate) fn compact(tokens: TokenStream) -> String {
    let mut text = String::new();
    write_compact(tokens, &mut text);
    // What stands before a closing bracket, where a list spans lines.
    text.replace(", )", ")").replace(", >", ">")
}

fn write_compact(tokens: TokenStream, text: &mut String) {
    let mut word_before = false;
    for token in tokens {
        let is_word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        if word_before && is_word {
            text.push(' ');
        }
        word_before = is_word;
        match token {
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                text.push_str(open);
                write_compact(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => write_punct(&punct, text),
            word => text.push_str(&word.to_string()),
        }
    }
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => (" { ", " }"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

fn write_punct(punct: &proc_macro2::Punct, text: &mut String) {
    match punct.as_char() {
        ',' => text.push_str(", "),
        ';' => text.push_str("; "),
        '=' | '+' | '|' => {
            text.push(' ');
            text.push(punct.as_char());
            text.push(' ');
        }
        '-' if punct.spacing() == Spacing::Joint => text.push_str(" -"),
        '>' if text.ends_with(" -") => text.push_str("> "),
        ':' if punct.spacing() == Spacing::Alone && !text.ends_with(':') => text.push_str(": "),
        other => text.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(ty: &str, exact: &str, short: &str) {
        let text = Text::of_type(&syn::parse_str(ty).unwrap());
        assert_eq!((text.exact.as_str(), text.short.as_str()), (exact, short));
    }

    #[test]
    fn types_lose_their_paths_for_readers_only() {
        reads(
            "::std::option::Option<::std::string::String>",
            "::std::option::Option<::std::string::String>",
            "Option<String>",
        );
        reads("::std::vec::Vec<crate::OrgId>", "::std::vec::Vec<crate::OrgId>", "Vec<OrgId>");
        reads("::serde_json::Value", "::serde_json::Value", "serde_json::Value");
        reads("&'a models::Thing<'a>", "&models::Thing", "&Thing");
        reads("(u8, [i32; 1])", "(u8, [i32; 1])", "(u8, [i32; 1])");
        reads("std::collections::BTreeMap<K, V>", "std::collections::BTreeMap<K, V>", "BTreeMap<K, V>");
    }

    #[test]
    fn two_types_of_one_last_name_differ() {
        let text = |ty: &str| Text::of_type(&syn::parse_str(ty).unwrap());
        assert_ne!(text("crate::LinkToken"), text("LinkToken"));
    }

    #[test]
    fn signatures_read_as_written() {
        let signature = "fn get(&self, of: impl IntoIterator<Item = crate::Entry>, n: u8) -> Request<T>";
        let text = Text::of_signature(&syn::parse_str(signature).unwrap());
        assert_eq!(
            text.to_string(),
            "fn get(&self, of: impl IntoIterator<Item = Entry>, n: u8) -> Request<T>"
        );
    }

    #[test]
    fn an_option_opens() {
        let text = Text::of_type(&syn::parse_str("::std::option::Option<i64>").unwrap());
        assert_eq!((text.inside_option(), text.outer()), (Some("i64"), "::std::option::Option"));
    }
}
