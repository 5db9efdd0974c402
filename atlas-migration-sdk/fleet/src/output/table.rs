//! Tables for people.

use comfy_table::{ContentArrangement, Table, presets};

/// The narrowest table, in characters.
const MIN_WIDTH: u16 = 80;

/// A table with a header, as wide as the terminal. Without rows it is `empty`.
pub(crate) fn table<R: IntoIterator<Item = String>>(
    header: &[&str],
    rows: impl IntoIterator<Item = R>,
    empty: &str,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    for row in rows {
        table.add_row(row.into_iter().map(|cell| printable(&cell)));
    }
    if table.is_empty() {
        return empty.to_owned();
    }
    // Some pseudo-terminals have no size.
    if table.width().is_some_and(|width| width < MIN_WIDTH) {
        table.set_width(MIN_WIDTH);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// The text without control characters, which could change what a terminal shows.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() && character != '\n' { ' ' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_header_and_rows() {
        let rows = [["a".to_owned(), "b\u{1b}[2J".to_owned()]];
        let text = table(&["FIRST", "SECOND"], rows, "nothing");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].contains("FIRST") && lines[0].contains("SECOND"), "{text}");
        assert!(lines[1].contains('a') && !text.contains('\u{1b}'), "{text:?}");
        assert_eq!(table::<[String; 1]>(&["FIRST"], [], "nothing"), "nothing");
    }
}
