//! The names of operations: the published id, the short name and the method of the Go SDK, alone or after the tag as in
//! the Atlas CLI.

use atlas_migration_sdk::{Operation, operations};

/// How similar a name must be to be suggested, from 0 to 1.
const SIMILAR: f64 = 0.8;

/// The operation with this name.
pub(super) fn operation(name: &str) -> Option<&'static Operation> {
    operations::ALL.iter().copied().find(|operation| of(operation).any(|known| known == name))
}

/// The names of an operation, the published id first.
pub(super) fn of(operation: &'static Operation) -> impl Iterator<Item = &'static str> {
    [Some(operation.id), operation.short_name, Some(operation.go_sdk_name)].into_iter().flatten()
}

/// The tags as the Atlas CLI spells them, each once, with a summary.
pub(super) fn tags() -> Vec<&'static str> {
    let mut tags: Vec<_> = operations::ALL.iter().filter_map(|operation| operation.tag).collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// Whether this is a tag, in the spelling of the Atlas CLI.
pub(super) fn is_tag(name: &str) -> bool {
    tags().into_iter().any(|tag| camel_case(tag) == name)
}

/// The Atlas CLI's spelling of a tag: `cloudMigrationService` for `Cloud Migration Service`.
pub(super) fn camel_case(tag: &str) -> String {
    let mut name = String::new();
    for (index, word) in tag.split_whitespace().enumerate() {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        name += &if index == 0 { first.to_lowercase() } else { first.to_uppercase() };
        name += rest;
    }
    name
}

/// The message for a name that no operation has.
pub(super) fn unknown(name: &str) -> String {
    let suggestion = similar(name, operations::ALL.iter().copied().flat_map(of))
        .map_or_else(String::new, |similar| format!("\n\n  tip: a similar operation exists: '{similar}'"));
    format!("there is no operation '{name}'{suggestion}\n\n`atlas-migration api list` lists the operations.")
}

/// The most similar of the known names, if one is similar enough. Case, hyphens and underscores do not count.
pub(super) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = simplified(name);
    let scored = known.into_iter().map(|known| (strsim::jaro_winkler(&name, &simplified(known)), known));
    // Of equally similar names, the first.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 >= SIMILAR).then_some(best.1)
}

fn simplified(name: &str) -> String {
    // Longer names are not similar, and comparing them takes long.
    name.chars().filter(|c| c.is_alphanumeric()).take(64).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_one_operation() {
        let mut names: Vec<_> = operations::ALL.iter().copied().flat_map(of).collect();
        names.extend(["list"]);
        let tags: Vec<_> = tags().into_iter().map(camel_case).collect();
        assert!(tags.contains(&"cloudMigrationService".to_owned()), "{tags:?}");
        names.extend(tags.iter().map(String::as_str));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
    }

    #[test]
    fn suggestions_ignore_case_and_hyphens() {
        for (name, suggested) in [
            ("createlinktoken", Some("createLinkToken")),
            ("CREATE-LINK-TOKEN", Some("createLinkToken")),
            ("cutovermigratoin", Some("cutoverMigration")),
            ("listOrg", Some("listOrgs")),
            ("LISTORGS", Some("listOrgs")),
            ("zzz", None),
            ("", None),
        ] {
            let found = similar(name, operations::ALL.iter().copied().flat_map(of));
            assert_eq!(found, suggested, "{name}");
        }
    }
}
