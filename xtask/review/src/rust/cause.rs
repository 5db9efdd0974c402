//! Which edit a change of the API comes from.
//!
//! Generating once for each edit would show it, but an edit alone may make no document (a reference without the
//! schema that another edit adds), and it costs as many generations as there are edits. So a change is followed
//! back to the places of the document that its item is made of, as far as these differ, and an edit that explains
//! one of these places has caused it. The tests compare this with what each edit does alone.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::Api;
use super::compare::Subject;
use atlas_codegen::lower::walk::{self, OperationNode};
use openapi_diff::{Locations, Side};
use openapi_fragment::{openapi, pointer};

mod leaves;

pub(super) use leaves::{Leaf, leaves};

/// What of a schema decides what a reference to it becomes: values that count, and parts that count by being there.
const KIND_VALUES: [&str; 3] = ["type", "format", "nullable"];
const KIND_PARTS: [&str; 6] = ["enum", "oneOf", "anyOf", "allOf", "properties", "additionalProperties"];

/// Both documents, and the references that are not the same in them.
pub(super) struct Causes<'a> {
    before: &'a Api<'a>,
    after: &'a Api<'a>,
    references: Vec<Reference>,
}

/// A reference that only one side has.
struct Reference {
    leaf: Leaf,
    /// Everything that it leads to.
    reached: BTreeSet<String>,
}

