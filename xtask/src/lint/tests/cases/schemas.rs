//! Schemas: their forms and names.

use super::*;
use crate::spec::problem::{Inlined, Named};

pub(super) fn cases() -> Vec<Case> {
    [inline(), forms(), names(), reserved()].into_iter().flatten().collect()
}

fn inline() -> Vec<Case> {
    let inline = |what| ProblemKind::Inline { what };
    vec![
        marked_name("type: object", [inline(Inlined::Object)]),
        marked_name("type: string\n          enum: [a]", [inline(Inlined::Enum)]),
        name("type: array\n          «items: {type: object}", [inline(Inlined::Object)]),
        changes(
            [
                (NAME, "        name: {$ref: '#/components/schemas/Map'}\n"),
                (
                    "    State:",
                    "    Map: {description: A, type: object, «additionalProperties: {type: object}}\n    State:",
                ),
            ],
            [inline(Inlined::Object)],
        ),
        name("nullable: true\n          allOf: [«{type: object}]", [inline(Inlined::Object)]),
        // A hand-written type stands for the component.
        change("- {type: string, enum: [up]}", "- {type: object}", []),
        name("«anyOf: [{type: string}, {type: integer}]", [ProblemKind::AnyOf]),
        name("«oneOf: [{type: string}, {type: integer}]", [ProblemKind::OneOf]),
        name("«oneOf: []", [ProblemKind::MissingKey { key: "oneOf" }]),
        name("«allOf: []", [ProblemKind::MissingKey { key: "allOf" }]),
        name("«allOf: [{$ref: '#/components/schemas/Thing'}, {type: string}]", [ProblemKind::Merge]),
        // A name does not help: what it is made of is the same.
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      «oneOf: [{type: string}]",
            [ProblemKind::OneOf],
        ),
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      «allOf: [{$ref: '#/components/schemas/Failure'}, {$ref: '#/components/schemas/ThingId'}]",
            [ProblemKind::Merge],
        ),
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      allOf: [{$ref: '#/components/schemas/Failure'}]",
            [],
        ),
    ]
}

fn forms() -> Vec<Case> {
    let effect = |key: &str, of: &str| ProblemKind::KeyWithoutEffect { key: key.into(), of: of.into() };
    vec![
        // Repeated by an alias it is one text, and so one problem.
        change(
            NAME,
            "        name: &name\n          description: Its name.\n          «type: text\n        other: *name\n",
            [ProblemKind::BadType { found: "text".into() }],
        ),
        name("«type: text", [ProblemKind::BadType { found: "text".into() }]),
        marked_name("type: array", [ProblemKind::MissingKey { key: "items" }]),
        marked_name("minLength: 1", [ProblemKind::MissingKey { key: "type" }]),
        name("type: integer\n          «minLength: 1", [effect("minLength", "integer")]),
        name("type: string\n          «maximum: 1", [effect("maximum", "string")]),
        name(
            "type: integer\n          «minimum: 1.5",
            [ProblemKind::WrongType { expected: "a whole number", found: "a number" }],
        ),
        name("type: string\n          «allOf: [{type: string}]", [effect("allOf", "string")]),
        name("type: boolean\n          «format: password", [effect("format", "boolean")]),
        name("type: integer\n          «format: password", [effect("format: password", "integer")]),
        name("type: string\n          «items: {type: string}", [effect("items", "string")]),
        change(
            "required: [name]",
            "required: [name, «nmae]",
            [ProblemKind::RequiredWithoutProperty { name: "nmae".into() }],
        ),
        change("enum: [NEW, AS_IS]", "«enum: []", [ProblemKind::EmptyEnum]),
        change("enum: [NEW, AS_IS]", "«enum: [NEW, 1]", [ProblemKind::EnumNotTexts]),
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      type: integer\n      «enum: [NEW, AS_IS]",
            [ProblemKind::EnumNotTexts],
        ),
    ]
}

