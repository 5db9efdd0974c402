//! Media types, statuses and headers.
//!
//! Of a call back it is the receiver who answers, so that a status and a header have a verdict for a request too.

use super::{Change as C, Holder, Level, Pair, Says, alone, example, half_of, pair, reply, request, waived};

const MAY_COME: &[Says] = &[
    request(Level::Additive, "An answer without it is still taken."),
    reply(Level::Additive, "A client that does not look for it sees nothing of it."),
];
const COMES: &[Says] = &[
    request(Level::Breaking, "A receiver that answers without it is refused."),
    reply(Level::Additive, "A client that does not look for it sees nothing of it."),
];
const MAY_BE_MISSING: &[Says] = &[
    request(Level::Additive, "An answer with it is still taken."),
    reply(Level::Breaking, "A client may rely on it."),
];

pub(super) const PAIRS: &[Pair] = &[
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
                Holder::Response,
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
        example(Holder::MediaType, "x-a: 1", "{x-a: 1, schema: {type: string}}"),
    ),
    waived(
        pair(
            half_of(
                C::SuccessAdded,
                "success-added",
                "there is another status for success",
                &[
                    request(Level::Additive, "What a receiver answered before is still taken."),
                    reply(Level::Additive, "The client takes any 2xx as success."),
                ],
            ),
            half_of(
                C::SuccessRemoved,
                "success-removed",
                "a status for success is gone",
                &[
                    request(Level::Breaking, "A receiver that answers so is not understood any more."),
                    reply(Level::Breaking, "A client may wait for just this status."),
                ],
            ),
            example(
                Holder::Responses,
                "'200': {description: Done.}",
                "{'200': {description: Done.}, '201': {description: Made.}}",
            ),
        ),
        "A client takes any 2xx for success, so that another one is no news to it.",
    ),
    alone(
        half_of(
            C::SuccessChanged,
            "success-changed",
            "a success has another status",
            &[
                request(Level::Breaking, "A receiver that answers as before is not understood any more."),
                reply(Level::Breaking, "A client may wait for just the old status."),
            ],
        ),
        example(Holder::Responses, "'200': {description: Done.}", "'201': {description: Done.}"),
    ),
    alone(
        half_of(
            C::FailureChanged,
            "failure-changed",
            "a failure has another status",
            &[
                request(Level::Additive, "A server must cope with any status for failure."),
                reply(Level::Additive, "A client must cope with any status for failure."),
            ],
        ),
        example(
            Holder::Responses,
            "{'200': {description: Done.}, '404': {description: Not there.}}",
            "{'200': {description: Done.}, '410': {description: Not there.}}",
        ),
    ),
    pair(
        half_of(
            C::FailureAdded,
            "failure-added",
            "there is another status for failure",
            &[
                request(Level::Additive, "What a receiver answered before is still taken."),
                reply(Level::Additive, "A client must cope with any status for failure."),
            ],
        ),
        half_of(
            C::FailureRemoved,
            "failure-removed",
            "a status for failure is gone",
            &[
                request(Level::Additive, "A server must cope with any status for failure."),
                reply(Level::Additive, "Nobody misses a failure."),
            ],
        ),
        example(
            Holder::Responses,
            "'200': {description: Done.}",
            "{'200': {description: Done.}, '409': {description: Refused.}}",
        ),
    ),
    waived(
        pair(
            half_of(C::HeaderAdded, "header-added", "a header was added to the reply", MAY_COME),
            half_of(
                C::HeaderRemoved,
                "header-removed",
                "a header was removed that did not always come",
                &[
                    request(Level::Additive, "An answer with it is still taken: nobody looks at it."),
                    reply(Level::Risky, "A client that looks for it had to cope without it."),
                ],
            ),
            example(Holder::Response, "headers: {}", "headers: {X-A: {schema: {type: string}}}"),
        ),
        "Who reads may look for a header that need not come; who sends one that nobody knows is not refused.",
    ),
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
            MAY_BE_MISSING,
        ),
        example(Holder::Response, "headers: {}", "headers: {X-A: {required: true, schema: {type: string}}}"),
    ),
    pair(
        half_of(C::HeaderBecameRequired, "header-became-required", "a header always comes now", COMES),
        half_of(
            C::HeaderBecameOptional,
            "header-became-optional",
            "a header may be missing now",
            MAY_BE_MISSING,
        ),
        example(
            Holder::Response,
            "headers: {X-A: {schema: {type: string}}}",
            "headers: {X-A: {required: true, schema: {type: string}}}",
        ),
    ),
];
