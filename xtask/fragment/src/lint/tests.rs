//! Violates each rule by one edit of a small valid document.

use super::*;

const VALID: &str = include_str!("tests/valid.yaml");

/// Edits as old and new text, each with the id of the rule that it violates.
const EDITS: &[(&str, &str, &str)] = &[
    ("openapi: 3.0.3", "openapi: 3.1.0", "not-openapi-3.0"),
    ("summary: Read", "summary: ''", "missing-key"),
    ("summary: Read", "summary: TODO", "todo"),
    (
        "x-go-sdk-name: GetThing",
        "x-short-name: getThing\n      x-go-sdk-name: GetThing",
        "needless-short-name",
    ),
    ("summary: Read", "summary: Read\n      sumary: Read", "unknown-key"),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: string, xml: {name: a}}",
        "unsupported-key",
    ),
    ("x-idempotent: true", "x-idempotent: yes", "wrong-type"),
    ("x-idempotent: true", "x-idempotent: true\n      x-after-lost-response: Look.", "lost-response-of-get"),
    ("'200':", "2XX:", "not-a-status"),
    (
        "owner: {$ref: '#/components/schemas/Name'}",
        "owner: {$ref: 'other.yaml#/Name'}",
        "reference-not-local",
    ),
    (
        "owner: {$ref: '#/components/schemas/Name'}",
        "owner: {$ref: '#/components/parameters/ThingId'}",
        "reference-to-wrong-section",
    ),
    (
        "owner: {$ref: '#/components/schemas/Name'}",
        "owner: {$ref: '#/components/schemas/Nam'}",
        "reference-without-target",
    ),
    (
        "owner: {$ref: '#/components/schemas/Name'}",
        "owner: {$ref: '#/components/schemas/Name', format: date}",
        "reference-with-siblings",
    ),
    (
        "owner: {$ref: '#/components/schemas/Name'}",
        "owner: {$ref: '#/components/schemas/Name', nullable: true}",
        "reference-with-nullable",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {$ref: '#/components/schemas/Name'}",
        "endless-reference",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., allOf: [{$ref: '#/components/schemas/Name'}]}",
        "inheritance-cycle",
    ),
    ("  schemas:", "  schemas:\n    Lost: {description: Lost., type: string}", "unused"),
    ("/things/{thingId}:", "/things/{thingId}/:", "malformed-path"),
    ("components:", "  /things/{id}: {}\ncomponents:", "same-path"),
    ("/things/{thingId}:", "/things/{thingId}/{other}:", "variable-without-parameter"),
    ("/things/{thingId}:", "/things:", "parameter-without-variable"),
    ("'200':", "'400':", "no-success"),
    ("tags: [Things]", "tags: [Thinks]", "undefined-tag"),
    ("tags: [Things]", "tags: [Things, Things]", "duplicate-tag"),
    (
        "      required: true\n      description: Which.",
        "      description: Which.",
        "path-parameter-optional",
    ),
    ("schema: {type: integer}", "schema: {type: integer, nullable: true}", "parameter-nullable"),
    (
        "    parameters: [{$ref: '#/components/parameters/ThingId'}]",
        "    parameters: [{$ref: '#/components/parameters/ThingId'}, {$ref: '#/components/parameters/ThingId'}]",
        "duplicate-parameter",
    ),
    (
        "              schema: {$ref: '#/components/schemas/Thing'}",
        "              example: 1",
        "media-type-without-schema",
    ),
    ("application/vnd.atlas.2024-05-30+json", "application/xml", "bad-media-type"),
    ("application/vnd.atlas.2024-05-30+json", "application/vnd.atlas.2024-05-32+json", "bad-date"),
    ("application/vnd.atlas.2024-05-30+json", "application/vnd.atlas.preview+json", "preview-version"),
    ("x-sunset: '2027-01-01'", "x-sunset: '2024-01-01'", "sunset-before-version"),
    (
        "          content:",
        "          x-empty-versions: ['2024-05-30']\n          content:",
        "empty-versions-with-content",
    ),
    ("application/vnd.atlas.2024-05-30+json", "application/json", "response-without-version"),
    (
        "      responses:",
        "      requestBody: {content: {application/vnd.atlas.2023-01-01+json: {schema: {type: string}}}}\n      responses:",
        "request-version-without-response",
    ),
    (
        "      responses:",
        "      requestBody: {content: {application/vnd.atlas.2024-05-30+json: {schema: {type: string}}}}\n      responses:",
        "different-sunsets",
    ),
    (
        "      responses:",
        "      requestBody: {content: {application/json: {schema: {type: string, readOnly: true}}}}\n      responses:",
        "read-only-in-request",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: text}",
        "bad-type",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: string, minimum: 1}",
        "key-without-effect",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: string, allOf: [{type: string}]}",
        "key-not-supported-with-type",
    ),
    ("required: [owner]", "required: [owner, other]", "required-without-property"),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: string, minLength: 2, maxLength: 1}",
        "empty-range",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: string, enum: []}",
        "empty-enum",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: string, pattern: '('}",
        "bad-pattern",
    ),
    (
        "    Name: {description: A name., type: string}",
        "    Name: {description: A name., type: string, example: 1}",
        "value-does-not-fit",
    ),
    (
        "        owner:",
        "        password: {description: A, type: string}\n        owner:",
        "secret-without-format",
    ),
    ("schema: {type: integer}", "schema: {type: string, format: password}", "secret-in-url"),
    (
        "        owner:",
        "        password: {description: A, type: string, format: password, x-not-secret: No.}\n        owner:",
        "secret-and-not-secret",
    ),
    (
        "        owner:",
        "        password: {description: A, type: string, format: password, example: hunter2}\n        owner:",
        "secret-value",
    ),
    ("security: [{Key: []}]", "security: [{Keys: []}]", "undefined-security"),
    ("scheme: digest", "scheme: basic", "unsupported-security"),
    ("url: https://", "url: http://", "insecure-url"),
];

