//! Deprecated parts and stability levels.

use super::check_all;
use super::row::Expected::{AtLeast, One};
use super::row::{Row, operation, parameters, request, response, row, same_one};
use crate::Level::{Additive, None as Harmless, Risky};

const DEPRECATED: &[Row] = &[
    row(parameters, "{name: q, in: query, deprecated: true}", "", One(Risky), One(Additive)),
    row(
        request,
        "S: {properties: {a: {type: string, deprecated: true}, b: {type: string}}}",
        "S: {properties: {b: {type: string}}}",
        One(Risky),
        One(Additive),
    ),
    row(
        response,
        "S: {required: [a], properties: {a: {type: string, deprecated: true}, b: {type: string}}}",
        "S: {properties: {b: {type: string}}}",
        One(Risky),
        One(Additive),
    ),
    row(operation, "x-stability-level: ga", "x-stability-level: alpha", AtLeast(Risky), AtLeast(Harmless)),
    same_one(operation, "x-stability-level: ga", "x-stability-level: stable"),
];

#[test]
fn deprecated_parts_are_softened_everywhere() {
    check_all(DEPRECATED);
}
