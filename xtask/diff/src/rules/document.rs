//! The document as a whole, its servers, its components and its references.

use super::{Change as C, Effect, Holder, Level, NO_EFFECT, RulePair, call, example, pair, rule, single};

const TARGETS_DECIDE: &[Effect] = &[call(
    Level::None,
    "The effect is that of the differences between the targets, which are listed within the edit.",
)];

pub(super) const PAIRS: &[RulePair] = &[
    single(
        rule(
            C::ProseChanged,
            "prose-changed",
            "a summary, description or other text for readers changed",
            NO_EFFECT,
        ),
        example(Holder::Operation, "summary: Read it", "summary: Fetch it"),
    ),
    single(
        rule(C::Rewritten, "rewritten", "the same contract is expressed differently", NO_EFFECT),
        example(
            Holder::Path,
            "/things: {parameters: [{name: q, in: query, schema: {type: string}}], get: {responses: {}}}",
            "/things: {get: {parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}}",
        ),
    ),
    single(
        rule(C::OrderChanged, "order-changed", "the order of a list changed", NO_EFFECT),
        example(Holder::Schema, "{enum: [a, b], type: string}", "{enum: [b, a], type: string}"),
    ),
    single(
        rule(C::InfoChanged, "info-changed", "the document's metadata changed", NO_EFFECT),
        example(
            Holder::Document,
            "x-doc: 1\ninfo: {title: T, version: '1'}",
            "x-doc: 1\ninfo: {title: T, version: '2'}",
        ),
    ),
    single(
        rule(
            C::NodeTypeChanged,
            "node-type-changed",
            "a mapping or a list became another kind of value",
            &[call(
                Level::Risky,
                "One of the two documents is not valid OpenAPI here, and tools may interpret it differently.",
            )],
        ),
        example(Holder::Document, "x-a: 1\ninfo: {}", "x-a: 1\ninfo: []"),
    ),
    pair(
        rule(
            C::ServerAdded,
            "server-added",
            "a server was added",
            &[call(Level::Additive, "The other servers still respond.")],
        ),
        rule(
            C::ServerRemoved,
            "server-removed",
            "a server was removed",
            &[call(Level::Breaking, "Clients may be configured with its URL.")],
        ),
        example(
            Holder::Document,
            "servers: [{url: 'https://a.test'}]",
            "servers: [{url: 'https://a.test'}, {url: 'https://b.test'}]",
        ),
    ),
    single(
        rule(
            C::ServerChanged,
            "server-changed",
            "the variables of a server changed",
            &[call(Level::Risky, "The URL may change, depending on the values of the variables.")],
        ),
        example(
            Holder::Document,
            "servers: [{url: 'https://{a}.test', variables: {a: {default: x}}}]",
            "servers: [{url: 'https://{a}.test', variables: {a: {default: y}}}]",
        ),
    ),
    single(
        rule(
            C::ServersReplaced,
            "servers-replaced",
            "the URL of a server changed, or an operation uses other servers",
            &[call(Level::Breaking, "Clients may be configured with the old URL.")],
        ),
        example(Holder::Document, "servers: [{url: 'https://a.test'}]", "servers: [{url: 'https://b.test'}]"),
    ),
    pair(
        rule(C::ComponentAdded, "component-added", "a component was added", NO_EFFECT),
        rule(C::ComponentRemoved, "component-removed", "a component was removed", NO_EFFECT),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}}}",
            "{schemas: {A: {type: string}, B: {type: integer}}}",
        ),
    ),
    single(
        rule(C::ComponentRenamed, "component-renamed", "a component was renamed", NO_EFFECT),
        example(Holder::Components, "{schemas: {A: {type: string}}}", "{schemas: {B: {type: string}}}"),
    ),
    single(
        rule(
            C::ComponentChanged,
            "component-changed",
            "a component changed whose kind has no rules of its own",
            &[call(Level::Risky, "The rules do not cover the use of such components.")],
        ),
        example(Holder::Components, "{pathItems: {A: {get: {}}}}", "{pathItems: {A: {put: {}}}}"),
    ),
    single(
        rule(
            C::ReferenceChanged,
            "reference-changed",
            "a reference points to a target with different content",
            TARGETS_DECIDE,
        ),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}, B: {type: integer}, C: {$ref: '#/components/schemas/A'}}}",
            "{schemas: {A: {type: string}, B: {type: integer}, C: {$ref: '#/components/schemas/B'}}}",
        ),
    ),
    pair(
        rule(
            C::ReferenceExtracted,
            "reference-extracted",
            "an inline definition became a reference to an equal component",
            NO_EFFECT,
        ),
        rule(
            C::ReferenceInlined,
            "reference-inlined",
            "a reference became an equal inline definition",
            NO_EFFECT,
        ),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}, B: {type: array, items: {type: string}}}}",
            "{schemas: {A: {type: string}, B: {type: array, items: {$ref: '#/components/schemas/A'}}}}",
        ),
    ),
    single(
        rule(
            C::ReferenceMoved,
            "reference-moved",
            "a reference points to another component with equal content",
            NO_EFFECT,
        ),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}, B: {type: string}, C: {$ref: '#/components/schemas/A'}}}",
            "{schemas: {A: {type: string}, B: {type: string}, C: {$ref: '#/components/schemas/B'}}}",
        ),
    ),
];
