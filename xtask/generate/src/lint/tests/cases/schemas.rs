//! Schemas: their structure and names.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    [inline(), structure(), openness(), names(), reserved()].into_iter().flatten().collect()
}

fn inline() -> Vec<Case> {
    let inline = |what| rule("inline-schema", &[what]);
    vec![
        marked_name("type: object", [inline("object schema")]),
        marked_name("type: string\n          enum: [a]", [inline("enum schema")]),
        name("type: array\n          «items: {type: object}", [inline("object schema")]),
        changes(
            [
                (NAME, "        name: {$ref: '#/components/schemas/Map'}\n"),
                (
                    "    State:",
                    "    Map: {description: A, type: object, «additionalProperties: {type: object}}\n    State:",
                ),
            ],
            [inline("object schema")],
        ),
        name("nullable: true\n          allOf: [«{type: object}]", [inline("object schema")]),
        // A hand-written type replaces the component.
        change("- {type: string, enum: [up]}", "- {type: object}", []),
        name("«anyOf: [{type: string}, {type: integer}]", [rule("any-of", &[])]),
        name("«oneOf: [{type: string}, {type: integer}]", [rule("one-of", &[])]),
        name("«oneOf: []", [rule("missing-key", &["oneOf"])]),
        name("«allOf: []", [rule("missing-key", &["allOf"])]),
        name("«allOf: [{$ref: '#/components/schemas/Thing'}, {type: string}]", [rule("merge", &[])]),
        // The same in a component.
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      «oneOf: [{type: string}]",
            [rule("one-of", &[])],
        ),
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      «allOf: [{$ref: '#/components/schemas/Failure'}, {$ref: '#/components/schemas/ThingId'}]",
            [rule("merge", &[])],
        ),
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      allOf: [{$ref: '#/components/schemas/Failure'}]",
            [],
        ),
    ]
}

fn structure() -> Vec<Case> {
    let effect = |key: &str, of: &str| rule("key-without-effect", &[key, of]);
    let unsupported = |key: &str, of: &str| rule("key-not-supported-with-type", &[key, of]);
    vec![
        // An alias repeats the same text, so there is one problem.
        change(
            NAME,
            "        name: &name\n          description: Its name.\n          «type: text\n        other: *name\n",
            [rule("bad-type", &["text"])],
        ),
        name("«type: text", [rule("bad-type", &["text"])]),
        marked_name("type: array", [rule("missing-key", &["items"])]),
        marked_name("minLength: 1", [rule("missing-key", &["type"])]),
        name("type: integer\n          «minLength: 1", [effect("minLength", "integer")]),
        name("type: string\n          «maximum: 1", [effect("maximum", "string")]),
        name("type: integer\n          «minimum: 1.5", [rule("wrong-type", &["a whole number", "a number"])]),
        name("type: string\n          «allOf: [{type: string}]", [unsupported("allOf", "string")]),
        marked_name(
            "type: array\n          items: {type: string}\n          ««enum: [[a]]",
            [
                rule("inline-schema", &["enum schema"]),
                unsupported("enum", "array"),
                rule("enum-of-other-type", &[]),
            ],
        ),
        marked_name("format: date", [rule("missing-key", &["type"])]),
        name("type: string\n          «xml: {name: a}", [unsupported_in_schema("xml")]),
        name("type: string\n          deprecated: true", []),
        name("type: boolean\n          «format: password", [effect("format", "boolean")]),
        name("type: integer\n          «format: password", [effect("format: password", "integer")]),
        name("type: string\n          «items: {type: string}", [effect("items", "string")]),
        change("required: [name]", "required: [name, «nmae]", [rule("required-without-property", &["nmae"])]),
        change("enum: [NEW, AS_IS]", "«enum: []", [rule("empty-enum", &[])]),
        change("enum: [NEW, AS_IS]", "«enum: [NEW, 1]", [rule("enum-of-other-type", &[])]),
        // Numbers need no name, because they have no variants.
        name("type: integer\n          enum: [1, -1, 2.0]", []),
        name("type: number\n          enum: [0.5, 1]", []),
        name("type: boolean\n          enum: [true]", []),
        name("type: integer\n          «enum: [1, 1.5]", [rule("enum-of-other-type", &[])]),
        name("type: boolean\n          «enum: [true, 1]", [rule("enum-of-other-type", &[])]),
        name(
            "type: integer\n          minimum: -5.0\n          maximum: 1199145600.0\n          default: 3.0",
            [],
        ),
        change(
            "      type: string\n      enum: [NEW, AS_IS]",
            "      type: integer\n      «enum: [NEW, AS_IS]",
            [rule("enum-of-other-type", &[])],
        ),
    ]
}

