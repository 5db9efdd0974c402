//! Generates `ids.rs`: one validated type for each kind of id.
//!
//! The types are calls of a macro of the SDK, which has the code that all kinds share.

use std::fmt::Write as _;

use openapi_fragment::Document;
use proc_macro2::Literal;
use serde_json::Value;

use crate::Error;
use crate::lower::{safe_rustdoc, walk};
use crate::patch::doc_lines;
use crate::rename::type_name;
use crate::rust_type::RustType;

/// The patterns of 24 lower-case hex digits.
pub(crate) const HEX_PATTERNS: [&str; 2] = ["^[a-f0-9]{24}$", "^([a-f0-9]{24})$"];

/// A kind of id.
#[derive(Debug)]
pub struct IdType<'a> {
    /// The name of the type.
    pub name: String,
    /// The noun for messages.
    title: &'a str,
    description: &'a str,
    example: Option<&'a str>,
}

/// The kinds of ids of the document, in its order.
pub fn read(document: &Value) -> Vec<IdType<'_>> {
    let ids = walk::schemas(document).filter(|(_, schema)| RustType::of(schema) == Some(RustType::Id));
    ids.map(|(name, schema)| IdType {
        name: type_name(name),
        title: walk::text(schema, "title").unwrap_or(name),
        description: walk::text(schema, "description").unwrap_or_default(),
        example: walk::text(schema, "example"),
    })
    .collect()
}

/// The text of `ids.rs`, without the banner.
pub fn text(ids: &[IdType<'_>]) -> String {
    let mut text = String::new();
    if !ids.is_empty() {
        text += "use crate::values::ids::id;\n";
    }
    for id in ids {
        text += "\nid!(\n";
        for line in id.documentation() {
            // Writing to a string cannot fail.
            _ = writeln!(text, "    ///{line}");
        }
        _ = writeln!(text, "    {},\n    {}\n);", id.name, Literal::string(id.title));
    }
    text
}

/// The calls of macros in `ids.rs`, for code that analyzes them.
pub fn items(document: &Document) -> Result<Vec<syn::Item>, Error> {
    let file = syn::parse_file(&text(&read(&document.value))).map_err(|error| Error::Generator {
        message: format!("the ids do not parse: {error}"),
        positions: Vec::new(),
    })?;
    Ok(file.items)
}

impl IdType<'_> {
    fn documentation(&self) -> Vec<String> {
        let mut lines = doc_lines(&safe_rustdoc(self.description));
        let Some(example) = self.example else { return lines };
        let (name, example) = (&self.name, Literal::string(example));
        lines.extend([
            String::new(),
            " ```".to_owned(),
            format!(" let id: atlas_migration_sdk::{name} = {example}.parse()?;"),
            format!(" assert_eq!(id.to_string(), {example});"),
            " # Ok::<(), atlas_migration_sdk::ParseIdError>(())".to_owned(),
            " ```".to_owned(),
        ]);
        lines
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_is_a_call_of_the_macro() {
        let document = json!({"components": {"schemas": {
            "ThingId": {"x-rust-type": "ThingId", "title": "thing \"id\"", "description": "A thing.\n\n    Code.", "type": "string"},
            "Name": {"type": "string"},
            "Key": {"x-rust-type": "crate::Key", "type": "string"},
            "otherId": {
                "x-rust-type": "OtherId", "title": "other id", "description": "Another.", "example": "00aa",
            },
        }}});
        let text = text(&read(&document));
        let expected = r#"use crate::values::ids::id;

id!(
    /// A thing.
    ///
    /// Code.
    ThingId,
    "thing \"id\""
);

id!(
    /// Another.
    ///
    /// ```
    /// let id: atlas_migration_sdk::OtherId = "00aa".parse()?;
    /// assert_eq!(id.to_string(), "00aa");
    /// # Ok::<(), atlas_migration_sdk::ParseIdError>(())
    /// ```
    OtherId,
    "other id"
);
"#;
        assert_eq!(text, expected);
        syn::parse_file(&text).unwrap();
    }
}
