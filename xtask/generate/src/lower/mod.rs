//! Lowers the fragment for progenitor, in an ordered list of small, named passes.
//!
//! The fragment describes the server accurately. progenitor supports only part of OpenAPI, and converts some of the
//! rest to code that compiles but is wrong. Each pass removes one such construct. A pass accepts any JSON value and
//! ignores what it does not recognize, because lint has validated the document before.
//!
//! There is no pass that moves inline objects or inline enums to components. Lint rejects them, because the names of
//! public types should be chosen in the fragment. There is no pass for ids either: lint requires references to named
//! schemas, which the generator replaces by name.
//!
//! `golden/<pass>/<case>.in.yaml` and `.out.yaml` contain examples for each pass. `cargo xtask codegen --print lowered`
//! prints the lowered fragment.

mod constraints;
mod errors;
mod format_parameters;
mod media_types;
mod nullable;
mod open_enums;
mod open_responses;
mod property_descriptions;
mod prune;
mod rustdoc;
mod secrets;
mod successes;
pub mod walk;

use serde_json::Value;

pub use open_enums::KNOWN_VALUES;
pub use rustdoc::safe as safe_rustdoc;

/// A rewrite of the document.
pub struct Pass {
    /// The name of the pass, of its module and of its folder with golden pairs.
    #[cfg_attr(not(test), allow(dead_code, reason = "read by the verifier of the golden pairs"))]
    pub name: &'static str,
    /// Rewrites the document.
    pub run: fn(&mut Value),
}

/// The passes, in the order in which they run. The documentation of each pass lists the passes that must run before it.
pub const PASSES: &[Pass] = &[
    Pass { name: "open_responses", run: open_responses::run },
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

/// Returns the document for progenitor.
pub fn lower(document: &Value) -> Value {
    let mut lowered = document.clone();
    for pass in PASSES {
        (pass.run)(&mut lowered);
    }
    lowered
}

#[cfg(test)]
mod golden;
