//! Converts names of the document to names in generated code.
//!
//! Names of types, fields and functions follow the steps of progenitor 0.15 and typify 0.8, which use the same crate
//! `heck`. The names of the variants of open enums are this crate's own. Lint and the generator use the same functions,
//! so that they always agree.

use heck::{ToPascalCase as _, ToSnakeCase as _};

/// The variant of an open enum for unknown values.
pub(crate) const CATCH_ALL: &str = "Unknown";

/// The component schema that lowering adds for inline secrets.
pub(crate) const SECRET: &str = "Secret";

/// The name of the type for a component schema.
pub fn type_name(component: &str) -> String {
    identifier(prepare(component).to_pascal_case(), "X")
}

/// The name of a function, a field or a variable.
pub(crate) fn snake(name: &str) -> String {
    identifier(prepare(name).to_snake_case(), "x")
}

/// The name of the variant for a value of an open enum; `None` if it would be invalid, or the name of the variant for unknown
/// values.
pub fn variant(value: &str) -> Option<String> {
    let mut name = prepare(value).to_pascal_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, 'V');
    }
    (syn::parse_str::<syn::Ident>(&name).is_ok() && name != CATCH_ALL).then_some(name)
}

fn prepare(name: &str) -> String {
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => name.replace('\'', "").replace(|character: char| !is_plain(character), "-"),
    }
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Adds the prefix to names that do not start with a letter, and `_` to keywords. The result may equal another name.
fn identifier(name: String, prefix: &str) -> String {
    let name = if name.starts_with(char::is_alphabetic) { name } else { format!("{prefix}{name}") };
    let keyword = syn::parse_str::<syn::Ident>(&name).is_err() || name == "gen";
    if keyword { format!("{name}_") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_functions() {
        for (name, expected) in [
            ("createOrgLiveMigrationLinkToken", "create_org_live_migration_link_token"),
            ("_id", "id"),
            ("mongoDBVersion", "mongo_db_version"),
            ("X-Error-Code", "x_error_code"),
            ("+1", "plus1"),
            ("...", "x"),
            ("1st", "x1st"),
            ("type", "type_"),
            ("gen", "gen_"),
            ("self", "self_"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn types() {
        for (name, expected) in [
            ("PRIVATE_LINK", "PrivateLink"),
            ("private-link", "PrivateLink"),
            ("Self", "Self_"),
            ("type", "Type"),
        ] {
            assert_eq!(type_name(name), expected);
        }
    }

    #[test]
    fn variants() {
        for (value, expected) in [
            ("PRIVATE_LINK", Some("PrivateLink")),
            ("don't", Some("Dont")),
            ("3D", Some("V3d")),
            ("+1", Some("Plus1")),
            ("-1", Some("Minus1")),
            ("type", Some("Type")),
            ("é", Some("É")),
            ("UNKNOWN", None),
            ("self", None),
            ("<", None),
            ("²", None),
            ("", None),
        ] {
            assert_eq!(variant(value).as_deref(), expected);
        }
    }
}
