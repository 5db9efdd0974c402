//! The error responses, which are components that all operations share.

use std::collections::BTreeSet;

use openapi_fragment::openapi::reference_to;

use crate::draft::TODO;
use crate::fragment::Existing;
use crate::names;
use crate::yaml::{Mapping, Node};

/// The responses of an operation so far.
#[derive(Default)]
pub(crate) struct Statuses {
    /// The components for errors that the fragment lacks.
    pub(crate) new: Vec<(String, Mapping)>,
    /// The versions of the success responses.
    pub(crate) versions: BTreeSet<String>,
}

/// An error whose component has the headers and the content of most errors.
const MODEL: &str = "500";

impl Statuses {
    /// A reference to the component for an error.
    pub(crate) fn error(&mut self, status: &str, existing: &Existing<'_>) -> Node {
        let name = match existing.responses.get(status) {
            Some(name) => (*name).to_owned(),
            None => self.add(status, existing),
        };
        Mapping::default().set("$ref", reference_to("responses", &name)).into()
    }

    fn add(&mut self, status: &str, existing: &Existing<'_>) -> String {
        let code = http::StatusCode::from_bytes(status.as_bytes()).ok();
        let reason = code.and_then(|code| code.canonical_reason());
        let name = reason.map_or_else(|| format!("Status{status}"), names::pascal);
        let is_known = existing.fragment.component("responses", &name).is_some();
        if !is_known && !self.new.iter().any(|(other, _)| *other == name) {
            let model = existing.responses.get(MODEL).or(existing.responses.values().next());
            let model = model.and_then(|model| existing.fragment.component("responses", model));
            let mut response = Mapping::default().set("description", TODO);
            for key in ["headers", "content"] {
                response = response.set_some(key, model.and_then(|model| model.get(key)).cloned());
            }
            self.new.push((name.clone(), response));
        }
        name
    }
}
