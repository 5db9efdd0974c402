//! Keys, shapes, references, names of components, security.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    [keys(), todos(), references(), composition(), unused(), security()].into_iter().flatten().collect()
}

fn keys() -> Vec<Case> {
    let missing = |key: &str| rule("missing-key", &[key]);
    let wrong = |expected: &str, found: &str| rule("wrong-type", &[expected, found]);
    vec![
        change("openapi: 3.0.3", "«openapi: 3.1.0", [rule("not-openapi-3.0", &["3.1.0"])]),
        change("openapi: 3.0.3", "«openapi: 3.0.x", [rule("not-openapi-3.0", &["3.0.x"])]),
        changes([("    get:", "    «get:"), ("      summary: List things\n", "")], [missing("summary")]),
        changes(
            [("    get:", "    «get:"), ("      description: Returns the things.\n", "")],
            [missing("description")],
        ),
        changes(
            [("    get:", "    «get:"), ("      operationId: listThings\n", "")],
            [missing("operationId")],
        ),
        changes(
            [("    get:", "    «get:"), ("      x-go-sdk-name: ListThings\n", "")],
            [missing("x-go-sdk-name")],
        ),
        changes(
            [("    get:", "    «get:"), ("      x-atlas-cli: atlas things list\n", "")],
            [missing("x-atlas-cli")],
        ),
        changes([("    put:", "    «put:"), ("      x-idempotent: false\n", "")], [missing("x-idempotent")]),
        changes(
            [("    put:", "    «put:"), ("      x-after-lost-response: Read the thing.\n", "")],
            [missing("x-after-lost-response")],
        ),
        change(
            "      x-atlas-cli: atlas things list\n",
            "      x-atlas-cli: atlas things list\n      «x-after-lost-response: Look.\n",
            [rule("lost-response-of-get", &[])],
        ),
        change("summary: List things", "«summary: ' '", [missing("summary")]),
        change("tags: [Things]", "«x-short-name: ''", [missing("x-short-name")]),
        change("tags: [Things]", "«x-required-role: ''", [missing("x-required-role")]),
        changes(
            [("    Count:", "    «Count:"), ("      description: How many.\n", "")],
            [missing("description")],
        ),
        change(
            "        name:\n          description: Its name.\n",
            "        «name:\n",
            [missing("description")],
        ),
        change("    State:\n      description: Its state.\n", "    «State:\n", [missing("description")]),
        change(
            "title: Minimal, version: \"1.0\"",
            "title: Minimal, «version: 1.0",
            [wrong("a string", "a number")],
        ),
        changes(
            [
                ("      requestBody:", "      «requestBody:"),
                ("        description: The thing to write.\n", ""),
            ],
            [missing("description")],
        ),
        change("x-idempotent: false", "«x-idempotent: no", [wrong("`true` or `false`", "a string")]),
        change("required: [name]", "«required: name", [wrong("a list of strings", "a string")]),
        changes(
            [("- name: Things\n    description: Things.", "- «Things"), ("tags: [Things]", "tags: []")],
            [wrong("a mapping", "a string")],
        ),
        change("minimum: 1", "«minimum: '1'", [wrong("a number", "a string")]),
        change("- Service: []", "- Service: []\n  - «~", [wrong("a mapping", "nothing")]),
        change("- Service: []", "- «Service: all", [wrong("a list of strings", "a string")]),
        change("scopes: {}", "«scopes: {all: ~}", [wrong("a mapping to strings", "a mapping")]),
        change(
            "x-idempotent: false",
            "x-idempotent: false\n      «x-idempotnet: true",
            [unknown("x-idempotnet", Role::Operation)],
        ),
        change("nullable: true", "«nulable: true", [unknown("nulable", Role::Schema)]),
        change("x-idempotent: false", "x-idempotent: false\n      deprecated: true", []),
        change("- name: kind\n", "- name: kind\n          deprecated: true\n", []),
        change("    Left:\n", "    Left:\n      deprecated: true\n", []),
        change("info: {", "info: {«sumary: x, ", [unknown("sumary", Role::Info)]),
        changes(
            [("    delete:", "    «delete:"), ("'204'", "«default")],
            [rule("no-success", &[]), rule("not-a-status", &["default"])],
        ),
        change("'201'", "«2XX", [rule("not-a-status", &["2XX"])]),
    ]
}

fn unknown(key: &str, role: Role) -> Violated {
    rule("unknown-key", &[key, &keys_of(role).collect::<Vec<_>>().join(", ")])
}

fn todos() -> Vec<Case> {
    let todo = |key: &str| rule("todo", &[key]);
    vec![
        change("summary: List things", "«summary: TODO", [todo("summary")]),
        change("summary: List things", "«summary: 'TODO: more'", [todo("summary")]),
        change("summary: List things", "summary: TODOs, and TODO", []),
        // One problem, although the type is another one too.
        change("x-idempotent: false", "«x-idempotent: TODO", [todo("x-idempotent")]),
        change("x-atlas-cli: atlas things list", "«x-atlas-cli: TODO", [todo("x-atlas-cli")]),
        change(
            "        description: The thing to write.",
            "        «description: TODO",
            [todo("description")],
        ),
        change("description: Things.", "«description: |\n      TODO", [todo("description")]),
        change("example: It is late.", "«example: TODO", [todo("example")]),
        // In a list.
        change(
            "        '204':\n          description: It is gone.\n          x-empty-versions: ['2023-01-01']",
            "        '204':\n          description: It is gone.\n          x-empty-versions: ['2023-01-01', ««TODO]",
            [rule("todo", &["x-empty-versions"]), rule("bad-date", &["TODO"])],
        ),
        // Values of the server.
        change("enum: [NEW, AS_IS]", "enum: [NEW, TODO]\n      default: TODO", []),
    ]
}

