//! Values in schemas: defaults, examples, and the bounds and patterns that apply to them.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let mismatch = |key, reason: &str| rule("value-does-not-fit", &[key, reason]);
    let empty_range = |min, max| rule("empty-range", &[min, max]);
    let pattern = |message: &str| rule("bad-pattern", &[message]);
    vec![
        change("default: 5", "«default: 10", [mismatch("default", "it is above `maximum`")]),
        change("default: 5", "«default: 0", [mismatch("default", "it is below `minimum`")]),
        change("default: 5", "«default: '5'", [mismatch("default", "it is not of type integer")]),
        change("default: 5", "«default: ~", [mismatch("default", "it is not of type integer")]),
        name("type: string\n          nullable: true\n          default: ~", []),
        change("default: 5", "default: 9, exclusiveMinimum: true", []),
        change(
            "default: 5",
            "«default: 9, exclusiveMaximum: true",
            [mismatch("default", "it is above `maximum`")],
        ),
        change(
            "enum: [NEW, AS_IS]",
            "enum: [NEW, AS_IS]\n      «default: OLD",
            [mismatch("default", "it is not a value of `enum`")],
        ),
        change(
            "example: 32b6e34b3d91647abb20e7b8",
            "«example: 32B6E34B3D91647ABB20E7B8",
            [mismatch("example", "it does not match `pattern`")],
        ),
        name(
            "type: string\n          maxLength: 2\n          «example: äöü",
            [mismatch("example", "it is above `maxLength`")],
        ),
        name(
            "type: array\n          minItems: 1\n          items: {type: string}\n          «example: []",
            [mismatch("example", "it is below `minItems`")],
        ),
        name(
            "type: array\n          items: {type: string}\n          «example: [a, 1]",
            [mismatch("example", "it is not of type string")],
        ),
        change(
            "default: 5",
            "«default: 5, multipleOf: 2",
            [mismatch("default", "it is not a multiple of `multipleOf`")],
        ),
        change(
            "maximum: 9, default: 5",
            "format: int32, «default: 2147483648",
            [mismatch("default", "it does not fit into 32 bits")],
        ),
        change(
            "minimum: 1, maximum: 9, default: 5",
            "«minimum: 10, maximum: 9",
            [empty_range("minimum", "maximum")],
        ),
        name(
            "type: string\n          «minLength: 2\n          maxLength: 1",
            [empty_range("minLength", "maxLength")],
        ),
        name(
            "type: array\n          items: {type: string}\n          uniqueItems: true\n          «example: [a, b, a]",
            [mismatch("example", "it contains a duplicate item")],
        ),
        change(
            "      required: [name]\n",
            "      «example: {name: a, nmae: b}\n      required: [name]\n",
            [mismatch("example", "`nmae` is not a property")],
        ),
        change(
            "      required: [name]\n",
            "      maxProperties: 1\n      «example: {name: a, more: b}\n      required: [name]\n",
            [mismatch("example", "it is above `maxProperties`")],
        ),
        // Through references, and in a schema with a hand-written type.
        change(
            "order: {$ref: '#/components/schemas/Order'}",
            "order: {allOf: [{$ref: '#/components/schemas/Order'}], «example: 0}",
            [mismatch("example", "it matches no schema of `oneOf`")],
        ),
        change(
            "order: {$ref: '#/components/schemas/Order'}",
            "order: {allOf: [{$ref: '#/components/schemas/Order'}], example: -1}",
            [],
        ),
        change(
            "schema: {$ref: '#/components/schemas/ThingId'}",
            "«example: x\n      schema: {$ref: '#/components/schemas/ThingId'}",
            [mismatch("example", "it does not match `pattern`")],
        ),
        change(
            "          schema: {$ref: '#/components/schemas/Failure'}",
            "          «example: {detail: 1}\n          schema: {$ref: '#/components/schemas/Failure'}",
            [mismatch("example", "`detail`: it is not of type string")],
        ),
        change(
            "      required: [name]\n",
            "      «example: {order: up}\n      required: [name]\n",
            [mismatch("example", "`name` is required")],
        ),
        name("type: string\n          «pattern: '['", [pattern("Unbalanced bracket")]),
        name(
            "type: string\n          «pattern: '[z-a]'",
            [pattern("Range values reversed, start char code is greater than end char code")],
        ),
        // Without the flag `u` this would match `y`.
        name("type: string\n          «pattern: '\\y'", [pattern("Invalid character escape")]),
        name("type: string\n          «pattern: '\\_'", [pattern("Invalid character escape")]),
        name("type: string\n          «pattern: 'a\\'", [pattern("Incomplete escape")]),
        // Needless escapes are valid without the flag; in a class, a hyphen needs its escape.
        name("type: string\n          pattern: '^([0-9a-f]{1,4}\\:){7}(sg\\-[\\@a-f])?$'", []),
        name("type: string\n          pattern: '[z\\-a]'", []),
        name(
            &format!("type: string\n          «pattern: {}", "a".repeat(1001)),
            [pattern("longer than 1000 bytes")],
        ),
        name(
            &format!("type: string\n          «pattern: '{}'", "(".repeat(33)),
            [pattern("more than 32 groups")],
        ),
        // A backtracking engine would not terminate in practice.
        name(
            &format!("type: string\n          pattern: '^(a+)+$'\n          «example: {}b", "a".repeat(200)),
            [mismatch("example", "it does not match `pattern`")],
        ),
    ]
}
