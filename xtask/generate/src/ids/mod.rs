//! Generates `ids.rs`: one validated type for each kind of id.
//!
//! The types are calls of a macro of the SDK, which has the code that all kinds share.

mod pattern;

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

/// The pattern of the format `uuid`.
const UUID_PATTERN: &str = "^[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}$";

/// The form of the ids of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 24 lower-case hex digits.
    Hex,
    /// Any text that does not change a path.
    Text,
}

impl Form {
    /// The form of the ids with this schema.
    pub fn of(schema: &Value) -> Self {
        let is_hex = walk::text(schema, "pattern").is_some_and(|pattern| HEX_PATTERNS.contains(&pattern));
        if is_hex { Self::Hex } else { Self::Text }
    }
}

/// A kind of id.
#[derive(Debug)]
pub struct IdType<'a> {
    /// The name of the type.
    pub name: String,
    /// The noun for messages.
    title: &'a str,
    schema: &'a Value,
}

/// The kinds of ids of the document, in its order.
pub fn read(document: &Value) -> Vec<IdType<'_>> {
    let ids = walk::schemas(document).filter(|(_, schema)| RustType::of(schema) == Some(RustType::Id));
    ids.map(|(name, schema)| IdType {
        name: type_name(name),
        title: walk::text(schema, "title").unwrap_or(name),
        schema,
    })
    .collect()
}

/// The text of `ids.rs`, without the banner.
pub fn text(ids: &[IdType<'_>]) -> String {
    let calls: String = ids.iter().map(IdType::call).collect();
    format!("{}{calls}\n{}", imports(ids, &calls), check(ids))
}

fn imports(ids: &[IdType<'_>], calls: &str) -> String {
    let mut text = String::new();
    let has = |form| ids.iter().any(|id| Form::of(id.schema) == form);
    match has(Form::Hex) {
        true => text += "use crate::values::ids::{ParseIdError, id};\n",
        false => text += "use crate::values::ids::ParseIdError;\n",
    }
    match (has(Form::Text), calls.contains("Part::")) {
        (true, true) => text += "use crate::values::text_ids::{Part, text_id};\n",
        (true, false) => text += "use crate::values::text_ids::text_id;\n",
        (false, _) => {}
    }
    text
}

/// A function for callers that have a parameter of the operation table and a text.
fn check(ids: &[IdType<'_>]) -> String {
    let arms: String = ids
        .iter()
        .map(|IdType { name, .. }| format!("        {name:?} => text.parse::<{name}>().map(drop),\n"))
        .collect();
    format!(
        "/// Checks that the text is an id of the type with this name.\n\
         pub(crate) fn check(name: &str, text: &str) -> Result<(), ParseIdError> {{\n    \
             match name {{\n\
                 {arms}        \
                 _ => text.parse::<crate::values::ids::SourceOrgId>().map(drop),\n    \
             }}\n\
         }}\n"
    )
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
    /// The call of the macro that declares the type.
    fn call(&self) -> String {
        let lines: String = self.documentation().iter().map(|line| format!("    ///{line}\n")).collect();
        let (name, title) = (&self.name, Literal::string(self.title));
        let (id, rules) = match Form::of(self.schema) {
            Form::Hex => ("id", String::new()),
            Form::Text => ("text_id", format!(",\n    {{{}}}", self.rules().join(", "))),
        };
        format!("\n{id}!(\n{lines}    {name},\n    {title}{rules}\n);\n")
    }

    /// The rules of a text id, as the fields of a struct.
    fn rules(&self) -> Vec<String> {
        let mut rules = Vec::new();
        for (keyword, rule) in [("minLength", "min_length"), ("maxLength", "max_length")] {
            let length = self.schema.get(keyword).and_then(Value::as_u64).filter(|length| *length > 0);
            rules.extend(length.map(|length| format!("{rule}: {length}")));
        }
        let is_uuid = walk::text(self.schema, "format") == Some("uuid");
        let pattern =
            walk::text(self.schema, "pattern").or(is_uuid.then_some(UUID_PATTERN)).unwrap_or_default();
        if let Some(parts) = pattern::parse(pattern) {
            let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
            rules.push(format!("pattern: &[{}]", parts.join(", ")));
        }
        // A slash in the id, as the published pattern spells it.
        if pattern.contains("%2[fF]") || pattern.contains("%2F") {
            rules.push("slashes: true".to_owned());
        }
        rules
    }

    fn documentation(&self) -> Vec<String> {
        let description = walk::text(self.schema, "description").unwrap_or_default();
        let mut lines = doc_lines(&safe_rustdoc(description));
        let values: Vec<String> = walk::elements(self.schema, "enum")
            .filter_map(Value::as_str)
            .map(|value| format!("`{value}`"))
            .collect();
        if !values.is_empty() {
            lines.extend([String::new(), format!(" Known values: {}.", values.join(", "))]);
        }
        let Some(example) = walk::text(self.schema, "example") else { return lines };
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
    use std::path::Path;

    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_is_a_call_of_the_macro() {
        let document = json!({"components": {"schemas": {
            "ThingId": {
                "x-rust-type": "ThingId", "title": "thing \"id\"", "description": "A thing.\n\n    Code.",
                "type": "string", "pattern": "^[a-f0-9]{24}$", "example": "00aa",
            },
            "Name": {"type": "string"},
            "Key": {"x-rust-type": "crate::Key", "type": "string"},
            "cloud": {"x-rust-type": "Cloud", "title": "cloud", "description": "A cloud.", "enum": ["A", "B"]},
            "Network": {
                "x-rust-type": "Network", "title": "network", "description": "A network.", "minLength": 1,
                "maxLength": 9, "pattern": "^[0-9.]+(%2[fF][0-9]+)?$",
            },
            "Session": {"x-rust-type": "Session", "title": "session", "description": "A session.", "format": "uuid"},
        }}});
        let text = text(&read(&document));
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ids/golden.rs.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &text).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        let diff = similar::TextDiff::from_lines(&expected, &text).unified_diff().to_string();
        assert_eq!(diff, "");
        syn::parse_file(&text).unwrap();
    }
}
