//! Operations, paths, parameters.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    [operations(), statuses(), tags(), paths(), parameters()].into_iter().flatten().collect()
}

fn operations() -> Vec<Case> {
    let collide =
        |name: &str, other: &str, renamed: &str| rule("names-collide", &["operations", name, other, renamed]);
    let reserved = |name: &str| rule("reserved-name", &["a function", name]);
    let no_method = |operation: &str| rule("operation-not-exposed", &[operation]);
    let no_alias =
        |alias: &str, method: &str, position: &str| rule("alias-missing", &[alias, method, position]);
    vec![
        change("operationId: listThings", "«operationId: findThings", [no_method("findThings")]),
        change(
            "x-go-sdk-name: PutThing",
            "«x-go-sdk-name: SetThing",
            [no_alias("SetThing", "put", "src/things.rs:6:18")],
        ),
        change(
            "x-go-sdk-name: ListThings",
            "«x-short-name: readThings\n      «x-go-sdk-name: ReadThings",
            [
                no_alias("readThings", "list", "src/things.rs:4:12"),
                no_alias("ReadThings", "list", "src/things.rs:4:12"),
            ],
        ),
        // The name of the method needs no alias, and one of several methods is enough.
        change("x-go-sdk-name: PutThing", "x-go-sdk-name: put", []),
        change("x-go-sdk-name: DeleteThing", "x-go-sdk-name: PutThing", []),
        change(
            "operationId: putThing\n      x-go-sdk-name: PutThing",
            "«operationId: listThings\n      x-go-sdk-name: ListThings",
            [collide("listThings", "listThings", "list_things")],
        ),
        change(
            "operationId: putThing",
            "««operationId: list_things",
            [collide("list_things", "listThings", "list_things"), no_method("list_things")],
        ),
        change(
            "operationId: putThing",
            "««operationId: put things",
            [rule("bad-name", &["put things", "an operation"]), no_method("put things")],
        ),
        change(
            "x-go-sdk-name: PutThing",
            "««x-short-name: list_things\n      x-go-sdk-name: PutThing",
            [
                collide("list_things", "listThings", "list_things"),
                no_alias("list_things", "put", "src/things.rs:6:18"),
            ],
        ),
        // The constructors of the client, and the list of the operation table.
        change("operationId: putThing", "««operationId: new", [reserved("new"), no_method("new")]),
        change(
            "operationId: putThing",
            "««operationId: newWithClient",
            [reserved("newWithClient"), no_method("newWithClient")],
        ),
        change("operationId: putThing", "««operationId: ALL", [reserved("ALL"), no_method("ALL")]),
        // A keyword becomes `type_`.
        change("operationId: putThing", "«operationId: type", [no_method("type")]),
        change(
            "operationId: putThing",
            "««operationId: 1st",
            [rule("bad-name", &["1st", "an operation"]), no_method("1st")],
        ),
        changes([("    delete:", "    «delete:"), ("'204'", "'402'")], [rule("no-success", &[])]),
        change(
            "operationId: deleteThing",
            "operationId: deleteThing\n      «x-short-name: deleteThing",
            [rule("needless-short-name", &[])],
        ),
    ]
}

fn statuses() -> Vec<Case> {
    let missing = |statuses: &str| rule("status-not-listed", &[statuses]);
    let failure = ": {$ref: '#/components/responses/Failure'}\n";
    let (first, last) =
        (format!("        '400'{failure}        '401'{failure}"), format!("'503'{failure}        '204'"));
    vec![
        change(&format!("      responses:\n{first}"), "      «responses:\n", [missing("400, 401")]),
        // In the order of the table.
        changes(
            [
                (
                    &format!("      responses:\n{first}"),
                    &format!("      «responses:\n        '401'{failure}"),
                ),
                (&last, "'204'"),
            ],
            [missing("400, 503")],
        ),
    ]
}

