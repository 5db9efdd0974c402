//! The document, its operations, and what is named in it.

use super::{Change as C, HARMLESS, Level, Pair, Says, Spot, alone, call, example, half_of, pair};

const LEADS_ELSEWHERE: &[Says] =
    &[call(Level::None, "What it leads to counts; how the targets differ is listed within the edit.")];
const FEWER_CALLERS: &[Says] =
    &[call(Level::Breaking, "A caller who was let in before may not be any more.")];
const MORE_CALLERS: &[Says] = &[call(Level::Additive, "Whoever was let in before still is.")];

pub(super) const PAIRS: &[Pair] = &[
    alone(
        half_of(C::ProseChanged, "prose-changed", "a text for people changed", HARMLESS),
        example(Spot::Operation, "summary: Read it", "summary: Fetch it"),
    ),
    alone(
        half_of(C::OrderChanged, "order-changed", "a list is in another order", HARMLESS),
        example(Spot::Schema, "{enum: [a, b], type: string}", "{enum: [b, a], type: string}"),
    ),
    alone(
        half_of(C::InfoChanged, "info-changed", "the document's own data changed", HARMLESS),
        example(
            Spot::Document,
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
        example(Spot::Document, "x-a: 1\nservers: []", "x-a: 1\nservers: {}"),
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
            Spot::Document,
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
            Spot::Document,
            "servers: [{url: 'https://{a}.test', variables: {a: {default: x}}}]",
            "servers: [{url: 'https://{a}.test', variables: {a: {default: y}}}]",
        ),
    ),
    pair(
        half_of(C::ComponentAdded, "component-added", "a component was added", HARMLESS),
        half_of(C::ComponentRemoved, "component-removed", "a component was removed", HARMLESS),
        example(
            Spot::Components,
            "{schemas: {A: {type: string}}}",
            "{schemas: {A: {type: string}, B: {type: integer}}}",
        ),
    ),
    alone(
        half_of(C::ComponentRenamed, "component-renamed", "a component has another name", HARMLESS),
        example(Spot::Components, "{schemas: {A: {type: string}}}", "{schemas: {B: {type: string}}}"),
    ),
    alone(
        half_of(
            C::ComponentChanged,
            "component-changed",
            "a component changed of a kind that no rule looks into",
            &[call(Level::Risky, "Links, callbacks and examples are shown and not judged.")],
        ),
        example(Spot::Components, "{links: {A: {operationId: a}}}", "{links: {A: {operationId: b}}}"),
    ),
    alone(
        half_of(
            C::ReferenceChanged,
            "reference-changed",
            "a reference leads to something that says something else",
            LEADS_ELSEWHERE,
        ),
        example(
            Spot::Components,
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
            Spot::Components,
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
            Spot::Components,
            "{schemas: {A: {type: string}, B: {type: string}, C: {$ref: '#/components/schemas/A'}}}",
            "{schemas: {A: {type: string}, B: {type: string}, C: {$ref: '#/components/schemas/B'}}}",
        ),
    ),
    pair(
        half_of(
            C::OperationAdded,
            "operation-added",
            "an operation was added",
            &[call(Level::Additive, "Nobody calls it yet.")],
        ),
        half_of(
            C::OperationRemoved,
            "operation-removed",
            "an operation was removed",
            &[call(Level::Breaking, "Whoever calls it is refused.")],
        ),
        example(
            Spot::Path,
            "/things: {}",
            "/things: {get: {operationId: listThings, responses: {'204': {description: None.}}}}",
        ),
    ),
    pair(
        half_of(
            C::DeprecatedOperationAdded,
            "deprecated-operation-added",
            "an operation was added that is deprecated",
            &[call(Level::Additive, "Nobody calls it yet.")],
        ),
        half_of(
            C::DeprecatedOperationRemoved,
            "deprecated-operation-removed",
            "an operation was removed that was deprecated",
            &[call(Level::Risky, "Its callers were told; whether they all went, nobody knows.")],
        ),
        example(
            Spot::Path,
            "/things: {}",
            "/things: {get: {operationId: listThings, deprecated: true, responses: {'204': {description: None.}}}}",
        ),
    ),
    pair(
        half_of(
            C::UnstableOperationAdded,
            "unstable-operation-added",
            "an operation was added that is not stable yet",
            &[call(Level::None, "It is promised to nobody.")],
        ),
        half_of(
            C::UnstableOperationRemoved,
            "unstable-operation-removed",
            "an operation was removed that was not stable yet",
            &[call(Level::None, "It was promised to nobody.")],
        ),
        example(
            Spot::Path,
            "/things: {}",
            "/things: {get: {operationId: listThings, x-stability-level: draft, responses: {'204': {description: None.}}}}",
        ),
    ),
    alone(
        half_of(
            C::OperationMoved,
            "operation-moved",
            "an operation, or a path with all its operations, has another address",
            &[call(Level::Breaking, "Whoever calls the old path, or with the old method, is refused.")],
        ),
        example(
            Spot::Path,
            "/things: {get: {operationId: listThings, responses: {'204': {description: None.}}}}",
            "/stuff: {get: {operationId: listThings, responses: {'204': {description: None.}}}}",
        ),
    ),
    alone(
        half_of(
            C::DeprecatedOperationMoved,
            "deprecated-operation-moved",
            "an operation that is deprecated has another address",
            &[call(Level::Risky, "Its callers were told to go; whether they all went, nobody knows.")],
        ),
        example(
            Spot::Path,
            "/things: {get: {operationId: listThings, deprecated: true, responses: {'204': {description: None.}}}}",
            "/things: {post: {operationId: listThings, deprecated: true, responses: {'204': {description: None.}}}}",
        ),
    ),
    alone(
        half_of(
            C::UnstableOperationMoved,
            "unstable-operation-moved",
            "an operation that is not stable yet has another address",
            &[call(Level::None, "It was promised to nobody.")],
        ),
        example(
            Spot::Path,
            "/things: {get: {operationId: listThings, x-stability-level: draft, responses: {'204': {description: None.}}}}",
            "/stuff: {get: {operationId: listThings, x-stability-level: draft, responses: {'204': {description: None.}}}}",
        ),
    ),
    alone(
        half_of(
            C::OperationIdChanged,
            "operation-id-changed",
            "the operation has another id",
            &[call(Level::None, "Only method and path are seen on the wire.")],
        ),
        example(Spot::Operation, "operationId: putThing", "operationId: replaceThing"),
    ),
    alone(
        half_of(
            C::PathVariableRenamed,
            "path-variable-renamed",
            "a variable of the path has another name",
            &[call(Level::None, "Only its value is seen on the wire.")],
        ),
        example(
            Spot::Path,
            "/things/{a}: {parameters: [{name: a, in: path, required: true, schema: {type: string}}]}",
            "/things/{b}: {parameters: [{name: b, in: path, required: true, schema: {type: string}}]}",
        ),
    ),
    alone(
        half_of(
            C::CallbacksChanged,
            "callbacks-changed",
            "the calls back changed",
            &[call(Level::Risky, "Calls back are shown and not judged.")],
        ),
        example(Spot::Operation, "callbacks: {done: {}}", "callbacks: {ready: {}}"),
    ),
    pair(
        half_of(C::Deprecated, "deprecated", "it is deprecated now", HARMLESS),
        half_of(C::Undeprecated, "undeprecated", "it is no longer deprecated", HARMLESS),
        example(Spot::Operation, "x-a: 1", "{x-a: 1, deprecated: true}"),
    ),
    pair(
        half_of(C::TagAdded, "tag-added", "the operation has another tag", HARMLESS),
        half_of(C::TagRemoved, "tag-removed", "the operation has a tag less", HARMLESS),
        example(Spot::Operation, "tags: [a]", "tags: [a, b]"),
    ),
    pair(
        half_of(C::SecurityAdded, "security-added", "there is another way to authenticate", MORE_CALLERS),
        half_of(C::SecurityRemoved, "security-removed", "there is a way less to authenticate", FEWER_CALLERS),
        example(Spot::Operation, "security: [{A: []}]", "security: [{A: []}, {B: []}]"),
    ),
    pair(
        half_of(
            C::SecurityIntroduced,
            "security-introduced",
            "it says how to authenticate where it did not",
            FEWER_CALLERS,
        ),
        half_of(
            C::SecurityDropped,
            "security-dropped",
            "it no longer says how to authenticate",
            MORE_CALLERS,
        ),
        example(Spot::Document, "x-a: 1", "{x-a: 1, security: [{A: []}]}"),
    ),
    pair(
        half_of(C::ScopeAdded, "scope-added", "another scope is needed", FEWER_CALLERS),
        half_of(C::ScopeRemoved, "scope-removed", "a scope is no longer needed", MORE_CALLERS),
        example(Spot::Operation, "security: [{A: []}]", "security: [{A: [write]}]"),
    ),
    pair(
        half_of(C::SecuritySchemeAdded, "security-scheme-added", "a security scheme was added", HARMLESS),
        half_of(
            C::SecuritySchemeRemoved,
            "security-scheme-removed",
            "a security scheme was removed",
            HARMLESS,
        ),
        example(
            Spot::Components,
            "{securitySchemes: {A: {type: http, scheme: basic}}}",
            "{securitySchemes: {A: {type: http, scheme: basic}, B: {type: http, scheme: bearer}}}",
        ),
    ),
    alone(
        half_of(
            C::SecuritySchemeChanged,
            "security-scheme-changed",
            "a security scheme works in another way",
            &[call(Level::Breaking, "Clients authenticate as the scheme said before.")],
        ),
        example(
            Spot::Components,
            "{securitySchemes: {A: {type: http, scheme: basic}}}",
            "{securitySchemes: {A: {type: http, scheme: digest}}}",
        ),
    ),
    pair(
        half_of(
            C::ScopeDefined,
            "scope-defined",
            "a security scheme has another scope",
            &[call(Level::Additive, "The others are still given.")],
        ),
        half_of(
            C::ScopeUndefined,
            "scope-undefined",
            "a security scheme has a scope less",
            &[call(Level::Breaking, "A client that asks for it is refused.")],
        ),
        example(
            Spot::Components,
            "{securitySchemes: {A: {type: oauth2, flows: {clientCredentials: {tokenUrl: u, scopes: {a: x}}}}}}",
            "{securitySchemes: {A: {type: oauth2, flows: {clientCredentials: {tokenUrl: u, scopes: {a: x, b: y}}}}}}",
        ),
    ),
];
