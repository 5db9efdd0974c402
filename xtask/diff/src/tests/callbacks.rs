//! Callbacks and webhooks have the opposite directions, links have no effect, and an operation can have its own servers.

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
          description: Created.
          content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}
          links: {read: {operationId: readJob, parameters: {id: $response.body#/id}}}
      callbacks:
        done:
          '{$request.query.url}':
            post:
              parameters: [{name: attempt, in: header, required: true, schema: {type: integer}}]
              requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Done'}}}}
              responses: {'204': {description: Accepted.}}
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
fn check(from: &str, to: &str, expected: &[&str]) {
    assert!(BASE.contains(from), "{from}");
    let load = |text: &str| Document::load("small", text.as_bytes()).expect("it loads");
    let (base, revision) = (load(BASE), load(&BASE.replace(from, to)));
    let (diff, back) = (compare(&base, &revision), compare(&revision, &base));
    assert_eq!(lines(&diff), expected);
    assert!(diff.unclassified.is_empty() && back.unclassified.is_empty(), "{:#?}", diff.unclassified);
    assert_eq!((diff.edits.len(), diff.pointers), (back.edits.len(), back.pointers), "{:#?}", lines(&back));
}

#[test]
fn the_server_sends_the_request_of_a_callback() {
    // A receiver may rely on what is required, so the server must keep sending it.
    check("required: [id], ", "", &["breaking: Done: id: no longer required [createJob done]"]);
    check("required: [id]", "required: [id, note]", &["additive: Done: note: required [createJob done]"]);
    check(
        "{name: attempt, in: header, required: true, ",
        "{name: attempt, in: header, ",
        &["breaking: createJob: callback done.attempt: no longer required [createJob done]"],
    );
    check(
        "parameters: [{name: attempt, in: header, required: true, schema: {type: integer}}]",
        "x-other: 1",
        &[
            "breaking: createJob: callback done: − parameter attempt in header, required [createJob done]",
            "no effect: createJob: callback done: x-other: none → 1 [createJob done]",
        ],
    );
    check("maxLength: 9", "maxLength: 10", &["breaking: failed: maxLength: 9 → 10 [failed]"]);
}

#[test]
fn the_client_sends_the_response_to_a_callback() {
    check(
        "{'204': {description: Accepted.}}",
        "{'200': {description: Accepted.}, '204': {description: Accepted.}}",
        &["additive: createJob: callback done: + response 200 [createJob done]"],
    );
    check(
        "{'204': {description: Accepted.}}",
        "{'204': {description: Accepted., headers: {X-A: {required: true, schema: {type: string}}}}}",
        &["breaking: createJob: callback done.204: + header X-A [createJob done]"],
    );
}

/// The server sends both, so the schema has one direction.
#[test]
fn a_schema_of_a_response_and_of_a_webhook_is_sent_by_the_server() {
    check(
        "properties: {id: {type: string}}}\n    Done",
        "properties: {id: {type: string, nullable: true}}}\n    Done",
        &["breaking: Job: id: nullable [createJob POST gone]"],
    );
}

#[test]
fn callbacks_and_webhooks_that_are_added_removed_or_renamed() {
    check(
        "        failed: {$ref: '#/components/callbacks/failed'}\n",
        "",
        &["breaking: createJob: − callback failed [createJob]"],
    );
    check(
        "'{$request.query.url}':",
        "'{$request.query.at}':",
        &["breaking: createJob: callback done: {$request.query.url} → {$request.query.at} [createJob]"],
    );
    check(
        "            post:\n",
        "            put:\n",
        &["breaking: createJob: callback done: POST → PUT [createJob done]"],
    );
    check("  gone: {post", "  left: {post", &["no effect: left: gone → left []"]);
    check("x-webhooks:\n", "x-webhooks:\n  new: {post: {responses: {}}}\n", &["additive: new: + webhook []"]);
    check(
        "        done:\n",
        "        ready:\n",
        &["no effect: createJob: callback done → ready [createJob]"],
    );
}

#[test]
fn links_have_no_effect() {
    check(
        "operationId: readJob",
        "operationId: getJob",
        &["no effect: createJob: 201.link read: operationId: readJob → getJob [createJob]"],
    );
    check(
        "          links: {read: {operationId: readJob, parameters: {id: $response.body#/id}}}\n",
        "",
        &["no effect: createJob: 201: − link read [createJob]"],
    );
}

#[test]
fn servers_of_an_operation_replace_those_of_the_document() {
    let own = |servers: &str| format!("      operationId: createJob\n      servers: [{servers}]\n");
    let from = "      operationId: createJob\n";
    check(
        from,
        &own("{url: 'https://a.test'}"),
        &["no effect: createJob: servers: expressed differently, with the same meaning [createJob]"],
    );
    check(
        from,
        &own("{url: 'https://b.test'}"),
        &["breaking: createJob: server https://a.test → https://b.test [createJob]"],
    );
    check(
        from,
        &own("{url: 'https://a.test'}, {url: 'https://b.test'}"),
        &["additive: createJob: + server https://b.test [createJob]"],
    );
    check(
        "[{url: 'https://a.test'}]",
        "[{url: 'https://b.test'}]",
        &["breaking: : server https://a.test → https://b.test [createJob]"],
    );
}

/// A callback that has itself as a callback.
#[test]
fn recursive_callbacks_terminate() {
    check(
        "put: {operationId: failed,",
        "put: {operationId: failed, callbacks: {again: {$ref: '#/components/callbacks/failed'}},",
        &["risky: failed: + callback again [failed]"],
    );
}
