//! Predicts where the hand-written wrapper no longer compiles with the newly generated code.
//!
//! Names are matched as they are spelled, and types are not inferred. A call counts as a call of the generated function
//! with the same name. A field access counts as one of a generated type's field with the same name, if the file names
//! the type or calls a function that has it. Code that changed together with the fragment counts as adapted.

use std::collections::{BTreeMap, BTreeSet};

use super::api::{Api, Exposure};
use super::compare::{ApiChange, Subject};
use super::generated::{Body, Field, RequestFunction, Type};
use super::rules::RustRule;
use super::surface::{SourcePosition, Use, UseKind};
use super::text::Text;

/// The uses that break: one change for each generated item, with the first position that uses it.
pub(super) fn wrapper_breaks(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let wrapper = Wrapper::new(before, after);
    let mut found: BTreeMap<String, (ApiChange, Vec<&SourcePosition>)> = BTreeMap::new();
    for used in &after.surface.uses {
        for change in wrapper.breaks(used) {
            let key = format!("{:?} {:?}", change.subject, change.signature.before);
            let (_, positions) = found.entry(key).or_insert_with(|| (change, Vec::new()));
            positions.push(&used.position);
        }
    }
    let used = found.into_values().map(|(change, positions)| change.with_note(note(&positions)));
    used.chain(unnameable(before, after)).collect()
}

/// The types that are newly visible without a public path, if the crate denies that.
fn unnameable(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let unnameable = |api: &Api<'_>, name: &str| matches!(api.visible.get(name), Some(Exposure::Within(_)));
    let new =
        after.visible.iter().filter(|(name, _)| after.surface.denies_unnameable && !unnameable(before, name));
    new.filter_map(|(name, exposure)| {
        let Exposure::Within(item) = exposure else { return None };
        let change = ApiChange::new(
            RustRule::WrapperMustChange,
            Subject::Type(name.clone()),
            "the wrapper must change",
            None,
            Some(format!("pub use models::{name}")),
        );
        Some(change.with_note(format!("the type of {item} has no public path")))
    })
    .collect()
}

fn note(positions: &[&SourcePosition]) -> String {
    match positions {
        [] => String::new(),
        [only] => format!("wrapper: {only}"),
        [first, rest @ ..] => format!("wrapper: {first} and {} more", rest.len()),
    }
}

