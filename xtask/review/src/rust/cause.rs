//! Attributes each change of the API to the edits that caused it.
//!
//! Generating the code once for each edit would show the cause. But that costs as many generations as there are edits,
//! and the result of a single edit may be invalid, such as a reference without the schema that another edit adds.
//! Instead, a change is traced back to the parts of the documents from which its item is generated. An edit that
//! explains a pointer in one of these parts has caused the change. The tests compare this with the effect of each edit
//! alone.

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;
use openapi_diff::{Change, Edit, Locations, Side, Sides};
use openapi_fragment::openapi;
use serde_json::Value;

use super::api::Api;
use super::compare::Subject;
use parts::{Part, Scope};

mod parts;

/// The maximum number of edits to which a change is attributed if it cannot be traced to its own part of a document.
const MAX_VAGUE_CAUSES: usize = 3;

/// Both sides, and the pointers that the edits explain.
pub(super) struct Causes<'a> {
    apis: Sides<&'a Api<'a>>,
    /// Each pointer with the index of its edit.
    explained: Vec<(usize, &'a Locations)>,
}

impl<'a> Causes<'a> {
    pub(super) fn new(before: &'a Api<'a>, after: &'a Api<'a>, edits: &'a [Edit]) -> Self {
        let mut explained = Vec::new();
        let mut pending: Vec<(usize, &Edit)> = edits.iter().enumerate().collect();
        while let Some((index, edit)) = pending.pop() {
            pending.extend(edit.within.iter().map(|inner| (index, inner)));
            // No code is generated from prose, and none depends on the order of a list.
            if !matches!(edit.change, Change::ProseChanged | Change::OrderChanged) {
                explained.extend(edit.pointers.iter().map(|locations| (index, locations)));
            }
        }
        Self { apis: Sides::new(before, after), explained }
    }

    /// The indexes of the edits that caused a change of this subject, in order.
    pub(super) fn edits(&self, subject: &Subject) -> Vec<usize> {
        let stages = self.stages(subject);
        let (own, others) =
            stages.split_first().map_or((&[][..], &[][..]), |(own, others)| (&own[..], others));
        let exact = match subject {
            Subject::Exhaustiveness(_) => or_else(self.references_to(subject), || self.within(own)),
            _ => self.within(own),
        };
        let found = or_else(exact, || {
            let within = others.iter().map(|parts| self.within(parts));
            let vague = within.chain(stages.iter().map(|parts| self.enclosing(parts)));
            let vague = vague.chain(std::iter::once_with(|| self.references_to(subject)));
            // Without a limit, each of many edits of a schema would have the lines of all others.
            let found = vague.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
            found.into_iter().take(MAX_VAGUE_CAUSES).collect()
        });
        found.into_iter().collect()
    }

    /// The edits that explain something within these parts. Constraints do not affect the generated code, so an edit of
    /// one counts only if there is no other.
    fn within(&self, parts: &[Part]) -> BTreeSet<usize> {
        let mut found = [BTreeSet::new(), BTreeSet::new()];
        for (index, locations) in &self.explained {
            let pointers = parts.iter().filter_map(|part| {
                let pointer = &locations.get(part.side).as_ref()?.pointer;
                part.covers(pointer).then(|| parts::is_constraint(pointer))
            });
            if let Some(is_constraint) = pointers.min() {
                found[usize::from(is_constraint)].insert(*index);
            }
        }
        let [others, constraints] = found;
        or_else(others, || constraints)
    }

    /// The edits that explain a node around these parts. For each part, those with the longest pointer count: a moved
    /// path explains everything in it, but an operation that was added there is explained by its own edit.
    fn enclosing(&self, parts: &[Part]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for part in parts {
            let length = |locations: &Locations| {
                let location = locations.get(part.side).as_ref()?;
                parts::rest(&part.pointer, &location.pointer).map(|_| location.pointer.len())
            };
            let lengths = self.explained.iter().map(|(index, locations)| (length(locations), *index));
            let longest = lengths.clone().filter_map(|(length, _)| length).max();
            found.extend(
                lengths.filter(|(length, _)| longest.is_some() && *length == longest).map(|(_, index)| index),
            );
        }
        found
    }

