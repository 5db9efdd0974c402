//! The output of lint for typical mistakes: message, position, pointer and help.
//!
//! `messages.txt` contains the expected output. `UPDATE_GOLDEN=1 cargo test -p atlas-codegen messages` updates it;
//! review the diff in the commit. The modules in `cases` have more cases for each rule, and compare only rules and
//! positions.

use super::*;

/// A mistake, and a minimal document with it.
#[track_caller]
fn mistake<const N: usize>(description: &'static str, edits: [(&str, &str); N]) -> (&'static str, Case) {
    let mut text = MINIMAL.to_owned();
    for (old, new) in edits {
        assert_eq!(text.matches(old).count(), 1, "must occur once in the document: {old}");
        text = text.replace(old, new);
    }
    (description, file(&text, []))
}

fn mistakes() -> Vec<(&'static str, Case)> {
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
        mistake("YAML that does not parse", [("info: {", "info: {title: {")]),
        mistake("not 3.0", [("openapi: 3.0.3", "openapi: 3.1.0")]),
        mistake("a `$ref` without a target", [(parent, "parent: {$ref: '#/components/schemas/Thin'}")]),
        mistake(
            "a `$ref` with siblings",
            [(parent, "parent: {$ref: '#/components/schemas/ThingId', nullable: true}")],
        ),
        mistake("missing operationId", [("      operationId: listThings\n", "")]),
        mistake("no advice after a lost response", [("      x-after-lost-response: Read the thing.\n", "")]),
        mistake(
            "advice after a lost response of a GET",
            [(
                "      x-atlas-cli: atlas things list\n",
                "      x-atlas-cli: atlas things list\n      x-after-lost-response: Look.\n",
            )],
        ),
        mistake("duplicate operationId", [("operationId: putThing", "operationId: listThings")]),
        mistake(
            "duplicate operationId after renaming",
            [("operationId: putThing", "operationId: list-Things")],
        ),
        mistake("a path variable without parameter", [("  /things:", "  /{where}/things:")]),
        mistake(
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
        mistake(
            "a path parameter without a validated id type",
            [(
                id,
                &id.replace(
                    "{$ref: '#/components/schemas/ThingId'}",
                    "{type: string, pattern: '^[a-f0-9]{24}$'}",
                ),
            )],
        ),
        mistake(
            "an inline object schema",
            [(name, &property("other: {description: A, type: object, properties: {}}"))],
        ),
        mistake(
            "an inline object schema in a response",
            [
                (failure, "        application/json:\n          schema: {type: object}"),
                ("    Failure:\n      description: What", "    State2:\n      description: What"),
            ],
        ),
        mistake("anyOf", [(name, &property("other: {description: A, anyOf: [{type: string}]}"))]),
        mistake("an inheritance cycle", [(state, "      allOf: [{$ref: '#/components/schemas/State'}]")]),
        mistake(
            "success responses of different types",
            [(created, &created.replace("schemas/Thing", "schemas/State"))],
        ),
        mistake(
            "success responses with and without a body",
            [(
                created,
                "        '201':\n          description: It is new.\n          headers:\n            Left: {$ref: \
                       '#/components/headers/Left'}\n          x-empty-versions: ['2024-05-30']",
            )],
        ),
        mistake(
            "a body without schema",
            [(
                "            x-sunset: '2027-07-01'\n            schema: {$ref: '#/components/schemas/ThingRequest'}",
                "            x-sunset: '2027-07-01'",
            )],
        ),
        mistake(
            "a response without schema",
            [(
                &format!(
                    "{list}              schema:\n                type: array\n                items: {{$ref: '#/components/schemas/Thing'}}"
                ),
                &format!("{list}              example: []"),
            )],
        ),
        mistake("an unsupported media type", [("        application/json:", "        text/html:")]),
        mistake("a version that is not a date", [(list, &list.replace("2023-01-01", "upcoming"))]),
        mistake("a version that may change", [(list, &list.replace("2023-01-01", "preview"))]),
        mistake("an invalid date", [("x-sunset: '2027-07-01'", "x-sunset: 2027-02-29")]),
        mistake("a secret's name without `format: password`", [("          format: password\n", "")]),
        mistake(
            "`_id` and `id`",
            [("        _id:", "        id: {$ref: '#/components/schemas/ThingId'}\n        _id:")],
        ),
        mistake("enum values that collide", [("enum: [NEW, AS_IS]", "enum: [NEW, AS_IS, as-is]")]),
        mistake("a default that does not match its schema", [("default: 5", "default: 10")]),
        mistake(
            "an example that does not match its pattern",
            [("pattern: '^[a-f0-9]{24}$'", "pattern: '^[a-f0-9]{23}$'")],
        ),
        mistake(
            "an invalid pattern",
            [(name, &property("other: {description: A, type: string, pattern: '('}"))],
        ),
        mistake(
            "a request property that is readOnly",
            [(
                "          description: Its name.\n",
                "          description: Its name.\n          readOnly: true\n",
            )],
        ),
        mistake(
            "an operation without a method in the wrapper",
            [("operationId: deleteThing", "operationId: dropThing")],
        ),
        mistake(
            "a name without an alias in the wrapper",
            [("x-go-sdk-name: PutThing", "x-go-sdk-name: SetThing")],
        ),
        mistake(
            "a hand-written type that does not exist",
            [("x-rust-type: crate::Order", "x-rust-type: crate::Sorting")],
        ),
        mistake("an id without a title", [("      title: thing id\n", "")]),
        mistake(
            "an id that is a number",
            [(
                "      type: string\n      pattern: '^[a-f0-9]{24}$'\n      example: 32b6e34b3d91647abb20e7b8",
                "      type: integer",
            )],
        ),
        mistake("an id type with another name", [("x-rust-type: ThingId", "x-rust-type: ThingKey")]),
        mistake(
            "an id without a name",
            [(name, &property("other: {description: A, x-rust-type: Other, type: string}"))],
        ),
        mistake("an undefined tag", [("tags: [Things]", "tags: [Thinks]")]),
        mistake("a version with two sunsets", [("x-sunset: '2027-07-01'", "x-sunset: '2028-07-01'")]),
        mistake(
            "a value for a secret",
            [("          format: password\n", "          format: password\n          example: hunter2\n")],
        ),
        mistake(
            "two schemas with one type name",
            [
                ("    State:", &base.replace("Base", "thing")),
                (name, &property("others: {$ref: '#/components/schemas/thing'}")),
            ],
        ),
        mistake(
            "two properties with one field name",
            [(name, &property("Name: {description: A, type: string}"))],
        ),
        mistake(
            "a parameter with the name of the body",
            [(
                "      requestBody:",
                "      parameters: [{name: body, in: query, description: A, schema: {type: string}}]\n      requestBody:",
            )],
        ),
        mistake(
            "a schema whose name is a keyword",
            [
                ("    State:", &base.replace("Base", "Self")),
                (name, &property("others: {$ref: '#/components/schemas/Self'}")),
            ],
        ),
        mistake(
            "an operation whose name generated code uses",
            [("operationId: deleteThing", "operationId: new")],
        ),
        mistake(
            "a name that starts with a digit",
            [(name, &property("2nd: {description: A, type: string}"))],
        ),
        mistake("a text that an import left open", [("summary: List things", "summary: TODO")]),
        mistake(
            "an id without a kind",
            [(parent, "parent: {description: A, type: string, pattern: '^[a-f0-9]{24}$'}")],
        ),
        mistake(
            "a response that is closed",
            [(
                "      description: A thing.\n",
                "      description: A thing.\n      additionalProperties: false\n",
            )],
        ),
        mistake("a request that is open", [("      additionalProperties: false\n", "")]),
        mistake(
            "a status that Atlas may always answer with",
            [(
                "      responses:\n        '400': {$ref: '#/components/responses/Failure'}\n",
                "      responses:\n",
            )],
        ),
        mistake("a request without a description", [("        description: The thing to write.\n", "")]),
        mistake(
            "a short name that is no other name",
            [("operationId: deleteThing", "operationId: deleteThing\n      x-short-name: deleteThing")],
        ),
        mistake(
            "a secret that is none",
            [(
                "          format: password\n",
                "          format: password\n          x-not-secret: It is public.\n",
            )],
        ),
        mistake("an enum of another type", [("enum: [NEW, AS_IS]", "enum: [NEW, 1]")]),
        mistake("a value without letters", [("enum: [NEW, AS_IS]", "enum: [NEW, '<=']")]),
    ]
}

#[test]
fn messages_match_the_golden_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/tests/messages.txt");
    let mut actual = String::new();
    for (description, case) in mistakes() {
        assert!(!case.problems().is_empty(), "{}: no problem", case.location);
        actual += &format!("# {description}\n{}\n", case.printed());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    let diff = similar::TextDiff::from_lines(&expected, &actual).unified_diff().to_string();
    assert_eq!(diff, "", "unexpected messages:\n{diff}");
}
