//! The extensions that this project gives a meaning.

use super::{
    Change as C, HARMLESS, Holder, Level, Pair, Says, alone, call, example, half_of, pair, reply, request,
    waived,
};

const SOONER: &[Says] = &[
    request(Level::Risky, "Whoever sends this version has less time left."),
    reply(Level::Risky, "Whoever asks for this version has less time left."),
];
const LATER: &[Says] = &[
    request(Level::Additive, "There is more time left."),
    reply(Level::Additive, "There is more time left."),
];

pub(super) const PAIRS: &[Pair] = &[
    waived(
        pair(
            half_of(C::SunsetSooner, "sunset-sooner", "a version ends, or ends sooner", SOONER),
            half_of(C::SunsetLater, "sunset-later", "a version ends later, or no more", LATER),
            example(Holder::MediaType, "x-a: 1", "{x-a: 1, x-sunset: '2030-01-01'}"),
        ),
        "The client chooses the version in both directions.",
    ),
    waived(
        pair(
            half_of(
                C::EmptyVersionAdded,
                "empty-version-added",
                "another version answers without a body",
                &[
                    request(Level::Additive, "What a receiver answered before is still taken."),
                    reply(Level::Additive, "The others still answer."),
                ],
            ),
            half_of(
                C::EmptyVersionRemoved,
                "empty-version-removed",
                "a version that answered without a body is gone",
                &[
                    request(Level::Breaking, "A receiver that answers so is not understood any more."),
                    reply(Level::Breaking, "A client that asks for it is refused."),
                ],
            ),
            example(
                Holder::Response,
                "x-empty-versions: ['2023-01-01']",
                "x-empty-versions: ['2023-01-01', '2024-05-30']",
            ),
        ),
        "A client chooses the version that it is answered with.",
    ),
    pair(
        half_of(
            C::RoleNeeded,
            "role-needed",
            "a role is needed now",
            &[call(Level::Breaking, "A caller without it is refused.")],
        ),
        half_of(
            C::RoleNoLongerNeeded,
            "role-no-longer-needed",
            "any role will do now",
            &[call(Level::Additive, "Whoever was let in before still is.")],
        ),
        example(Holder::Operation, "x-a: 1", "{x-a: 1, x-required-role: Organization Owner}"),
    ),
    alone(
        half_of(
            C::RoleChanged,
            "role-changed",
            "another role is needed",
            &[call(Level::Risky, "Whether the new role holds the old one, the fragment does not say.")],
        ),
        example(
            Holder::Operation,
            "x-required-role: Organization Owner",
            "x-required-role: Organization Member",
        ),
    ),
    pair(
        half_of(
            C::RepeatAllowed,
            "repeat-allowed",
            "it may be repeated now",
            &[call(Level::Risky, "Clients will send it twice after a lost reply.")],
        ),
        half_of(
            C::RepeatForbidden,
            "repeat-forbidden",
            "it may not be repeated any more",
            &[call(Level::Risky, "Clients that are in use still send it twice after a lost reply.")],
        ),
        example(Holder::Operation, "x-idempotent: false", "x-idempotent: true"),
    ),
    alone(
        half_of(
            C::PublishedNameChanged,
            "published-name-changed",
            "it is called something else elsewhere",
            HARMLESS,
        ),
        example(Holder::Operation, "x-short-name: a", "x-short-name: b"),
    ),
    pair(
        half_of(
            C::StabilityLowered,
            "stability-lowered",
            "less is promised than before",
            &[call(Level::Risky, "What clients rely on may go.")],
        ),
        half_of(
            C::StabilityRaised,
            "stability-raised",
            "more is promised than before",
            &[call(Level::None, "It works as before.")],
        ),
        example(Holder::Operation, "x-stability-level: stable", "x-stability-level: draft"),
    ),
    alone(
        half_of(C::ExtensionChanged, "extension-changed", "an extension without a rule changed", HARMLESS),
        example(Holder::Operation, "x-other: a", "x-other: b"),
    ),
];
