//! Keys of a schema that have a value: bounds, patterns, enums and defaults.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, brief, describe, with_trail};
use crate::Sides;

/// A bound, with the changes for a narrower and for a wider bound. A missing bound allows any value.
struct Bound {
    key: &'static str,
    /// Whether a higher bound makes fewer values valid.
    narrows_upwards: bool,
    narrower: Change,
    wider: Change,
}

const fn bound(key: &'static str, narrows_upwards: bool, narrower: Change, wider: Change) -> Bound {
    Bound { key, narrows_upwards, narrower, wider }
}

const BOUNDS: &[Bound] = &[
    bound("maxLength", false, Change::MaxLengthLowered, Change::MaxLengthRaised),
    bound("minLength", true, Change::MinLengthRaised, Change::MinLengthLowered),
    bound("maximum", false, Change::MaximumLowered, Change::MaximumRaised),
    bound("minimum", true, Change::MinimumRaised, Change::MinimumLowered),
    bound("maxItems", false, Change::MaxItemsLowered, Change::MaxItemsRaised),
    bound("minItems", true, Change::MinItemsRaised, Change::MinItemsLowered),
    bound("maxProperties", false, Change::MaxPropertiesLowered, Change::MaxPropertiesRaised),
    bound("minProperties", true, Change::MinPropertiesRaised, Change::MinPropertiesLowered),
];

impl<'a> Walker<'_, 'a> {
    /// One key of a schema that has a value. Differences of unknown keys are not claimed.
    pub(super) fn value(&mut self, around: DeltaId, child: DeltaId, key: &str, context: &Context<'a>) {
        let delta = self.delta(child);
        let change = match key {
            "enum" => {
                self.enumeration(child, context);
                return;
            }
            "pattern" => pattern(delta.before(), delta.after()),
            "default" => match delta.kind {
                Kind::Added => Change::DefaultSet,
                Kind::Removed => Change::DefaultUnset,
                _ => Change::DefaultChanged,
            },
            "uniqueItems" => {
                self.flag(around, child, key, [Change::ItemsUnique, Change::ItemsNotUnique], context);
                return;
            }
            "exclusiveMaximum" | "exclusiveMinimum" => {
                self.flag(
                    around,
                    child,
                    key,
                    [Change::BoundBecameExclusive, Change::BoundBecameInclusive],
                    context,
                );
                return;
            }
            "multipleOf" => match delta.kind {
                Kind::Added => Change::MultipleOfSet,
                Kind::Removed => Change::MultipleOfUnset,
                _ => Change::MultipleOfChanged,
            },
            // The types are not known, because one of the schemas is composed of others.
            "type" => Change::TypeChanged,
            "xml" => Change::XmlChanged,
            key => match BOUNDS.iter().find(|bound| bound.key == key) {
                Some(bound) => bound.change(delta.before(), delta.after()),
                None => return,
            },
        };
        self.edit(change, child, context, describe(context, key, delta));
    }

    fn flag(
        &mut self,
        around: DeltaId,
        child: DeltaId,
        key: &str,
        changes: [Change; 2],
        context: &Context<'a>,
    ) {
        let change = match self.has_flag(around, key) {
            Sides { base: false, revision: true } => changes[0],
            Sides { base: true, revision: false } => changes[1],
            _ => Change::ProseChanged,
        };
        let delta = self.delta(child);
        self.edit(change, child, context, describe(context, key, delta));
    }

    fn enumeration(&mut self, id: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        if delta.kind == Kind::Inner {
            self.set(id, context, [Change::EnumValueAdded, Change::EnumValueRemoved], "value");
            return;
        }
        let (change, sign) = match delta.kind {
            Kind::Removed => (Change::EnumUnset, "any value, previously only"),
            _ => (Change::EnumSet, "only"),
        };
        self.edit(
            change,
            id,
            context,
            with_trail(context, format_args!("{sign} {}", brief(Some(delta.value())))),
        );
    }
}

impl Bound {
    fn change(&self, before: Option<&Value>, after: Option<&Value>) -> Change {
        let number = |value: Option<&Value>| value.and_then(Value::as_f64);
        let narrower = match (number(before), number(after)) {
            (Some(before), Some(after)) => (after > before) == self.narrows_upwards,
            (before, _) => before.is_none(),
        };
        if narrower { self.narrower } else { self.wider }
    }
}

/// The change of a pattern. Whether one pattern includes another is not decidable in general, except for a pattern that
/// matches any text.
fn pattern(before: Option<&Value>, after: Option<&Value>) -> Change {
    let matches_any = |value: &Value| value == ".*" || value == "^.*$";
    match (before, after) {
        (None, _) => Change::PatternSet,
        (_, None) => Change::PatternUnset,
        (_, Some(after)) if matches_any(after) => Change::PatternLoosened,
        (Some(before), _) if matches_any(before) => Change::PatternTightened,
        _ => Change::PatternChanged,
    }
}
