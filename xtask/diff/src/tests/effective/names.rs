//! Components that have another name, and names that stand for another component.

use super::check_all;
use super::row::Expected::Levels;
use super::row::{Row, request, response, row};
use crate::Level::{Additive, Breaking, None as Harmless};

const RENAMES: &[Row] = &[
    // The properties of a small schema do not show that it was renamed, but its references do. `T` is another name of it.
    row(
        request,
        "S: {anyOf: [@T, {type: integer}]}, T: {properties: {b: {type: integer}}}",
        "S: {anyOf: [@T, {type: integer}]}, T: @U, U: {properties: {b: {type: integer, format: int64}}}",
        Levels(&[Breaking, Harmless, Harmless]),
        Levels(&[Additive, Harmless, Harmless]),
    ),
    // The name is that of a new component now.
    row(
        request,
        "S: {properties: {a: @T}}, T: {type: string}",
        "S: {properties: {a: @U, b: @T}}, U: {type: string}, T: {type: integer}",
        Levels(&[Additive, Harmless, Harmless]),
        Levels(&[Breaking, Harmless, Harmless]),
    ),
    // Each has the name of the other one.
    row(
        response,
        "S: {properties: {a: @T, b: @U}}, T: {type: string}, U: {type: integer}",
        "S: {properties: {a: @U, b: @T}}, U: {type: string}, T: {type: integer}",
        Levels(&[Harmless, Harmless]),
        Levels(&[Harmless, Harmless]),
    ),
    // A part of an `allOf` became a component and was edited.
    row(
        response,
        "S: {allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}",
        "S: {allOf: [@T, {properties: {b: {}}}]}, T: {properties: {a: {writeOnly: true}}}",
        Levels(&[Breaking, Harmless]),
        Levels(&[Additive, Harmless]),
    ),
];

#[test]
fn components_are_recognized_by_their_content_and_their_references() {
    check_all(RENAMES);
}