fn names() -> Vec<Case> {
    let collide = |what, name: &str, other: &str, renamed: &str| ProblemKind::NamesCollide {
        what,
        name: name.into(),
        other: other.into(),
        renamed: renamed.into(),
    };
    vec![
        other("«Name: {description: A, type: string}", [collide(Named::Property, "Name", "name", "name")]),
        other(
            "«'1st': {description: A, type: string}",
            [ProblemKind::BadName { what: Named::Property, name: "1st".into() }],
        ),
        change(
            "        _id:",
            "        id: {$ref: '#/components/schemas/ThingId'}\n        «_id:",
            [ProblemKind::IdBesideUnderscoreId],
        ),
        change(
            "enum: [NEW, AS_IS]",
            "enum: [AS-IS, «AS_IS]",
            [collide(Named::EnumValue, "AS_IS", "AS-IS", "AsIs")],
        ),
        // As the generator of open enums names them, with a letter before a digit.
        change("enum: [NEW, AS_IS]", "enum: ['1', «V1]", [collide(Named::EnumValue, "V1", "1", "V1")]),
        change(
            "enum: [NEW, AS_IS]",
            "enum: ['+1', '-1', '1', «plus1]",
            [collide(Named::EnumValue, "plus1", "+1", "Plus1")],
        ),
        change(
            "enum: [NEW, AS_IS]",
            "enum: [«<, «'', «UNKNOWN, «self, «²]",
            ["<", "", "UNKNOWN", "self", "²"].map(no_value),
        ),
        // What admits more properties is a field `extra`.
        changes(
            [
                (
                    "      required: [name]\n",
                    "      required: [name]\n      «additionalProperties: {type: string}\n",
                ),
                (NAME, &format!("{NAME}        extra: {{description: A, type: string}}\n")),
            ],
            [collide(Named::Property, "additionalProperties", "extra", "extra")],
        ),
        other("type: {description: A, type: string}", []),
        other(
            "«'@type': {description: A, type: string}",
            [ProblemKind::BadName { what: Named::Property, name: "@type".into() }],
        ),
        other(
            "self: {description: A, type: string}\n        «self_: {description: A, type: string}",
            [collide(Named::Property, "self_", "self", "self_")],
        ),
        changes(
            [
                (NAME, "        name: {$ref: '#/components/schemas/state'}\n"),
                ("    State:", "    state: {description: A, type: string}\n    «State:"),
            ],
            [collide(Named::Component, "State", "state", "State")],
        ),
    ]
}

fn no_value(name: &str) -> ProblemKind {
    ProblemKind::BadName { what: Named::EnumValue, name: name.into() }
}

/// Components under names that generated code uses itself, and those that only look like it.
fn reserved() -> Vec<Case> {
    let component = |name: &str, schema: &str, mark: &str| {
        (
            format!("{NAME}        more: {{$ref: '#/components/schemas/{name}'}}\n"),
            format!("    {mark}{name}: {schema}\n    State:"),
        )
    };
    let text = "{description: A, type: string}";
    let mut cases = Vec::new();
    for (name, schema) in [
        ("Self", text),
        ("self", text),
        ("Ok", text),
        ("Some", text),
        ("None", text),
        ("Err", text),
        ("OpenEnum", text),
        ("Secret", "{description: A, type: boolean}"),
        ("secret", "{description: A, type: string, format: password}"),
    ] {
        let (property, define) = component(name, schema, "«");
        let problem = ProblemKind::ReservedName { what: Named::Component, name: name.into() };
        cases.push(changes([(NAME, &property), ("    State:", &define)], [problem]));
    }
    for (name, schema) in [
        ("Option", text),
        ("String", text),
        ("Vec", text),
        ("Box", text),
        ("Result", text),
        ("Error", text),
        ("type", text),
        ("Secret", "{description: A, type: string, format: password}"),
    ] {
        let (property, define) = component(name, schema, "");
        cases.push(changes([(NAME, &property), ("    State:", &define)], []));
    }
    cases
}
