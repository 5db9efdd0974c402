//! Schemas: which values are right.
//!
//! Most pairs are one fact in two directions: one change lets fewer values be right, the other lets more.

use super::{
    Change as C, HARMLESS, Holder, Level, NARROWER, OTHER, Pair, Says, UNSURE, WIDER, alone, example,
    half_of, pair, reply, request, waived,
};

/// The first lets fewer values be right, the second more.
const fn narrowing(
    first: (C, &'static str, &'static str),
    second: (C, &'static str, &'static str),
    base: &'static str,
    revision: &'static str,
) -> Pair {
    pair(
        half_of(first.0, first.1, first.2, NARROWER),
        half_of(second.0, second.1, second.2, WIDER),
        example(Holder::Schema, base, revision),
    )
}

const OPEN_VALUES: &[Says] = &[
    request(Level::Additive, "The server still takes the others."),
    reply(Level::Risky, "A client must cope with a value that it does not know; not every one does."),
];
const FEWER_VALUES: &[Says] = &[
    request(Level::Breaking, "The server refuses the value."),
    reply(Level::Additive, "The value does not come any more."),
];
const OTHER_DEFAULT: &[Says] = &[
    request(Level::Risky, "The same request, without the value, does something else."),
    reply(Level::None, "A reply says what is, not what is left out."),
];