fn tags() -> Vec<Case> {
    let undefined = |name: &str| rule("undefined-tag", &[name]);
    let duplicate = |name: &str| rule("duplicate-tag", &[name]);
    let list = "tags:\n  - name: Things\n    description: Things.\n";
    vec![
        change("tags: [Things]", "tags: [Things, «Thinks]", [undefined("Thinks")]),
        change("tags: [Things]", "tags: [Things, «Things]", [duplicate("Things")]),
        change(list, &format!("{list}  - «name: Things\n    description: More.\n"), [duplicate("Things")]),
        // Without `tags` every tag is valid; with an empty list none is.
        change(list, "", []),
        changes([(list, "tags: []\n"), ("tags: [Things]", "tags: [«Things]")], [undefined("Things")]),
    ]
}

fn paths() -> Vec<Case> {
    let without = |variable: &str| rule("variable-without-parameter", &[variable]);
    let path = "  /things/{thingId}:";
    let shared = "      - $ref: '#/components/parameters/ThingId'";
    let malformed = |reason| rule("malformed-path", &[reason]);
    vec![
        change("  /things:", "  «/things/:", [malformed("a segment is empty")]),
        change(
            "  /things:",
            "  «/things/{a}s:",
            [malformed("a segment is neither plain text nor a single variable, with or without a `:verb`")],
        ),
        change("  /things:", "  «things:", [malformed("it does not start with `/`")]),
        change(
            "components:\n",
            "  «/things/{id}:\n    parameters:\n      - {name: id, in: path, required: true, description: A, schema: \
             {$ref: '#/components/schemas/ThingId'}}\ncomponents:\n",
            [rule("same-path", &["/things/{thingId}"])],
        ),
        changes([("    get:", "    «get:"), ("  /things:", "  /{where}/things:")], [without("where")]),
        changes(
            [
                (path, "  /things/{id}:"),
                (shared, "      - «$ref: '#/components/parameters/ThingId'"),
                ("    put:", "    «put:"),
                ("    delete:", "    «delete:"),
            ],
            [rule("parameter-without-variable", &["thingId"]), without("id"), without("id")],
        ),
        change(
            "- name: kind\n          in: query\n          description: Only these.\n          schema: {type: string}",
            "- «name: thingId\n          in: path\n          required: true\n          description: Only these.\n          \
             schema: {$ref: '#/components/schemas/ThingId'}",
            [rule("parameter-without-variable", &["thingId"])],
        ),
    ]
}