/// Objects of responses are open, those of requests are closed.
fn openness() -> Vec<Case> {
    let closed = || rule("closed-response", &[]);
    let open = || rule("open-request", &[]);
    let keyword = "      additionalProperties: false\n";
    vec![
        change(
            "      description: What failed.\n",
            "      description: What failed.\n      «additionalProperties: false\n",
            [closed()],
        ),
        // In a request and in a response.
        changes(
            [
                (NAME, "        name: {$ref: '#/components/schemas/Thing'}\n"),
                (
                    "      description: A thing.\n",
                    "      description: A thing.\n      «additionalProperties: false\n",
                ),
            ],
            [closed()],
        ),
        change(NAME, "        name: {$ref: '#/components/schemas/Thing'}\n", []),
        changes([("    ThingRequest:", "    «ThingRequest:"), (keyword, "")], [open()]),
        // A map; a request reaches it through another schema.
        change(keyword, "      additionalProperties: true\n", []),
        changes(
            [
                (
                    NAME,
                    "        name: {type: array, description: A, items: {$ref: '#/components/schemas/Part'}}\n",
                ),
                ("    State:", "    «Part: {description: A, type: object}\n    State:"),
            ],
            [open()],
        ),
        changes(
            [
                (NAME, "        name: {$ref: '#/components/schemas/Part'}\n"),
                (
                    "    State:",
                    "    Part: {description: A, type: object, additionalProperties: {type: string}}\n    State:",
                ),
            ],
            [],
        ),
    ]
}

fn unsupported_in_schema(key: &str) -> Violated {
    rule("unsupported-key", &[key, &keys_of(Role::Schema).collect::<Vec<_>>().join(", ")])
}

fn names() -> Vec<Case> {
    let collide =
        |what, name: &str, other: &str, renamed: &str| rule("names-collide", &[what, name, other, renamed]);
    vec![
        other("«Name: {description: A, type: string}", [collide("properties", "Name", "name", "name")]),
        other("«'1st': {description: A, type: string}", [rule("bad-property-name", &["1st"])]),
        change(
            "        _id:",
            "        id: {$ref: '#/components/schemas/ThingId'}\n        «_id:",
            [rule("id-and-underscore-id", &[])],
        ),
        change("enum: [NEW, AS_IS]", "enum: [AS-IS, «AS_IS]", [collide("values", "AS_IS", "AS-IS", "AsIs")]),
        // Names that start with a digit get the prefix `V`.
        change("enum: [NEW, AS_IS]", "enum: ['1', «V1]", [collide("values", "V1", "1", "V1")]),
        change(
            "enum: [NEW, AS_IS]",
            "enum: ['+1', '-1', '1', «plus1]",
            [collide("values", "plus1", "+1", "Plus1")],
        ),
        change(
            "enum: [NEW, AS_IS]",
            "enum: [«<, «'', «UNKNOWN, «self, «²]",
            ["<", "", "UNKNOWN", "self", "²"].map(no_value),
        ),
        // Additional properties become a field `extra`.
        changes(
            [
                ("      additionalProperties: false\n", "      «additionalProperties: {type: string}\n"),
                (NAME, &format!("{NAME}        extra: {{description: A, type: string}}\n")),
            ],
            [collide("properties", "additionalProperties", "extra", "extra")],
        ),
        other("type: {description: A, type: string}", []),
        other("«'@type': {description: A, type: string}", [rule("bad-property-name", &["@type"])]),
        other(
            "self: {description: A, type: string}\n        «self_: {description: A, type: string}",
            [collide("properties", "self_", "self", "self_")],
        ),
        changes(
            [
                (NAME, "        name: {$ref: '#/components/schemas/state'}\n"),
                ("    State:", "    state: {description: A, type: string}\n    «State:"),
            ],
            [collide("schemas", "State", "state", "State")],
        ),
    ]
}

fn no_value(name: &str) -> Violated {
    rule("bad-enum-value", &[name])
}

/// Components with names that generated code uses, and with similar names that are valid.
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
        let problem = rule("reserved-name", &["a type", name]);
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
