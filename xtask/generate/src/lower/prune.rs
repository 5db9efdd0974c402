//! Removes unused components, except schemas that are marked with `x-keep`.
//!
//! Earlier passes leave unused components: the bodies of older versions, error responses, headers. progenitor would
//! create a public type for each schema. This pass keeps the components that an operation or a kept schema refers to,
//! directly or through other components, and the security schemes, which are referred to by name and not by `$ref`.

use openapi_fragment::openapi;
use serde_json::Value;

use super::errors::KEEP;
use super::walk;

pub(super) fn run(document: &mut Value) {
    let reachable = openapi::closure(document, roots(document));
    let components = walk::entries_mut(document, "components");
    for (kind, components) in components.filter(|(kind, _)| *kind != "securitySchemes") {
        let Some(components) = components.as_object_mut() else { continue };
        components.retain(|name, _| reachable.contains(&openapi::reference_to(kind, name)));
        for (_, component) in components {
            if let Some(component) = component.as_object_mut() {
                component.shift_remove(KEEP);
            }
        }
    }
}

/// The components that operations refer to, and the kept schemas.
fn roots(document: &Value) -> Vec<String> {
    let mut roots = Vec::new();
    if let Some(paths) = document.get("paths") {
        roots.extend(walk::targets_in(paths));
    }
    let kept = walk::schemas(document).filter(|(_, schema)| walk::flag(schema, KEEP));
    roots.extend(kept.map(|(name, _)| openapi::reference_to("schemas", name)));
    roots
}
