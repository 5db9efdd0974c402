//! Where two parts of a document differ, prose apart.

use serde_json::Value;

use atlas_codegen::lower::walk::{self, OperationNode};
use openapi_diff::Side;
use openapi_fragment::pointer;

/// What nobody but a person reads, where it is a text.
const PROSE: [&str; 3] = ["description", "summary", "example"];

/// A place that the other side lacks, or where it has another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) side: Side,
    pub(crate) pointer: String,
}

impl Leaf {
    /// Puts the place below where each side has the part.
    pub(super) fn prefix(&mut self, base: &str, revision: &str) {
        let prefix = match self.side {
            Side::Base => base,
            Side::Revision => revision,
        };
        self.pointer.insert_str(0, prefix);
    }
}

/// Where the two differ, from their roots. A value that changed is a place on both sides.
pub(crate) fn leaves(old: &Value, new: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    add(Some(old), Some(new), "", &mut found);
    found
}

/// The same where one of them may be absent.
pub(super) fn of_optional(old: Option<&Value>, new: Option<&Value>) -> Vec<Leaf> {
    let mut found = Vec::new();
    add(old, new, "", &mut found);
    found
}

fn add(old: Option<&Value>, new: Option<&Value>, pointer: &str, found: &mut Vec<Leaf>) {
    let mut leaf = |side| found.push(Leaf { side, pointer: pointer.to_owned() });
    match (old, new) {
        (None, None) => {}
        (Some(_), None) => leaf(Side::Base),
        (None, Some(_)) => leaf(Side::Revision),
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
            for key in keys {
                let (old, new) = (old.get(key), new.get(key));
                let prose = PROSE.contains(&key.as_str())
                    && old.into_iter().chain(new).all(|value| value.is_string());
                if !prose {
                    add(old, new, &pointer::join(pointer, key), found);
                }
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => arrays(old, new, pointer, found),
        (Some(old), Some(new)) if old != new => {
            leaf(Side::Base);
            leaf(Side::Revision);
        }
        (Some(_), Some(_)) => {}
    }
}

/// The order of an array does not count: what is on both sides is no difference.
fn arrays(old: &[Value], new: &[Value], pointer: &str, found: &mut Vec<Leaf>) {
    for (side, these, those) in [(Side::Base, old, new), (Side::Revision, new, old)] {
        for (index, _) in these.iter().enumerate().filter(|(_, value)| !those.contains(value)) {
            found.push(Leaf { side, pointer: format!("{pointer}/{index}") });
        }
    }
}

/// The parameters of an operation and of its path, each matched by name and place.
pub(super) fn parameters(
    base: &Value,
    old: &OperationNode<'_>,
    revision: &Value,
    new: &OperationNode<'_>,
) -> Vec<Leaf> {
    let (old, new) = (resolved(base, old), resolved(revision, new));
    let mut found = Vec::new();
    for (key, parameter) in &old {
        let other = new.iter().find(|(other, _)| other == key).map(|(_, parameter)| parameter);
        let same = other.is_some_and(|other| leaves(parameter.value, other.value).is_empty());
        if !same {
            found.extend(parameter.places(Side::Base));
            found.extend(other.into_iter().flat_map(|other| other.places(Side::Revision)));
        }
    }
    let added = new.iter().filter(|(key, _)| old.iter().all(|(other, _)| other != key));
    found.extend(added.flat_map(|(_, parameter)| parameter.places(Side::Revision)));
    found
}

struct Parameter<'a> {
    pointer: String,
    /// Where the component stands that it refers to.
    component: Option<&'a str>,
    value: &'a Value,
}

impl Parameter<'_> {
    fn places(&self, side: Side) -> Vec<Leaf> {
        let pointers = [Some(self.pointer.as_str()), self.component].into_iter().flatten();
        pointers.map(|pointer| Leaf { side, pointer: pointer.to_owned() }).collect()
    }
}

type Key<'a> = (Option<&'a str>, Option<&'a str>);

fn resolved<'a>(document: &'a Value, place: &OperationNode<'a>) -> Vec<(Key<'a>, Parameter<'a>)> {
    let item = pointer::join("/paths", place.path);
    let mut found = Vec::new();
    for (holder, at) in [(place.item, item), (place.operation, place.pointer())] {
        for (index, written) in walk::elements(holder, "parameters").enumerate() {
            let value = walk::resolve(document, written);
            let component = walk::text(written, "$ref").and_then(|reference| reference.strip_prefix('#'));
            let pointer = format!("{at}/parameters/{index}");
            found.push((
                (walk::text(value, "name"), walk::text(value, "in")),
                Parameter { pointer, component, value },
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn differ(old: Value, new: Value, base: &[&str], revision: &[&str]) {
        let found = leaves(&old, &new);
        let of = |side| -> Vec<&str> {
            found.iter().filter(|leaf| leaf.side == side).map(|leaf| leaf.pointer.as_str()).collect()
        };
        assert_eq!((of(Side::Base).as_slice(), of(Side::Revision).as_slice()), (base, revision));
    }

    #[test]
    fn the_smallest_parts_that_differ_are_named() {
        differ(json!({"a": {"b": 1}}), json!({"a": {"b": 1}}), &[], &[]);
        differ(json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), &["/a/b"], &["/a/b"]);
        differ(json!({"a": {"b": 1}}), json!({"a": {}}), &["/a/b"], &[]);
        differ(json!({}), json!({"a/b": {"c": 1}}), &[], &["/a~1b"]);
        differ(json!(["x", "y"]), json!(["y", "z", "w"]), &["/0"], &["/1", "/2"]);
        differ(json!(["x", "y"]), json!(["y", "x"]), &[], &[]);
    }

    #[test]
    fn prose_is_no_difference_but_a_property_of_that_name_is() {
        differ(json!({"description": "a"}), json!({"description": "b"}), &[], &[]);
        differ(json!({"description": "a"}), json!({}), &[], &[]);
        differ(json!({"description": {"type": "a"}}), json!({}), &["/description"], &[]);
    }
}
