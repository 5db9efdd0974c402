//! What a user notices at run time only: the code compiles as before, and does something else.
//!
//! A short list of what the types do not show: a list that must now be there, another path under the same
//! method, arguments that change places. What a type does show is left to `compare`.

use serde_json::Value;

mod arguments;

use super::api::Api;
use super::compare::Subject;
use super::read::{Body, Field, Variant};
use super::rules::RustRule;
use crate::rust::verdict::Notice;
use atlas_codegen::generator::{HAND_WRITTEN, ID_TYPES};
use atlas_codegen::lower::walk;
use atlas_codegen::operations::{OperationRow, Version};
use openapi_fragment::openapi::without_variables;

/// Something that changes at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuntimeChange {
    pub(super) rule: RustRule,
    pub(super) subject: Subject,
    /// One sentence.
    pub(crate) text: String,
}

impl RuntimeChange {
    pub(super) fn new(rule: RustRule, subject: Subject, text: String) -> Self {
        Self { rule, subject, text }
    }

    /// As it is reported.
    pub(super) fn notice(&self) -> Notice {
        Notice { rule: self.rule.id(), text: self.text.clone() }
    }
}

/// Every such change.
pub(crate) fn runtime(before: &Api<'_>, after: &Api<'_>) -> Vec<RuntimeChange> {
    let mut changes = Vec::new();
    let directions = Directions::of(after);
    for (name, old) in &before.types {
        let Some(new) = after.types.get(name) else { continue };
        if new.closed && !old.closed && directions.replied.contains(&name.as_str()) {
            let path = after.path(name);
            let text =
                format!("a reply whose {path} has a field that this version does not know fails to decode");
            changes.push(RuntimeChange::new(RustRule::ReplyClosed, Subject::Type(name.clone()), text));
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
    changes.extend(arguments::arguments(before, after));
    changes.extend(hand_written(&before.document.value, &after.document.value));
    changes
}

/// The types that travel each way.
struct Directions<'a> {
    replied: Vec<&'a str>,
    requested: Vec<&'a str>,
}

impl<'a> Directions<'a> {
    fn of(api: &'a Api<'a>) -> Self {
        let methods = || api.methods.values();
        Self {
            replied: api.closure(methods().filter_map(|method| method.reply.as_ref())),
            requested: api.closure(methods().flat_map(|method| method.parameters.iter().map(|(_, ty)| ty))),
        }
    }
}

struct Owner<'a> {
    name: &'a str,
    path: &'a str,
    directions: &'a Directions<'a>,
}

fn fields(owner: &Owner<'_>, before: &[Field], after: &[Field], changes: &mut Vec<RuntimeChange>) {
    let replied = owner.directions.replied.contains(&owner.name);
    let requested = owner.directions.requested.contains(&owner.name);
    let path = owner.path;
    for new in after {
        let old = before.iter().find(|old| old.name == new.name);
        let subject = || Subject::Field {
            owner: owner.name.to_owned(),
            before: old.map(|old| old.wire.clone()),
            after: Some(new.wire.clone()),
        };
        let mut add = |rule, text: String| changes.push(RuntimeChange::new(rule, subject(), text));
        let wire = &new.wire;
        if replied && !new.may_be_absent() && old.is_none_or(Field::may_be_absent) {
            let text = format!(
                "a reply whose {path} has no `{wire}`, or has null there, fails to decode: every server must send it"
            );
            add(RustRule::FieldMustCome, text);
        }
        let Some(old) = old else { continue };
        if old.wire != new.wire {
            let text = format!("{path}::{} travels as `{wire}`, no longer as `{}`", new.name, old.wire);
            add(RustRule::FieldTravelsAs, text);
        }
        if requested && old.ty == new.ty && old.skipped != new.skipped {
            let text = match new.skipped {
                true => format!("an empty {path}::{} is left out of the request", new.name),
                false => format!("{path}::{} is sent even when it is empty", new.name),
            };
            add(RustRule::EmptyListSent, text);
        }
    }
}

fn variants(name: &str, path: &str, before: &[Variant], after: &[Variant], changes: &mut Vec<RuntimeChange>) {
    let subject = || Subject::Type(name.to_owned());
    let mut add = |text| changes.push(RuntimeChange::new(RustRule::ValueArrivesAs, subject(), text));
    let of_wire = |variants: &[Variant], value: &str| -> Option<String> {
        let mut variants = variants.iter();
        variants.find(|variant| variant.wire.as_deref() == Some(value)).map(|variant| variant.name.clone())
    };
    for old in before {
        let Some(value) = &old.wire else { continue };
        if of_wire(after, value).is_none() {
            add(format!("`{value}` arrives as {path}::Unknown, no longer as {path}::{}", old.name));
        }
    }
    for new in after {
        let Some(value) = &new.wire else { continue };
        match of_wire(before, value) {
            None => add(format!("`{value}` arrives as {path}::{}, no longer as {path}::Unknown", new.name)),
            Some(old) if old != new.name => {
                add(format!("`{value}` arrives as {path}::{}, no longer as {path}::{old}", new.name));
            }
            Some(_) => {}
        }
    }
}

fn operation(name: &str, old: &OperationRow, new: &OperationRow, changes: &mut Vec<RuntimeChange>) {
    let id = &new.id;
    let mut says = |rule, keys: &'static [&'static str], text: String| {
        changes.push(RuntimeChange::new(rule, Subject::Says(name.to_owned(), keys), text));
    };
    let call = |row: &OperationRow| format!("{} {}", row.method.to_uppercase(), row.path);
    // How the path calls its variables is not sent.
    if without_variables(&call(old)) != without_variables(&call(new)) {
        says(
            RustRule::CallSentElsewhere,
            &[],
            format!("{id} sends `{}`, no longer `{}`", call(new), call(old)),
        );
    }
    let newest = |versions: &[Version]| versions.last().map(|version| version.date.to_string());
    let none = || "none".to_owned();
    for (what, keys, before, after) in [
        ("asks for", &["responses"] as &[_], &old.response_versions, &new.response_versions),
        ("sends its body as", &["requestBody"], &old.request_versions, &new.request_versions),
    ] {
        let (before, after) = (newest(before), newest(after));
        if before != after {
            let [before, after] = [before, after].map(|date| date.unwrap_or_else(none));
            says(RustRule::VersionSent, keys, format!("{id} {what} version {after}, no longer {before}"));
        }
    }
    let repeat = match (old.idempotent, new.idempotent) {
        (true, false) => format!("{id} is no longer repeated after a lost reply"),
        (false, true) => format!("{id} is repeated after a lost reply"),
        _ => return,
    };
    says(RustRule::RepeatChanged, &["x-idempotent"], repeat);
}

/// A type that is written by hand does not follow its schema.
fn hand_written<'a>(before: &'a Value, after: &'a Value) -> impl Iterator<Item = RuntimeChange> + 'a {
    let schema = |document: &'a Value, name: &str| {
        walk::schemas(document).find(|(component, _)| *component == name).map(|(_, schema)| schema)
    };
    ID_TYPES.iter().chain(HAND_WRITTEN).filter_map(move |name| {
        let (old, new) = (schema(before, name)?, schema(after, name)?);
        let differs = !super::cause::leaves(old, new).is_empty();
        differs.then(|| {
            let text =
                format!("{name} is written by hand and does not follow its schema: change it in the SDK");
            RuntimeChange::new(RustRule::HandWrittenStays, Subject::Type((*name).to_owned()), text)
        })
    })
}
