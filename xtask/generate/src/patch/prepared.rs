//! The methods of the client build a request and send nothing: sending is the business of the SDK's layer `call`. (Of what they build it,
//! [`super::parts`] changes afterwards.)
//!
//! progenitor's methods send, through hooks that can fail only with text or with reqwest's error, and map every status
//! to an error type of progenitor's. The transport has typed errors, repeats requests, and reads a reply under a size
//! limit. So the end of each method, from the line behind `let mut request = …;`, is replaced: the method hands out
//! the operation, the request, and the way to read its reply, as `crate::call::PreparedRequest`: which request belongs to
//! which operation is written once, here. What is replaced must be, token by token, what is expected; anything else
//! fails.

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
    let reply =
        reply_type(&method.sig.output).ok_or_else(|| unexpected("does not return a `ResponseValue`"))?;
    let statements = &mut method.block.stmts;
    let built = statements.iter().position(binds_request).ok_or_else(|| unexpected("builds no `request`"))?;
    let end = statements.split_off(built + 1);
    let read = reading(&end, name).ok_or_else(|| unexpected("ends in another way than expected"))?;
    if let Some(Stmt::Local(request)) = statements.last_mut() {
        // Nothing changes it any more.
        request.pat = parse_quote!(request);
        request.attrs.clear();
    }
    let operation = Ident::new(&name.to_string().to_uppercase(), name.span());
    let unsent = parse_quote!(crate::call::PreparedRequest::#read(&crate::operations::#operation, request));
    statements.push(Stmt::Expr(unsent, None));
    method.sig.asyncness = None;
    method.sig.output = parse_quote!(-> crate::call::PreparedRequest<#reply>);
    Ok(())
}

/// `T` of `-> Result<ResponseValue<T>, Error<()>>`.
fn reply_type(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, output) = output else { return None };
    let (first, second) = (arguments(output, "Result")?, quote!(Error<()>).to_string());
    let [GenericArgument::Type(value), error] = &first[..] else { return None };
    if error.to_token_stream().to_string() != second {
        return None;
    }
    match &arguments(value, "ResponseValue")?[..] {
        [GenericArgument::Type(reply)] => Some(reply.clone()),
        _ => None,
    }
}

/// `let mut request = ….build()?;`
fn binds_request(statement: &Stmt) -> bool {
    let Stmt::Local(local) = statement else { return false };
    let Some(value) = &local.init else { return false };
    let Expr::Try(attempt) = &*value.expr else { return false };
    matches!(&local.pat, Pat::Ident(name) if name.ident == "request")
        && matches!(&*attempt.expr, Expr::MethodCall(call) if call.method == "build")
}

/// The constructor of `PreparedRequest` that reads what this end of a method reads; none where it is not as expected.
fn reading(end: &[Stmt], operation: &Ident) -> Option<Ident> {
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
