//! Rewritings of security and servers: where they are declared.

use serde_json::{Value, json};

use super::choice::{Choice, Site, members_of, parent, sites, sites_where};
use super::parameters::paths;
use openapi_fragment::openapi::Role;

/// The operations of the paths. What the operations of callbacks inherit, OpenAPI does not say.
fn operations(document: &Value) -> Vec<String> {
    sites_where(document, |site, _| site.role == Role::Operation && is_called_by_client(site))
        .into_iter()
        .map(|site| site.pointer)
        .collect()
}

fn is_called_by_client(site: &Site) -> bool {
    site.pointer.starts_with("/paths/") && site.pointer.matches('/').count() == 3
}

/// The inherited security is written at one operation, or at all and no longer at the document.
pub(super) fn write_security_at_operations(document: &mut Value, choice: &mut Choice) -> bool {
    let all = operations(document);
    let Some(inherited) = document.get("security").cloned() else { return false };
    let has_callbacks = sites(document, &[Role::Operation]).len() > all.len();
    let moves = choice.flip() && !has_callbacks;
    let one = choice.of(&all).cloned();
    for operation in all.iter().filter(|operation| moves || Some(*operation) == one.as_ref()) {
        if let Some(members) = members_of(document, operation) {
            members.entry("security").or_insert_with(|| inherited.clone());
        }
    }
    if moves && let Some(root) = document.as_object_mut() {
        root.shift_remove("security");
    }
    true
}

/// What all operations require is written at the document.
pub(super) fn write_security_at_document(document: &mut Value, _: &mut Choice) -> bool {
    let all = operations(document);
    let own =
        |operation: &String| document.pointer(operation).and_then(|operation| operation.get("security"));
    let Some(common) = all.first().and_then(own).cloned() else { return false };
    let has_callbacks = sites(document, &[Role::Operation]).len() > all.len();
    if has_callbacks || !all.iter().all(|operation| own(operation) == Some(&common)) {
        return false;
    }
    for operation in &all {
        members_of(document, operation).and_then(|members| members.shift_remove("security"));
    }
    document["security"] = common;
    true
}

/// A list of security requirements in other words: an alternative twice, or none as one without a scheme.
pub(super) fn respell_security(document: &mut Value, choice: &mut Choice) -> bool {
    let lists = sites(document, &[Role::Requirements]);
    let list = choice.of(&lists).and_then(|site| document.pointer_mut(&site.pointer)?.as_array_mut());
    let Some(list) = list else { return false };
    let again = list.first().cloned().unwrap_or_else(|| json!({}));
    list.push(again);
    true
}

/// An alternative needs another scheme in addition to all that one of the others needs.
pub(super) fn add_redundant_requirement(document: &mut Value, choice: &mut Choice) -> bool {
    let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
    let schemes: Vec<String> = schemes.into_iter().flat_map(|schemes| schemes.keys().cloned()).collect();
    let lists = sites(document, &[Role::Requirements]);
    let list = choice.of(&lists).and_then(|site| document.pointer_mut(&site.pointer)?.as_array_mut());
    let (Some(list), Some(scheme)) = (list, choice.of(&schemes)) else { return false };
    let mut stricter = choice.of(list).cloned().unwrap_or_else(|| json!({}));
    if list.is_empty() {
        list.push(json!({}));
    }
    stricter.as_object_mut().map(|needs| needs.entry(scheme).or_insert(json!([])));
    list.insert(choice.below(list.len() + 1), stricter);
    true
}

/// No security is written at an operation that inherits none, or at the document.
pub(super) fn write_no_security(document: &mut Value, choice: &mut Choice) -> bool {
    if document.get("security").is_some() {
        return false;
    }
    let all = operations(document).into_iter();
    let mut holders: Vec<String> = all
        .filter(|operation| document.pointer(operation).is_some_and(|node| node.get("security").is_none()))
        .collect();
    holders.push(String::new());
    let Some(at) = choice.of(&holders) else { return false };
    members_of(document, at).is_some_and(|members| members.insert("security".to_owned(), json!([])).is_none())
}

/// The inherited servers are written at a path or an operation.
pub(super) fn write_servers(document: &mut Value, choice: &mut Choice) -> bool {
    let all = operations(document);
    let Some(operation) = choice.of(&all) else { return false };
    let path = parent(operation);
    let own = |at: &str| document.pointer(at).and_then(|node| node.get("servers")).cloned();
    let of_document = own("").filter(|list| list.as_array().is_some_and(|list| !list.is_empty()));
    let of_document = of_document.unwrap_or_else(|| json!([{"url": "/"}]));
    let (holder, servers) = match (own(path), choice.below(3)) {
        (None, 0) => (path, of_document),
        (None, 1) => ("", of_document),
        (of_path, _) => (operation.as_str(), of_path.unwrap_or(of_document)),
    };
    members_of(document, holder).is_some_and(|members| {
        let is_new = !members.contains_key("servers");
        members.entry("servers").or_insert(servers);
        is_new
    })
}

/// The servers of a path are those of each of its operations.
pub(super) fn move_servers_to_operations(document: &mut Value, choice: &mut Choice) -> bool {
    let paths: Vec<_> = paths(document)
        .into_iter()
        .filter(|(site, _)| document.pointer(&site.pointer).is_some_and(|item| item.get("servers").is_some()))
        .collect();
    let Some((path, operations)) = choice.of(&paths) else { return false };
    let servers = members_of(document, &path.pointer).and_then(|members| members.shift_remove("servers"));
    let Some(servers) = servers else { return false };
    for operation in operations {
        if let Some(members) = members_of(document, operation) {
            members.entry("servers").or_insert_with(|| servers.clone());
        }
    }
    true
}

/// The URL of a server with or without a slash at its end, to which the paths are appended.
pub(super) fn end_server_with_slash(document: &mut Value, choice: &mut Choice) -> bool {
    let lists = sites(document, &[Role::Servers]);
    let list = choice.of(&lists).and_then(|site| document.pointer_mut(&site.pointer)?.as_array_mut());
    let Some(Value::String(url)) = list.and_then(|list| list.first_mut()?.get_mut("url")) else {
        return false;
    };
    match url.strip_suffix('/') {
        Some(without) if without.ends_with(|character: char| character != '/') => *url = without.to_owned(),
        None if !url.is_empty() && !url.contains('?') => url.push('/'),
        _ => return false,
    }
    true
}
