//! Security requirements and schemes.

use super::check_all;
use super::row::Expected::{Levels, One};
use super::row::{
    Row, flows, inherits, lines, operation, requires, root, row, same, same_one, scheme, schemes,
};
use crate::Level::{Additive, Breaking, None as Harmless};

const SECURITY: &[Row] = &[
    row(inherits, "x-b: 1, security: []", "x-b: 1", One(Breaking), One(Additive)),
    row(inherits, "x-b: 1, security: [{A: []}, {}]", "x-b: 1", One(Breaking), One(Additive)),
    row(inherits, "x-b: 1", "x-b: 1, security: [{A: []}, {B: []}]", One(Additive), One(Breaking)),
    row(inherits, "x-b: 1", "x-b: 1, security: [{B: []}]", One(Breaking), One(Breaking)),
    same_one(inherits, "x-b: 1", "x-b: 1, security: [{A: []}]"),
    same_one(inherits, "x-b: 1, security: []", "x-b: 1, security: [{}]"),
    same_one(operation, "x-b: 1", "x-b: 1, security: []"),
    same_one(root, "x-b: 1", "x-b: 1\nsecurity: []"),
    same(root, "security: [{A: []}]", "security: [{A: []}, {A: []}]"),
];

/// An alternative that needs all that another one needs accepts no further callers.
const ALTERNATIVES: &[Row] = &[
    row(requires, "[{A: [], B: []}]", "[{A: []}]", One(Additive), One(Breaking)),
    row(requires, "[{A: []}]", "[{}, {A: []}]", One(Additive), One(Breaking)),
    row(requires, "", "[{A: []}, {B: []}]", One(Breaking), One(Additive)),
    row(requires, "[{O: [r]}]", "[{O: [r, w]}]", One(Breaking), One(Additive)),
    row(
        requires,
        "[{O: [r, w]}]",
        "[{O: [r]}, {O: [w]}]",
        Levels(&[Additive, Additive]),
        Levels(&[Breaking, Breaking]),
    ),
    row(
        requires,
        "[{A: []}, {B: []}]",
        "[{A: [], B: []}]",
        Levels(&[Breaking, Breaking]),
        Levels(&[Additive, Additive]),
    ),
    row(requires, "[{O: [r]}]", "[{O: [w]}]", Levels(&[Breaking, Additive]), Levels(&[Breaking, Additive])),
    row(requires, "[{A: []}]", "[{B: []}]", Levels(&[Breaking, Additive]), Levels(&[Breaking, Additive])),
    row(
        requires,
        "[{O: [r]}, {O: [w]}]",
        "[{O: [w]}, {O: [r, x]}]",
        Levels(&[Breaking, Harmless]),
        Levels(&[Additive, Harmless]),
    ),
    // The name of a scheme can have the prefix of an extension.
    row(
        schemes,
        "x-o: {type: oauth2, flows: {}} / security: [{x-o: [r]}]",
        "x-o: {type: oauth2, flows: {}} / security: [{x-o: [r, w]}]",
        One(Breaking),
        One(Additive),
    ),
    same(requires, "[{A: []}]", "[{A: []}, {A: [], B: []}]"),
    same(requires, "[{A: [], B: []}, {A: []}]", "[{A: []}]"),
    same(requires, "[{O: [r]}]", "[{O: [r]}, {O: [r, w]}]"),
    same(requires, "[{O: [r]}, {A: []}]", "[{A: [], O: [r]}, {O: [w, r]}, {O: [r]}, {A: []}]"),
    same(requires, "[{B: [], A: []}, {O: [r, w]}]", "[{O: [w, r]}, {A: [], B: []}]"),
    same_one(requires, "", "[{}, {A: []}]"),
    same_one(requires, "", "[{A: []}, {}]"),
];

