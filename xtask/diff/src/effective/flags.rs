//! `readOnly` and `writeOnly`, which have an effect on properties only.

use serde_json::Value;

use super::Builder;
use super::origins::{Origin, member};
use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, decoded, target_of};

impl Builder<'_> {
    /// Writes the flags of the schema that a property refers to beside the reference, because they are those of the property.
    pub(super) fn write_flags(&mut self, property: &mut Value, at: &str) {
        let Value::Object(property) = property else { return };
        let Some(Value::String(reference)) = property.get("$ref").cloned() else { return };
        for key in ["readOnly", "writeOnly"] {
            if !property.contains_key(key)
                && let Some(source) = self.flag(&reference, key, MAX_REFERENCE_CHAIN)
            {
                property.insert(key.to_owned(), Value::Bool(true));
                self.origins.insert(member(at, key), Origin::of(source));
            }
        }
    }

    /// The pointer of a flag of the target of a reference, or of a schema that the target is composed of.
    fn flag(&mut self, reference: &str, key: &str, depth: usize) -> Option<String> {
        self.budget = self.budget.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let target = target_of(self.document, reference)?;
        if target.get(key) == Some(&Value::Bool(true)) && target.get("$ref").is_none() {
            return Some(member(decoded(reference).strip_prefix('#')?, key));
        }
        let parts = target.get("allOf").and_then(Value::as_array).into_iter().flatten().chain([target]);
        let references = parts.filter_map(|part| part.get("$ref")?.as_str());
        references.into_iter().find_map(|reference| self.flag(reference, key, depth))
    }
}
