//! Schemas with types that are not models.

use super::*;

/// The start of the schema of the id, and of that with a hand-written type.
const ID: &str = "    ThingId:\n      x-rust-type: ThingId\n      title: thing id\n";
const ORDER: &str = "      x-rust-type: crate::Order\n";

pub(super) fn cases() -> Vec<Case> {
    let bad_type = |found: &str, name: &str| rule("bad-rust-type", &[found, name]);
    let not_text = |found: &str| rule("id-not-text", &["ThingId", found]);
    let id = |old: &str, new: &str, violation| {
        let marked = ID.replacen("    ThingId", "    «ThingId", 1).replace(old, new);
        change(ID, &marked, [violation])
    };
    vec![
        id("      title: thing id\n", "", rule("id-without-title", &["ThingId"])),
        changes(
            [
                ("    ThingId:\n      x-rust-type", "    «ThingId:\n      x-rust-type"),
                (
                    "      type: string\n      pattern: '^[a-f0-9]{24}$'\n      example: 32b6e34b3d91647abb20e7b8",
                    "      type: integer",
                ),
            ],
            [not_text("the type integer")],
        ),
        change(
            "      pattern: '^[a-f0-9]{24}$'\n",
            "      minLength: 1\n      enum: [32b6e34b3d91647abb20e7b8]\n",
            [],
        ),
        change("pattern: '^[a-f0-9]{24}$'", "pattern: '^([a-f0-9]{24})$'", []),
        change(
            "    ThingId:\n      x-rust-type: ThingId",
            "    ThingId:\n      «x-rust-type: thingId",
            [bad_type("thingId", "ThingId")],
        ),
        change(ORDER, "      «x-rust-type: crate::1\n", [bad_type("crate::1", "Order")]),
        change(ORDER, "      «x-rust-type: other::Order\n", [bad_type("other::Order", "Order")]),
        change(ORDER, "      x-rust-type: crate::plan::Order\n", []),
        change(ORDER, "      x-rust-type: crate::Taken\n", []),
        change(
            ORDER,
            "      «x-rust-type: crate::Hidden\n",
            [rule("rust-type-not-in-sdk", &["crate::Hidden"])],
        ),
        changes(
            [
                (ID, "    «Taken:\n      x-rust-type: Taken\n      title: thing id\n"),
                (
                    "      schema: {$ref: '#/components/schemas/ThingId'}",
                    "      schema: {$ref: '#/components/schemas/Taken'}",
                ),
                (
                    "parent: {$ref: '#/components/schemas/ThingId'}",
                    "parent: {$ref: '#/components/schemas/Taken'}",
                ),
                ("_id: {$ref: '#/components/schemas/ThingId'}", "_id: {$ref: '#/components/schemas/Taken'}"),
            ],
            [rule("id-name-taken", &["Taken"])],
        ),
        name("«x-rust-type: crate::Name\n          type: string", [rule("rust-type-not-a-component", &[])]),
        // An id without a kind: a property, an item, a query parameter, and a component.
        name("type: string\n          «pattern: '^([a-f0-9]{24})$'", [without_kind()]),
        name("type: array\n          items: {type: string, «pattern: '^[a-f0-9]{24}$'}", [without_kind()]),
        change(
            "description: Only these.\n          schema: {type: string}",
            "description: Only these.\n          schema: {type: string, «pattern: '^[a-f0-9]{24}$'}",
            [without_kind()],
        ),
        changes(
            [
                (NAME, &format!("{NAME}        other: {{$ref: '#/components/schemas/Other'}}\n")),
                (
                    "    State:",
                    "    Other: {description: A, type: string, «pattern: '^[a-f0-9]{24}$'}\n    State:",
                ),
            ],
            [without_kind()],
        ),
        // Other patterns, and a secret.
        name("type: string\n          pattern: '^[a-f0-9]{23}$'", []),
        name("type: string\n          format: password\n          pattern: '^[a-f0-9]{24}$'", []),
    ]
}

fn without_kind() -> Violated {
    rule("id-without-kind", &[])
}