fn references() -> Vec<Case> {
    let parent = "parent: {$ref: '#/components/schemas/ThingId'}";
    let no_target = |target: &str| rule("reference-without-target", &[target]);
    let not_local = |target: &str| rule("reference-not-local", &[target]);
    let endless = |name: &str| rule("endless-reference", &[&format!("#/components/schemas/{name}")]);
    let wrong = |target: &str| rule("reference-to-wrong-section", &[target, "schemas"]);
    vec![
        change(
            parent,
            "parent: {«$ref: '#/components/schemas/Thin'}",
            [no_target("#/components/schemas/Thin")],
        ),
        change(parent, "parent: {«$ref: 'other.yaml#/ThingId'}", [not_local("other.yaml#/ThingId")]),
        change(parent, "parent: {«$ref: '#/paths/~1things'}", [not_local("#/paths/~1things")]),
        change(
            parent,
            "parent: {«$ref: '#/components/schemas/ThingId/type'}",
            [not_local("#/components/schemas/ThingId/type")],
        ),
        change(parent, "parent: {«$ref: 3}", [rule("wrong-type", &["a string", "a number"])]),
        change(parent, "parent: {«$ref: '#/components/headers/Left'}", [wrong("#/components/headers/Left")]),
        change(
            parent,
            "parent: {«$ref: '#/components/schemas/ThingId', nullable: true}",
            [rule("reference-with-nullable", &["`nullable`"])],
        ),
        change(
            parent,
            "parent: {«$ref: '#/components/schemas/ThingId', type: string, x: 1}",
            [rule("reference-with-siblings", &["`type`, `x`"])],
        ),
        changes(
            [
                (parent, "parent: {«$ref: '#/components/schemas/Loop'}"),
                ("    State:", "    Loop: {«$ref: '#/components/schemas/Loop'}\n    State:"),
            ],
            [endless("Loop"), endless("Loop")],
        ),
    ]
}

/// Cycles for which the generator would not terminate.
fn composition() -> Vec<Case> {
    let cycle = |names: &[&str]| rule("inheritance-cycle", &[&names.join(" → ")]);
    let used =
        ("parent: {$ref: '#/components/schemas/ThingId'}", "parent: {$ref: '#/components/schemas/Base'}");
    let define = |schemas: &str| schemas.to_owned() + "    State:";
    vec![
        changes(
            [
                used,
                (
                    "    State:",
                    &define("    Base: {description: A, allOf: [{«$ref: '#/components/schemas/Base'}]}\n"),
                ),
            ],
            [cycle(&["Base", "Base"])],
        ),
        changes(
            [
                used,
                (
                    "    State:",
                    &define(
                        "    Base: {description: A, «oneOf: [{$ref: '#/components/schemas/Child'}]}\n    Child: \
                         {description: A, allOf: [{«$ref: '#/components/schemas/Base'}]}\n",
                    ),
                ),
            ],
            [rule("one-of", &[]), cycle(&["Base", "Child", "Base"])],
        ),
        // Through a component that is a reference, and nested.
        changes(
            [
                used,
                (
                    "    State:",
                    &define(
                        "    Base: {description: A, allOf: [{allOf: [{$ref: '#/components/schemas/Child'}]}]}\n    \
                         Child: {«$ref: '#/components/schemas/Base'}\n",
                    ),
                ),
            ],
            [cycle(&["Base", "Child", "Base"])],
        ),
        // A property may refer back, because it becomes a `Box`. `Thing` of the minimal document refers back through
        // items.
        change(
            "        things:\n",
            "        self: {$ref: '#/components/schemas/Thing'}\n        things:\n",
            [],
        ),
    ]
}

fn unused() -> Vec<Case> {
    let unused = |name: &str| rule("unused", &[name]);
    vec![
        change("    State:", "    «Lost: {description: A, type: string}\n    State:", [unused("Lost")]),
        changes(
            [
                (
                    "            Left: {$ref: '#/components/headers/Left'}",
                    "            X: {description: A, schema: {}}",
                ),
                ("    Left:", "    «Left:"),
            ],
            [unused("Left")],
        ),
        // Two schemas that only refer to each other.
        change(
            "    State:",
            "    «Lost: {description: A, type: array, items: {$ref: '#/components/schemas/Found'}}\n    «Found: \
             {description: A, type: array, items: {$ref: '#/components/schemas/Lost'}}\n    State:",
            [unused("Lost"), unused("Found")],
        ),
        changes([("  - Digest: []\n", ""), ("    Digest:", "    «Digest:")], [unused("Digest")]),
    ]
}

fn security() -> Vec<Case> {
    let insecure = |url: &str| rule("insecure-url", &[url]);
    let scheme = |found: &str| rule("unsupported-security", &[found]);
    vec![
        change("- Service: []", "- Service: []\n  - «Key: []", [rule("undefined-security", &["Key"])]),
        change("tokenUrl: https:", "«tokenUrl: http:", [insecure("http://example.com/token")]),
        change(
            "- url: https://example.com",
            "- «url: https:///example.com",
            [insecure("https:///example.com")],
        ),
        change("scheme: digest", "«scheme: basic", [scheme("basic")]),
        change("type: http", "«type: mutualTLS", [scheme("mutualTLS")]),
        changes(
            [("    Digest:", "    «Digest:"), ("      scheme: digest\n", "")],
            [rule("missing-key", &["scheme"])],
        ),
        change(
            "    State:",
            "    ««3d: {description: A, type: string}\n    State:",
            [rule("unused", &["3d"]), rule("bad-name", &["3d", "a component"])],
        ),
    ]
}
