//! Edits of operations and of what the document says about all of them.

use serde_json::{Map, Value, json};

use super::change;
use crate::tests::rewritings::choice::{Choice, Site, members_of, parent, sites_where};
use openapi_fragment::openapi::{METHODS, Role};

pub(super) fn add_parameter(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Operation,
        |_| true,
        |members, choice| {
            let location = choice.of(&["query", "header"])?;
            let parameter = json!({"name": "added", "in": location, "required": choice.flip(), "schema": {"type": "string"}});
            members
                .entry("parameters")
                .or_insert_with(|| json!([]))
                .as_array_mut()
                .map(|list| list.push(parameter))
        },
    )
}

pub(super) fn remove_parameter(document: &mut Value, choice: &mut Choice) -> bool {
    let parameters = sites_where(document, |site, value| {
        let is_path = value.get("in").is_some_and(|location| location == "path");
        site.role == Role::Parameter && site.pointer.contains("/parameters/") && !is_path && is_item(site)
    });
    let Some(site) = choice.of(&parameters) else { return false };
    let index = site.token().parse::<usize>().unwrap_or_default();
    let Some(list) = document.pointer_mut(site.parent()).and_then(Value::as_array_mut) else { return false };
    list.remove(index);
    if list.is_empty() {
        let holder = parent(site.parent()).to_owned();
        members_of(document, &holder).and_then(|members| members.shift_remove("parameters"));
    }
    true
}

fn is_item(site: &Site) -> bool {
    site.token().parse::<usize>().is_ok()
}

/// A parameter, a header or a body becomes required or optional.
pub(super) fn toggle_required(document: &mut Value, choice: &mut Choice) -> bool {
    let roles = [Role::Parameter, Role::Header, Role::RequestBody];
    let Some(role) = choice.of(&roles).copied() else { return false };
    let is_variable =
        |members: &Map<String, Value>| members.get("in").is_some_and(|location| location == "path");
    change(
        document,
        choice,
        role,
        |members| !is_variable(members),
        |members, _| {
            if members.shift_remove("required") != Some(json!(true)) {
                members.insert("required".to_owned(), json!(true));
            }
            Some(())
        },
    )
}

pub(super) fn add_response(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Responses,
        |_| true,
        |members, choice| {
            let status = choice.of(&["202", "409"])?;
            members.insert((*status).to_owned(), json!({"description": "Added."})).or(Some(json!(null)))
        },
    )
}

pub(super) fn remove_response(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Responses,
        |members| members.len() > 1,
        |members, choice| {
            let status = members.keys().nth(choice.below(members.len()))?.clone();
            members.shift_remove(&status)
        },
    )
}

pub(super) fn add_header(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Response,
        |_| true,
        |members, choice| {
            let header = json!({"required": choice.flip(), "schema": {"type": "integer"}});
            let headers = members.entry("headers").or_insert_with(|| json!({})).as_object_mut()?;
            headers.insert("X-Added".to_owned(), header).or(Some(json!(null)))
        },
    )
}

pub(super) fn remove_header(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Headers,
        |members| !members.is_empty(),
        |members, choice| {
            let name = members.keys().nth(choice.below(members.len()))?.clone();
            members.shift_remove(&name)
        },
    )
}

pub(super) fn add_media_type(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Content,
        |members| !members.is_empty(),
        |members, _| {
            members
                .insert("text/plain".to_owned(), json!({"schema": {"type": "string"}}))
                .or(Some(json!(null)))
        },
    )
}

pub(super) fn remove_operation(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::PathItem,
        |_| true,
        |members, choice| {
            let methods: Vec<&str> =
                METHODS.iter().copied().filter(|method| members.contains_key(*method)).collect();
            (methods.len() > 1).then(|| members.shift_remove(*choice.of(&methods)?))
        },
    )
}

pub(super) fn change_security(document: &mut Value, choice: &mut Choice) -> bool {
    let lists =
        [json!([]), json!([{"Basic": []}]), json!([{"Key": []}]), json!([{"Basic": []}, {"Key": []}])];
    let role = if choice.flip() { Role::Root } else { Role::Operation };
    change(
        document,
        choice,
        role,
        |_| true,
        |members, choice| {
            if choice.below(3) == 0 {
                return members.shift_remove("security");
            }
            members.insert("security".to_owned(), choice.of(&lists)?.clone()).or(Some(json!(null)))
        },
    )
}

pub(super) fn change_server(document: &mut Value, choice: &mut Choice) -> bool {
    let role = choice.of(&[Role::Root, Role::Operation]).copied().unwrap_or(Role::Root);
    change(
        document,
        choice,
        role,
        |_| true,
        |members, choice| {
            let url = choice.of(&["https://a.test/v1", "https://b.test"])?;
            let servers = members.entry("servers").or_insert_with(|| json!([])).as_array_mut()?;
            if choice.flip() {
                servers.clear();
            }
            servers.push(json!({ "url": url }));
            Some(())
        },
    )
}