pub(super) const PAIRS: &[Pair] = &[
    alone(
        half_of(C::TypeChanged, "type-changed", "the type is another", OTHER),
        example(Holder::Schema, "{type: string}", "{type: boolean}"),
    ),
    narrowing(
        (C::TypeNarrowed, "type-narrowed", "the type is a part of what it was"),
        (C::TypeWidened, "type-widened", "the type is more than it was"),
        "{type: number}",
        "{type: integer}",
    ),
    narrowing(
        (C::UnionNarrowed, "union-narrowed", "fewer types are right"),
        (C::UnionWidened, "union-widened", "more types are right"),
        "{oneOf: [{type: string}, {type: integer}]}",
        "{type: string}",
    ),
    alone(
        half_of(C::FormatChanged, "format-changed", "the format is another", OTHER),
        example(Holder::Schema, "{type: string, format: uuid}", "{type: string, format: uri}"),
    ),
    narrowing(
        (C::FormatSet, "format-set", "there is a format now"),
        (C::FormatUnset, "format-unset", "there is no format any more"),
        "{type: string}",
        "{type: string, format: uuid}",
    ),
    pair(
        half_of(C::SecretMarked, "secret-marked", "it is marked as a secret", HARMLESS),
        half_of(C::SecretUnmarked, "secret-unmarked", "it is no longer marked as a secret", HARMLESS),
        example(Holder::Schema, "{type: string}", "{type: string, format: password}"),
    ),
    narrowing(
        (C::NotNullable, "no-longer-nullable", "it may not be null any more"),
        (C::Nullable, "nullable", "it may be null now"),
        "{type: string, nullable: true}",
        "{type: string}",
    ),
    waived(
        pair(
            half_of(C::EnumValueAdded, "enum-value-added", "there is another value", OPEN_VALUES),
            half_of(C::EnumValueRemoved, "enum-value-removed", "there is a value less", FEWER_VALUES),
            example(Holder::Schema, "{type: string, enum: [a]}", "{type: string, enum: [a, b]}"),
        ),
        "Clients of an API that grows take a value that they do not know, servers do not.",
    ),
    narrowing(
        (C::EnumIntroduced, "enum-introduced", "only these values are right now"),
        (C::EnumDropped, "enum-dropped", "any value is right now"),
        "{type: string}",
        "{type: string, enum: [a]}",
    ),
    narrowing(
        (C::PatternSet, "pattern-set", "there is a pattern now"),
        (C::PatternUnset, "pattern-unset", "there is no pattern any more"),
        "{type: string}",
        "{type: string, pattern: '^a$'}",
    ),
    narrowing(
        (C::PatternTightened, "pattern-tightened", "the pattern took anything before"),
        (C::PatternLoosened, "pattern-loosened", "the pattern takes anything now"),
        "{type: string, pattern: '.*'}",
        "{type: string, pattern: '^a$'}",
    ),
    alone(
        half_of(C::PatternChanged, "pattern-changed", "the pattern is another", UNSURE),
        example(Holder::Schema, "{type: string, pattern: '^a$'}", "{type: string, pattern: '^b$'}"),
    ),
    waived(
        pair(
            half_of(C::DefaultSet, "default-set", "there is a default now", OTHER_DEFAULT),
            half_of(C::DefaultUnset, "default-unset", "there is no default any more", OTHER_DEFAULT),
            example(Holder::Schema, "{type: string}", "{type: string, default: a}"),
        ),
        "A default means something only where a value can be left out: in a request.",
    ),
    waived(
        alone(
            half_of(C::DefaultChanged, "default-changed", "the default is another", OTHER_DEFAULT),
            example(Holder::Schema, "{type: string, default: a}", "{type: string, default: b}"),
        ),
        "A default means something only where a value can be left out: in a request.",
    ),
    narrowing(
        (C::MaxLengthLowered, "max-length-lowered", "the longest text is shorter"),
        (C::MaxLengthRaised, "max-length-raised", "the longest text is longer"),
        "{type: string, maxLength: 9}",
        "{type: string, maxLength: 5}",
    ),
    narrowing(
        (C::MinLengthRaised, "min-length-raised", "the shortest text is longer"),
        (C::MinLengthLowered, "min-length-lowered", "the shortest text is shorter"),
        "{type: string, minLength: 5}",
        "{type: string, minLength: 9}",
    ),
    narrowing(
        (C::MaximumLowered, "maximum-lowered", "the greatest number is smaller"),
        (C::MaximumRaised, "maximum-raised", "the greatest number is greater"),
        "{type: integer, maximum: 9}",
        "{type: integer, maximum: 5}",
    ),
    narrowing(
        (C::MinimumRaised, "minimum-raised", "the smallest number is greater"),
        (C::MinimumLowered, "minimum-lowered", "the smallest number is smaller"),
        "{type: integer, minimum: 5}",
        "{type: integer, minimum: 9}",
    ),
    narrowing(
        (C::MaxItemsLowered, "max-items-lowered", "fewer items fit"),
        (C::MaxItemsRaised, "max-items-raised", "more items fit"),
        "{type: array, items: {type: string}, maxItems: 9}",
        "{type: array, items: {type: string}, maxItems: 5}",
    ),
    narrowing(
        (C::MinItemsRaised, "min-items-raised", "more items are needed"),
        (C::MinItemsLowered, "min-items-lowered", "fewer items are needed"),
        "{type: array, items: {type: string}, minItems: 5}",
        "{type: array, items: {type: string}, minItems: 9}",
    ),
    narrowing(
        (C::MaxPropertiesLowered, "max-properties-lowered", "fewer properties fit"),
        (C::MaxPropertiesRaised, "max-properties-raised", "more properties fit"),
        "{type: object, maxProperties: 9}",
        "{type: object, maxProperties: 5}",
    ),
    narrowing(
        (C::MinPropertiesRaised, "min-properties-raised", "more properties are needed"),
        (C::MinPropertiesLowered, "min-properties-lowered", "fewer properties are needed"),
        "{type: object, minProperties: 5}",
        "{type: object, minProperties: 9}",
    ),
    narrowing(
        (C::BoundExcluded, "bound-excluded", "the bound itself is not right any more"),
        (C::BoundIncluded, "bound-included", "the bound itself is right now"),
        "{type: integer, maximum: 5}",
        "{type: integer, maximum: 5, exclusiveMaximum: true}",
    ),
    narrowing(
        (C::MultipleOfSet, "multiple-of-set", "only multiples are right now"),
        (C::MultipleOfUnset, "multiple-of-unset", "any number is right now"),
        "{type: integer}",
        "{type: integer, multipleOf: 5}",
    ),
    alone(
        half_of(C::MultipleOfChanged, "multiple-of-changed", "other multiples are right", OTHER),
        example(Holder::Schema, "{type: integer, multipleOf: 5}", "{type: integer, multipleOf: 7}"),
    ),
    narrowing(
        (C::ItemsUnique, "items-unique", "no item may come twice any more"),
        (C::ItemsNotUnique, "items-not-unique", "an item may come twice now"),
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: string}, uniqueItems: true}",
    ),
    narrowing(
        (C::ItemsSet, "items-set", "it says what the items are now"),
        (C::ItemsUnset, "items-unset", "it does not say what the items are any more"),
        "{type: array}",
        "{type: array, items: {type: string}}",
    ),
    narrowing(
        (C::PropertiesClosed, "properties-closed", "other properties are not right any more"),
        (C::PropertiesOpened, "properties-opened", "other properties are right now"),
        "{type: object}",
        "{type: object, additionalProperties: false}",
    ),
    narrowing(
        (C::AllOfAdded, "all-of-added", "there is another schema to fit"),
        (C::AllOfRemoved, "all-of-removed", "there is a schema less to fit"),
        "{allOf: [{type: object}]}",
        "{allOf: [{type: object}, {maxProperties: 3}]}",
    ),
    narrowing(
        (C::OneOfRemoved, "one-of-removed", "there is an alternative less"),
        (C::OneOfAdded, "one-of-added", "there is another alternative"),
        "{oneOf: [{type: object}, {maxProperties: 3}]}",
        "{oneOf: [{type: object}]}",
    ),
    narrowing(
        (C::AnyOfRemoved, "any-of-removed", "there is an alternative less"),
        (C::AnyOfAdded, "any-of-added", "there is another alternative"),
        "{anyOf: [{type: object}, {maxProperties: 3}]}",
        "{anyOf: [{type: object}]}",
    ),
    pair(
        half_of(C::WrappedInOneOf, "wrapped-in-one-of", "what stood there is one of alternatives now", OTHER),
        half_of(C::UnwrappedFromOneOf, "unwrapped-from-one-of", "alternatives became one schema", OTHER),
        example(
            Holder::Schema,
            "{type: object, properties: {a: {type: string}}}",
            "{oneOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: string}}}]}",
        ),
    ),
    alone(
        half_of(C::NotChanged, "not-changed", "what is excluded is something else", UNSURE),
        example(Holder::Schema, "{not: {type: string}}", "{not: {type: integer}}"),
    ),
    pair(
        half_of(
            C::DiscriminatorAdded,
            "discriminator-added",
            "a property tells the alternatives apart now",
            UNSURE,
        ),
        half_of(
            C::DiscriminatorRemoved,
            "discriminator-removed",
            "no property tells the alternatives apart any more",
            UNSURE,
        ),
        example(
            Holder::Schema,
            "{oneOf: [{type: object}]}",
            "{oneOf: [{type: object}], discriminator: {propertyName: a}}",
        ),
    ),
    alone(
        half_of(
            C::DiscriminatorPropertyChanged,
            "discriminator-property-changed",
            "another property tells the alternatives apart",
            OTHER,
        ),
        example(
            Holder::Schema,
            "{oneOf: [{type: object}], discriminator: {propertyName: a}}",
            "{oneOf: [{type: object}], discriminator: {propertyName: b}}",
        ),
    ),
    waived(
        pair(
            half_of(
                C::DiscriminatorMappingAdded,
                "discriminator-mapping-added",
                "another value names an alternative",
                OPEN_VALUES,
            ),
            half_of(
                C::DiscriminatorMappingRemoved,
                "discriminator-mapping-removed",
                "a value names no alternative any more",
                FEWER_VALUES,
            ),
            example(
                Holder::Schema,
                "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: X}}}",
                "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: X, y: Y}}}",
            ),
        ),
        "Clients of an API that grows take a value that they do not know, servers do not.",
    ),
    alone(
        half_of(
            C::DiscriminatorMappingChanged,
            "discriminator-mapping-changed",
            "a value names another alternative",
            OTHER,
        ),
        example(
            Holder::Schema,
            "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: X}}}",
            "{oneOf: [{type: object}], discriminator: {propertyName: a, mapping: {x: Z}}}",
        ),
    ),
    alone(
        half_of(C::XmlChanged, "xml-changed", "it is written in another way in XML", UNSURE),
        example(Holder::Schema, "{type: string, xml: {name: a}}", "{type: string, xml: {name: b}}"),
    ),
];