/// The wrapper of the revision, between the generated code of both sides.
struct Wrapper<'a> {
    before: &'a Api<'a>,
    after: &'a Api<'a>,
    /// The file and the text of each function in the base's wrapper.
    functions: BTreeSet<(&'a str, &'a str)>,
    /// The generated types that each file imports or spells.
    named: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The generated types that each file can reach: those that it names or that its calls have, with their members.
    reached: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Wrapper<'a> {
    fn new(before: &'a Api<'a>, after: &'a Api<'a>) -> Self {
        let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for Use { kind, position, .. } in &after.surface.uses {
            match kind {
                UseKind::Type(name) => {
                    named.entry(&position.file).or_default().insert(name);
                    reached.entry(&position.file).or_default().extend(before.closure_of(name));
                }
                UseKind::Call(name) => {
                    let Some(function) = before.request_functions.get(name) else { continue };
                    reached.entry(&position.file).or_default().extend(before.closure(texts(function)));
                }
                _ => {}
            }
        }
        let functions =
            before.surface.uses.iter().map(|used| (&*used.position.file, &*used.function)).collect();
        Self { before, after, functions, named, reached }
    }

    /// Whether the function around the use is the same in the base.
    fn is_unchanged(&self, used: &Use) -> bool {
        self.functions.contains(&(&*used.position.file, &*used.function))
    }

    /// The changes that break this use.
    fn breaks(&self, used: &Use) -> Vec<ApiChange> {
        let file = &*used.position.file;
        match &used.kind {
            UseKind::Type(name) => self.removed_type(name).into_iter().collect(),
            UseKind::Operation(name) => self.removed_operation(name).into_iter().collect(),
            UseKind::Call(name) => {
                self.call(name, used).or_else(|| self.tuple(name, used)).into_iter().collect()
            }
            UseKind::Literal(name, fields) if names(&self.named, file, name) => {
                self.literal(name, fields, used).into_iter().collect()
            }
            UseKind::Variant(owner, name) if names(&self.named, file, owner) => {
                self.removed_variant(owner, name).into_iter().collect()
            }
            UseKind::Match(variants) => self.matched(file, variants),
            UseKind::Literal(..) | UseKind::Variant(..) => Vec::new(),
            UseKind::Field(field) if self.is_unchanged(used) => self.fields(file, field),
            UseKind::Field(_) => Vec::new(),
        }
    }

    fn removed_type(&self, name: &str) -> Option<ApiChange> {
        let removed = self.before.types.contains_key(name) && !self.after.types.contains_key(name);
        removed.then(|| must_change(Subject::Type(name.to_owned()), format!("models::{name}"), None))
    }

    fn removed_variant(&self, owner: &str, name: &str) -> Option<ApiChange> {
        let has = |api: &Api<'_>| variants(api, owner).is_some_and(|variants| variants.contains(name));
        let removed = has(self.before) && self.after.types.contains_key(owner) && !has(self.after);
        removed.then(|| must_change(Subject::Type(owner.to_owned()), format!("{owner}::{name}"), None))
    }

    /// Inside the crate `non_exhaustive` has no effect: a match that lists all variants does not compile with a new
    /// one.
    fn matched(&self, file: &str, listed: &BTreeSet<(String, String)>) -> Vec<ApiChange> {
        let owners: BTreeSet<&str> = listed.iter().map(|(owner, _)| owner.as_str()).collect();
        let mut changes = Vec::new();
        for owner in owners.into_iter().filter(|owner| names(&self.named, file, owner)) {
            let (Some(old), Some(new)) = (variants(self.before, owner), variants(self.after, owner)) else {
                continue;
            };
            let is_listed = |name: &&str| listed.contains(&(owner.to_owned(), (*name).to_owned()));
            let missing: Vec<&str> = new.iter().copied().filter(|name| !is_listed(name)).collect();
            if old.iter().all(is_listed) && !missing.is_empty() {
                let after = format!("match {owner} {{ {} }}", missing.join(", "));
                changes.push(must_change(
                    Subject::Type(owner.to_owned()),
                    format!("match {owner} {{ … }}"),
                    Some(after),
                ));
            }
        }
        changes
    }

    fn removed_operation(&self, name: &str) -> Option<ApiChange> {
        let removed = self.before.operations.contains_key(name) && !self.after.operations.contains_key(name);
        removed.then(|| must_change(Subject::Operation(name.to_owned()), format!("operations::{name}"), None))
    }

    fn call(&self, name: &str, used: &Use) -> Option<ApiChange> {
        let old = self.before.request_functions.get(name)?;
        let subject = || Subject::Call(name.to_owned());
        match self.after.request_functions.get(name) {
            None => Some(must_change(subject(), format!("{name}{old}"), None)),
            Some(new) if !self.accepts_call(old, new) && self.is_unchanged(used) => {
                let [before, after] = shortened(old, new).map(|text| format!("{name}{text}"));
                Some(must_change(subject(), before, Some(after)))
            }
            Some(_) => None,
        }
    }

    /// Whether a call of the old function compiles as a call of the new one. Arguments are positional.
    fn accepts_call(&self, old: &RequestFunction, new: &RequestFunction) -> bool {
        let same = |old: &Text, new: &Text| old == new || self.is_hidden_rename(old, new);
        old.parameters.len() == new.parameters.len()
            && old.parameters.iter().zip(&new.parameters).all(|((_, old), (_, new))| same(old, new))
            && match (&old.response, &new.response) {
                (Some(old), Some(new)) => same(old, new),
                (old, new) => old == new,
            }
    }

    /// Whether the two are one generated type under two names that the wrapper never spells. The wrapper then only
    /// passes the value on, which compiles under either name.
    fn is_hidden_rename(&self, old: &Text, new: &Text) -> bool {
        let generated = |api: &'a Api<'a>, text: &Text| -> Option<&'a Type> {
            let name = text.exact().trim_start_matches('&').strip_prefix("models::")?;
            let spelled = self.named.values().any(|names| names.contains(name));
            if spelled { None } else { api.types.get(name) }
        };
        match (generated(self.before, old), generated(self.after, new)) {
            (Some(old), Some(new)) => old.body == new.body,
            _ => false,
        }
    }

    /// A struct literal breaks if the set of fields or the type of a field changes.
    fn literal(&self, name: &str, fields: &BTreeSet<String>, used: &Use) -> Option<ApiChange> {
        let (Body::Record(old_fields), Body::Record(new_fields)) =
            (&self.before.types.get(name)?.body, &self.after.types.get(name)?.body)
        else {
            return None;
        };
        let required: BTreeSet<String> = new_fields.iter().map(|field| field.name.clone()).collect();
        let text = |fields: &BTreeSet<String>| {
            format!("{name} {{ {} }}", fields.iter().cloned().collect::<Vec<_>>().join(", "))
        };
        if required != *fields {
            return Some(must_change(Subject::Type(name.to_owned()), text(fields), Some(text(&required))));
        }
        let type_changed =
            |new: &&Field| old_fields.iter().any(|old| old.name == new.name && old.ty != new.ty);
        let new = new_fields.iter().find(type_changed).filter(|_| self.is_unchanged(used))?;
        let old = old_fields.iter().find(|old| old.name == new.name)?;
        let text = |field: &Field| format!("{name} {{ {}: {}, … }}", field.name, field.ty);
        let subject = Subject::Field {
            owner: name.to_owned(),
            before: Some(old.wire.clone()),
            after: Some(new.wire.clone()),
        };
        Some(must_change(subject, text(old), Some(text(new))))
    }

    /// A call that builds a tuple struct breaks if a field changes.
    fn tuple(&self, name: &str, used: &Use) -> Option<ApiChange> {
        let (Body::Tuple(old), Body::Tuple(new)) =
            (&self.before.types.get(name)?.body, &self.after.types.get(name)?.body)
        else {
            return None;
        };
        if old == new || !self.is_unchanged(used) || !names(&self.named, &used.position.file, name) {
            return None;
        }
        let text = |fields: &[Text]| {
            format!("{name}({})", fields.iter().map(Text::to_string).collect::<Vec<_>>().join(", "))
        };
        Some(must_change(Subject::Type(name.to_owned()), text(old), Some(text(new))))
    }

    /// The types that this file reaches whose field with this name is removed or has another type. If users see the
    /// type, the change of the field's type is reported anyway, and the wrapper likely compiles unless an `Option` or a
    /// list was added or removed.
    fn fields(&self, file: &str, name: &str) -> Vec<ApiChange> {
        let field = |ty: &'a Type| -> Option<&'a Field> {
            let Body::Record(fields) = &ty.body else { return None };
            fields.iter().find(|field| field.name == name)
        };
        let mut changes = Vec::new();
        for owner in self.reached.get(file).into_iter().flatten() {
            let Some(old) = self.before.types.get(*owner).and_then(field) else { continue };
            let Some(ty) = self.after.types.get(*owner) else { continue };
            let new = field(ty);
            let hidden = !self.before.visible.contains_key(*owner);
            let breaks = |new: &Field| new.ty != old.ty && (hidden || new.ty.outer() != old.ty.outer());
            if new.is_none_or(breaks) {
                let wire = |field: &Field| field.wire.clone();
                let subject = Subject::Field {
                    owner: (*owner).to_owned(),
                    before: Some(wire(old)),
                    after: new.map(wire),
                };
                let text = |field: &Field| format!("{owner}::{name}: {}", field.ty);
                changes.push(must_change(subject, text(old), new.map(text)));
            }
        }
        changes
    }
}

