//! Expands the macros with which the wrapper declares several similar types.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Item;

/// The items to which the calls among these items expand, as far as the macro is declared among them with
/// `macro_rules!`.
///
/// Uses the first rule and expands repetitions once, with the last name of the call for the parameter `$name`. Other
/// parameters become names. An expansion that cannot be parsed is left out.
pub fn expansions(items: &[Item]) -> Vec<Item> {
    let declared = items.iter().filter_map(|item| match item {
        Item::Macro(item) => Some((item.ident.as_ref()?.to_string(), item)),
        _ => None,
    });
    let declared: BTreeMap<String, &syn::ItemMacro> = declared.collect();
    let expanded = items.iter().filter_map(|item| match item {
        Item::Macro(call) => expanded(call, declared.get(&call.mac.path.to_token_stream().to_string())?),
        _ => None,
    });
    expanded.flatten().collect()
}

fn expanded(call: &syn::ItemMacro, declared: &syn::ItemMacro) -> Option<Vec<Item>> {
    let rules: Vec<TokenTree> = declared.mac.tokens.clone().into_iter().collect();
    let is_arrow = |token: &&TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '>');
    let TokenTree::Group(body) = rules.iter().skip_while(|token| !is_arrow(token)).nth(1)? else {
        return None;
    };
    let names = call.mac.tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(name) => Some(name),
        _ => None,
    });
    let file = syn::parse2::<syn::File>(substituted(body.stream(), &names.last()?));
    file.ok().map(|file| file.items)
}

/// Replaces `$x` by a name, and `$( … )` by one repetition.
fn substituted(tokens: TokenStream, name: &proc_macro2::Ident) -> TokenStream {
    let (mut out, mut tokens) = (Vec::new(), tokens.into_iter().peekable());
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Group(group)) => {
                    out.extend(substituted(group.stream(), name));
                    // The separator, if any, and `*` or `+`.
                    while let Some(TokenTree::Punct(punct)) =
                        tokens.next_if(|next| matches!(next, TokenTree::Punct(_)))
                    {
                        if matches!(punct.as_char(), '*' | '+' | '?') {
                            break;
                        }
                    }
                }
                Some(TokenTree::Ident(parameter)) if parameter == "name" => {
                    out.push(TokenTree::Ident(name.clone()));
                }
                other => out.extend(other),
            },
            TokenTree::Group(group) => {
                let inner = substituted(group.stream(), name);
                out.push(TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inner)));
            }
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_expands_to_the_items_of_the_first_rule() {
        let file: syn::File = syn::parse_quote! {
            macro_rules! id {
                ($(#[doc = $doc:literal])+ $name:ident, $kind:literal) => {
                    $(#[doc = $doc])+
                    pub struct $name([u8; 12]);
                    impl $name { pub fn kind(&self) -> &'static str { $kind } }
                };
            }
            id!(/** An organization. */ OrgId, "organization");
            other!(Thing);
        };
        let found = expansions(&file.items);
        let [Item::Struct(declared), Item::Impl(_)] = &found[..] else { panic!("{} items", found.len()) };
        assert_eq!(declared.ident, "OrgId");
    }
}
