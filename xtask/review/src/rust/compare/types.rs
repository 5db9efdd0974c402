//! Compares one type on both sides: its kind, its members, its traits and its functions.

use std::collections::BTreeSet;

use super::{ApiChange, Subject, differing};
use crate::rust::items::{Body, Field, Type, Variant};
use crate::rust::rules::RustRule;
use crate::rust::surface::Surface;
use crate::rust::text::Text;

/// One type on both sides.
pub(super) struct Pair<'a> {
    /// The name with which it is declared.
    pub(super) name: &'a str,
    /// Its public path.
    pub(super) path: &'a str,
    pub(super) old: &'a Type,
    pub(super) new: &'a Type,
    /// The wrapper of each side, if the wrapper declares the type, and not the generated code.
    pub(super) wrapper: Option<[&'a Surface; 2]>,
}

impl Pair<'_> {
    fn change(
        &self,
        rule: RustRule,
        subject: impl FnOnce(String) -> Subject,
        before: Option<String>,
        after: Option<String>,
    ) -> ApiChange {
        let subject = match self.wrapper {
            Some(_) => Subject::Wrapper(Vec::new()),
            None => subject(self.name.to_owned()),
        };
        ApiChange::new(rule, subject, self.path, before, after)
    }
}

/// Adds the differences of the type.
pub(super) fn types(pair: &Pair<'_>, changes: &mut Vec<ApiChange>) {
    let Pair { old, new, .. } = pair;
    match (&old.body, &new.body) {
        (Body::Record(before), Body::Record(after)) => fields(pair, before, after, changes),
        (Body::Enum(before), Body::Enum(after)) => variants(pair, before, after, changes),
        (Body::Tuple(before), Body::Tuple(after)) if before != after => {
            let text = |fields: &[Text]| {
                Some(format!("({})", fields.iter().map(Text::to_string).collect::<Vec<_>>().join(", ")))
            };
            let (before, after) = (text(before), text(after));
            changes.push(pair.change(RustRule::FieldTypeChanged, Subject::Behavior, before, after));
        }
        (Body::Alias(before), Body::Alias(after)) if before != after => {
            let (before, after) = (Some(before.to_string()), Some(after.to_string()));
            changes.push(pair.change(RustRule::KindChanged, Subject::Type, before, after));
        }
        (Body::Trait(before), Body::Trait(after)) => {
            for name in after.difference(before) {
                let function = Some(format!("fn {name}"));
                changes.push(pair.change(RustRule::TraitRequiresMore, Subject::Behavior, None, function));
            }
        }
        (before, after) if before.keyword() != after.keyword() => {
            let text = |body: &Body| Some(format!("pub {} {}", body.keyword(), pair.name));
            changes.push(pair.change(RustRule::KindChanged, Subject::Type, text(before), text(after)));
        }
        _ => {}
    }
    exhaustiveness(pair, changes);
    traits(pair, changes);
    functions(pair, changes);
}

fn fields(pair: &Pair<'_>, before: &[Field], after: &[Field], changes: &mut Vec<ApiChange>) {
    let text = |field: &Field| {
        Some(format!("{}{}: {}", if field.public { "pub " } else { "" }, field.name, field.ty))
    };
    let change = |rule, old: Option<&Field>, new: Option<&Field>| {
        let wire = |field: Option<&Field>| field.map(|field| field.wire.clone());
        let subject = |owner| Subject::Field { owner, before: wire(old), after: wire(new) };
        let change = pair.change(rule, subject, old.and_then(text), new.and_then(text));
        // The first private field of a struct that was built with a literal breaks users too.
        let is_public = old.is_some_and(|old| old.public)
            || new.is_some_and(|new| new.public)
            || rule == RustRule::FieldAddedToLiteral;
        let member = old.or(new).map(|field| field.name.clone()).unwrap_or_default();
        ApiChange { is_public, member, ..change }
    };
    for old in before {
        match after.iter().find(|new| new.name == old.name) {
            Some(new) if old.public && !new.public => {
                changes.push(change(RustRule::FieldRemoved, Some(old), None));
            }
            Some(new) if new.ty != old.ty => {
                changes.push(change(RustRule::FieldTypeChanged, Some(old), Some(new)));
            }
            Some(new) if new.public && !old.public => {
                changes.push(change(RustRule::FieldAdded, None, Some(new)));
            }
            Some(_) => {}
            None => changes.push(change(RustRule::FieldRemoved, Some(old), None)),
        }
    }
    for new in after.iter().filter(|new| before.iter().all(|old| old.name != new.name)) {
        changes.push(match pair.old.is_literal() {
            true => change(RustRule::FieldAddedToLiteral, None, Some(new))
                .with_note("users can build it with a struct literal"),
            false if pair.old.non_exhaustive => {
                change(RustRule::FieldAdded, None, Some(new)).with_note("non_exhaustive")
            }
            false => change(RustRule::FieldAdded, None, Some(new)),
        });
    }
}

