//! Matches the members and items of one document with those of the other.
//!
//! Members are matched by name, and items of lists by what identifies them. Of the others, two match as a rename if each
//! is the only candidate for the other, so the result is the same in both directions.

mod candidates;
mod equivalence;
mod matching;
mod moves;
mod renames;
mod shape;
mod usage;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Side, Sides, http};
pub(super) use equivalence::{equivalent, with_flags};
use matching::{any, pair, take};
pub(super) use moves::Address;
use openapi_fragment::openapi::{METHODS, Role, without_variables};
pub(super) use renames::Renames;
use shape::shape;

/// Two matched nodes, or one that has no match.
pub(super) type Slot<T> = Sides<Option<T>>;

/// A member of a mapping.
pub(super) type Member<'a> = (&'a str, &'a Value);
type Item<'a> = (usize, &'a Value);

/// Matches the members of two mappings, in the order of the revision. Members that only the base has come last.
pub(super) fn members<'a>(
    role: Role,
    old: &'a Map<String, Value>,
    new: &'a Map<String, Value>,
    renames: &Renames<'a>,
) -> Vec<Slot<Member<'a>>> {
    // The old name of a renamed component can be another name of another component in the revision.
    let keeps_name = |key: &str| match role {
        Role::Section(section) => renames.keeps_name(section, key),
        _ => true,
    };
    let mut slots: Vec<_> = new
        .iter()
        .map(|(key, value)| Slot {
            base: old
                .get_key_value(key)
                .filter(|_| keeps_name(key))
                .map(|(key, value)| (key.as_str(), value)),
            revision: Some((key.as_str(), value)),
        })
        .collect();
    let mut removed: Vec<Member<'a>> = old
        .iter()
        .filter(|(key, _)| !new.contains_key(*key) || !keeps_name(key))
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    if !removed.is_empty() {
        match role {
            Role::Paths => {
                let path = |(path, _): Member<'a>, _| Some(without_variables(path));
                pair(&mut slots, &mut removed, path, |_, _| true);
                pair(&mut slots, &mut removed, any, |old, new| renames.moves.path(old.0) == Some(new.0));
            }
            Role::Section(section) => {
                let name = |(name, _): Member<'a>, side| match side {
                    Side::Base => renames.get(section, name),
                    Side::Revision => Some(name),
                };
                pair(&mut slots, &mut removed, name, |_, _| true);
            }
            Role::Requirement => {
                pair(&mut slots, &mut removed, any, |old, new| renames.scheme(old.0) == new.0);
            }
            Role::Properties | Role::Callbacks | Role::Callback | Role::Webhooks => {
                let role = role.child("");
                let same = |old: Member<'a>, new: Member<'a>| equivalent(role, old.1, new.1, renames);
                let target = |(_, node): Member<'a>, side| renames.target(node.get("$ref")?, side);
                pair(&mut slots, &mut removed, target, same);
                let key =
                    |(_, node): Member<'a>, side| node.is_object().then(|| shape(role, node, side, renames));
                pair(&mut slots, &mut removed, key, same);
            }
            // Both are lists of alternatives.
            Role::Schema => pair(&mut slots, &mut removed, any, |old, new| {
                matches!([old.0, new.0], ["oneOf", "anyOf"] | ["anyOf", "oneOf"])
            }),
            // Another value that selects the same schema.
            Role::Mapping => {
                let target = |(_, target): Member<'a>, side| renames.target(target, side);
                pair(&mut slots, &mut removed, target, |_, _| true);
            }
            Role::Headers | Role::Content => {
                let name = |(name, _): Member<'a>, _| Some(canonical_name(role, name));
                pair(&mut slots, &mut removed, name, |_, _| true);
            }
            Role::Responses => pair(&mut slots, &mut removed, any, |old, new| {
                let class = |status| <[String; 2]>::try_from(http::ranges_of_status(status)).ok();
                let same = class(old.0).is_some() && class(old.0) == class(new.0);
                same && equivalent(Role::Response, old.1, new.1, renames)
            }),
            Role::CalledItem => pair(&mut slots, &mut removed, any, |old, new| {
                let called = [old.0, new.0].iter().all(|method| METHODS.contains(method));
                called && equivalent(Role::Operation, old.1, new.1, renames)
            }),
            _ => {}
        }
    }
    slots.extend(removed.into_iter().map(|member| Slot { base: Some(member), revision: None }));
    slots
}

