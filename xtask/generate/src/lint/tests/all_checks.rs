//! One run reports the problems of all checks, in the order of the file.

use openapi_fragment::lint::run;

use super::*;

const CREATED: &str = "        '201':\n          description: The new thing.\n          headers:\n            Left: {$ref: \
                       '#/components/headers/Left'}\n          content:\n            \
                       application/vnd.atlas.2024-05-30+json:\n              schema: {$ref: '#/components/schemas/Thing'}";

/// A document with one problem for each check, in another order than the checks.
fn one_problem_per_check() -> Case {
    changes(
        [
            ("  /things:", "  «/things/:"),
            ("tags: [Things]", "tags: [«Thinks]"),
            ("summary: List things", "«summary: ' '"),
            (
                "description: Only these.\n          schema: {type: string}",
                "description: Only these.\n          «schema: {type: string, nullable: true}",
            ),
            (CREATED, &CREATED.replace("'201'", "«'201'").replace("schemas/Thing'", "schemas/State'")),
            ("x-go-sdk-name: DeleteThing", "«x-go-sdk-name: DropThing"),
            ("- name: kind\n          in: query", "- name: kind\n          «in: header"),
            ("x-sunset: '2027-07-01'", "«x-sunset: '2027-06-31'"),
            ("description: Removes it.", "«description: TODO"),
            (
                "      responses:\n        '400': {$ref: '#/components/responses/Failure'}\n",
                "      «responses:\n",
            ),
            ("scheme: digest", "«scheme: basic"),
            ("default: 5", "«default: 10"),
            ("        application/json:", "        «application/xml:"),
            ("required: [name]", "required: [name, «nmae]"),
            ("description: Its name.\n", "description: Its name.\n          «readOnly: true\n"),
            (
                "parent: {$ref: '#/components/schemas/ThingId'}",
                "parent: {«$ref: '#/components/schemas/Thin'}",
            ),
            (
                "        password:\n",
                "        «apiKey: {description: A, type: string}\n        link: {description: A, type: string, «pattern: \
                 '^[a-f0-9]{24}$'}\n        password:\n",
            ),
            ("          format: password\n", "          format: password\n          «example: hunter2\n"),
            (
                "        things:\n",
                "        base: {$ref: '#/components/schemas/Base'}\n        «more: {description: A, type: object}\n        things:\n",
            ),
            (
                "    State:",
                "    Base: {description: A, allOf: [{«$ref: '#/components/schemas/Base'}]}\n    «Lost: {description: A, type: \
                 string}\n    State:",
            ),
            ("enum: [NEW, AS_IS]", "enum: [NEW, «<]"),
            ("      x-rust-type: crate::Order", "      «x-rust-type: Ordering"),
            (
                "description: What failed.\n",
                "description: What failed.\n      «additionalProperties: false\n",
            ),
        ],
        [
            rule("malformed-path", &["a segment is empty"]),
            rule("undefined-tag", &["Thinks"]),
            rule("missing-key", &["summary"]),
            rule("parameter-location", &["header"]),
            rule("parameter-nullable", &["kind"]),
            rule("bad-date", &["2027-06-31"]),
            rule("different-successes", &["200"]),
            rule("alias-missing", &["DropThing", "PutThing", "src/things.rs:8:12"]),
            rule("todo", &["description"]),
            rule("status-not-listed", &["400"]),
            rule("unsupported-security", &["basic"]),
            rule("value-does-not-fit", &["default", "it is above `maximum`"]),
            rule("bad-media-type", &["application/xml"]),
            rule("required-without-property", &["nmae"]),
            rule("read-only-in-request", &["name"]),
            rule("reference-without-target", &["#/components/schemas/Thin"]),
            rule("secret-without-format", &["apiKey"]),
            rule("id-without-kind", &[]),
            rule("secret-value", &["example"]),
            rule("inline-schema", &["object schema"]),
            rule("inheritance-cycle", &["Base → Base"]),
            rule("unused", &["Lost"]),
            rule("bad-enum-value", &["<"]),
            rule("bad-rust-type", &["Ordering", "Order"]),
            rule("closed-response", &[]),
        ],
    )
}

#[test]
fn one_run_reports_all_problems_in_the_order_of_the_file() {
    let case = one_problem_per_check();
    assert_eq!(case.found(), case.expected);
    assert!(case.expected.is_sorted_by_key(|(position, _)| position));
}

/// Fails for a new check without a problem in the document.
#[test]
fn each_check_reports_one_problem() {
    let document = Document::load("spec.yaml", &one_problem_per_check().text).unwrap();
    let wrapper = WrapperMethods::of_text("src/things.rs", WRAPPER);
    let requirements = Requirements { wrapper: Some(&wrapper) };
    let assert_one_problem = |name: String, check: &openapi_fragment::lint::Check<'_>| {
        let found = run(&document, &[check]);
        assert_eq!(found.len(), 1, "the check {name} reports {found:?}");
    };
    for (index, check) in openapi_fragment::lint::CHECKS.iter().enumerate() {
        assert_one_problem(format!("{index} of openapi-fragment"), check);
    }
    for (index, check) in CHECKS.iter().enumerate() {
        assert_one_problem(format!("{index} of the generator"), &|context, report| {
            check(&requirements, context, report)
        });
    }
}
