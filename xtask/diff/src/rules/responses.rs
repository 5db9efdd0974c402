//! Media types, statuses and headers.
//!
//! The server sends responses, except to a callback, where the receiver does. Each rule therefore has an effect for both
//! directions.

use super::{
    Change as C, Effect, Holder, Level, RulePair, asymmetric, example, pair, removal, request, response,
    rule, single,
};

const OPTIONAL_ADDED: &[Effect] = &[
    request(Level::Additive, "Responses of a receiver without it are still accepted."),
    response(Level::Additive, "Clients that do not read it are unaffected."),
];
const NOW_REQUIRED: &[Effect] = &[
    request(Level::Breaking, "The server rejects responses of a receiver without it."),
    response(Level::Additive, "Clients that do not read it are unaffected."),
];
const NOW_OPTIONAL: &[Effect] = &[
    request(Level::Additive, "Responses of a receiver with it are still accepted."),
    response(Level::Breaking, "Clients may rely on it."),
];

pub(super) const PAIRS: &[RulePair] = &[
    asymmetric(
        pair(
            rule(
                C::MediaTypeAdded,
                "media-type-added",
                "a version or media type was added",
                &[
                    request(Level::Additive, "The others are still accepted."),
                    response(Level::Additive, "Clients request a media type that they can read."),
                ],
            ),
            removal(
                C::MediaTypeRemoved,
                "media-type-removed",
                "a version or media type was removed",
                &[
                    request(Level::Breaking, "The server rejects requests with it."),
                    response(Level::Breaking, "The server rejects requests for it."),
                ],
            ),
            example(
                Holder::Response,
                "content: {application/json: {}}",
                "content: {application/json: {}, application/xml: {}}",
            ),
        ),
        "The client also chooses the media type of the response, with its `Accept` header.",
    ),
    pair(
        rule(
            C::MediaTypeWidened,
            "media-type-widened",
            "a range of media types replaced a media type",
            &[
                request(Level::Additive, "The server still accepts the media type."),
                response(Level::Breaking, "The response can now have another media type."),
            ],
        ),
        rule(
            C::MediaTypeNarrowed,
            "media-type-narrowed",
            "a media type replaced a range of media types",
            &[
                request(Level::Breaking, "The server rejects requests with another media type of the range."),
                response(Level::Additive, "The response could have the media type before."),
            ],
        ),
        example(Holder::Response, "content: {application/json: {}}", "content: {application/*: {}}"),
    ),
    pair(
        rule(
            C::BodySchemaAdded,
            "body-schema-added",
            "a schema was added to a body",
            &[
                request(Level::Breaking, "The server accepted any value before."),
                response(Level::Additive, "The response could be any value before."),
            ],
        ),
        rule(
            C::BodySchemaRemoved,
            "body-schema-removed",
            "the schema of a body was removed",
            &[
                request(Level::Additive, "The server now accepts any value."),
                response(Level::Breaking, "The response can now be any value."),
            ],
        ),
        example(Holder::MediaType, "x-a: 1", "{x-a: 1, schema: {type: string}}"),
    ),
    asymmetric(
        pair(
            rule(
                C::SuccessAdded,
                "success-added",
                "a success status was added",
                &[
                    request(Level::Additive, "The previous responses of a receiver are still accepted."),
                    response(Level::Additive, "Clients treat any 2xx status as success."),
                ],
            ),
            removal(
                C::SuccessRemoved,
                "success-removed",
                "a success status was removed",
                &[
                    request(Level::Breaking, "The server no longer accepts this response of a receiver."),
                    response(Level::Breaking, "Clients may expect exactly this status."),
                ],
            ),
            example(
                Holder::Responses,
                "'200': {description: Done.}",
                "{'200': {description: Done.}, '201': {description: Created.}}",
            ),
        ),
        "Clients treat any 2xx status as success, so they already handle a new one.",
    ),
    single(
        removal(
            C::SuccessChanged,
            "success-changed",
            "a success status changed",
            &[
                request(Level::Breaking, "The server no longer accepts the previous response of a receiver."),
                response(Level::Breaking, "Clients may expect exactly the old status."),
            ],
        ),
        example(Holder::Responses, "'200': {description: Done.}", "'201': {description: Done.}"),
    ),
    asymmetric(
        pair(
            rule(
                C::SuccessWidened,
                "success-widened",
                "a range of success statuses was added or replaced a status",
                &[
                    request(Level::Additive, "The previous responses of a receiver are still accepted."),
                    response(Level::Additive, "Clients treat any 2xx status as success."),
                ],
            ),
            removal(
                C::SuccessNarrowed,
                "success-narrowed",
                "a range of success statuses was removed or replaced by a status",
                &[
                    request(
                        Level::Breaking,
                        "The server no longer accepts the other statuses of a receiver.",
                    ),
                    response(Level::Additive, "The statuses that are left were possible before."),
                ],
            ),
            example(Holder::Responses, "'200': {description: Done.}", "2XX: {description: Done.}"),
        ),
        "Clients treat any 2xx status as success, so they already handle a new one.",
    ),
    single(
        rule(
            C::ErrorStatusChanged,
            "error-status-changed",
            "an error status changed",
            &[
                request(Level::Additive, "Servers must handle any error status."),
                response(Level::Additive, "Clients must handle any error status."),
            ],
        ),
        example(
            Holder::Responses,
            "{'200': {description: Done.}, '404': {description: Not found.}}",
            "{'200': {description: Done.}, '410': {description: Not found.}}",
        ),
    ),
    pair(
        rule(
            C::ErrorStatusAdded,
            "error-status-added",
            "an error status was added",
            &[
                request(Level::Additive, "The previous responses of a receiver are still accepted."),
                response(Level::Additive, "Clients must handle any error status."),
            ],
        ),
        rule(
            C::ErrorStatusRemoved,
            "error-status-removed",
            "an error status was removed",
            &[
                request(Level::Additive, "Servers must handle any error status."),
                response(Level::Additive, "Clients do not depend on an error."),
            ],
        ),
        example(
            Holder::Responses,
            "'200': {description: Done.}",
            "{'200': {description: Done.}, '409': {description: Conflict.}}",
        ),
    ),
    asymmetric(
        pair(
            rule(C::HeaderAdded, "header-added", "an optional response header was added", OPTIONAL_ADDED),
            removal(
                C::HeaderRemoved,
                "header-removed",
                "an optional response header was removed",
                &[
                    request(
                        Level::Additive,
                        "Responses of a receiver with it are still accepted: the server ignores the header.",
                    ),
                    response(Level::Risky, "Clients that read it already had to handle its absence."),
                ],
            ),
            example(Holder::Response, "headers: {}", "headers: {X-A: {schema: {type: string}}}"),
        ),
        "A client may read an optional header, while a server ignores an unknown header.",
    ),
    pair(
        rule(
            C::RequiredHeaderAdded,
            "required-header-added",
            "a required response header was added",
            NOW_REQUIRED,
        ),
        removal(
            C::RequiredHeaderRemoved,
            "required-header-removed",
            "a required response header was removed",
            NOW_OPTIONAL,
        ),
        example(Holder::Response, "headers: {}", "headers: {X-A: {required: true, schema: {type: string}}}"),
    ),
    pair(
        rule(
            C::HeaderBecameRequired,
            "header-became-required",
            "a response header became required",
            NOW_REQUIRED,
        ),
        rule(
            C::HeaderBecameOptional,
            "header-became-optional",
            "a response header became optional",
            NOW_OPTIONAL,
        ),
        example(
            Holder::Response,
            "headers: {X-A: {schema: {type: string}}}",
            "headers: {X-A: {required: true, schema: {type: string}}}",
        ),
    ),
];
