//! Tests of complete reports, and of the edits that are found in the project's own fragment.

mod renames;
mod render;
