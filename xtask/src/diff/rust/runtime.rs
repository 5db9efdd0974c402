//! What a user notices at run time only: the code compiles as before, and does something else.
//!
//! A short list of what the types do not show: a list that must now be there, another path under the same
//! method, arguments that change places. What a type does show is left to `compare`.

use serde_json::Value;

use super::api::Api;
use super::compare::Subject;
use super::read::{Body, Field, Method, Variant};
use crate::codegen::{HAND_WRITTEN, ID_TYPES};
use crate::lower::walk;
use crate::operations::{Operation, Version};

/// Something that changes at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuntimeChange {
    pub(super) subject: Subject,
    /// One sentence.
    pub(crate) text: String,
}

impl RuntimeChange {
    fn new(subject: Subject, text: String) -> Self {
        Self { subject, text }
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
            changes.push(RuntimeChange::new(Subject::Type(name.clone()), text));
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
    for (name, old) in &before.methods {
        changes.extend(after.methods.get(name).and_then(|new| positions(name, old, new)));
    }
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
        let mut add = |text: String| changes.push(RuntimeChange::new(subject(), text));
        let wire = &new.wire;
        if replied && !new.may_be_absent() && old.is_none_or(Field::may_be_absent) {
            add(format!(
                "a reply whose {path} has no `{wire}`, or has null there, fails to decode: every server must send it"
            ));
        }
        let Some(old) = old else { continue };
        if old.wire != new.wire {
            add(format!("{path}::{} travels as `{wire}`, no longer as `{}`", new.name, old.wire));
        }
        if requested && old.ty == new.ty && old.skipped != new.skipped {
            add(match new.skipped {
                true => format!("an empty {path}::{} is left out of the request", new.name),
                false => format!("{path}::{} is sent even when it is empty", new.name),
            });
        }
    }
}

fn variants(name: &str, path: &str, before: &[Variant], after: &[Variant], changes: &mut Vec<RuntimeChange>) {
    let mut add = |text| changes.push(RuntimeChange::new(Subject::Type(name.to_owned()), text));
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

fn operation(name: &str, old: &Operation, new: &Operation, changes: &mut Vec<RuntimeChange>) {
    let id = &new.id;
    let mut says = |keys: &'static [&'static str], text: String| {
        changes.push(RuntimeChange::new(Subject::Says(name.to_owned(), keys), text));
    };
    let call = |row: &Operation| format!("{} {}", row.method.to_uppercase(), row.path);
    if call(old) != call(new) {
        says(&[], format!("{id} sends `{}`, no longer `{}`", call(new), call(old)));
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
            says(keys, format!("{id} {what} version {after}, no longer {before}"));
        }
    }
    match (old.idempotent, new.idempotent) {
        (true, false) => says(&["x-idempotent"], format!("{id} is no longer repeated after a lost reply")),
        (false, true) => says(&["x-idempotent"], format!("{id} is repeated after a lost reply")),
        _ => {}
    }
}

/// The wrapper passes arguments by position: where names move and types stay, it compiles and sends the wrong ones.
fn positions(name: &str, old: &Method, new: &Method) -> Option<RuntimeChange> {
    let types = |method: &Method| method.parameters.iter().map(|(_, ty)| ty.clone()).collect::<Vec<_>>();
    if types(old) != types(new) {
        return None;
    }
    let pairs = old.parameters.iter().zip(&new.parameters);
    let moved: Vec<String> = pairs
        .filter(|((old, _), (new, _))| old != new)
        .map(|((old, _), (new, _))| format!("{old} as {new}"))
        .collect();
    let text = format!("the wrapper calls {name} by position: it passes {}", moved.join(", "));
    (!moved.is_empty()).then(|| RuntimeChange::new(Subject::Call(name.to_owned()), text))
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
            RuntimeChange::new(Subject::Type((*name).to_owned()), text)
        })
    })
}
