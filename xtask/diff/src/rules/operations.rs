//! Operations: their existence, address, stability and metadata.

use super::{Change as C, Holder, Level, NO_EFFECT, RulePair, call, example, pair, removal, rule, single};

pub(super) const PAIRS: &[RulePair] = &[
    pair(
        rule(
            C::OperationAdded,
            "operation-added",
            "an operation was added",
            &[call(Level::Additive, "No client calls it yet.")],
        ),
        removal(
            C::OperationRemoved,
            "operation-removed",
            "an operation was removed",
            &[call(Level::Breaking, "Requests to it fail.")],
        ),
        example(
            Holder::Path,
            "/things: {}",
            "/things: {get: {operationId: listThings, responses: {'204': {description: None.}}}}",
        ),
    ),
    pair(
        rule(
            C::DeprecatedOperationAdded,
            "deprecated-operation-added",
            "a deprecated operation was added",
            &[call(Level::Additive, "No client calls it yet.")],
        ),
        rule(
            C::DeprecatedOperationRemoved,
            "deprecated-operation-removed",
            "a deprecated operation was removed",
            &[call(Level::Risky, "The deprecation warned its users, but some clients may still call it.")],
        ),
        example(
            Holder::Path,
            "/things: {}",
            "/things: {get: {operationId: listThings, deprecated: true, responses: {'204': {description: None.}}}}",
        ),
    ),
    pair(
        rule(
            C::UnstableOperationAdded,
            "unstable-operation-added",
            "an unstable operation was added",
            &[call(Level::None, "An unstable operation promises no compatibility.")],
        ),
        rule(
            C::UnstableOperationRemoved,
            "unstable-operation-removed",
            "an unstable operation was removed",
            &[call(Level::None, "An unstable operation promises no compatibility.")],
        ),
        example(
            Holder::Path,
            "/things: {}",
            "/things: {get: {operationId: listThings, x-stability-level: draft, responses: {'204': {description: None.}}}}",
        ),
    ),
    single(
        removal(
            C::OperationMoved,
            "operation-moved",
            "an operation, or a path with all its operations, moved to another address",
            &[call(Level::Breaking, "Requests to the old path, or with the old method, fail.")],
        ),
        example(
            Holder::Path,
            "/things: {get: {operationId: listThings, responses: {'204': {description: None.}}}}",
            "/stuff: {get: {operationId: listThings, responses: {'204': {description: None.}}}}",
        ),
    ),
    single(
        rule(
            C::DeprecatedOperationMoved,
            "deprecated-operation-moved",
            "a deprecated operation moved to another address",
            &[call(
                Level::Risky,
                "The deprecation warned its users, but some clients may still use the old address.",
            )],
        ),
        example(
            Holder::Path,
            "/things: {get: {operationId: listThings, deprecated: true, responses: {'204': {description: None.}}}}",
            "/things: {post: {operationId: listThings, deprecated: true, responses: {'204': {description: None.}}}}",
        ),
    ),
    single(
        rule(
            C::UnstableOperationMoved,
            "unstable-operation-moved",
            "an unstable operation moved to another address",
            &[call(Level::None, "An unstable operation promises no compatibility.")],
        ),
        example(
            Holder::Path,
            "/things: {get: {operationId: listThings, x-stability-level: draft, responses: {'204': {description: None.}}}}",
            "/stuff: {get: {operationId: listThings, x-stability-level: draft, responses: {'204': {description: None.}}}}",
        ),
    ),
    single(
        rule(
            C::OperationIdChanged,
            "operation-id-changed",
            "the operationId changed",
            &[call(Level::None, "Only the method and the path are sent over HTTP.")],
        ),
        example(Holder::Operation, "operationId: putThing", "operationId: replaceThing"),
    ),
    single(
        rule(
            C::PathVariableRenamed,
            "path-variable-renamed",
            "a path variable was renamed",
            &[call(Level::None, "Only its value is sent over HTTP.")],
        ),
        example(
            Holder::Path,
            "/things/{a}: {parameters: [{name: a, in: path, required: true, schema: {type: string}}]}",
            "/things/{b}: {parameters: [{name: b, in: path, required: true, schema: {type: string}}]}",
        ),
    ),
    pair(
        rule(C::Deprecated, "deprecated", "marked as deprecated", NO_EFFECT),
        rule(C::Undeprecated, "undeprecated", "no longer marked as deprecated", NO_EFFECT),
        example(Holder::Operation, "x-a: 1", "{x-a: 1, deprecated: true}"),
    ),
    pair(
        rule(C::TagAdded, "tag-added", "a tag was added to the operation", NO_EFFECT),
        rule(C::TagRemoved, "tag-removed", "a tag was removed from the operation", NO_EFFECT),
        example(Holder::Operation, "tags: [a]", "tags: [a, b]"),
    ),
];
