//! Properties: flags of referenced schemas, and properties beside a schema for all others.

use super::check_all;
use super::row::Expected::{AtLeast, One};
use super::row::{Row, request, response, row, same, same_one};
use crate::Level::{Additive, Breaking, None as Harmless};

const FLAGS: &[Row] = &[
    // Without the flag, requests need the property. With it, they must not have it.
    row(
        request,
        "S: {required: [a], properties: {a: @T}}, T: {type: string, readOnly: true}",
        "S: {required: [a], properties: {a: @T}}, T: {type: string}",
        One(Breaking),
        One(Breaking),
    ),
    row(
        request,
        "S: {required: [a], properties: {a: {allOf: [@T]}}}, T: {allOf: [@U]}, U: {type: string, readOnly: true}",
        "S: {required: [a], properties: {a: {allOf: [@T]}}}, T: {allOf: [@U]}, U: {type: string}",
        One(Breaking),
        One(Breaking),
    ),
    row(
        request,
        "S: {properties: {a: @T}}, T: {type: string, readOnly: true}",
        "S: {properties: {a: @T}, required: [a]}, T: {type: string, readOnly: true}",
        One(Harmless),
        One(Harmless),
    ),
    row(
        response,
        "S: {properties: {a: @T}}, T: {type: string, writeOnly: true}",
        "S: {properties: {a: @T}, required: [a]}, T: {type: string, writeOnly: true}",
        One(Harmless),
        One(Harmless),
    ),
    // Keywords beside a reference are ignored.
    row(
        request,
        "S: {required: [a], properties: {a: {type: string, readOnly: true}}}, T: {type: string}",
        "S: {required: [a], properties: {a: {$ref: '#/components/schemas/T', readOnly: true}}}, T: {type: string}",
        AtLeast(Breaking),
        AtLeast(Additive),
    ),
    same(
        request,
        "S: {required: [a], properties: {a: {type: string, readOnly: true}}}",
        "S: {required: [a], properties: {a: @T}}, T: {type: string, readOnly: true}",
    ),
];

const OTHERS: &[Row] = &[
    same(
        request,
        "S: {not: {additionalProperties: {type: string}}}",
        "S: {not: {properties: {a: {type: string}}, additionalProperties: {type: string}}}",
    ),
    same_one(
        request,
        "S: {properties: {a: {type: string}}, additionalProperties: {type: string}}",
        "S: {additionalProperties: {type: string}}",
    ),
    same_one(
        response,
        "S: {properties: {a: @T, b: {}}, additionalProperties: @T}, T: {type: string}",
        "S: {properties: {b: {}}, additionalProperties: @T}, T: {type: string}",
    ),
    row(
        request,
        "S: {properties: {a: {type: string}}, additionalProperties: {type: string}}",
        "S: {additionalProperties: {type: string}, required: [a]}",
        AtLeast(Breaking),
        AtLeast(Additive),
    ),
    row(
        request,
        "S: {properties: {a: {type: string, maxLength: 5}}, additionalProperties: {type: string}}",
        "S: {additionalProperties: {type: string}}",
        One(Additive),
        One(Breaking),
    ),
    row(
        request,
        "S: {properties: {a: {type: integer}}, additionalProperties: {type: string}}",
        "S: {additionalProperties: {type: string}}",
        One(Breaking),
        One(Breaking),
    ),
];

#[test]
fn the_flags_of_a_referenced_schema_are_those_of_the_property() {
    check_all(FLAGS);
}

#[test]
fn the_schema_for_other_properties_applies_to_a_property_that_is_not_declared() {
    check_all(OTHERS);
}
