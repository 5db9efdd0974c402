//! Operations: which there are, and where.

use super::{Change as C, HARMLESS, Holder, Level, Pair, alone, call, example, half_of, pair};

pub(super) const PAIRS: &[Pair] = &[
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
            Holder::Path,
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
            Holder::Path,
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
            Holder::Path,
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
            Holder::Path,
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
            Holder::Path,
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
            Holder::Path,
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
        example(Holder::Operation, "operationId: putThing", "operationId: replaceThing"),
    ),
    alone(
        half_of(
            C::PathVariableRenamed,
            "path-variable-renamed",
            "a variable of the path has another name",
            &[call(Level::None, "Only its value is seen on the wire.")],
        ),
        example(
            Holder::Path,
            "/things/{a}: {parameters: [{name: a, in: path, required: true, schema: {type: string}}]}",
            "/things/{b}: {parameters: [{name: b, in: path, required: true, schema: {type: string}}]}",
        ),
    ),
    pair(
        half_of(C::Deprecated, "deprecated", "it is deprecated now", HARMLESS),
        half_of(C::Undeprecated, "undeprecated", "it is no longer deprecated", HARMLESS),
        example(Holder::Operation, "x-a: 1", "{x-a: 1, deprecated: true}"),
    ),
    pair(
        half_of(C::TagAdded, "tag-added", "the operation has another tag", HARMLESS),
        half_of(C::TagRemoved, "tag-removed", "the operation has a tag less", HARMLESS),
        example(Holder::Operation, "tags: [a]", "tags: [a, b]"),
    ),
];
