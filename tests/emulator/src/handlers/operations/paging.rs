//! Pages of a list, with the links between them.

use atlas_migration_sdk::ParameterLocation;
use serde::Serialize;
use serde_json::Value;

use super::call::{Call, Content, to_value};
use crate::state::State;

/// The parameters that the links do not copy from the request: those of the page itself, and of the presentation.
const NOT_COPIED: [&str; 5] = ["includeCount", "pageNum", "itemsPerPage", "envelope", "pretty"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    links: Vec<Link>,
    results: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<usize>,
}

#[derive(Serialize)]
struct Link {
    href: String,
    rel: &'static str,
}

/// The requested page of these items. `to_result` converts an item to its JSON.
pub(super) fn page<T>(
    state: &State,
    call: &Call<'_>,
    items: &[T],
    to_result: impl Fn(&T) -> Value,
) -> Content {
    // Both have a default and a minimum of 1 in the table.
    let number =
        |name| call.parameters.integer(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(1);
    let (page, size) = (number("pageNum").max(1), number("itemsPerPage").max(1));
    let first = (page - 1).saturating_mul(size);
    let results = items.iter().skip(first).take(size).map(to_result).collect();
    let mut links = vec![link(state, call, "self", page, size)];
    if page > 1 {
        links.push(link(state, call, "previous", page - 1, size));
    }
    if first.saturating_add(size) < items.len() {
        links.push(link(state, call, "next", page + 1, size));
    }
    let total_count = call.parameters.boolean("includeCount").then_some(items.len());
    Content::Page(to_value(&Page { links, results, total_count }))
}

/// The link to a page of the same list.
fn link(state: &State, call: &Call<'_>, rel: &'static str, page: usize, size: usize) -> Link {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for parameter in call.operation.parameters {
        if parameter.location == ParameterLocation::Query && !NOT_COPIED.contains(&parameter.name) {
            let values = call.request.query_values(parameter.name);
            query.extend_pairs(values.iter().map(|value| (parameter.name, value)));
        }
    }
    query.append_pair("includeCount", if call.parameters.boolean("includeCount") { "true" } else { "false" });
    query.append_pair("pageNum", &page.to_string()).append_pair("itemsPerPage", &size.to_string());
    Link { href: format!("{}{}?{}", state.base_url, call.request.path(), query.finish()), rel }
}
