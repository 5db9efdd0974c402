//! Parameters, headers and media types, and their names.

use super::check_all;
use super::row::Expected::{AtLeast, Levels, One};
use super::row::{
    Row, headers, media_type, multipart, operation, parameters, query_reference, request_content,
    response_content, responses, row, same, same_one, url_encoded,
};
use crate::Level::{Additive, Breaking};

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

const MEDIA_TYPES: &[Row] = &[
    same_one(request_content, "application/json; charset=utf-8: {}", "application/json;Charset=UTF-8: {}"),
    same_one(
        request_content,
        "'application/json; charset=utf-8': {}",
        "'application/json ; charset=\"utf-8\"': {}",
    ),
    same_one(request_content, "'a/b; c=1; d=2': {}", "'a/b; d=2; c=1': {}"),
    same_one(response_content, "Application/JSON: {}, application/json: {}", "application/json: {}"),
    // Values other than those of `charset` have a case.
    row(
        request_content,
        "'application/json; v=A': {}",
        "'application/json; v=a': {}",
        Levels(&[Breaking, Additive]),
        Levels(&[Breaking, Additive]),
    ),
];

const MEDIA_RANGES: &[Row] = &[
    row(request_content, "application/json: {}", "'*/*': {}", One(Additive), One(Breaking)),
    row(request_content, "application/json: {}", "application/*: {}", One(Additive), One(Breaking)),
    row(request_content, "application/*: {}", "'*/*': {}", One(Additive), One(Breaking)),
    row(response_content, "application/json: {}", "'*/*': {}", One(Breaking), One(Additive)),
    row(response_content, "application/json: {}", "text/*: {}", AtLeast(Breaking), AtLeast(Breaking)),
    same_one(request_content, "'*/*': {}", "'*/*': {}, application/json: {}"),
    same_one(response_content, "'*/*': {}", "'*/*': {}, application/json: {}"),
    row(
        request_content,
        "'*/*': {schema: {type: string}}",
        "'*/*': {schema: {type: string}}, a/b: {schema: {type: integer}}",
        AtLeast(Breaking),
        AtLeast(Breaking),
    ),
    // A component that is used through a media type in one document, and through a range in the other one.
    row(
        media_type,
        "application/json {type: string}",
        "'*/*' {type: boolean}",
        AtLeast(Breaking),
        AtLeast(Breaking),
    ),
];

const STATUSES: &[Row] = &[
    same_one(responses, "default: BODY", "default: BODY, '404': BODY"),
    same_one(responses, "4XX: BODY, default: NONE", "4XX: BODY, '404': BODY, default: NONE"),
    same_one(responses, "default: BODY", "default: BODY, '200': BODY"),
    row(responses, "default: BODY", "default: BODY, '404': NONE", AtLeast(Breaking), AtLeast(Additive)),
    row(responses, "2XX: BODY", "2XX: BODY, '200': NONE", AtLeast(Breaking), AtLeast(Additive)),
    row(responses, "default: BODY", "default: BODY, '200': NONE", AtLeast(Breaking), AtLeast(Additive)),
    row(responses, "default: BODY", "'200': NONE", AtLeast(Breaking), AtLeast(Additive)),
    // Beside a success, the default describes errors.
    row(
        responses,
        "'200': BODY, default: NONE",
        "'200': BODY, '201': BODY, default: NONE",
        One(Additive),
        One(Breaking),
    ),
    row(responses, "'200': BODY", "2XX: BODY", One(Additive), One(Additive)),
    row(responses, "'200': BODY", "'200': BODY, 2XX: BODY", One(Additive), One(Additive)),
    row(responses, "'200': BODY", "default: BODY", One(Additive), One(Additive)),
    row(responses, "2XX: BODY", "'200': BODY, '201': BODY", AtLeast(Additive), AtLeast(Additive)),
    row(responses, "2XX: BODY", "'404': BODY", AtLeast(Breaking), AtLeast(Additive)),
];

const ENCODINGS: &[Row] = &[
    same_one(url_encoded, "", "l: {style: form, explode: true}"),
    same_one(url_encoded, "", "l: {explode: true, allowReserved: false}"),
    same_one(url_encoded, "", "s: {explode: false}"),
    same_one(url_encoded, "", "s: {headers: {A: {schema: {}}}}"),
    row(url_encoded, "", "l: {explode: false}", One(Breaking), One(Breaking)),
    same_one(multipart, "", "o: {contentType: application/json}"),
    same_one(multipart, "", "l: {contentType: text/plain, explode: false}"),
    same_one(multipart, "", "s: {contentType: text/plain}"),
    same_one(multipart, "s: {headers: {}}", "s: {headers: {Content-Type: {schema: {}}}}"),
    same_one(
        multipart,
        "o: {contentType: 'text/plain;charset=UTF-8'}",
        "o: {contentType: 'text/plain; charset=utf-8'}",
    ),
    row(multipart, "", "o: {contentType: text/plain}", One(Breaking), One(Breaking)),
    row(multipart, "", "s: {headers: {A: {schema: {}}}}", One(Breaking), One(Breaking)),
    // Only forms have encodings, and only in requests.
    same_one(
        request_content,
        "application/json: {x-a: 1}",
        "application/json: {x-a: 1, encoding: {a: {contentType: text/plain}}}",
    ),
    same_one(
        response_content,
        "multipart/form-data: {x-a: 1}",
        "multipart/form-data: {x-a: 1, encoding: {a: {contentType: text/plain}}}",
    ),
    same_one(query_reference, ";{type: string}", "explode: false,;{type: string}"),
    row(
        query_reference,
        ";{type: array, items: {}}",
        "explode: false,;{type: array, items: {}}",
        One(Breaking),
        One(Breaking),
    ),
];

const IGNORED: &[Row] = &[
    same_one(headers, "A: {schema: {}}", "A: {schema: {}}, content-type: {required: true, schema: {}}"),
    same_one(parameters, "{name: a, in: query}", "{name: a, in: query}, {name: Accept, in: header}"),
];

#[test]
fn spellings_of_a_media_type_have_no_effect() {
    check_all(MEDIA_TYPES);
}

#[test]
fn what_a_range_of_media_types_covers_is_compared_with_it() {
    check_all(MEDIA_RANGES);
}

#[test]
fn what_a_range_of_statuses_covers_is_compared_with_it() {
    check_all(STATUSES);
}

#[test]
fn encodings_without_an_effect() {
    check_all(ENCODINGS);
}

#[test]
fn headers_that_openapi_ignores_have_no_effect() {
    check_all(IGNORED);
}

#[test]
fn http_compares_names_of_headers_and_media_types_without_case() {
    check_all(NAMES);
}
