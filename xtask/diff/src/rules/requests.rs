//! Parameters, and whether a request has a body.
//!
//! The client sends them, except in a callback, where the server does. Each rule therefore has an effect for both
//! directions.

use super::{
    Change as C, DIFFERENT, Effect, Holder, Level, NARROWER, RulePair, STRICT_SERVER, WIDER, asymmetric,
    example, pair, removal, request, response, rule, single,
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
const PARAMETER_REMOVED: &[Effect] = &[
    request(Level::Breaking, "The server ignores it, so a request with it has another effect than before."),
    response(Level::Risky, "Receivers of the callback that read it already had to handle its absence."),
];
const REQUIRED_PARAMETER_REMOVED: &[Effect] = &[
    request(Level::Breaking, "The server ignores it, so a request with it has another effect than before."),
    response(Level::Breaking, "Receivers of the callback may rely on it."),
];
const BODY_REMOVED: &[Effect] = &[
    request(Level::Breaking, "A strict server rejects requests with a body."),
    response(Level::Risky, "Receivers of the callback that read it already had to handle its absence."),
];
const REQUIRED_BODY_REMOVED: &[Effect] = &[
    request(Level::Breaking, "A strict server rejects requests with a body."),
    response(Level::Breaking, "Receivers of the callback may rely on it."),
];
const SENT_DIFFERENTLY: &[Effect] = &[
    request(Level::Breaking, "The server ignores it where it was sent before, and may miss it."),
    response(Level::Breaking, "Receivers of the callback no longer find it where they read it."),
];

/// Why the removal of a parameter from a request is not the reverse of its addition.
const SENDER_DEPENDS: &str = "The sender of a parameter depends on its effect, while receivers ignore parameters that they do \
                              not know.";

pub(super) const PAIRS: &[RulePair] = &[
    asymmetric(
        pair(
            rule(C::ParameterAdded, "parameter-added", "an optional parameter was added", OPTIONAL_ADDED),
            removal(
                C::ParameterRemoved,
                "parameter-removed",
                "an optional parameter was removed",
                PARAMETER_REMOVED,
            ),
            example(
                Holder::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, schema: {type: string}}]",
            ),
        ),
        SENDER_DEPENDS,
    ),
    asymmetric(
        pair(
            rule(
                C::RequiredParameterAdded,
                "required-parameter-added",
                "a required parameter was added",
                NOW_REQUIRED,
            ),
            removal(
                C::RequiredParameterRemoved,
                "required-parameter-removed",
                "a required parameter was removed",
                REQUIRED_PARAMETER_REMOVED,
            ),
            example(
                Holder::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, required: true, schema: {type: string}}]",
            ),
        ),
        SENDER_DEPENDS,
    ),
    single(
        removal(C::ParameterRenamed, "parameter-renamed", "a parameter was renamed", SENT_DIFFERENTLY),
        example(
            Holder::Operation,
            "parameters: [{name: page, in: query, schema: {type: integer}}]",
            "parameters: [{name: pageNum, in: query, schema: {type: integer}}]",
        ),
    ),
    single(
        removal(
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
    pair(
        rule(
            C::EncodingNarrowed,
            "encoding-narrowed",
            "an empty value, or reserved characters without encoding, are no longer allowed",
            NARROWER,
        ),
        rule(
            C::EncodingWidened,
            "encoding-widened",
            "an empty value, or reserved characters without encoding, became allowed",
            WIDER,
        ),
        example(Holder::Parameter, "{x-a: 1, allowReserved: true}", "x-a: 1"),
    ),
    asymmetric(
        pair(
            rule(C::BodyAdded, "body-added", "an optional request body was added", OPTIONAL_ADDED),
            removal(C::BodyRemoved, "body-removed", "an optional request body was removed", BODY_REMOVED),
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
            removal(
                C::RequiredBodyRemoved,
                "required-body-removed",
                "a required request body was removed",
                REQUIRED_BODY_REMOVED,
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