/// The one spelling of the name of a header or a media type.
fn canonical_name(role: Role, name: &str) -> String {
    match role {
        Role::Content => http::canonical_media_type(name),
        _ => name.to_ascii_lowercase(),
    }
}

/// Matches each member that only one document has with the range of the other one that covers it, if there is one. A range
/// can cover several members.
pub(super) fn match_ranges<'a>(
    role: Role,
    old: &'a Map<String, Value>,
    new: &'a Map<String, Value>,
    slots: &mut Vec<Slot<Member<'a>>>,
) {
    let mut matched = Sides::<Vec<&str>>::default();
    for slot in slots.iter_mut() {
        match (slot.base, slot.revision) {
            (None, Some((name, _))) => {
                slot.base = covering(role, name, old);
                matched.base.extend(slot.base.map(|(range, _)| range));
            }
            (Some((name, _)), None) => {
                slot.revision = covering(role, name, new);
                matched.revision.extend(slot.revision.map(|(range, _)| range));
            }
            _ => {}
        }
    }
    slots.retain(|slot| match (slot.base, slot.revision) {
        (Some((name, _)), None) => !matched.base.contains(&name),
        (None, Some((name, _))) => !matched.revision.contains(&name),
        _ => true,
    });
}

/// The most specific range that covers a status or a media type.
fn covering<'a>(role: Role, name: &str, members: &'a Map<String, Value>) -> Option<Member<'a>> {
    let ranges = match role {
        Role::Responses => http::ranges_of_status(name),
        Role::Content => http::ranges_of_media_type(name),
        _ => return None,
    };
    // Beside a success status, the default describes errors.
    let is_for_errors = http::is_success(name) && members.keys().any(|status| http::is_success(status));
    let mut ranges = ranges.into_iter().filter(|range| range != "default" || !is_for_errors);
    ranges.find_map(|range| members.get_key_value(&range)).map(|(range, value)| (range.as_str(), value))
}

