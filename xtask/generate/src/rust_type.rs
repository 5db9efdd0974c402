//! The schemas whose types are not models. The fragment marks them with `x-rust-type`.

use serde_json::Value;

use crate::lower::walk;
use crate::rename::type_name;

/// The extension of a component schema.
pub const KEY: &str = "x-rust-type";

/// How the paths of types that are written by hand begin.
pub const IN_SDK: &str = "crate::";

/// The path of the ids.
pub const IDS: &str = "crate::generated::ids::";

/// A type that is not a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RustType<'a> {
    /// A validated id, which is generated in `ids.rs`.
    Id,
    /// A type that is written by hand, by its path.
    HandWritten(&'a str),
}

impl<'a> RustType<'a> {
    /// The type of a component schema; `None` if it is a model.
    pub fn of(schema: &'a Value) -> Option<Self> {
        let text = walk::text(schema, KEY)?;
        Some(if text.starts_with(IN_SDK) { Self::HandWritten(text) } else { Self::Id })
    }

    /// The type of the component schema with this name.
    pub fn of_component(document: &'a Value, name: &str) -> Option<Self> {
        Self::of(document.pointer("/components/schemas")?.get(name)?)
    }

    /// The path in the generated code of the type for this component schema.
    pub fn path(self, component: &str) -> String {
        match self {
            Self::Id => format!("{IDS}{}", type_name(component)),
            Self::HandWritten(path) => path.to_owned(),
        }
    }
}
