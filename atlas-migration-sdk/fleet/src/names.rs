//! Names that people give, and those that resemble them.

/// The longest name of a fleet, a migration, a source or a password.
pub(crate) const MAX_NAME_LENGTH: usize = 64;
/// The shortest beginning of a name that resembles it.
const MIN_BEGINNING: usize = 4;
/// Longer texts resemble nothing.
const MAX_COMPARED: usize = 100;

/// Whether this can be the name of a fleet or of something in it.
///
/// Names are in the ids of workflows, in URLs of Temporal's web interface, and in file names of reports. So they have no
/// character that one of these would have to escape, above all not the `/` between the parts of an id.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if name.len() <= MAX_NAME_LENGTH
        && name.chars().all(is_allowed)
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
    {
        return Ok(());
    }
    Err(format!(
        "a name has 1 to {MAX_NAME_LENGTH} characters of a-z, A-Z, 0-9, `-`, `_` and `.`, and begins with a letter or a \
         digit, because it becomes a part of the ids of workflows"
    ))
}

/// The name that resembles this one most, ignoring case.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    if length == 0 || length > MAX_COMPARED {
        return None;
    }
    let allowed = (length / 3).max(1);
    let found = known.into_iter().filter_map(|known| {
        let lower = known.to_lowercase();
        let distance = strsim::osa_distance(&name, &lower);
        // The beginning of a name resembles it, however much is missing.
        let is_beginning = length >= MIN_BEGINNING && lower.starts_with(&name);
        (is_beginning || distance <= allowed).then_some((distance, known))
    });
    found.min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_character_that_an_id_would_have_to_escape() {
        for name in ["a", "orders", "Orders-2.eu_west", "7", &"n".repeat(64)] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "-a", ".a", "a/b", "a b", "ä", "a\n", "a%2f", &"n".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_nearest_name() {
        let known = ["orders", "order-items", "customers"];
        for (name, expected) in [
            ("order", Some("orders")),
            ("CUSTOMER", Some("customers")),
            ("ordres", Some("orders")),
            ("cust", Some("customers")),
            ("cus", None),
            ("inventory", None),
            ("", None),
            (&"o".repeat(101), None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
    }
}