fn rules(text: &str) -> Vec<&'static str> {
    let document = Document::load("valid.yaml", text.as_bytes()).unwrap();
    let problems = lint(&document, &[]);
    problems.iter().map(|problem| problem.violation.rule.id).collect()
}

#[test]
fn the_valid_document_has_no_problem() {
    assert_eq!(rules(VALID), [""; 0]);
}

#[test]
fn each_edit_violates_its_rule() {
    for (old, new, rule) in EDITS {
        assert_eq!(VALID.matches(old).count(), 1, "must occur once in the document: {old}");
        let found = rules(&VALID.replace(old, new));
        assert!(found.contains(rule), "{rule}: found {found:?}");
    }
}

#[test]
fn additional_checks_report_in_the_same_list() {
    static OWN: crate::Rule = crate::Rule { id: "own", message: "`{name}` is taken", help: "choose another" };
    let check = |context: &Context<'_, '_>, report: &mut Report<'_>| {
        for node in context.nodes.components().filter(|node| node.name == "Name") {
            report.add(&node.path, OWN.violation(&[("name", &node.name)]));
        }
    };
    let document = Document::load("valid.yaml", VALID.as_bytes()).unwrap();
    let [problem] = &lint(&document, &[&check])[..] else { panic!("one problem") };
    assert_eq!(problem.violation.message(), "`Name` is taken");
    assert_eq!(problem.pointer, "/components/schemas/Name");
}

#[test]
fn finds_the_values_of_secrets() {
    let property = "        password: {description: A, type: string, format: password, example: hunter2}\n        owner:";
    let text = VALID.replace("        owner:", property);
    let document = Document::load("valid.yaml", text.as_bytes()).unwrap();
    assert_eq!(secret_values(&document), ["/components/schemas/Thing/properties/password/example"]);
}
