//! Where the nodes of the fragment are in its text.

use serde_json::Value;

use super::Failure;
use crate::fragment::Fragment;

/// How the heading of a group of schemas begins.
pub(super) const HEADING: &str = "# ---- ";

/// The lines of the text and the positions of its nodes.
pub(super) struct Layout<'a> {
    pub(super) fragment: &'a Fragment,
    pub(super) lines: Vec<&'a str>,
}

impl Layout<'_> {
    /// The index of the line of a key, and its indentation.
    pub(super) fn start(&self, pointer: &str) -> (usize, usize) {
        let position = self.fragment.document.nearest_position(pointer);
        (position.line - 1, position.column - 1)
    }

    /// The index of the line after the last line of a node. Blank lines and the comments of the next node follow it.
    pub(super) fn end(&self, pointer: &str) -> usize {
        let (start, indent) = self.start(pointer);
        self.end_of_block(start, indent)
    }

    pub(super) fn end_of_block(&self, start: usize, indent: usize) -> usize {
        let mut end = start + 1;
        for (index, line) in self.lines.iter().enumerate().skip(start + 1) {
            let text = line.trim_start();
            let depth = line.len() - text.len();
            if text.is_empty() || (text.starts_with('#') && depth <= indent) {
                continue;
            }
            // A list may have the indentation of its key.
            if depth < indent || (depth == indent && !text.starts_with("- ")) {
                break;
            }
            end = index + 1;
        }
        end
    }

    /// The index of the first of the comments directly before a line.
    pub(super) fn with_comments(&self, line: usize) -> usize {
        let before = self.lines[..line].iter().rev();
        line - before.take_while(|line| line.trim_start().starts_with('#')).count()
    }

    pub(super) fn members(&self, pointer: &str) -> Result<Vec<String>, Failure> {
        let members = self.fragment.value().pointer(pointer).and_then(Value::as_object);
        let names: Vec<String> = members.into_iter().flatten().map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            Err(Failure::Layout(format!("`{}`", pointer.trim_start_matches('/'))))
        } else {
            Ok(names)
        }
    }

    /// The headings between groups of schemas: their lines and their texts.
    pub(super) fn headings(&self) -> Vec<(usize, &str)> {
        let start = self.start("/components/schemas").0;
        let end = self.end("/components/schemas");
        let lines = self.lines.iter().enumerate().take(end).skip(start);
        lines
            .filter_map(|(index, line)| {
                let heading = line.trim_start().strip_prefix(HEADING)?;
                Some((index, heading.trim_end_matches('-').trim()))
            })
            .collect()
    }
}
