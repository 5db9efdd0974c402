//! Types, formats and enums.

use super::check_all;
use super::row::Expected::{AtLeast, Levels, One};
use super::row::{Row, headers, query, request, response, row, same_one};
use crate::Level::{Additive, Breaking, Risky};

const TYPES: &[Row] = &[
    row(query, "{type: integer}", "{type: string}", One(Additive), One(Breaking)),
    row(query, "{type: integer}", "{type: string, format: uuid}", AtLeast(Breaking), AtLeast(Breaking)),
    row(query, "{type: integer}", "{type: string, pattern: '^a$'}", AtLeast(Breaking), AtLeast(Breaking)),
    row(query, "{type: integer}", "{type: string, enum: [a]}", AtLeast(Breaking), AtLeast(Breaking)),
    row(query, "{type: integer}", "{type: string, minLength: 30}", AtLeast(Breaking), AtLeast(Breaking)),
    row(
        headers,
        "A: {schema: {type: string, format: date-time}}",
        "A: {schema: {type: integer}}",
        AtLeast(Breaking),
        AtLeast(Breaking),
    ),
    row(
        request,
        "S: {type: integer, format: int64}",
        "S: {type: [integer, string], format: int32}",
        AtLeast(Breaking),
        AtLeast(Breaking),
    ),
    // The bound is the same in both, and applies to the new type only.
    row(
        query,
        "{type: integer, minLength: 6}",
        "{type: string, minLength: 6}",
        AtLeast(Breaking),
        AtLeast(Breaking),
    ),
    row(request, "S: {type: string, maxLength: 5}", "S: {type: integer}", One(Breaking), One(Breaking)),
    row(
        request,
        "S: {type: string}",
        "S: {type: [integer, string], maximum: 5}",
        One(Additive),
        One(Breaking),
    ),
    // A `float` has 24 binary digits.
    row(
        request,
        "S: {type: integer, format: int64}",
        "S: {type: number, format: float}",
        One(Breaking),
        One(Breaking),
    ),
    row(
        request,
        "S: {type: integer, format: int32}",
        "S: {type: number, format: double}",
        One(Additive),
        One(Breaking),
    ),
    same_one(request, "S: {type: [integer, string]}", "S: {type: [string, integer]}"),
    row(
        request,
        "S: {type: string}",
        "S: {oneOf: [{type: string, enum: [a]}, {type: integer}]}",
        One(Breaking),
        One(Breaking),
    ),
    row(
        request,
        "S: {type: integer, format: int64}",
        "S: {oneOf: [{type: integer, format: int32}, {type: string}]}",
        One(Breaking),
        One(Breaking),
    ),
    // A `oneOf` that was added as a whole restricts the values.
    row(
        request,
        "S: {type: object}",
        "S: {type: object, oneOf: [{required: [a]}, {required: [b]}]}",
        One(Breaking),
        One(Additive),
    ),
    row(
        response,
        "S: {type: object}",
        "S: {type: object, anyOf: [{required: [a]}, {required: [b]}]}",
        One(Additive),
        One(Breaking),
    ),
];

const ENUMS: &[Row] = &[
    row(
        request,
        "S: {type: string, enum: [a]}",
        "S: {type: string, enum: [a, b, c, d, e]}",
        One(Additive),
        One(Breaking),
    ),
    row(
        response,
        "S: {type: string, enum: [a]}",
        "S: {type: string, enum: [a, b, c, d, e]}",
        One(Risky),
        One(Additive),
    ),
    row(
        request,
        "S: {type: string, enum: [a, b]}",
        "S: {type: string, enum: [a, c]}",
        Levels(&[Breaking, Additive]),
        Levels(&[Breaking, Additive]),
    ),
    same_one(request, "S: {type: string, enum: [a, b]}", "S: {type: string, enum: [a, b, a]}"),
];

#[test]
fn a_change_of_type_considers_the_other_keywords() {
    check_all(TYPES);
}

#[test]
fn the_values_of_an_enum_are_one_edit_for_each_direction() {
    check_all(ENUMS);
}
