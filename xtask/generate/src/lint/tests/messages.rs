//! What lint promises to find, word by word, and what a user then reads: position, pointer and help.
//!
//! `messages.txt` holds it; `UPDATE_GOLDEN=1 cargo test -p atlas-codegen messages` writes it anew, and the diff of the commit is the
//! review. The cases beside this file look at each kind from more sides, and at kinds and positions only.

use super::*;

/// The promise, and the least that breaks it.
#[track_caller]
fn word<const N: usize>(promise: &'static str, edits: [(&str, &str); N]) -> (&'static str, Case) {
    let mut text = MINIMAL.to_owned();
    for (old, new) in edits {
        assert_eq!(text.matches(old).count(), 1, "stands once in the document: {old}");
        text = text.replace(old, new);
    }
    (promise, file(&text, []))
}

fn words() -> Vec<(&'static str, Case)> {
    let id = "in: path\n      required: true\n      description: Which thing.\n      schema: {$ref: \
              '#/components/schemas/ThingId'}";
    let name = "        name:\n          description: Its name.\n          type: string\n";
    let parent = "parent: {$ref: '#/components/schemas/ThingId'}";
    let state = "      type: string\n      enum: [NEW, AS_IS]";
    let failure = "        application/json:\n          schema: {$ref: '#/components/schemas/Failure'}";
    let created = "        '201':\n          description: The new thing.\n          headers:\n            Left: {$ref: \
                   '#/components/headers/Left'}\n          content:\n            \
                   application/vnd.atlas.2024-05-30+json:\n              schema: {$ref: '#/components/schemas/Thing'}";
    let list =
        "description: The things.\n          content:\n            application/vnd.atlas.2023-01-01+json:\n";
    let property = |property: &str| format!("{name}        {property}\n");
    let base =
        "    Base: {description: A, type: array, items: {$ref: '#/components/schemas/Thing'}}\n    State:";
    vec![
        word("YAML that does not parse", [("info: {", "info: {title: {")]),
        word("not 3.0", [("openapi: 3.0.3", "openapi: 3.1.0")]),
        word("a `$ref` that leads nowhere", [(parent, "parent: {$ref: '#/components/schemas/Thin'}")]),
        word(
            "a `$ref` with siblings",
            [(parent, "parent: {$ref: '#/components/schemas/ThingId', nullable: true}")],
        ),
        word("missing operationId", [("      operationId: listThings\n", "")]),
        word("duplicate operationId", [("operationId: putThing", "operationId: listThings")]),
        word("duplicate operationId after renaming", [("operationId: putThing", "operationId: list-Things")]),
        word("a path variable without parameter", [("  /things:", "  /{where}/things:")]),
        word(
            "a parameter without path variable",
            [
                (
                    "- name: kind\n          in: query\n",
                    "- name: kind\n          in: path\n          required: true\n",
                ),
                (
                    "description: Only these.\n          schema: {type: string}",
                    "description: Only these.\n          schema: {$ref: '#/components/schemas/ThingId'}",
                ),
            ],
        ),
        word(
            "a path parameter without a validated id type",
            [(
                id,
                &id.replace(
                    "{$ref: '#/components/schemas/ThingId'}",
                    "{type: string, pattern: '^[a-f0-9]{24}$'}",
                ),
            )],
        ),
        word(
            "an inline object schema",
            [(name, &property("other: {description: A, type: object, properties: {}}"))],
        ),
        word(
            "an inline object schema in a response",
            [
                (failure, "        application/json:\n          schema: {type: object}"),
                ("    Failure:\n      description: What", "    State2:\n      description: What"),
            ],
        ),
        word("anyOf", [(name, &property("other: {description: A, anyOf: [{type: string}]}"))]),
        word("an inheritance cycle", [(state, "      allOf: [{$ref: '#/components/schemas/State'}]")]),
        word("several types of success", [(created, &created.replace("schemas/Thing", "schemas/State"))]),
        word(
            "a success with a body beside one without",
            [(
                created,
                "        '201':\n          description: It is new.\n          headers:\n            Left: {$ref: \
                       '#/components/headers/Left'}\n          x-empty-versions: ['2024-05-30']",
            )],
        ),
        word(
            "a body without schema",
            [(
                "            x-sunset: '2027-07-01'\n            schema: {$ref: '#/components/schemas/ThingRequest'}",
                "            x-sunset: '2027-07-01'",
            )],
        ),
        word(
            "a response without schema",
            [(
                &format!(
                    "{list}              schema:\n                type: array\n                items: {{$ref: '#/components/schemas/Thing'}}"
                ),
                &format!("{list}              example: []"),
            )],
        ),
        word(
            "a media type that is neither JSON nor a version",
            [("        application/json:", "        text/html:")],
        ),
        word("a version that is no date", [(list, &list.replace("2023-01-01", "preview"))]),
        word("a bad date", [("x-sunset: '2027-07-01'", "x-sunset: 2027-02-29")]),
        word("a secret's name without `format: password`", [("          format: password\n", "")]),
        word(
            "`_id` beside `id`",
            [("        _id:", "        id: {$ref: '#/components/schemas/ThingId'}\n        _id:")],
        ),
        word("enum values that collide", [("enum: [NEW, AS_IS]", "enum: [NEW, AS_IS, as-is]")]),
        word("a default that does not fit", [("default: 5", "default: 10")]),
        word("a pattern that does not fit", [("pattern: '^[a-f0-9]{24}$'", "pattern: '^[a-f0-9]{23}$'")]),
        word(
            "a pattern that is none",
            [(name, &property("other: {description: A, type: string, pattern: '('}"))],
        ),
        word(
            "a request property that is readOnly",
            [(
                "          description: Its name.\n",
                "          description: Its name.\n          readOnly: true\n",
            )],
        ),
        word(
            "an operation that the wrapper does not expose",
            [("operationId: deleteThing", "operationId: dropThing")],
        ),
        word(
            "a name under which the wrapper is not found",
            [("x-go-sdk-name: PutThing", "x-go-sdk-name: SetThing")],
        ),
        word(
            "a configured replacement that matches nothing",
            [
                (
                    "    Order:\n      description: Up or down.\n      oneOf:\n        - {type: integer, enum: [1, -1]}\n        - {type: string, enum: \
              [up]}\n",
                    "",
                ),
                ("        order: {$ref: '#/components/schemas/Order'}\n", ""),
            ],
        ),
        word("a tag that is not listed", [("tags: [Things]", "tags: [Thinks]")]),
        word("a version that ends on two days", [("x-sunset: '2027-07-01'", "x-sunset: '2028-07-01'")]),
        word(
            "a value for a secret",
            [("          format: password\n", "          format: password\n          example: hunter2\n")],
        ),
        word(
            "two schemas that become one type",
            [
                ("    State:", &base.replace("Base", "thing")),
                (name, &property("others: {$ref: '#/components/schemas/thing'}")),
            ],
        ),
        word(
            "two properties that become one field",
            [(name, &property("Name: {description: A, type: string}"))],
        ),
        word(
            "a parameter and the body",
            [(
                "      requestBody:",
                "      parameters: [{name: body, in: query, description: A, schema: {type: string}}]\n      requestBody:",
            )],
        ),
        word(
            "a schema with a name that Rust keeps",
            [
                ("    State:", &base.replace("Base", "Self")),
                (name, &property("others: {$ref: '#/components/schemas/Self'}")),
            ],
        ),
        word(
            "an operation with a name that generated code has",
            [("operationId: deleteThing", "operationId: new")],
        ),
        word("a name that begins with a digit", [(name, &property("2nd: {description: A, type: string}"))]),
        word("a value of mere signs", [("enum: [NEW, AS_IS]", "enum: [NEW, '<=']")]),
    ]
}

#[test]
fn each_word_of_the_promise_is_kept() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/tests/messages.txt");
    let mut is = String::new();
    for (promise, case) in words() {
        assert!(!case.problems().is_empty(), "{}: nothing is found", case.place);
        is += &format!("# {promise}\n{}\n", case.printed());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &is).unwrap();
    }
    let shall = std::fs::read_to_string(&path).unwrap();
    let diff = similar::TextDiff::from_lines(&shall, &is).unified_diff().to_string();
    assert_eq!(diff, "", "lint says something else:\n{diff}");
}
