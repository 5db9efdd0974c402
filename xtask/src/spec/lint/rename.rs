//! The names that the generator gives: the steps of progenitor 0.15 and typify 0.8, with the same crate `heck`.
//!
//! Only to find names that become one. The generator's marks on keywords and first digits cannot make two names
//! equal, and are left out.

use std::borrow::Cow;

use heck::{ToPascalCase as _, ToSnakeCase as _};

/// The name of a type or of an enum's variant.
pub(super) fn pascal(name: &str) -> String {
    prepare(name).to_pascal_case()
}

/// The name of a function, a field or a variable.
pub(super) fn snake(name: &str) -> String {
    prepare(name).to_snake_case()
}

fn prepare(name: &str) -> Cow<'static, str> {
    match name {
        "+1" => return "plus1".into(),
        "-1" => return "minus1".into(),
        _ => {}
    }
    let kept = name.chars().filter(|character| *character != '\'');
    let plain: String = kept.map(|character| if is_plain(character) { character } else { '-' }).collect();
    // What is left of a name of mere signs is empty, and named `x`.
    if plain.chars().any(char::is_alphanumeric) { plain.into() } else { "x".into() }
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames() {
        for (name, expected) in [
            ("createOrgLiveMigrationLinkToken", "create_org_live_migration_link_token"),
            ("_id", "id"),
            ("mongoDBVersion", "mongo_db_version"),
            ("X-Error-Code", "x_error_code"),
            ("+1", "plus1"),
            ("...", "x"),
        ] {
            assert_eq!(snake(name), expected);
        }
        for (name, expected) in
            [("PRIVATE_LINK", "PrivateLink"), ("private-link", "PrivateLink"), ("don't", "Dont")]
        {
            assert_eq!(pascal(name), expected);
        }
    }
}
