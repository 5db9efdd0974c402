//! Schemas that are composed of others: `allOf`, `oneOf`, `anyOf`, `not` and discriminators.

use super::{
    Change as C, DIFFERENT, FEWER_VALUES, Holder, Level, OPEN_ENUMS, OPEN_VALUES, RulePair, UNCERTAIN,
    asymmetric, call, example, narrowing, pair, rule, single,
};

pub(super) const PAIRS: &[RulePair] = &[
    narrowing(
        (C::AllOfAdded, "all-of-added", "a schema was added to `allOf`"),
        (C::AllOfRemoved, "all-of-removed", "a schema was removed from `allOf`"),
        "{pattern: a, allOf: [{pattern: b}]}",
        "{pattern: a, allOf: [{pattern: b}, {pattern: c}]}",
    ),
    single(
        rule(
            C::CompositionChanged,
            "composition-changed",
            "a schema was added to or removed from `allOf`, or replaced",
            &[call(
                Level::None,
                "The effect is that of the keywords of the schema, which are listed within the edit.",
            )],
        ),
        example(
            Holder::Schema,
            "{allOf: [{type: object}, {minProperties: 1, maxProperties: 3}]}",
            "{allOf: [{type: object}]}",
        ),
    ),
    narrowing(
        (C::OneOfRemoved, "one-of-removed", "an alternative was removed from `oneOf`"),
        (C::OneOfAdded, "one-of-added", "an alternative was added to `oneOf`"),
        "{oneOf: [{type: object}, {maxProperties: 3}]}",
        "{oneOf: [{type: object}]}",
    ),
    narrowing(
        (C::AnyOfRemoved, "any-of-removed", "an alternative was removed from `anyOf`"),
        (C::AnyOfAdded, "any-of-added", "an alternative was added to `anyOf`"),
        "{anyOf: [{type: object}, {maxProperties: 3}]}",
        "{anyOf: [{type: object}]}",
    ),
    narrowing(
        (
            C::AnyOfToOneOf,
            "any-of-to-one-of",
            "an `anyOf` became a `oneOf`, which rejects values that match several",
        ),
        (
            C::OneOfToAnyOf,
            "one-of-to-any-of",
            "a `oneOf` became an `anyOf`, which accepts values that match several",
        ),
        "{anyOf: [{type: object}, {maxProperties: 3}]}",
        "{oneOf: [{type: object}, {maxProperties: 3}]}",
    ),
    narrowing(
        (C::OneOfSet, "one-of-set", "the values were restricted by a `oneOf`"),
        (C::OneOfUnset, "one-of-unset", "the `oneOf` was removed, so that it no longer restricts the values"),
        "{type: object}",
        "{type: object, oneOf: [{maxProperties: 3}, {minProperties: 5}]}",
    ),
    narrowing(
        (C::AnyOfSet, "any-of-set", "the values were restricted by an `anyOf`"),
        (C::AnyOfUnset, "any-of-unset", "the `anyOf` was removed, so that it no longer restricts the values"),
        "{type: object}",
        "{type: object, anyOf: [{maxProperties: 3}, {minProperties: 5}]}",
    ),
    pair(
        rule(
            C::WrappedInOneOf,
            "wrapped-in-one-of",
            "a schema was replaced by a `oneOf` without it",
            DIFFERENT,
        ),
        rule(
            C::UnwrappedFromOneOf,
            "unwrapped-from-one-of",
            "a `oneOf` was replaced by a schema that is none of its alternatives",
            DIFFERENT,
        ),
        example(
            Holder::Schema,
            "{type: object, properties: {a: {type: string}}}",
            "{oneOf: [{type: object, properties: {a: {type: integer}}}, {type: object, properties: {b: {type: string}}}]}",
        ),
    ),
    narrowing(
        (C::NotSet, "not-set", "values were excluded by a `not`"),
        (C::NotUnset, "not-unset", "the `not` was removed, so that it no longer excludes values"),
        "{type: object}",
        "{type: object, not: {maxProperties: 3}}",
    ),
    single(
        rule(C::NotChanged, "not-changed", "the schema that `not` excludes changed", UNCERTAIN),
        example(Holder::Schema, "{not: {type: string}}", "{not: {type: integer}}"),
    ),
    pair(
        rule(C::DiscriminatorAdded, "discriminator-added", "a discriminator was added", UNCERTAIN),
        rule(C::DiscriminatorRemoved, "discriminator-removed", "the discriminator was removed", UNCERTAIN),
        example(
            Holder::Schema,
            "{oneOf: [{type: object}, {}]}",
            "{oneOf: [{type: object}, {}], discriminator: {propertyName: a}}",
        ),
    ),
    single(
        rule(
            C::DiscriminatorPropertyChanged,
            "discriminator-property-changed",
            "the property of the discriminator changed",
            DIFFERENT,
        ),
        example(
            Holder::Schema,
            "{oneOf: [{type: object}], discriminator: {propertyName: a}}",
            "{oneOf: [{type: object}], discriminator: {propertyName: b}}",
        ),
    ),
    asymmetric(
        pair(
            rule(
                C::DiscriminatorMappingAdded,
                "discriminator-mapping-added",
                "a value was added to the mapping of the discriminator",
                OPEN_VALUES,
            ),
            rule(
                C::DiscriminatorMappingRemoved,
                "discriminator-mapping-removed",
                "a value was removed from the mapping of the discriminator",
                FEWER_VALUES,
            ),
            example(
                Holder::Schema,
                "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: X}}}",
                "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: X, y: Y}}}",
            ),
        ),
        OPEN_ENUMS,
    ),
    single(
        rule(
            C::DiscriminatorMappingChanged,
            "discriminator-mapping-changed",
            "a value of the discriminator selects another alternative",
            DIFFERENT,
        ),
        example(
            Holder::Schema,
            "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: X}}}",
            "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: Z}}}",
        ),
    ),
    single(
        rule(
            C::DiscriminatorValueChanged,
            "discriminator-value-changed",
            "another value of the discriminator selects the alternative",
            DIFFERENT,
        ),
        example(
            Holder::Schema,
            "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: X}}}",
            "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {y: X}}}",
        ),
    ),
    single(
        rule(C::XmlChanged, "xml-changed", "the XML representation changed", UNCERTAIN),
        example(Holder::Schema, "{type: string, xml: {name: a}}", "{type: string, xml: {name: b}}"),
    ),
];