/// Matches the items of two lists, in the order of the revision. Items that only the base has come last.
pub(super) fn items<'a>(
    role: Role,
    old: &'a [Value],
    new: &'a [Value],
    renames: &Renames<'a>,
) -> Vec<Slot<Item<'a>>> {
    if old == new && !renames.has_reused_names() {
        return Vec::new();
    }
    let mut removed: Vec<Item<'a>> = old.iter().enumerate().collect();
    let mut slots: Vec<_> =
        new.iter().enumerate().map(|item| Slot { base: None, revision: Some(item) }).collect();
    // The strictest criterion comes first, so that weaker ones apply only to the rest.
    match role {
        Role::Parameters | Role::Named | Role::Servers | Role::Requirements => {
            take(&mut slots, &mut removed, any, |old, new| same_item(role, old, new, renames));
        }
        _ => {
            // A name can be that of another component in the revision.
            let same = |old: Item<'a>, new: Item<'a>| match [old, new].map(|(_, item)| item.get("$ref")) {
                [Some(old), Some(new)] if role == Role::Schemas => renames.same_reference(old, new),
                _ => true,
            };
            take(&mut slots, &mut removed, |(_, item), _| Some(item), same);
        }
    }
    match role {
        Role::Schemas => {
            let target = |(_, schema): Item<'a>, side| renames.target(schema.get("$ref")?, side);
            take(&mut slots, &mut removed, target, |_, _| true);
            let key = |(_, schema): Item<'a>, side| Some(shape(Role::Schema, schema, side, renames));
            take(&mut slots, &mut removed, key, |old, new| equivalent(Role::Schema, old.1, new.1, renames));
            // A schema can be the only candidate for the only other one.
            let gaps = slots.iter().filter(|slot| slot.base.is_none()).count();
            if gaps == 1 || removed.len() == 1 {
                pair(&mut slots, &mut removed, any, |old, new| is_inline(old.1) || is_inline(new.1));
            }
        }
        Role::Parameters => {
            pair(&mut slots, &mut removed, any, |old, new| renames.same_parameter_but_name(old.1, new.1));
            pair(&mut slots, &mut removed, any, |old, new| renames.same_parameter_but_location(old.1, new.1));
            path_variables(&mut slots, &mut removed, renames);
        }
        Role::Requirements => take(&mut slots, &mut removed, any, |old, new| {
            let renamed =
                schemes(old.1).map(|schemes| schemes.into_iter().map(|name| renames.scheme(name)).collect());
            renamed == schemes(new.1)
        }),
        Role::Servers => {
            let template = |(_, server): Item<'a>, _| {
                Some(server.get("url").and_then(Value::as_str).map(without_variables))
            };
            take(&mut slots, &mut removed, template, |_, _| true);
            // One removed and one added server are one server whose URL changed.
            pair(&mut slots, &mut removed, any, |old, new| old.1.is_object() && new.1.is_object());
        }
        _ => {}
    }
    slots.extend(removed.into_iter().map(|item| Slot { base: Some(item), revision: None }));
    slots
}

/// Whether the matched items are in another order.
pub(super) fn is_reordered(slots: &[Slot<Item<'_>>]) -> bool {
    let order = slots.iter().filter_map(|slot| slot.revision.and(slot.base)).map(|(index, _)| index);
    !order.is_sorted()
}

fn same_item<'a>(role: Role, old: Item<'a>, new: Item<'a>, renames: &Renames<'a>) -> bool {
    match role {
        Role::Parameters => {
            let keys =
                (renames.parameter_key(old.1, Side::Base), renames.parameter_key(new.1, Side::Revision));
            let (Some(old), Some(new)) = keys else { return keys.0 == keys.1 };
            old == new || old.0 == "header" && old.0 == new.0 && is_same_ignoring_case(old.1, new.1)
        }
        Role::Named => old.1.get("name") == new.1.get("name"),
        Role::Servers => old.1.get("url") == new.1.get("url"),
        Role::Requirements => equivalent(Role::Requirement, old.1, new.1, renames),
        _ => old.1 == new.1,
    }
}

fn is_same_ignoring_case(old: &Value, new: &Value) -> bool {
    let names = old.as_str().zip(new.as_str());
    names.is_some_and(|(old, new)| old.eq_ignore_ascii_case(new))
}

fn schemes(requirement: &Value) -> Option<BTreeSet<&str>> {
    requirement.as_object().map(|schemes| schemes.keys().map(String::as_str).collect())
}

fn is_inline(schema: &Value) -> bool {
    schema.is_object() && schema.get("$ref").is_none()
}

/// Matches the variables of a path by their order, which does not change when they are renamed.
fn path_variables<'a>(slots: &mut [Slot<Item<'a>>], removed: &mut Vec<Item<'a>>, renames: &Renames<'a>) {
    let is_old = |item: Item<'a>| renames.is_path_parameter(item.1, Side::Base);
    let is_new = |item: Item<'a>| renames.is_path_parameter(item.1, Side::Revision);
    let gaps = slots.iter().filter(|slot| slot.base.is_none() && slot.revision.is_some_and(is_new)).count();
    if gaps == removed.iter().filter(|item| is_old(**item)).count() {
        take(slots, removed, any, |old, new| is_old(old) && is_new(new));
    }
}