fn variants(pair: &Pair<'_>, before: &[Variant], after: &[Variant], changes: &mut Vec<ApiChange>) {
    let text = |variant: &Variant| Some(format!("{}{}", variant.name, variant.payload));
    let change = |rule, old: Option<&Variant>, new: Option<&Variant>| {
        let wire = |variant: Option<&Variant>| variant.and_then(|variant| variant.wire.clone());
        let subject = |owner| Subject::Variant { owner, before: wire(old), after: wire(new) };
        let change = pair.change(rule, subject, old.and_then(text), new.and_then(text));
        let member = old.or(new).map(|variant| variant.name.clone()).unwrap_or_default();
        ApiChange { member, ..change }
    };
    for old in before {
        match after.iter().find(|new| new.name == old.name) {
            None => changes.push(change(RustRule::VariantRemoved, Some(old), None)),
            Some(new) if new.payload != old.payload => {
                changes.push(change(RustRule::VariantChanged, Some(old), Some(new)));
            }
            Some(_) => {}
        }
    }
    for new in after.iter().filter(|new| before.iter().all(|old| old.name != new.name)) {
        changes.push(match pair.old.non_exhaustive {
            true => change(RustRule::VariantAdded, None, Some(new)).with_note("non_exhaustive"),
            false => change(RustRule::VariantAddedToMatch, None, Some(new)),
        });
    }
}

fn exhaustiveness(pair: &Pair<'_>, changes: &mut Vec<ApiChange>) {
    let attribute = Some("#[non_exhaustive]".to_owned());
    let (rule, before, after) = match (pair.old.non_exhaustive, pair.new.non_exhaustive) {
        (false, true) => (RustRule::NonExhaustiveAdded, None, attribute),
        (true, false) => (RustRule::NonExhaustiveRemoved, attribute, None),
        _ => return,
    };
    changes.push(pair.change(rule, Subject::Exhaustiveness, before, after));
}

/// The traits that the type implements, or the supertraits of a trait.
fn traits(pair: &Pair<'_>, changes: &mut Vec<ApiChange>) {
    let (old, new): (&BTreeSet<String>, &BTreeSet<String>) = (&pair.old.traits, &pair.new.traits);
    let (prefix, added) = match pair.new.body {
        Body::Trait(_) => ("", RustRule::TraitRequiresMore),
        _ => ("impl ", RustRule::TraitAdded),
    };
    let text = |name: &String| Some(format!("{prefix}{name}"));
    let change = |rule, before, after| pair.change(rule, Subject::Behavior, before, after);
    changes.extend(old.difference(new).map(|name| change(RustRule::TraitRemoved, text(name), None)));
    changes.extend(new.difference(old).map(|name| change(added, None, text(name))));
}

fn functions(pair: &Pair<'_>, changes: &mut Vec<ApiChange>) {
    let (before, after) = (&pair.old.functions, &pair.new.functions);
    let change = |rule, name: &str, old: Option<&Text>, new: Option<&Text>| {
        let item = format!("{}::{name}", pair.path);
        let subject = match pair.wrapper {
            Some(sides) => {
                let declared = format!("{}::{name}", pair.name);
                let aliases = sides.iter().find_map(|surface| surface.aliases.get(&declared));
                Subject::Wrapper(aliases.cloned().unwrap_or_default())
            }
            None => Subject::Behavior(pair.name.to_owned()),
        };
        let text = |text: &Text| format!("pub {text}");
        ApiChange::new(rule, subject, item, old.map(text), new.map(text))
    };
    for (name, old, new) in differing(before, after) {
        let rule = match (old, new) {
            (Some(_), None) => RustRule::FunctionRemoved,
            (None, _) => RustRule::FunctionAdded,
            _ => RustRule::FunctionChanged,
        };
        changes.push(change(rule, name, old, new));
    }
}
