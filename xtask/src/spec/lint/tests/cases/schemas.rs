//! Schemas and the values in them.

use super::*;
use crate::spec::problem::{Inlined, Named};

pub(super) fn cases() -> Vec<Case> {
    [inline(), forms(), names(), reserved(), values(), secrets(), secret_values()]
        .into_iter()
        .flatten()
        .collect()
}

/// The property `name` of the request, for the cases to replace; the text stands once.
const NAME: &str = "        name:\n          description: Its name.\n          type: string\n";

/// The same property with other keys than `type: string`.
#[track_caller]
fn name<const N: usize>(keys: &str, kinds: [ProblemKind; N]) -> Case {
    change(NAME, &format!("        name:\n          description: Its name.\n          {keys}\n"), kinds)
}

/// The same with a mark at the property itself.
#[track_caller]
fn marked_name<const N: usize>(keys: &str, kinds: [ProblemKind; N]) -> Case {
    change(NAME, &format!("        «name:\n          description: Its name.\n          {keys}\n"), kinds)
}

/// The property under another name, not required.
#[track_caller]
fn other<const N: usize>(property: &str, kinds: [ProblemKind; N]) -> Case {
    change(NAME, &format!("{NAME}        {property}\n"), kinds)
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

fn values() -> Vec<Case> {
    let fits = |key, reason: &str| ProblemKind::DoesNotFit { key, reason: reason.into() };
    let nothing = |least, most| ProblemKind::NothingFits { least, most };
    let pattern = |message: &str| ProblemKind::BadPattern { message: message.into() };
    vec![
        change("default: 5", "«default: 10", [fits("default", "above `maximum`")]),
        change("default: 5", "«default: 0", [fits("default", "below `minimum`")]),
        change("default: 5", "«default: '5'", [fits("default", "not of the type integer")]),
        change("default: 5", "«default: ~", [fits("default", "not of the type integer")]),
        name("type: string\n          nullable: true\n          default: ~", []),
        change("default: 5", "default: 9, exclusiveMinimum: true", []),
        change("default: 5", "«default: 9, exclusiveMaximum: true", [fits("default", "above `maximum`")]),
        change(
            "enum: [NEW, AS_IS]",
            "enum: [NEW, AS_IS]\n      «default: OLD",
            [fits("default", "not one of `enum`")],
        ),
        change(
            "example: 32b6e34b3d91647abb20e7b8",
            "«example: 32B6E34B3D91647ABB20E7B8",
            [fits("example", "`pattern` does not match")],
        ),
        name(
            "type: string\n          maxLength: 2\n          «example: äöü",
            [fits("example", "above `maxLength`")],
        ),
        name(
            "type: array\n          minItems: 1\n          items: {type: string}\n          «example: []",
            [fits("example", "below `minItems`")],
        ),
        name(
            "type: array\n          items: {type: string}\n          «example: [a, 1]",
            [fits("example", "not of the type string")],
        ),
        change(
            "default: 5",
            "«default: 5, multipleOf: 2",
            [fits("default", "not a multiple of `multipleOf`")],
        ),
        change(
            "maximum: 9, default: 5",
            "format: int32, «default: 2147483648",
            [fits("default", "beyond 32 bits")],
        ),
        change(
            "minimum: 1, maximum: 9, default: 5",
            "«minimum: 10, maximum: 9",
            [nothing("minimum", "maximum")],
        ),
        name(
            "type: string\n          «minLength: 2\n          maxLength: 1",
            [nothing("minLength", "maxLength")],
        ),
        name(
            "type: array\n          items: {type: string}\n          uniqueItems: true\n          «example: [a, b, a]",
            [fits("example", "an item stands twice")],
        ),
        change(
            "      required: [name]\n",
            "      additionalProperties: false\n      «example: {name: a, nmae: b}\n      required: [name]\n",
            [fits("example", "`nmae` is no property")],
        ),
        change(
            "      required: [name]\n",
            "      maxProperties: 1\n      «example: {name: a, more: b}\n      required: [name]\n",
            [fits("example", "above `maxProperties`")],
        ),
        // Through references, and into what a hand-written type stands for.
        change(
            "order: {$ref: '#/components/schemas/Order'}",
            "order: {allOf: [{$ref: '#/components/schemas/Order'}], «example: 0}",
            [fits("example", "none of `oneOf` takes it")],
        ),
        change(
            "order: {$ref: '#/components/schemas/Order'}",
            "order: {allOf: [{$ref: '#/components/schemas/Order'}], example: -1}",
            [],
        ),
        change(
            "schema: {$ref: '#/components/schemas/ThingId'}",
            "«example: x\n      schema: {$ref: '#/components/schemas/ThingId'}",
            [fits("example", "`pattern` does not match")],
        ),
        change(
            "          schema: {$ref: '#/components/schemas/Failure'}",
            "          «example: {detail: 1}\n          schema: {$ref: '#/components/schemas/Failure'}",
            [fits("example", "`detail`: not of the type string")],
        ),
        change(
            "      required: [name]\n",
            "      «example: {order: up}\n      required: [name]\n",
            [fits("example", "`name` is required")],
        ),
        name("type: string\n          «pattern: '['", [pattern("Unbalanced bracket")]),
        name(
            "type: string\n          «pattern: '[z-a]'",
            [pattern("Range values reversed, start char code is greater than end char code")],
        ),
        // Without the flag `u` this would be a `y`.
        name("type: string\n          «pattern: '\\y'", [pattern("Invalid character escape")]),
        name(
            &format!("type: string\n          «pattern: {}", "a".repeat(1001)),
            [pattern("longer than 1000 bytes")],
        ),
        name(
            &format!("type: string\n          «pattern: '{}'", "(".repeat(33)),
            [pattern("more than 32 groups")],
        ),
        // Would take for ever by backtracking.
        name(
            &format!("type: string\n          pattern: '^(a+)+$'\n          «example: {}b", "a".repeat(200)),
            [fits("example", "`pattern` does not match")],
        ),
    ]
}

fn secrets() -> Vec<Case> {
    let secret = |name: &str| ProblemKind::SecretWithoutFormat { name: name.into() };
    vec![
        changes(
            [("        password:", "        «password:"), ("          format: password\n", "")],
            [secret("password")],
        ),
        other("«apiKey: {description: A, type: string, format: uuid}", [secret("apiKey")]),
        other("«tokens: {description: A, type: array, items: {type: string}}", [secret("tokens")]),
        other("tokens: {description: A, type: array, items: {type: string, format: password}}", []),
        other("«linkToken: {$ref: '#/components/schemas/ThingId'}", [secret("linkToken")]),
        other(
            "«linkToken: {nullable: true, allOf: [{$ref: '#/components/schemas/ThingId'}]}",
            [secret("linkToken")],
        ),
        // Also in a map, and where only the component's name says it.
        changes(
            [
                (NAME, &format!("{NAME}        «secrets: {{$ref: '#/components/schemas/Map'}}\n")),
                (
                    "    State:",
                    "    Map: {description: A, type: object, additionalProperties: {type: string}}\n    State:",
                ),
            ],
            [secret("secrets")],
        ),
        changes(
            [
                (NAME, &format!("{NAME}        value: {{$ref: '#/components/schemas/ApiKey'}}\n")),
                ("    State:", "    «ApiKey: {description: A, type: string}\n    State:"),
            ],
            [secret("ApiKey")],
        ),
        other("tokenUrl: {description: A, type: string}", []),
        other("passwordSet: {description: A, type: boolean}", []),
        change("- name: kind", "- «name: token", [ProblemKind::SecretInAddress { name: "token".into() }]),
        change(
            "- name: kind\n          in: query\n          description: Only these.\n          schema: {type: string}",
            "- «name: kind\n          in: query\n          description: Only these.\n          schema: {type: string, format: password}",
            [ProblemKind::SecretInAddress { name: "kind".into() }],
        ),
    ]
}

/// Each with the value `hunter2`, which a test looks for in what is printed.
fn secret_values() -> Vec<Case> {
    let shows = |key| [ProblemKind::SecretValue { key }];
    let format = "          format: password\n";
    let beside = |key: &str| format!("{format}          {key}\n");
    let token = "linkToken: {$ref: '#/components/schemas/Token'}";
    let define = "    Token: {description: A, type: string, format: password}\n    State:";
    let defined = |value: &str| define.replace("password}", &format!("password, {value}}}"));
    let reply = "            application/vnd.atlas.2023-01-01+json:\n              x-sunset: 2027-07-01\n";
    let request = "            x-sunset: '2027-07-01'\n";
    let example = |value: &str| [(request, format!("{request}            example: {value}\n"))];
    let in_request = |value: &str| {
        let [(old, new)] = example(value);
        change(old, &new, shows("example"))
    };
    vec![
        change(format, &beside("«example: hunter2"), shows("example")),
        change(format, &beside("«default: hunter2"), shows("default")),
        change(format, &beside("«enum: [hunter2, Hunter2]"), shows("enum")),
        change(format, &beside("nullable: true\n          example: ~"), []),
        // A word of JSON Schema that OpenAPI 3.0 does not have.
        change(format, &beside("«const: hunter2"), [unknown_in_schema("const")]),
        change(format, &beside("«examples: [hunter2]"), [unknown_in_schema("examples")]),
        // On the component that a property refers to, and beside that reference.
        changes(
            [(NAME, &format!("{NAME}        {token}\n")), ("    State:", &defined("«example: hunter2"))],
            shows("example"),
        ),
        changes(
            [(NAME, &format!("{NAME}        {token}\n")), ("    State:", &defined("«enum: [hunter2]"))],
            shows("enum"),
        ),
        changes(
            [
                (
                    NAME,
                    &format!(
                        "{NAME}        linkToken: {{allOf: [{{$ref: '#/components/schemas/Token'}}], «default: hunter2}}\n"
                    ),
                ),
                ("    State:", define),
            ],
            shows("default"),
        ),
        changes(
            [
                (
                    NAME,
                    &format!(
                        "{NAME}        linkToken: {{«$ref: '#/components/schemas/Token', example: hunter2}}\n"
                    ),
                ),
                ("    State:", define),
            ],
            [ProblemKind::RefWithSiblings { siblings: vec!["example".into()] }],
        ),
        other(
            "keys: {description: A, type: array, items: {type: string, format: password}, example: [«hunter2]}",
            shows("example"),
        ),
        // Around it: the object, the media type, a list of such objects; and a member that no property describes.
        change(
            "      required: [name]\n",
            "      example: {name: a, «password: hunter2}\n      required: [name]\n",
            shows("example"),
        ),
        in_request("{name: a, «password: hunter2}"),
        in_request("{name: a, «apiKeys: [hunter2]}"),
        changes(
            [
                (
                    reply,
                    &format!(
                        "{reply}              example: [{{name: a}}, {{name: b, «password: hunter2}}]\n"
                    ),
                ),
                (
                    "              schema: {$ref: '#/components/schemas/Thing'}\n            application/vnd.atlas.2024-05-30+json:\n              \
                     schema: {$ref: '#/components/schemas/Thing'}\n        '201'",
                    "              schema: {type: array, items: {$ref: '#/components/schemas/ThingRequest'}}\n            \
                     application/vnd.atlas.2024-05-30+json:\n              schema: {$ref: '#/components/schemas/Thing'}\n        '201'",
                ),
            ],
            shows("example"),
        ),
        // Of another type, and so a value that does not fit as well; a number that cannot be held.
        change(
            format,
            &beside("««example: {value: hunter2}"),
            [
                ProblemKind::DoesNotFit { key: "example", reason: "not of the type string".into() },
                ProblemKind::SecretValue { key: "example" },
            ],
        ),
        change(
            format,
            &beside("default: «9007199254740993123456"),
            [ProblemKind::NumberOutOfRange { text: "9007199254740993123456".into() }],
        ),
    ]
}

fn unknown_in_schema(key: &str) -> ProblemKind {
    let known =
        crate::spec::lint::shape::Role::Schema.fields().unwrap().iter().map(|field| field.key).collect();
    ProblemKind::UnknownKey { key: key.into(), known }
}
