//! Single values: enums, patterns, defaults, lengths and bounds.

use super::{
    Change as C, DIFFERENT, Effect, FEWER_VALUES, Holder, Level, NARROWER, OPEN_ENUMS, OPEN_VALUES, RulePair,
    UNCERTAIN, asymmetric, example, narrowing, pair, request, response, rule, single,
};

const CHANGED_DEFAULT: &[Effect] = &[
    request(Level::Risky, "A request without the value has a different effect."),
    response(Level::None, "A default has no effect on the values that a response contains."),
];

pub(super) const PAIRS: &[RulePair] = &[
    asymmetric(
        pair(
            rule(C::EnumValueAdded, "enum-value-added", "an enum value was added", OPEN_VALUES),
            rule(C::EnumValueRemoved, "enum-value-removed", "an enum value was removed", FEWER_VALUES),
            example(Holder::Schema, "{type: string, enum: [a]}", "{type: string, enum: [a, b]}"),
        ),
        OPEN_ENUMS,
    ),
    asymmetric(
        pair(
            rule(C::EnumSet, "enum-set", "the values were restricted to an enum", NARROWER),
            rule(C::EnumUnset, "enum-unset", "the enum was removed, so that any value is valid", OPEN_VALUES),
            example(Holder::Schema, "{type: string}", "{type: string, enum: [a]}"),
        ),
        OPEN_ENUMS,
    ),
    narrowing(
        (C::PatternSet, "pattern-set", "a pattern was set"),
        (C::PatternUnset, "pattern-unset", "the pattern was removed"),
        "{type: string}",
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
    narrowing(
        (C::MultipleOfNarrowed, "multiple-of-narrowed", "the number became a multiple of the previous one"),
        (C::MultipleOfWidened, "multiple-of-widened", "the number became a factor of the previous one"),
        "{type: integer, multipleOf: 5}",
        "{type: integer, multipleOf: 10}",
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
];
