//! Names that do not exist: suggestions of those that do.

use crate::error::printable;

/// How many suggestions a message has at most.
const MAX_SUGGESTIONS: usize = 3;
/// How many names a message lists at most.
pub(super) const MAX_LISTED: usize = 10;
/// Longer names are truncated in messages.
const MAX_NAME_LENGTH: usize = 100;

/// The names that resemble this one, the most similar first, ignoring case.
pub(in crate::plan) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = shortened(name).to_lowercase();
    let allowed = (lower.chars().count() / 3).max(1);
    let distance = |known: &str| strsim::osa_distance(&lower, &shortened(known).to_lowercase());
    let mut found: Vec<_> = known.into_iter().map(|known| (distance(known), known)).collect();
    found.retain(|(distance, _)| *distance <= allowed && !lower.is_empty());
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(MAX_SUGGESTIONS).map(|(_, known)| known).collect()
}

/// What to use in place of an unknown name: the nearest names, or else all of them; none if no name is known.
pub(super) fn suggestion(name: &str, known: &[&str]) -> Option<String> {
    let near = nearest(name, known.iter().copied());
    if !near.is_empty() {
        return Some(format!("Did you mean {}?", list(&near, " or ")));
    }
    match known.len() {
        0 => None,
        1..=MAX_LISTED => Some(format!("There is only: {}.", list(known, ", "))),
        count => Some(format!("There are {count}, among them: {}.", list(&known[..MAX_LISTED], ", "))),
    }
}

/// The names as they are shown, separated.
pub(super) fn list(names: &[&str], separator: &str) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(separator)
}

/// The name as messages show it. It comes from a file or a server, and may contain anything.
pub(super) fn quoted(name: &str) -> String {
    let short = shortened(name);
    let cut = if short.len() < name.len() { "…" } else { "" };
    format!("`{}{cut}`", printable(short))
}

fn shortened(name: &str) -> &str {
    name.char_indices().nth(MAX_NAME_LENGTH).map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_come_first() {
        let known = ["orders", "order-items", "customers", "Orders-2", "x"];
        assert_eq!(nearest("Order", known), ["orders"]);
        assert_eq!(nearest("ORDERS", known), ["orders", "Orders-2"]);
        assert_eq!(nearest("custmoers", known), ["customers"]);
        assert_eq!(nearest("y", known), ["x"]);
        assert!(nearest("", known).is_empty());
        assert!(nearest("inventory", known).is_empty());
    }

    #[test]
    fn what_a_message_suggests() {
        let suggestion = |name, known: &[&str]| suggestion(name, known).unwrap_or_default();
        assert_eq!(suggestion("ordres", &["orders", "customers"]), "Did you mean `orders`?");
        assert_eq!(suggestion("other", &["orders", "a\u{1b}[2J"]), "There is only: `orders`, `a [2J`.");
        assert_eq!(suggestion("other", &[]), "");
        let many: Vec<String> = (0..12).map(|index| format!("cluster-{index}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(suggestion("other", &many).starts_with("There are 12, among them: `cluster-0`, "));
        assert_eq!(quoted(&"é".repeat(101)), format!("`{}…`", "é".repeat(100)));
    }
}
