//! Attributes each change of the API to the edits that caused it.
//!
//! Generating the code once for each edit would show the cause. But that costs as many generations as there are edits,
//! and the result of a single edit may be invalid, such as a reference without the schema that another edit adds.
//! Instead, a change is traced back to the parts of the document from which its item is generated. An edit that
//! explains a difference in one of these parts has caused the change. The tests compare this with the effect of each
//! edit alone.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::Api;
use super::compare::Subject;
use atlas_codegen::lower::walk::{self, OperationNode};
use openapi_diff::{Locations, Side};
use openapi_fragment::{openapi, pointer};

mod differences;

pub(super) use differences::{Difference, differences};

/// The keys of a schema that determine the Rust type of a reference to it: by their values in `KIND_VALUES`, by their
/// presence in `KIND_PARTS`.
const KIND_VALUES: [&str; 3] = ["type", "format", "nullable"];
const KIND_PARTS: [&str; 6] = ["enum", "oneOf", "anyOf", "allOf", "properties", "additionalProperties"];

/// Both sides, and the references that only one of them has.
pub(super) struct Causes<'a> {
    before: &'a Api<'a>,
    after: &'a Api<'a>,
    references: Vec<Reference>,
}

/// A reference that only one side has.
struct Reference {
    difference: Difference,
    /// The components that it leads to, transitively.
    reached: BTreeSet<String>,
}

