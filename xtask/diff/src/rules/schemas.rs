//! Schemas: which values are valid.
//!
//! Most pairs consist of a change that makes fewer values valid and of its reverse.

use super::{
    Change as C, DIFFERENT, Effect, Holder, Level, NARROWER, NO_EFFECT, RulePair, UNCERTAIN, WIDER,
    asymmetric, call, example, pair, request, response, rule, single,
};

/// The first rule makes fewer values valid, the second one more.
const fn narrowing(
    first: (C, &'static str, &'static str),
    second: (C, &'static str, &'static str),
    base: &'static str,
    revision: &'static str,
) -> RulePair {
    pair(
        rule(first.0, first.1, first.2, NARROWER),
        rule(second.0, second.1, second.2, WIDER),
        example(Holder::Schema, base, revision),
    )
}

const OPEN_VALUES: &[Effect] = &[
    request(Level::Additive, "The server still accepts the other values."),
    response(Level::Risky, "Clients must handle unknown values, and some do not."),
];
const FEWER_VALUES: &[Effect] = &[
    request(Level::Breaking, "The server rejects the value."),
    response(Level::Additive, "Responses no longer contain the value."),
];
const CHANGED_DEFAULT: &[Effect] = &[
    request(Level::Risky, "A request without the value has a different effect."),
    response(Level::None, "A default has no effect on the values that a response contains."),
];