/// Both signatures without the parameters that they have in common at the start and at the end.
fn shortened(old: &RequestFunction, new: &RequestFunction) -> [String; 2] {
    let (before, after) = (&old.parameters, &new.parameters);
    let first = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let rest = before.iter().rev().zip(after.iter().rev()).take_while(|(old, new)| old == new).count();
    let last = rest.min(before.len().min(after.len()) - first);
    [old, new].map(|function| {
        let middle = &function.parameters[first..function.parameters.len() - last];
        let ellipsis = |omitted: usize| (omitted > 0).then(|| "…".to_owned());
        let middle = middle.iter().map(|(name, ty)| format!("{name}: {ty}"));
        let mut parameters: Vec<String> =
            ellipsis(first).into_iter().chain(middle).chain(ellipsis(last)).collect();
        parameters.dedup();
        match &function.response {
            Some(response) if old.response != new.response => {
                format!("({}) -> {response}", parameters.join(", "))
            }
            _ => format!("({})", parameters.join(", ")),
        }
    })
}

fn variants<'a>(api: &'a Api<'_>, name: &str) -> Option<BTreeSet<&'a str>> {
    let Body::Enum(variants) = &api.types.get(name)?.body else { return None };
    Some(variants.iter().map(|variant| variant.name.as_str()).collect())
}

fn names(named: &BTreeMap<&str, BTreeSet<&str>>, file: &str, name: &str) -> bool {
    named.get(file).is_some_and(|names| names.contains(name))
}

fn texts(function: &RequestFunction) -> impl Iterator<Item = &Text> {
    function.parameters.iter().map(|(_, ty)| ty).chain(&function.response)
}

fn must_change(subject: Subject, before: String, after: Option<String>) -> ApiChange {
    ApiChange::new(RustRule::WrapperMustChange, subject, "the wrapper must change", Some(before), after)
}
