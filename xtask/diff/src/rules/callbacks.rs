//! Callbacks, webhooks and links.
//!
//! The rules here cover only which callbacks and webhooks exist. The contents of their requests and responses are judged
//! by the other rules with the directions swapped: the server sends the request of a callback and reads the response.

use super::{Change as C, Effect, Holder, Level, RulePair, call, example, pair, removal, rule, single};

const NO_LINKS: &[Effect] =
    &[call(Level::None, "A link is never sent: it only describes how operations belong together.")];

pub(super) const PAIRS: &[RulePair] = &[
    pair(
        rule(
            C::CallbackAdded,
            "callback-added",
            "a callback was added",
            &[call(Level::Risky, "The receiver at the callback URL must handle one more request.")],
        ),
        removal(
            C::CallbackRemoved,
            "callback-removed",
            "a callback was removed",
            &[call(Level::Breaking, "A receiver may wait for a request that never arrives.")],
        ),
        example(
            Holder::Operation,
            "callbacks: {}",
            "callbacks: {done: {'{$request.query.url}': {post: {responses: {}}}}}",
        ),
    ),
    single(
        removal(
            C::CallbackMoved,
            "callback-moved",
            "the URL or the method of a callback changed",
            &[call(Level::Breaking, "A receiver at the old URL waits for a request that never arrives.")],
        ),
        example(
            Holder::Operation,
            "callbacks: {done: {'{$request.query.url}': {post: {responses: {}}}}}",
            "callbacks: {done: {'{$request.query.address}': {post: {responses: {}}}}}",
        ),
    ),
    pair(
        rule(
            C::WebhookAdded,
            "webhook-added",
            "a webhook was added",
            &[call(Level::Additive, "No client has subscribed to it yet.")],
        ),
        removal(
            C::WebhookRemoved,
            "webhook-removed",
            "a webhook was removed",
            &[call(Level::Breaking, "Subscribers wait for a request that never arrives.")],
        ),
        example(Holder::Document, "x-webhooks: {}", "x-webhooks: {done: {post: {responses: {}}}}"),
    ),
    single(
        rule(
            C::CallbackRenamed,
            "callback-renamed",
            "a callback or a webhook was renamed",
            &[call(Level::None, "The name is not sent over HTTP.")],
        ),
        example(
            Holder::Document,
            "x-webhooks: {done: {post: {responses: {}}}}",
            "x-webhooks: {ready: {post: {responses: {}}}}",
        ),
    ),
    pair(
        rule(C::LinkAdded, "link-added", "a link was added to a response", NO_LINKS),
        rule(C::LinkRemoved, "link-removed", "a link was removed from a response", NO_LINKS),
        example(Holder::Response, "links: {}", "links: {next: {operationId: putThing}}"),
    ),
    single(
        rule(C::LinkChanged, "link-changed", "a link of a response changed", NO_LINKS),
        example(
            Holder::Response,
            "links: {next: {operationId: putThing}}",
            "links: {next: {operationId: putThing, parameters: {q: $response.body#/q}}}",
        ),
    ),
];
