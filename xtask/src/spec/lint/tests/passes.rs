//! What lint lets pass, the rest of the pipeline takes: no change of the fragment gets through to a panic.

use proptest::prelude::*;
use serde_json::Value;

use super::hostile::pointers;
use super::*;
use crate::generate;

/// A change that leaves a document plausible: most of what it makes is wrong in one place only.
#[derive(Clone, Debug)]
enum Change {
    /// One node in place of another.
    Replace(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index),
    /// A member under the key of another.
    Add(prop::sample::Index, prop::sample::Index),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(a, b)| Change::Replace(a, b)),
        any::<prop::sample::Index>().prop_map(Change::Remove),
        (any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(a, b)| Change::Add(a, b)),
    ]
}

impl Change {
    fn apply(&self, document: &mut Value) {
        let mut all = Vec::new();
        pointers(document, String::new(), &mut all);
        let pointer = |index: &prop::sample::Index| all[index.index(all.len())].clone();
        match self {
            Self::Replace(place, other) => {
                let new = document.pointer(&pointer(other)).cloned().unwrap_or_default();
                if let Some(node) = document.pointer_mut(&pointer(place)) {
                    *node = new;
                }
            }
            Self::Remove(place) => {
                let place = pointer(place);
                let (around, name) = place.rsplit_once('/').unwrap_or_default();
                match document.pointer_mut(around) {
                    Some(Value::Object(members)) => drop(members.remove(&name.replace("~1", "/"))),
                    Some(Value::Array(items)) => drop(name.parse().map(|index: usize| items.remove(index))),
                    _ => {}
                }
            }
            Self::Add(place, other) => {
                let other = pointer(other);
                let new = document.pointer(&other).cloned().unwrap_or_default();
                let key = other.rsplit('/').next().unwrap_or_default().replace("~1", "/");
                match document.pointer_mut(&pointer(place)) {
                    Some(Value::Object(members)) => drop(members.insert(key, new)),
                    Some(Value::Array(items)) => items.push(new),
                    _ => {}
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(fewer_cases(8))]

    #[test]
    fn what_passes_is_generated(change in any_change()) {
        let mut value = fragment().value;
        change.apply(&mut value);
        let document = Document::load("changed.yaml", value.to_string().as_bytes());
        if let Ok(document) = document && lint_fragment(&document).is_empty() {
            prop_assert!(serde_json::from_value::<openapiv3::OpenAPI>(document.value.clone()).is_ok());
            let generated = generate::generate(&document);
            prop_assert!(generated.is_ok(), "{}", generated.unwrap_err());
        }
    }
}
