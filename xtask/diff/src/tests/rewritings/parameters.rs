//! Rewritings of parameters: where they are declared.

use serde_json::{Value, json};

use super::choice::{Choice, Site, members_of, resolved, sites};
use openapi_fragment::openapi::{METHODS, Role, variables};
use openapi_fragment::pointer;

/// The location and the name of a parameter. HTTP compares the names of headers without case.
fn key(document: &Value, parameter: &Value) -> Option<(String, String)> {
    let parameter = resolved(document, parameter);
    let (location, name) = (parameter.get("in")?.as_str()?, parameter.get("name")?.as_str()?);
    let name = if location == "header" { name.to_ascii_lowercase() } else { name.to_owned() };
    Some((location.to_owned(), name))
}

fn list(document: &Value, holder: &str) -> Vec<Value> {
    let items = document.pointer(holder).and_then(|holder| holder.get("parameters")?.as_array());
    items.cloned().unwrap_or_default()
}

fn find(document: &Value, holder: &str, wanted: &Value) -> Option<usize> {
    let key = |parameter| key(document, parameter);
    list(document, holder).iter().position(|parameter| key(parameter) == key(wanted))
}

fn set_list(document: &mut Value, holder: &str, list: Vec<Value>) {
    let Some(members) = members_of(document, holder) else { return };
    if list.is_empty() {
        members.shift_remove("parameters");
    } else {
        members.insert("parameters".to_owned(), Value::Array(list));
    }
}

/// The paths that have operations, with the pointers of these.
pub(super) fn paths(document: &Value) -> Vec<(Site, Vec<String>)> {
    let items = sites(document, &[Role::PathItem, Role::CalledItem]).into_iter();
    let items = items.map(|site| {
        let item = document.pointer(&site.pointer);
        let methods = METHODS.iter().filter(|method| item.is_some_and(|item| item.get(**method).is_some()));
        let operations = methods.map(|method| pointer::join(&site.pointer, method)).collect();
        (site, operations)
    });
    items.filter(|(_, operations): &(_, Vec<String>)| !operations.is_empty()).collect()
}

/// A parameter of a path becomes one of each operation that does not override it.
pub(super) fn move_parameter_to_operations(document: &mut Value, choice: &mut Choice) -> bool {
    let paths: Vec<_> =
        paths(document).into_iter().filter(|(site, _)| !list(document, &site.pointer).is_empty()).collect();
    let Some((path, operations)) = choice.of(&paths) else { return false };
    let mut shared = list(document, &path.pointer);
    let parameter = shared.remove(choice.below(shared.len()));
    for operation in operations {
        if find(document, operation, &parameter).is_none() {
            let mut own = list(document, operation);
            own.insert(choice.below(own.len() + 1), parameter.clone());
            set_list(document, operation, own);
        }
    }
    set_list(document, &path.pointer, shared);
    true
}

/// A parameter that all operations of a path declare equally becomes one of the path.
pub(super) fn move_parameter_to_path(document: &mut Value, choice: &mut Choice) -> bool {
    let candidates: Vec<(Site, Vec<String>, Value)> = paths(document)
        .into_iter()
        .flat_map(|(site, operations)| {
            let common = list(document, &operations[0]).into_iter();
            let common = common.filter(|parameter| {
                operations.iter().all(|operation| list(document, operation).contains(parameter))
            });
            common.map(|parameter| (site.clone(), operations.clone(), parameter)).collect::<Vec<_>>()
        })
        .collect();
    let Some((path, operations, parameter)) = choice.of(&candidates) else { return false };
    for operation in operations {
        let own = list(document, operation).into_iter().filter(|known| known != parameter).collect();
        set_list(document, operation, own);
    }
    let mut shared = list(document, &path.pointer);
    if let Some(overridden) = find(document, &path.pointer, parameter) {
        shared.remove(overridden);
    }
    shared.push(parameter.clone());
    set_list(document, &path.pointer, shared);
    true
}

