//! Finds where two parts of a document differ. Prose does not count.

use serde_json::Value;

use atlas_codegen::lower::walk::{self, OperationNode};
use openapi_diff::Side;
use openapi_fragment::openapi::is_prose;
use openapi_fragment::pointer;

/// A part that the other side lacks, or that has another value there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) side: Side,
    pub(crate) pointer: String,
}

impl Difference {
    /// Makes the pointer absolute: `base` and `revision` are the pointers of the compared parts.
    pub(super) fn prefix(&mut self, base: &str, revision: &str) {
        let prefix = match self.side {
            Side::Base => base,
            Side::Revision => revision,
        };
        self.pointer.insert_str(0, prefix);
    }
}

/// The differences, with pointers from the roots of the two values. A changed value is a difference on both sides.
pub(crate) fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    add(Some(old), Some(new), "", &mut found);
    found
}

/// The same for values of which one may be absent.
pub(super) fn of_optional(old: Option<&Value>, new: Option<&Value>) -> Vec<Difference> {
    let mut found = Vec::new();
    add(old, new, "", &mut found);
    found
}

fn add(old: Option<&Value>, new: Option<&Value>, pointer: &str, found: &mut Vec<Difference>) {
    let mut difference = |side| found.push(Difference { side, pointer: pointer.to_owned() });
    match (old, new) {
        (None, None) => {}
        (Some(_), None) => difference(Side::Base),
        (None, Some(_)) => difference(Side::Revision),
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
            for key in keys {
                let (old, new) = (old.get(key), new.get(key));
                // A property may have the name of a prose keyword. Its value is not a text.
                let prose = is_prose(key) && old.into_iter().chain(new).all(|value| value.is_string());
                if !prose {
                    add(old, new, &pointer::join(pointer, key), found);
                }
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => arrays(old, new, pointer, found),
        (Some(old), Some(new)) if old != new => {
            difference(Side::Base);
            difference(Side::Revision);
        }
        (Some(_), Some(_)) => {}
    }
}

/// The order of an array does not count: an item that both sides have is not a difference.
fn arrays(old: &[Value], new: &[Value], pointer: &str, found: &mut Vec<Difference>) {
    for (side, these, those) in [(Side::Base, old, new), (Side::Revision, new, old)] {
        for (index, _) in these.iter().enumerate().filter(|(_, value)| !those.contains(value)) {
            found.push(Difference { side, pointer: format!("{pointer}/{index}") });
        }
    }
}

/// The differences in the parameters of an operation and of its path, matched by name and location (`in`).
pub(super) fn parameters(
    base: &Value,
    old: &OperationNode<'_>,
    revision: &Value,
    new: &OperationNode<'_>,
) -> Vec<Difference> {
    let (old, new) = (resolved(base, old), resolved(revision, new));
    let mut found = Vec::new();
    for (key, parameter) in &old {
        let other = new.iter().find(|(other, _)| other == key).map(|(_, parameter)| parameter);
        let same = other.is_some_and(|other| differences(parameter.value, other.value).is_empty());
        if !same {
            found.extend(parameter.differences(Side::Base));
            found.extend(other.into_iter().flat_map(|other| other.differences(Side::Revision)));
        }
    }
    let added = new.iter().filter(|(key, _)| old.iter().all(|(other, _)| other != key));
    found.extend(added.flat_map(|(_, parameter)| parameter.differences(Side::Revision)));
    found
}

struct Parameter<'a> {
    pointer: String,
    /// The pointer of the component that it refers to.
    component: Option<&'a str>,
    value: &'a Value,
}

impl Parameter<'_> {
    fn differences(&self, side: Side) -> Vec<Difference> {
        let pointers = [Some(self.pointer.as_str()), self.component].into_iter().flatten();
        pointers.map(|pointer| Difference { side, pointer: pointer.to_owned() }).collect()
    }
}

type Key<'a> = (Option<&'a str>, Option<&'a str>);

fn resolved<'a>(document: &'a Value, node: &OperationNode<'a>) -> Vec<(Key<'a>, Parameter<'a>)> {
    let item = pointer::join("/paths", node.path);
    let mut found = Vec::new();
    for (holder, at) in [(node.item, item), (node.operation, node.pointer())] {
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
    fn check(old: Value, new: Value, base: &[&str], revision: &[&str]) {
        let found = differences(&old, &new);
        let of = |side| -> Vec<&str> {
            found
                .iter()
                .filter(|difference| difference.side == side)
                .map(|difference| difference.pointer.as_str())
                .collect()
        };
        assert_eq!((of(Side::Base).as_slice(), of(Side::Revision).as_slice()), (base, revision));
    }

    #[test]
    fn the_smallest_differing_parts_are_found() {
        check(json!({"a": {"b": 1}}), json!({"a": {"b": 1}}), &[], &[]);
        check(json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), &["/a/b"], &["/a/b"]);
        check(json!({"a": {"b": 1}}), json!({"a": {}}), &["/a/b"], &[]);
        check(json!({}), json!({"a/b": {"c": 1}}), &[], &["/a~1b"]);
        check(json!(["x", "y"]), json!(["y", "z", "w"]), &["/0"], &["/1", "/2"]);
        check(json!(["x", "y"]), json!(["y", "x"]), &[], &[]);
    }

    #[test]
    fn prose_does_not_count_but_a_property_with_that_name_does() {
        check(json!({"description": "a"}), json!({"description": "b"}), &[], &[]);
        check(json!({"description": "a"}), json!({}), &[], &[]);
        check(json!({"description": {"type": "a"}}), json!({}), &["/description"], &[]);
    }
}
