//! The extensions (`x-…`) that have rules of their own.

use super::{
    Change as C, Effect, Holder, Level, NO_EFFECT, RulePair, asymmetric, call, example, pair, removal,
    request, response, rule, single,
};

const SOONER: &[Effect] = &[
    request(Level::Risky, "Clients that send this version have less time to migrate."),
    response(Level::Risky, "Clients that request this version have less time to migrate."),
];
const LATER: &[Effect] = &[
    request(Level::Additive, "Clients have more time to migrate."),
    response(Level::Additive, "Clients have more time to migrate."),
];

pub(super) const PAIRS: &[RulePair] = &[
    asymmetric(
        pair(
            rule(
                C::SunsetEarlier,
                "sunset-earlier",
                "the sunset date of a version was set, or is now earlier",
                SOONER,
            ),
            rule(
                C::SunsetLater,
                "sunset-later",
                "the sunset date of a version was removed, or is now later",
                LATER,
            ),
            example(Holder::MediaType, "x-a: 1", "{x-a: 1, x-sunset: '2030-01-01'}"),
        ),
        "The client chooses the version in both directions.",
    ),
    asymmetric(
        pair(
            rule(
                C::EmptyVersionAdded,
                "empty-version-added",
                "a version without a response body was added",
                &[
                    request(Level::Additive, "The previous responses of a receiver are still accepted."),
                    response(Level::Additive, "The other versions are still available."),
                ],
            ),
            removal(
                C::EmptyVersionRemoved,
                "empty-version-removed",
                "a version without a response body was removed",
                &[
                    request(Level::Breaking, "The server no longer accepts this response of a receiver."),
                    response(Level::Breaking, "The server rejects requests for it."),
                ],
            ),
            example(
                Holder::Response,
                "x-empty-versions: ['2023-01-01']",
                "x-empty-versions: ['2023-01-01', '2024-05-30']",
            ),
        ),
        "The client also chooses the version of the response.",
    ),
    pair(
        rule(
            C::RoleNeeded,
            "role-needed",
            "a role is now required",
            &[call(Level::Breaking, "The server rejects callers without the role.")],
        ),
        rule(
            C::RoleNoLongerNeeded,
            "role-no-longer-needed",
            "a role is no longer required",
            &[call(Level::Additive, "Callers that had access keep it.")],
        ),
        example(Holder::Operation, "x-a: 1", "{x-a: 1, x-required-role: Organization Owner}"),
    ),
    single(
        rule(
            C::RoleChanged,
            "role-changed",
            "another role is required",
            &[call(Level::Risky, "The document does not state whether the old role includes the new one.")],
        ),
        example(
            Holder::Operation,
            "x-required-role: Organization Owner",
            "x-required-role: Organization Member",
        ),
    ),
    pair(
        rule(
            C::BecameIdempotent,
            "became-idempotent",
            "the operation became idempotent",
            &[call(Level::Risky, "Clients will repeat the request after a lost response.")],
        ),
        rule(
            C::NoLongerIdempotent,
            "no-longer-idempotent",
            "the operation is no longer idempotent",
            &[call(Level::Risky, "Existing clients still repeat the request after a lost response.")],
        ),
        example(Holder::Operation, "x-idempotent: false", "x-idempotent: true"),
    ),
    single(
        rule(C::PublishedNameChanged, "published-name-changed", "the name used elsewhere changed", NO_EFFECT),
        example(Holder::Operation, "x-short-name: a", "x-short-name: b"),
    ),
    pair(
        rule(
            C::StabilityLowered,
            "stability-lowered",
            "the stability level was lowered",
            &[call(Level::Risky, "Clients may rely on something that can now change.")],
        ),
        rule(
            C::StabilityRaised,
            "stability-raised",
            "the stability level was raised",
            &[call(Level::None, "The behavior stays the same.")],
        ),
        example(Holder::Operation, "x-stability-level: stable", "x-stability-level: draft"),
    ),
    single(
        rule(
            C::StabilityChanged,
            "stability-changed",
            "the stability level changed from or to an unknown label",
            &[call(Level::Risky, "An unknown label is neither above nor below another one.")],
        ),
        example(Holder::Operation, "x-stability-level: stable", "x-stability-level: preview"),
    ),
    single(
        rule(C::ExtensionChanged, "extension-changed", "an extension without a rule changed", NO_EFFECT),
        example(Holder::Operation, "x-other: a", "x-other: b"),
    ),
];