const SCHEMES: &[Row] = &[
    row(scheme, "type: http, scheme: basic", "type: http, scheme: digest", One(Breaking), One(Breaking)),
    // The keys of the old type are no edits of their own.
    row(
        scheme,
        "type: apiKey, in: header, name: K",
        "type: http, scheme: basic",
        One(Breaking),
        One(Breaking),
    ),
    row(
        scheme,
        "type: apiKey, in: query, name: K",
        "type: apiKey, in: query, name: k",
        One(Breaking),
        One(Breaking),
    ),
    same_one(scheme, "type: apiKey, in: header, name: K", "type: apiKey, in: header, name: k"),
    same_one(scheme, "type: http, scheme: Bearer", "type: http, scheme: bearer"),
    same_one(scheme, "type: http, scheme: bearer", "type: http, scheme: bearer, bearerFormat: JWT"),
    same_one(scheme, "type: http, scheme: bearer", "type: http, scheme: bearer, in: header"),
    same_one(scheme, "type: http, scheme: bearer, name: K", "type: http, scheme: bearer, name: L"),
    same_one(
        scheme,
        "type: openIdConnect, openIdConnectUrl: /a",
        "type: openIdConnect, openIdConnectUrl: /a, flows: {}",
    ),
    row(
        scheme,
        "type: openIdConnect, openIdConnectUrl: /a",
        "type: openIdConnect, openIdConnectUrl: /b",
        One(Breaking),
        One(Breaking),
    ),
    // A reference to a scheme is the same as its content.
    same_one(
        schemes,
        "A: {type: http, scheme: basic}, B: {type: http, scheme: basic} / security: [{B: []}]",
        "A: {type: http, scheme: basic}, B: {$ref: '#/components/securitySchemes/A'} / security: [{B: []}]",
    ),
    row(
        schemes,
        "A: {type: http, scheme: basic}, B: {$ref: '#/components/securitySchemes/A'} / security: [{B: []}]",
        "A: {type: http, scheme: digest}, B: {$ref: '#/components/securitySchemes/A'} / security: [{B: []}]",
        One(Breaking),
        One(Breaking),
    ),
    // No operation requires the scheme, or only one that promises nothing.
    same_one(schemes, "A: {type: http, scheme: basic} / x-b: 1", "A: {type: http, scheme: digest} / x-b: 1"),
    same_one(
        schemes,
        "A: {type: http, scheme: basic} / x-stability-level: draft, security: [{A: []}]",
        "A: {type: http, scheme: digest} / x-stability-level: draft, security: [{A: []}]",
    ),
    // Clients may use it although they do not have to.
    row(
        schemes,
        "A: {type: http, scheme: basic} / security: [{}, {A: []}]",
        "A: {type: http, scheme: digest} / security: [{}, {A: []}]",
        One(Breaking),
        One(Breaking),
    ),
];

const FLOWS: &[Row] = &[
    row(
        flows,
        "clientCredentials: {tokenUrl: /t, scopes: {read: Read.}}",
        "clientCredentials: {tokenUrl: /t, scopes: {read: Read.}}, \
         authorizationCode: {tokenUrl: /t, authorizationUrl: /a, scopes: {read: Read.}}",
        One(Additive),
        One(Breaking),
    ),
    row(
        flows,
        "password: {tokenUrl: /t, scopes: {read: Read.}}",
        "password: {tokenUrl: /u, scopes: {read: Read.}}",
        One(Breaking),
        One(Breaking),
    ),
    row(
        flows,
        "password: {tokenUrl: /t, scopes: {read: Read.}}",
        "password: {tokenUrl: /t, scopes: {read: Read., write: Write.}}",
        One(Additive),
        One(Breaking),
    ),
    row(
        flows,
        "password: {tokenUrl: /t}",
        "password: {tokenUrl: /t, scopes: {read: Read.}}",
        One(Additive),
        One(Breaking),
    ),
    row(
        flows,
        "password: {tokenUrl: /t, scopes: {}}",
        "password: {tokenUrl: /t, refreshUrl: /r, scopes: {}}",
        One(Additive),
        One(Breaking),
    ),
    // Tokens are refreshed where they are obtained.
    same_one(
        flows,
        "password: {tokenUrl: /t, scopes: {}}",
        "password: {tokenUrl: /t, refreshUrl: /t, scopes: {}}",
    ),
    same_one(
        flows,
        "password: {tokenUrl: /t, scopes: {read: A}}",
        "password: {tokenUrl: /t, scopes: {read: B}}",
    ),
    same_one(
        flows,
        "implicit: {authorizationUrl: /a, scopes: {}}",
        "implicit: {authorizationUrl: /a, tokenUrl: /t, scopes: {}}",
    ),
];

