//! The document as a whole, its servers, and what is named in it.

use super::{Change as C, HARMLESS, Holder, Level, Pair, Says, alone, call, example, half_of, pair};

const LEADS_ELSEWHERE: &[Says] =
    &[call(Level::None, "What it leads to counts; how the targets differ is listed within the edit.")];

pub(super) const PAIRS: &[Pair] = &[
    alone(
        half_of(C::ProseChanged, "prose-changed", "a text for people changed", HARMLESS),
        example(Holder::Operation, "summary: Read it", "summary: Fetch it"),
    ),
    alone(
        half_of(C::OrderChanged, "order-changed", "a list is in another order", HARMLESS),
        example(Holder::Schema, "{enum: [a, b], type: string}", "{enum: [b, a], type: string}"),
    ),
    alone(
        half_of(C::InfoChanged, "info-changed", "the document's own data changed", HARMLESS),
        example(
            Holder::Document,
            "x-doc: 1\ninfo: {title: T, version: '1'}",
            "x-doc: 1\ninfo: {title: T, version: '2'}",
        ),
    ),
    alone(
        half_of(
            C::ShapeChanged,
            "shape-changed",
            "a mapping or a list became something else",
            &[call(Level::Risky, "It is no OpenAPI on one side; what a reader makes of it, nobody knows.")],
        ),
        example(Holder::Document, "x-a: 1\nservers: []", "x-a: 1\nservers: {}"),
    ),
    pair(
        half_of(
            C::ServerAdded,
            "server-added",
            "a server was added",
            &[call(Level::Additive, "The others still answer.")],
        ),
        half_of(
            C::ServerRemoved,
            "server-removed",
            "a server was removed",
            &[call(Level::Breaking, "Clients may be set to that address.")],
        ),
        example(
            Holder::Document,
            "servers: [{url: 'https://a.test'}]",
            "servers: [{url: 'https://a.test'}, {url: 'https://b.test'}]",
        ),
    ),
    alone(
        half_of(
            C::ServerChanged,
            "server-changed",
            "the variables of a server changed",
            &[call(Level::Risky, "Whether an address still comes out the same depends on the variables.")],
        ),
        example(
            Holder::Document,
            "servers: [{url: 'https://{a}.test', variables: {a: {default: x}}}]",
            "servers: [{url: 'https://{a}.test', variables: {a: {default: y}}}]",
        ),
    ),
    alone(
        half_of(
            C::ServersReplaced,
            "servers-replaced",
            "a server has another address, or an operation has other servers",
            &[call(Level::Breaking, "Clients may be set to the old address.")],
        ),
        example(Holder::Document, "servers: [{url: 'https://a.test'}]", "servers: [{url: 'https://b.test'}]"),
    ),
    alone(
        half_of(C::ServersMoved, "servers-moved", "the same servers are said elsewhere", HARMLESS),
        example(
            Holder::Path,
            "/things: {servers: [{url: 'https://a.test'}], get: {responses: {}}}",
            "/things: {servers: [{url: 'https://a.test'}], get: {servers: [{url: 'https://a.test'}], responses: {}}}",
        ),
    ),
    pair(
        half_of(C::ComponentAdded, "component-added", "a component was added", HARMLESS),
        half_of(C::ComponentRemoved, "component-removed", "a component was removed", HARMLESS),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}}}",
            "{schemas: {A: {type: string}, B: {type: integer}}}",
        ),
    ),
    alone(
        half_of(C::ComponentRenamed, "component-renamed", "a component has another name", HARMLESS),
        example(Holder::Components, "{schemas: {A: {type: string}}}", "{schemas: {B: {type: string}}}"),
    ),
    alone(
        half_of(
            C::ComponentChanged,
            "component-changed",
            "a component changed of a kind that no rule looks into",
            &[call(Level::Risky, "What it is for, only its makers know.")],
        ),
        example(Holder::Components, "{pathItems: {A: {get: {}}}}", "{pathItems: {A: {put: {}}}}"),
    ),
    alone(
        half_of(
            C::ReferenceChanged,
            "reference-changed",
            "a reference leads to something that says something else",
            LEADS_ELSEWHERE,
        ),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}, B: {type: integer}, C: {$ref: '#/components/schemas/A'}}}",
            "{schemas: {A: {type: string}, B: {type: integer}, C: {$ref: '#/components/schemas/B'}}}",
        ),
    ),
    pair(
        half_of(
            C::ReferenceExtracted,
            "reference-extracted",
            "what was written in place is a reference to the same now",
            HARMLESS,
        ),
        half_of(
            C::ReferenceInlined,
            "reference-inlined",
            "what was a reference is written in place now",
            HARMLESS,
        ),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}, B: {type: array, items: {type: string}}}}",
            "{schemas: {A: {type: string}, B: {type: array, items: {$ref: '#/components/schemas/A'}}}}",
        ),
    ),
    alone(
        half_of(
            C::ReferenceMoved,
            "reference-moved",
            "a reference leads to another component that says the same",
            HARMLESS,
        ),
        example(
            Holder::Components,
            "{schemas: {A: {type: string}, B: {type: string}, C: {$ref: '#/components/schemas/A'}}}",
            "{schemas: {A: {type: string}, B: {type: string}, C: {$ref: '#/components/schemas/B'}}}",
        ),
    ),
];
