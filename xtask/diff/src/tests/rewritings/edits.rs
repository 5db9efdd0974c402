//! Edits with a meaning, at random places of a valid document.

mod operations;
mod schemas;

use serde_json::{Map, Value};

use super::choice::{Choice, is_reference, members_of, sites_where};
use openapi_fragment::openapi::Role;

type MakeEdit = fn(&mut Value, &mut Choice) -> bool;

const OF_SCHEMAS: &[MakeEdit] = &[
    schemas::bound,
    schemas::bound,
    schemas::kind,
    schemas::keyword,
    schemas::mark,
    schemas::add_property,
    schemas::remove_property,
    schemas::require,
    schemas::no_longer_require,
    schemas::add_value,
    schemas::remove_value,
    schemas::add_part,
    schemas::remove_part,
];

const OF_OPERATIONS: &[MakeEdit] = &[
    operations::add_parameter,
    operations::remove_parameter,
    operations::toggle_required,
    operations::add_response,
    operations::remove_response,
    operations::add_header,
    operations::remove_header,
    operations::add_media_type,
    operations::remove_operation,
    operations::change_security,
    operations::change_server,
];

/// Makes one edit. Returns false if there is no place for it.
pub(super) fn edit(document: &mut Value, choice: &mut Choice) -> bool {
    let edits = if choice.flip() { OF_SCHEMAS } else { OF_OPERATIONS };
    choice.of(edits).is_some_and(|edit| edit(document, choice))
}

/// Makes one edit of a schema. Returns false if there is no place for it.
pub(in crate::tests) fn edit_schema(document: &mut Value, choice: &mut Choice) -> bool {
    choice.of(OF_SCHEMAS).is_some_and(|edit| edit(document, choice))
}

/// A random inline node with this role for which there is a result.
fn change<T>(
    document: &mut Value,
    choice: &mut Choice,
    role: Role,
    wanted: impl Fn(&Map<String, Value>) -> bool,
    change: impl FnOnce(&mut Map<String, Value>, &mut Choice) -> Option<T>,
) -> bool {
    let nodes = sites_where(document, |site, value| {
        site.role == role && !is_reference(value) && value.as_object().is_some_and(&wanted)
    });
    let Some(members) = choice.of(&nodes).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    change(members, choice).is_some()
}
