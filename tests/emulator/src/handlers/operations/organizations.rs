//! The list of organizations, in pages.

use serde::Serialize;
use serde_json::json;

use super::call::{Call, Content, to_value};
use crate::http::ErrorResponse;
use crate::state::{Organization, State};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    links: Vec<Link>,
    results: Vec<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<usize>,
}

#[derive(Serialize)]
struct Link {
    href: String,
    rel: &'static str,
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let prefix = call.parameters.text("name").unwrap_or_default().to_lowercase();
    let matching: Vec<&Organization> =
        state.organizations.iter().filter(|one| one.name.to_lowercase().starts_with(&prefix)).collect();
    // Both have a default and a minimum of 1 in the table.
    let number =
        |name| call.parameters.integer(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(1);
    let (page, size) = (number("pageNum").max(1), number("itemsPerPage").max(1));
    let first = (page - 1).saturating_mul(size);
    let results = matching.iter().skip(first).take(size).map(|one| to_result(one, &state.base_url)).collect();
    let mut links = vec![link(state, call, "self", page, size)];
    if page > 1 {
        links.push(link(state, call, "previous", page - 1, size));
    }
    if first.saturating_add(size) < matching.len() {
        links.push(link(state, call, "next", page + 1, size));
    }
    let total_count = call.parameters.boolean("includeCount").then_some(matching.len());
    Ok(Content::Page(to_value(&Page { links, results, total_count })))
}

fn to_result(organization: &Organization, base_url: &str) -> serde_json::Value {
    let Organization { id, name, .. } = organization;
    json!({
        "id": id,
        "isDeleted": false,
        "links": [{"href": format!("{base_url}/api/atlas/v2/orgs/{id}"), "rel": "self"}],
        "name": name,
        "skipDefaultAlertsSettings": false,
    })
}

/// The link to a page of the same list.
fn link(state: &State, call: &Call<'_>, rel: &'static str, page: usize, size: usize) -> Link {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(name) = call.parameters.text("name") {
        query.append_pair("name", name);
    }
    query.append_pair("includeCount", if call.parameters.boolean("includeCount") { "true" } else { "false" });
    query.append_pair("pageNum", &page.to_string()).append_pair("itemsPerPage", &size.to_string());
    Link { href: format!("{}{}?{}", state.base_url, call.request.path(), query.finish()), rel }
}
