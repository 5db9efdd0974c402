//! References, `allOf` and `not`.

use super::check_all;
use super::row::Expected::{AtLeast, One};
use super::row::{Row, exchange, request, response, row, same, same_one};
use crate::Level::{Additive, Breaking, Risky};

const REFERENCES: &[Row] = &[
    same(
        request,
        "S: {oneOf: [{not: @T}, {properties: {a: @T}}]}, T: {type: string}",
        "S: {oneOf: [{not: @U}, {properties: {a: @U}}]}, U: {type: string}",
    ),
    same_one(
        request,
        "S: {type: array, items: {type: string}}",
        "S: {type: array, items: @T}, T: {type: string}",
    ),
    same_one(
        request,
        "S: {oneOf: [{type: string}, {type: integer}]}",
        "S: {oneOf: [@T, {type: integer}]}, T: {type: string}",
    ),
    same_one(
        request,
        "S: {anyOf: [{type: string}, {type: integer}]}",
        "S: {anyOf: [{type: string}, @T]}, T: {type: integer}",
    ),
    same_one(
        response,
        "S: {allOf: [{properties: {a: {type: string}}}, {properties: {b: {type: string}}}]}",
        "S: {allOf: [@T, {properties: {b: {type: string}}}]}, T: {properties: {a: {type: string}}}",
    ),
    same_one(request, "S: {not: {type: string}}", "S: {not: @T}, T: {type: string}"),
    same_one(
        request,
        "S: {oneOf: [{oneOf: [{type: string}, {type: boolean}]}, {type: integer}]}",
        "S: {oneOf: [{oneOf: [@T, {type: boolean}]}, {type: integer}]}, T: {type: string}",
    ),
    // The component exists before.
    same_one(
        request,
        "S: {oneOf: [{type: string}, {type: integer}]}, T: {type: string}",
        "S: {oneOf: [@T, {type: integer}]}, T: {type: string}",
    ),
];

const ENCODED: &[Row] = &[
    row(
        request,
        "S: {$ref: '#/components/schemas/A%20B'}, A B: {type: string}",
        "S: {$ref: '#/components/schemas/A%20B'}, A B: {type: integer}",
        One(Breaking),
        One(Breaking),
    ),
    same_one(
        request,
        "S: {$ref: '#/components/schemas/A%20B'}, A B: {type: string}",
        "S: {$ref: '#/components/schemas/A B'}, A B: {type: string}",
    ),
];

const ALL_OF: &[Row] = &[
    same(
        request,
        "S: {required: [a], properties: {b: {}}, allOf: [@T]}, T: {properties: {a: {type: string}}}",
        "S: {required: [a], properties: {b: {}}, allOf: [@T], additionalProperties: true}, \
         T: {properties: {a: {type: string}}}",
    ),
    row(
        request,
        "S: {allOf: [@T]}, T: {type: object, properties: {a: {type: string}}}",
        "S: {allOf: [@T], required: [a]}, T: {type: object, properties: {a: {type: string}}}",
        One(Breaking),
        One(Additive),
    ),
    row(
        response,
        "S: {allOf: [@T]}, T: {type: object, properties: {a: {type: string}}}",
        "S: {allOf: [@T], required: [a]}, T: {type: object, properties: {a: {type: string}}}",
        One(Additive),
        One(Breaking),
    ),
    row(
        request,
        "S: {allOf: [@T, {type: object}]}, T: {type: object, properties: {a: {type: string}}}",
        "S: {allOf: [@T, {type: object, required: [a]}]}, T: {type: object, properties: {a: {type: string}}}",
        One(Breaking),
        One(Additive),
    ),
    // A name that is required and declared nowhere.
    row(request, "S: {type: object}", "S: {type: object, required: [a]}", One(Breaking), One(Additive)),
    row(response, "S: {type: object}", "S: {type: object, required: [a]}", One(Additive), One(Breaking)),
    same(
        request,
        "S: {allOf: [@T], properties: {a: {type: string}}}, T: {type: object, properties: {b: {type: string}}}",
        "S: {allOf: [@T]}, T: {type: object, properties: {b: {type: string}, a: {type: string}}}",
    ),
    same(
        response,
        "S: {allOf: [@T, {type: object, required: [a], properties: {a: {type: string}}}]}, T: {type: object}",
        "S: {allOf: [@T, {type: object}]}, T: {type: object, required: [a], properties: {a: {type: string}}}",
    ),
    same_one(request, "S: {type: number}", "S: {allOf: [{type: number}]}"),
    same_one(request, "S: {type: number}", "S: {oneOf: [{type: number}]}"),
    same_one(request, "S: {type: number}", "S: {anyOf: [{type: number}]}"),
    same_one(
        request,
        "S: {properties: {a: {type: number}}}",
        "S: {properties: {a: {allOf: [{type: number}]}}}",
    ),
    same(
        request,
        "S: {properties: {a: @T}}, T: {type: number}",
        "S: {properties: {a: {allOf: [@T], description: A.}}}, T: {type: number}",
    ),
    same_one(request, "S: {type: number}", "S: {type: number, allOf: [{}]}"),
    same_one(request, "S: {type: number}", "S: {type: number, allOf: [{description: A number.}]}"),
    same_one(request, "S: {allOf: [@T]}, T: {type: number}", "S: {allOf: [@T, {}]}, T: {type: number}"),
    same_one(
        request,
        "S: {allOf: [@T]}, T: {type: number}",
        "S: {allOf: [@T, {description: A number.}]}, T: {type: number}",
    ),
    same(
        request,
        "S: {type: object, required: [a], properties: {a: {type: string}, b: {type: integer}}}",
        "S: {allOf: [{type: object, required: [a], properties: {a: {type: string}}}, \
                     {properties: {b: {type: integer}}}]}",
    ),
    // The stricter bound holds.
    same(
        request,
        "S: {type: string, maxLength: 5}",
        "S: {allOf: [{type: string, maxLength: 5}, {maxLength: 9}]}",
    ),
    row(
        request,
        "S: {allOf: [{type: string, maxLength: 5}, {maxLength: 9}]}",
        "S: {allOf: [{type: string, maxLength: 5}, {maxLength: 3}]}",
        One(Breaking),
        One(Additive),
    ),
];

