//! Keywords with their default values, and keywords that are ignored.

use super::check_all;
use super::row::Expected::One;
use super::row::{Row, headers, operation, parameters, request, row, same_one};
use crate::Level::{Additive, Breaking};

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

#[test]
fn default_values_of_keywords_have_no_effect() {
    check_all(DEFAULTS);
}

#[test]
fn keywords_that_do_not_apply_have_no_effect() {
    check_all(KEYWORDS);
}
