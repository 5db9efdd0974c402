//! Compares the two sides: every item that differs, with the bump that the difference requires if users see it.

use std::collections::{BTreeMap, BTreeSet};

use super::api::Api;
use super::rules::RustRule;
use super::verdict::Signature;
use types::{Pair, types};

mod types;

#[cfg(test)]
mod tests;

/// A difference between the two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiChange {
    pub(super) rule: RustRule,
    /// The part of the API that differs, to find the edit that caused it.
    pub(super) subject: Subject,
    /// What differs. If no signature shows it, the item is a sentence.
    pub(super) signature: Signature,
    /// The name of the field or variant, if it is one.
    pub(super) member: String,
    /// Whether users see the item. Generated code that is not public matters to the wrapper only.
    pub(super) is_public: bool,
}

/// The part of the API that differs, by its name in the generated code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// The existence or the kind of a type.
    Type(String),
    /// The traits and the functions of a type.
    Behavior(String),
    /// Whether a type is non-exhaustive.
    Exhaustiveness(String),
    /// A field of a type, with its name in JSON on each side that has it.
    Field { owner: String, before: Option<String>, after: Option<String> },
    /// A variant of an enum, with its value in JSON on each side that has it.
    Variant { owner: String, before: Option<String>, after: Option<String> },
    /// The existence of the operation with this static.
    Operation(String),
    /// The parameters and the result of the request function with this name.
    Call(String),
    /// The values of these keys in the operation with this static; the whole operation if there are no keys.
    Metadata(String, &'static [&'static str]),
    /// A public item of the wrapper, with the operations that it names in its documentation.
    Wrapper(Vec<String>),
}

impl ApiChange {
    fn new(
        rule: RustRule,
        subject: Subject,
        item: impl Into<String>,
        before: Option<String>,
        after: Option<String>,
    ) -> Self {
        let signature =
            Signature { rule: rule.id(), item: item.into(), bump: rule.bump(), before, after, note: None };
        Self { rule, subject, signature, member: String::new(), is_public: true }
    }

    /// A change that no signature shows, in one sentence.
    pub(super) fn effect(rule: RustRule, subject: Subject, text: String) -> Self {
        Self::new(rule, subject, text, None, None)
    }

    fn with_note(mut self, note: impl Into<String>) -> Self {
        self.signature.note = Some(note.into());
        self
    }
}

/// Every difference between the two sides, ordered by the names of the items.
pub(super) fn compare(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let mut changes = paths(before, after);
    for (name, old) in &before.types {
        let path = before.path(name);
        match after.types.get(name) {
            Some(new) => {
                let pair = Pair { name, path, old, new, wrapper: None };
                let from = changes.len();
                types(&pair, &mut changes);
                let visible = before.visible.contains_key(name);
                changes[from..].iter_mut().for_each(|change| change.is_public &= visible);
            }
            // `paths` has the change for users.
            None => {
                let (item, text) =
                    (before.generated_path(name), format!("pub {} {name}", old.body.keyword()));
                let subject = Subject::Type(name.clone());
                let change = ApiChange::new(RustRule::TypeRemoved, subject, item, Some(text), None);
                changes.push(ApiChange { is_public: false, ..change });
            }
        }
    }
    operations(before, after, &mut changes);
    wrapper_items(before, after, &mut changes);
    changes
}

/// The items of the wrapper itself that have a public path on both sides.
fn wrapper_items(before: &Api<'_>, after: &Api<'_>, changes: &mut Vec<ApiChange>) {
    let (old, new) = (before.surface, after.surface);
    for (name, old_type) in &old.types {
        if let Some(new_type) = new.types.get(name) {
            let path = old.path(name);
            types(&Pair { name, path, old: old_type, new: new_type, wrapper: Some([old, new]) }, changes);
        }
    }
    for (name, before, after) in differing(&old.functions, &new.functions) {
        if let (Some(before), Some(after)) = (before, after) {
            let [before, after] = [before, after].map(|text| Some(format!("pub {text}")));
            let subject = Subject::Wrapper(Vec::new());
            changes.push(ApiChange::new(RustRule::FunctionChanged, subject, old.path(name), before, after));
        }
    }
}

/// The differences between two maps: the key, and the values on both sides.
pub(super) fn differing<'a, T: PartialEq>(
    before: &'a BTreeMap<String, T>,
    after: &'a BTreeMap<String, T>,
) -> impl Iterator<Item = (&'a String, Option<&'a T>, Option<&'a T>)> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let sides = names.into_iter().map(|name| (name, before.get(name), after.get(name)));
    sides.filter(|(_, before, after)| before != after)
}

/// The types and functions that have a public path on one side only.
fn paths(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    /// The path of each item, its declaration, and the name of its generated type, if it has one.
    type Named = BTreeMap<String, (Option<String>, String)>;
    let named = |api: &Api<'_>| -> Named {
        let exported = api.exported.iter().filter_map(|(path, name)| {
            let text = format!("pub {} {name}", api.types.get(name)?.body.keyword());
            Some((path.clone(), (Some(name.clone()), text)))
        });
        let own = api.surface.paths.iter().map(|(path, name)| {
            let ty = api.surface.types.get(name).map(|ty| ty.body.keyword());
            (path.clone(), (None, format!("pub {} {name}", ty.unwrap_or("use"))))
        });
        exported.chain(own).collect()
    };
    let (old, new) = (named(before), named(after));
    let is_generated = |name: &str| before.types.contains_key(name) && after.types.contains_key(name);
    let mut changes = Vec::new();
    for (path, old, new) in differing(&old, &new) {
        let (rule, (generated, _)) = match (old, new) {
            (Some(old), None) => (RustRule::TypeRemoved, old),
            (None, Some(new)) => (RustRule::TypeAdded, new),
            _ => continue,
        };
        let subject = match generated {
            Some(name) if !is_generated(name) => Subject::Type(name.clone()),
            // Only the wrapper has changed.
            _ => Subject::Wrapper(Vec::new()),
        };
        let [before, after] = [old, new].map(|side| side.map(|(_, text)| text.clone()));
        changes.push(ApiChange::new(rule, subject, path, before, after));
    }
    changes
}

fn operations(before: &Api<'_>, after: &Api<'_>, changes: &mut Vec<ApiChange>) {
    let texts = |api: &Api<'_>| -> BTreeMap<String, String> {
        let names = api.operations.keys().filter(|_| api.surface.operations);
        names.map(|name| (name.clone(), format!("pub static {name}: Operation"))).collect()
    };
    for (name, old, new) in differing(&texts(before), &texts(after)) {
        let rule = if old.is_some() { RustRule::OperationRemoved } else { RustRule::OperationAdded };
        let subject = Subject::Operation(name.clone());
        changes.push(ApiChange::new(rule, subject, "operations", old.cloned(), new.cloned()));
    }
}
