//! Where the hand-written wrapper does not fit what is generated anew, and so does not compile.
//!
//! Names are looked up as they are written; types are not inferred. So a call is one of the generated
//! functions by its name, and a field one of a generated type by its name, where the file calls a method that leads
//! to that type. What a person has changed together with the fragment is taken as adapted.

use std::collections::{BTreeMap, BTreeSet};

use super::api::{Api, Seen};
use super::compare::{ApiChange, Subject};
use super::read::{Body, Field, Method, Type};
use super::rules::RustRule;
use super::surface::{SourcePosition, Use, What};
use super::text::Text;

/// What does not fit: one change for each generated item, at the first position that uses it.
pub(super) fn broken(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let sides = WrapperUses::new(before, after);
    let mut found: BTreeMap<String, (ApiChange, Vec<&SourcePosition>)> = BTreeMap::new();
    for used in &after.surface.uses {
        for change in sides.unfit(used) {
            let key = format!("{:?} {:?}", change.subject, change.signature.before);
            let (_, positions) = found.entry(key).or_insert_with(|| (change, Vec::new()));
            positions.push(&used.position);
        }
    }
    let used = found.into_values().map(|(change, positions)| change.with_note(note(&positions)));
    used.chain(unnamed(before, after)).collect()
}

/// The types that a user meets now and cannot name, where the crate refuses that.
fn unnamed(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let met = |api: &Api<'_>, name: &str| matches!(api.visible.get(name), Some(Seen::Within(_)));
    let new = after.visible.iter().filter(|(name, _)| after.surface.names_all && !met(before, name));
    new.filter_map(|(name, seen)| {
        let Seen::Within(position) = seen else { return None };
        let change = ApiChange::new(
            RustRule::WrapperMustChange,
            Subject::Type(name.clone()),
            "the wrapper must change",
            None,
            Some(format!("pub use models::{name}")),
        );
        Some(change.with_note(format!("met as {position}, and nameable nowhere")))
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

/// What the wrapper uses of the generated code, before and after.
struct WrapperUses<'a> {
    before: &'a Api<'a>,
    after: &'a Api<'a>,
    /// The functions that the wrapper had before, word for word, with their file.
    functions: BTreeSet<(&'a str, &'a str)>,
    /// For each file the generated types that it imports or spells out.
    named: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// For each file the generated types that the methods which it calls lead to.
    reached: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> WrapperUses<'a> {
    fn new(before: &'a Api<'a>, after: &'a Api<'a>) -> Self {
        let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for Use { what, position, .. } in &after.surface.uses {
            match what {
                What::Type(name) => {
                    named.entry(&position.file).or_default().insert(name);
                    reached.entry(&position.file).or_default().extend(before.closure_of(name));
                }
                What::Call(name) => {
                    let Some(method) = before.methods.get(name) else { continue };
                    reached.entry(&position.file).or_default().extend(before.closure(texts(method)));
                }
                _ => {}
            }
        }
        let functions =
            before.surface.uses.iter().map(|used| (&*used.position.file, &*used.function)).collect();
        Self { before, after, functions, named, reached }
    }

    /// Whether this use stands where nobody has changed anything.
    fn is_old(&self, used: &Use) -> bool {
        self.functions.contains(&(&*used.position.file, &*used.function))
    }

    fn unfit(&self, used: &Use) -> Vec<ApiChange> {
        let file = &*used.position.file;
        match &used.what {
            What::Type(name) => self.gone_type(name).into_iter().collect(),
            What::Operation(name) => self.gone_operation(name).into_iter().collect(),
            What::Call(name) => {
                self.call(name, used).or_else(|| self.tuple(name, used)).into_iter().collect()
            }
            What::Literal(name, fields) if names(&self.named, file, name) => {
                self.literal(name, fields, used).into_iter().collect()
            }
            What::Variant(owner, name) if names(&self.named, file, owner) => {
                self.gone_variant(owner, name).into_iter().collect()
            }
            What::Match(variants) => self.matched(file, variants),
            What::Literal(..) | What::Variant(..) => Vec::new(),
            What::Field(field) if self.is_old(used) => self.fields(file, field),
            What::Field(_) => Vec::new(),
        }
    }

    fn gone_type(&self, name: &str) -> Option<ApiChange> {
        let gone = self.before.types.contains_key(name) && !self.after.types.contains_key(name);
        gone.then(|| must_change(Subject::Type(name.to_owned()), format!("models::{name}"), None))
    }

    fn gone_variant(&self, owner: &str, name: &str) -> Option<ApiChange> {
        let has = |api: &Api<'_>| variants(api, owner).is_some_and(|variants| variants.contains(name));
        let gone = has(self.before) && self.after.types.contains_key(owner) && !has(self.after);
        gone.then(|| must_change(Subject::Type(owner.to_owned()), format!("{owner}::{name}"), None))
    }

    /// Within the crate `non_exhaustive` asks for nothing: a match that lists all variants lacks a new one.
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

    fn gone_operation(&self, name: &str) -> Option<ApiChange> {
        let gone = self.before.operations.contains_key(name) && !self.after.operations.contains_key(name);
        gone.then(|| must_change(Subject::Operation(name.to_owned()), format!("operations::{name}"), None))
    }

    fn call(&self, name: &str, used: &Use) -> Option<ApiChange> {
        let old = self.before.methods.get(name)?;
        let subject = || Subject::Call(name.to_owned());
        match self.after.methods.get(name) {
            None => Some(must_change(subject(), format!("{name}{old}"), None)),
            Some(new) if !self.fits(old, new) && self.is_old(used) => {
                let [before, after] = shortened(old, new).map(|text| format!("{name}{text}"));
                Some(must_change(subject(), before, Some(after)))
            }
            Some(_) => None,
        }
    }

    /// Whether a call of the one compiles as a call of the other. Arguments go by position.
    fn fits(&self, old: &Method, new: &Method) -> bool {
        let same = |old: &Text, new: &Text| old == new || self.is_hidden_rename(old, new);
        old.parameters.len() == new.parameters.len()
            && old.parameters.iter().zip(&new.parameters).all(|((_, old), (_, new))| same(old, new))
            && match (&old.reply, &new.reply) {
                (Some(old), Some(new)) => same(old, new),
                (old, new) => old == new,
            }
    }

    /// Whether the two are one generated type under two names that the wrapper never spells: it takes such a
    /// value as it comes.
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

    /// A literal lists all fields, and gives each a value of its type.
    fn literal(&self, name: &str, fields: &BTreeSet<String>, used: &Use) -> Option<ApiChange> {
        let (Body::Record(was), Body::Record(is)) =
            (&self.before.types.get(name)?.body, &self.after.types.get(name)?.body)
        else {
            return None;
        };
        let there: BTreeSet<String> = is.iter().map(|field| field.name.clone()).collect();
        let text = |fields: &BTreeSet<String>| {
            format!("{name} {{ {} }}", fields.iter().cloned().collect::<Vec<_>>().join(", "))
        };
        if there != *fields {
            return Some(must_change(Subject::Type(name.to_owned()), text(fields), Some(text(&there))));
        }
        let other = |new: &&Field| was.iter().any(|old| old.name == new.name && old.ty != new.ty);
        let new = is.iter().find(other).filter(|_| self.is_old(used))?;
        let old = was.iter().find(|old| old.name == new.name)?;
        let text = |field: &Field| format!("{name} {{ {}: {}, … }}", field.name, field.ty);
        let subject = Subject::Field {
            owner: name.to_owned(),
            before: Some(old.wire.clone()),
            after: Some(new.wire.clone()),
        };
        Some(must_change(subject, text(old), Some(text(new))))
    }

    /// A tuple struct is built by a call.
    fn tuple(&self, name: &str, used: &Use) -> Option<ApiChange> {
        let (Body::Tuple(was), Body::Tuple(is)) =
            (&self.before.types.get(name)?.body, &self.after.types.get(name)?.body)
        else {
            return None;
        };
        if was == is || !self.is_old(used) || !names(&self.named, &used.position.file, name) {
            return None;
        }
        let text = |fields: &[Text]| {
            format!("{name}({})", fields.iter().map(Text::to_string).collect::<Vec<_>>().join(", "))
        };
        Some(must_change(Subject::Type(name.to_owned()), text(was), Some(text(is))))
    }

    /// The types in this file's reach whose field of this name is gone, or has another type. Of a type that users
    /// see, the second is reported anyway; the wrapper may well do with it, unless an `Option` or a list came or went.
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
            let unfit = |new: &Field| new.ty != old.ty && (hidden || new.ty.outer() != old.ty.outer());
            if new.is_none_or(unfit) {
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

/// WrapperUses signatures without what they have in common at the ends.
fn shortened(old: &Method, new: &Method) -> [String; 2] {
    let (was, is) = (&old.parameters, &new.parameters);
    let first = was.iter().zip(is).take_while(|(old, new)| old == new).count();
    let rest = was.iter().rev().zip(is.iter().rev()).take_while(|(old, new)| old == new).count();
    let last = rest.min(was.len().min(is.len()) - first);
    [old, new].map(|method| {
        let middle = &method.parameters[first..method.parameters.len() - last];
        let ends = |there: usize| (there > 0).then(|| "…".to_owned());
        let middle = middle.iter().map(|(name, ty)| format!("{name}: {ty}"));
        let mut parameters: Vec<String> = ends(first).into_iter().chain(middle).chain(ends(last)).collect();
        parameters.dedup();
        match &method.reply {
            Some(reply) if old.reply != new.reply => format!("({}) -> {reply}", parameters.join(", ")),
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

fn texts(method: &Method) -> impl Iterator<Item = &Text> {
    method.parameters.iter().map(|(_, ty)| ty).chain(&method.reply)
}

fn must_change(subject: Subject, before: String, after: Option<String>) -> ApiChange {
    ApiChange::new(RustRule::WrapperMustChange, subject, "the wrapper must change", Some(before), after)
}
