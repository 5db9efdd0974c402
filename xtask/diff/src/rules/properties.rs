//! Properties of objects: which ones exist, which ones are required, and who may write them.

use super::{
    Change as C, Effect, Holder, Level, RulePair, STRICT_SERVER, asymmetric, example, pair, removal, request,
    response, rule, single,
};

const NOW_REQUIRED: &[Effect] = &[
    request(Level::Breaking, "The server rejects requests without it."),
    response(Level::Additive, "It could be present before."),
];
const NOW_OPTIONAL: &[Effect] = &[
    request(Level::Additive, "Requests with it are still accepted."),
    response(Level::Breaking, "Clients may rely on it."),
];

pub(super) const PAIRS: &[RulePair] = &[
    asymmetric(
        pair(
            rule(
                C::PropertyAdded,
                "property-added",
                "an optional property was added",
                &[
                    request(Level::Additive, "Requests without it are still accepted."),
                    response(Level::Additive, "Clients ignore unknown properties."),
                ],
            ),
            removal(
                C::PropertyRemoved,
                "property-removed",
                "an optional property was removed",
                &[
                    request(Level::Breaking, "A strict server rejects unknown properties."),
                    response(Level::Risky, "Clients that read it already had to handle its absence."),
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
    asymmetric(
        pair(
            rule(
                C::RequiredPropertyAdded,
                "required-property-added",
                "a required property was added",
                &[
                    request(Level::Breaking, "The server rejects requests without it."),
                    response(Level::Additive, "Clients ignore unknown properties."),
                ],
            ),
            removal(
                C::RequiredPropertyRemoved,
                "required-property-removed",
                "a required property was removed",
                &[
                    request(Level::Breaking, "A strict server rejects unknown properties."),
                    response(Level::Breaking, "Clients may rely on it."),
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
    single(
        removal(
            C::PropertyRenamed,
            "property-renamed",
            "a property was renamed",
            &[
                request(Level::Breaking, "A strict server rejects the old name."),
                response(Level::Breaking, "Clients that read the old name no longer find it."),
            ],
        ),
        example(
            Holder::Schema,
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, properties: {b: {type: string}}}",
        ),
    ),
    pair(
        rule(C::BecameRequired, "property-became-required", "a property became required", NOW_REQUIRED),
        rule(C::BecameOptional, "property-became-optional", "a property became optional", NOW_OPTIONAL),
        example(
            Holder::Schema,
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, properties: {a: {type: string}}, required: [a]}",
        ),
    ),
    pair(
        rule(
            C::RequiredNameAdded,
            "required-name-added",
            "a name became required that is not a property of the schema",
            NOW_REQUIRED,
        ),
        rule(
            C::RequiredNameRemoved,
            "required-name-removed",
            "a name that is not a property of the schema became optional",
            NOW_OPTIONAL,
        ),
        example(
            Holder::Schema,
            "{type: object, properties: {}}",
            "{type: object, properties: {}, required: [a]}",
        ),
    ),
    asymmetric(
        pair(
            rule(
                C::BecameReadOnly,
                "property-became-read-only",
                "a property became read-only",
                &[
                    request(
                        Level::Breaking,
                        "A strict server rejects properties that clients may not write.",
                    ),
                    response(Level::None, "Responses still contain it."),
                ],
            ),
            rule(
                C::NoLongerReadOnly,
                "property-no-longer-read-only",
                "a property is no longer read-only",
                &[
                    request(Level::Additive, "Requests without it are still accepted."),
                    response(Level::None, "Responses still contain it."),
                ],
            ),
            example(
                Holder::Schema,
                "{type: object, properties: {a: {type: string}}}",
                "{type: object, properties: {a: {type: string, readOnly: true}}}",
            ),
        ),
        "The opposite of a read-only property is a write-only property.",
    ),
    asymmetric(
        pair(
            rule(
                C::RequiredBecameReadOnly,
                "required-property-became-read-only",
                "a required property became read-only",
                &[
                    request(
                        Level::Breaking,
                        "A strict server rejects properties that clients may not write.",
                    ),
                    response(Level::None, "Responses still contain it."),
                ],
            ),
            rule(
                C::RequiredNoLongerReadOnly,
                "required-property-no-longer-read-only",
                "a required property is no longer read-only",
                &[
                    request(Level::Breaking, "The server rejects requests without it."),
                    response(Level::None, "Responses still contain it."),
                ],
            ),
            example(
                Holder::Schema,
                "{type: object, properties: {a: {type: string}}, required: [a]}",
                "{type: object, properties: {a: {type: string, readOnly: true}}, required: [a]}",
            ),
        ),
        "The opposite of a read-only property is a write-only property.",
    ),
    asymmetric(
        pair(
            rule(
                C::BecameWriteOnly,
                "property-became-write-only",
                "a property became write-only",
                &[
                    request(Level::None, "The server still accepts it."),
                    response(Level::Breaking, "Clients that read it no longer find it."),
                ],
            ),
            rule(
                C::NoLongerWriteOnly,
                "property-no-longer-write-only",
                "a property is no longer write-only",
                &[
                    request(Level::None, "The server still accepts it."),
                    response(Level::Additive, "Clients ignore unknown properties."),
                ],
            ),
            example(
                Holder::Schema,
                "{type: object, properties: {a: {type: string}}}",
                "{type: object, properties: {a: {type: string, writeOnly: true}}}",
            ),
        ),
        "The opposite of a write-only property is a read-only property.",
    ),
];
