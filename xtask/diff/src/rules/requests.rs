//! What a call carries beside its data: parameters, and whether there is a body.
//!
//! Who sends it is the client, and in a call back the server: so each has a verdict for a request and for a reply.

use super::{
    Change as C, HARMLESS, Holder, Level, OTHER, Pair, STRICT_SERVER, Says, alone, example, half_of, pair,
    reply, request, waived,
};

const MUST_BE_THERE: &[Says] = &[
    request(Level::Breaking, "A request without it is refused."),
    reply(Level::Additive, "It could have come before; who does not look for it sees nothing of it."),
];
const MAY_BE_THERE: &[Says] = &[
    request(Level::Additive, "A request without it is still taken."),
    reply(Level::Additive, "Who does not look for it sees nothing of it."),
];
const MAY_BE_MISSING: &[Says] = &[
    request(Level::Additive, "A request with it is still taken."),
    reply(Level::Breaking, "Who is called back may rely on it."),
];
const NEED_NOT_COME: &[Says] = &[
    request(Level::Breaking, "A request with it is refused, or it has no effect any more."),
    reply(Level::Risky, "Who looks for it had to cope without it."),
];
const COMES_NO_MORE: &[Says] = &[
    request(Level::Breaking, "A request with it is refused, or it has no effect any more."),
    reply(Level::Breaking, "Who is called back may rely on it."),
];
const ELSEWHERE: &[Says] = &[
    request(Level::Breaking, "A request that sends it as before is refused, or it has no effect any more."),
    reply(Level::Breaking, "Who looks for it where it was finds nothing."),
];

pub(super) const PAIRS: &[Pair] = &[
    waived(
        pair(
            half_of(
                C::ParameterAdded,
                "parameter-added",
                "a parameter was added that may be left out",
                MAY_BE_THERE,
            ),
            half_of(
                C::ParameterRemoved,
                "parameter-removed",
                "a parameter was removed that could be left out",
                NEED_NOT_COME,
            ),
            example(
                Holder::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, schema: {type: string}}]",
            ),
        ),
        STRICT_SERVER,
    ),
    waived(
        pair(
            half_of(
                C::RequiredParameterAdded,
                "required-parameter-added",
                "a parameter was added that must be sent",
                MUST_BE_THERE,
            ),
            half_of(
                C::RequiredParameterRemoved,
                "required-parameter-removed",
                "a parameter was removed that had to be sent",
                COMES_NO_MORE,
            ),
            example(
                Holder::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, required: true, schema: {type: string}}]",
            ),
        ),
        STRICT_SERVER,
    ),
    alone(
        half_of(C::ParameterRenamed, "parameter-renamed", "a parameter has another name", ELSEWHERE),
        example(
            Holder::Operation,
            "parameters: [{name: page, in: query, schema: {type: integer}}]",
            "parameters: [{name: pageNum, in: query, schema: {type: integer}}]",
        ),
    ),
    alone(
        half_of(
            C::ParameterPlaceChanged,
            "parameter-place-changed",
            "a parameter is sent at another place",
            ELSEWHERE,
        ),
        example(
            Holder::Operation,
            "parameters: [{name: page, in: query, schema: {type: integer}}]",
            "parameters: [{name: page, in: header, schema: {type: integer}}]",
        ),
    ),
    alone(
        half_of(
            C::ParameterMoved,
            "parameter-moved",
            "a parameter is said by the path and no longer by its operations, or the other way round",
            HARMLESS,
        ),
        example(
            Holder::Path,
            "/things: {parameters: [{name: q, in: query, schema: {type: string}}], get: {responses: {}}}",
            "/things: {get: {parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}}",
        ),
    ),
    pair(
        half_of(
            C::ParameterBecameRequired,
            "parameter-became-required",
            "a parameter must be sent now",
            MUST_BE_THERE,
        ),
        half_of(
            C::ParameterBecameOptional,
            "parameter-became-optional",
            "a parameter may be left out now",
            MAY_BE_MISSING,
        ),
        example(Holder::Parameter, "x-a: 1", "{x-a: 1, required: true}"),
    ),
    alone(
        half_of(C::EncodingChanged, "encoding-changed", "the same value is written in another way", OTHER),
        example(Holder::Parameter, "style: form", "style: pipeDelimited"),
    ),
    waived(
        pair(
            half_of(C::BodyAdded, "body-added", "a body may be sent now", MAY_BE_THERE),
            half_of(C::BodyRemoved, "body-removed", "a body may no longer be sent", NEED_NOT_COME),
            example(Holder::RequestBody, "x-a: 1", "{x-a: 1, requestBody: {content: {}}}"),
        ),
        STRICT_SERVER,
    ),
    waived(
        pair(
            half_of(C::RequiredBodyAdded, "required-body-added", "a body must be sent now", MUST_BE_THERE),
            half_of(
                C::RequiredBodyRemoved,
                "required-body-removed",
                "a body had to be sent and may no longer be",
                COMES_NO_MORE,
            ),
            example(Holder::RequestBody, "x-a: 1", "{x-a: 1, requestBody: {required: true, content: {}}}"),
        ),
        STRICT_SERVER,
    ),
    pair(
        half_of(
            C::BodyBecameRequired,
            "body-became-required",
            "the body may not be left out any more",
            MUST_BE_THERE,
        ),
        half_of(
            C::BodyBecameOptional,
            "body-became-optional",
            "the body may be left out now",
            MAY_BE_MISSING,
        ),
        example(
            Holder::RequestBody,
            "requestBody: {content: {}}",
            "requestBody: {required: true, content: {}}",
        ),
    ),
];
