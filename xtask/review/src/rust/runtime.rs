//! Finds changes that only show at run time: users' code compiles as before, but behaves differently.
//!
//! Examples are a field that responses must now have, another path for the same method, and arguments that change their
//! order. Changes that a type shows are found by `compare`.

pub(super) mod arguments;

use super::api::Api;
use super::compare::Subject;
use super::items::{Body, Field, Variant};
use super::rules::RustRule;
use crate::rust::verdict::Notice;
use atlas_codegen::operations::{OperationRow, Version};
use openapi_fragment::openapi::without_variables;

/// An effect that no signature shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    rule: RustRule,
    pub(super) subject: Subject,
    /// One sentence.
    text: String,
}

impl Effect {
    pub(super) fn new(rule: RustRule, subject: Subject, text: String) -> Self {
        Self { rule, subject, text }
    }

    /// The effect in the form of the report.
    pub(super) fn notice(&self) -> Notice {
        Notice { rule: self.rule.id(), text: self.text.clone() }
    }
}

/// Every change that only shows at run time.
pub(super) fn runtime(before: &Api<'_>, after: &Api<'_>) -> Vec<Effect> {
    let mut changes = Vec::new();
    let directions = Directions::of(after);
    for (name, old) in &before.types {
        let Some(new) = after.types.get(name) else { continue };
        if new.closed && !old.closed && directions.responses.contains(&name.as_str()) {
            let path = after.path(name);
            let text = format!("a response with an unknown field in {path} fails to decode");
            changes.push(Effect::new(RustRule::ResponseClosed, Subject::Type(name.clone()), text));
        }
        match (&old.body, &new.body) {
            (Body::Record(old), Body::Record(new)) => {
                let owner = Owner { name, path: after.path(name), directions: &directions };
                fields(&owner, old, new, &mut changes);
            }
            (Body::Enum(old), Body::Enum(new)) => variants(name, after.path(name), old, new, &mut changes),
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

/// The types in responses and in requests.
struct Directions<'a> {
    responses: Vec<&'a str>,
    requests: Vec<&'a str>,
}

impl<'a> Directions<'a> {
    fn of(api: &'a Api<'a>) -> Self {
        let functions = || api.request_functions.values();
        let parameters = functions().flat_map(|function| function.parameters.iter().map(|(_, ty)| ty));
        Self {
            responses: api.closure(functions().filter_map(|function| function.response.as_ref())),
            requests: api.closure(parameters),
        }
    }
}

struct Owner<'a> {
    name: &'a str,
    path: &'a str,
    directions: &'a Directions<'a>,
}

fn fields(owner: &Owner<'_>, before: &[Field], after: &[Field], changes: &mut Vec<Effect>) {
    let in_responses = owner.directions.responses.contains(&owner.name);
    let in_requests = owner.directions.requests.contains(&owner.name);
    let path = owner.path;
    for new in after {
        let old = before.iter().find(|old| old.name == new.name);
        let subject = || Subject::Field {
            owner: owner.name.to_owned(),
            before: old.map(|old| old.wire.clone()),
            after: Some(new.wire.clone()),
        };
        let mut add = |rule, text: String| changes.push(Effect::new(rule, subject(), text));
        let wire = &new.wire;
        if in_responses && !new.may_be_absent() && old.is_none_or(Field::may_be_absent) {
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
        if in_requests && old.ty == new.ty && old.skipped != new.skipped {
            let text = match new.skipped {
                true => format!("an empty {path}::{} is left out of the request", new.name),
                false => format!("{path}::{} is sent even if it is empty", new.name),
            };
            add(RustRule::EmptyListSent, text);
        }
    }
}

fn variants(name: &str, path: &str, before: &[Variant], after: &[Variant], changes: &mut Vec<Effect>) {
    let mut add = |before: Option<&str>, after: Option<&str>, text| {
        let [before, after] = [before, after].map(|value| value.map(str::to_owned));
        let subject = Subject::Variant { owner: name.to_owned(), before, after };
        changes.push(Effect::new(RustRule::ValueDecodesAs, subject, text));
    };
    let of_wire = |variants: &[Variant], value: &str| -> Option<String> {
        let mut variants = variants.iter();
        variants.find(|variant| variant.wire.as_deref() == Some(value)).map(|variant| variant.name.clone())
    };
    for old in before {
        let Some(value) = &old.wire else { continue };
        if of_wire(after, value).is_none() {
            let text = format!("`{value}` decodes as {path}::Unknown instead of {path}::{}", old.name);
            add(Some(value), None, text);
        }
    }
    for new in after {
        let Some(value) = &new.wire else { continue };
        match of_wire(before, value) {
            None => {
                let text = format!("`{value}` decodes as {path}::{} instead of {path}::Unknown", new.name);
                add(None, Some(value), text);
            }
            Some(old) if old != new.name => {
                let text = format!("`{value}` decodes as {path}::{} instead of {path}::{old}", new.name);
                add(Some(value), Some(value), text);
            }
            Some(_) => {}
        }
    }
}

fn operation(name: &str, old: &OperationRow, new: &OperationRow, changes: &mut Vec<Effect>) {
    let id = &new.id;
    let mut add = |rule, keys: &'static [&'static str], text: String| {
        changes.push(Effect::new(rule, Subject::Metadata(name.to_owned(), keys), text));
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
