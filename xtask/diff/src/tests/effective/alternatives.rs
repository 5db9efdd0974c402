//! `oneOf`, `anyOf` and discriminators.

use super::check_all;
use super::row::Expected::{AtLeast, Levels, One};
use super::row::{Row, request, response, row, same};
use crate::Level::{Additive, Breaking, None};

const ONE_LIST: &[Row] = &[
    // The alternative is behind a reference, and written in another way.
    same(
        request,
        "S: {anyOf: [{}, {maxLength: 5}]}, A: {oneOf: [{}]}",
        "S: {anyOf: [@A, {maxLength: 5}]}, A: {oneOf: [{}]}",
    ),
    same(
        response,
        "S: {not: @A}, A: {oneOf: [{anyOf: [{type: boolean}]}, {type: number}]}",
        "S: {not: {anyOf: [@A]}}, A: {oneOf: [{anyOf: [{type: boolean}]}, {type: number}]}",
    ),
    same(
        response,
        "S: {anyOf: [{type: number}, {type: number}, {type: object}]}",
        "S: {anyOf: [{type: number}, {type: number, title: A number.}, {type: object}]}",
    ),
    same(
        request,
        "S: {anyOf: [{anyOf: [@A, @B]}, @C]}, A: {minProperties: 1}, B: {minItems: 1}, C: {minLength: 1}",
        "S: {anyOf: [@A, @B, @C]}, A: {minProperties: 1}, B: {minItems: 1}, C: {minLength: 1}",
    ),
    same(
        response,
        "S: {anyOf: [@N, {minLength: 1}]}, N: {anyOf: [{minProperties: 1}, {minItems: 1}]}",
        "S: {anyOf: [{minProperties: 1}, {minItems: 1}, {minLength: 1}]}, N: {}",
    ),
    same(
        request,
        "S: {oneOf: [{oneOf: [@A, {type: boolean}]}, {type: array}]}, A: {type: object, minProperties: 1}",
        "S: {oneOf: [@A, {type: boolean}, {type: array}]}, A: {type: object, minProperties: 1}",
    ),
    same(
        request,
        "S: {anyOf: [{oneOf: [@A, {type: boolean}]}, {type: array}]}, A: {type: object, minProperties: 1}",
        "S: {oneOf: [@A, {type: boolean}, {type: array}]}, A: {type: object, minProperties: 1}",
    ),
    // An edit of a nested alternative, and an additional one.
    row(
        request,
        "S: {anyOf: [{anyOf: [{type: object}, {type: string}]}, {type: array}]}",
        "S: {anyOf: [{type: object}, {type: string, maxLength: 3}, {type: array}]}",
        Levels(&[Breaking, None]),
        Levels(&[Additive, None]),
    ),
    // An object is valid for both inner alternatives, and for that reason not for the inner `oneOf`.
    row(
        request,
        "S: {anyOf: [@A, @B, {type: array}]}, A: {minProperties: 1}, B: {maxProperties: 3}",
        "S: {anyOf: [{oneOf: [@A, @B]}, {type: array}]}, A: {minProperties: 1}, B: {maxProperties: 3}",
        AtLeast(Additive),
        AtLeast(Additive),
    ),
    same(request, "S: {}", "S: {anyOf: [{}, {type: object}]}"),
    same(request, "S: {anyOf: [@A, {type: object}]}, A: {}", "S: {}, A: {}"),
];

const BOTH_LISTS: &[Row] = &[
    same(
        request,
        "S: {oneOf: [{type: object, minProperties: 1}, {type: string}]}",
        "S: {anyOf: [{type: object, minProperties: 1}, {type: string}]}",
    ),
    same(
        response,
        "S: {oneOf: [@A, {type: string, enum: [a]}, {type: string, enum: [b]}]}, A: {type: object}",
        "S: {anyOf: [@A, {type: string, enum: [a]}, {type: string, enum: [b]}]}, A: {type: object}",
    ),
    // A value that is valid for both is valid for `anyOf` only.
    row(
        request,
        "S: {oneOf: [{minProperties: 1}, {maxProperties: 3}]}",
        "S: {anyOf: [{minProperties: 1}, {maxProperties: 3}]}",
        One(Additive),
        One(Breaking),
    ),
    row(
        response,
        "S: {oneOf: [{minProperties: 1}, {maxProperties: 3}]}",
        "S: {anyOf: [{minProperties: 1}, {maxProperties: 3}]}",
        One(Breaking),
        One(Additive),
    ),
];

const ENUMS: &[Row] = &[
    same(
        request,
        "S: {oneOf: [{type: string, enum: [a]}, {type: string, enum: [b]}]}",
        "S: {type: string, enum: [a, b]}",
    ),
    same(request, "S: {anyOf: [@A, {enum: [b]}]}, A: {enum: [a, b]}", "S: {enum: [a, b]}, A: {enum: [a, b]}"),
    row(
        request,
        "S: {type: string, oneOf: [{enum: [a]}, {enum: [b], title: B}]}",
        "S: {type: string, oneOf: [{enum: [a]}, {enum: [b], title: B}, {enum: [c]}]}",
        One(Additive),
        One(Breaking),
    ),
    row(
        request,
        "S: {oneOf: [{type: string, enum: [a]}, {type: string, enum: [b]}]}",
        "S: {type: string}",
        Levels(&[Additive, None]),
        Levels(&[Breaking, None]),
    ),
];

const DISCRIMINATORS: &[Row] = &[
    same(
        request,
        "S: {oneOf: [@A, @B], discriminator: {propertyName: k}}, A: {type: object}, B: {type: object}",
        "S: {oneOf: [@A, @B], discriminator: {propertyName: k, mapping: {A: A, B: '#/components/schemas/B'}}}, \
         A: {type: object}, B: {type: object}",
    ),
    same(
        response,
        "S: {oneOf: [@A, @B], discriminator: {propertyName: k}}, A: {minProperties: 1}, B: {minItems: 1}",
        "S: {oneOf: [@C, @B], discriminator: {propertyName: k, mapping: {A: C}}}, C: {minProperties: 1}, B: {minItems: 1}",
    ),
];

#[test]
fn nested_alternatives_are_one_list() {
    check_all(ONE_LIST);
}

#[test]
fn one_of_and_any_of_differ_where_alternatives_overlap() {
    check_all(BOTH_LISTS);
}

#[test]
fn alternatives_with_enums_are_one_enum() {
    check_all(ENUMS);
}

#[test]
fn discriminators_with_the_same_values_are_the_same() {
    check_all(DISCRIMINATORS);
}
