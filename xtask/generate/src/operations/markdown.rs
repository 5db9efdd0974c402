//! Formats the operation table as Markdown, for the README.

use super::{OperationRow, Version};

const BEGIN: &str = "<!-- operations:begin -->";
const END: &str = "<!-- operations:end -->";

/// The table, with one row per operation.
pub fn table(operations: &[OperationRow]) -> String {
    let mut table = String::from(
        "| Operation (short name) | Request | Go SDK | Atlas CLI | Versions | Role |\n\
         |---|---|---|---|---|---|\n",
    );
    for operation in operations {
        let OperationRow { id, method, path, .. } = operation;
        let (go_sdk_name, atlas_cli) = (cell(&operation.go_sdk_name), cell(&operation.atlas_cli));
        let short = operation.short_name.as_ref().map(|name| format!(" (`{name}`)")).unwrap_or_default();
        let role = cell(operation.required_role.as_deref().unwrap_or("any"));
        let versions = versions(&operation.response_versions);
        let method = method.to_uppercase();
        table.push_str(&format!(
            "| `{id}`{short} | `{method} {path}` | `{go_sdk_name}` | `{atlas_cli}` | {versions} | {role} |\n"
        ));
    }
    table
}

/// Escapes a text for a cell of the table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(char::is_control, " ")
}

fn versions(versions: &[Version]) -> String {
    let versions = versions.iter().map(|Version { date, sunset, .. }| match sunset {
        Some(sunset) => format!("{date} (until {sunset})"),
        None => date.to_string(),
    });
    versions.collect::<Vec<_>>().join(", ")
}

/// Replaces the text between the markers by the table; `None` if there are no markers.
///
/// # Errors
/// Returns an error if a marker is missing or if the markers are in the wrong order.
pub fn replace(text: &str, table: &str) -> Result<Option<String>, String> {
    let (begin, end) = match (text.find(BEGIN), text.find(END)) {
        (None, None) => return Ok(None),
        (Some(begin), Some(end)) if begin < end => (begin + BEGIN.len(), end),
        _ => return Err(format!("both `{BEGIN}` and `{END}` must be present, in this order")),
    };
    Ok(Some(format!("{}\n{table}{}", &text[..begin], &text[end..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_escaped() {
        assert_eq!(cell("atlas a | atlas b\nc"), "atlas a \\| atlas b c");
    }

    #[test]
    fn the_text_between_the_markers_is_replaced() {
        let text = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let new = replace(&text, "new\n").unwrap().unwrap();
        assert_eq!(new, format!("before\n{BEGIN}\nnew\n{END}\nafter\n"));
        assert_eq!(replace(&new, "new\n").unwrap().as_ref(), Some(&new));
        assert_eq!(replace("no markers", "new").unwrap(), None);
        assert!(replace(BEGIN, "new").is_err());
        assert!(replace(&format!("{END}{BEGIN}"), "new").is_err());
    }
}
