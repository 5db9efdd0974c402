//! The references within a schema, and the components that they refer to.

use std::borrow::Cow;

use serde_json::Value;

use super::members;
use openapi_fragment::openapi::Section;
use openapi_fragment::pointer;

/// A reference within a schema.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) reference: &'a str,
    pub(super) place: Place,
}

/// Where a schema references another one.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Whether the referenced schema describes the whole part of the message.
    pub(super) whole: bool,
    /// Whether it is within `not`.
    pub(super) excluded: bool,
}

impl Place {
    pub(super) const WHOLE: Self = Self { whole: true, excluded: false };

    pub(super) fn then(self, inner: Self) -> Self {
        Self { whole: self.whole && inner.whole, excluded: self.excluded || inner.excluded }
    }
}

/// The component that contains the target of a reference.
pub(super) struct Around<'a> {
    pub(super) section: Section,
    pub(super) name: Cow<'a, str>,
    /// Whether the target is the whole component.
    pub(super) whole: bool,
}

/// The component that contains the target of a reference; `None` if the target is in no component.
pub(super) fn around(reference: &str) -> Option<Around<'_>> {
    let mut tokens = pointer::tokens(reference.strip_prefix("#/components")?)?;
    let (section, name) = (tokens.next()?, tokens.next()?);
    Some(Around { section: Section::of(&section), name, whole: tokens.next().is_none() })
}

/// Collects the references within a schema. `place` is that of a schema that consists of the reference alone.
pub(super) fn references<'a>(schema: &'a Value, place: Place, found: &mut Vec<Target<'a>>) {
    let inner = Place { whole: false, ..place };
    match schema {
        Value::Object(keywords) => {
            if let Some(Value::String(reference)) = keywords.get("$ref") {
                found.push(Target { reference, place });
                return;
            }
            for (key, value) in keywords {
                match (key.as_str(), value) {
                    ("example" | "default" | "enum", _) => {}
                    // The keys are names of properties, of which one may be `example`.
                    ("properties", Value::Object(properties)) => {
                        properties.values().for_each(|property| references(property, inner, found));
                    }
                    ("not", value) => references(value, Place { excluded: true, ..inner }, found),
                    ("discriminator", discriminator) => {
                        let targets = members(discriminator.get("mapping")).map(|(_, target)| target);
                        let targets = targets.filter_map(Value::as_str);
                        found.extend(targets.map(|reference| Target { reference, place: inner }));
                    }
                    _ => references(value, inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, inner, found)),
        _ => {}
    }
}
