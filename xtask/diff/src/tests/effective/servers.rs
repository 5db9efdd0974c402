//! Servers.

use super::check_all;
use super::row::Expected::{AtLeast, One};
use super::row::{Row, inherits, root, row, same_one};
use crate::Level::{Breaking, Risky};

const SERVERS: &[Row] = &[
    same_one(root, "servers: [{url: 'https://a.test/v1'}]", "servers: [{url: 'https://a.test/v1/'}]"),
    same_one(inherits, "x-b: 1", "x-b: 1, servers: [{url: 'https://a.test/v1'}]"),
    same_one(root, "servers: [{url: 'https://A.test'}]", "servers: [{url: 'HTTPS://a.test:443'}]"),
    row(
        root,
        "servers: [{url: 'https://a.test/V1'}]",
        "servers: [{url: 'https://a.test/v1'}]",
        One(Breaking),
        One(Breaking),
    ),
];

const VARIABLES: &[Row] = &[
    same_one(
        root,
        "servers: [{url: 'https://{h}.test', variables: {h: {default: x}}}]",
        "servers: [{url: 'https://{h}.test', variables: {h: {default: x, description: The host.}}}]",
    ),
    same_one(
        root,
        "servers: [{url: 'https://{h}.test/{v}', variables: {h: {default: x}, v: {default: y}}}]",
        "servers: [{url: 'https://{v}.test/{h}', variables: {v: {default: x}, h: {default: y}}}]",
    ),
    row(
        root,
        "servers: [{url: 'https://{h}.test/{v}', variables: {h: {default: x}, v: {default: y}}}]",
        "servers: [{url: 'https://{v}.test/{h}', variables: {h: {default: x}, v: {default: y}}}]",
        One(Breaking),
        One(Breaking),
    ),
    row(
        root,
        "servers: [{url: 'https://{h}.test/{v}', variables: {h: {default: x}, v: {default: x}}}]",
        "servers: [{url: 'https://{h}.test/{h}', variables: {h: {default: x}}}]",
        One(Breaking),
        One(Breaking),
    ),
    row(
        root,
        "servers: [{url: 'https://{h}.test', variables: {h: {default: x}}}]",
        "servers: [{url: 'https://{h}.test', variables: {h: {default: y}}}]",
        AtLeast(Risky),
        AtLeast(Risky),
    ),
];

#[test]
fn spellings_of_the_same_servers_have_no_effect() {
    check_all(SERVERS);
}

#[test]
fn names_of_variables_have_no_effect() {
    check_all(VARIABLES);
}