/// An operation declares a parameter of its path again.
pub(super) fn repeat_parameter(document: &mut Value, choice: &mut Choice) -> bool {
    let pairs: Vec<(String, Value)> = paths(document)
        .into_iter()
        .flat_map(|(site, operations)| {
            let shared = list(document, &site.pointer);
            let pairs = operations.into_iter();
            pairs
                .flat_map(|operation| {
                    shared.iter().map(move |parameter| (operation.clone(), parameter.clone()))
                })
                .collect::<Vec<_>>()
        })
        .filter(|(operation, parameter)| find(document, operation, parameter).is_none())
        .collect();
    let Some((operation, parameter)) = choice.of(&pairs) else { return false };
    let mut own = list(document, operation);
    own.push(parameter.clone());
    set_list(document, operation, own);
    true
}

/// A path declares a parameter that each of its operations overrides.
pub(super) fn declare_overridden_parameter(document: &mut Value, choice: &mut Choice) -> bool {
    let paths = paths(document);
    let Some((path, operations)) = choice.of(&paths) else { return false };
    let own = list(document, &operations[0]);
    let Some(parameter) = choice.of(&own) else { return false };
    let Some((location, name)) = key(document, parameter).filter(|(location, _)| location != "path") else {
        return false;
    };
    let is_overridden = operations.iter().all(|operation| find(document, operation, parameter).is_some());
    if !is_overridden || find(document, &path.pointer, parameter).is_some() {
        return false;
    }
    let mut shared = list(document, &path.pointer);
    shared.push(json!({"name": name, "in": location, "required": true, "schema": {"type": "boolean"}}));
    set_list(document, &path.pointer, shared);
    true
}

/// A header parameter that OpenAPI says is ignored.
pub(super) fn add_ignored_header(document: &mut Value, choice: &mut Choice) -> bool {
    let holders = sites(document, &[Role::Operation]);
    let Some(site) = choice.of(&holders) else { return false };
    let name = choice.of(&["Accept", "Content-Type", "authorization"]).copied().unwrap_or_default();
    let parameter = json!({"name": name, "in": "header", "required": true, "schema": {"type": "string"}});
    if find(document, &site.pointer, &parameter).is_some() {
        return false;
    }
    let mut own = list(document, &site.pointer);
    own.push(parameter);
    set_list(document, &site.pointer, own);
    true
}

/// A variable of a path gets another name.
pub(super) fn rename_path_variable(document: &mut Value, choice: &mut Choice) -> bool {
    let Some(names) = document.get("paths").and_then(Value::as_object) else { return false };
    let names: Vec<String> = names.keys().filter(|path| path.contains('{')).cloned().collect();
    let Some(path) = choice.of(&names).filter(|_| !document.to_string().contains("$request.path")) else {
        return false;
    };
    let Some(variable) = variables(path).next().map(str::to_owned) else { return false };
    let new_name = format!("{variable}Renamed");
    let Some(paths) = members_of(document, "/paths") else { return false };
    let Some(mut item) = paths.get(path).cloned() else { return false };
    let is_declared = |item: &Value| item.to_string().contains(&format!("\"name\":\"{variable}\""));
    if !is_declared(&item) || item.to_string().contains("/parameters/") {
        return false;
    }
    rename_parameters(&mut item, &variable, &new_name);
    let new_path = path.replace(&format!("{{{variable}}}"), &format!("{{{new_name}}}"));
    let renamed = paths.iter().map(|(name, value)| {
        if name == path { (new_path.clone(), item.clone()) } else { (name.clone(), value.clone()) }
    });
    *paths = renamed.collect();
    true
}

fn rename_parameters(value: &mut Value, old: &str, new: &str) {
    if value.get("in").is_some_and(|location| location == "path")
        && value.get("name").is_some_and(|name| name == old)
    {
        value["name"] = json!(new);
        return;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|value| rename_parameters(value, old, new)),
        Value::Array(items) => items.iter_mut().for_each(|item| rename_parameters(item, old, new)),
        _ => {}
    }
}
