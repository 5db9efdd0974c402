//! Components that nothing refers to any more are dropped, except schemas marked with `x-keep`.
//!
//! The passes before leave orphans: the bodies of older versions, error replies, headers. progenitor would
//! make a public type of each schema. What stays is what an operation or a kept schema reaches, directly or
//! through other components; security schemes stay too, because they are referred to by name, not by `$ref`.

use openapi_fragment::openapi;
use serde_json::Value;

use super::errors::KEEP;
use super::walk;

pub(super) fn run(document: &mut Value) {
    let reached = openapi::closure(document, roots(document));
    let components = walk::entries_mut(document, "components");
    for (kind, components) in components.filter(|(kind, _)| *kind != "securitySchemes") {
        let Some(components) = components.as_object_mut() else { continue };
        components.retain(|name, _| reached.contains(&openapi::reference_to(kind, name)));
        for (_, component) in components {
            if let Some(component) = component.as_object_mut() {
                component.shift_remove(KEEP);
            }
        }
    }
}

/// What the operations refer to, and the kept schemas.
fn roots(document: &Value) -> Vec<String> {
    let mut roots = Vec::new();
    if let Some(paths) = document.get("paths") {
        roots.extend(walk::targets_in(paths));
    }
    let kept = walk::schemas(document).filter(|(_, schema)| walk::flag(schema, KEEP));
    roots.extend(kept.map(|(name, _)| openapi::reference_to("schemas", name)));
    roots
}
