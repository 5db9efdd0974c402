//! An entry of the deviations names an exact change, and every part of a published operation is compared.

use super::{PUBLISHED, REASON, check, report};
use crate::Outcome;
use crate::upstream::Deviations;

/// The published document with everything that an operation inherits or that only it has.
fn published() -> String {
    let id = "x-xgen-operation-id-override: readA\n      x-rolesRequirements: [Owner]\n      tags: [A]";
    format!(
        "servers: [{{url: 'https://example.org'}}]\nsecurity: [{{Digest: []}}]\n{}",
        PUBLISHED
            .replacen("tags: [A]", id, 1)
            .replacen("type: string}}", "type: string, pattern: '^([a-f0-9]{24})$'}}", 1)
            .replace("components:", "components:\n  securitySchemes: {Digest: {type: http, scheme: digest}}")
    )
}

fn fragment() -> String {
    published()
        .replace("x-xgen-operation-id-override", "x-short-name")
        .replace("x-rolesRequirements: [Owner]", "x-required-role: Owner")
        .replace("'^([a-f0-9]{24})$'", "'^[a-f0-9]{24}$'")
        .replace("Their", "Our")
        .replace("{Our: {", "{Our: {x-published-name: Their, ")
        .replace("    put: {operationId: putA, tags: [A], responses: {}}\n", "")
        .replace("  /b: {get: {operationId: getB, tags: [B], responses: {}}}\n", "")
}

const PATTERN: &str = "[[deviation]]\nchange = 'pattern-changed'\nbefore = '^([a-f0-9]{24})$'\nafter = '^[a-f0-9]{24}$'\n\
                       reason = 'The same ids.'\n";

#[test]
fn every_part_of_an_operation_is_compared() {
    check(&fragment(), &published(), PATTERN, Outcome::Passed, &["1, 0 without a reason"]);
    for (from, to, expected) in [
        // The example of a reason that must not explain another pattern.
        ("'^([a-f0-9]{24})$'", "'^[a-z]+$'", "pattern: ^[a-z]+$ → ^[a-f0-9]{24}$  [pattern-changed]"),
        ("readA", "fetchA", "x-short-name: fetchA → readA  [published-name-changed]"),
        ("      x-xgen-operation-id-override: readA\n", "", "x-short-name: none → readA"),
        ("x-rolesRequirements: [Owner]", "x-rolesRequirements: [Owner, Reader]", "x-required-role"),
        ("x-rolesRequirements: [Owner]", "x-rolesRequirements: [Reader]", "Reader → Owner"),
        ("x-rolesRequirements: [Owner]", "security: []", "security"),
        ("x-rolesRequirements: [Owner]", "security: [{Digest: [admin]}]", "scope of Digest admin"),
        ("x-rolesRequirements: [Owner]", "servers: [{url: 'https://eu.example.org'}]", "eu.example.org"),
        ("https://example.org", "https://example.com", "https://example.com"),
        ("security: [{Digest: []}]", "security: [{Digest: []}, {Token: []}]", "Token"),
        ("scheme: digest", "scheme: basic", "security scheme Digest: scheme: basic → digest"),
        ("tags: [A]", "tags: [A2]", "A2"),
        ("parameters: [", "deprecated: true\n      parameters: [", "deprecated"),
    ] {
        assert!(published().contains(from), "{from}");
        check(&fragment(), &published().replacen(from, to, 1), PATTERN, Outcome::Rejected, &[expected]);
    }
}

#[test]
fn a_schema_that_only_the_published_document_calls_so_is_not_confused() {
    let other = published()
        .replace("{a: {type: string}}", "{a: {type: string}, b: {$ref: '#/components/schemas/Our'}}")
        .replace("{Their: {", "{Our: {type: integer}, Their: {");
    check(&fragment(), &other, PATTERN, Outcome::Rejected, &["schema Our: − b: Our (published), optional"]);
}

#[test]
fn a_missing_schema_is_a_difference() {
    let missing = published().replace("{Their: {", "{Gone: {");
    check(&fragment(), &missing, PATTERN, Outcome::Rejected, &["schema Our"]);
}

/// Every text of the published document that the report contains.
#[test]
fn the_report_prints_no_control_characters() {
    let hostile = r#""/x\n::error::y\e[2Jz""#;
    for (from, to) in [
        ("readA", hostile),
        ("putA, tags: [A]", &format!("{hostile}, tags: [A]")),
        ("tags: [B]", &format!("tags: [{hostile}]")),
        ("a: {type: string}", &format!("a: {{type: string}}, {hostile}: {{type: string}}")),
        (
            "/b: {get: {operationId: getB, tags: [B]",
            &format!("{hostile}: {{get: {{operationId: getB, tags: [A]"),
        ),
    ] {
        let text = published().replacen(from, to, 1);
        assert_ne!(text, published());
        let found = report(&fragment(), &text, PATTERN).1;
        assert!(found.contains(r"/x\n::error::y\u{1b}[2Jz"), "{to}: {found}");
        assert!(!found.contains("\n::error") && !found.contains('\u{1b}'), "{to}: {found}");
    }
}

#[test]
fn an_entry_that_names_no_exact_change_is_refused() {
    for (from, to, problem) in [
        ("detail = 'a: format: none → password'\n", "", "names no exact change"),
        ("detail = 'a: format: none → password'\nnode = 'Our'\n", "", "names no exact change"),
        ("'a: format: none → password'", "[]", "has an empty list"),
        ("none → password", "aaaaa… → password", "has a shortened `detail`"),
        ("It grants access.", " ", "has no reason"),
        ("change =", "changes =", "unknown field `changes`"),
        ("reason =", "direction = 'both'\nreason =", "unknown variant `both`"),
    ] {
        let text = REASON.replace(
            "node = 'Our'\ndetail = 'a: format: none → password'\n",
            "detail = 'a: format: none → password'\nnode = 'Our'\n",
        );
        assert!(text.contains(from), "{from}");
        let found = Deviations::parse(&text.replace(from, to)).expect_err(to);
        assert!(found.contains(problem), "{to}: {found}");
    }
}

#[test]
fn each_node_and_detail_of_an_entry_must_have_a_difference() {
    let fragment = super::FRAGMENT;
    let both = REASON.replace("'Our'", "['Our', 'Other']");
    check(
        fragment,
        PUBLISHED,
        &both,
        Outcome::Rejected,
        &["0 without", "STALE", "secret-marked of Other: a: format"],
    );
    let both = REASON.replace("detail = 'a", "detail = ['b: gone', 'a").replace("password'", "password']");
    check(
        fragment,
        PUBLISHED,
        &both,
        Outcome::Rejected,
        &["0 without", "STALE", "secret-marked of Our: b: gone"],
    );
    let sent = |by: &str| format!("{REASON}direction = '{by}'\n");
    check(fragment, PUBLISHED, &sent("response"), Outcome::Passed, &[]);
    check(fragment, PUBLISHED, &sent("request"), Outcome::Rejected, &["1 without", "STALE"]);
    let value = REASON.replace("detail = 'a: format: none → password'", "after = 'password'");
    check(fragment, PUBLISHED, &value, Outcome::Passed, &[]);
    check(
        fragment,
        PUBLISHED,
        &format!("{value}before = 'byte'"),
        Outcome::Rejected,
        &["\"byte\" → \"password\""],
    );
}
