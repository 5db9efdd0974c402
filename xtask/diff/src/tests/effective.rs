//! The smallest documents that a comparison of texts judges wrongly. The level of an edit must be that of the effective
//! contract: what holds after references, inheritance, `allOf`, the default values of keywords and the rules of HTTP for
//! names are applied.

mod row;

use crate::Level::{Additive, Breaking, None as Harmless, Risky};
use row::Expected::{AtLeast, Levels, One};
use row::{
    Row, failures, flows, headers, inherits, media_type, operation, parameters, query, request, response,
    root, row, same, same_one, scheme,
};

const SECURITY: &[Row] = &[
    row(inherits, "x-b: 1, security: []", "x-b: 1", One(Breaking), One(Additive)),
    row(inherits, "x-b: 1, security: [{A: []}, {}]", "x-b: 1", One(Breaking), One(Additive)),
    row(inherits, "x-b: 1", "x-b: 1, security: [{A: []}, {B: []}]", One(Additive), One(Breaking)),
    row(inherits, "x-b: 1", "x-b: 1, security: [{B: []}]", One(Breaking), One(Breaking)),
    same_one(inherits, "x-b: 1", "x-b: 1, security: [{A: []}]"),
    same_one(inherits, "x-b: 1, security: []", "x-b: 1, security: [{}]"),
    same_one(operation, "x-b: 1", "x-b: 1, security: []"),
    same_one(root, "x-b: 1", "x-b: 1\nsecurity: []"),
    same_one(scheme, "type: http, scheme: bearer", "type: http, scheme: bearer, bearerFormat: JWT"),
    same(root, "security: [{A: []}]", "security: [{A: []}, {A: []}]"),
    row(
        flows,
        "clientCredentials: {tokenUrl: /t, scopes: {read: Read.}}",
        "clientCredentials: {tokenUrl: /t, scopes: {read: Read.}}, \
         authorizationCode: {tokenUrl: /t, authorizationUrl: /a, scopes: {read: Read.}}",
        One(Additive),
        One(Breaking),
    ),
];

const DEFAULTS: &[Row] = &[
    same_one(request, "S: {type: string}", "S: {type: string, minLength: 0}"),
    same_one(request, "S: {type: array, items: {}}", "S: {type: array, items: {}, minItems: 0}"),
    same_one(request, "S: {type: array, items: {}}", "S: {type: array, items: {}, uniqueItems: false}"),
    same_one(request, "S: {type: object}", "S: {type: object, minProperties: 0}"),
    same_one(request, "S: {type: object}", "S: {type: object, additionalProperties: true}"),
    same_one(request, "S: {type: object}", "S: {type: object, additionalProperties: {}}"),
    same_one(request, "S: {type: object}", "S: {type: object, properties: {}}"),
    same_one(request, "S: {type: object}", "S: {type: object, required: []}"),
    same_one(request, "S: {type: string}", "S: {type: string, nullable: false}"),
    same_one(request, "S: {type: string}", "S: {type: string, deprecated: false}"),
    same_one(request, "S: {type: integer}", "S: {type: integer, multipleOf: 1}"),
    row(request, "S: {type: number}", "S: {type: number, multipleOf: 1}", One(Breaking), One(Additive)),
    same_one(request, "S: {type: integer, maximum: 500}", "S: {type: integer, maximum: 500.0}"),
    same_one(request, "S: {type: integer, minimum: 0}", "S: {type: integer, minimum: 0.0}"),
    same_one(request, "S: {type: number, multipleOf: 5}", "S: {type: number, multipleOf: 5.0}"),
    same_one(request, "S: {type: number, enum: [1, 2]}", "S: {type: number, enum: [1.0, 2]}"),
    same_one(request, "S: {type: number, default: 1}", "S: {type: number, default: 1.0}"),
    same_one(
        request,
        "S: {type: integer, maximum: 5}",
        "S: {type: integer, maximum: 5, exclusiveMaximum: false}",
    ),
    // Without a bound, it has no effect.
    same_one(request, "S: {type: integer}", "S: {type: integer, exclusiveMinimum: true}"),
    // Keywords of another type have no effect.
    same_one(parameters, "{name: q, in: query}", "{name: q, in: query, required: false}"),
    same_one(parameters, "{name: q, in: query}", "{name: q, in: query, style: form}"),
    same_one(parameters, "{name: q, in: query}", "{name: q, in: query, explode: true}"),
    same_one(parameters, "{name: q, in: query}", "{name: q, in: query, allowReserved: false}"),
    same_one(parameters, "{name: q, in: query}", "{name: q, in: query, allowEmptyValue: false}"),
    same_one(parameters, "{name: q, in: header}", "{name: q, in: header, style: simple}"),
    same_one(parameters, "{name: q, in: header}", "{name: q, in: header, explode: false}"),
    same_one(headers, "A: {schema: {}}", "A: {schema: {}, required: false}"),
    same_one(operation, "requestBody: {content: {}}", "requestBody: {content: {}, required: false}"),
    same_one(operation, "x-b: 1", "x-b: 1, deprecated: false"),
    same_one(operation, "x-b: 1", "x-b: 1, parameters: []"),
];

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

/// What an excluded schema no longer accepts, the whole accepts now.
const EXCLUDED: &[Row] = &[
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
    same_one(root, "servers: [{url: 'https://a.test/v1'}]", "servers: [{url: 'https://a.test/v1/'}]"),
    same_one(inherits, "x-b: 1", "x-b: 1, servers: [{url: 'https://a.test/v1'}]"),
];

const KEYWORDS: &[Row] = &[
    same_one(
        request,
        "S: {properties: {a: @T}}, T: {type: string}",
        "S: {properties: {a: {$ref: '#/components/schemas/T', nullable: true}}}, T: {type: string}",
    ),
    same_one(
        request,
        "S: {properties: {a: @T}}, T: {type: string}",
        "S: {properties: {a: {$ref: '#/components/schemas/T', maxLength: 5}}}, T: {type: string}",
    ),
    same_one(
        request,
        "S: {properties: {a: {type: string}}}",
        "S: {properties: {a: {type: string, deprecated: true}}}",
    ),
];

#[track_caller]
fn check_all(rows: &[Row]) {
    let failures = failures(rows);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn security_is_inherited() {
    check_all(SECURITY);
}

#[test]
fn default_values_of_keywords_have_no_effect() {
    check_all(DEFAULTS);
}

#[test]
fn http_compares_names_of_headers_and_media_types_without_case() {
    check_all(NAMES);
}

#[test]
fn extracting_a_schema_has_no_effect_in_any_position() {
    check_all(REFERENCES);
}

#[test]
fn all_of_is_judged_as_the_merged_schema() {
    check_all(ALL_OF);
}

#[test]
fn excluding_a_schema_reverses_its_effect() {
    check_all(EXCLUDED);
}

#[test]
fn a_change_of_type_considers_the_other_keywords() {
    check_all(TYPES);
}

#[test]
fn the_values_of_an_enum_are_one_edit_for_each_direction() {
    check_all(ENUMS);
}

#[test]
fn deprecated_parts_are_softened_everywhere() {
    check_all(DEPRECATED);
}

#[test]
fn keywords_that_do_not_apply_have_no_effect() {
    check_all(KEYWORDS);
}
