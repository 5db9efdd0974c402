//! Compares two public APIs: every item that differs, with the bump that the difference requires.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::api::Api;
use super::generated::{Body, Field, Type, Variant};
use super::rules::RustRule;
use super::text::Text;
use super::wrapper_breaks;
use crate::rust::verdict::Signature;

/// A difference of the public API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiChange {
    pub(crate) rule: RustRule,
    /// The part of the API that differs, to find the edit that caused it.
    pub(super) subject: Subject,
    pub(crate) signature: Signature,
}

/// The part of the API that differs, by its name in the generated code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// A type as a whole: its existence, its kind, its traits.
    Type(String),
    /// Whether a type is non-exhaustive, which depends on whether a request contains it.
    Exhaustiveness(String),
    /// A field of a type, with its name in JSON on each side that has it.
    Field { owner: String, before: Option<String>, after: Option<String> },
    /// The existence of the operation with this static.
    Operation(String),
    /// The parameters and the result of the request function with this name.
    Call(String),
    /// The values of these keys in the operation with this static; the whole operation if there are no keys.
    Metadata(String, &'static [&'static str]),
    /// The wrapper itself, which no edit of the fragment changes.
    Wrapper,
}

impl ApiChange {
    pub(super) fn new(
        rule: RustRule,
        subject: Subject,
        item: impl Into<String>,
        before: Option<String>,
        after: Option<String>,
    ) -> Self {
        let signature =
            Signature { rule: rule.id(), item: item.into(), bump: rule.bump(), before, after, note: None };
        Self { rule, subject, signature }
    }

    pub(super) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.signature.note = Some(note.into());
        self
    }
}

impl fmt::Display for ApiChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Signature { rule, item, bump, before, after, note } = &self.signature;
        write!(f, "{:5} {rule} {item}: ", bump.name())?;
        match (before, after) {
            (Some(before), Some(after)) => write!(f, "{before} → {after}")?,
            (Some(before), None) => write!(f, "- {before}")?,
            (None, Some(after)) => write!(f, "+ {after}")?,
            (None, None) => {}
        }
        note.iter().try_for_each(|note| write!(f, " ({note})"))
    }
}

/// Every difference between the two APIs, ordered by the names of the items.
pub(crate) fn compare(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let mut changes = paths(before, after);
    for name in before.visible.keys().filter(|name| after.visible.contains_key(*name)) {
        if let (Some(old), Some(new)) = (before.types.get(name), after.types.get(name)) {
            types(&Pair { name, path: after.path(name), old, new }, &mut changes);
        }
    }
    operations(before, after, &mut changes);
    functions(
        &before.surface.methods,
        &after.surface.methods,
        |path| (path.to_owned(), Subject::Wrapper),
        &mut changes,
    );
    changes.extend(wrapper_breaks::wrapper_breaks(before, after));
    changes
}

/// The types that have a public path on one side only.
fn paths(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let named = |api: &Api<'_>| -> BTreeMap<String, String> {
        let exported = api.surface.exported.iter().filter(|(_, name)| api.types.contains_key(*name));
        exported.map(|(path, name)| (path.clone(), name.clone())).collect()
    };
    let (old, new) = (named(before), named(after));
    let change = |rule, api: &Api<'_>, path: &String, name: &String| {
        let text = api.types.get(name).map(|ty| format!("pub {} {name}", ty.body.keyword()));
        let (old, new) = if rule == RustRule::TypeRemoved { (text, None) } else { (None, text) };
        ApiChange::new(rule, Subject::Type(name.clone()), path, old, new)
    };
    let removed = old.iter().filter(|(path, _)| !new.contains_key(*path));
    let added = new.iter().filter(|(path, _)| !old.contains_key(*path));
    removed
        .map(|(path, name)| change(RustRule::TypeRemoved, before, path, name))
        .chain(added.map(|(path, name)| change(RustRule::TypeAdded, after, path, name)))
        .collect()
}

/// One type on both sides.
struct Pair<'a> {
    /// Its name in the generated code.
    name: &'a str,
    /// Its public path.
    path: &'a str,
    old: &'a Type,
    new: &'a Type,
}

impl Pair<'_> {
    /// A change of the type as a whole.
    fn change(&self, rule: RustRule, before: Option<String>, after: Option<String>) -> ApiChange {
        ApiChange::new(rule, Subject::Type(self.name.to_owned()), self.path, before, after)
    }
}

fn types(pair: &Pair<'_>, changes: &mut Vec<ApiChange>) {
    let Pair { old, new, .. } = pair;
    match (&old.body, &new.body) {
        (Body::Record(before), Body::Record(after)) => fields(pair, before, after, changes),
        (Body::Enum(before), Body::Enum(after)) => variants(pair, before, after, changes),
        (Body::Tuple(before), Body::Tuple(after)) if before != after => {
            let text = |fields: &[Text]| {
                Some(format!("({})", fields.iter().map(Text::to_string).collect::<Vec<_>>().join(", ")))
            };
            changes.push(pair.change(RustRule::FieldTypeChanged, text(before), text(after)));
        }
        (Body::Alias(before), Body::Alias(after)) if before != after => {
            changes.push(pair.change(
                RustRule::KindChanged,
                Some(before.to_string()),
                Some(after.to_string()),
            ));
        }
        (before, after) if before.keyword() != after.keyword() => {
            let text = |body: &Body| Some(format!("pub {} {}", body.keyword(), pair.name));
            changes.push(pair.change(RustRule::KindChanged, text(before), text(after)));
        }
        _ => {}
    }
    exhaustiveness(pair, changes);
    traits(pair, changes);
    let name_of = |name: &str| (format!("{}::{name}", pair.path), Subject::Type(pair.name.to_owned()));
    functions(&old.functions, &new.functions, name_of, changes);
}

