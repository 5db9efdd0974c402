//! A schema under construction, whose keys are sorted as in the rest of the fragment.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fragment::Direction;
use crate::schemas::reference_mapping;
use crate::yaml::{Mapping, Node};

/// What only a person can write.
pub(crate) const TODO: &str = "TODO";

/// The order of the keys of a schema.
const ORDER: [&str; 30] = [
    "$ref",
    "x-published-name",
    "x-rust-type",
    "title",
    "description",
    "type",
    "format",
    "additionalProperties",
    "nullable",
    "deprecated",
    "required",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "default",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "example",
    "items",
    "properties",
    "allOf",
];

/// A schema under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    members: BTreeMap<usize, Node>,
    comments: BTreeMap<usize, String>,
}

fn index(key: &str) -> Option<usize> {
    ORDER.iter().position(|other| *other == key)
}

impl Draft {
    pub(crate) fn of(kind: &str) -> Self {
        Self::default().set("type", kind)
    }

    pub(crate) fn reference(name: &str) -> Self {
        let reference = reference_mapping(name).value();
        Self::default().set("$ref", reference["$ref"].clone())
    }

    /// Sets a keyword. Keywords that lint does not support are left out.
    pub(crate) fn set(mut self, key: &str, value: impl Into<Node>) -> Self {
        if let Some(index) = index(key) {
            self.members.insert(index, value.into());
        }
        self
    }

    pub(crate) fn set_some(self, key: &str, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Adds a comment before a keyword.
    pub(crate) fn comment(mut self, key: &str, text: &str) -> Self {
        if let Some(index) = index(key) {
            self.comments.insert(index, text.to_owned());
        }
        self
    }

    fn get(&self, key: &str) -> Option<&Node> {
        self.members.get(&index(key)?)
    }

    /// Adds what applies to a property whatever its type is.
    pub(crate) fn with_siblings(mut self, schema: &Value, direction: Direction) -> Self {
        let flag = |key: &str| schema.get(key) == Some(&Value::Bool(true));
        for key in ["nullable", "deprecated"] {
            if flag(key) {
                self = self.wrapped().set(key, true);
            }
        }
        let kind = self.get("type").map(Node::value);
        let is_secret = self.get("format").is_some_and(|format| format.value() == "password");
        let Some(default) =
            schema.get("default").filter(|default| default.is_array() || !default.is_object())
        else {
            return self;
        };
        if is_secret || default.is_null() {
            self
        } else if direction == Direction::Response {
            let wrapped = self.get("$ref").is_some() || self.get("allOf").is_some();
            let key = if wrapped { "allOf" } else { "description" };
            // A plain reference has no place for a comment.
            self.comment(key, "Deviation: without the published default, which has no meaning in a response.")
        } else {
            let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
            self.wrapped().set("default", crate::schemas::keyword_value("default", default, &kind))
        }
    }

    /// A reference has no siblings, so that those of a schema need an `allOf` around it.
    fn wrapped(mut self) -> Self {
        let Some(reference) = self.members.remove(&0) else { return self };
        let inner = Mapping::default().set("$ref", reference);
        self.set("allOf", vec![Node::Mapping(inner)])
    }

    /// Adds a description, unless the referenced component has one.
    pub(crate) fn described(self) -> Self {
        match self.get("$ref").or(self.get("allOf")) {
            Some(_) => self,
            None => self.set("description", TODO),
        }
    }

    pub(crate) fn finish(self) -> Mapping {
        self.members.into_iter().fold(Mapping::default(), |mapping, (index, value)| {
            let mapping = match self.comments.get(&index) {
                Some(comment) => mapping.comment(comment.clone()),
                None => mapping,
            };
            mapping.set(ORDER[index], value)
        })
    }
}
