//! Secrets: schemas that must be marked, and values of secrets.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    [secrets(), secret_values()].into_iter().flatten().collect()
}

fn secrets() -> Vec<Case> {
    let secret = |name: &str| rule("secret-without-format", &[name]);
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
        // In a map; and with the name of the component.
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
        // A written reason.
        other(
            "maskedSecret: {description: A, type: string, x-not-secret: The server sends only its end.}",
            [],
        ),
        other(
            "tokens: {description: A, type: array, x-not-secret: Names of tokens., items: {type: string}}",
            [],
        ),
        changes(
            [
                (NAME, &format!("{NAME}        maskedSecret: {{$ref: '#/components/schemas/Masked'}}\n")),
                (
                    "    State:",
                    "    Masked: {description: A, type: string, x-not-secret: The server sends only its end.}\n    State:",
                ),
            ],
            [],
        ),
        other(
            "apiKey: {description: A, type: string, «x-not-secret: ' '}",
            [rule("missing-key", &["x-not-secret"])],
        ),
        other(
            "apiKey: {description: A, type: string, «x-not-secret: TODO}",
            [rule("todo", &["x-not-secret"])],
        ),
        other(
            "apiKey: {description: A, type: string, format: password, «x-not-secret: No.}",
            [rule("secret-and-not-secret", &[])],
        ),
        changes(
            [
                ("- name: kind", "- name: token"),
                (
                    "description: Only these.\n          schema: {type: string}",
                    "description: Only these.\n          schema: {type: string, x-not-secret: It is the name of one.}",
                ),
            ],
            [],
        ),
        other("tokenUrl: {description: A, type: string}", []),
        other("passwordSet: {description: A, type: boolean}", []),
        change("- name: kind", "- «name: token", [rule("secret-in-url", &["token"])]),
        change(
            "- name: kind\n          in: query\n          description: Only these.\n          schema: {type: string}",
            "- «name: kind\n          in: query\n          description: Only these.\n          schema: {type: string, format: password}",
            [rule("secret-in-url", &["kind"])],
        ),
    ]
}

/// Each case contains the value `hunter2`, which a test searches in the output.
fn secret_values() -> Vec<Case> {
    let secret_value = |key| [rule("secret-value", &[key])];
    let format = "          format: password\n";
    let with_format = |key: &str| format!("{format}          {key}\n");
    let token = "linkToken: {$ref: '#/components/schemas/Token'}";
    let define = "    Token: {description: A, type: string, format: password}\n    State:";
    let defined = |value: &str| define.replace("password}", &format!("password, {value}}}"));
    let response = "            application/vnd.atlas.2023-01-01+json:\n              x-sunset: 2027-07-01\n";
    let request = "            x-sunset: '2027-07-01'\n";
    let example = |value: &str| [(request, format!("{request}            example: {value}\n"))];
    let in_request = |value: &str| {
        let [(old, new)] = example(value);
        change(old, &new, secret_value("example"))
    };
    vec![
        change(format, &with_format("«example: hunter2"), secret_value("example")),
        change(format, &with_format("«default: hunter2"), secret_value("default")),
        change(format, &with_format("«enum: [hunter2, Hunter2]"), secret_value("enum")),
        change(format, &with_format("nullable: true\n          example: ~"), []),
        // Keywords of JSON Schema that OpenAPI 3.0 does not have.
        change(format, &with_format("«const: hunter2"), [unknown_in_schema("const")]),
        change(format, &with_format("«examples: [hunter2]"), [unknown_in_schema("examples")]),
        // In the component that a property refers to, and next to the reference.
        changes(
            [(NAME, &format!("{NAME}        {token}\n")), ("    State:", &defined("«example: hunter2"))],
            secret_value("example"),
        ),
        changes(
            [(NAME, &format!("{NAME}        {token}\n")), ("    State:", &defined("«enum: [hunter2]"))],
            secret_value("enum"),
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
            secret_value("default"),
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
            [rule("reference-with-siblings", &["`example`"])],
        ),
        other(
            "keys: {description: A, type: array, items: {type: string, format: password}, example: [«hunter2]}",
            secret_value("example"),
        ),
        // In an example of the object, of the media type, and of a list of such objects; and in a member without a
        // property.
        change(
            "      required: [name]\n",
            "      example: {name: a, «password: hunter2}\n      required: [name]\n",
            secret_value("example"),
        ),
        in_request("{name: a, «password: hunter2}"),
        changes(
            [
                (request, &format!("{request}            example: {{name: a, «apiKeys: [hunter2]}}\n")),
                ("additionalProperties: false", "additionalProperties: true"),
            ],
            secret_value("example"),
        ),
        changes(
            [
                ("      additionalProperties: false\n", ""),
                (
                    response,
                    &format!(
                        "{response}              example: [{{name: a}}, {{name: b, «password: hunter2}}]\n"
                    ),
                ),
                (
                    "              schema: {$ref: '#/components/schemas/Thing'}\n            application/vnd.atlas.2024-05-30+json:\n              \
                     schema: {$ref: '#/components/schemas/Thing'}\n        '201'",
                    "              schema: {type: array, items: {$ref: '#/components/schemas/ThingRequest'}}\n            \
                     application/vnd.atlas.2024-05-30+json:\n              schema: {$ref: '#/components/schemas/Thing'}\n        '201'",
                ),
            ],
            secret_value("example"),
        ),
        // A value of another type, which is also a mismatch; and a number that does not fit into 64 bits.
        change(
            format,
            &with_format("««example: {value: hunter2}"),
            [
                rule("value-does-not-fit", &["example", "it is not of type string"]),
                rule("secret-value", &["example"]),
            ],
        ),
        change(format, &with_format("default: «9007199254740993123456"), [rule("number-out-of-range", &[])]),
    ]
}

fn unknown_in_schema(key: &str) -> Violated {
    rule("unknown-key", &[key, &keys_of(Role::Schema).collect::<Vec<_>>().join(", ")])
}
