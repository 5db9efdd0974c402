//! Converts the methods of the client to functions that return the parts of a request.
//!
//! progenitor's methods build a complete request: they join the base URL and the path, parse the URL, and pass it to
//! reqwest's builder. This parses the same host for each call, which costs more than the rest of building a request,
//! and the request must be cloned before it is sent, in case of a retry. This patch replaces
//! `self.client.post(url).json(&body).build()?` by `crate::call::RequestParts::new(path).json(&body)`, so that the
//! transport can build a request from the parts for each attempt. The transport has the host and the connections, and
//! the operation table has the method, so the client needs no fields and the functions need no `self`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use serde_json::Value;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprMethodCall, FnArg, ImplItem, ImplItemFn, Item, LitStr, Pat, Stmt, Token, parse_quote};

use super::{Patched, UnexpectedOutput, expect};
use crate::lower::walk;

pub(super) fn patch(file: &mut syn::File, lowered: &Value) -> Patched {
    remove_fields(file)?;
    let mut found = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item {
                patch_method(method)?;
                found += 1;
            }
        }
    }
    expect("methods that build a request", walk::operations(lowered).count(), found)
}

/// Removes the fields of `pub struct Client { baseurl, client }`, which the methods do not use any more.
fn remove_fields(file: &mut syn::File) -> Patched {
    let structs = file.items.iter_mut().filter_map(|item| match item {
        Item::Struct(item) if item.ident == "Client" => Some(item),
        _ => None,
    });
    let mut found = 0;
    for client in structs {
        let fields: Vec<String> =
            client.fields.iter().filter_map(|field| Some(field.ident.as_ref()?.to_string())).collect();
        if fields != ["baseurl", "client"] {
            return Err(UnexpectedOutput(format!("the client has the fields {}", fields.join(", "))));
        }
        client.fields = syn::Fields::Unit;
        client.semi_token = Some(parse_quote!(;));
        found += 1;
    }
    expect("structs `Client`", 1, found)
}

fn patch_method(method: &mut ImplItemFn) -> Patched {
    let name = method.sig.ident.to_string();
    let unexpected = |what: &str| UnexpectedOutput(format!("the method `{name}` {what}"));
    match method.sig.inputs.first() {
        Some(FnArg::Receiver(_)) => {}
        _ => return Err(unexpected("has no `self`")),
    }
    method.sig.inputs = std::mem::take(&mut method.sig.inputs).into_iter().skip(1).collect();

    let (mut paths, mut requests) = (0, 0);
    for statement in &mut method.block.stmts {
        let Stmt::Local(local) = statement else { continue };
        let (Pat::Ident(bound), Some(value)) = (&mut local.pat, &mut local.init) else { continue };
        if bound.ident == "url" {
            bound.ident = parse_quote!(path);
            *value.expr = path(&value.expr).ok_or_else(|| unexpected("builds its URL differently"))?;
            paths += 1;
        } else if bound.ident == "request" {
            *value.expr = parts(&value.expr).ok_or_else(|| {
                unexpected(
                    "builds its request differently; crate::call::RequestParts must support each setter",
                )
            })?;
            requests += 1;
        }
    }
    if (paths, requests) != (1, 1) {
        return Err(unexpected(&format!("builds {paths} URLs and {requests} requests")));
    }
    Ok(())
}

/// Converts `format!("{}/a/{}", self.baseurl, id,)` to `format!("/a/{}", id)`.
fn path(url: &Expr) -> Option<Expr> {
    let Expr::Macro(call) = url else { return None };
    let parser = |input: ParseStream<'_>| -> syn::Result<_> {
        let template: LitStr = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok((template, Punctuated::<Expr, Token![,]>::parse_terminated(input)?))
    };
    let (template, arguments) = parser.parse2(call.mac.tokens.clone()).ok()?;
    let path = template.value().strip_prefix("{}").filter(|path| path.starts_with('/'))?.to_owned();
    let mut arguments = arguments.into_iter();
    let base = arguments.next()?;
    if !call.mac.path.is_ident("format") || !is(&base, &quote!(self.baseurl)) {
        return None;
    }
    let arguments: Vec<Expr> = arguments.collect();
    Some(if arguments.is_empty() {
        parse_quote!(#path.to_owned())
    } else {
        parse_quote!(format!(#path, #(#arguments),*))
    })
}

/// Converts `self.client.get(url).….build()?` to the parts of the request.
fn parts(request: &Expr) -> Option<Expr> {
    let Expr::Try(built) = request else { return None };
    match &*built.expr {
        Expr::MethodCall(call) if call.method == "build" && call.args.is_empty() => setters(&call.receiver),
        _ => None,
    }
}

fn setters(chain: &Expr) -> Option<Expr> {
    let Expr::MethodCall(call) = chain else { return None };
    if is(&call.receiver, &quote!(self.client)) {
        return is_start(call).then(|| parse_quote!(crate::call::RequestParts::new(path)));
    }
    let receiver = Box::new(setters(&call.receiver)?);
    let set = Expr::MethodCall(ExprMethodCall { receiver, ..call.clone() });
    ["query", "json"].iter().any(|setter| call.method == setter).then_some(set)
}

fn is(expression: &Expr, tokens: &TokenStream) -> bool {
    expression.to_token_stream().to_string() == tokens.to_string()
}

/// Whether the call is `.get(url)`, or the same with another HTTP method.
fn is_start(call: &ExprMethodCall) -> bool {
    let methods = ["get", "put", "post", "patch", "delete"];
    methods.iter().any(|method| call.method == method)
        && matches!(call.args.first(), Some(Expr::Path(url)) if url.path.is_ident("url"))
}
