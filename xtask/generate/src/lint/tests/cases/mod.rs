//! The cases, by what they are about. Each kind of problem stands in at least one.

mod bodies;
mod file;
mod keys;
mod operations;
mod schemas;
mod secrets;
mod values;

use super::*;

pub(super) fn all() -> Vec<Case> {
    [
        file::cases(),
        keys::cases(),
        operations::cases(),
        bodies::cases(),
        schemas::cases(),
        values::cases(),
        secrets::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The property `name` of the request, for the cases to replace; the text stands once.
const NAME: &str = "        name:\n          description: Its name.\n          type: string\n";

/// The same property with other keys than `type: string`.
#[track_caller]
fn name<const N: usize>(keys: &str, kinds: [Broken; N]) -> Case {
    change(NAME, &format!("        name:\n          description: Its name.\n          {keys}\n"), kinds)
}

/// The same with a mark at the property itself.
#[track_caller]
fn marked_name<const N: usize>(keys: &str, kinds: [Broken; N]) -> Case {
    change(NAME, &format!("        «name:\n          description: Its name.\n          {keys}\n"), kinds)
}

/// The property under another name, not required.
#[track_caller]
fn other<const N: usize>(property: &str, kinds: [Broken; N]) -> Case {
    change(NAME, &format!("{NAME}        {property}\n"), kinds)
}
