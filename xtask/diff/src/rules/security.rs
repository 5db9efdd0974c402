//! Who is let in: security requirements, schemes and scopes.

use super::{Change as C, HARMLESS, Holder, Level, Pair, Says, alone, call, example, half_of, pair};

const FEWER_CALLERS: &[Says] =
    &[call(Level::Breaking, "A caller who was let in before may not be any more.")];
const MORE_CALLERS: &[Says] = &[call(Level::Additive, "Whoever was let in before still is.")];

pub(super) const PAIRS: &[Pair] = &[
    pair(
        half_of(C::SecurityAdded, "security-added", "there is another way to authenticate", MORE_CALLERS),
        half_of(C::SecurityRemoved, "security-removed", "there is a way less to authenticate", FEWER_CALLERS),
        example(Holder::Operation, "security: [{A: []}]", "security: [{A: []}, {B: []}]"),
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
        example(Holder::Document, "x-a: 1", "{x-a: 1, security: [{A: []}]}"),
    ),
    pair(
        half_of(C::ScopeAdded, "scope-added", "another scope is needed", FEWER_CALLERS),
        half_of(C::ScopeRemoved, "scope-removed", "a scope is no longer needed", MORE_CALLERS),
        example(Holder::Operation, "security: [{A: []}]", "security: [{A: [write]}]"),
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
            Holder::Components,
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
            Holder::Components,
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
            Holder::Components,
            "{securitySchemes: {A: {type: oauth2, flows: {clientCredentials: {tokenUrl: u, scopes: {a: x}}}}}}",
            "{securitySchemes: {A: {type: oauth2, flows: {clientCredentials: {tokenUrl: u, scopes: {a: x, b: y}}}}}}",
        ),
    ),
];