/// A name is not sent.
const RENAMED: &[Row] = &[
    same_one(
        schemes,
        "A: {type: http, scheme: basic} / security: [{A: []}]",
        "B: {type: http, scheme: basic} / security: [{B: []}]",
    ),
    same_one(
        schemes,
        "A: {type: http, scheme: basic}, C: {type: http, scheme: digest} / security: [{A: [], C: []}, {C: [r]}]",
        "B: {type: http, scheme: basic}, C: {type: http, scheme: digest} / security: [{B: [], C: []}, {C: [r]}]",
    ),
    // The names are exchanged.
    same(
        schemes,
        "A: {type: http, scheme: basic}, B: {type: http, scheme: bearer} / security: [{A: []}]",
        "A: {type: http, scheme: bearer}, B: {type: http, scheme: basic} / security: [{B: []}]",
    ),
    same(
        schemes,
        "A: {type: http, scheme: basic}, B: {type: http, scheme: bearer} / security: [{A: []}]",
        "B: {type: http, scheme: basic}, C: {type: http, scheme: bearer} / security: [{B: []}]",
    ),
    // The same name is another scheme.
    row(
        schemes,
        "A: {type: http, scheme: basic}, B: {type: http, scheme: bearer} / security: [{A: []}]",
        "A: {type: http, scheme: bearer}, B: {type: http, scheme: basic} / security: [{A: []}]",
        Levels(&[Breaking, Harmless]),
        Levels(&[Breaking, Harmless]),
    ),
    // An equal scheme was added, which no operation requires.
    same(
        schemes,
        "A: {type: http, scheme: basic} / security: [{A: []}]",
        "B: {type: http, scheme: basic}, C: {type: http, scheme: basic} / security: [{B: []}]",
    ),
    row(
        schemes,
        "A: {type: http, scheme: basic} / security: [{A: []}]",
        "B: {type: http, scheme: digest} / security: [{B: []}]",
        Levels(&[Breaking, Harmless]),
        Levels(&[Breaking, Harmless]),
    ),
    row(
        schemes,
        "A: {type: http, scheme: basic}, C: {type: http, scheme: digest} / security: [{A: []}]",
        "B: {type: http, scheme: basic}, C: {type: http, scheme: digest} / security: [{B: [], C: []}]",
        Levels(&[Breaking, Harmless]),
        Levels(&[Additive, Harmless]),
    ),
];

#[test]
fn security_is_inherited() {
    check_all(SECURITY);
}

#[test]
fn security_requirements_are_judged_by_the_callers_that_they_accept() {
    check_all(ALTERNATIVES);
}

#[test]
fn a_renamed_security_scheme_has_no_effect() {
    check_all(RENAMED);
    let inherited = |name: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\nsecurity: [{{{name}: []}}]\n\
             paths: {{/a: {{get: {{responses: {{}}}}, put: {{responses: {{}}}}}}}}\n\
             components: {{securitySchemes: {{{name}: {{type: http, scheme: basic}}}}}}"
        )
    };
    let edits = lines(str::to_owned, &inherited("A"), &inherited("B"));
    assert_eq!(edits, ["no effect: B: A → B [GET /a PUT /a]"]);
}

#[test]
fn security_schemes_are_judged_by_what_clients_do() {
    check_all(SCHEMES);
    check_all(FLOWS);
}

#[test]
fn edits_of_security_name_schemes_scopes_and_operations() {
    for (base, revision, expected) in [
        ("", "[{A: []}, {O: [r, w]}]", "breaking: a: + security A, O (r, w) [a]"),
        ("[{A: []}]", "[]", "additive: a: − security A [a]"),
        ("[{A: []}]", "[{A: []}, {O: [r]}]", "additive: a: + security O (r) [a]"),
        ("[{A: []}]", "[{A: [], B: []}]", "breaking: a: security A → A and B [a]"),
        ("[{A: [], O: [r]}]", "[{A: []}]", "additive: a: security A and O (r) → A [a]"),
        ("[{O: [r]}]", "[{O: [r, w]}]", "breaking: a: + scope of O w [a]"),
    ] {
        assert_eq!(lines(requires, base, revision), [expected], "{base} → {revision}");
    }
    let digest = lines(scheme, "type: http, scheme: basic", "type: http, scheme: digest");
    assert_eq!(digest, ["breaking: A: scheme: basic → digest [a]"]);
}
