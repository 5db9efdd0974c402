//! Rewritings of references: the same node inline, in a component, or through another name.

use serde_json::{Value, json};

use super::choice::{
    Choice, Site, is_reference, members_of, reference, resolved, section, sites_where, unused_name,
};
use openapi_fragment::openapi::{Role, Section, closure, component_of, reference_to};

/// Whether a discriminator selects this schema by the name of its component: that of a schema with alternatives, or that
/// of a part which all its children have.
pub(super) fn is_selected_by_name(document: &Value, site: &Site) -> bool {
    let Some((key, schema)) = site.composition() else { return false };
    let has = |schema: &Value| schema.get("discriminator").is_some();
    document.pointer(schema).is_some_and(has)
        || (key == "allOf"
            && document.pointer(&site.pointer).is_some_and(|part| has(resolved(document, part))))
}

/// An inline node becomes a component.
pub(super) fn extract(document: &mut Value, choice: &mut Choice) -> bool {
    let sites = sites_where(document, |site, value| {
        site.role.section().is_some()
            && value.is_object()
            && !is_reference(value)
            && !is_selected_by_name(document, site)
            // Only schemas, because an alias of another component has its own rewriting.
            && (site.role == Role::Schema || !site.pointer.starts_with("/components/"))
    });
    let Some(site) = choice.of(&sites) else { return false };
    let Some(kind) = site.role.section() else { return false };
    let name = unused_name(document);
    let Some(node) = document.pointer_mut(&site.pointer) else { return false };
    let content = std::mem::replace(node, json!({"$ref": reference_to(kind, &name)}));
    section(document, kind).is_some_and(|members| members.insert(name, content).is_none())
}

/// A reference becomes a copy of its target.
pub(super) fn inline(document: &mut Value, choice: &mut Choice) -> bool {
    let sites = sites_where(document, |site, value| {
        site.role.section().is_some()
            && !is_selected_by_name(document, site)
            && can_be_inlined(document, value)
    });
    let Some(site) = choice.of(&sites) else { return false };
    let node = document.pointer(&site.pointer).and_then(reference);
    let target = node.and_then(|target| document.pointer(target.strip_prefix('#')?)).cloned();
    match (document.pointer_mut(&site.pointer), target) {
        (Some(node), Some(target)) => *node = target,
        _ => return false,
    }
    true
}

/// A recursive component cannot be inlined completely. A schema with a discriminator and without alternatives has those
/// that refer to it, which a copy does not have.
fn can_be_inlined(document: &Value, value: &Value) -> bool {
    let Some(target) = reference(value) else { return false };
    let Some(node) = target.strip_prefix('#').and_then(|pointer| document.pointer(pointer)) else {
        return false;
    };
    let inner: Vec<String> = openapi_fragment::openapi::references(node)
        .into_iter()
        .map(|reference| reference.target.to_owned())
        .collect();
    let is_parent =
        node.get("discriminator").is_some() && node.get("oneOf").is_none() && node.get("anyOf").is_none();
    !closure(document, inner).contains(target) && !is_parent
}

/// A component gets another name.
pub(super) fn rename(document: &mut Value, choice: &mut Choice) -> bool {
    let sites = sites_where(document, |site, _| {
        site.pointer.starts_with("/components/")
            && site.pointer.matches('/').count() == 3
            && site.role.section().is_some()
    });
    // A discriminator without a mapping selects by the names of components.
    let has_discriminator = !sites_where(document, |site, _| site.role == Role::Discriminator).is_empty();
    let Some(site) = choice.of(&sites).filter(|site| site.role != Role::Schema || !has_discriminator) else {
        return false;
    };
    let (Some(kind), name) = (site.role.section(), unused_name(document)) else { return false };
    let (old, new) = (format!("#{}", site.pointer), reference_to(kind, &name));
    let key = site.token().to_owned();
    let Some(members) = section(document, kind) else { return false };
    let renamed = members
        .iter()
        .map(|(known, value)| (if *known == key { name.clone() } else { known.clone() }, value.clone()));
    *members = renamed.collect();
    replace_references(document, &old, &new);
    true
}