impl<'a> Causes<'a> {
    pub(super) fn new(before: &'a Api<'a>, after: &'a Api<'a>) -> Self {
        let (old, new) = (&before.document.value, &after.document.value);
        let [old_references, new_references] =
            [old, new].map(|document| BTreeSet::from_iter(openapi::references(document)));
        let only =
            |side: Side, document: &Value, from: &BTreeSet<openapi::Reference<'_>>, not: &BTreeSet<_>| {
                let only = from.difference(not).map(|reference| Reference {
                    difference: Difference { side, pointer: reference.pointer.clone() },
                    reached: openapi::closure(document, vec![reference.target.to_owned()]),
                });
                only.collect::<Vec<_>>()
            };
        let mut references = only(Side::Base, old, &old_references, &new_references);
        references.extend(only(Side::Revision, new, &new_references, &old_references));
        Self { before, after, references }
    }

    /// The indexes of the edits that caused a change of this subject. Each edit is given by the pointers that it
    /// explains.
    pub(super) fn edits(&self, subject: &Subject, edits: &[&[Locations]]) -> Vec<usize> {
        let edits_within = |parts: &[Difference]| -> Vec<usize> {
            let causes = edits.iter().enumerate().filter(|(_, pointers)| {
                pointers.iter().any(|locations| parts.iter().any(|part| is_in_part(locations, part)))
            });
            causes.map(|(index, _)| index).collect()
        };
        let differences = self.differences(subject);
        let exact = nearest(&differences, edits);
        let finer = || edits_within(&differences);
        let enclosing = || edits_within(&self.enclosing(subject));
        or_else(or_else(exact, finer), enclosing)
    }

    /// The differences in the parts of the document from which the subject is generated.
    fn differences(&self, subject: &Subject) -> Vec<Difference> {
        match subject {
            Subject::Type(name) => or_else(self.schema(name), || self.references_to(name, false)),
            Subject::Exhaustiveness(name) => self.references_to(name, true),
            Subject::Field { owner, before, after } => {
                or_else(self.field(owner, before.as_deref(), after.as_deref()), || self.schema(owner))
            }
            Subject::Operation(name) => {
                let operation = |api: &'a Api<'a>| api.operation_of_static(name);
                self.presence(operation(self.before), operation(self.after))
            }
            Subject::Call(name) => {
                let operation = |api: &'a Api<'a>| api.operation_of_function(name);
                let (old, new) = (operation(self.before), operation(self.after));
                match (&old, &new) {
                    (Some(before), Some(after)) => self.call(name, before, after),
                    _ => self.presence(old, new),
                }
            }
            Subject::Metadata(name, keys) => self.metadata(name, keys),
            Subject::Wrapper => Vec::new(),
        }
    }

    /// The whole component or operation of the subject, for an edit that explains other parts of it than those that
    /// differ.
    fn enclosing(&self, subject: &Subject) -> Vec<Difference> {
        let both = |find: &dyn Fn(&'a Api<'a>) -> Option<String>| -> Vec<Difference> {
            let base = find(self.before).map(|pointer| Difference { side: Side::Base, pointer });
            let revision = find(self.after).map(|pointer| Difference { side: Side::Revision, pointer });
            base.into_iter().chain(revision).collect()
        };
        match subject {
            Subject::Type(name) | Subject::Exhaustiveness(name) | Subject::Field { owner: name, .. } => {
                both(&|api| api.component(name).map(schema_pointer))
            }
            Subject::Operation(name) | Subject::Metadata(name, _) => {
                both(&|api| api.operation_of_static(name).map(|node| node.pointer()))
            }
            Subject::Call(name) => both(&|api| api.operation_of_function(name).map(|node| node.pointer())),
            Subject::Wrapper => Vec::new(),
        }
    }

    fn schema(&self, name: &str) -> Vec<Difference> {
        let [old, new] = self.components(name);
        match (old, new) {
            (Some(old), Some(new)) => {
                let mut found = differences(old.1, new.1);
                found
                    .iter_mut()
                    .for_each(|difference| difference.prefix(&schema_pointer(old.0), &schema_pointer(new.0)));
                found
            }
            (Some((name, _)), None) => vec![Difference { side: Side::Base, pointer: schema_pointer(name) }],
            (None, Some((name, _))) => {
                vec![Difference { side: Side::Revision, pointer: schema_pointer(name) }]
            }
            (None, None) => Vec::new(),
        }
    }

    /// The component of a type on each side, with its name.
    fn components(&self, name: &str) -> [Option<(&'a str, &'a Value)>; 2] {
        [self.before, self.after].map(|api| {
            let component = api.component(name)?;
            let (_, schema) = walk::schemas(&api.document.value).find(|(other, _)| *other == component)?;
            Some((component, schema))
        })
    }

    /// The references that only one side has and that lead to the type. With `in_requests`, those in responses are left
    /// out.
    fn references_to(&self, name: &str, in_requests: bool) -> Vec<Difference> {
        let components = self.components(name).into_iter().flatten();
        let targets: Vec<String> =
            components.map(|(component, _)| openapi::reference_to("schemas", component)).collect();
        let leads_to_type =
            |reference: &&Reference| targets.iter().any(|name| reference.reached.contains(name));
        let fits =
            |reference: &&Reference| !(in_requests && reference.difference.pointer.contains("/responses/"));
        self.references
            .iter()
            .filter(leads_to_type)
            .filter(fits)
            .map(|reference| reference.difference.clone())
            .collect()
    }

    fn field(&self, owner: &str, before: Option<&str>, after: Option<&str>) -> Vec<Difference> {
        let [Some((old_name, old)), Some((new_name, new))] = self.components(owner) else {
            return Vec::new();
        };
        let (base, revision) = (schema_pointer(old_name), schema_pointer(new_name));
        let property = |schema: &'a Value, wire: Option<&str>| schema.get("properties")?.get(wire?);
        let (old_property, new_property) = (property(old, before), property(new, after));
        let at = |pointer: &str, wire: Option<&str>| {
            pointer::join(&format!("{pointer}/properties"), wire.unwrap_or_default())
        };
        let mut found = self.part(old_property, new_property, &at(&base, before), &at(&revision, after));
        let required = |schema: &Value, wire: Option<&str>| {
            walk::elements(schema, "required").position(|name| name.as_str() == wire)
        };
        match (required(old, before), required(new, after)) {
            (Some(index), None) => {
                found.push(Difference { side: Side::Base, pointer: format!("{base}/required/{index}") })
            }
            (None, Some(index)) => found
                .push(Difference { side: Side::Revision, pointer: format!("{revision}/required/{index}") }),
            _ => {}
        }
        found
    }

    /// The differences in a part of the document, and those in the targets of its references that affect its Rust type.
    fn part(&self, old: Option<&Value>, new: Option<&Value>, base: &str, revision: &str) -> Vec<Difference> {
        let mut found = differences::of_optional(old, new);
        found.iter_mut().for_each(|difference| difference.prefix(base, revision));
        let mut targets = Vec::new();
        targets.extend(old.into_iter().chain(new).flat_map(openapi::references).map(|found| found.target));
        targets.sort_unstable();
        targets.dedup();
        for target in &targets {
            found.extend(self.target(target));
        }
        found
    }

    fn target(&self, reference: &str) -> Vec<Difference> {
        let Some(pointer) = reference.strip_prefix('#') else { return Vec::new() };
        let [old, new] = [self.before, self.after].map(|api| api.document.value.pointer(pointer));
        if !pointer.starts_with("/components/schemas/") {
            return self.part(old, new, pointer, pointer);
        }
        let (Some(old), Some(new)) = (old, new) else {
            let mut found = differences::of_optional(old, new);
            found.iter_mut().for_each(|difference| difference.prefix(pointer, pointer));
            return found;
        };
        let values = KIND_VALUES.iter().filter(|key| old.get(**key) != new.get(**key));
        let parts = KIND_PARTS.iter().filter(|key| old.get(**key).is_some() != new.get(**key).is_some());
        values
            .chain(parts)
            .flat_map(|key| Side::BOTH.map(|side| Difference { side, pointer: format!("{pointer}/{key}") }))
            .collect()
    }

    /// The differences for an operation whose id exists on one side only.
    fn presence(&self, old: Option<OperationNode<'a>>, new: Option<OperationNode<'a>>) -> Vec<Difference> {
        let (side, node, other) = match (old, new) {
            (Some(old), None) => (Side::Base, old, self.after),
            (None, Some(new)) => (Side::Revision, new, self.before),
            _ => return Vec::new(),
        };
        let pointer = node.pointer();
        if other.document.value.pointer(&pointer).is_none() {
            return vec![Difference { side, pointer }];
        }
        let pointer = format!("{pointer}/operationId");
        Side::BOTH.map(|side| Difference { side, pointer: pointer.clone() }).into()
    }

    fn call(&self, name: &str, old: &OperationNode<'_>, new: &OperationNode<'_>) -> Vec<Difference> {
        let functions = [self.before, self.after].map(|api| api.request_functions.get(name));
        let [Some(old_function), Some(new_function)] = functions else { return Vec::new() };
        let mut found = Vec::new();
        if old_function.parameters != new_function.parameters {
            found =
                differences::parameters(&self.before.document.value, old, &self.after.document.value, new);
            found.extend(self.children(old, new, &["requestBody"]));
        }
        if old_function.response != new_function.response {
            let success = |node: &OperationNode<'_>| -> BTreeSet<String> {
                let statuses = walk::entries(node.operation, "responses").map(|(status, _)| status.clone());
                statuses.filter(|status| status.starts_with('2')).collect()
            };
            for status in success(old).union(&success(new)) {
                found.extend(self.children(old, new, &["responses", status]));
            }
        }
        found
    }

    /// The differences below these nested keys of an operation.
    fn children(&self, old: &OperationNode<'_>, new: &OperationNode<'_>, keys: &[&str]) -> Vec<Difference> {
        let path = keys.iter().fold(String::new(), |path, key| pointer::join(&path, key));
        let [old_part, new_part] = [old, new].map(|node| node.operation.pointer(&path));
        let [base, revision] = [old, new].map(|node| format!("{}{path}", node.pointer()));
        self.part(old_part, new_part, &base, &revision)
    }

    fn metadata(&self, name: &str, keys: &[&str]) -> Vec<Difference> {
        let [old, new] = [self.before, self.after].map(|api| api.operation_of_static(name));
        let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
        if keys.is_empty() {
            let operations = [(Side::Base, old.pointer()), (Side::Revision, new.pointer())];
            return operations.map(|(side, pointer)| Difference { side, pointer }).into();
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

/// The edits that explain the differences. Of several edits that explain one difference, those with the longest pointer
/// count: a moved path explains everything in it, but a parameter that was added there is explained by its own edit.
fn nearest(differences: &[Difference], edits: &[&[Locations]]) -> Vec<usize> {
    let mut found = BTreeSet::new();
    for difference in differences {
        let length = |pointers: &[Locations]| {
            let locations = pointers.iter().filter_map(|locations| locations.get(difference.side).as_ref());
            let enclosing = locations.filter(|location| is_within(&difference.pointer, &location.pointer));
            enclosing.map(|location| location.pointer.len()).max()
        };
        let lengths: Vec<Option<usize>> = edits.iter().map(|pointers| length(pointers)).collect();
        let Some(longest) = lengths.iter().flatten().max().copied() else { continue };
        found.extend((0..edits.len()).filter(|index| lengths[*index] == Some(longest)));
    }
    found.into_iter().collect()
}

/// Whether one of the locations is in the part, on the side of the part.
fn is_in_part(locations: &Locations, part: &Difference) -> bool {
    locations.get(part.side).as_ref().is_some_and(|location| is_within(&location.pointer, &part.pointer))
}

/// Whether the inner pointer is the outer one, or leads to something in it.
fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
