//! Scalars and enums, with the keywords that have an effect on their types.

use std::collections::BTreeSet;

use atlas_codegen::lower::walk::elements;
use openapi_fragment::openapi::keyword;
use serde_json::Value;

use super::{Place, Schemas};
use crate::draft::Draft;
use crate::names;
use crate::yaml::Node;

impl Schemas<'_> {
    pub(super) fn scalar(&mut self, schema: &Value, kind: &str, place: &Place) -> Draft {
        let mut scalar = Draft::of(kind);
        let is_secret = place.is_secret && kind == "string";
        for (key, value) in schema.as_object().into_iter().flatten() {
            let is_handled = matches!(
                &**key,
                "type" | "enum" | "nullable" | "default" | "readOnly" | "writeOnly" | "deprecated"
            );
            let is_marked = is_secret && matches!(&**key, "format" | "pattern" | "minLength" | "maxLength");
            if !is_handled && !is_marked && keyword::schema(key).is_some() && keyword::applies_to(key, kind) {
                scalar = scalar.set(key, keyword_value(key, value, kind));
            }
        }
        if kind == "string" && schema.get("enum").is_some() {
            scalar = scalar.comment(
                "type",
                "Deviation: without the published `enum`, whose values cannot become names.",
            );
        } else if let Some(Value::Array(values)) = schema.get("enum") {
            let values: Vec<Node> =
                values.iter().map(|value| keyword_value("enum", value, kind).into()).collect();
            scalar = scalar.set("enum", values);
        }
        if is_secret {
            self.notes.push(format!(
                "{}: `{}` looks like a secret and has `format: password`",
                place.parent, place.name
            ));
            scalar = scalar.set("format", "password");
            if schema.get("format").is_none_or(|format| format != "password") {
                scalar = scalar.comment("format", "Deviation: the published document has a plain string.");
            }
        }
        scalar
    }

    /// A reference to the component for an inline enum. An equal enum of the same name is used again.
    pub(super) fn inline_enum(&mut self, schema: &Value, place: &Place) -> Draft {
        let Some(values) = enumeration(schema) else { return self.scalar(schema, "string", place) };
        let component = Draft::of("string").set("enum", values);
        let same_values = |other: &Value| other.get("enum") == schema.get("enum");
        let suffix = names::pascal(&place.name);
        let mut existing = self.existing.fragment.components("schemas");
        if let Some((name, _)) = existing.find(|(name, other)| name.ends_with(&suffix) && same_values(other))
        {
            return Draft::reference(name);
        }
        let mut new = self.components.iter();
        if let Some((name, _)) =
            new.find(|(name, other)| name.ends_with(&suffix) && same_values(&other.value()))
        {
            return Draft::reference(name);
        }
        let index = self.components.len();
        Draft::reference(&self.insert_inline(index, component, place))
    }
}

/// The values of an enum of strings; `None` if they cannot become variants.
pub(super) fn enumeration(schema: &Value) -> Option<Vec<Node>> {
    let values: Vec<&str> = elements(schema, "enum").filter_map(Value::as_str).collect();
    let variants: BTreeSet<String> =
        values.iter().map(|value| atlas_codegen::variant_name(value)).collect::<Option<_>>()?;
    (variants.len() == values.len()).then(|| values.into_iter().map(Node::from).collect())
}

/// The keywords that count something.
const COUNTS: [&str; 6] =
    ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/// The value of a keyword of a schema. The published document writes integers as `1.0` too.
pub(crate) fn keyword_value(key: &str, value: &Value, kind: &str) -> Value {
    if kind == "integer" || COUNTS.contains(&key) { integer(value) } else { value.clone() }
}

fn integer(value: &Value) -> Value {
    /// The largest integer up to which every integer is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value.as_f64().filter(|_| value.is_f64()) {
        #[allow(clippy::cast_possible_truncation, reason = "the number is an integer within the range")]
        Some(float) if float.fract() == 0.0 && float.abs() <= EXACT => (float as i64).into(),
        _ => value.clone(),
    }
}
