//! Parameters, headers and media types, and their names.

use super::check_all;
use super::row::Expected::AtLeast;
use super::row::{Row, headers, media_type, operation, parameters, row, same, same_one};
use crate::Level::Breaking;

const NAMES: &[Row] = &[
    // The same version uses the component.
    row(
        media_type,
        "application/vnd.test.2024-01-01+json {type: string}",
        "application/vnd.Test.2024-01-01+JSON {type: boolean}",
        AtLeast(Breaking),
        AtLeast(Breaking),
    ),
    same_one(parameters, "{name: X-Trace, in: header}", "{name: x-trace, in: header}"),
    same_one(headers, "RateLimit-Limit: {schema: {}}", "ratelimit-limit: {schema: {}}"),
    row(parameters, "{name: Q, in: query}", "{name: q, in: query}", AtLeast(Breaking), AtLeast(Breaking)),
    row(parameters, "{name: Q, in: cookie}", "{name: q, in: cookie}", AtLeast(Breaking), AtLeast(Breaking)),
    same(
        operation,
        "requestBody: {content: {Application/JSON: {schema: {type: string}}}}",
        "requestBody: {content: {application/json: {schema: {type: string}}}}",
    ),
];

#[test]
fn http_compares_names_of_headers_and_media_types_without_case() {
    check_all(NAMES);
}
