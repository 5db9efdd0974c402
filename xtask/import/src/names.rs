//! Names for components: short, in the spelling of Rust, and unique.

use heck::{ToLowerCamelCase as _, ToPascalCase as _};

/// Names of types that the generated code uses itself; lint refuses components with these names.
const RESERVED: [&str; 7] = ["Ok", "Err", "Some", "None", "OpenEnum", "Self", "Secret"];

/// Words at the start and at the end of published names that distinguish nothing.
const PREFIXES: [&str; 2] = ["ApiAtlas", "Atlas"];
const SUFFIXES: [&str; 3] = ["ViewManual", "View", "Response"];

/// A short name for a published schema, without its date.
pub(crate) fn stem(published: &str) -> String {
    let undated = published.trim_end_matches(|last: char| last.is_ascii_digit());
    // Only a date has eight digits.
    let undated = if published.len() == undated.len() + 8 { undated } else { published };
    if let Some(items) = undated.strip_prefix("Paginated") {
        return format!("{}Page", stem(items));
    }
    let short = PREFIXES.iter().find_map(|prefix| undated.strip_prefix(prefix)).unwrap_or(undated);
    let short = SUFFIXES.iter().find_map(|suffix| short.strip_suffix(suffix)).unwrap_or(short);
    pascal(if short.is_empty() { undated } else { short })
}

pub(crate) fn pascal(name: &str) -> String {
    name.to_pascal_case()
}

pub(crate) fn camel(name: &str) -> String {
    name.to_lower_camel_case()
}

/// The name for an inline schema: that of its parent, and of the property unless that repeats the parent's name.
pub(crate) fn of_property(parent: &str, property: &str) -> String {
    let property = pascal(property);
    if property.starts_with(parent) && property != parent { property } else { format!("{parent}{property}") }
}

/// The singular of an English noun, for the name of an item of a list.
pub(crate) fn singular(name: &str) -> String {
    for (suffix, replacement) in
        [("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("statuses", "status")]
    {
        if let Some(start) = name.strip_suffix(suffix) {
            return format!("{start}{replacement}");
        }
    }
    let is_plural = name.ends_with('s') && !["ss", "us", "is"].iter().any(|end| name.ends_with(end));
    name.strip_suffix('s').filter(|_| is_plural).unwrap_or(name).to_owned()
}

/// The first of the names that is valid and not in use, or the last one with a number.
pub(crate) fn unused(candidates: &[String], is_used: impl Fn(&str) -> bool) -> String {
    let is_free = |name: &str| !is_used(name) && !RESERVED.contains(&name);
    let is_name = |name: &str| name.starts_with(|first: char| first.is_ascii_alphabetic());
    if let Some(name) = candidates.iter().find(|name| is_name(name) && is_free(name)) {
        return name.clone();
    }
    let last = candidates.last().map_or("Schema", String::as_str);
    let last = if is_name(last) { last.to_owned() } else { format!("X{last}") };
    (2..).map(|number| format!("{last}{number}")).find(|name| is_free(name)).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_names_become_short() {
        for (published, expected) in [
            ("AtlasOrganization", "Organization"),
            ("PaginatedAtlasGroupView", "GroupPage"),
            ("LiveMigrationRequest20240530", "LiveMigrationRequest"),
            ("Group", "Group"),
            ("View", "View"),
            ("AWSAccountDetails", "AwsAccountDetails"),
            ("Ipv4Address2", "Ipv4Address2"),
        ] {
            assert_eq!(stem(published), expected);
        }
    }

    #[test]
    fn items_have_the_singular() {
        for (plural, expected) in [
            ("policies", "policy"),
            ("hosts", "host"),
            ("status", "status"),
            ("access", "access"),
            ("indexes", "index"),
        ] {
            assert_eq!(singular(plural), expected);
        }
    }

    #[test]
    fn a_used_name_gets_a_number() {
        let candidates = ["Ok", "Group", "AtlasGroup"].map(str::to_owned);
        assert_eq!(unused(&candidates, |_| false), "Group");
        assert_eq!(unused(&candidates, |name| name == "Group"), "AtlasGroup");
        assert_eq!(unused(&candidates, |name| !name.ends_with('3')), "AtlasGroup3");
    }
}
