//! Access: security requirements, schemes and scopes.

use super::{Change as C, Effect, Holder, Level, NO_EFFECT, RulePair, call, example, pair, rule, single};

const FEWER_CALLERS: &[Effect] = &[call(Level::Breaking, "Callers that had access may lose it.")];
const MORE_CALLERS: &[Effect] = &[call(Level::Additive, "Callers that had access keep it.")];

pub(super) const PAIRS: &[RulePair] = &[
    pair(
        rule(C::SecurityAdded, "security-added", "another way to authenticate was added", MORE_CALLERS),
        rule(C::SecurityRemoved, "security-removed", "a way to authenticate was removed", FEWER_CALLERS),
        example(Holder::Operation, "security: [{A: []}]", "security: [{A: []}, {B: []}]"),
    ),
    pair(
        rule(C::SecurityIntroduced, "security-introduced", "authentication is now required", FEWER_CALLERS),
        rule(C::SecurityDropped, "security-dropped", "authentication is no longer required", MORE_CALLERS),
        example(Holder::Document, "x-a: 1", "{x-a: 1, security: [{A: []}]}"),
    ),
    pair(
        rule(C::ScopeAdded, "scope-added", "another scope is required", FEWER_CALLERS),
        rule(C::ScopeRemoved, "scope-removed", "a scope is no longer required", MORE_CALLERS),
        example(Holder::Operation, "security: [{A: []}]", "security: [{A: [write]}]"),
    ),
    pair(
        rule(C::SecuritySchemeAdded, "security-scheme-added", "a security scheme was added", NO_EFFECT),
        rule(C::SecuritySchemeRemoved, "security-scheme-removed", "a security scheme was removed", NO_EFFECT),
        example(
            Holder::Components,
            "{securitySchemes: {A: {type: http, scheme: basic}}}",
            "{securitySchemes: {A: {type: http, scheme: basic}, B: {type: http, scheme: bearer}}}",
        ),
    ),
    single(
        rule(
            C::SecuritySchemeChanged,
            "security-scheme-changed",
            "a security scheme changed",
            &[call(Level::Breaking, "Existing clients authenticate with the previous scheme.")],
        ),
        example(
            Holder::Components,
            "{securitySchemes: {A: {type: http, scheme: basic}}}",
            "{securitySchemes: {A: {type: http, scheme: digest}}}",
        ),
    ),
    pair(
        rule(
            C::FlowAdded,
            "oauth-flow-added",
            "an OAuth flow was added to a security scheme",
            &[call(Level::Additive, "The other flows still work.")],
        ),
        rule(
            C::FlowRemoved,
            "oauth-flow-removed",
            "an OAuth flow was removed from a security scheme",
            &[call(Level::Breaking, "Existing clients obtain their tokens with it.")],
        ),
        example(
            Holder::Components,
            "{securitySchemes: {A: {type: oauth2, flows: {implicit: {authorizationUrl: u, scopes: {}}}}}}",
            "{securitySchemes: {A: {type: oauth2, flows: {implicit: {authorizationUrl: u, scopes: {}}, password: {tokenUrl: u, scopes: {}}}}}}",
        ),
    ),
    pair(
        rule(
            C::RefreshUrlAdded,
            "oauth-refresh-url-added",
            "an OAuth flow got a URL for refreshing tokens",
            &[call(Level::Additive, "Tokens are still obtained in the same way.")],
        ),
        rule(
            C::RefreshUrlRemoved,
            "oauth-refresh-url-removed",
            "an OAuth flow lost its URL for refreshing tokens",
            &[call(Level::Breaking, "Existing clients refresh their tokens there.")],
        ),
        example(
            Holder::Components,
            "{securitySchemes: {A: {type: oauth2, flows: {password: {tokenUrl: t, scopes: {}}}}}}",
            "{securitySchemes: {A: {type: oauth2, flows: {password: {tokenUrl: t, refreshUrl: r, scopes: {}}}}}}",
        ),
    ),
    pair(
        rule(
            C::ScopeDefined,
            "scope-defined",
            "a scope was added to a security scheme",
            &[call(Level::Additive, "The other scopes are still granted.")],
        ),
        rule(
            C::ScopeUndefined,
            "scope-undefined",
            "a scope was removed from a security scheme",
            &[call(Level::Breaking, "The server denies clients that ask for the scope.")],
        ),
        example(
            Holder::Components,
            "{securitySchemes: {A: {type: oauth2, flows: {clientCredentials: {tokenUrl: u, scopes: {a: x}}}}}}",
            "{securitySchemes: {A: {type: oauth2, flows: {clientCredentials: {tokenUrl: u, scopes: {a: x, b: y}}}}}}",
        ),
    ),
];
