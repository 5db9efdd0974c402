//! Makes the methods of the client return a prepared request instead of sending it. [`super::parts`] then changes how
//! the request is built.
//!
//! progenitor's methods send requests. Their hooks can fail only with a text or with reqwest's error, and every status
//! becomes an error type of progenitor. The SDK's layer `call` has typed errors, retries requests, and limits the size
//! of responses. So this patch replaces the end of each method, after `let mut request = …;`: the method returns the
//! operation, the request and the way to decode its response, as `crate::call::PreparedRequest`. The replaced
//! statements must match the expected ones token by token; anything else is an error.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use serde_json::Value;
use syn::{
    Expr, GenericArgument, Ident, ImplItem, ImplItemFn, Item, LitStr, Pat, ReturnType, Stmt, Type,
    parse_quote,
};

use super::{Patched, UnexpectedOutput, arguments, expect};
use crate::lower::walk;

pub(super) fn patch(file: &mut syn::File, lowered: &Value) -> Patched {
    let mut found = 0;
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item
                && method.sig.asyncness.is_some()
            {
                patch_method(method)?;
                found += 1;
            }
        }
    }
    expect("methods that send", walk::operations(lowered).count(), found)
}

fn patch_method(method: &mut ImplItemFn) -> Patched {
    let name = &method.sig.ident;
    let unexpected = |what: &str| UnexpectedOutput(format!("the method `{name}` {what}"));
    let value =
        value_type(&method.sig.output).ok_or_else(|| unexpected("does not return a `ResponseValue`"))?;
    let statements = &mut method.block.stmts;
    let built =
        statements.iter().position(binds_request).ok_or_else(|| unexpected("has no variable `request`"))?;
    let end = statements.split_off(built + 1);
    let constructor = constructor(&end, name).ok_or_else(|| unexpected("ends differently than expected"))?;
    if let Some(Stmt::Local(request)) = statements.last_mut() {
        // The request is not mutated any more.
        request.pat = parse_quote!(request);
        request.attrs.clear();
    }
    let operation = Ident::new(&name.to_string().to_uppercase(), name.span());
    let prepared =
        parse_quote!(crate::call::PreparedRequest::#constructor(&crate::operations::#operation, request));
    statements.push(Stmt::Expr(prepared, None));
    method.sig.asyncness = None;
    method.sig.output = parse_quote!(-> crate::call::PreparedRequest<#value>);
    Ok(())
}

/// The `T` in `-> Result<ResponseValue<T>, Error<()>>`.
fn value_type(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, output) = output else { return None };
    let arguments_of_result = arguments(output, "Result")?;
    let [GenericArgument::Type(success), error] = &arguments_of_result[..] else { return None };
    if error.to_token_stream().to_string() != quote!(Error<()>).to_string() {
        return None;
    }
    match &arguments(success, "ResponseValue")?[..] {
        [GenericArgument::Type(value)] => Some(value.clone()),
        _ => None,
    }
}

/// `let mut request = ….build()?;`
fn binds_request(statement: &Stmt) -> bool {
    let Stmt::Local(local) = statement else { return false };
    let Some(value) = &local.init else { return false };
    let Expr::Try(question_mark) = &*value.expr else { return false };
    matches!(&local.pat, Pat::Ident(name) if name.ident == "request")
        && matches!(&*question_mark.expr, Expr::MethodCall(call) if call.method == "build")
}

/// The constructor of `PreparedRequest` for this end of a method; `None` if the end differs from what is expected.
fn constructor(end: &[Stmt], operation: &Ident) -> Option<Ident> {
    let operation = LitStr::new(&operation.to_string(), operation.span());
    let expected = |decode: TokenStream| {
        let end = quote! {
            let info = OperationInfo { operation_id: #operation, };
            self.pre(&mut request, &info).await?;
            let result = self.exec(request, &info).await;
            self.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => { #decode }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        };
        end.to_string()
    };
    let end = quote!(#(#end)*).to_string();
    if end == expected(quote!(ResponseValue::from_response(response).await)) {
        Some(parse_quote!(returning_json))
    } else if end == expected(quote!(Ok(ResponseValue::empty(response)))) {
        Some(parse_quote!(returning_nothing))
    } else {
        None
    }
}