impl<'a> Causes<'a> {
    pub(super) fn new(before: &'a Api<'a>, after: &'a Api<'a>) -> Self {
        let (old, new) = (&before.document.value, &after.document.value);
        let [was, is] = [old, new].map(|document| BTreeSet::from_iter(openapi::references(document)));
        let only =
            |side: Side, document: &Value, from: &BTreeSet<openapi::Reference<'_>>, not: &BTreeSet<_>| {
                let only = from.difference(not).map(|reference| Reference {
                    leaf: Leaf { side, pointer: reference.pointer.clone() },
                    reached: openapi::closure(document, vec![reference.target.to_owned()]),
                });
                only.collect::<Vec<_>>()
            };
        let mut references = only(Side::Base, old, &was, &is);
        references.extend(only(Side::Revision, new, &is, &was));
        Self { before, after, references }
    }

    /// The edits that caused this, by index; of each edit the pointers that it explains.
    pub(super) fn edits(&self, subject: &Subject, edits: &[&[Locations]]) -> Vec<usize> {
        let causing = |places: &[Leaf], explains: fn(&str, &str) -> bool| -> Vec<usize> {
            let caused = edits.iter().enumerate().filter(|(_, pointers)| {
                pointers.iter().any(|locations| places.iter().any(|place| meets(locations, place, explains)))
            });
            caused.map(|(index, _)| index).collect()
        };
        let places = self.places(subject);
        let exact = nearest(&places, edits);
        let finer = || causing(&places, |place, location| is_within(location, place));
        let around = || causing(&self.around(subject), |place, location| is_within(location, place));
        or_else(or_else(exact, finer), around)
    }

    /// The places that differ and that the subject is made of.
    fn places(&self, subject: &Subject) -> Vec<Leaf> {
        match subject {
            Subject::Type(name) => or_else(self.schema(name), || self.ways_to(name, false)),
            Subject::Sender(name) => self.ways_to(name, true),
            Subject::Field { owner, before, after } => {
                or_else(self.field(owner, before.as_deref(), after.as_deref()), || self.schema(owner))
            }
            Subject::Operation(name) => {
                let is = |api: &'a Api<'a>| api.operation_of_static(name);
                self.presence(is(self.before), is(self.after))
            }
            Subject::Call(name) => {
                let is = |api: &'a Api<'a>| api.operation_of_method(name);
                let (old, new) = (is(self.before), is(self.after));
                match (&old, &new) {
                    (Some(before), Some(after)) => self.call(name, before, after),
                    _ => self.presence(old, new),
                }
            }
            Subject::Says(name, keys) => self.says(name, keys),
            Subject::Wrapper => Vec::new(),
        }
    }

    /// The whole of what the subject is written in, for an edit that explains more or less than what differs.
    fn around(&self, subject: &Subject) -> Vec<Leaf> {
        let both = |find: &dyn Fn(&'a Api<'a>) -> Option<String>| -> Vec<Leaf> {
            let base = find(self.before).map(|pointer| Leaf { side: Side::Base, pointer });
            let revision = find(self.after).map(|pointer| Leaf { side: Side::Revision, pointer });
            base.into_iter().chain(revision).collect()
        };
        match subject {
            Subject::Type(name) | Subject::Sender(name) | Subject::Field { owner: name, .. } => {
                both(&|api| api.component(name).map(schema_pointer))
            }
            Subject::Operation(name) | Subject::Says(name, _) => {
                both(&|api| api.operation_of_static(name).map(|place| place.pointer()))
            }
            Subject::Call(name) => both(&|api| api.operation_of_method(name).map(|place| place.pointer())),
            Subject::Wrapper => Vec::new(),
        }
    }

    fn schema(&self, name: &str) -> Vec<Leaf> {
        let [old, new] = self.components(name);
        match (old, new) {
            (Some(old), Some(new)) => {
                let mut places = leaves(old.1, new.1);
                places
                    .iter_mut()
                    .for_each(|leaf| leaf.prefix(&schema_pointer(old.0), &schema_pointer(new.0)));
                places
            }
            (Some((name, _)), None) => vec![Leaf { side: Side::Base, pointer: schema_pointer(name) }],
            (None, Some((name, _))) => vec![Leaf { side: Side::Revision, pointer: schema_pointer(name) }],
            (None, None) => Vec::new(),
        }
    }

    /// The component of a type on both sides, with its name.
    fn components(&self, name: &str) -> [Option<(&'a str, &'a Value)>; 2] {
        [self.before, self.after].map(|api| {
            let component = api.component(name)?;
            let (_, schema) = walk::schemas(&api.document.value).find(|(other, _)| *other == component)?;
            Some((component, schema))
        })
    }

    /// The references by which the type is reached, or no longer is; in a request only, if so asked.
    fn ways_to(&self, name: &str, requested: bool) -> Vec<Leaf> {
        let components = self.components(name).into_iter().flatten();
        let wanted: Vec<String> =
            components.map(|(component, _)| openapi::reference_to("schemas", component)).collect();
        let leads = |reference: &&Reference| wanted.iter().any(|name| reference.reached.contains(name));
        let fits = |reference: &&Reference| !(requested && reference.leaf.pointer.contains("/responses/"));
        self.references.iter().filter(leads).filter(fits).map(|reference| reference.leaf.clone()).collect()
    }

    fn field(&self, owner: &str, before: Option<&str>, after: Option<&str>) -> Vec<Leaf> {
        let [Some((old_name, old)), Some((new_name, new))] = self.components(owner) else {
            return Vec::new();
        };
        let (base, revision) = (schema_pointer(old_name), schema_pointer(new_name));
        let property = |schema: &'a Value, wire: Option<&str>| schema.get("properties")?.get(wire?);
        let (was, is) = (property(old, before), property(new, after));
        let at = |pointer: &str, wire: Option<&str>| {
            pointer::join(&format!("{pointer}/properties"), wire.unwrap_or_default())
        };
        let mut places = self.part(was, is, &at(&base, before), &at(&revision, after));
        let required = |schema: &Value, wire: Option<&str>| {
            walk::elements(schema, "required").position(|name| name.as_str() == wire)
        };
        match (required(old, before), required(new, after)) {
            (Some(index), None) => {
                places.push(Leaf { side: Side::Base, pointer: format!("{base}/required/{index}") })
            }
            (None, Some(index)) => {
                places.push(Leaf { side: Side::Revision, pointer: format!("{revision}/required/{index}") })
            }
            _ => {}
        }
        places
    }

    /// How a part of the document differs, and what it refers to as far as that decides what it becomes.
    fn part(&self, was: Option<&Value>, is: Option<&Value>, base: &str, revision: &str) -> Vec<Leaf> {
        let mut places = leaves::of_optional(was, is);
        places.iter_mut().for_each(|leaf| leaf.prefix(base, revision));
        let mut targets = Vec::new();
        targets.extend(was.into_iter().chain(is).flat_map(openapi::references).map(|found| found.target));
        targets.sort_unstable();
        targets.dedup();
        for target in &targets {
            places.extend(self.target(target));
        }
        places
    }

    fn target(&self, reference: &str) -> Vec<Leaf> {
        let Some(pointer) = reference.strip_prefix('#') else { return Vec::new() };
        let [old, new] = [self.before, self.after].map(|api| api.document.value.pointer(pointer));
        if !pointer.starts_with("/components/schemas/") {
            return self.part(old, new, pointer, pointer);
        }
        let (Some(old), Some(new)) = (old, new) else {
            let mut places = leaves::of_optional(old, new);
            places.iter_mut().for_each(|leaf| leaf.prefix(pointer, pointer));
            return places;
        };
        let value = KIND_VALUES.iter().filter(|key| old.get(**key) != new.get(**key));
        let there = KIND_PARTS.iter().filter(|key| old.get(**key).is_some() != new.get(**key).is_some());
        value
            .chain(there)
            .flat_map(|key| Side::BOTH.map(|side| Leaf { side, pointer: format!("{pointer}/{key}") }))
            .collect()
    }

    /// An operation that is there under this id on one side only.
    fn presence(&self, old: Option<OperationNode<'a>>, new: Option<OperationNode<'a>>) -> Vec<Leaf> {
        let (side, place, other) = match (old, new) {
            (Some(old), None) => (Side::Base, old, self.after),
            (None, Some(new)) => (Side::Revision, new, self.before),
            _ => return Vec::new(),
        };
        let pointer = place.pointer();
        if other.document.value.pointer(&pointer).is_none() {
            return vec![Leaf { side, pointer }];
        }
        let pointer = format!("{pointer}/operationId");
        Side::BOTH.map(|side| Leaf { side, pointer: pointer.clone() }).into()
    }

    fn call(&self, name: &str, old: &OperationNode<'_>, new: &OperationNode<'_>) -> Vec<Leaf> {
        let [Some(was), Some(is)] = [self.before, self.after].map(|api| api.methods.get(name)) else {
            return Vec::new();
        };
        let mut places = Vec::new();
        if was.parameters != is.parameters {
            places = leaves::parameters(&self.before.document.value, old, &self.after.document.value, new);
            places.extend(self.children(old, new, &["requestBody"]));
        }
        if was.reply != is.reply {
            let success = |place: &OperationNode<'_>| -> BTreeSet<String> {
                let replies = walk::entries(place.operation, "responses").map(|(code, _)| code.clone());
                replies.filter(|code| code.starts_with('2')).collect()
            };
            for code in success(old).union(&success(new)) {
                places.extend(self.children(old, new, &["responses", code]));
            }
        }
        places
    }

    /// What stands at this path of keys in an operation.
    fn children(&self, old: &OperationNode<'_>, new: &OperationNode<'_>, keys: &[&str]) -> Vec<Leaf> {
        let path = keys.iter().fold(String::new(), |path, key| pointer::join(&path, key));
        let [was, is] = [old, new].map(|place| place.operation.pointer(&path));
        let [base, revision] = [old, new].map(|place| format!("{}{path}", place.pointer()));
        self.part(was, is, &base, &revision)
    }

    fn says(&self, name: &str, keys: &[&str]) -> Vec<Leaf> {
        let [old, new] = [self.before, self.after].map(|api| api.operation_of_static(name));
        let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
        if keys.is_empty() {
            let places = [(Side::Base, old.pointer()), (Side::Revision, new.pointer())];
            return places.map(|(side, pointer)| Leaf { side, pointer }).into();
        }
        keys.iter().flat_map(|key| self.children(&old, &new, &[key])).collect()
    }
}

