//! Arrays and objects: how many items or properties they have, and whether other ones are allowed.

use super::{
    Change as C, Holder, Level, NARROWER, RulePair, STRICT_SERVER, asymmetric, example, narrowing, pair,
    request, response, rule,
};

pub(super) const PAIRS: &[RulePair] = &[
    narrowing(
        (C::MaxItemsLowered, "max-items-lowered", "the maximum number of items was lowered"),
        (C::MaxItemsRaised, "max-items-raised", "the maximum number of items was raised"),
        "{type: array, items: {type: string}, maxItems: 9}",
        "{type: array, items: {type: string}, maxItems: 5}",
    ),
    narrowing(
        (C::MinItemsRaised, "min-items-raised", "the minimum number of items was raised"),
        (C::MinItemsLowered, "min-items-lowered", "the minimum number of items was lowered"),
        "{type: array, items: {type: string}, minItems: 5}",
        "{type: array, items: {type: string}, minItems: 9}",
    ),
    narrowing(
        (C::MaxPropertiesLowered, "max-properties-lowered", "the maximum number of properties was lowered"),
        (C::MaxPropertiesRaised, "max-properties-raised", "the maximum number of properties was raised"),
        "{type: object, maxProperties: 9}",
        "{type: object, maxProperties: 5}",
    ),
    narrowing(
        (C::MinPropertiesRaised, "min-properties-raised", "the minimum number of properties was raised"),
        (C::MinPropertiesLowered, "min-properties-lowered", "the minimum number of properties was lowered"),
        "{type: object, minProperties: 5}",
        "{type: object, minProperties: 9}",
    ),
    narrowing(
        (C::ItemsUnique, "items-unique", "the items must be unique"),
        (C::ItemsNotUnique, "items-not-unique", "the items no longer need to be unique"),
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: string}, uniqueItems: true}",
    ),
    narrowing(
        (C::ItemsSet, "items-set", "a schema for the items was set"),
        (C::ItemsUnset, "items-unset", "the schema for the items was removed"),
        "{type: array}",
        "{type: array, items: {type: string}}",
    ),
    asymmetric(
        pair(
            rule(
                C::AdditionalPropertiesForbidden,
                "additional-properties-forbidden",
                "additional properties are no longer allowed",
                NARROWER,
            ),
            rule(
                C::AdditionalPropertiesAllowed,
                "additional-properties-allowed",
                "additional properties became allowed",
                &[
                    request(Level::Additive, "The server still accepts the values that it accepted before."),
                    response(Level::Risky, "Clients ignore unknown properties, but here none were possible."),
                ],
            ),
            example(Holder::Schema, "{type: object}", "{type: object, additionalProperties: false}"),
        ),
        STRICT_SERVER,
    ),
    narrowing(
        (
            C::AdditionalPropertiesSet,
            "additional-properties-set",
            "a schema for the additional properties was set",
        ),
        (
            C::AdditionalPropertiesUnset,
            "additional-properties-unset",
            "the schema for the additional properties was removed",
        ),
        "{type: object}",
        "{type: object, additionalProperties: {type: string}}",
    ),
];
