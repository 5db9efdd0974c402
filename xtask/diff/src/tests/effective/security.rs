//! Security requirements and schemes.

use super::check_all;
use super::row::Expected::One;
use super::row::{Row, flows, inherits, operation, root, row, same, same_one, scheme};
use crate::Level::{Additive, Breaking};

const SECURITY: &[Row] = &[
    row(inherits, "x-b: 1, security: []", "x-b: 1", One(Breaking), One(Additive)),
    row(inherits, "x-b: 1, security: [{A: []}, {}]", "x-b: 1", One(Breaking), One(Additive)),
    row(inherits, "x-b: 1", "x-b: 1, security: [{A: []}, {B: []}]", One(Additive), One(Breaking)),
    row(inherits, "x-b: 1", "x-b: 1, security: [{B: []}]", One(Breaking), One(Breaking)),
    same_one(inherits, "x-b: 1", "x-b: 1, security: [{A: []}]"),
    same_one(inherits, "x-b: 1, security: []", "x-b: 1, security: [{}]"),
    same_one(operation, "x-b: 1", "x-b: 1, security: []"),
    same_one(root, "x-b: 1", "x-b: 1\nsecurity: []"),
    same_one(scheme, "type: http, scheme: bearer", "type: http, scheme: bearer, bearerFormat: JWT"),
    same(root, "security: [{A: []}]", "security: [{A: []}, {A: []}]"),
    row(
        flows,
        "clientCredentials: {tokenUrl: /t, scopes: {read: Read.}}",
        "clientCredentials: {tokenUrl: /t, scopes: {read: Read.}}, \
         authorizationCode: {tokenUrl: /t, authorizationUrl: /a, scopes: {read: Read.}}",
        One(Additive),
        One(Breaking),
    ),
];

#[test]
fn security_is_inherited() {
    check_all(SECURITY);
}
