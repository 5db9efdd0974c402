//! Rust source as a flat list of the tokens that paths consist of. Comments and literals are left out; the arguments of
//! macros are not.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A token and its line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Name(String),
    /// `::`
    PathSeparator,
    Sign(char),
}

/// The tokens of a source, each with its line, counted from 1.
pub(crate) fn tokens(text: &str) -> Vec<(usize, Token)> {
    let stream: TokenStream = text.parse().expect("the source is Rust");
    let mut found = Vec::new();
    flatten(stream, &mut found);
    found
}

fn flatten(stream: TokenStream, found: &mut Vec<(usize, Token)>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Ident(name) => found.push((line, Token::Name(name.to_string()))),
            TokenTree::Literal(_) => {}
            TokenTree::Punct(sign) => {
                let separator = sign.as_char() == ':' && sign.spacing() == Spacing::Joint;
                let second =
                    |next: &TokenTree| matches!(next, TokenTree::Punct(sign) if sign.as_char() == ':');
                match separator && trees.next_if(second).is_some() {
                    true => found.push((line, Token::PathSeparator)),
                    false => found.push((line, Token::Sign(sign.as_char()))),
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::Parenthesis | Delimiter::None => ('(', ')'),
                };
                found.push((line, Token::Sign(open)));
                flatten(group.stream(), found);
                found.push((group.span_close().start().line, Token::Sign(close)));
            }
        }
    }
}
