//! Keywords with their default values, and keywords that are ignored.

use super::check_all;
use super::row::Expected::One;
use super::row::{Row, headers, operation, parameters, query, request, response, row, same, same_one};
use crate::Level::{Additive, Breaking};

const DEFAULTS: &[Row] = &[
    same_one(request, "S: {type: string}", "S: {type: string, minLength: 0}"),
    same_one(request, "S: {type: array, items: {}}", "S: {type: array, items: {}, minItems: 0}"),
    same_one(request, "S: {type: array, items: {}}", "S: {type: array, items: {}, uniqueItems: false}"),
    same_one(request, "S: {type: object}", "S: {type: object, minProperties: 0}"),
    same_one(request, "S: {type: object}", "S: {type: object, additionalProperties: true}"),
    same_one(request, "S: {type: object}", "S: {type: object, additionalProperties: {}}"),
    same_one(request, "S: {type: object}", "S: {type: object, additionalProperties: {nullable: true}}"),
    same(request, "S: {type: object}", "S: {type: object, additionalProperties: @T}, T: {description: Any.}"),
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
    same_one(request, "S: {type: boolean}", "S: {type: boolean, enum: [false, true]}"),
    same_one(request, "S: {type: string}", "S: {type: string, pattern: '.*'}"),
    row(
        request,
        "S: {type: string, pattern: a}",
        "S: {type: string, pattern: '.*'}",
        One(Additive),
        One(Breaking),
    ),
    same_one(request, "S: {type: integer}", "S: {type: number, multipleOf: 1}"),
    same_one(request, "S: {type: number, multipleOf: 1, minimum: 1}", "S: {type: integer, minimum: 0.5}"),
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
    same_one(request, "S: {type: integer}", "S: {type: integer, maxLength: 5}"),
    same_one(request, "S: {type: integer, maxLength: 4}", "S: {type: integer, maxLength: 5}"),
    same_one(request, "S: {type: string}", "S: {type: string, required: [a]}"),
    same_one(request, "S: {type: object}", "S: {type: object, items: {type: string}}"),
    same_one(response, "S: {type: string, minimum: 1}", "S: {type: string}"),
    same_one(response, "S: {type: [string, boolean], minimum: 1}", "S: {type: [string, boolean]}"),
    same_one(request, "S: {type: object}", "S: {type: object, format: uuid}"),
    same_one(request, "S: {type: integer, format: date-time}", "S: {type: integer}"),
    // A parameter is text, but its schema describes the value that the text stands for.
    same_one(query, "{type: integer}", "{type: integer, pattern: '^a$'}"),
    // The type is in another part.
    same(request, "S: {allOf: [@T, {maxLength: 4}]}, T: {type: integer}", "S: @T, T: {type: integer}"),
    same(
        request,
        "S: {properties: {a: {type: integer}}, allOf: [{properties: {a: {maxLength: 4}}}]}",
        "S: {properties: {a: {type: integer}}}",
    ),
    row(request, "S: {maxLength: 5}", "S: {maxLength: 4}", One(Breaking), One(Additive)),
    row(
        request,
        "S: {type: integer, maxLength: 5}",
        "S: {type: string, maxLength: 5}",
        One(Breaking),
        One(Breaking),
    ),
    same_one(request, "S: {}", "S: {nullable: true}"),
    same_one(response, "S: {properties: {a: {}}}", "S: {properties: {a: {}}, nullable: true}"),
    row(
        response,
        "S: {type: string, enum: [a]}",
        "S: {type: string, enum: [a], nullable: true}",
        One(Breaking),
        One(Additive),
    ),
    row(
        response,
        "S: {type: string, enum: [a, null]}",
        "S: {type: string, enum: [a, null], nullable: true}",
        One(Breaking),
        One(Additive),
    ),
    same_one(
        response,
        "S: {properties: {a: {nullable: true, type: string, enum: [a]}}}",
        "S: {properties: {a: {nullable: true, allOf: [{type: string, enum: [a]}]}}}",
    ),
    row(
        response,
        "S: {allOf: [@T]}, T: {type: object}",
        "S: {allOf: [@T], nullable: true}, T: {type: object}",
        One(Breaking),
        One(Additive),
    ),
];

/// Numbers that are the same as an `f64`, and decimal fractions that have none.
const NUMBERS: &[Row] = &[
    row(
        request,
        "S: {type: integer, format: int64, minimum: -9223372036854775808}",
        "S: {type: integer, format: int64, minimum: -9223372036854775807}",
        One(Breaking),
        One(Additive),
    ),
    row(
        response,
        "S: {type: integer, maximum: 9223372036854775807}",
        "S: {type: integer, maximum: 9223372036854775806}",
        One(Additive),
        One(Breaking),
    ),
    row(
        request,
        "S: {type: integer, minimum: 9007199254740992, exclusiveMinimum: true}",
        "S: {type: integer, minimum: 9007199254740993, exclusiveMinimum: true}",
        One(Breaking),
        One(Additive),
    ),
    row(
        request,
        "S: {type: number, minimum: 9007199254740992}",
        "S: {type: number, minimum: 9007199254740993, exclusiveMinimum: true}",
        One(Breaking),
        One(Additive),
    ),
    same_one(
        request,
        "S: {type: integer, maximum: 9007199254740993, exclusiveMaximum: true}",
        "S: {type: integer, maximum: 9007199254740992}",
    ),
    same(
        request,
        "S: {allOf: [{type: integer, minimum: 9007199254740992}, {minimum: 9007199254740993}]}",
        "S: {type: integer, minimum: 9007199254740993}",
    ),
    row(
        request,
        "S: {type: number, multipleOf: 0.1}",
        "S: {type: number, multipleOf: 0.01}",
        One(Additive),
        One(Breaking),
    ),
    same_one(request, "S: {type: integer}", "S: {type: integer, multipleOf: 0.00001}"),
    same_one(request, "S: {type: number, maximum: 1e18}", "S: {type: number, maximum: 1000000000000000000}"),
];

#[test]
fn default_values_of_keywords_have_no_effect() {
    check_all(DEFAULTS);
}

#[test]
fn keywords_that_do_not_apply_have_no_effect() {
    check_all(KEYWORDS);
}

#[test]
fn numbers_are_compared_as_they_are_written() {
    check_all(NUMBERS);
}
