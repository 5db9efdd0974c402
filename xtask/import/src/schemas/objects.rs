//! Objects: a request has no read-only properties and is closed, a response has no write-only properties and is open.

use std::collections::BTreeSet;

use atlas_codegen::lower::walk::elements;
use serde_json::Value;

use super::scalars::keyword_value;
use super::{Place, Schemas};
use crate::compose::reference;
use crate::draft::Draft;
use crate::fragment::Direction;
use crate::names;
use crate::yaml::{Mapping, Node};

impl Schemas<'_> {
    /// An object. `place` is that of an inline one, whose values are named after it.
    pub(super) fn object(
        &mut self,
        schema: &Value,
        has_alternatives: bool,
        name: String,
        place: Option<&Place>,
    ) -> Draft {
        let parent = match place {
            Some(place) => names::of_property(&place.parent, &place.name),
            None => {
                let undated = name.strip_suffix(&self.version).unwrap_or(&name);
                undated.strip_suffix("Request").unwrap_or(undated).to_owned()
            }
        };
        let mut properties = Mapping::default();
        let mut kept = BTreeSet::new();
        for (property, value) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if self.is_hidden(value) {
                continue;
            }
            kept.insert(property.clone());
            let draft = self.convert(value, &Place::new(&parent, property));
            properties.push(property, draft.described().finish());
        }
        let required = elements(schema, "required").filter_map(Value::as_str);
        let required: BTreeSet<&str> = required.filter(|name| kept.contains(*name)).collect();
        let mut object = Draft::of("object");
        if let Some(additional) = self.additional(schema, &properties, &parent, place) {
            object = object.set("additionalProperties", additional);
        }
        if !required.is_empty() {
            object = object.set("required", required.into_iter().map(Node::from).collect::<Vec<_>>());
        }
        for key in ["minProperties", "maxProperties"] {
            object = object.set_some(key, schema.get(key).map(|value| keyword_value(key, value, "object")));
        }
        if !properties.is_empty() {
            object = object.set("properties", properties);
        }
        match has_alternatives {
            true => object.comment(
                "type",
                "Deviation: the published schema has alternatives. This object has the properties of all of them.",
            ),
            false => object,
        }
    }

    /// Requests are closed, because the server rejects unknown fields. Responses are open, because the server may grow.
    fn additional(
        &mut self,
        schema: &Value,
        properties: &Mapping,
        parent: &str,
        place: Option<&Place>,
    ) -> Option<Node> {
        match schema.get("additionalProperties") {
            Some(value @ Value::Object(members)) if !members.is_empty() => {
                let of_value = match place {
                    Some(place) => {
                        Place { parent: parent.to_owned(), name: "value".to_owned(), ..place.clone() }
                    }
                    None => Place::new(parent, "value"),
                };
                Some(self.convert(value, &of_value).finish().into())
            }
            Some(Value::Object(_) | Value::Bool(true)) => Some(true.into()),
            _ if self.direction == Direction::Response => None,
            _ => Some(properties.is_empty().into()),
        }
    }

    /// Whether the other side sends a property, so that this side does not have it.
    pub(super) fn is_hidden(&self, property: &Value) -> bool {
        let flag = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let component = reference(property).and_then(|name| self.published.component(name));
        [Some(property), component].into_iter().flatten().any(|schema| schema.get(flag) == Some(&true.into()))
    }
}