fn fields(pair: &Pair<'_>, before: &[Field], after: &[Field], changes: &mut Vec<ApiChange>) {
    let text = |field: &Field| Some(format!("pub {}: {}", field.name, field.ty));
    let change = |rule, old: Option<&Field>, new: Option<&Field>| {
        let wire = |field: Option<&Field>| field.map(|field| field.wire.clone());
        let subject = Subject::Field { owner: pair.name.to_owned(), before: wire(old), after: wire(new) };
        ApiChange::new(rule, subject, pair.path, old.and_then(text), new.and_then(text))
    };
    for old in before {
        match after.iter().find(|new| new.name == old.name) {
            None => changes.push(change(RustRule::FieldRemoved, Some(old), None)),
            Some(new) if new.ty != old.ty => {
                changes.push(change(RustRule::FieldTypeChanged, Some(old), Some(new)));
            }
            Some(_) => {}
        }
    }
    for new in after.iter().filter(|new| before.iter().all(|old| old.name != new.name)) {
        changes.push(match pair.old.non_exhaustive {
            true => change(RustRule::FieldAdded, None, Some(new)).with_note("non_exhaustive"),
            false => change(RustRule::FieldAddedToLiteral, None, Some(new))
                .with_note("users can build it with a struct literal"),
        });
    }
}

fn variants(pair: &Pair<'_>, before: &[Variant], after: &[Variant], changes: &mut Vec<ApiChange>) {
    let text = |variant: &Variant| Some(format!("{}{}", variant.name, variant.payload));
    for old in before {
        match after.iter().find(|new| new.name == old.name) {
            None => changes.push(pair.change(RustRule::VariantRemoved, text(old), None)),
            Some(new) if new.payload != old.payload => {
                changes.push(pair.change(RustRule::VariantChanged, text(old), text(new)));
            }
            Some(_) => {}
        }
    }
    for new in after.iter().filter(|new| before.iter().all(|old| old.name != new.name)) {
        changes.push(match pair.old.non_exhaustive {
            true => pair.change(RustRule::VariantAdded, None, text(new)).with_note("non_exhaustive"),
            false => pair.change(RustRule::VariantAddedToMatch, None, text(new)),
        });
    }
}

fn exhaustiveness(pair: &Pair<'_>, changes: &mut Vec<ApiChange>) {
    let attribute = Some("#[non_exhaustive]".to_owned());
    let change = |rule, before, after| {
        ApiChange::new(rule, Subject::Exhaustiveness(pair.name.to_owned()), pair.path, before, after)
    };
    match (pair.old.non_exhaustive, pair.new.non_exhaustive) {
        (false, true) => changes.push(change(RustRule::NonExhaustiveAdded, None, attribute)),
        (true, false) => changes.push(change(RustRule::NonExhaustiveRemoved, attribute, None)),
        _ => {}
    }
}

fn traits(pair: &Pair<'_>, changes: &mut Vec<ApiChange>) {
    let (old, new): (&BTreeSet<String>, &BTreeSet<String>) = (&pair.old.traits, &pair.new.traits);
    let text = |name: &String| Some(format!("impl {name}"));
    changes.extend(old.difference(new).map(|name| pair.change(RustRule::TraitRemoved, text(name), None)));
    changes.extend(new.difference(old).map(|name| pair.change(RustRule::TraitAdded, None, text(name))));
}

fn operations(before: &Api<'_>, after: &Api<'_>, changes: &mut Vec<ApiChange>) {
    let names = |api: &Api<'_>| -> BTreeSet<String> {
        if api.surface.operations { api.operations.keys().cloned().collect() } else { BTreeSet::new() }
    };
    let (old, new) = (names(before), names(after));
    let text = |name: &String| Some(format!("pub static {name}: Operation"));
    let change = |rule, name: &String, before, after| {
        ApiChange::new(rule, Subject::Operation(name.clone()), "operations", before, after)
    };
    changes
        .extend(old.difference(&new).map(|name| change(RustRule::OperationRemoved, name, text(name), None)));
    changes.extend(new.difference(&old).map(|name| change(RustRule::OperationAdded, name, None, text(name))));
}

fn functions(
    before: &BTreeMap<String, Text>,
    after: &BTreeMap<String, Text>,
    name_of: impl Fn(&str) -> (String, Subject),
    changes: &mut Vec<ApiChange>,
) {
    let change = |rule, name: &str, old: Option<&Text>, new: Option<&Text>| {
        let (item, subject) = name_of(name);
        let text = |text: &Text| format!("pub {text}");
        ApiChange::new(rule, subject, item, old.map(text), new.map(text))
    };
    for (name, old) in before {
        match after.get(name) {
            None => changes.push(change(RustRule::FunctionRemoved, name, Some(old), None)),
            Some(new) if new != old => {
                changes.push(change(RustRule::FunctionChanged, name, Some(old), Some(new)));
            }
            Some(_) => {}
        }
    }
    for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        changes.push(change(RustRule::FunctionAdded, name, None, Some(new)));
    }
}