fn parameters() -> Vec<Case> {
    let id = "in: path\n      required: true\n      description: Which thing.\n      schema: {$ref: \
              '#/components/schemas/ThingId'}";
    let kind = "name: kind\n          in: query\n          description: Only these.\n          schema: {type: string}";
    let query = |schema: &str| kind.replace("schema: {type: string}", schema);
    let found = |found: &str| rule("query-parameter-type", &[found]);
    let reserved = |name: &str| rule("reserved-name", &["a variable", name]);
    let not_an_id = || rule("path-parameter-not-an-id", &["thingId"]);
    vec![
        change(
            id,
            &id.replace("schema: {$ref: '#/components/schemas/ThingId'}", "«schema: {type: string}"),
            [not_an_id()],
        ),
        change(
            id,
            &id.replace(
                "schema: {$ref: '#/components/schemas/ThingId'}",
                "«schema: {$ref: '#/components/schemas/State'}",
            ),
            [not_an_id()],
        ),
        change(
            id,
            &id.replace("schema: {$ref: '#/components/schemas/ThingId'}", "schema: {type: integer}"),
            [],
        ),
        changes(
            [
                ("    ThingId:\n      name", "    «ThingId:\n      name"),
                (id, &id.replace("      required: true\n", "")),
            ],
            [rule("path-parameter-optional", &["thingId"])],
        ),
        change(kind, &kind.replace("in: query", "«in: header"), [rule("parameter-location", &["header"])]),
        change(kind, &kind.replace("in: query", "«in: cookie"), [rule("parameter-location", &["cookie"])]),
        change(
            kind,
            &query("schema: {type: string}\n          «style: deepObject"),
            [rule("parameter-encoding", &["style"])],
        ),
        change(kind, &query("«content: {application/json: {}}"), [rule("parameter-encoding", &["content"])]),
        change(
            &format!("- {kind}"),
            "- «name: kind\n          in: query\n          description: Only these.",
            [rule("missing-key", &["schema"])],
        ),
        change(kind, &query("schema: {type: array, items: {type: string}}"), []),
        change(kind, &query("schema: {type: array, items: {$ref: '#/components/schemas/State'}}"), []),
        change(kind, &query("schema: {type: array, items: {$ref: '#/components/schemas/ThingId'}}"), []),
        change(
            kind,
            &query("schema: {type: array, «items: {type: array, items: {type: string}}}"),
            [found("nested arrays")],
        ),
        change(
            kind,
            &query("schema: {type: array, «items: {$ref: '#/components/schemas/Thing'}}"),
            [found("a component that is neither an id nor an `enum` of strings")],
        ),
        change(kind, &query("schema: {type: number}"), []),
        change(kind, &query("«schema: {}"), [found("an unspecified type")]),
        change(
            kind,
            &query("«schema: {$ref: '#/components/schemas/Thing'}"),
            [found("a component that is neither an id nor an `enum` of strings")],
        ),
        change(kind, &query("schema: {$ref: '#/components/schemas/State'}"), []),
        change(kind, &query("schema: {default: NEW, allOf: [{$ref: '#/components/schemas/State'}]}"), []),
        change(
            kind,
            &query("««schema: {type: string, enum: [a]}"),
            [found("an `enum` without a name"), rule("inline-schema", &["enum schema"])],
        ),
        change(kind, &query("schema: {$ref: '#/components/schemas/ThingId'}"), []),
        change(
            kind,
            &query("«schema: {type: string, nullable: true}"),
            [rule("parameter-nullable", &["kind"])],
        ),
        changes(
            [
                (id, &id.replace("schema: {", "«schema: {")),
                (
                    "    ThingId:\n      x-rust-type: ThingId",
                    "    «ThingId:\n      nullable: true\n      x-rust-type: ThingId",
                ),
            ],
            [rule("parameter-nullable", &["thingId"]), rule("id-not-text", &["ThingId", "`nullable: true`"])],
        ),
        change(
            &format!("- {kind}"),
            "- «$ref: '#/components/parameters/Count'",
            [rule("duplicate-parameter", &["count"])],
        ),
        change(
            "- name: kind",
            "- «name: Count",
            [rule("names-collide", &["parameters", "Count", "count", "count"])],
        ),
        change("- name: kind", "- «name: headerMap", [reserved("headerMap")]),
        change("- name: kind", "- «name: request", [reserved("request")]),
        change("- name: kind", "- «name: Response", [reserved("Response")]),
        change("- name: kind", "- «name: result", [reserved("result")]),
        change("- name: kind", "- «name: path", [reserved("path")]),
        change("- name: kind", "- «name: URL", [reserved("URL")]),
        change("- name: kind", "- name: type", []),
        change("- name: kind", "- name: self", []),
        change("- name: kind", "- «name: '$kind'", [rule("bad-parameter-name", &["$kind"])]),
        // In the path and in the query: two arguments with one name.
        change(
            "      requestBody:",
            "      parameters:\n        - «{name: thingId, in: query, description: A, schema: {type: string}}\n      requestBody:",
            [rule("names-collide", &["parameters", "thingId", "thingId", "thing_id"])],
        ),
        // Only an operation with a body has a variable of this name.
        change("- name: kind", "- name: body", []),
        change(
            "      requestBody:",
            "      parameters:\n        - «{name: body, in: query, description: A, schema: {type: string}}\n      requestBody:",
            [reserved("body")],
        ),
    ]
}
