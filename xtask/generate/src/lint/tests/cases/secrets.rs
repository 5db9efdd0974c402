//! Secrets: what must say that it is one, and values where one would stand.

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
        change("- name: kind", "- «name: token", [rule("secret-in-url", &["token"])]),
        change(
            "- name: kind\n          in: query\n          description: Only these.\n          schema: {type: string}",
            "- «name: kind\n          in: query\n          description: Only these.\n          schema: {type: string, format: password}",
            [rule("secret-in-url", &["kind"])],
        ),
    ]
}

/// Each with the value `hunter2`, which a test looks for in what is printed.
fn secret_values() -> Vec<Case> {
    let shows = |key| [rule("secret-value", &[key])];
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
            [rule("siblings-of-a-reference", &["`example`"])],
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
                rule("value-does-not-fit", &["example", "it is not of type string"]),
                rule("secret-value", &["example"]),
            ],
        ),
        change(format, &beside("default: «9007199254740993123456"), [rule("number-out-of-range", &[])]),
    ]
}

fn unknown_in_schema(key: &str) -> Broken {
    rule("unknown-key", &[key, &keys_of(Role::Schema).collect::<Vec<_>>().join(", ")])
}
