//! The cases by subject. Each rule has at least one case.

mod bodies;
mod file;
mod keys;
mod kinds;
mod operations;
mod rust_types;
mod schemas;
mod secrets;
mod values;

use super::*;

pub(super) fn all() -> Vec<Case> {
    [
        file::cases(),
        kinds::cases(),
        keys::cases(),
        operations::cases(),
        bodies::cases(),
        schemas::cases(),
        rust_types::cases(),
        values::cases(),
        secrets::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The property `name` of the request, which cases replace. The text occurs once.
const NAME: &str = "        name:\n          description: Its name.\n          type: string\n";

/// The property `name` with other keys than `type: string`.
#[track_caller]
fn name<const N: usize>(keys: &str, violations: [Violated; N]) -> Case {
    change(NAME, &format!("        name:\n          description: Its name.\n          {keys}\n"), violations)
}

/// The property `name` with other keys, and a problem at the property itself.
#[track_caller]
fn marked_name<const N: usize>(keys: &str, violations: [Violated; N]) -> Case {
    change(NAME, &format!("        «name:\n          description: Its name.\n          {keys}\n"), violations)
}

/// An additional property that is not required.
#[track_caller]
fn other<const N: usize>(property: &str, violations: [Violated; N]) -> Case {
    change(NAME, &format!("{NAME}        {property}\n"), violations)
}
