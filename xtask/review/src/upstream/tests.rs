//! Our fragment against the published one, where that is present; and that news and stale reasons are refused.

mod whole;

use super::{Comparison, Deviations};
use crate::Outcome;
use atlas_codegen::paths;
use openapi_fragment::Document;

const THEIRS: &str = "
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
const OURS: &str = "
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
    Document::load("test", text.as_bytes()).expect("it loads")
}

#[track_caller]
fn shows(theirs: &str, deviations: &str, status: Outcome, says: &[&str]) {
    let ours = load(OURS);
    let theirs = load(theirs);
    let comparison = Comparison::new(&theirs, &ours).unwrap_or_else(|failure| panic!("{failure}"));
    let mut out = Vec::new();
    let deviations = Deviations::read(deviations).expect("it is right");
    let found = comparison.show(&deviations, &ours, &theirs, &mut out).expect("memory takes everything");
    let text = String::from_utf8(out).expect("it is text");
    assert_eq!(found, status, "{text}");
    for says in says {
        assert!(text.contains(says), "no {says:?} in\n{text}");
    }
}

const REASON: &str = "[[deviation]]\nchange = 'secret-marked'\nnode = 'Our'\ndetail = 'a: format: none → password'\nreason = 'It lets its holder in.'\n";

#[test]
fn only_what_differs_is_left() {
    let lacks = "PUT /a/{id} (putA)";
    shows(
        THEIRS,
        "",
        Outcome::Rejected,
        &[
            "1, 1 without a reason",
            "NEWS",
            lacks,
            "1 operations of our tags, 1 of 1 others",
            "other tags: B 1",
        ],
    );
    shows(THEIRS, REASON, Outcome::Passed, &["1, 0 without a reason", "It lets its holder in.", lacks]);
    let changed = THEIRS.replace("{a: {type: string}", "{a: {type: string, format: password}");
    shows(&changed, REASON, Outcome::Rejected, &["0, 0 without", "STALE"]);
    let moved = THEIRS.replace("/a/{id}:", "/moved/{id}:");
    shows(
        &moved,
        REASON,
        Outcome::Rejected,
        &["path /a/{id}: was /moved/{id}  [operation-moved]", "0 stale"],
    );
    let gone = THEIRS.replace("/a/{id}:", "/moved/{id}:").replace("getA", "getC");
    shows(&gone, REASON, Outcome::Rejected, &["NOT PUBLISHED", "GET /a/{id} (getA)"]);
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

/// Only what concerns us, with their levels: here the published document is the base of a change.
#[test]
fn what_changed_there_is_listed() {
    let (former, now) =
        (Document::load("former.json", FORMER.as_bytes()), Document::load("now.json", THEIRS.as_bytes()));
    let (former, now) = (former.expect("it loads"), now.expect("it loads"));
    let mut out = Vec::new();
    super::PublishedChanges::new(&former, &now, &load(OURS)).show(&mut out).expect("memory takes everything");
    let text = String::from_utf8(out).expect("it is text");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "changed there since former.json: 3 that concern us, 1 of texts, 1 elsewhere",
            "risky      schema Their (ours: Our): − gone: string, optional  [response-property-removed] former.json:12:67",
            "additive   operation putA: + PUT /a/{id}  [operation-added] now.json:9:5",
            "no effect  operation getA: id: inline → id  [reference-extracted] now.json:7:20",
        ],
        "{text}"
    );
}

/// What is published now, and our reasons for all that we say differently.
#[test]
fn every_difference_has_a_reason() {
    let root = paths::root();
    let published = root.join("../shared/reference/atlas-cloud-migration.json");
    if !published.exists() {
        println!("no published document at {}: nothing to compare with", published.display());
        return;
    }
    let mut out = Vec::new();
    let status =
        super::upstream(&published, None, None, &mut out).unwrap_or_else(|failure| panic!("{failure}"));
    let text = String::from_utf8(out).expect("it is text");
    println!("{text}");
    assert_eq!(status, Outcome::Passed, "{text}");
}
