//! Finds changes that only show at run time: users' code compiles as before, but behaves differently.
//!
//! Examples are a field that responses must now have, another path for the same method, and arguments that change their
//! order. Changes that a type shows are found by `compare`.

pub(super) mod arguments;

use std::collections::BTreeMap;

use super::api::Api;
use super::compare::{ApiChange, Subject, differing};
use super::items::{Body, Field, Variant};
use super::rules::RustRule;
use atlas_codegen::operations::{OperationRow, Version};
use openapi_fragment::openapi::without_variables;

/// Every change that only shows at run time.
pub(super) fn runtime(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let mut changes = Vec::new();
    let functions = || after.request_functions.values();
    let responses = after.closure(functions().filter_map(|function| function.response.as_ref()));
    let requests =
        after.closure(functions().flat_map(|function| function.parameters.iter().map(|(_, ty)| ty)));
    for (name, old) in &before.types {
        let Some(new) = after.types.get(name) else { continue };
        let owner = Owner {
            name,
            path: after.path(name),
            in_responses: responses.contains(&name.as_str()),
            in_requests: requests.contains(&name.as_str()),
        };
        match (&old.body, &new.body) {
            (Body::Record(old), Body::Record(new)) => fields(&owner, old, new, &mut changes),
            (Body::Enum(old), Body::Enum(new)) => variants(&owner, old, new, &mut changes),
            _ => {}
        }
    }
    for (name, old) in &before.operations {
        if let Some(new) = after.operations.get(name) {
            operation(name, old, new, &mut changes);
        }
    }
    changes.extend(arguments::arguments(before, after).renamed);
    changes
}

/// A type that both sides have, and the messages that contain it.
struct Owner<'a> {
    name: &'a str,
    path: &'a str,
    in_responses: bool,
    in_requests: bool,
}

fn fields(owner: &Owner<'_>, before: &[Field], after: &[Field], changes: &mut Vec<ApiChange>) {
    let path = owner.path;
    for new in after {
        let old = before.iter().find(|old| old.name == new.name);
        let subject = || Subject::Field {
            owner: owner.name.to_owned(),
            before: old.map(|old| old.wire.clone()),
            after: Some(new.wire.clone()),
        };
        let mut add = |rule, text: String| changes.push(ApiChange::effect(rule, subject(), text));
        let wire = &new.wire;
        if owner.in_responses && !new.may_be_absent() && old.is_none_or(Field::may_be_absent) {
            let text = format!(
                "a response without `{wire}` in {path}, or with null there, fails to decode: every server must send it"
            );
            add(RustRule::FieldRequired, text);
        }
        let Some(old) = old else { continue };
        if old.wire != new.wire {
            let text = format!("{path}::{} is `{wire}` in JSON instead of `{}`", new.name, old.wire);
            add(RustRule::FieldRenamedInJson, text);
        }
        if owner.in_requests && old.ty == new.ty && old.skipped != new.skipped {
            let text = match new.skipped {
                true => format!("an empty {path}::{} is left out of the request", new.name),
                false => format!("{path}::{} is sent even if it is empty", new.name),
            };
            add(RustRule::EmptyListSent, text);
        }
    }
}

fn variants(owner: &Owner<'_>, before: &[Variant], after: &[Variant], changes: &mut Vec<ApiChange>) {
    let by_value = |variants: &[Variant]| -> BTreeMap<String, String> {
        variants.iter().filter_map(|variant| Some((variant.wire.clone()?, variant.name.clone()))).collect()
    };
    for (value, old, new) in differing(&by_value(before), &by_value(after)) {
        let [from, to] = [old, new].map(|name| name.map_or("Unknown", String::as_str));
        let text = format!("`{value}` decodes as {0}::{to} instead of {0}::{from}", owner.path);
        let subject = Subject::Variant {
            owner: owner.name.to_owned(),
            before: old.map(|_| value.clone()),
            after: new.map(|_| value.clone()),
        };
        changes.push(ApiChange::effect(RustRule::ValueDecodesAs, subject, text));
    }
}

fn operation(name: &str, old: &OperationRow, new: &OperationRow, changes: &mut Vec<ApiChange>) {
    let id = &new.id;
    let mut add = |rule, keys: &'static [&'static str], text: String| {
        changes.push(ApiChange::effect(rule, Subject::Metadata(name.to_owned(), keys), text));
    };
    let call = |row: &OperationRow| format!("{} {}", row.method.to_uppercase(), row.path);
    // The names of the path's variables are not sent.
    if without_variables(&call(old)) != without_variables(&call(new)) {
        add(
            RustRule::RequestTargetChanged,
            &[],
            format!("{id} sends `{}` instead of `{}`", call(new), call(old)),
        );
    }
    let newest = |versions: &[Version]| versions.last().map(|version| version.date.to_string());
    let none = || "none".to_owned();
    for (what, keys, before, after) in [
        ("requests", &["responses"] as &[_], &old.response_versions, &new.response_versions),
        ("sends its body as", &["requestBody"], &old.request_versions, &new.request_versions),
    ] {
        let (before, after) = (newest(before), newest(after));
        if before != after {
            let [before, after] = [before, after].map(|date| date.unwrap_or_else(none));
            add(RustRule::VersionSent, keys, format!("{id} {what} version {after} instead of {before}"));
        }
    }
    let repeat = match (old.idempotent, new.idempotent) {
        (true, false) => format!("{id} is no longer retried after a lost response"),
        (false, true) => format!("{id} is now retried after a lost response"),
        _ => return,
    };
    add(RustRule::RetryChanged, &["x-idempotent"], repeat);
}
