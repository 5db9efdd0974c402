//! The properties of bodies: which there are, which must be there, who may write them.

use super::{
    Change as C, HARMLESS, Holder, Level, Pair, STRICT_SERVER, alone, example, half_of, pair, reply, request,
    waived,
};

pub(super) const PAIRS: &[Pair] = &[
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
                Holder::Schema,
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
                Holder::Schema,
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
            Holder::Schema,
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
            Holder::Schema,
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
            Holder::Schema,
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
                Holder::Schema,
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
                Holder::Schema,
                "{type: object, properties: {a: {type: string}}}",
                "{type: object, properties: {a: {type: string, writeOnly: true}}}",
            ),
        ),
        "Its mirror is a property that may only be read.",
    ),
];
