//! The organizations, by pages.

use serde::Serialize;
use serde_json::json;

use super::{Call, Content, value};
use crate::reply::Refusal;
use crate::world::{Organization, World};

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

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let prefix = call.parameters.text("name").unwrap_or_default().to_lowercase();
    let matching: Vec<&Organization> =
        world.organizations.iter().filter(|one| one.name.to_lowercase().starts_with(&prefix)).collect();
    // Both have a default and a minimum of 1 in the table.
    let number =
        |name| call.parameters.integer(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(1);
    let (page, size) = (number("pageNum").max(1), number("itemsPerPage").max(1));
    let first = (page - 1).saturating_mul(size);
    let results = matching.iter().skip(first).take(size).map(|one| show(one, &world.base_url)).collect();
    let mut links = vec![link(world, call, "self", page, size)];
    if page > 1 {
        links.push(link(world, call, "previous", page - 1, size));
    }
    if first.saturating_add(size) < matching.len() {
        links.push(link(world, call, "next", page + 1, size));
    }
    let total_count = call.parameters.boolean("includeCount").then_some(matching.len());
    Ok(Content::Page(value(&Page { links, results, total_count })))
}

fn show(organization: &Organization, base_url: &str) -> serde_json::Value {
    let Organization { id, name, .. } = organization;
    json!({
        "id": id,
        "isDeleted": false,
        "links": [{"href": format!("{base_url}/api/atlas/v2/orgs/{id}"), "rel": "self"}],
        "name": name,
        "skipDefaultAlertsSettings": false,
    })
}

/// The address of another page of the same list.
fn link(world: &World, call: &Call<'_>, rel: &'static str, page: usize, size: usize) -> Link {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(name) = call.parameters.text("name") {
        query.append_pair("name", name);
    }
    query.append_pair("includeCount", if call.parameters.boolean("includeCount") { "true" } else { "false" });
    query.append_pair("pageNum", &page.to_string()).append_pair("itemsPerPage", &size.to_string());
    Link { href: format!("{}{}?{}", world.base_url, call.request.path(), query.finish()), rel }
}
