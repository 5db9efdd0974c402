//! Everything that is wrong with a fragment, in one run.

use super::wrapper::Exposed;
use super::{Document, Problem};

/// What lint must know beside the document.
pub(crate) struct Known<'a> {
    /// The components that are replaced by validated id types.
    pub(crate) id_types: &'a [&'a str],
    /// The components that are replaced by hand-written types.
    pub(crate) replacements: &'a [&'a str],
    /// The operations that the wrapper exposes.
    pub(crate) exposed: &'a Exposed,
}

/// All problems, in the order of the file.
pub(crate) fn lint(_document: &Document, _known: &Known<'_>) -> Vec<Problem> {
    Vec::new()
}
