//! Removes the headers that the generated methods set.
//!
//! progenitor sends `api-version: <info.version>`, which Atlas does not support, and `Accept: application/json`, which
//! Atlas rejects. The transport derives the headers from the operation table. Without the generated headers, a call
//! needs no header map, and the transport need not remove them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, ImplItem, Item, Pat, Stmt};

use super::{Patched, UnexpectedOutput, expect};
use crate::lower::walk;

pub(super) fn patch(file: &mut syn::File, lowered: &Value) -> Patched {
    let mut found = Found::default();
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item
                && method.sig.asyncness.is_some()
            {
                let name = method.sig.ident.to_string();
                patch_method(&name, &mut method.block.stmts, &mut found)?;
            }
        }
    }
    let operations = walk::operations(lowered).count();
    expect("headers `api-version`", operations, found.versions)?;
    expect("headers `accept`", operations_with_body(lowered), found.accepts)
}

#[derive(Default)]
struct Found {
    versions: usize,
    accepts: usize,
}

fn operations_with_body(lowered: &Value) -> usize {
    let has_body = |node: &walk::OperationNode<'_>| {
        walk::entries(node.operation, "responses")
            .any(|(_, response)| walk::resolve(lowered, response).get("content").is_some())
    };
    walk::operations(lowered).filter(has_body).count()
}

fn patch_method(name: &str, statements: &mut Vec<Stmt>, found: &mut Found) -> Patched {
    let before = statements.len();
    statements.retain(|statement| !appends_version(statement));
    found.versions += before - statements.len();
    statements.retain(|statement| !declares_header_map(statement));
    let mut calls = Calls { accepts: 0 };
    statements.iter_mut().for_each(|statement| calls.visit_stmt_mut(statement));
    found.accepts += calls.accepts;
    if statements.iter().any(|statement| mentions_map(statement.to_token_stream())) {
        // Lint rejects header parameters, because the transport sets all headers.
        return Err(UnexpectedOutput(format!("the method `{name}` sets another header")));
    }
    Ok(())
}

fn mentions_map(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions_map(group.stream()),
        TokenTree::Ident(name) => name == "header_map",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// `let mut header_map = …;`
fn declares_header_map(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(local) if matches!(&local.pat, Pat::Ident(name) if name.ident == "header_map"))
}

/// `header_map.append("api-version", …);`
fn appends_version(statement: &Stmt) -> bool {
    let Stmt::Expr(Expr::MethodCall(call), _) = statement else { return false };
    let name = call.args.first().map(|name| name.to_token_stream().to_string());
    call.method == "append" && name.is_some_and(|name| name.contains("\"api-version\""))
}

/// Removes `.header(ACCEPT, …)` and `.headers(header_map)` from call chains.
struct Calls {
    accepts: usize,
}

impl VisitMut for Calls {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        while let Expr::MethodCall(call) = expression {
            let accept = is_accept(call);
            if !accept && call.method != "headers" {
                break;
            }
            self.accepts += usize::from(accept);
            let receiver = (*call.receiver).clone();
            *expression = receiver;
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

fn is_accept(call: &ExprMethodCall) -> bool {
    call.method == "header"
        && matches!(call.args.first(), Some(Expr::Path(name))
            if name.path.segments.last().is_some_and(|segment| segment.ident == "ACCEPT"))
}