    /// The edits that add or remove a reference that leads to the type of the subject.
    fn references_to(&self, subject: &Subject) -> BTreeSet<usize> {
        let (name, in_requests) = match subject {
            Subject::Type(name) | Subject::Behavior(name) => (name, false),
            Subject::Exhaustiveness(name) => (name, true),
            Subject::Field { owner, .. } | Subject::Variant { owner, .. } => (owner, false),
            _ => return BTreeSet::new(),
        };
        let leads_to_type = |target: &str| {
            Side::BOTH.iter().any(|side| {
                let api = self.apis.get(*side);
                let reached = openapi::closure(&api.document.value, vec![target.to_owned()]);
                api.component(name)
                    .is_some_and(|name| reached.contains(&openapi::reference_to("schemas", name)))
            })
        };
        let leads = |locations: &Locations| {
            let [old, new] = Side::BOTH.map(|side| self.targets(locations, side));
            let location = locations.newest().map(|location| location.pointer.as_str());
            let is_response = location.is_some_and(|pointer| pointer.contains("/responses/"));
            !(in_requests && is_response)
                && old.symmetric_difference(&new).any(|target| leads_to_type(target))
        };
        self.explained.iter().filter(|(_, locations)| leads(locations)).map(|(index, _)| *index).collect()
    }

    /// The targets of the references at an explained pointer.
    fn targets(&self, locations: &Locations, side: Side) -> BTreeSet<&'a str> {
        let value = || self.apis.get(side).document.value.pointer(&locations.get(side).as_ref()?.pointer);
        match value() {
            Some(Value::String(target)) if target.starts_with("#/") => BTreeSet::from([target.as_str()]),
            Some(value) => openapi::references(value).into_iter().map(|found| found.target).collect(),
            None => BTreeSet::new(),
        }
    }

    /// The parts of the documents from which the subject is generated: first those that determine it alone, then those
    /// that determine other items too.
    fn stages(&self, subject: &Subject) -> Vec<Vec<Part>> {
        let schema = |name: &str, scope: Scope| self.both(|api, side| api.schema(side, name, scope));
        match subject {
            Subject::Type(name) => {
                match self.both(|api, side| api.schema(side, name, Scope::Node)).as_slice() {
                    [one] => vec![vec![one.clone()]],
                    _ => vec![schema(name, Scope::Kind), schema(name, Scope::All)],
                }
            }
            Subject::Behavior(name) => {
                let mut own = schema(name, Scope::Kind);
                own.extend(schema(name, Scope::Key("required")));
                vec![own, schema(name, Scope::All)]
            }
            Subject::Exhaustiveness(name) => vec![schema(name, Scope::Kind), schema(name, Scope::All)],
            Subject::Field { owner, before, after } => {
                let names = Sides::new(before, after);
                let field = self.both(|api, side| match names.get(side) {
                    Some(name) => api.field(side, owner, name),
                    None => Vec::new(),
                });
                vec![field, schema(owner, Scope::All)]
            }
            Subject::Variant { owner, before, after } => {
                let values = Sides::new(before, after);
                let value = self.both(|api, side| match values.get(side) {
                    Some(value) => api.enum_value(side, owner, value),
                    None => Vec::new(),
                });
                vec![value, schema(owner, Scope::All)]
            }
            Subject::Operation(name) => {
                let found = self.both(|api, side| api.operation_part(side, api.operation_of_static(name)));
                vec![found]
            }
            Subject::Call(name) => self.call(name),
            Subject::Metadata(name, keys) => {
                let part = |scope: Scope| self.both(|api, side| api.metadata(side, name, keys, scope));
                match keys {
                    [] => vec![part(Scope::Node)],
                    _ => vec![part(Scope::MediaTypes), part(Scope::All)],
                }
            }
            Subject::Wrapper(ids) => {
                let called = ids.iter().map(|id| id.to_snake_case());
                let changed = called.filter(|name| {
                    let functions = self.apis.map(|api| api.request_functions.get(name));
                    functions.base != functions.revision
                });
                changed.flat_map(|name| self.call(&name)).collect()
            }
        }
    }

    fn both<Parts: IntoIterator<Item = Part>>(
        &self,
        parts: impl Fn(&'a Api<'a>, Side) -> Parts,
    ) -> Vec<Part> {
        Side::BOTH.into_iter().flat_map(|side| parts(self.apis.get(side), side)).collect()
    }

    /// The parts that determine the parameters and the result of a request function.
    fn call(&self, name: &str) -> Vec<Vec<Part>> {
        let functions = self.apis.map(|api| api.request_functions.get(name)).both();
        let operation = self.both(|api, side| api.operation_part(side, api.operation_of_function(name)));
        let Some(functions) = functions else { return vec![operation] };
        let changed = self.both(|api, side| {
            let (own, other) = (functions.get(side), functions.get(side.other()));
            let parameters = own.parameters.iter().filter(|parameter| !other.parameters.contains(parameter));
            let names: Vec<&str> = parameters.map(|(name, _)| name.as_str()).collect();
            api.call(side, name, &names, own.response != other.response)
        });
        vec![changed, operation.into_iter().map(Part::whole).collect()]
    }
}

fn or_else(found: BTreeSet<usize>, other: impl FnOnce() -> BTreeSet<usize>) -> BTreeSet<usize> {
    if found.is_empty() { other() } else { found }
}
