//! The comparison of a fragment with a published document. Differences without a reason and stale reasons are rejected.

mod complete;
mod exact;
mod mutations;

use super::{Comparison, Deviations, Report};
use crate::Outcome;
use openapi_fragment::Document;

const PUBLISHED: &str = "
paths:
  /a/{id}:
    get:
      operationId: getA
      tags: [A]
      parameters: [{$ref: '#/components/parameters/id'}]
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Their'}}}}}
    put: {operationId: putA, tags: [A], responses: {}}
  /b: {get: {operationId: getB, tags: [B], responses: {}}}
components:
  parameters: {id: {name: id, in: path, required: true, schema: {type: string}}}
  schemas: {Their: {type: object, properties: {a: {type: string}}}}
";
const FRAGMENT: &str = "
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getA
      tags: [A]
      x-idempotent: true
      responses: {'200': {description: y, content: {application/json: {schema: {$ref: '#/components/schemas/Our'}}}}}
components:
  schemas: {Our: {x-published-name: Their, description: d, type: object, properties: {a: {type: string, format: password}}}}
";

fn load(text: &str) -> Document {
    Document::load("test", text.as_bytes()).expect("the document is valid")
}

/// The outcome and the report for these documents and deviations.
#[track_caller]
fn report(fragment: &str, published: &str, deviations: &str) -> (Outcome, String) {
    let (fragment, published) = (load(fragment), load(published));
    let comparison =
        Comparison::new(&published.value, &fragment.value).unwrap_or_else(|failure| panic!("{failure}"));
    let mut out = Vec::new();
    let deviations = Deviations::parse(deviations).expect("the deviations are valid");
    let report = Report { comparison: &comparison, deviations: &deviations, fragment: &fragment };
    let outcome = report.write("published", &mut out);
    let text = String::from_utf8(out).expect("the output is text");
    (outcome.expect("writing to memory cannot fail"), text)
}

#[track_caller]
fn check(fragment: &str, published: &str, deviations: &str, outcome: Outcome, expected: &[&str]) {
    let (found, text) = report(fragment, published, deviations);
    assert_eq!(found, outcome, "{text}");
    for expected in expected {
        assert!(text.contains(expected), "no {expected:?} in\n{text}");
    }
}

const REASON: &str = "[[deviation]]\nchange = 'secret-marked'\nnode = 'Our'\ndetail = 'a: format: none → password'\nreason = 'It grants access.'\n";

#[test]
fn only_real_differences_are_reported() {
    let missing = "PUT /a/{id} (putA)";
    check(
        FRAGMENT,
        PUBLISHED,
        "",
        Outcome::Rejected,
        &[
            "1, 1 without a reason",
            "WITHOUT A REASON",
            missing,
            "1 operations with the same tags, 1 with 1 other tags",
            "other tags: B 1",
        ],
    );
    check(
        FRAGMENT,
        PUBLISHED,
        REASON,
        Outcome::Passed,
        &["1, 0 without a reason", "It grants access.", missing],
    );
    let changed = PUBLISHED.replace("{a: {type: string}", "{a: {type: string, format: password}");
    check(FRAGMENT, &changed, REASON, Outcome::Rejected, &["0, 0 without", "STALE"]);
    let moved = PUBLISHED.replace("/a/{id}:", "/moved/{id}:");
    check(
        FRAGMENT,
        &moved,
        REASON,
        Outcome::Rejected,
        &["path /a/{id}: was /moved/{id}  [operation-moved]", "0 stale"],
    );
    let unpublished = PUBLISHED.replace("/a/{id}:", "/moved/{id}:").replace("getA", "getC");
    check(FRAGMENT, &unpublished, REASON, Outcome::Rejected, &["NOT PUBLISHED", "GET /a/{id} (getA)"]);
}

#[test]
fn names_that_are_not_published_are_rejected() {
    let named = FRAGMENT.replace("      x-idempotent", "      x-go-sdk-name: GetA\n      x-idempotent");
    check(&named, PUBLISHED, REASON, Outcome::Passed, &[]);
    let wrong = named.replace("GetA", "ReadA");
    let of_operation = "GET /a/{id} (getA): x-go-sdk-name: GetA, not ReadA";
    check(&wrong, PUBLISHED, REASON, Outcome::Rejected, &["NAMES THAT ARE NOT PUBLISHED", of_operation]);
    let short = PUBLISHED.replace(
        "      operationId: getA\n",
        "      operationId: getA\n      x-xgen-operation-id-override: readA\n",
    );
    let with_short_name = wrong.replace("x-go-sdk-name", "x-short-name: readA\n      x-go-sdk-name");
    check(&with_short_name, &short, REASON, Outcome::Passed, &[]);
    let unused = "  schemas:\n    Other: {x-published-name: Absent, description: d, type: object}\n    Our:";
    let schema = FRAGMENT.replace("  schemas: {Our:", unused).replace("password}}}}", "password}}}");
    check(&schema, PUBLISHED, REASON, Outcome::Rejected, &["schema Other: x-published-name: Absent"]);
}

const FORMER: &str = "
paths:
  /a/{id}:
    get:
      operationId: getA
      tags: [A]
      description: Before.
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Their'}}}}}
  /b: {get: {operationId: getB, deprecated: true, tags: [B], responses: {}}}
components:
  schemas: {Their: {type: object, properties: {a: {type: string}, gone: {type: string}}}}
";

/// Only the relevant changes, with their levels: here the earlier document is the base of a change.
#[test]
fn changes_of_the_published_document_are_listed() {
    let (former, now) =
        (Document::load("former.json", FORMER.as_bytes()), Document::load("now.json", PUBLISHED.as_bytes()));
    let (former, now) = (former.expect("the document is valid"), now.expect("the document is valid"));
    let mut out = Vec::new();
    super::published_changes::write(&former, &now, &load(FRAGMENT), &mut out)
        .expect("writing to memory cannot fail");
    let text = String::from_utf8(out).expect("the output is text");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "changed in the published document since former.json: 3 relevant, 1 in prose only, 1 not relevant",
            "risky      schema Their (in the fragment: Our): − gone: string, optional  [response-property-removed] former.json:12:67",
            "additive   operation putA: + PUT /a/{id}  [operation-added] now.json:9:5",
            "no effect  operation getA: id: inline → id  [reference-extracted] now.json:7:20",
        ],
        "{text}"
    );
}

/// The project's fragment against the current published document, if that is present.
#[test]
fn every_difference_has_a_reason() {
    let Some(published) = complete::shared(complete::PUBLISHED) else { return };
    let mut out = Vec::new();
    let outcome =
        super::upstream(&published, None, None, &mut out).unwrap_or_else(|failure| panic!("{failure}"));
    let text = String::from_utf8(out).expect("the output is text");
    println!("{text}");
    assert_eq!(outcome, Outcome::Passed, "{text}");
}
