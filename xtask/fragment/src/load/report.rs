//! Reports problems at the node that is being read.

use granit_parser::Tag;

use super::Loader;
use super::node::{Content, Key};
use super::rules::TAG;
use crate::{Position, Problem, Violation, pointer};

impl Loader<'_> {
    pub(super) fn reject_tag(&mut self, tag: Option<&Tag>, at: Position) {
        if let Some(tag) = tag {
            let name =
                if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix()) } else { tag.to_string() };
            self.report(at, TAG.violation(&[("tag", &name)]));
        }
    }

    pub(super) fn report(&mut self, position: Position, violation: Violation) {
        if !self.problems.is_full() {
            let pointer = self.pointer();
            self.problems.push(Problem { path: self.path.to_owned(), position, pointer, violation });
        }
    }

    /// The pointer of the node that is being read.
    fn pointer(&self) -> String {
        let mut text = String::new();
        for open in &self.open {
            match &open.content {
                Content::Sequence(values) => pointer::push(&mut text, &values.len().to_string()),
                Content::Mapping { key: Key::Read(key, _) | Key::Rejected(key), .. } => {
                    pointer::push(&mut text, key);
                }
                Content::Mapping { key: Key::Expected, .. } => {}
            }
        }
        text
    }
}