/// A security scheme gets another name. Requirements refer to it by its name.
pub(super) fn rename_security_scheme(document: &mut Value, choice: &mut Choice) -> bool {
    let new = unused_name(document);
    let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
    let schemes: Vec<String> = schemes.into_iter().flat_map(|schemes| schemes.keys().cloned()).collect();
    let Some(old) = choice.of(&schemes) else { return false };
    let holders = sites_where(document, |site, _| {
        site.role == Role::Requirement || site.role == Role::Section(Section::SecuritySchemes)
    });
    for site in holders {
        if let Some(members) = members_of(document, &site.pointer) {
            let renamed = std::mem::take(members).into_iter();
            *members =
                renamed.map(|(key, value)| (if key == *old { new.clone() } else { key }, value)).collect();
        }
    }
    true
}

fn replace_references(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(target)
                        if key == "$ref" && (target == old || target.starts_with(&format!("{old}/"))) =>
                    {
                        *target = target.replacen(old, new, 1);
                    }
                    value => replace_references(value, old, new),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace_references(item, old, new)),
        _ => {}
    }
}

/// A reference goes through another component, which is only a reference.
pub(super) fn alias(document: &mut Value, choice: &mut Choice) -> bool {
    let sites = sites_where(document, |site, value| {
        site.role.section().is_some()
            && !is_selected_by_name(document, site)
            && reference(value).and_then(component_of).is_some()
    });
    let Some(site) = choice.of(&sites) else { return false };
    let (Some(kind), name) = (site.role.section(), unused_name(document)) else { return false };
    let Some(node) = document.pointer_mut(&site.pointer) else { return false };
    let target = std::mem::replace(node, json!({"$ref": reference_to(kind, &name)}));
    section(document, kind)
        .is_some_and(|members| members.insert(name, json!({"$ref": target["$ref"]})).is_none())
}

/// An inline schema becomes a reference to an equal one in another place.
pub(super) fn refer_to_equal(document: &mut Value, choice: &mut Choice) -> bool {
    let schemas = sites_where(document, |site, value| {
        site.role == Role::Schema
            && value.is_object()
            && !is_reference(value)
            && value.get("discriminator").is_none()
    });
    let pairs: Vec<(&Site, &Site)> = schemas
        .iter()
        .flat_map(|from| schemas.iter().map(move |to| (from, to)))
        .filter(|(from, to)| {
            let is_nested = |outer: &str, inner: &str| inner.starts_with(outer);
            !is_nested(&from.pointer, &to.pointer)
                && !is_nested(&to.pointer, &from.pointer)
                && document.pointer(&from.pointer) == document.pointer(&to.pointer)
                && !is_selected_by_name(document, from)
        })
        .collect();
    let Some((from, to)) = choice.of(&pairs).copied() else { return false };
    // The fragment of a URI escapes what a path may contain and a fragment may not.
    let target = format!("#{}", to.pointer);
    if target.contains(['{', '}', '$', '%', ' ']) {
        return false;
    }
    document.pointer_mut(&from.pointer).map(|node| *node = json!({"$ref": target})).is_some()
}

/// OpenAPI 3.0 ignores everything beside a reference.
pub(super) fn write_beside_reference(document: &mut Value, choice: &mut Choice) -> bool {
    let sites = sites_where(document, |site, value| site.role.section().is_some() && is_reference(value));
    let Some(site) = choice.of(&sites) else { return false };
    let keys = [
        ("description", json!("Ignored.")),
        ("nullable", json!(true)),
        ("maxLength", json!(3)),
        ("required", json!(["a"])),
        ("deprecated", json!(true)),
    ];
    let keys = if site.role == Role::Schema { &keys[..] } else { &keys[..1] };
    let Some((key, value)) = choice.of(keys).cloned() else { return false };
    members_of(document, &site.pointer).is_some_and(|members| members.insert(key.to_owned(), value).is_none())
}

/// A component that nothing uses.
pub(super) fn add_unused(document: &mut Value, choice: &mut Choice) -> bool {
    let added = [
        ("schemas", json!({"type": "string", "maxLength": 3})),
        (
            "parameters",
            json!({"name": "unused", "in": "query", "required": true, "schema": {"type": "string"}}),
        ),
        ("responses", json!({"description": "Unused."})),
        ("headers", json!({"required": true, "schema": {"type": "string"}})),
        ("requestBodies", json!({"required": true, "content": {"text/plain": {}}})),
        ("securitySchemes", json!({"type": "http", "scheme": "basic"})),
    ];
    let name = unused_name(document);
    let Some((kind, value)) = choice.of(&added).cloned() else { return false };
    section(document, kind).is_some_and(|members| members.insert(name, value).is_none())
}
