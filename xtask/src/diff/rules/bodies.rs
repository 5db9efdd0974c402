//! Parameters, bodies, replies and their headers.

use super::{
    Change as C, HARMLESS, Level, OTHER, Pair, Says, Spot, alone, example, half_of, pair, reply, request,
    waived,
};

const NOT_IN_A_REPLY: &str = "Only a request has it.";
const NOT_IN_A_REQUEST: &str = "Only a reply has it.";
const STRICT_SERVER: &str = "Atlas refuses a request that has what it does not know, while clients pass over what \
                             they do not know in a reply.";

const MUST_SEND: &[Says] = &[request(Level::Breaking, "A request without it is refused.")];
const MAY_SEND: &[Says] = &[request(Level::Additive, "A request without it is still taken.")];
const NEED_NOT_SEND: &[Says] = &[request(Level::Additive, "A request with it is still taken.")];
const MUST_NOT_SEND: &[Says] =
    &[request(Level::Breaking, "A request with it is refused, or it has no effect any more.")];
const COMES: &[Says] = &[reply(Level::Additive, "A client that does not look for it sees nothing of it.")];
const MAY_NOT_COME: &[Says] = &[reply(Level::Breaking, "A client may rely on it.")];

pub(super) const PAIRS: &[Pair] = &[
    waived(
        pair(
            half_of(
                C::ParameterAdded,
                "parameter-added",
                "a parameter was added that may be left out",
                MAY_SEND,
            ),
            half_of(
                C::ParameterRemoved,
                "parameter-removed",
                "a parameter was removed that could be left out",
                MUST_NOT_SEND,
            ),
            example(
                Spot::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, schema: {type: string}}]",
            ),
        ),
        NOT_IN_A_REPLY,
    ),
    waived(
        pair(
            half_of(
                C::RequiredParameterAdded,
                "required-parameter-added",
                "a parameter was added that must be sent",
                MUST_SEND,
            ),
            half_of(
                C::RequiredParameterRemoved,
                "required-parameter-removed",
                "a parameter was removed that had to be sent",
                MUST_NOT_SEND,
            ),
            example(
                Spot::Operation,
                "parameters: []",
                "parameters: [{name: q, in: query, required: true, schema: {type: string}}]",
            ),
        ),
        NOT_IN_A_REPLY,
    ),
    waived(
        alone(
            half_of(C::ParameterRenamed, "parameter-renamed", "a parameter has another name", MUST_NOT_SEND),
            example(
                Spot::Operation,
                "parameters: [{name: page, in: query, schema: {type: integer}}]",
                "parameters: [{name: pageNum, in: query, schema: {type: integer}}]",
            ),
        ),
        NOT_IN_A_REPLY,
    ),
    waived(
        alone(
            half_of(
                C::ParameterPlaceChanged,
                "parameter-place-changed",
                "a parameter is sent at another place",
                MUST_NOT_SEND,
            ),
            example(
                Spot::Operation,
                "parameters: [{name: page, in: query, schema: {type: integer}}]",
                "parameters: [{name: page, in: header, schema: {type: integer}}]",
            ),
        ),
        NOT_IN_A_REPLY,
    ),
    alone(
        half_of(
            C::ParameterMoved,
            "parameter-moved",
            "a parameter is said by the path and no longer by its operations, or the other way round",
            HARMLESS,
        ),
        example(
            Spot::Path,
            "/things: {parameters: [{name: q, in: query, schema: {type: string}}], get: {responses: {}}}",
            "/things: {get: {parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}}",
        ),
    ),
    waived(
        pair(
            half_of(
                C::ParameterBecameRequired,
                "parameter-became-required",
                "a parameter must be sent now",
                MUST_SEND,
            ),
            half_of(
                C::ParameterBecameOptional,
                "parameter-became-optional",
                "a parameter may be left out now",
                NEED_NOT_SEND,
            ),
            example(Spot::Parameter, "x-a: 1", "{x-a: 1, required: true}"),
        ),
        NOT_IN_A_REPLY,
    ),
    alone(
        half_of(C::EncodingChanged, "encoding-changed", "the same value is written in another way", OTHER),
        example(Spot::Parameter, "style: form", "style: pipeDelimited"),
    ),
    waived(
        pair(
            half_of(C::BodyAdded, "body-added", "a body may be sent now", MAY_SEND),
            half_of(C::BodyRemoved, "body-removed", "a body may no longer be sent", MUST_NOT_SEND),
            example(Spot::RequestBody, "x-a: 1", "{x-a: 1, requestBody: {content: {}}}"),
        ),
        NOT_IN_A_REPLY,
    ),
    waived(
        pair(
            half_of(C::RequiredBodyAdded, "required-body-added", "a body must be sent now", MUST_SEND),
            half_of(
                C::RequiredBodyRemoved,
                "required-body-removed",
                "a body had to be sent and may no longer be",
                MUST_NOT_SEND,
            ),
            example(Spot::RequestBody, "x-a: 1", "{x-a: 1, requestBody: {required: true, content: {}}}"),
        ),
        NOT_IN_A_REPLY,
    ),
    waived(
        pair(
            half_of(
                C::BodyBecameRequired,
                "body-became-required",
                "the body may not be left out any more",
                MUST_SEND,
            ),
            half_of(
                C::BodyBecameOptional,
                "body-became-optional",
                "the body may be left out now",
                NEED_NOT_SEND,
            ),
            example(
                Spot::RequestBody,
                "requestBody: {content: {}}",
                "requestBody: {required: true, content: {}}",
            ),
        ),
        NOT_IN_A_REPLY,
    ),
    waived(
        pair(
            half_of(
                C::MediaTypeAdded,
                "media-type-added",
                "another version or format was added",
                &[
                    request(Level::Additive, "The others are still taken."),
                    reply(Level::Additive, "A client asks for what it can read."),
                ],
            ),
            half_of(
                C::MediaTypeRemoved,
                "media-type-removed",
                "a version or format was removed",
                &[
                    request(Level::Breaking, "A client that sends it is refused."),
                    reply(Level::Breaking, "A client that asks for it is refused."),
                ],
            ),
            example(
                Spot::Response,
                "content: {application/json: {}}",
                "content: {application/json: {}, application/xml: {}}",
            ),
        ),
        "The client chooses the version of a reply too, through what it accepts.",
    ),
    pair(
        half_of(
            C::BodySchemaAdded,
            "body-schema-added",
            "the body has a schema now",
            &[
                request(Level::Breaking, "Anything was taken before."),
                reply(Level::Additive, "Anything could have come before."),
            ],
        ),
        half_of(
            C::BodySchemaRemoved,
            "body-schema-removed",
            "the body has no schema any more",
            &[
                request(Level::Additive, "Anything is taken now."),
                reply(Level::Breaking, "Anything may come now."),
            ],
        ),
        example(Spot::MediaType, "x-a: 1", "{x-a: 1, schema: {type: string}}"),
    ),
    waived(
        pair(
            half_of(
                C::SuccessAdded,
                "success-added",
                "there is another status for success",
                &[reply(Level::Additive, "The client takes any 2xx as success.")],
            ),
            half_of(
                C::SuccessRemoved,
                "success-removed",
                "a status for success is gone",
                &[reply(Level::Breaking, "A client may wait for just this status.")],
            ),
            example(
                Spot::Responses,
                "'200': {description: Done.}",
                "{'200': {description: Done.}, '201': {description: Made.}}",
            ),
        ),
        NOT_IN_A_REQUEST,
    ),
    waived(
        pair(
            half_of(
                C::FailureAdded,
                "failure-added",
                "there is another status for failure",
                &[reply(Level::Additive, "A client must cope with any status for failure.")],
            ),
            half_of(
                C::FailureRemoved,
                "failure-removed",
                "a status for failure is gone",
                &[reply(Level::Additive, "Nobody misses a failure.")],
            ),
            example(
                Spot::Responses,
                "'200': {description: Done.}",
                "{'200': {description: Done.}, '409': {description: Refused.}}",
            ),
        ),
        NOT_IN_A_REQUEST,
    ),
    waived(
        pair(
            half_of(C::HeaderAdded, "header-added", "a header was added to the reply", COMES),
            half_of(
                C::HeaderRemoved,
                "header-removed",
                "a header was removed that did not always come",
                &[reply(Level::Risky, "A client that looks for it had to cope without it.")],
            ),
            example(Spot::Response, "headers: {}", "headers: {X-A: {schema: {type: string}}}"),
        ),
        NOT_IN_A_REQUEST,
    ),
    waived(
        pair(
            half_of(
                C::RequiredHeaderAdded,
                "required-header-added",
                "a header was added that always comes",
                COMES,
            ),
            half_of(
                C::RequiredHeaderRemoved,
                "required-header-removed",
                "a header was removed that always came",
                MAY_NOT_COME,
            ),
            example(
                Spot::Response,
                "headers: {}",
                "headers: {X-A: {required: true, schema: {type: string}}}",
            ),
        ),
        NOT_IN_A_REQUEST,
    ),
    waived(
        pair(
            half_of(C::HeaderBecameRequired, "header-became-required", "a header always comes now", COMES),
            half_of(
                C::HeaderBecameOptional,
                "header-became-optional",
                "a header may be missing now",
                MAY_NOT_COME,
            ),
            example(
                Spot::Response,
                "headers: {X-A: {schema: {type: string}}}",
                "headers: {X-A: {required: true, schema: {type: string}}}",
            ),
        ),
        NOT_IN_A_REQUEST,
    ),
    // ---- the properties of bodies ----
    waived(
        pair(
            half_of(
                C::PropertyAdded,
                "property-added",
                "a property was added that may be left out",
                &[
                    request(Level::Additive, "A request without it is still taken."),
                    reply(Level::Additive, "Clients pass over what they do not know."),
                ],
            ),
            half_of(
                C::PropertyRemoved,
                "property-removed",
                "a property was removed that could be left out",
                &[
                    request(Level::Breaking, "Atlas refuses what it does not know."),
                    reply(Level::Risky, "A client that looks for it had to cope without it."),
                ],
            ),
            example(
                Spot::Schema,
                "{type: object, properties: {}}",
                "{type: object, properties: {a: {type: string}}}",
            ),
        ),
        STRICT_SERVER,
    ),
    waived(
        pair(
            half_of(
                C::RequiredPropertyAdded,
                "required-property-added",
                "a property was added that is always there",
                &[
                    request(Level::Breaking, "A request without it is refused."),
                    reply(Level::Additive, "Clients pass over what they do not know."),
                ],
            ),
            half_of(
                C::RequiredPropertyRemoved,
                "required-property-removed",
                "a property was removed that was always there",
                &[
                    request(Level::Breaking, "Atlas refuses what it does not know."),
                    reply(Level::Breaking, "A client may rely on it."),
                ],
            ),
            example(
                Spot::Schema,
                "{type: object, properties: {b: {type: string}}, required: [b]}",
                "{type: object, properties: {b: {type: string}, a: {type: string}}, required: [b, a]}",
            ),
        ),
        STRICT_SERVER,
    ),
    alone(
        half_of(
            C::PropertyRenamed,
            "property-renamed",
            "a property has another name",
            &[
                request(Level::Breaking, "Atlas refuses the old name."),
                reply(Level::Breaking, "A client that looks for the old name finds nothing."),
            ],
        ),
        example(
            Spot::Schema,
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, properties: {b: {type: string}}}",
        ),
    ),
    pair(
        half_of(
            C::BecameRequired,
            "property-became-required",
            "a property must be there now",
            &[
                request(Level::Breaking, "A request without it is refused."),
                reply(Level::Additive, "It could have been there always."),
            ],
        ),
        half_of(
            C::BecameOptional,
            "property-became-optional",
            "a property may be missing now",
            &[
                request(Level::Additive, "A request with it is still taken."),
                reply(Level::Breaking, "A client may rely on it."),
            ],
        ),
        example(
            Spot::Schema,
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, properties: {a: {type: string}}, required: [a]}",
        ),
    ),
    pair(
        half_of(
            C::RequiredNameAdded,
            "required-name-added",
            "`required` names what is no property here",
            HARMLESS,
        ),
        half_of(
            C::RequiredNameRemoved,
            "required-name-removed",
            "`required` no longer names what is no property here",
            HARMLESS,
        ),
        example(
            Spot::Schema,
            "{type: object, properties: {}}",
            "{type: object, properties: {}, required: [a]}",
        ),
    ),
    waived(
        pair(
            half_of(
                C::BecameReadOnly,
                "property-became-read-only",
                "a property may only be read now",
                &[
                    request(Level::Breaking, "Atlas refuses a property that may not be written."),
                    reply(Level::None, "It still comes."),
                ],
            ),
            half_of(
                C::NoLongerReadOnly,
                "property-no-longer-read-only",
                "a property may be written now",
                &[
                    request(Level::Additive, "A request without it is still taken."),
                    reply(Level::None, "It still comes."),
                ],
            ),
            example(
                Spot::Schema,
                "{type: object, properties: {a: {type: string}}}",
                "{type: object, properties: {a: {type: string, readOnly: true}}}",
            ),
        ),
        "Its mirror is a property that may only be written.",
    ),
    waived(
        pair(
            half_of(
                C::BecameWriteOnly,
                "property-became-write-only",
                "a property does not come back any more",
                &[
                    request(Level::None, "It is still taken."),
                    reply(Level::Breaking, "A client that looks for it finds nothing."),
                ],
            ),
            half_of(
                C::NoLongerWriteOnly,
                "property-no-longer-write-only",
                "a property comes back now",
                &[
                    request(Level::None, "It is still taken."),
                    reply(Level::Additive, "Clients pass over what they do not know."),
                ],
            ),
            example(
                Spot::Schema,
                "{type: object, properties: {a: {type: string}}}",
                "{type: object, properties: {a: {type: string, writeOnly: true}}}",
            ),
        ),
        "Its mirror is a property that may only be read.",
    ),
];
