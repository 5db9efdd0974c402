//! Rewritings of names that have several spellings in HTTP, and of statuses that a range covers.

use serde_json::{Value, json};

use super::choice::{Choice, is_reference, members_of, sites, sites_where};
use openapi_fragment::openapi::Role;

fn other_case(name: &str) -> Option<String> {
    let (lower, upper) = (name.to_ascii_lowercase(), name.to_ascii_uppercase());
    [lower, upper].into_iter().find(|other| other != name)
}

/// The name of a header parameter in another case.
pub(super) fn recase_header_parameter(document: &mut Value, choice: &mut Choice) -> bool {
    let headers = sites_where(document, |site, value| {
        site.role == Role::Parameter && value.get("in").is_some_and(|location| location == "header")
    });
    let node = choice.of(&headers).and_then(|site| document.pointer_mut(&site.pointer));
    let Some(name) = node.and_then(|node| node.get_mut("name")) else { return false };
    name.as_str().and_then(other_case).map(|other| *name = json!(other)).is_some()
}

/// The name of a response header, or a media type, in another case.
fn recase_key(document: &mut Value, choice: &mut Choice, role: Role) -> bool {
    let maps = sites_where(document, |site, value| {
        site.role == role && value.as_object().is_some_and(|members| !members.is_empty())
    });
    let Some(members) = choice.of(&maps).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    let keys: Vec<String> = members.keys().cloned().collect();
    let Some(old) = choice.of(&keys) else { return false };
    let is_used = |other: &String| keys.iter().any(|key| key != old && key.eq_ignore_ascii_case(other));
    let Some(new) = other_case(old).filter(|other| !is_used(other) && !other.contains(';')) else {
        return false;
    };
    let renamed = members
        .iter()
        .map(|(key, value)| (if key == old { new.clone() } else { key.clone() }, value.clone()));
    *members = renamed.collect();
    true
}

pub(super) fn recase_response_header(document: &mut Value, choice: &mut Choice) -> bool {
    recase_key(document, choice, Role::Headers)
}

pub(super) fn recase_media_type(document: &mut Value, choice: &mut Choice) -> bool {
    recase_key(document, choice, Role::Content)
}

/// The name of an authentication scheme, or of the header with an API key, in another case.
pub(super) fn recase_security_scheme(document: &mut Value, choice: &mut Choice) -> bool {
    let schemes = sites_where(document, |site, value| {
        let is = |key: &str, wanted: &str| value.get(key).is_some_and(|known| known == wanted);
        site.role == Role::SecurityScheme
            && !is_reference(value)
            && (is("type", "http") || (is("type", "apiKey") && is("in", "header")))
    });
    let Some(members) = choice.of(&schemes).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    let key = if members.contains_key("scheme") { "scheme" } else { "name" };
    let Some(name) = members.get_mut(key) else { return false };
    name.as_str().and_then(other_case).map(|other| *name = json!(other)).is_some()
}

/// The parameters of a media type with other white space, case, quotes and order.
pub(super) fn respell_media_type(document: &mut Value, choice: &mut Choice) -> bool {
    let maps = sites_where(document, |site, value| {
        site.role == Role::Content
            && value.as_object().is_some_and(|members| members.keys().any(|name| name.contains(';')))
    });
    let Some(members) = choice.of(&maps).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    let spellings = [
        "a/b; charset=utf-8; v=\"1 2\"",
        "a/b;v=\"1 2\";charset=utf-8",
        "A/b ; Charset=\"UTF-8\"; v=\"1\\ 2\"",
    ];
    let Some(new) = choice.of(&spellings).filter(|new| !members.contains_key(**new)) else { return false };
    let renamed = members.iter().map(|(name, value)| {
        let name = if name.contains(';') { (*new).to_owned() } else { name.clone() };
        (name, value.clone())
    });
    *members = renamed.collect();
    true
}

/// The scheme and the host of a server in upper case, and with the default port.
pub(super) fn respell_host(document: &mut Value, choice: &mut Choice) -> bool {
    let lists = sites(document, &[Role::Servers]);
    let list = choice.of(&lists).and_then(|site| document.pointer_mut(&site.pointer)?.as_array_mut());
    let Some(Value::String(url)) = list.and_then(|list| list.first_mut()?.get_mut("url")) else {
        return false;
    };
    let Some(rest) = url.strip_prefix("https://").filter(|rest| !rest.contains(['{', ':', '@'])) else {
        return false;
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    *url = format!("HTTPS://{}:443{path}", host.to_ascii_uppercase());
    true
}

/// A status of its own for an error that a range covers.
pub(super) fn write_covered_status(document: &mut Value, choice: &mut Choice) -> bool {
    let ranges = ["4XX", "default"];
    let all = sites_where(document, |site, value| {
        site.role == Role::Responses && ranges.iter().any(|range| value.get(range).is_some())
    });
    let Some(members) = choice.of(&all).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    let covering = ranges.iter().find_map(|range| members.get(*range)).cloned();
    covering.is_some_and(|response| members.insert("499".to_owned(), response).is_none())
}
