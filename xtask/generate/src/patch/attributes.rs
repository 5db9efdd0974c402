//! Attributes of every item: documentation as line comments, and a reason for each `allow`.

use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, parse_quote};

pub(super) fn patch(file: &mut syn::File) {
    Attributes.visit_file_mut(file);
}

struct Attributes;

impl VisitMut for Attributes {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        *attributes = std::mem::take(attributes).into_iter().flat_map(rewrite).collect();
    }
}

fn rewrite(attribute: Attribute) -> Vec<Attribute> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match text(&pair.value) {
            // An empty line between paragraphs is an attribute of its own.
            Some(text) if !text.trim().is_empty() => doc(&text),
            _ => vec![attribute],
        },
        Meta::List(list) if list.path.is_ident("allow") && !list.tokens.to_string().contains("reason") => {
            let lints = &list.tokens;
            vec![parse_quote!(#[allow(#lints, reason = "written by progenitor")])]
        }
        _ => vec![attribute],
    }
}

/// The text as `///` comments. Without this, several lines would become a block comment.
pub fn doc(text: &str) -> Vec<Attribute> {
    visible(text)
        .trim()
        .lines()
        .map(|line| {
            let line = match line.trim_end() {
                "" => String::new(),
                line => format!(" {}", line.strip_prefix(' ').unwrap_or(line)),
            };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// The text without signs that a comment may not hold: the compiler refuses a carriage return, and a sign that turns
/// the direction of writing.
fn visible(text: &str) -> String {
    let is_unfit = |character: char| {
        let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (character.is_control() && !matches!(character, '\n' | '\t'))
    };
    text.replace("\r\n", "\n").replace(is_unfit, " ")
}

/// The text of a string literal.
fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;

    use super::*;

    #[test]
    fn comments_hold_no_signs_that_the_compiler_refuses() {
        let lines = doc("  a\r\n\n  b\rc\0d\u{202e}e\n");
        let texts: Vec<_> = lines.iter().map(|line| line.to_token_stream().to_string()).collect();
        assert_eq!(texts, ["# [doc = \" a\"]", "# [doc = \"\"]", "# [doc = \"  b c d e\"]"]);
    }
}
