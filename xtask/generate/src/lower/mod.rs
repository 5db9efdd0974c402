//! From what the server does to what progenitor can take: an ordered list of small, named rewrites.
//!
//! The fragment tells the truth about the server; progenitor understands only part of it, and turns some of
//! the rest into code that compiles and is wrong. Each pass removes one such difference. A pass takes any
//! JSON value and leaves alone what it does not understand: what a fragment may say is the business of lint,
//! which has accepted the document before a pass sees it.
//!
//! There is no pass that moves inline objects or inline enums into components: lint refuses them, because a
//! name that a reader of the fragment never wrote should not become a type of the public API. Nor is there
//! one for ids: lint has them written as references to named schemas, and those are replaced by name.
//!
//! `golden/<pass>/<case>.in.yaml` and `.out.yaml` show each pass at work. `cargo xtask codegen --print
//! lowered` shows what all of them make of the fragment.

mod constraints;
mod errors;
mod format_parameters;
mod media_types;
mod nullable;
mod open_enums;
mod property_descriptions;
mod prune;
mod rustdoc;
mod secrets;
mod successes;
pub mod walk;

use serde_json::Value;

pub use open_enums::KNOWN_VALUES;
pub use rustdoc::safe as safe_rustdoc;

/// One rewrite of the document.
pub struct Pass {
    /// Its name: that of its module, and of its folder of golden pairs.
    #[cfg_attr(not(test), allow(dead_code, reason = "read by the verifier of the golden pairs"))]
    pub name: &'static str,
    /// Rewrites the document.
    pub run: fn(&mut Value),
}

/// The passes, in the order in which they run. The head of each file says what it needs from those before it.
pub const PASSES: &[Pass] = &[
    Pass { name: "successes", run: successes::run },
    Pass { name: "media_types", run: media_types::run },
    Pass { name: "format_parameters", run: format_parameters::run },
    Pass { name: "errors", run: errors::run },
    Pass { name: "secrets", run: secrets::run },
    Pass { name: "nullable", run: nullable::run },
    Pass { name: "open_enums", run: open_enums::run },
    Pass { name: "constraints", run: constraints::run },
    Pass { name: "property_descriptions", run: property_descriptions::run },
    Pass { name: "rustdoc", run: rustdoc::run },
    Pass { name: "prune", run: prune::run },
];

/// The document as progenitor shall see it.
pub fn lower(document: &Value) -> Value {
    let mut lowered = document.clone();
    for pass in PASSES {
        (pass.run)(&mut lowered);
    }
    lowered
}

#[cfg(test)]
mod golden;
