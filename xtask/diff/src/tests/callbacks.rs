//! What the server calls is judged the other way round; links are shown and cost nothing; servers that stand apart.

use super::moves::lines;
use crate::compare;
use openapi_fragment::Document;

pub(super) const BASE: &str = "
openapi: 3.0.3
servers: [{url: 'https://a.test'}]
paths:
  /jobs:
    post:
      operationId: createJob
      responses:
        '201':
          description: Made.
          content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}
          links: {read: {operationId: readJob, parameters: {id: $response.body#/id}}}
      callbacks:
        done:
          '{$request.query.url}':
            post:
              parameters: [{name: try, in: header, required: true, schema: {type: integer}}]
              requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Done'}}}}
              responses: {'204': {description: Taken.}}
        failed: {$ref: '#/components/callbacks/failed'}
x-webhooks:
  gone: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}, responses: {}}}
components:
  callbacks:
    failed: {'{$request.query.url}/failed': {put: {operationId: failed, requestBody: {content: {application/json: {schema: {type: string, maxLength: 9}}}}, responses: {}}}}
  schemas:
    Job: {type: object, properties: {id: {type: string}}}
    Done: {type: object, required: [id], properties: {id: {type: string}, note: {type: string}}}
";

#[track_caller]
fn is(from: &str, to: &str, expected: &[&str]) {
    assert!(BASE.contains(from), "{from}");
    let load = |text: &str| Document::load("small", text.as_bytes()).expect("it loads");
    let (base, revision) = (load(BASE), load(&BASE.replace(from, to)));
    let (diff, back) = (compare(&base, &revision), compare(&revision, &base));
    assert_eq!(lines(&diff), expected);
    assert!(diff.unclassified.is_empty() && back.unclassified.is_empty(), "{:#?}", diff.unclassified);
    assert_eq!((diff.edits.len(), diff.pointers), (back.edits.len(), back.pointers), "{:#?}", lines(&back));
}

#[test]
fn the_server_sends_the_request_of_a_call_back() {
    // It may send less only if it said so before: what a receiver relies on must come.
    is("required: [id], ", "", &["breaking: Done: id: no longer required [createJob done]"]);
    is("required: [id]", "required: [id, note]", &["additive: Done: note: required [createJob done]"]);
    is(
        "{name: try, in: header, required: true, ",
        "{name: try, in: header, ",
        &["breaking: createJob: callback done.try: no longer required [createJob done]"],
    );
    is(
        "parameters: [{name: try, in: header, required: true, schema: {type: integer}}]",
        "x-other: 1",
        &[
            "breaking: createJob: callback done: − parameter try in header, required [createJob done]",
            "no effect: createJob: callback done: x-other: none → 1 [createJob done]",
        ],
    );
    is("maxLength: 9", "maxLength: 10", &["breaking: failed: maxLength: 9 → 10 [failed]"]);
}

#[test]
fn the_client_sends_the_reply_of_a_call_back() {
    is(
        "{'204': {description: Taken.}}",
        "{'200': {description: Taken.}, '204': {description: Taken.}}",
        &["additive: createJob: callback done: + response 200 [createJob done]"],
    );
    is(
        "{'204': {description: Taken.}}",
        "{'204': {description: Taken., headers: {X-A: {required: true, schema: {type: string}}}}}",
        &["breaking: createJob: callback done.204: + header X-A [createJob done]"],
    );
}

/// A schema that goes both ways is judged both ways.
#[test]
fn a_schema_of_a_reply_and_of_a_webhook_is_sent_by_the_server() {
    is(
        "properties: {id: {type: string}}}\n    Done",
        "properties: {id: {type: string, nullable: true}}}\n    Done",
        &["breaking: Job: id: nullable [createJob POST gone]"],
    );
}

#[test]
fn calls_that_come_go_and_move() {
    is(
        "        failed: {$ref: '#/components/callbacks/failed'}\n",
        "",
        &["breaking: createJob: − callback failed [createJob]"],
    );
    is(
        "'{$request.query.url}':",
        "'{$request.query.at}':",
        &["breaking: createJob: callback done: {$request.query.url} → {$request.query.at} [createJob]"],
    );
    is(
        "            post:\n",
        "            put:\n",
        &["breaking: createJob: callback done: POST → PUT [createJob done]"],
    );
    is("  gone: {post", "  left: {post", &["no effect: left: gone → left []"]);
    is("x-webhooks:\n", "x-webhooks:\n  new: {post: {responses: {}}}\n", &["additive: new: + webhook []"]);
    is("        done:\n", "        ready:\n", &["no effect: createJob: callback done → ready [createJob]"]);
}

#[test]
fn a_link_is_not_seen_on_the_wire() {
    is(
        "operationId: readJob",
        "operationId: getJob",
        &["no effect: createJob: 201.link read: operationId: readJob → getJob [createJob]"],
    );
    is(
        "          links: {read: {operationId: readJob, parameters: {id: $response.body#/id}}}\n",
        "",
        &["no effect: createJob: 201: − link read [createJob]"],
    );
}

#[test]
fn servers_of_an_operation_stand_in_place_of_the_document_s() {
    let own = |servers: &str| format!("      operationId: createJob\n      servers: [{servers}]\n");
    let from = "      operationId: createJob\n";
    is(
        from,
        &own("{url: 'https://a.test'}"),
        &["no effect: createJob: servers said elsewhere: https://a.test [createJob]"],
    );
    is(
        from,
        &own("{url: 'https://b.test'}"),
        &["breaking: createJob: servers: https://a.test → https://b.test [createJob]"],
    );
    is(
        from,
        &own("{url: 'https://a.test'}, {url: 'https://b.test'}"),
        &["additive: createJob: servers: https://a.test → https://a.test, https://b.test [createJob]"],
    );
    is(
        "[{url: 'https://a.test'}]",
        "[{url: 'https://b.test'}]",
        &["breaking: : server https://a.test → https://b.test []"],
    );
}

/// A callback whose answer is called back with the same callback.
#[test]
fn callbacks_that_contain_each_other_end() {
    is(
        "put: {operationId: failed,",
        "put: {operationId: failed, callbacks: {again: {$ref: '#/components/callbacks/failed'}},",
        &["risky: failed: + callback again [failed]"],
    );
}
