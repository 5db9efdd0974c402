//! Reports with what the Rust verdict adds to them, and edits of the project's own fragment.

mod renames;
mod render;