/// A `oneOf` rejects a value that matches two alternatives.
const REPEATED: &[Row] = &[
    row(
        request,
        "S: {type: object, required: [a]}",
        "S: {oneOf: [{type: object, required: [a]}, {type: object, required: [a]}]}",
        AtLeast(Breaking),
        AtLeast(Additive),
    ),
    row(
        response,
        "S: {type: object, required: [a]}",
        "S: {oneOf: [{type: object, required: [a]}, {type: object, required: [a]}]}",
        AtLeast(Additive),
        AtLeast(Breaking),
    ),
    row(
        request,
        "S: {oneOf: [@T, {type: integer}]}, T: {type: object}",
        "S: {oneOf: [@T, {type: integer}, @T]}, T: {type: object}",
        AtLeast(Breaking),
        AtLeast(Additive),
    ),
];

/// An alternative that allows only null is the same as `nullable`.
const NULL: &[Row] = &[
    same(
        request,
        "S: {type: string, nullable: true}",
        "S: {oneOf: [{type: string}, {type: string, nullable: true, enum: [null]}]}",
    ),
    same(
        response,
        "S: {properties: {a: {nullable: true, allOf: [@T]}}}, T: {type: object}",
        "S: {properties: {a: {anyOf: [{enum: [null]}, @T]}}}, T: {type: object}",
    ),
    same_one(
        response,
        "S: {nullable: true, oneOf: [{type: object}, {type: string}]}",
        "S: {oneOf: [{type: object}, {enum: [null]}, {type: string}]}",
    ),
    row(
        response,
        "S: {oneOf: [{type: object}, {type: string}]}",
        "S: {oneOf: [{type: object}, {type: string}, {enum: [null]}]}",
        One(Breaking),
        One(Additive),
    ),
];

/// What an excluded schema no longer accepts, the whole accepts now.
const EXCLUDED: &[Row] = &[
    // Only requests exclude it. An addition without an effect on requests cannot break the callers.
    row(
        exchange,
        "R: {not: @T}, S: @T, T: {properties: {}}",
        "R: {not: @T}, S: @T, T: {properties: {a: {type: string}}, required: [a]}",
        One(Risky),
        One(Breaking),
    ),
    row(request, "S: {type: string}", "S: {type: string, not: {maxLength: 3}}", One(Breaking), One(Additive)),
    row(
        response,
        "S: {type: string, not: @T}, T: {type: string, maxLength: 3}",
        "S: {type: string, not: @T}, T: {type: string, maxLength: 5}",
        One(Risky),
        One(Risky),
    ),
    row(
        request,
        "S: {not: @T}, T: {type: string}",
        "S: {not: @T}, T: {type: string, maxLength: 5}",
        AtLeast(Risky),
        AtLeast(Risky),
    ),
    row(
        response,
        "S: {properties: {a: {not: @T}}}, T: {items: @U}, U: {type: string, enum: [a]}",
        "S: {properties: {a: {not: @T}}}, T: {items: @U}, U: {type: string, enum: [a, b]}",
        AtLeast(Risky),
        AtLeast(Risky),
    ),
];

#[test]
fn extracting_a_schema_has_no_effect_in_any_position() {
    check_all(REFERENCES);
}

#[test]
fn references_are_percent_decoded() {
    check_all(ENCODED);
}

#[test]
fn all_of_is_judged_as_the_merged_schema() {
    check_all(ALL_OF);
}

#[test]
fn an_alternative_that_occurs_twice_matches_no_value() {
    check_all(REPEATED);
}

#[test]
fn an_alternative_for_null_is_nullable() {
    check_all(NULL);
}

#[test]
fn excluding_a_schema_reverses_its_effect() {
    check_all(EXCLUDED);
}