fn or_else<T>(found: Vec<T>, other: impl FnOnce() -> Vec<T>) -> Vec<T> {
    if found.is_empty() { other() } else { found }
}

fn schema_pointer(component: &str) -> String {
    pointer::join("/components/schemas", component)
}

/// The edits that explain the places, of each place those that come nearest to it: a path that moved explains all that
/// is in it, and a parameter that was added there explains itself.
fn nearest(places: &[Leaf], edits: &[&[Locations]]) -> Vec<usize> {
    let mut found = BTreeSet::new();
    for place in places {
        let length = |pointers: &[Locations]| {
            let locations = pointers.iter().filter_map(|locations| locations.get(place.side).as_ref());
            let around = locations.filter(|location| is_within(&place.pointer, &location.pointer));
            around.map(|location| location.pointer.len()).max()
        };
        let lengths: Vec<Option<usize>> = edits.iter().map(|pointers| length(pointers)).collect();
        let Some(longest) = lengths.iter().flatten().max().copied() else { continue };
        found.extend((0..edits.len()).filter(|index| lengths[*index] == Some(longest)));
    }
    found.into_iter().collect()
}

/// Whether what the locations explain meets the place on its side.
fn meets(locations: &Locations, place: &Leaf, meets: fn(&str, &str) -> bool) -> bool {
    locations.get(place.side).as_ref().is_some_and(|location| meets(&place.pointer, &location.pointer))
}

/// Whether the one pointer is the other, or leads to something in it.
fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