pub(super) const PAIRS: &[RulePair] = &[
    single(
        rule(C::TypeChanged, "type-changed", "the type changed", DIFFERENT),
        example(Holder::Schema, "{type: string}", "{type: boolean}"),
    ),
    narrowing(
        (C::TypeNarrowed, "type-narrowed", "the type became narrower"),
        (C::TypeWidened, "type-widened", "the type became wider"),
        "{type: number}",
        "{type: integer}",
    ),
    narrowing(
        (C::UnionNarrowed, "union-narrowed", "the union has fewer types"),
        (C::UnionWidened, "union-widened", "the union has more types"),
        "{oneOf: [{type: string}, {type: integer}]}",
        "{type: string}",
    ),
    single(
        rule(C::FormatChanged, "format-changed", "the format changed", DIFFERENT),
        example(Holder::Schema, "{type: string, format: uuid}", "{type: string, format: uri}"),
    ),
    narrowing(
        (C::FormatSet, "format-set", "a format was set"),
        (C::FormatUnset, "format-unset", "the format was removed"),
        "{type: string}",
        "{type: string, format: uuid}",
    ),
    narrowing(
        (C::FormatNarrowed, "format-narrowed", "the format became narrower"),
        (C::FormatWidened, "format-widened", "the format became wider"),
        "{type: integer, format: int64}",
        "{type: integer, format: int32}",
    ),
    pair(
        rule(C::SecretMarked, "secret-marked", "marked as a secret (`format: password`)", NO_EFFECT),
        rule(
            C::SecretUnmarked,
            "secret-unmarked",
            "no longer marked as a secret (`format: password`)",
            NO_EFFECT,
        ),
        example(Holder::Schema, "{type: string}", "{type: string, format: password}"),
    ),
    narrowing(
        (C::NotNullable, "no-longer-nullable", "null is no longer valid"),
        (C::Nullable, "nullable", "null became valid"),
        "{type: string, nullable: true}",
        "{type: string}",
    ),
    asymmetric(
        pair(
            rule(C::EnumValueAdded, "enum-value-added", "an enum value was added", OPEN_VALUES),
            rule(C::EnumValueRemoved, "enum-value-removed", "an enum value was removed", FEWER_VALUES),
            example(Holder::Schema, "{type: string, enum: [a]}", "{type: string, enum: [a, b]}"),
        ),
        "Clients of an evolving API are expected to handle unknown values; servers are not.",
    ),
    narrowing(
        (C::EnumSet, "enum-set", "the values were restricted to an enum"),
        (C::EnumUnset, "enum-unset", "the enum was removed, so that any value is valid"),
        "{type: string}",
        "{type: string, enum: [a]}",
    ),
    narrowing(
        (C::PatternSet, "pattern-set", "a pattern was set"),
        (C::PatternUnset, "pattern-unset", "the pattern was removed"),
        "{type: string}",
        "{type: string, pattern: '^a$'}",
    ),
    narrowing(
        (C::PatternTightened, "pattern-tightened", "the pattern matched any text before"),
        (C::PatternLoosened, "pattern-loosened", "the pattern now matches any text"),
        "{type: string, pattern: '.*'}",
        "{type: string, pattern: '^a$'}",
    ),
    single(
        rule(C::PatternChanged, "pattern-changed", "the pattern changed", UNCERTAIN),
        example(Holder::Schema, "{type: string, pattern: '^a$'}", "{type: string, pattern: '^b$'}"),
    ),
    asymmetric(
        pair(
            rule(C::DefaultSet, "default-set", "a default was set", CHANGED_DEFAULT),
            rule(C::DefaultUnset, "default-unset", "the default was removed", CHANGED_DEFAULT),
            example(Holder::Schema, "{type: string}", "{type: string, default: a}"),
        ),
        "A default has an effect only where a value can be left out, which is in requests.",
    ),
    asymmetric(
        single(
            rule(C::DefaultChanged, "default-changed", "the default changed", CHANGED_DEFAULT),
            example(Holder::Schema, "{type: string, default: a}", "{type: string, default: b}"),
        ),
        "A default has an effect only where a value can be left out, which is in requests.",
    ),
    narrowing(
        (C::MaxLengthLowered, "max-length-lowered", "the maximum length was lowered"),
        (C::MaxLengthRaised, "max-length-raised", "the maximum length was raised"),
        "{type: string, maxLength: 9}",
        "{type: string, maxLength: 5}",
    ),
    narrowing(
        (C::MinLengthRaised, "min-length-raised", "the minimum length was raised"),
        (C::MinLengthLowered, "min-length-lowered", "the minimum length was lowered"),
        "{type: string, minLength: 5}",
        "{type: string, minLength: 9}",
    ),
    narrowing(
        (C::MaximumLowered, "maximum-lowered", "the maximum was lowered"),
        (C::MaximumRaised, "maximum-raised", "the maximum was raised"),
        "{type: integer, maximum: 9}",
        "{type: integer, maximum: 5}",
    ),
    narrowing(
        (C::MinimumRaised, "minimum-raised", "the minimum was raised"),
        (C::MinimumLowered, "minimum-lowered", "the minimum was lowered"),
        "{type: integer, minimum: 5}",
        "{type: integer, minimum: 9}",
    ),
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
        (C::BoundBecameExclusive, "bound-became-exclusive", "the bound became exclusive"),
        (C::BoundBecameInclusive, "bound-became-inclusive", "the bound became inclusive"),
        "{type: number, maximum: 5}",
        "{type: number, maximum: 5, exclusiveMaximum: true}",
    ),
    narrowing(
        (C::MultipleOfSet, "multiple-of-set", "the values were restricted to multiples of a number"),
        (
            C::MultipleOfUnset,
            "multiple-of-unset",
            "the values are no longer restricted to multiples of a number",
        ),
        "{type: integer}",
        "{type: integer, multipleOf: 5}",
    ),
    single(
        rule(
            C::MultipleOfChanged,
            "multiple-of-changed",
            "the number that values must be multiples of changed",
            DIFFERENT,
        ),
        example(Holder::Schema, "{type: integer, multipleOf: 5}", "{type: integer, multipleOf: 7}"),
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
    narrowing(
        (
            C::AdditionalPropertiesForbidden,
            "additional-properties-forbidden",
            "additional properties are no longer allowed",
        ),
        (
            C::AdditionalPropertiesAllowed,
            "additional-properties-allowed",
            "additional properties became allowed",
        ),
        "{type: object}",
        "{type: object, additionalProperties: false}",
    ),
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
        "Clients of an evolving API are expected to handle unknown values; servers are not.",
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
        rule(C::XmlChanged, "xml-changed", "the XML representation changed", UNCERTAIN),
        example(Holder::Schema, "{type: string, xml: {name: a}}", "{type: string, xml: {name: b}}"),
    ),
];
