//! What the server calls, and what its replies lead to: callbacks, webhooks, links.
//!
//! Who is called back has the verdicts of a client turned round: what the server sends is a reply, what is answered a
//! request. Here is only which calls there are.

use super::{Change as C, Holder, Level, Pair, Says, alone, call, example, half_of, pair};

const NO_LINKS: &[Says] =
    &[call(Level::None, "Nothing of a link is sent; no client of ours reads what the document says of it.")];

pub(super) const PAIRS: &[Pair] = &[
    pair(
        half_of(
            C::CallbackAdded,
            "callback-added",
            "the server calls back",
            &[call(Level::Risky, "Who is called at an address must be able to take this call too.")],
        ),
        half_of(
            C::CallbackRemoved,
            "callback-removed",
            "the server no longer calls back",
            &[call(Level::Breaking, "Somebody may wait for a call that does not come any more.")],
        ),
        example(
            Holder::Operation,
            "callbacks: {}",
            "callbacks: {done: {'{$request.query.url}': {post: {responses: {}}}}}",
        ),
    ),
    alone(
        half_of(
            C::CallbackMoved,
            "callback-moved",
            "the server calls back at another address, or with another method",
            &[call(Level::Breaking, "Whoever serves the old address waits for nothing.")],
        ),
        example(
            Holder::Operation,
            "callbacks: {done: {'{$request.query.url}': {post: {responses: {}}}}}",
            "callbacks: {done: {'{$request.query.address}': {post: {responses: {}}}}}",
        ),
    ),
    pair(
        half_of(
            C::WebhookAdded,
            "webhook-added",
            "the server has another call that can be subscribed to",
            &[call(Level::Additive, "Nobody has subscribed to it yet.")],
        ),
        half_of(
            C::WebhookRemoved,
            "webhook-removed",
            "the server has a call less that could be subscribed to",
            &[call(Level::Breaking, "Whoever subscribed to it waits for nothing.")],
        ),
        example(Holder::Document, "x-webhooks: {}", "x-webhooks: {done: {post: {responses: {}}}}"),
    ),
    alone(
        half_of(
            C::CallRenamed,
            "call-renamed",
            "a call back, or one that can be subscribed to, has another name",
            &[call(Level::None, "The name is not seen on the wire.")],
        ),
        example(
            Holder::Document,
            "x-webhooks: {done: {post: {responses: {}}}}",
            "x-webhooks: {ready: {post: {responses: {}}}}",
        ),
    ),
    pair(
        half_of(C::LinkAdded, "link-added", "a reply says what can follow it", NO_LINKS),
        half_of(C::LinkRemoved, "link-removed", "a reply no longer says what can follow it", NO_LINKS),
        example(Holder::Response, "links: {}", "links: {next: {operationId: putThing}}"),
    ),
    alone(
        half_of(C::LinkChanged, "link-changed", "a reply says otherwise what can follow it", NO_LINKS),
        example(
            Holder::Response,
            "links: {next: {operationId: putThing}}",
            "links: {next: {operationId: putThing, parameters: {q: $response.body#/q}}}",
        ),
    ),
];
