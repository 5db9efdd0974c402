//! Parameters, and whether a request has a body.
//!
//! The client sends them, except in a callback, where the server does. Each rule therefore has an effect for both
//! directions.

use super::{
    Change as C, DIFFERENT, Effect, Holder, Level, RulePair, STRICT_SERVER, asymmetric, example, pair,
    request, response, rule, single,
};

const NOW_REQUIRED: &[Effect] = &[
    request(Level::Breaking, "The server rejects requests without it."),
    response(Level::Additive, "Receivers of the callback that do not read it are unaffected."),
];
const OPTIONAL_ADDED: &[Effect] = &[
    request(Level::Additive, "Requests without it are still accepted."),
    response(Level::Additive, "Receivers of the callback that do not read it are unaffected."),
];
const NOW_OPTIONAL: &[Effect] = &[
    request(Level::Additive, "Requests with it are still accepted."),
    response(Level::Breaking, "Receivers of the callback may rely on it."),
];
const OPTIONAL_REMOVED: &[Effect] = &[
    request(Level::Breaking, "The server rejects requests with it, or ignores it."),
    response(Level::Risky, "Receivers of the callback that read it already had to handle its absence."),
];
const REQUIRED_REMOVED: &[Effect] = &[
    request(Level::Breaking, "The server rejects requests with it, or ignores it."),
    response(Level::Breaking, "Receivers of the callback may rely on it."),
];
const SENT_DIFFERENTLY: &[Effect] = &[
    request(Level::Breaking, "The server rejects requests that send it as before, or ignores it."),
    response(Level::Breaking, "Receivers of the callback no longer find it where they read it."),
];

pub(super) const PAIRS: &[RulePair] = &[
    asymmetric(
        pair(
            rule(C::ParameterAdded, "parameter-added", "an optional parameter was added", OPTIONAL_ADDED),
            rule(
                C::ParameterRemoved,
                "parameter-removed",
                "an optional parameter was removed",
                OPTIONAL_REMOVED,
            ),
            example(
                Holder::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, schema: {type: string}}]",
            ),
        ),
        STRICT_SERVER,
    ),
    asymmetric(
        pair(
            rule(
                C::RequiredParameterAdded,
                "required-parameter-added",
                "a required parameter was added",
                NOW_REQUIRED,
            ),
            rule(
                C::RequiredParameterRemoved,
                "required-parameter-removed",
                "a required parameter was removed",
                REQUIRED_REMOVED,
            ),
            example(
                Holder::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, required: true, schema: {type: string}}]",
            ),
        ),
        STRICT_SERVER,
    ),
    single(
        rule(C::ParameterRenamed, "parameter-renamed", "a parameter was renamed", SENT_DIFFERENTLY),
        example(
            Holder::Operation,
            "parameters: [{name: page, in: query, schema: {type: integer}}]",
            "parameters: [{name: pageNum, in: query, schema: {type: integer}}]",
        ),
    ),
    single(
        rule(
            C::ParameterLocationChanged,
            "parameter-location-changed",
            "the location (`in`) of a parameter changed",
            SENT_DIFFERENTLY,
        ),
        example(
            Holder::Operation,
            "parameters: [{name: page, in: query, schema: {type: integer}}]",
            "parameters: [{name: page, in: header, schema: {type: integer}}]",
        ),
    ),
    pair(
        rule(
            C::ParameterBecameRequired,
            "parameter-became-required",
            "a parameter became required",
            NOW_REQUIRED,
        ),
        rule(
            C::ParameterBecameOptional,
            "parameter-became-optional",
            "a parameter became optional",
            NOW_OPTIONAL,
        ),
        example(Holder::Parameter, "x-a: 1", "{x-a: 1, required: true}"),
    ),
    single(
        rule(C::EncodingChanged, "encoding-changed", "the serialization of a value changed", DIFFERENT),
        example(Holder::Parameter, "style: form", "style: pipeDelimited"),
    ),
    asymmetric(
        pair(
            rule(C::BodyAdded, "body-added", "an optional request body was added", OPTIONAL_ADDED),
            rule(C::BodyRemoved, "body-removed", "an optional request body was removed", OPTIONAL_REMOVED),
            example(Holder::RequestBody, "x-a: 1", "{x-a: 1, requestBody: {content: {}}}"),
        ),
        STRICT_SERVER,
    ),
    asymmetric(
        pair(
            rule(
                C::RequiredBodyAdded,
                "required-body-added",
                "a required request body was added",
                NOW_REQUIRED,
            ),
            rule(
                C::RequiredBodyRemoved,
                "required-body-removed",
                "a required request body was removed",
                REQUIRED_REMOVED,
            ),
            example(Holder::RequestBody, "x-a: 1", "{x-a: 1, requestBody: {required: true, content: {}}}"),
        ),
        STRICT_SERVER,
    ),
    pair(
        rule(C::BodyBecameRequired, "body-became-required", "the request body became required", NOW_REQUIRED),
        rule(C::BodyBecameOptional, "body-became-optional", "the request body became optional", NOW_OPTIONAL),
        example(
            Holder::RequestBody,
            "requestBody: {content: {}}",
            "requestBody: {required: true, content: {}}",
        ),
    ),
];
