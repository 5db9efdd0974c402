//! Keys of a schema that have a value: bounds, patterns, enums and defaults.

use std::cmp::Ordering;

use bigdecimal::BigDecimal;
use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, brief, describe, with_trail};
use crate::Sides;
use openapi_fragment::openapi::number::{decimal, is_multiple};

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
            // Whether one pattern includes another is not decidable in general.
            "pattern" => match delta.kind {
                Kind::Added => Change::PatternSet,
                Kind::Removed => Change::PatternUnset,
                _ => Change::PatternChanged,
            },
            "default" => match delta.kind {
                Kind::Added => Change::DefaultSet,
                Kind::Removed => Change::DefaultUnset,
                _ => Change::DefaultChanged,
            },
            "uniqueItems" => {
                self.flag(child, [Change::ItemsUnique, Change::ItemsNotUnique], key, context);
                return;
            }
            // In OpenAPI 3.1, these are bounds themselves.
            "exclusiveMaximum" | "exclusiveMinimum" if delta.value().is_number() => {
                let bound = BOUNDS.iter().find(|bound| key.ends_with(&bound.key[1..]));
                match bound {
                    Some(bound) => bound.change(delta.before(), delta.after()),
                    None => return,
                }
            }
            "maximum" | "minimum" | "exclusiveMaximum" | "exclusiveMinimum"
                if self.exclusive_bound(around, child, key, context) =>
            {
                return;
            }
            "exclusiveMaximum" | "exclusiveMinimum" => {
                self.flag(child, [Change::BoundBecameExclusive, Change::BoundBecameInclusive], key, context);
                return;
            }
            "multipleOf" => match delta.kind {
                Kind::Added => Change::MultipleOfSet,
                Kind::Removed => Change::MultipleOfUnset,
                _ => multiple(delta.before(), delta.after()),
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

    /// A bound that changed together with whether it is exclusive. Returns false if only one of them changed.
    fn exclusive_bound(&mut self, around: DeltaId, child: DeltaId, key: &str, context: &Context<'a>) -> bool {
        let is_maximum = key.ends_with("aximum");
        let keys = if is_maximum { ["maximum", "exclusiveMaximum"] } else { ["minimum", "exclusiveMinimum"] };
        let (Some(bound), Some(flag)) = (self.child(around, keys[0]), self.child(around, keys[1])) else {
            return false;
        };
        if self.delta(flag).value().is_number() {
            return false;
        }
        let limit = |schema: Option<&Value>| Limit::of(schema?, keys, is_maximum);
        let Sides { base, revision } = self.delta(around).values().map(limit);
        let is_lower = match (base, revision) {
            (Some(base), Some(revision)) => match revision.partial_cmp(&base) {
                Some(Ordering::Equal) | None => return false,
                order => order == Some(Ordering::Less),
            },
            // A bound that is missing allows any value.
            (base, _) => base.is_none() == is_maximum,
        };
        let change = match (is_maximum, is_lower) {
            (true, true) => Change::MaximumLowered,
            (true, false) => Change::MaximumRaised,
            (false, true) => Change::MinimumLowered,
            (false, false) => Change::MinimumRaised,
        };
        let words = [bound, flag].map(|id| {
            describe(
                &Context { trail: String::new(), ..context.clone() },
                self.delta(id).key(),
                self.delta(id),
            )
        });
        let detail = with_trail(context, words.join(", "));
        self.edit_claiming(change, child, &[bound, flag], context, detail);
        true
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
        let number = |value: Option<&Value>| value.and_then(decimal);
        let narrower = match (number(before), number(after)) {
            (Some(before), Some(after)) => (after > before) == self.narrows_upwards,
            (before, _) => before.is_none(),
        };
        if narrower { self.narrower } else { self.wider }
    }
}

/// A bound, and whether the bound itself is valid.
#[derive(PartialEq, PartialOrd)]
struct Limit {
    bound: BigDecimal,
    /// 0 if the bound itself is valid. Otherwise the side of the bound on which valid values are.
    beside: i8,
}

impl Limit {
    fn of(schema: &Value, keys: [&str; 2], is_maximum: bool) -> Option<Self> {
        let bound = decimal(schema.get(keys[0])?)?;
        let is_exclusive = schema.get(keys[1]) == Some(&Value::Bool(true));
        let beside = match (is_exclusive, is_maximum) {
            (false, _) => 0,
            (true, true) => -1,
            (true, false) => 1,
        };
        Some(Self { bound, beside })
    }
}

/// The change of `multipleOf`. The multiples of 10 are also multiples of 5.
fn multiple(before: Option<&Value>, after: Option<&Value>) -> Change {
    let number = |value: Option<&Value>| value.and_then(decimal);
    match (number(before), number(after)) {
        (Some(before), Some(after)) if is_multiple(&after, &before) => Change::MultipleOfNarrowed,
        (Some(before), Some(after)) if is_multiple(&before, &after) => Change::MultipleOfWidened,
        _ => Change::MultipleOfChanged,
    }
}
